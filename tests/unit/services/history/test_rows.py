"""The content of history rows: states, times, numbers, people, codes; and why rows are refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.requests import numbering
from console.domain.states import AssignmentState, Channel, Priority, State, Verdict
from console.services.wording import sentences as wording
from tests.unit.services.history.made_files import (
    AGENCY,
    HEAD,
    NOW,
    ROW,
    SEED,
    SERVICE,
    Taken,
    changed,
    codes,
    rows_of,
    understood,
    written,
)

NUMBER = numbering.make(datetime(2016, 3, 4, tzinfo=UTC), 14, 123)


def one(folder: Path, head: str = HEAD, **values: str) -> Taken:
    """The request of the usual row with other values."""
    taken, refused = understood(written(folder, changed(**values), head=head))
    assert refused == []
    return taken[0]


def why(folder: Path, **values: str) -> str:
    """The code for which the row is refused."""
    taken, refused = understood(written(folder, changed(**values)))
    assert taken == []
    return refused[0][1]


def test_a_closed_report_whole(tmp_path: Path) -> None:
    imported = one(tmp_path)
    request = imported.request
    assert (request.number, request.state, request.channel) == (
        "PAKN-1", State.CLOSED, Channel.VOICE,
    )  # fmt: skip
    assert request.requested_at == datetime(2016, 3, 4, 1, 30, tzinfo=UTC)
    assert request.closed_at == datetime(2016, 3, 5, 3, 0, tzinfo=UTC)
    assert request.address_string == "66/1 Đồng Tâm"
    assert request.status_notes == "Đã sửa xong"
    given = request.assignments[0]
    assert (given.agency, given.state) == (AGENCY, AssignmentState.RESOLVED)
    assert given.due_at == datetime(2016, 3, 5, 1, 30, tzinfo=UTC)
    assert (request.reporters[0].name, request.reporters[0].phone) == (
        "Nguyễn Thị Ánh", "+84903123456",
    )  # fmt: skip
    assert {each.actor for each in imported.events()} == {"import"}
    assert [each.hlc >> 16 for each in imported.events()] == [
        int(each.at.timestamp() * 1000) for each in imported.events()
    ]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("open", State.FORWARDED),
        ("received", State.FORWARDED),  # an agency is named
        ("accepted", State.ACCEPTED),
        ("in_progress", State.IN_PROGRESS),
        ("Đang xử lý", State.IN_PROGRESS),
        ("resolved", State.RESOLVED),
        ("Closed", State.CLOSED),
        ("Đóng", State.CLOSED),
        ("từ chối", State.REJECTED),
        ("cancelled", State.CANCELLED),
    ],
)
@pytest.mark.parametrize("reporter", ["", "Ánh"])
def test_every_state_is_what_its_events_fold_to(
    tmp_path: Path, said: str, state: State, reporter: str
) -> None:
    imported = one(tmp_path, status=said, reporter_name=reporter, reporter_phone="")
    assert imported.request.state is state
    assert len(imported.request.reporters) == (1 if reporter else 0)


def test_without_an_agency_it_waits_with_us(tmp_path: Path) -> None:
    imported = one(tmp_path, status="open", agency_responsible="")
    assert imported.request.state is State.RECEIVED
    assert why(tmp_path, agency_responsible="") == "history_agency_needed"


def test_without_a_status_the_closing_date_decides(tmp_path: Path) -> None:
    assert one(tmp_path, status="").request.state is State.CLOSED
    assert one(tmp_path, status="", closed_datetime="").request.state is State.FORWARDED


def test_a_number_of_ours_is_kept_and_any_other_id_stays_readable(tmp_path: Path) -> None:
    spoken = one(tmp_path, service_request_id=numbering.spoken(NUMBER))
    assert (spoken.request.number, spoken.kept_number) == (NUMBER, True)
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    assert one(tmp_path, service_request_id=wrong).request.number == wrong
    assert not one(tmp_path, service_request_id=wrong).kept_number
    assert one(tmp_path, service_request_id="Q12 / 77").request.number == "Q12 / 77"
    nameless = one(tmp_path, service_request_id="").request.number
    assert nameless.startswith("LS-")
    assert nameless.endswith("-2")


def test_names_of_services_and_agencies_do_as_well_as_codes(tmp_path: Path) -> None:
    agency = SEED.agencies[AGENCY].name.upper()
    head = HEAD.replace("service_code", "service_name")
    imported = one(tmp_path, agency_responsible=agency)
    assert imported.request.assignments[0].agency == AGENCY
    row = changed().replace(f'"{SERVICE}"', f'"{SEED.services[SERVICE].name}"')
    taken, refused = understood(written(tmp_path, row, head=head))
    assert refused == []
    assert taken[0].request.service_code == SERVICE


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2016-03-04T08:30:00+07:00", datetime(2016, 3, 4, 1, 30, tzinfo=UTC)),
        ("2016-03-04T01:30:00Z", datetime(2016, 3, 4, 1, 30, tzinfo=UTC)),
        ("2016-03-04 08:30", datetime(2016, 3, 4, 1, 30, tzinfo=UTC)),
        ("2016-03-04 08:30:00 +0700", datetime(2016, 3, 4, 1, 30, tzinfo=UTC)),
        ("2016-03-04T08:30:00.123456", datetime(2016, 3, 4, 1, 30, 0, 123000, tzinfo=UTC)),
        ("2016-03-04", datetime(2016, 3, 3, 17, tzinfo=UTC)),
        ("04/03/2016 08:30", datetime(2016, 3, 4, 1, 30, tzinfo=UTC)),
        ("4/3/2016", datetime(2016, 3, 3, 17, tzinfo=UTC)),
        ("04-03-2016 8:30:15", datetime(2016, 3, 4, 1, 30, 15, tzinfo=UTC)),
    ],
)
def test_times_as_iso_or_day_first(tmp_path: Path, text: str, at: datetime) -> None:
    assert one(tmp_path, requested_datetime=text).request.requested_at == at


@pytest.mark.parametrize(
    "text",
    ["hôm qua", "31/02/2016", "2016-13-01", "03/04/16", "2016", "2016-03-04T25:00", "٤/٣/٢٠١٦",
     "0000-00-00", "1e9", "2016-W10-5"],
)  # fmt: skip
def test_what_is_no_time_is_refused(tmp_path: Path, text: str) -> None:
    assert why(tmp_path, requested_datetime=text) == "history_bad_time"


@pytest.mark.parametrize("text", ["1999-12-31", "0001-01-01", "9999-12-31T23:59:59-12:00"])
def test_impossible_times_are_refused(tmp_path: Path, text: str) -> None:
    code = why(tmp_path, requested_datetime=text)
    assert code in ("history_impossible_time", "history_bad_time")
    future = (NOW + timedelta(days=2)).isoformat()
    assert why(tmp_path, requested_datetime=future) == "history_impossible_time"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"service_code": "không-có"}, "unknown_service"),
        ({"service_code": ""}, "history_value_needed"),
        ({"agency_responsible": "không-có"}, "unknown_agency"),
        ({"requested_datetime": ""}, "history_value_needed"),
        ({"closed_datetime": "2016-03-01"}, "history_ends_early"),
        ({"closed_datetime": "", "updated_datetime": ""}, "history_value_needed"),
        ({"expected_datetime": "2015-01-01"}, "history_ends_early"),
        ({"status": "chưa rõ"}, "history_bad_choice"),
        ({"status": "merged"}, "history_bad_choice"),
        ({"status": "rejected", "status_notes": ""}, "history_value_needed"),
        ({"lat": "91"}, "impossible_coordinates"),
        ({"lat": "nan"}, "impossible_coordinates"),
        ({"lat": "1e400"}, "impossible_coordinates"),
        ({"lat": "0", "long": "0"}, "impossible_coordinates"),
        ({"lat": ""}, "impossible_coordinates"),
        ({"channel": "bồ câu"}, "history_bad_choice"),
        ({"reporter_phone": "abc"}, "not_a_phone"),
        ({"description": "x" * 4001}, "history_text_too_long"),
        ({"address": "x" * 1001}, "history_text_too_long"),
        ({"service_request_id": "x" * 61}, "history_text_too_long"),
    ],
)
def test_bad_values_are_refused_with_their_reason(
    tmp_path: Path, values: dict[str, str], code: str
) -> None:
    assert why(tmp_path, **values) == code
    assert wording.sentence(code) != wording.sentence("unknown_code", {"code": code})


def test_hostile_text_is_cleaned(tmp_path: Path) -> None:
    request = one(
        tmp_path, description="\u202egnuh\u200b \0Nắp\u0007 hố", reporter_name="\u2066Ánh\u2069"
    ).request
    assert request.description == "gnuh Nắp hố"
    assert request.reporters[0].name == "Ánh"


def test_a_quote_against_formulas_goes_again(tmp_path: Path) -> None:
    assert one(tmp_path, description="'=1+1").request.description == "=1+1"
    assert one(tmp_path, description="'tis").request.description == "'tis"


def test_decimal_commas_and_a_pin_far_away(tmp_path: Path) -> None:
    assert one(tmp_path, lat="10,86", long="106,61").request.lat == 10.86
    far = one(tmp_path, lat="21.03", long="105.85").request
    assert far.attributes == (("outside_city", "yes"),)


def test_more_columns_of_ours(tmp_path: Path) -> None:
    ward = next(iter(SEED.wards))
    head = HEAD + ",ward_code,priority,verdict,reporter_email,legacy_ward"
    row = changed() + f",{ward},Khẩn,Không hài lòng,a@B.VN,Phường 1"
    taken, refused = understood(written(tmp_path, row, row.replace(ward, "999"), head=head))
    assert codes(refused) == ["unknown_ward"]
    request = taken[0].request
    assert (request.ward_code, request.priority, request.verdict) == (
        ward, Priority.URGENT, Verdict.NOT_SATISFIED,
    )  # fmt: skip
    assert request.reporters[0].email == "a@b.vn"


def test_ids_follow_from_what_the_row_says(tmp_path: Path) -> None:
    first = one(tmp_path)
    again = one(tmp_path)
    assert (again.request.id, again.ids) == (first.request.id, first.ids)
    other = one(tmp_path, status_notes="Đã sửa lại")
    assert other.request.id == first.request.id
    assert not set(other.ids) & set(first.ids)
    assert one(tmp_path, service_request_id="PAKN-2").request.id != first.request.id
    assert first.request.id.version == 7
    assert first.request.id.int >> 80 == int(first.request.requested_at.timestamp() * 1000)


CELL = st.one_of(
    st.sampled_from(["", "closed", "open", SERVICE, AGENCY, "2016-03-04", "04/03/2016 7:00",
                     "10.86", "106.61", NUMBER, "0903 123 456", "'=1", "voice", "nan", "\0"]),
    st.text(max_size=30),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=14, max_size=18), max_size=6), st.data())
def test_any_row_is_taken_as_it_folds_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], data: st.DataObject
) -> None:
    good = ROW if data.draw(st.booleans()) else ""
    lines = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    text = "\n".join([HEAD, *lines, good]).encode("utf-8", "surrogatepass")
    file = tmp_path_factory.mktemp("rows") / "x.csv"
    file.write_bytes(text)
    taken, refused = understood(file)
    for _, code in refused:
        assert "{" not in wording.sentence(code)
    assert len(taken) + len(refused) >= (1 if good else 0)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 300), st.integers(0, 30))
def test_bytes_put_anywhere_break_nothing(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int, cut: int
) -> None:
    file = tmp_path_factory.mktemp("noise") / "x.csv"
    whole = f"{HEAD}\n{ROW}\n{changed(service_request_id='P-2')}\n".encode()
    start = len(HEAD) + 1 + place
    file.write_bytes(whole[:start] + noise + whole[start + cut :])
    taken, refused = understood(file)
    assert len(taken) + len(refused) == len(rows_of(file))
