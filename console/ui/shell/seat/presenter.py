"""Who sits here: sign-in, the next person, what is handed over. No widget, no SQL.

A hand-over keeps the window. Order matters: first typed text is stored under its author's name,
then the password is checked, then drafts change owner, and only then the seat does.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal

from console.domain.actors import SWITCHBOARD, Actor, leads
from console.domain.errors import ConsoleError
from console.domain.live_events import AccountSeen
from console.domain.requests.commands import HandOverDrafts
from console.domain.states import Role
from console.domain.text.folding import fold
from console.services.people.accounts import Person
from console.services.ports.telephony import AgentLine
from console.services.views.contacts import DraftRow
from console.services.views.requests import Counts
from console.services.wording import sentences as wording
from console.ui.runtime.tasks import spawn
from console.ui.text import words
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk


_LOGIN = re.compile(r"[a-z][a-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What the next person must know.

    Attributes:
        mine: half-typed forms of the person who sits here now.
        left: half-typed forms of other people at this seat.
        counts: work that waits for the whole room; `missed_calls` are callers who were promised a
            call.
    """

    mine: tuple[DraftRow, ...]
    left: tuple[DraftRow, ...]
    counts: Counts


def takes_calls(role: Role) -> bool:
    """Whether people of this role take calls from the queues."""
    return role in (Role.OPERATOR, Role.SUPERVISOR)


def takes_drafts(role: Role) -> bool:
    """Whether half-typed reports can be handed to people of this role."""
    return role in SWITCHBOARD


class PeoplePresenter(QObject):
    """Sign-in and hand-over at this seat.

    Signals:
        people_changed: `people` is new.
        work_changed: `work` is new.
        refused: a sentence.
        leaving: the person leaves; release everything of that person now.
        seated: somebody else sits here (`Actor`); rebuild the window.
        drafts_taken: drafts of others now belong to this person.
        ended: the centre changed or blocked this account; carries a sentence. The person must sign
            in again.
    """

    people_changed = Signal()
    work_changed = Signal()
    refused = Signal(str)
    leaving = Signal()
    seated = Signal(object)
    drafts_taken = Signal()
    ended = Signal(str)

    def __init__(
        self,
        desk: "Desk",
        keep_typed: Callable[[], Awaitable[None]],
        parent: QObject | None = None,
    ) -> None:
        """Load nothing yet.

        Args:
            keep_typed: returns when every open form is on disk.
        """
        super().__init__(parent)
        self._desk = desk
        self._keep_typed = keep_typed
        self.people: tuple[Person, ...] = ()
        self.work: OpenWork | None = None
        self._busy = False
        end = desk.bus.subscribe(AccountSeen, self._on_account)
        self.destroyed.connect(lambda _gone=None: end())

    @property
    def actor(self) -> Actor:
        """Who sits here now."""
        return self._desk.actor

    @property
    def may_take_drafts(self) -> bool:
        """Whether this person may take over drafts of others."""
        return leads(self.actor)

    @property
    def asks_login(self) -> bool:
        """Whether an unknown person may type a login."""
        return self._desk.accounts.asks_login

    def is_known(self, person: Person) -> bool:
        """Whether the seat knows this person, not only a typed login."""
        return any(p.user == person.user for p in self.people)

    def now(self) -> datetime:
        """The seat's time."""
        return self._desk.clock()

    def role_words(self, person: Person | Actor) -> str:
        """`Tổng đài viên`, or an officer's agency."""
        if person.agency is None:
            return words.role(person.role)
        agency = self._desk.catalogue.agencies.get(person.agency)
        return agency.name if agency is not None else person.agency

    def name_of(self, user: str) -> str:
        """The name of a draft's owner."""
        return next((p.name for p in self.people if p.user == user), user)

    def found(self, typed: str) -> tuple[Person, ...]:
        """The people who match all typed words, accents optional, best match first; everybody
        without words.
        """
        phrase = fold(typed).strip()
        wanted = phrase.split()
        found = [
            p
            for p in self.people
            if all(w in fold(f"{p.name} {p.user} {self.role_words(p)}") for w in wanted)
        ]
        found.sort(key=lambda p: not fold(p.name).startswith(phrase))
        login = typed.strip().lower()
        known = any(login in (p.user, self.actor.user) for p in self.people)
        if self.asks_login and not known and _LOGIN.fullmatch(login):
            found.append(Person(login, login, Role.OPERATOR, needs_password=True))
        return tuple(found)

    def _on_account(self, event: AccountSeen) -> None:
        spawn(self._judge(event), self._tell)

    async def _judge(self, event: AccountSeen) -> None:
        if code := await self._desk.accounts.seen(event, self.actor):
            agency = self._desk.catalogue.agencies.get(event.agency or "")
            about = {"user": event.login, "side": agency.name if agency else event.agency or "1022"}
            self.ended.emit(wording.sentence(code, about, words.lang()))

    # --- data of the dialog

    def load(self) -> None:
        """Load who may sit here and what is open."""
        spawn(self._load(), self._tell)

    async def _load(self) -> None:
        self.people = await self._desk.accounts.people()
        self.people_changed.emit()
        await self._keep_typed()
        now, seat = self._desk.clock(), self.actor.workstation
        drafts = await self._desk.ask(lambda q: q.drafts(seat))
        counts = await self._desk.ask(lambda q: q.counts(now))
        me = self.actor.user
        self.work = OpenWork(
            tuple(d for d in drafts if d.operator == me),
            tuple(d for d in drafts if d.operator != me),
            counts,
        )
        self.work_changed.emit()

    # --- signing in

    async def hand_over(self, person: Person, password: str, *, with_drafts: bool) -> str:
        """Hand the seat to this person.

        Returns: "" on success, else a sentence; then nothing has changed.
        """
        return await self._enter(person.user, password, "handed_over", with_drafts=with_drafts)

    async def come_back(self, password: str, *, first: bool = False, login: str = "") -> str:
        """Unlock the seat for the same person, or sign in at the start (`first`).

        Args:
            login: login typed at the start, if one is asked for.

        Returns: "" on success, else a sentence.
        """
        act = "signed_in" if first else "unlocked"
        return await self._enter(login or self.actor.user, password, act)

    async def _enter(self, user: str, password: str, act: str, *, with_drafts: bool = False) -> str:
        if self._busy:
            return QCoreApplication.translate("people", "Đang kiểm tra, xin chờ.")
        self._busy = True
        before = self.actor
        try:
            await self._keep_typed()
            actor = await self._desk.accounts.sign_in(
                user, password, workstation=before.workstation, act=act, by=before.user
            )
            if actor != before:
                await self._give_seat(actor, with_drafts=with_drafts)
        except ConsoleError as error:
            return sentence(error)
        finally:
            self._busy = False
        return ""

    async def _give_seat(self, actor: Actor, *, with_drafts: bool) -> None:
        if with_drafts and takes_drafts(actor.role):
            seat, me = actor.workstation, self.actor.user
            drafts = await self._desk.ask(lambda q: q.drafts(seat))
            mine = tuple(d.id for d in drafts if d.operator == me)
            if mine:
                await self._desk.do(HandOverDrafts(draft_ids=mine, to_user=actor.user))
        await self._keep_typed()
        self.leaving.emit()
        self._desk.seat(actor)
        self.seated.emit(actor)
        spawn(self._tell_line(actor), self._tell)

    async def _tell_line(self, actor: Actor) -> None:
        """Tell the exchange who the agent is, if the line supports persons."""
        line: object = self._desk.telephony
        if isinstance(line, AgentLine):
            reply = await line.change_person(actor.name, takes_calls=takes_calls(actor.role))
            if not reply.accepted and reply.why != "link_down":
                said = QCoreApplication.translate(
                    "people", "Tổng đài chưa đổi sang tên bạn. Bấm Tạm nghỉ rồi Sẵn sàng."
                )
                self.refused.emit(said)

    def take_drafts(self, draft_ids: tuple[UUID, ...]) -> None:
        """Take over the drafts of another person."""
        spawn(self._take_drafts(draft_ids), self._tell)

    async def _take_drafts(self, draft_ids: tuple[UUID, ...]) -> None:
        await self._desk.do(HandOverDrafts(draft_ids=draft_ids, to_user=self.actor.user))
        self.drafts_taken.emit()
        await self._load()

    def locked(self) -> None:
        """Log that the seat was locked."""
        spawn(self._desk.accounts.locked(self.actor), self._tell)

    async def needs_password(self) -> bool:
        """Whether this person needs a password to unlock."""
        return (await self._desk.accounts.person(self.actor.user)).needs_password

    async def set_password(self, old: str, new: str) -> str:
        """Change this person's own password.

        Returns: "" on success, else a sentence.
        """
        try:
            await self._desk.accounts.set_password(self.actor, old, new)
        except ConsoleError as error:
            return sentence(error)
        return ""

    def _tell(self, error: ConsoleError) -> None:
        self.refused.emit(sentence(error))
