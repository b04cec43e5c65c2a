"""The status line in words, and counts that follow what was committed."""

from collections.abc import Iterator

import pytest

from console.domain.live_events import LinkChanged
from console.services.desk import Desk
from console.services.views.requests import Counts
from console.ui.runtime import tasks
from console.ui.runtime.coalescing import Coalesced
from console.ui.shell.status.presenter import StatusPresenter
from tests.ui import city
from tests.ui.waiting import until


@pytest.fixture
def status(desk: Desk) -> Iterator[StatusPresenter]:
    made = StatusPresenter(desk, extension="101", queues="1022")
    yield made
    made.close()


def words(status: StatusPresenter) -> dict[str, str]:
    return {i.key: i.word for i in status.items}


def test_the_contract_s_words(desk: Desk, status: StatusPresenter) -> None:
    assert words(status) == {"store": "tốt", "central": "không dùng"}
    desk.bus.publish(LinkChanged("central", "up"))
    assert words(status)["central"] == "đã đồng bộ"
    desk.bus.publish(LinkChanged("central", "up", params={"pending": 3}))
    assert words(status)["central"] == "chưa đồng bộ: 3"
    desk.bus.publish(LinkChanged("central", "down"))
    assert words(status)["central"] == "mất kết nối"
    desk.bus.publish(LinkChanged("pbx", "up"))
    assert words(status)["pbx"] == "1022 · 101"
    desk.bus.publish(LinkChanged("pbx", "resyncing"))
    assert words(status)["pbx"] == "đang nối lại"


def test_order_tones_and_modems(desk: Desk, status: StatusPresenter) -> None:
    for event in (
        LinkChanged("modem:gsm2", "down"),
        LinkChanged("modem:gsm1", "up", params={"signal": 25}),
        LinkChanged("pbx", "up"),
        LinkChanged("central", "warn", params={"pending": 2}),
        LinkChanged("courier:gsm1", "up"),
    ):
        desk.bus.publish(event)
    assert [i.key for i in status.items] == ["store", "central", "pbx", "modem:gsm1", "modem:gsm2"]
    assert [i.tone for i in status.items] == ["ok", "warn", "ok", "ok", "urgent"]
    assert [i.label for i in status.items][3:] == ["Modem gsm1", "Modem gsm2"]
    assert words(status)["modem:gsm1"] == "sóng 4/5"
    desk.bus.publish(LinkChanged("modem:gsm2", "off"))
    assert "modem:gsm2" not in words(status)


async def test_counts_follow_commits(desk: Desk, status: StatusPresenter) -> None:
    seen: list[Counts] = []
    status.counts_changed.connect(seen.append)
    await city.log(desk)
    await city.message(desk, "Đèn đường tắt ở Tô Ký")
    await until(lambda: seen and seen[-1].inbox_new == 1, "the counts")
    assert seen[-1].open_requests == 1


async def test_many_wishes_are_few_runs() -> None:
    ran: list[int] = []

    async def work() -> None:
        ran.append(1)

    coalesced = Coalesced(work, every_ms=20)
    for _ in range(100):
        coalesced.wish()
    await until(lambda: ran)
    await tasks.settle()
    assert len(ran) == 1
    coalesced.now()
    coalesced.now()
    coalesced.wish()
    await until(lambda: len(ran) == 3)
    coalesced.wish()
    coalesced.stop()
    await tasks.settle()
    assert len(ran) == 3
