"""Which accounts a seat has: the seed's, or the centre's where the address names no login."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.assembly.accounts import choose_accounts
from console.assembly.core import Core, build_core
from console.assembly.seat import Seat
from console.config.layers import load
from console.config.settings import Loaded
from console.domain.live_events import AccountSeen, LinkChanged
from console.domain.states import Role
from console.services.people.accounts import LocalAccounts
from console.services.people.central_accounts import CentralAccounts
from console.store.central.administration import accounts
from console.store.central.administration.sign_in import CentralSignIn
from tests.fakes.postgres import Centre


def loaded(tmp_path: Path, url: str, **more: str) -> Loaded:
    (tmp_path / "config.toml").write_text(
        "\n".join(["[central]", f'url = "{url}"', *(f'{k} = "{v}"' for k, v in more.items())])
    )
    return load(tmp_path, environ={}, site_file=tmp_path / "none.toml")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    with build_core(tmp_path, loaded(tmp_path, "")) as made:
        yield made


@pytest.mark.parametrize(
    ("url", "more", "central"),
    [
        ("", {}, False),
        ("postgresql://may07@127.0.0.1/hotline", {}, False),
        ("postgresql://127.0.0.1/hotline", {"password_file": "/run/mat-khau"}, False),
        ("postgresql://127.0.0.1/hotline", {}, True),
        ("postgresql://trung-tam/hotline?sslmode=require", {}, False),
        ("nonsense", {}, False),
    ],
)
def test_people_sign_in_where_the_address_names_no_login(
    core: Core, tmp_path: Path, url: str, more: dict[str, str], central: bool
) -> None:
    settings = loaded(tmp_path, url, **more).settings.central
    choose_accounts(core.desk, settings, lambda _dsn: None)
    kind = CentralAccounts if central else LocalAccounts
    assert isinstance(core.desk.accounts, kind)
    assert core.desk.actor.user == ("" if central else "operator")


async def test_the_links_begin_as_who_signs_in_and_go_on_as_the_next_person(
    centre: Centre, tmp_path: Path
) -> None:
    for login in ("hoa", "tu"):
        centre.user(login)
    url = centre.url().replace("&user=postgres", "")
    assert not CentralSignIn.names_login(url)
    with build_core(tmp_path, loaded(tmp_path, url)) as core:
        seat = Seat(core, None, ())
        choose_accounts(core.desk, core.settings.central, seat.follow_login)
        seat.start()
        try:
            assert core.logins == ()
            up = asyncio.Event()

            def hear(heard: LinkChanged) -> None:
                if heard.link == "central" and heard.state == "up":
                    up.set()

            core.desk.bus.subscribe(LinkChanged, hear)
            for login in ("hoa", "tu"):
                actor = await core.desk.accounts.sign_in(login, "x" * 9, workstation="may-01")
                assert (actor.user, actor.role) == (login, Role.OPERATOR)
                await seen_at(centre, login)
            await asyncio.wait_for(up.wait(), 60)
        finally:
            await seat.stop()


async def test_a_role_change_and_a_block_at_the_centre_are_heard_of_at_once(
    centre: Centre, tmp_path: Path
) -> None:
    accounts.add_user(centre.dsn(), "huy", "supervisor", None, None)
    with build_core(tmp_path, loaded(tmp_path, centre.url("huy"))) as core:
        seat = Seat(core, None, ())
        roles: asyncio.Queue[str | None] = asyncio.Queue()
        core.desk.bus.subscribe(AccountSeen, lambda each: roles.put_nowait(each.role))
        seat.start()
        try:
            async with asyncio.timeout(120):  # it would be five minutes, were nobody told
                assert await roles.get() == "supervisor"
                accounts.add_user(centre.dsn(), "huy", "operator", None, None)
                while (role := await roles.get()) != "operator":
                    assert role == "supervisor", "a login that only does less is not refused"
                accounts.block_user(centre.dsn(), "huy")
                while await roles.get() is not None:
                    pass
        finally:
            await seat.stop()


async def test_an_agencys_seat_is_its_officers_from_the_first_word_of_the_centre_on(
    centre: Centre, tmp_path: Path
) -> None:
    accounts.add_user(centre.dsn(), "tu", "officer", "ubnd-ba-diem", None)
    made = loaded(tmp_path, centre.url("tu"))
    with build_core(tmp_path, made) as core:
        assert core.desk.actor.user == "operator", "nobody said whose seat it is"
        seat, heard, follows = Seat(core, None, ()), asyncio.Event(), asyncio.Event()
        core.desk.bus.subscribe(AccountSeen, lambda _each: heard.set())
        # The seat keeps what it heard before it says so.
        core.desk.bus.subscribe(LinkChanged, lambda at: follows.set() if at.state == "up" else None)
        seat.start()
        try:
            await asyncio.wait_for(follows.wait(), 60)
            assert heard.is_set()
        finally:
            await seat.stop()
    with build_core(tmp_path, made) as core:
        assert core.desk.actor.user == "officer-ubnd-ba-diem"
        assert core.desk.actor.agency == "ubnd-ba-diem"
    with build_core(tmp_path, made, user="auditor") as core:
        assert core.desk.actor.user == "auditor", "who is named by --as is meant"


async def seen_at(centre: Centre, login: str) -> None:
    """The centre knows the seat under this login, within the deadline."""
    async with asyncio.timeout(60):
        while True:
            with centre.connect() as link:
                rows = link.execute("select login from hotline.console").fetchall()
            if rows == [(login,)]:
                return
            await asyncio.sleep(0.05)
