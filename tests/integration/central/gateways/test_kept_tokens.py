"""Zalo's single-use tokens kept at the centre by two gateways on two machines: a real PostgreSQL,
and a server that takes each refresh token once.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import psycopg
import pytest

from console.assembly.channels import written_channels
from console.assembly.core import Core, build_core
from console.assembly.seat import Seat
from console.channels.file_leases import FileLeases
from console.channels.social.api import Api
from console.channels.zalo.sealing import seal, unseal
from console.channels.zalo.tokens import NAME, REST, ZaloTokens
from console.config.layers import load
from console.domain.errors import InputError, UnavailableError
from console.domain.ids import uuid7
from console.services.gateway.channel_runner import LeaseState
from console.services.gateway.leases import SharedLeases
from console.services.people.number_masking import NumberGate
from console.services.ports.central.sync import ConsoleIdentity
from console.store.central.gateway_questions import GatewayQuestions
from console.store.central.seat_questions import SeatQuestions
from console.store.exchange.shared_rows import LocalSharedStore
from tests.fakes import social_peer as fake
from tests.fakes.postgres import Centre
from tests.fakes.social_peer import SocialPeer
from tests.integration.central.gateways.test_gateways import until


@dataclass
class Machine:
    """One machine's gateway, as far as the tokens go; `now` is its clock."""

    name: str
    seat: SeatQuestions
    leases: SharedLeases
    file: Path
    peer: SocialPeer
    ahead: timedelta = timedelta(0)
    apis: list[Api] = field(default_factory=list)
    tokens: ZaloTokens = field(init=False)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def start(self, secret: str = fake.SECRET_KEY) -> ZaloTokens:
        """The gateway's program begins; nothing is remembered but the file."""
        self.apis.append(Api(self.peer.url, timeout_s=3))
        self.tokens = ZaloTokens(self.file, fake.APP, lambda: secret, self.apis[-1], self.now)
        self.tokens.place = self.leases
        return self.tokens

    async def hold(self) -> bool:
        """As the gateway does each 10 s."""
        held = await self.leases.take(NAME)
        self.tokens.ours = held is LeaseState.OURS
        return self.tokens.ours

    def give(self, access: str, refresh: str) -> None:
        """A person puts a pair in."""
        ends = (self.now() + timedelta(hours=25)).isoformat()
        pair = {"access_token": access, "refresh_token": refresh, "expires_at": ends}
        self.file.write_text(json.dumps(pair))
        self.file.chmod(0o600)

    @property
    def trouble(self) -> str:
        """Why the last renewal failed, as the status line says it."""
        return self.tokens.trouble.code if self.tokens.trouble else ""

    @property
    def in_file(self) -> dict[str, str]:
        """What this machine has on disk."""
        return dict(json.loads(self.file.read_text()))


type Maker = Callable[[str], Machine]


@pytest.fixture
async def machine(centre: Centre, tmp_path: Path) -> AsyncIterator[Maker]:
    made: list[Machine] = []
    async with SocialPeer() as peer:

        def make(name: str) -> Machine:
            folder = tmp_path / name
            folder.mkdir()
            centre.user(name)
            identity = ConsoleIdentity(len(made) + 1, uuid7(), name, 1)
            seat = SeatQuestions(centre.client(name), identity, cast("NumberGate", None))
            seat.start()
            leases = SharedLeases(FileLeases(folder))
            leases.centre = GatewayQuestions(seat, cast("LocalSharedStore", None), name)
            made.append(Machine(name, seat, leases, folder / "tokens.json", peer))
            made[-1].start()
            return made[-1]

        yield make
        for each in made:
            await each.leases.release(NAME)
            assert await asyncio.to_thread(each.seat.stop)
            for api in each.apis:
                await api.close()


def free(centre: Centre) -> None:
    """The holder's machine is gone: the lease runs out."""
    with centre.connect() as link:
        link.execute("update hotline.lease set until = 0")


async def test_each_refresh_token_is_used_once_whoever_holds_the_channel(
    centre: Centre, machine: Maker
) -> None:
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    peer = first.peer
    assert await first.hold()
    assert await first.tokens.access() == "access-0"
    assert not await second.hold()
    with pytest.raises(UnavailableError, match="secret_missing"):
        await second.tokens.access()
    holder, other = first, second
    for n in range(1, 7):
        holder.ahead += timedelta(hours=20)  # hours before its end
        assert await holder.tokens.access() == f"access-{n}"
        assert holder.in_file["gen"] == str(n + 1)
        if n % 2:
            free(centre)
            assert await other.hold()
            assert await other.tokens.access() == f"access-{n}", "from the centre, not from a file"
            assert not await holder.hold()
            other.ahead = holder.ahead
            holder, other = other, holder
    assert (peer.renewals, peer.refused) == (6, 0)


async def test_many_ask_at_once_and_one_renews(centre: Centre, machine: Maker) -> None:
    first = machine("gw1")
    first.give("access-0", "refresh-0")
    await first.hold()
    first.peer.access = "access-lost"
    told = await asyncio.gather(*(first.tokens.access(dead="access-0") for _ in range(8)))
    assert (set(told), first.peer.renewals, first.peer.refused) == ({"access-1"}, 1, 0)


async def test_a_pair_that_the_centre_did_not_hear_of_is_handed_in(
    centre: Centre, machine: Maker
) -> None:
    """Between the renewal and its storing the centre goes, then the program."""
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    asked = first.leases.keep_secret

    async def away(*_more: object) -> bool:
        raise UnavailableError("central_away", where="")

    first.leases.keep_secret = away  # type: ignore[method-assign, assignment]
    assert await first.tokens.access(dead="access-0") == "access-1", "it is on this disk, and works"
    first.leases.keep_secret = asked  # type: ignore[method-assign]
    free(centre)
    assert await second.hold()
    with pytest.raises(UnavailableError, match="zalo_token_lost"):
        await second.tokens.access(dead="access-0")
    # The first machine comes back, without the lease, with nothing but its file.
    first.start()
    assert not await first.hold()
    free(centre)
    assert await first.hold()
    assert await first.tokens.access() == "access-1"
    free(centre)
    assert await second.hold()
    assert await second.tokens.access() == "access-1"
    assert second.trouble == ""
    assert (first.peer.renewals, first.peer.refused) == (1, 1)


async def test_who_began_a_renewal_hands_it_in_though_the_lease_ran_out(
    centre: Centre, machine: Maker
) -> None:
    """A machine that stood still in the middle of it."""
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    began = first.leases.begin_renewal

    async def stands_still(name: str, gen: int) -> bool:
        ours = await began(name, gen)
        free(centre)
        assert await second.hold()
        assert await second.tokens.access() == "access-0"
        return ours

    first.leases.begin_renewal = stands_still  # type: ignore[method-assign]
    assert await first.tokens.access(dead="access-0") == "access-1"
    assert await second.tokens.access(dead="access-0") == "access-1", "the centre knows it already"
    assert (first.peer.renewals, first.peer.refused) == (1, 0)


async def test_an_answer_that_is_lost_for_good_is_said_while_the_old_token_works(
    centre: Centre, machine: Maker
) -> None:
    first = machine("gw1")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    first.ahead = timedelta(hours=20)
    first.peer.loses_renewal = True
    assert await first.tokens.access() == "access-0"
    assert first.trouble == "zalo_away"
    first.peer.loses_renewal = False
    # The program ends; the next one knows from disk and centre that it was in the middle.
    first.start()
    assert await first.hold()
    assert await first.tokens.access() == "access-0", "five hours for a person to react"
    assert first.trouble == "zalo_token_lost"
    asked = first.peer.refused
    await first.tokens.access()
    assert first.peer.refused == asked, "it is not asked again at each look"
    first.ahead += REST
    await first.tokens.access()
    assert first.peer.refused == asked + 1
    first.ahead += timedelta(hours=6)
    with pytest.raises(UnavailableError, match="zalo_token_lost"):
        await first.tokens.access()
    # A person gives the account to the program anew.
    first.peer.access, first.peer.refresh = "access-p", "refresh-p"
    first.give("access-p", "refresh-p")
    assert await first.tokens.access() == "access-p"
    assert first.trouble == ""
    assert first.in_file["gen"] == "2"


async def test_somebody_stopped_while_waiting_loses_no_pair(centre: Centre, machine: Maker) -> None:
    first = machine("gw1")
    first.give("access-0", "refresh-0")
    await first.hold()
    began, gate = first.leases.begin_renewal, asyncio.Event()

    async def slow(name: str, gen: int) -> bool:
        gate.set()
        return await began(name, gen)

    first.leases.begin_renewal = slow  # type: ignore[method-assign]
    waits = asyncio.create_task(first.tokens.access(dead="access-0"))
    await gate.wait()
    waits.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waits
    await first.tokens.settled()
    assert first.in_file["refresh_token"] == "refresh-1"
    assert await first.tokens.access(dead="access-0") == "access-1"
    assert (first.peer.renewals, first.peer.refused) == (1, 0)


async def test_an_old_copy_of_the_file_is_no_new_pair(centre: Centre, machine: Maker) -> None:
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    await first.hold()
    assert await first.tokens.access(dead="access-0") == "access-1"
    second.give("access-0", "refresh-0")  # written later than the centre's
    free(centre)
    await second.hold()
    assert await second.tokens.access() == "access-1"
    assert second.in_file["access_token"] == "access-1"


async def test_without_the_centre_nobody_renews(centre: Centre, machine: Maker) -> None:
    first = machine("gw1")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    with centre.connect() as link:
        link.execute("alter role gw1 nologin")
        link.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                     "where usename = 'gw1'")  # fmt: skip
        assert not await first.hold()
        assert await first.tokens.access() == "access-0", "reading goes on"
        with pytest.raises(UnavailableError, match="zalo_token_waits"):
            await first.tokens.access(dead="access-0")
        link.execute("alter role gw1 login")
    assert first.peer.renewals == first.peer.refused == 0


async def test_the_centre_holds_noise_and_gives_even_that_to_the_holder_only(
    centre: Centre, machine: Maker
) -> None:
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    with centre.connect() as link:
        body = cast("tuple[bytes]", link.execute(
            "select body from hotline.kept_secret").fetchone())[0]  # fmt: skip
        acts = [row[0] for row in link.execute(
            "select act from hotline.audit where act like 'secret%' order by n")]  # fmt: skip
    assert b"access" not in body
    assert b"refresh" not in body
    assert unseal(body, fake.SECRET_KEY, NAME)["refresh_token"] == "refresh-0"
    for wrong in ((body, "x", NAME), (body, fake.SECRET_KEY, "other"), (body[:-1], "x", NAME)):
        with pytest.raises(InputError, match="kept_secret_closed"):
            unseal(*wrong)
    assert acts == ["secret_kept"]
    assert await second.leases.read_secret(NAME, 0) is None, "no lease"
    assert not await second.leases.keep_secret(NAME, 1, 2, b"x")
    assert not await second.leases.begin_renewal(NAME, 1)
    logins = {
        "op-7": "operator",
        "sup-7": "supervisor",
        "aud-7": "auditor",
        "adm-7": "administrator",
    }
    for login, role in logins.items():
        centre.user(login, role)
    centre.user("cb-7", "officer", "cap-nuoc")
    for login in (*logins, "cb-7"):
        with centre.connect(login) as link:
            install = str(uuid7())
            for question in (
                "select * from hotline.kept_secret",
                f"select * from hotline.read_secret('hcmc', '{install}', 'zalo', 0)",
                f"select hotline.keep_secret('hcmc', '{install}', 'zalo', 1, 2, 'x')",
                f"select hotline.begin_renewal('hcmc', '{install}', 'zalo', 1)",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(question.encode())


async def test_another_secret_key_is_said(centre: Centre, machine: Maker) -> None:
    first, second = machine("gw1"), machine("gw2")
    first.give("access-0", "refresh-0")
    await first.hold()
    await first.tokens.access()
    free(centre)
    second.start(secret="another")
    await second.hold()
    with pytest.raises(InputError, match="kept_secret_closed"):
        await second.tokens.access()
    second.give("access-n", "refresh-n")  # a person's, for the new key
    assert await second.tokens.access() == "access-n"


def test_what_is_sealed_twice_differs() -> None:
    assert seal({"a": "b"}, "s", "n") != seal({"a": "b"}, "s", "n")


@contextlib.asynccontextmanager
async def wired(centre: Centre, folder: Path, peer: SocialPeer, n: int) -> AsyncIterator[Core]:
    """A gateway as `bootstrap` wires it, with this account; the first one has the pair."""
    centre.user(f"gw{n}")
    profile = folder / f"gw{n}"
    profile.mkdir()
    for name, values in (
        ("secret", {"secret_key": fake.SECRET_KEY, "oa_secret": fake.OA_SECRET}),
        ("tokens", {"access_token": "access-0", "refresh_token": "refresh-0"}),
    ):
        if n == 1 or name == "secret":
            (profile / name).write_text(json.dumps(values))
            (profile / name).chmod(0o600)
    (profile / "config.toml").write_text(
        f'[central]\nurl = "{centre.url(f"gw{n}")}"\n'
        f'[seat]\nconsole_code = "{n:03}"\nworkstation = "gw{n}"\n'
        f'[zalo]\noa_id = "{fake.OA}"\napp_id = "{fake.APP}"\napi_url = "{peer.url}"\n'
        f'oauth_url = "{peer.url}"\nsecret_file = "{profile}/secret"\n'
        f'tokens_file = "{profile}/tokens"\n'
    )
    with build_core(profile, load(profile, environ={}, site_file=folder / "none.toml")) as core:
        seat = Seat(core, None, written_channels(core.desk, core.settings))
        seat.start()
        assert seat.gateway is not None
        seat.gateway._renew_s = 0.1
        try:
            yield core
        finally:
            await seat.stop()


async def until_in(core: Core, text: str) -> None:
    async def is_in() -> bool:
        return text in [row.text for row in await core.desk.ask(lambda q: q.inbox(state=None))]

    await until(is_in)


async def test_a_second_gateway_without_a_pair_goes_on_with_the_firsts(
    centre: Centre, tmp_path: Path
) -> None:
    async with SocialPeer() as peer, contextlib.AsyncExitStack() as later:
        peer.access = "access-lost"  # the pair must be renewed at the first call
        peer.write("z1", "Cây ngã")
        async with wired(centre, tmp_path, peer, 1) as first:
            await until_in(first, "Cây ngã")
            second = await later.enter_async_context(wired(centre, tmp_path, peer, 2))
            await until_in(second, "Cây ngã")  # from the centre: it stands by
        peer.write("z1", "Sau khi đổi máy")
        await until_in(second, "Sau khi đổi máy")
        assert (peer.renewals, peer.refused) == (1, 0)
