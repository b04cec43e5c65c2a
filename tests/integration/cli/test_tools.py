"""`telephony trace`, `sms decode`, `address parse`, `map …`: one JSON object a line."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.cli.seat import ROOT, Seat

RECORDINGS = sorted((ROOT / "tests/data/ami").glob("*.txt"))
KINDS = {
    *("offered", "ringing", "answered", "held", "resumed", "transferred", "conferenced", "ended"),
    *("abandoned", "missed", "callback_requested", "recording", "dtmf", "queue_changed"),
    *("agent_changed", "link"),
}
CALL = {"kind", "call_id", "queue", "direction", "peer_number", "peer_name", "operator", "reason",
        "at"}  # fmt: skip
SMS = {"kind", "number", "timestamp", "text", "reference", "total", "sequence", "message_class",
       "status", "flags", "error"}  # fmt: skip
ADDRESS = {"input", "number", "street", "cross_street", "ward", "district", "new_wards",
           "needs_choice", "unknown"}  # fmt: skip


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda file: file.stem)
def test_every_recording_is_told_in_the_contracts_words(seat: Seat, recording: Path) -> None:
    done = seat.run("telephony", "trace", recording)
    assert (done.code, done.err) == (0, "")
    for event in done.lines:
        assert set(event) >= CALL
        assert event["kind"] in KINDS
        assert datetime.fromisoformat(event["at"]).utcoffset() is not None
        assert "" not in [event[key] for key in CALL], "unknown is null"


def test_an_answered_call_from_ring_to_end(seat: Seat) -> None:
    recording = next(file for file in RECORDINGS if file.stem.startswith("01_"))
    kinds = [event["kind"] for event in seat.run("telephony", "trace", recording).lines]
    told = [kind for kind in kinds if kind in ("offered", "ringing", "answered", "ended")]
    assert told[0] == "offered"
    assert told.index("ringing") < told.index("answered") < told.index("ended")


def test_sms_vectors(seat: Seat, shared_data: Path) -> None:
    file = shared_data / "pdu_vectors.tsv"
    vectors = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line[0] != "#"]
    pdus = seat.profile.with_name("pdus.txt")
    pdus.write_text("".join(f"{vector[2]}\n" for vector in vectors), "utf-8")
    done = seat.run("sms", "decode", "--file", pdus)
    assert done.code == 0
    assert len(done.lines) == len(vectors), "a refused PDU does not stop the rest"
    for vector, form in zip(vectors, done.lines, strict=True):
        assert set(form) == SMS, vector[0]
        if form["error"] is None:
            assert form["kind"] in ("deliver", "submit", "status_report")
            assert not vector[4] or form["number"] == vector[4], vector[0]
    assert sum(form["error"] is None for form in done.lines) > len(vectors) // 2


def test_one_sms(seat: Seat) -> None:
    pdu = "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37"
    form = seat.run("sms", "decode", pdu).json
    assert (form["kind"], form["number"], form["text"]) == ("deliver", "+18005551212", "hellohello")
    assert form["timestamp"] == "2011-01-01T12:34:56+00:00"
    assert form["error"] is None
    for broken in ("", "zz", "07912143658709F104", "ế", "AB" * 10_000):
        done = seat.run("sms", "decode", broken)
        assert done.code == 2
        assert json.loads(done.out)["error"]
        assert set(json.loads(done.out)) == SMS


def test_an_address(seat: Seat) -> None:
    form = seat.run("address", "parse", "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)").json
    assert set(form) == ADDRESS
    assert (form["number"], form["street"]) == ("66/1", "Đồng Tâm")
    assert (form["ward"], form["district"]) == ("Xã Trung Chánh", "Huyện Hóc Môn")
    assert form["new_wards"] == [{"code": "27592", "name": "Xã Bà Điểm"}]
    assert form["cross_street"] is None
    assert form["needs_choice"] is False
    unquoted = seat.run("address", "parse", "66/1", "Đồng", "Tâm,", "xã", "Trung", "Chánh")
    assert unquoted.json["street"] == "Đồng Tâm"
    for odd in ("?", "\u202e", "x" * 5000, "<b>Lê Lợi</b>", "${7*7}"):
        assert set(seat.run("address", "parse", odd).json) == ADDRESS


def test_addresses_from_a_file(seat: Seat, shared_data: Path) -> None:
    with (shared_data / "addresses.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    asked = seat.profile.with_name("addresses.txt")
    asked.write_text("".join(f"{row['text']}\n" for row in rows), "utf-8")
    done = seat.run("address", "parse", "--file", asked)
    assert [form["input"] for form in done.lines] == [row["text"] for row in rows]
    assert all(set(form) == ADDRESS for form in done.lines)


def test_wards_are_checked_then_used(seat: Seat, shared_data: Path) -> None:
    outlines = shared_data / "hcmc_wards.geojson"
    check = seat.run("map", "check", "--json")
    assert (check.code, {line["name"]: line["state"] for line in check.json}["wards"]) == (
        1,
        "warn",
    )
    dry = seat.run("map", "import-wards", outlines, "--dry-run", "--json").json
    assert (dry["taken"], dry["dry_run"], dry["refused"]) == (168, True, [])
    assert not (seat.profile / "map").exists()
    done = seat.run("map", "import-wards", outlines)
    assert (done.code, "168" in done.out) == (0, True)
    after = {line["name"]: line for line in seat.run("--json", "map", "check").json}
    assert after["wards"]["state"] == "ok"
    logged = seat.log(address_string=None, lat=10.7769, long=106.7009)
    assert logged["ward_code"], "the ward under the pin"


def test_outlines_that_are_none(seat: Seat, tmp_path: Path) -> None:
    bad = tmp_path / "bad.geojson"
    for text in ("", "{}", "[]", '{"features": 3}', "[" * 100_000, "\x00\xff"):
        bad.write_text(text, "utf-8")
        assert str(bad) in seat.fails(2, "map", "import-wards", bad)
    bad.write_text('{"features": [{"properties": {"code": "1"}}, null, 5]}', "utf-8")
    done = seat.run("map", "import-wards", bad)
    assert (done.code, "0" in done.out) == (2, True)
    assert not (seat.profile / "map").exists()
