"""An SMS becomes a request, is acknowledged, mended and closed; another one is rejected.

Real: the program, its window and keys, AT over a pseudo-terminal, PDUs both ways, SQLite.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Starter
from tests.e2e.driver.peers import Modem
from tests.e2e.driver.program import Program
from tests.e2e.driver.seat import seat, verb
from tests.e2e.driver.steps import MAIN_STEPS, hear_the_verdict, main_steps, mend, see_the_result

CITIZEN = "+84903123456"
PLACE = "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)"
TROUBLE = f"Nắp cống bị sụp trước nhà {PLACE}, xe máy dễ té."
SHORT = "Cây ngã chắn ngang đường Võ Công Tồn."
INBOX = "Hộp thư"


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[Modem]:
    """A modem with an empty SIM."""
    peer = Modem(tmp_path / "gsm")
    yield peer
    peer.end()


def see_in_inbox(window: Program, text: str) -> None:
    """The message is the only one in the list, and is read on the right."""
    window.keys("ctrl+2")
    window.until(lambda: [row[2] for row in window.rows(INBOX)] == [text], "the SMS in the list")
    window.see(text, "label")


def test_an_sms_becomes_a_request_and_is_closed(
    console: Starter, modem: Modem, tmp_path: Path
) -> None:
    profile = seat(tmp_path, modem=modem.device)
    window = console("--profile", str(profile), "run")
    modem.receive(CITIZEN, TROUBLE)
    see_in_inbox(window, TROUBLE)
    assert window.rows(INBOX)[0][1] == "0903 123 456"
    window.until(lambda: modem.stored() == 0, "an empty SIM")
    window.picture("inbox")

    # Triage: the form opens with what the message says; the rest is typed.
    window.keys("ctrl+Return")  # Lập phản ánh
    window.until(lambda: window.text_of("Mô tả") == TROUBLE, "a form with the text of the SMS")
    assert window.text_of("Số điện thoại") == "0903 123 456"
    window.tab_to("Loại sự cố")
    window.type("nap cong")
    window.keys("Return")
    window.tab_to("Địa chỉ")
    window.paste(PLACE)
    window.until(lambda: window.text_of("Phường/Xã") == "Xã Bà Điểm", "the ward of today")
    window.picture("form")
    window.keys("ctrl+s")
    window.see_text("Đã lưu 26 001")
    (request,) = verb(profile, "request", "list")
    assert (request["channel"], request["state"]) == ("sms", "forwarded")
    number, agency = request["number"], request["agency_responsible"]

    # The receipt leaves through the modem; the network says that it arrived.
    receipt = modem.wait_for_sent("1022 đã nhận phản ánh", number)
    assert receipt["number"] == CITIZEN
    window.keys("ctrl+3")  # Hàng đợi
    window.see("đã đến máy", "label")
    window.picture("receipt")
    window.quit()

    officer = console("--profile", str(profile), "--as", f"officer-{agency}", "run")
    mend(officer, number, TROUBLE, hidden=("0903",))
    officer.quit()

    desk = console("--profile", str(profile), "run")
    see_the_result(desk)
    hear_the_verdict(desk)
    request = verb(profile, "request", "show", number, "--events")
    assert request["state"] == "closed"
    assert main_steps(request) == MAIN_STEPS
    kinds = [event["kind"] for event in request["events"]]
    assert kinds.index("message_queued") < kinds.index("message_delivered")
    assert desk.quit() == 0


def test_each_other_way_out_of_the_inbox_has_a_key(
    console: Starter, modem: Modem, tmp_path: Path
) -> None:
    """Reject with a reason, ask for more, join to a request, spam and back."""
    profile = seat(tmp_path, modem=modem.device)
    report = {"service_code": "roads.pothole", "description": "Ổ gà sâu", "address_string": PLACE,
              "lat": 10.8612, "long": 106.6, "reporter": {"phone": CITIZEN}}  # fmt: skip
    there = verb(profile, "request", "log", said=json.dumps(report))
    window = console("--profile", str(profile), "run")
    advert = "Ban dat nen gia re, lien he ngay!"
    modem.receive(CITIZEN, advert)
    see_in_inbox(window, advert)

    window.keys("ctrl+b")  # Từ chối
    window.see("Từ chối", "dialog")
    window.picture("reject")
    window.keys("ctrl+Return")
    window.until(lambda: not window.rows(INBOX), "an empty inbox")
    answer = modem.wait_for_sent("Không thuộc phạm vi tiếp nhận của 1022")
    assert answer["number"] == CITIZEN

    modem.receive(CITIZEN, "Hư rồi")
    see_in_inbox(window, "Hư rồi")
    window.keys("ctrl+h")  # Hỏi thêm
    window.see("Hỏi thêm", "dialog")
    window.keys("ctrl+a")
    window.type("Hu o dau?")
    window.keys("ctrl+Return")
    assert modem.wait_for_sent("Hu o dau?")["number"] == CITIZEN
    window.until(lambda: not window.rows(INBOX), "it waits for an answer")

    modem.receive(CITIZEN, "Ổ gà này vẫn chưa vá")
    see_in_inbox(window, "Ổ gà này vẫn chưa vá")
    window.keys("ctrl+m")  # Gộp vào…
    window.see("Gộp vào phản ánh có sẵn", "dialog")
    window.type(there["number"])
    window.see_text("66/1 Đồng Tâm")
    window.picture("join")
    window.keys("ctrl+Return")
    window.until(lambda: not window.rows(INBOX), "it belongs to the request")

    modem.receive(CITIZEN, "abc xyz")
    see_in_inbox(window, "abc xyz")
    window.keys("ctrl+j")  # Tin rác
    window.until(lambda: not window.rows(INBOX), "it lies with the spam")
    assert [row["number"] for row in verb(profile, "request", "list")] == [there["number"]]
    assert window.quit() == 0


def test_an_sms_is_on_disk_before_it_is_deleted_from_the_sim(
    console: Starter, modem: Modem, tmp_path: Path
) -> None:
    profile = seat(tmp_path, modem=modem.device)
    first = console("--profile", str(profile), "run")
    first.see_text("sóng")
    modem.kill_at(first.process.pid, "AT+CMGD")
    modem.receive(CITIZEN, SHORT)
    modem.wait_for("killed")
    assert first.process.wait(60) == -9
    assert modem.stored() == 1

    # The cable is out: what shows now can only come from the disk.
    second = console("--profile", str(profile), "run")
    see_in_inbox(second, SHORT)

    # Back at the modem, the copy on the SIM is known, and deleted.
    modem.plug()
    second.until(lambda: modem.stored() == 0, "an empty SIM")
    assert [row[2] for row in second.rows(INBOX)] == [SHORT]
