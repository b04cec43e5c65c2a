"""Zalo's token pair. A refresh token works only once, so a new pair is on disk before its first
use, and only the holder of the channel's lease renews it.

A single seat keeps the pair in a file. Gateways of a centre keep it there, sealed, and the file is
the machine's copy. A renewal is announced in both before the token is used; the answer goes first
into the file, then to the centre. So a gateway that takes over has the newest pair, and a pair left
behind by a crash is handed in when its machine returns. Renewal starts hours before expiry: if the
answer is lost for good, someone has that time to enter a new pair.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

from console.channels.social.api import Answer, Api
from console.channels.social.secret_files import read_values, write_values
from console.channels.zalo.sealing import seal, unseal
from console.domain.errors import ConsoleError, UnavailableError
from console.domain.time_zone import CITY
from console.services.ports.central.shared_rows import SharedSecret, SharedSecretStore
from console.services.ports.clock import Clock

log = logging.getLogger(__name__)

NAME = "zalo"
"""Name of the lease and of the secret at the centre."""
EARLY = timedelta(hours=6)
"""How long before expiry a token is renewed; at most half its lifetime."""
REST = timedelta(minutes=5)
"""Wait after a failed renewal while the old token still works."""
DEFAULT_S = 90_000
"""Lifetime of an access token if the answer does not state it: 25 hours, in seconds."""
MOST_GIVEN = 50
_ENDED = frozenset({"zalo_token_dead", "zalo_token_lost"})
"""Only a new pair entered by a person helps, or the machine that has the lost answer."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token and a refresh token.

    Attributes:
        gen: number of renewals with a centre; 0 = entered by a person.
        renewing_since: when a renewal with this refresh token began here; "" = none did.
        given: digests of pairs entered by people, so that an old copy does not count as new.
    """

    access_token: str
    refresh_token: str = ""
    expires_at: str = ""
    lives_s: int = DEFAULT_S
    gen: int = 0
    renewing_since: str = ""
    given: str = ""

    @property
    def digest(self) -> str:
        """Identifies the pair."""
        return hashlib.sha256(self.refresh_token.encode()).hexdigest()[:16]

    @property
    def ends_at(self) -> datetime | None:
        """Expiry of the access token, or None if unknown."""
        try:
            at = datetime.fromisoformat(self.expires_at)
        except ValueError:
            return None
        return at if at.tzinfo else None


class ZaloTokens:
    """Keeps and renews the tokens.

    Attributes:
        place: shared storage of a centre's gateways; None = only the file.
        trouble: why the last renewal failed, or None.
    """

    def __init__(
        self,
        path: Path,
        app_id: str,
        secret_key: Callable[[], str],
        oauth: Api,
        clock: Clock,
    ) -> None:
        """Nothing is read yet."""
        self._path = path
        self._app_id = app_id
        self._secret_key = secret_key
        self._oauth = oauth
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None
        self._ours = False
        self._pair: TokenPair | None = None
        self._there: TokenPair | None = None
        self._unkept: TokenPair | None = None
        self._seen = (0, 0)
        self._is_fresh = False
        self._doubt = ""
        self._not_before: datetime | None = None
        self.place: SharedSecretStore | None = None
        self.trouble: ConsoleError | None = None

    @property
    def ours(self) -> bool:
        """Whether this gateway holds the channel's lease."""
        return self._ours

    @ours.setter
    def ours(self, ours: bool) -> None:
        self._is_fresh = self._is_fresh and ours
        self._ours = ours

    async def access(self, *, dead: str = "") -> str:
        """A usable access token.

        Args:
            dead: a token that was just refused; it is renewed unless that has already happened.

        Raises:
            UnavailableError: `zalo_token_dead` (a person must enter a new pair), `zalo_token_lost`
                (the same, because the answer to a renewal is lost), `zalo_token_waits` (another
                gateway renews it), `zalo_away`, `central_away`, `secret_missing`,
                `secret_not_writable`.
            InputError: `secret_world_readable`, `social_secret_broken`, `kept_secret_closed`.
        """
        async with self._one_at_a_time:
            await self.settled()
            pair = await self._current(again=bool(dead))
            if pair.access_token != dead and (not self._ours or not self._ends_soon(pair)):
                return pair.access_token
            if not self._ours:
                raise UnavailableError("zalo_token_waits")
            try:
                return await self._renewed(pair)
            except ConsoleError:
                if pair.access_token == dead or self._is_over(pair):
                    raise
                return pair.access_token

    async def settled(self) -> None:
        """Wait for a running renewal to finish."""
        if self._under_way is not None:
            await asyncio.wait((self._under_way,))

    # --- which pair

    async def _current(self, *, again: bool) -> TokenPair:
        """The newest pair that this machine knows of."""
        before = self._pair
        await self._keep()
        file = await asyncio.to_thread(self._from_file)
        if self.place is None:
            self._pair = file
            self._doubt = file.renewing_since if file else ""
        elif self._ours and (again or self.trouble or not self._is_fresh):
            await self._ask_the_centre(self.place, file)
        self._pair = self._pair or file
        if self._pair is None:
            read_values(str(self._path), "access_token")
            raise UnavailableError("zalo_token_dead")
        if before is not None and before.digest != self._pair.digest:
            self.trouble = self._not_before = None
        return self._pair

    def _from_file(self) -> TokenPair | None:
        """The pair in this machine's file. If the file changed, the centre is asked again."""
        try:
            values = read_values(str(self._path), "access_token")
        except UnavailableError:
            if self.place is None:
                raise
            return None  # the pair was entered at another gateway
        if (seen := _state_of(self._path)) != self._seen:
            self._seen, self._is_fresh, self._not_before = seen, False, None
        return _pair_of(values)

    async def _ask_the_centre(self, place: SharedSecretStore, file: TokenPair | None) -> None:
        """Hand in this machine's pair if it is newer, else take the centre's."""
        try:
            kept = await place.read_secret(NAME, self._there.gen if self._there else 0)
        except UnavailableError as error:
            if error.code != "central_away":
                raise
            return
        if kept is None:
            self.ours = False
            raise UnavailableError("zalo_token_waits")
        there = self._opened(kept, file)
        self._doubt = kept.renewing or (there.renewing_since if there else "")
        if file is not None and self._is_newer(file, there, kept.kept_at):
            seen = f"{there.given if there else ''} {'' if file.gen else file.digest}".split()
            given = " ".join((*file.given.split(), *seen)[-MOST_GIVEN:])
            gen = max(file.gen, kept.gen + 1)
            self._doubt = file.renewing_since
            self._unkept = replace(file, gen=gen, renewing_since="", given=given)
            await self._keep(kept.gen)
        elif there is not None:
            self._pair = there
            if file != there:
                await asyncio.to_thread(self._to_file, there)
        self._is_fresh = True

    def _opened(self, kept: SharedSecret, file: TokenPair | None) -> TokenPair | None:
        """The centre's pair, with this machine's own mark of a renewal in progress."""
        if kept.body is not None:
            try:
                values = unseal(kept.body, self._secret_key(), NAME)
            except ConsoleError:
                if file is None or file.gen:
                    raise
                return None  # sealed with an older secret key; a person entered another pair
            found = _pair_of({name: str(value) for name, value in values.items()})
            self._there = replace(found, gen=kept.gen)
        there = self._there if kept.gen else None
        if there is None or file is None or file.digest != there.digest:
            return there
        return replace(there, renewing_since=file.renewing_since)

    def _is_newer(self, file: TokenPair, there: TokenPair | None, kept_at: int) -> bool:
        """Whether the file is newer: with a renewal not handed in yet, or a pair entered by a
        person since.
        """
        if there is None or file.gen:
            return there is None or file.gen > there.gen
        if file.digest in (*there.given.split(), there.digest):
            return False
        is_dead = self.trouble is not None and self.trouble.code in _ENDED
        return is_dead or _state_of(self._path)[0] // 1_000_000 > kept_at

    # --- renewing

    def _ends_soon(self, pair: TokenPair) -> bool:
        early = min(EARLY, timedelta(seconds=pair.lives_s / 2))
        return pair.ends_at is not None and self._clock() >= pair.ends_at - early

    def _is_over(self, pair: TokenPair) -> bool:
        return pair.ends_at is not None and self._clock() >= pair.ends_at

    async def _renewed(self, pair: TokenPair) -> str:
        """Renew in a task of its own: the caller may be cancelled, but the answer comes
        only once.
        """
        if self.trouble and self._not_before is not None and self._clock() < self._not_before:
            raise self.trouble
        self._under_way = asyncio.create_task(self._renew(pair))
        try:
            await asyncio.shield(self._under_way)
        except ConsoleError as error:
            self.trouble = error
            if error.code in _ENDED:
                self._not_before = self._clock() + REST
            raise
        self.trouble = self._not_before = None
        assert self._pair is not None  # noqa: S101  (just renewed)
        return self._pair.access_token

    async def _renew(self, pair: TokenPair) -> None:
        doubt = self._doubt
        # This proves that the file is writable, and marks the token as possibly used.
        marked = replace(pair, renewing_since=self._clock().isoformat(timespec="seconds"))
        await asyncio.to_thread(self._to_file, marked)
        if self.place is not None and not await self.place.begin_renewal(NAME, pair.gen):
            await asyncio.to_thread(self._to_file, pair)
            self._is_fresh = False
            raise UnavailableError("zalo_token_waits")
        answer = await self._oauth.call(
            "POST",
            "/v4/oa/access_token",
            headers={"secret_key": self._secret_key()},
            data={
                "app_id": self._app_id,
                "refresh_token": pair.refresh_token,
                "grant_type": "refresh_token",
            },
        )
        made = self._made_of(answer, pair)
        if made is None:
            raise await self._refused(answer, pair, doubt)
        self._unkept, self._doubt = made, ""
        await self._keep()
        log.info("Zalo's tokens were renewed, good until %s", made.expires_at)

    def _made_of(self, answer: Answer, pair: TokenPair) -> TokenPair | None:
        access, refresh = answer.body.get("access_token"), answer.body.get("refresh_token")
        if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
            return None
        said = str(answer.body.get("expires_in", ""))
        lives_s = int(said) if said.isdigit() and len(said) < 9 else DEFAULT_S
        ends = self._clock() + timedelta(seconds=lives_s)
        gen = pair.gen + (self.place is not None)
        return TokenPair(access, refresh, ends.isoformat(), lives_s, gen, given=pair.given)

    async def _refused(self, answer: Answer, pair: TokenPair, doubt: str) -> UnavailableError:
        """Why there is no new pair. A missing answer may mean that the token was used."""
        if answer.status == -1 or answer.status >= 500:
            self._doubt = doubt or "?"
            return UnavailableError("zalo_away")
        await asyncio.to_thread(self._to_file, replace(pair, renewing_since=doubt))
        if answer.status == 0:
            return UnavailableError("zalo_away")
        if not doubt:
            return UnavailableError("zalo_token_dead")
        ends = pair.ends_at.astimezone(CITY) if pair.ends_at else None
        return UnavailableError("zalo_token_lost", until=f"{ends:%H:%M %d/%m}" if ends else "?")

    # --- keeping

    async def _keep(self, before: int | None = None) -> None:
        """Store a renewed pair; it stays in memory until that succeeds.

        Args:
            before: the generation at the centre; by default the one before ours.
        """
        if (made := self._unkept) is None:
            return
        await asyncio.to_thread(self._to_file, made)  # from now on a crash cannot lose it
        self._pair = made
        if self.place is not None:
            body = seal(asdict(made), self._secret_key(), NAME)
            last = made.gen - 1 if before is None else before
            try:
                kept = await self.place.keep_secret(NAME, last, made.gen, body)
            except UnavailableError as error:
                if error.code != "central_away":
                    raise
                log.warning("a renewed pair of Zalo's waits for the centre")
                return
            self._there = made if kept else self._there
            self._is_fresh = kept
        self._unkept = None

    def _to_file(self, pair: TokenPair) -> None:
        values = {name: str(value) for name, value in asdict(pair).items() if value}
        write_values(self._path, values)
        self._seen = _state_of(self._path)


def _state_of(path: Path) -> tuple[int, int]:
    """(modification time, inode)."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


def _pair_of(values: dict[str, str]) -> TokenPair:
    known = {field.name: values[field.name] for field in fields(TokenPair) if field.name in values}
    numbers = {
        name: int(text) if (text := known.pop(name, "")).isdigit() else default
        for name, default in (("lives_s", DEFAULT_S), ("gen", 0))
    }
    return TokenPair(known.pop("access_token", ""), **known, **numbers)  # type: ignore[arg-type]
