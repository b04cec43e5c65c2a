"""Zalo's pair of tokens: the refresh token is good for one use, so the new pair is on disk before
it is used, and only the holder of the lease asks for one (CHANNELS.md, trap 9).

A single seat keeps the pair in its file. Gateways of a centre keep it there, sealed, and the file
is this machine's copy: a renewal is written down in both before the token is used up, its answer
into the file first and then at the centre. So whoever takes over has the newest pair, and one that
a crash left behind is handed in when its machine is back. A pair is renewed hours before its end:
where its answer was lost for good, a person has that time to put in another one.
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
"""Of the lease, and of what is kept at the centre."""
EARLY = timedelta(hours=6)
"""How long before its end a token is renewed, and half its life where that is shorter."""
REST = timedelta(minutes=5)
"""After a renewal that failed the next try waits so long, as long as the old token works."""
DEFAULT_S = 90_000
"""Seconds that an access token lives where the answer does not say: 25 hours."""
MOST_GIVEN = 50
_ENDED = frozenset({"zalo_token_dead", "zalo_token_lost"})
"""Only a person with a new pair helps, or the machine that has the lost answer."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Two tokens.

    Attributes:
        gen: counts renewals since there is a centre; 0 = a person put it in.
        renewing_since: the refresh token was about to be used up here; "" = it was not.
        given: digests of pairs that people put in, so that an old copy is no new pair.
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
        """What tells it from other pairs."""
        return hashlib.sha256(self.refresh_token.encode()).hexdigest()[:16]

    @property
    def ends_at(self) -> datetime | None:
        """None where nobody said."""
        try:
            at = datetime.fromisoformat(self.expires_at)
        except ValueError:
            return None
        return at if at.tzinfo else None


class ZaloTokens:
    """The tokens, renewed by one owner.

    Attributes:
        place: where the gateways of a centre keep them in common; None = in the file alone.
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
        """Whether we hold the channel's lease."""
        return self._ours

    @ours.setter
    def ours(self, ours: bool) -> None:
        self._is_fresh = self._is_fresh and ours
        self._ours = ours

    async def access(self, *, dead: str = "") -> str:
        """A token to call with.

        Args:
            dead: one that was just refused: it is renewed unless somebody did already.

        Raises:
            UnavailableError: `zalo_token_dead` (a person must give a new pair), `zalo_token_lost`
                (the answer to a renewal is lost, the same), `zalo_token_waits` (somebody else owns
                it), `zalo_away`, `central_away`, `secret_missing`, `secret_not_writable`.
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
        """Let a renewal that is under way end, whoever stopped waiting for it."""
        if self._under_way is not None:
            await asyncio.wait((self._under_way,))

    # --- which pair

    async def _current(self, *, again: bool) -> TokenPair:
        """The newest pair that this machine can know."""
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
        """This machine's file; one that a person changed since makes the centre be asked again."""
        try:
            values = read_values(str(self._path), "access_token")
        except UnavailableError:
            if self.place is None:
                raise
            return None  # another gateway put the pair in
        if (seen := _state_of(self._path)) != self._seen:
            self._seen, self._is_fresh, self._not_before = seen, False, None
        return _pair_of(values)

    async def _ask_the_centre(self, place: SharedSecretStore, file: TokenPair | None) -> None:
        """Take what is kept there, after what this machine has newer was handed in."""
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
        """What the centre keeps, with this machine's own mark that it may be used up."""
        if kept.body is not None:
            try:
                values = unseal(kept.body, self._secret_key(), NAME)
            except ConsoleError:
                if file is None or file.gen:
                    raise
                return None  # by an older secret key; a person put another pair in
            found = _pair_of({name: str(value) for name, value in values.items()})
            self._there = replace(found, gen=kept.gen)
        there = self._there if kept.gen else None
        if there is None or file is None or file.digest != there.digest:
            return there
        return replace(there, renewing_since=file.renewing_since)

    def _is_newer(self, file: TokenPair, there: TokenPair | None, kept_at: int) -> bool:
        """Whether the file has what the centre has not: a renewal that was not handed in, or a pair
        that a person put in since.
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
        """Renew, in a task of its own: whoever waits may be stopped, the answer comes only once."""
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
        # This shows that the answer can be kept, and says that the token may be used up.
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
        """Why there is no new pair; an answer that did not come may have used the token up."""
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
        """Put what was renewed where it belongs; it stays in memory until that is done.

        Args:
            before: the generation at the centre, the one before ours where left out.
        """
        if (made := self._unkept) is None:
            return
        await asyncio.to_thread(self._to_file, made)  # from here on no crash loses it
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
    """When it was written, and which file it is."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


def _pair_of(values: dict[str, str]) -> TokenPair:
    known = {field.name: values[field.name] for field in fields(TokenPair) if field.name in values}
    numbers = {
        name: int(text) if (text := known.pop(name, "")).isdigit() else default
        for name, default in (("lives_s", DEFAULT_S), ("gen", 0))
    }
    return TokenPair(known.pop("access_token", ""), **known, **numbers)  # type: ignore[arg-type]
