"""People at a seat with a centre: their own login over TLS and SCRAM is the check; what it says is
remembered for when the centre is away; another side's people stay out.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.errors import ConsoleError
from console.domain.live_events import AccountSeen
from console.domain.states import Role
from console.services.people.central_accounts import CentralAccounts
from console.store.central.administration import accounts
from console.store.central.administration.sign_in import CentralSignIn
from console.store.central.seat_link import PostgresCentral
from console.store.seat.local_store import LocalStore
from tests.integration.central.build import greet
from tests.integration.central.sign_in.test_network import HOST, PASSWORD, Far, far
from tests.integration.store.build import CATALOGUE

__all__ = ["far"]


class Clock:
    """Stands still."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class SeatOf:
    """A seat's store with the accounts of a centre; the centre can be taken away."""

    def __init__(self, far: Far, store: LocalStore) -> None:
        self.far, self.store, self.clock = far, store, Clock()
        self.entered: list[tuple[str, str]] = []
        self.accounts = self.over(far.port)

    def over(self, port: int) -> CentralAccounts:
        url = (
            f"postgresql://{HOST}:{port}/centre?hostaddr=127.0.0.1"
            f"&sslrootcert={self.far.ca.certificate}"
        )
        return CentralAccounts(
            self.store, self.clock, CentralSignIn(url), lambda *who: self.entered.append(who)
        )

    async def try_in(self, login: str, password: str = PASSWORD) -> str:
        """Who sits here then, or the code of the refusal."""
        try:
            actor = await self.accounts.sign_in(login, password, workstation="may-01")
        except ConsoleError as error:
            return error.code
        return f"{actor.user} {actor.role.value} {actor.agency or '-'}"

    @property
    def audit(self) -> list[tuple[str, str]]:
        trail = self.store.ask_now(lambda q: q.audit_trail())
        return [(line.actor, line.act) for line in reversed(trail)]


@pytest.fixture
def at(far: Far, tmp_path: Path) -> Iterator[SeatOf]:
    for login, role, agency in (
        ("hoa", "operator", None),
        ("tu", "supervisor", None),
        ("an", "officer", "cay-xanh"),
    ):
        accounts.add_user(far.admin(), login, role, agency, PASSWORD)
    store = LocalStore(tmp_path / "profile", CATALOGUE)
    yield SeatOf(far, store)
    store.close()


async def test_the_persons_own_login_is_the_check(at: SeatOf) -> None:
    assert await at.accounts.people() == ()
    assert await at.try_in("hoa", "đoán bừa") == "wrong_password"
    assert await at.try_in("khong-co") == "wrong_password"
    assert await at.try_in("hoa", "") == "wrong_password"
    assert await at.try_in("hoa") == "hoa operator -"
    assert at.entered == [("hoa", PASSWORD)]
    assert (await at.accounts.person("hoa")).role is Role.OPERATOR
    assert (await at.accounts.person("tu")).needs_password
    assert [p.user for p in await at.accounts.people()] == ["hoa"]
    assert at.audit[-1] == ("hoa", "signed_in")
    assert [act for _, act in at.audit].count("password_tried") == 3


async def test_after_five_wrong_ones_the_centre_is_not_even_asked(at: SeatOf) -> None:
    for _ in range(5):
        assert await at.try_in("hoa", "đoán bừa") == "wrong_password"
    assert await at.try_in("hoa") == "password_wait"
    at.clock.now += timedelta(seconds=6)
    assert await at.try_in("hoa") == "hoa operator -"


async def test_while_the_centre_is_away_who_was_here_comes_back_and_nobody_else(
    at: SeatOf,
) -> None:
    assert await at.try_in("hoa") == "hoa operator -"
    at.accounts = at.over(1)
    assert await at.try_in("hoa") == "hoa operator -"
    assert await at.try_in("hoa", "đoán bừa") == "wrong_password"
    assert await at.try_in("tu") == "never_here"


async def test_a_changed_or_blocked_login_counts_as_soon_as_the_centre_is_there(
    at: SeatOf,
) -> None:
    assert await at.try_in("tu") == "tu supervisor -"
    accounts.set_password(at.far.admin(), "tu", "câu mới của anh tư")
    assert await at.try_in("tu") == "wrong_password"
    assert await at.try_in("tu", "câu mới của anh tư") == "tu supervisor -"
    at.accounts = at.over(1)
    assert await at.try_in("tu") == "wrong_password"
    at.accounts = at.over(at.far.port)
    accounts.block_user(at.far.admin(), "tu")
    assert await at.try_in("tu", "câu mới của anh tư") == "wrong_password"


async def test_a_role_that_changed_is_the_new_one(at: SeatOf) -> None:
    assert await at.try_in("hoa") == "hoa operator -"
    accounts.add_user(at.far.admin(), "hoa", "supervisor", None, None)
    assert await at.try_in("hoa") == "hoa supervisor -"
    accounts.add_user(at.far.admin(), "hoa", "operator", None, None)


async def test_who_is_blocked_while_he_sits_here_does_not_come_back_without_the_centre(
    at: SeatOf,
) -> None:
    actor = await at.accounts.sign_in("hoa", PASSWORD, workstation="may-01")
    assert await at.accounts.seen(AccountSeen("hoa", "operator"), actor) == ""
    assert await at.accounts.seen(AccountSeen("tu", None), actor) == ""
    assert await at.accounts.seen(AccountSeen("hoa", None), actor) == "account_refused"
    assert at.audit[-1] == ("hoa", "login_refused")
    at.accounts = at.over(1)
    assert await at.try_in("hoa") == "never_here"


async def test_a_role_taken_away_while_he_sits_here_counts_without_the_centre_too(
    at: SeatOf,
) -> None:
    actor = await at.accounts.sign_in("tu", PASSWORD, workstation="may-01")
    assert await at.accounts.seen(AccountSeen("tu", "operator"), actor) == "role_changed"
    at.accounts = at.over(1)
    assert await at.try_in("tu") == "tu operator -"


async def test_an_officer_does_not_come_to_a_seat_of_the_switchboard(at: SeatOf) -> None:
    assert await at.try_in("hoa") == "hoa operator -"
    assert await at.try_in("an") == "other_side"
    assert at.entered == [("hoa", PASSWORD)]


async def test_nor_the_switchboard_to_a_seat_of_an_agency(at: SeatOf) -> None:
    assert await at.try_in("an") == "an officer cay-xanh"
    assert await at.try_in("hoa") == "other_side"


async def test_a_password_of_the_centre_is_changed_at_the_centre(at: SeatOf) -> None:
    actor = await at.accounts.sign_in("hoa", PASSWORD, workstation="may-01")
    with pytest.raises(ConsoleError) as caught:
        await at.accounts.set_password(actor, PASSWORD, "khác hẳn rồi")
    assert caught.value.code == "password_elsewhere"
    await at.accounts.locked(actor)
    assert at.audit[-1] == ("hoa", "locked")


def test_what_follows_the_centre_goes_under_the_next_persons_name(at: SeatOf) -> None:
    door = CentralSignIn(
        f"postgresql://{HOST}:{at.far.port}/centre?hostaddr=127.0.0.1"
        f"&sslrootcert={at.far.ca.certificate}"
    )
    central = PostgresCentral(door.dsn("hoa", PASSWORD))
    try:
        assert greet(central).login == "hoa"
        central.use(door.dsn("tu", PASSWORD))
        accounts.add_user(at.far.admin(), "tu", "supervisor", None, PASSWORD)
        with pytest.raises(ConsoleError) as caught:
            central.id_at(1)
        assert caught.value.code == "central_away"
        assert greet(central).login == "tu"
    finally:
        central.close()
