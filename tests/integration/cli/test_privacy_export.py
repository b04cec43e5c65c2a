"""`privacy export`: everything about one person and nothing about another, for those who may."""

import json
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from console.domain.requests.numbering import spoken
from console.domain.states import Channel, DeliveryState, Purpose
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import CallRecord, Contact
from console.services.views.contacts import OutreachRow
from console.store.seat.local_store import LocalStore
from console.store.seat.profile_lock import stays
from tests.integration.cli.seat import Seat
from tests.integration.cli.test_audit import acts
from tests.integration.store.build import reporter

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LAN, BINH = "+84903123456", "+84912345678"


def kept(uow: UnitOfWork) -> None:
    """What exists besides requests, of Lan and of Bình."""
    for phone, text in ((LAN, "=cmd của Lan"), (BINH, "riêng của Bình")):
        uow.save_contact(contact(Channel.SMS, phone, text))
        sent = DeliveryState.SENT
        purpose = Purpose.ACKNOWLEDGEMENT
        answer = OutreachRow(uuid4(), Channel.SMS, phone, f"gửi {text}", purpose, sent, AT, AT)
        uow.save_outreach(answer)
        uow.save_call(
            CallRecord(
                pbx="ami",
                call_id=phone,
                state="done",
                offered_at=AT,
                contact_id=uuid4(),
                phone=phone,
                operator="operator",
                recorded=f"/var/spool/{phone}.wav",
            )
        )
        uow.set_opt_out(Channel.SMS, phone, AT, out=True)
    uow.save_contact(contact(Channel.EMAIL, "lan@example.vn", "thư của Lan"))


def contact(channel: Channel, sender: str, text: str) -> Contact:
    """A message."""
    return Contact(
        id=uuid4(),
        channel=channel,
        external_id=f"{channel} {sender}",
        received_at=AT,
        sender=sender,
        sender_key=sender,
        text=text,
    )


@pytest.fixture
def lived(seat: Seat) -> Seat:
    """A seat where Lan and Bình reported the same hole, and Bình another one."""
    number = seat.log()["number"]
    seat.log(description="hố của Bình", reporter={"name": "Trần Văn Bình", "phone": "0912 345 678"})
    seat.do(number, "note", "--text", "Trần Văn Bình 0912345678 cũng gọi")
    with closing(LocalStore(seat.profile, load_catalogue())) as store:
        store.write_now(kept)
        hole = store.ask_now(lambda q: q.find_number(number))
        assert hole is not None
        store.write_now(lambda uow: uow.append([reporter(hole, BINH, "Trần Văn Bình")]))
    return seat


def test_all_of_one_and_nothing_of_another(lived: Seat, tmp_path: Path) -> None:
    file = tmp_path / "lan.json"
    number = lived.run("--json", "request", "list", "--query", "giữa đường").json[0]["number"]
    assert lived.run("request", "show", number).code == 0
    done = lived.run("--json", "privacy", "export", "0903.123.456", "LAN@example.vn", "--out", file)
    assert done.json["requests"] == 1
    assert done.json["read_before_giving"] == [number]
    assert (done.json["contacts"], done.json["messages"], done.json["calls"]) == (2, 1, 1)
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text("utf-8")
    assert "Bình" not in text
    assert "345678" not in text
    said = json.loads(text)
    (request,) = said["requests"]
    assert request["number"] == number
    assert request["reporter"][0]["name"] == "Lan"
    assert any("*** ***678 cũng gọi" in step["said"] for step in request["steps"])
    assert {x["text"] for x in said["contacts"]} == {"=cmd của Lan", "thư của Lan"}
    assert said["messages"][0]["text"] == "gửi =cmd của Lan"
    assert said["calls"][0]["recording"] == f"{LAN}.wav"
    assert said["wants_no_messages"][0]["so"]
    assert [x["act"] for x in said["read_by"]] == ["list_exported", "request_read"]


def test_it_is_written_down_and_names_nobody(lived: Seat, tmp_path: Path) -> None:
    file = tmp_path / "lan.xlsx"
    with closing(LocalStore(lived.profile, load_catalogue())) as window:  # what a window holds open
        stays(lived.profile)
        lived.run("--as", "supervisor", "privacy", "export", LAN, "lan@example.vn", "--out", file)
        assert window.chain_reader_lines() == 1
    (line,) = acts(lived, "--act", "person_exported")
    assert line[1] == "••• ••• 456, •••@•••"
    assert line[2].startswith("xlsx 1: ")
    assert "903123" not in repr(line)
    with zipfile.ZipFile(file) as book:
        sheets = b"".join(book.read(n) for n in book.namelist())
        parts = [book.read(n) for n in book.namelist() if "worksheets/sheet" in n]
    assert sheets
    assert len(parts) == 10
    assert not any(b"<f>" in part for part in parts)
    words = b"".join(parts).decode()
    assert "=cmd của Lan" in words
    assert "Bình" not in words
    # The next file says who took this one.
    again = tmp_path / "again.json"
    lived.run("privacy", "export", LAN, "--out", again)
    assert json.loads(again.read_text())["read_by"][-1]["act"] == "person_exported"


def test_only_those_who_may_get_it(lived: Seat, tmp_path: Path) -> None:
    file = tmp_path / "lan.json"
    for user in ("operator", "officer-cay-xanh"):
        said = lived.fails(2, "--as", user, "privacy", "export", LAN, "--out", file)
        assert "xuất dữ liệu của một người" in said
    assert "số điện thoại" in lived.fails(2, "privacy", "export", "Lan", "--out", file)
    assert ".xlsx" in lived.fails(2, "privacy", "export", LAN, "--out", tmp_path / "lan.pdf")
    lived.fails(2, "privacy", "export", LAN, "--out", tmp_path / "không có" / "lan.json")
    (lived.profile / "audit-beside").write_text("not a folder")
    assert "nhật ký" in lived.fails(3, "privacy", "export", LAN, "--out", file)
    assert not file.exists()
    assert acts(lived, "--act", "person_exported") == []


def test_who_has_nothing_here_gets_an_empty_file(seat: Seat, tmp_path: Path) -> None:
    number = spoken(seat.log()["number"])
    file = tmp_path / "ai.json"
    assert seat.run("privacy", "export", "028 3829 1022", "--out", file).code == 0
    assert number not in file.read_text("utf-8")
    assert json.loads(file.read_text("utf-8"))["requests"] == []
