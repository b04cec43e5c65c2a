"""Signing in at a seat: passwords, waits after wrong ones, the audit. Also drafts that change
hands, a citizen's number by an audited act, and presence.
"""

import asyncio
import threading
import unicodedata
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher

from console.domain.errors import ConsoleError, InputError, RefusedError
from console.domain.live_events import AccountSeen, PersonChanged
from console.domain.requests import commands as c
from console.domain.states import Role
from console.services.people import passwords
from console.services.people.accounts import LocalAccounts
from console.services.people.actors import actor_for
from console.services.people.number_masking import masked
from console.services.people.passwords import LONGEST_PASSWORD, require_good, wait_s
from console.services.people.presence import FADES_AFTER, NoPresence, Viewer, fresh
from tests.unit.services.conftest import Seat

GOOD = "cầu Chữ Y lúc 6 giờ"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with the least memory and time: dozens of passwords are judged here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


def audit(seat: Seat) -> list[tuple[str, str, str]]:
    """(actor, act, subject), oldest first."""
    trail = seat.desk.store.ask_now(lambda q: q.audit_trail())
    assert all(line.workstation == "may-07" for line in trail)
    return [(line.actor, line.act, line.subject) for line in reversed(trail)]


def on_disk(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


async def sign_in(seat: Seat, user: str, password: str = "", act: str = "signed_in") -> str:
    """The user at the seat afterwards, or the code of the refusal."""
    try:
        actor = await seat.desk.accounts.sign_in(
            user, password, workstation="may-07", act=act, by=seat.desk.actor.user
        )
    except ConsoleError as error:
        return error.code
    return actor.user


async def set_password(seat: Seat, new: str, old: str = "", user: str = "operator") -> str:
    actor = actor_for(user, seat.desk.catalogue, "may-07")
    try:
        await seat.desk.accounts.set_password(actor, old, new)
    except ConsoleError as error:
        return error.code
    return ""


async def test_everybody_of_the_seed_may_sit_here_the_switchboard_first(seat: Seat) -> None:
    people = await seat.desk.accounts.people()
    assert len(people) == len(seat.desk.catalogue.accounts)
    roles = [p.role for p in people]
    assert roles[0] is Role.OPERATOR
    assert roles.index(Role.OFFICER) > roles.index(Role.ADMINISTRATOR)
    assert not any(p.needs_password for p in people)
    officer = await seat.desk.accounts.person("officer-cay-xanh")
    assert (officer.role, officer.agency) == (Role.OFFICER, "cay-xanh")


async def test_without_a_password_the_name_is_enough_and_the_audit_has_it(seat: Seat) -> None:
    assert await sign_in(seat, "supervisor", act="handed_over") == "supervisor"
    await seat.desk.accounts.locked(seat.desk.actor)
    assert await sign_in(seat, "nobody") == "unknown_user"
    assert await sign_in(seat, "system") == "unknown_user"
    assert audit(seat) == [
        ("supervisor", "handed_over", "operator"),
        ("operator", "locked", ""),
    ]


async def test_a_password_is_asked_for_and_changed_by_the_old_one(seat: Seat) -> None:
    assert await set_password(seat, GOOD) == ""
    assert (await seat.desk.accounts.person("operator")).needs_password
    assert not (await seat.desk.accounts.person("supervisor")).needs_password
    assert await sign_in(seat, "operator") == "wrong_password"
    assert await sign_in(seat, "operator", GOOD.upper()) == "wrong_password"
    # The same letters, typed as base letter and accent.
    assert await sign_in(seat, "operator", unicodedata.normalize("NFD", GOOD)) == ("operator")
    assert await set_password(seat, "một câu khác hẳn", old="đoán bừa") == "wrong_password"
    assert await set_password(seat, "một câu khác hẳn", old=GOOD) == ""
    assert await sign_in(seat, "operator", GOOD) == "wrong_password"
    assert await set_password(seat, "", old="một câu khác hẳn") == ""
    assert await sign_in(seat, "operator") == "operator"
    acts = [act for _, act, _ in audit(seat)]
    assert acts.count("password_set") == 2
    assert acts[-2:] == ["password_removed", "signed_in"]


async def test_nothing_of_a_password_lies_on_the_disk(seat: Seat, tmp_path: Path) -> None:
    await set_password(seat, GOOD)
    await sign_in(seat, "operator", GOOD)
    kept = seat.desk.store.write_now(lambda uow: uow.credential("operator"))
    assert kept is not None
    assert kept.hash.startswith("$argon2id$")
    seat.desk.store.close()
    contents = on_disk(tmp_path)
    assert any(b"$argon2id$" in content for content in contents)
    assert not any(GOOD.encode() in content for content in contents)


async def test_a_seat_whose_login_is_an_agencys_is_for_its_officers(seat: Seat) -> None:
    accounts, operator = seat.desk.accounts, seat.desk.actor
    everybody = await accounts.people()
    assert await accounts.seen(AccountSeen("may07", "operator", None), operator) == ""
    assert await accounts.people() == everybody
    said = AccountSeen("tu", "officer", "ubnd-ba-diem")
    assert await accounts.seen(said, operator) == "other_side"
    assert [person.user for person in await accounts.people()] == ["officer-ubnd-ba-diem"]
    assert await sign_in(seat, "operator") == "other_side"
    officer = await accounts.sign_in("officer-ubnd-ba-diem", "", workstation="may-07")
    assert await accounts.seen(said, officer) == ""


def test_the_wait_grows_after_the_fifth_wrong_one() -> None:
    assert [wait_s(n) for n in range(9)] == [0, 0, 0, 0, 0, 5, 10, 20, 40]
    assert wait_s(60) == 300


async def test_five_wrong_ones_make_even_the_right_one_wait(seat: Seat) -> None:
    await set_password(seat, GOOD)
    for _ in range(5):
        assert await sign_in(seat, "operator", "sai bét") == "wrong_password"
    assert await sign_in(seat, "operator", GOOD) == "password_wait"
    with pytest.raises(RefusedError) as caught:
        await seat.desk.accounts.sign_in("operator", GOOD, workstation="may-07")
    assert 1 <= int(str(caught.value.params["seconds"])) <= 6
    # A restart changes nothing: the count is on disk.
    seat.desk.accounts = LocalAccounts(seat.desk.store, seat.desk.catalogue, seat.desk.clock)
    assert await sign_in(seat, "operator", GOOD) == "password_wait"
    seat.clock.forward(seconds=6)
    assert await sign_in(seat, "operator", GOOD) == "operator"
    for _ in range(4):
        assert await sign_in(seat, "operator", "sai bét") == "wrong_password"
    assert await sign_in(seat, "operator", GOOD) == "operator"
    assert [act for _, act, _ in audit(seat)].count("password_tried") == 11


async def test_a_clock_that_was_put_back_locks_nobody_out(seat: Seat) -> None:
    await set_password(seat, GOOD)
    for _ in range(6):
        await sign_in(seat, "operator", "sai bét")
        seat.clock.forward(hours=1)
    seat.clock.forward(days=-300)
    assert await sign_in(seat, "operator", GOOD) == "operator"


async def test_the_loop_goes_on_while_a_password_is_judged(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_password(seat, GOOD)
    loop, went_on, judge = asyncio.get_running_loop(), threading.Event(), passwords._judge

    def judging(*given: str) -> tuple[bool, str]:
        loop.call_soon_threadsafe(went_on.set)
        assert went_on.wait(60)
        return judge(*given)

    monkeypatch.setattr(passwords, "_judge", judging)
    assert await sign_in(seat, "operator", GOOD) == "operator"
    assert went_on.is_set()


@pytest.mark.parametrize(
    ("password", "code"),
    [("ngắn", "password_too_short"), ("a" * (LONGEST_PASSWORD + 1), "password_too_long")],
)
async def test_a_password_has_a_length(seat: Seat, password: str, code: str) -> None:
    assert await set_password(seat, password) == code
    with pytest.raises(InputError):
        require_good("")


def test_a_new_person_is_told_to_the_room(seat: Seat) -> None:
    heard: list[PersonChanged] = []
    seat.desk.bus.subscribe(PersonChanged, heard.append)
    seat.desk.seat(actor_for("supervisor", seat.desk.catalogue, "may-07"))
    assert seat.desk.actor.user == "supervisor"
    assert [e.user for e in heard] == ["supervisor"]


# --- drafts that change hands


def draft(seat: Seat, user: str = "operator") -> UUID:
    draft_id = uuid4()
    seat.do(c.SaveDraft(draft_id=draft_id, fields={"description": "Cống sụp"}), user)
    return draft_id


def owners(seat: Seat) -> dict[UUID, str]:
    return {d.id: d.operator for d in seat.desk.store.ask_now(lambda q: q.drafts())}


def hand_over(seat: Seat, *ids: UUID, to: str = "supervisor", user: str = "operator") -> str:
    try:
        seat.do(c.HandOverDrafts(draft_ids=ids, to_user=to), user)
    except ConsoleError as error:
        return error.code
    return ""


def test_drafts_are_given_by_their_owner_only_or_taken_by_a_supervisor(seat: Seat) -> None:
    mine, other = draft(seat), draft(seat, "administrator")
    assert hand_over(seat, mine, other) == "not_your_draft"
    assert owners(seat) == {mine: "operator", other: "administrator"}  # all or nothing
    assert hand_over(seat, mine, to="operator2") == ""
    assert hand_over(seat, mine) == "not_your_draft"
    assert hand_over(seat, mine, other, user="supervisor") == ""
    assert owners(seat) == {mine: "supervisor", other: "supervisor"}
    assert hand_over(seat, uuid4(), user="supervisor") == "no_such_draft"
    assert hand_over(seat, to=" ") == "unknown_user"
    assert hand_over(seat, mine, user="auditor") == "role_may_not"
    assert audit(seat) == [
        ("operator", "drafts_handed_over", "operator2"),
        ("supervisor", "drafts_handed_over", "supervisor"),
    ]


# --- a citizen's number


async def test_a_number_shows_by_a_logged_act_and_never_to_an_officer(seat: Seat) -> None:
    request_id = seat.log()
    number = seat.request(request_id).number
    for user in ("operator", "supervisor", "auditor"):
        actor = actor_for(user, seat.desk.catalogue, "may-07")
        assert await seat.desk.numbers.reveal(request_id, 0, actor) == "+84903123456"
    officer = actor_for("officer-cay-xanh", seat.desk.catalogue, "may-07")
    with pytest.raises(RefusedError, match="number_not_shown"):
        await seat.desk.numbers.reveal(request_id, 0, officer)
    shown = [(user, subject.replace(" ", "")) for user, act, subject in audit(seat)]
    assert shown == [(user, number) for user in ("operator", "supervisor", "auditor")]


async def test_where_there_is_no_number_nothing_is_logged(seat: Seat) -> None:
    request_id = seat.log(phone=None, email="lan@example.vn")
    actor = seat.desk.actor
    for wanted, place, code in (
        (request_id, 0, "no_number"),
        (request_id, 5, "no_number"),
        (uuid4(), 0, "no_such_request"),
    ):
        with pytest.raises(InputError, match=code):
            await seat.desk.numbers.reveal(wanted, place, actor)
    assert audit(seat) == []


def test_a_masked_number_keeps_three_digits() -> None:
    assert masked("+84903123456") == "••• ••• 456"
    assert masked("+8411") == masked("+841122") == "•••"
    assert masked(None) == ""


# --- presence


async def test_alone_nobody_else_looks(seat: Seat) -> None:
    alone, request_id = NoPresence(), uuid4()
    await alone.announce(request_id, seat.desk.actor)
    assert await alone.others(request_id, seat.desk.actor) == ()
    await alone.leave(request_id, seat.desk.actor)


def test_who_said_nothing_for_a_minute_is_gone(seat: Seat) -> None:
    now = seat.clock()
    lan = Viewer("Lan", "may-02", now - FADES_AFTER)
    gone = Viewer("An", "may-03", now - FADES_AFTER - timedelta(milliseconds=1))
    binh = Viewer("Bình", "may-01", now)
    assert fresh((lan, gone, binh), now) == (binh, lan)
