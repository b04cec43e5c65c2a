"""A window that follows a centre: what another seat saves shows on its open page, and the status
line says in words how it stands when the line is cut and mended.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.driver.seat import seat
from tests.fakes.postgres import Centre, fresh_centre
from tests.fakes.wire_proxy import WireProxy
from tests.integration.cli.seat import Seat


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre of one's own."""
    made = fresh_centre()
    yield made
    made.close()


@pytest.fixture
def line(centre: Centre) -> Iterator[WireProxy]:
    """The window's line to it."""
    made = WireProxy(centre.cluster.folder)
    yield made
    made.close()


def test_another_seats_request_shows_and_the_words_are_true(
    console: Starter, centre: Centre, line: WireProxy, tmp_path: Path
) -> None:
    profile = seat(tmp_path)
    url = line.url(centre.database, centre.user("op1"))
    window = console(
        "--profile", str(profile), "--as", "supervisor", "run",
        env={"CONSOLE1022_CENTRAL__URL": url},
    )  # fmt: skip
    window.see_text("đã đồng bộ")
    window.keys("ctrl+3")
    other = Seat(
        tmp_path / "other",
        {
            "CONSOLE1022_CENTRAL__URL": centre.url(centre.user("op2")),
            "CONSOLE1022_SEAT__CONSOLE_CODE": "002",
        },
    )
    logged = other.log(description="Ổ gà sâu trước cổng trường")
    assert other.run("sync", "--once").json["pushed"] == 3
    window.until(
        lambda: any(row[0] == logged["number"] for row in window.rows("Hàng đợi")),
        "the other seat's request on the open page",
    )
    window.picture("live")
    line.cut()
    window.see_text("mất kết nối")
    window.picture("away")
    line.mend()
    window.see_text("đã đồng bộ")
    assert window.quit() == 0
