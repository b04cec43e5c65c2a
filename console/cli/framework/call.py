"""What all verbs share: the words of the call, and the seat and account they work with."""

import argparse
import getpass
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from console.assembly.core import Core, SignedIn, build_core
from console.cli.framework.output import print_table
from console.config.layers import load
from console.config.secret_files import read_secret
from console.config.settings import Loaded
from console.domain.actors import Actor
from console.domain.errors import ConsoleError, InputError, RefusedError, UnavailableError
from console.services.city_data.import_rights import require_importer
from console.services.people.actors import entry_of
from console.services.ports.seat_data import DataKind
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.records import KnownPerson
from console.services.wording.sentences import sentence


def default_profile() -> Path:
    """The platform's folder for a user's data.

    Raises:
        RuntimeError: nobody knows the account's home.
    """
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "console1022"
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "console1022"


@dataclass(frozen=True)
class Call:
    """One call of a verb: its words, and the seat, which is opened when first asked for."""

    given: argparse.Namespace
    asked_lang: str | None
    as_json: bool
    profile: Path
    config_file: Path | None
    user: str | None
    password_file: str | None = None

    @cached_property
    def lang(self) -> str:
        """The language of `--lang`, else the seat's own."""
        if self.asked_lang:
            return self.asked_lang
        try:
            return self.loaded.settings.ui.language
        except ConsoleError:  # whoever needs the settings reports it
            return "vi"

    @cached_property
    def loaded(self) -> Loaded:
        """The settings in force.

        Raises:
            InputError, UnavailableError: as `layers.load`.
        """
        if self.config_file is not None and not self.config_file.is_file():
            raise UnavailableError("config_missing", file=str(self.config_file))
        return load(self.profile, self.config_file)

    def core(self, *, user: str | None = None, read_only: bool = False) -> Core:
        """Open the seat as the user of `--as`, else as this one.

        Where people sign in at the centre, everybody acts under their own login: having the disk is
        not yet permission to read it.

        Raises:
            RefusedError: `password_needed`: an account with a password acts in the window only.
                Also what `person` raises.
        """
        if self.signs_in:
            return self._core_of(self.person, read_only=read_only)
        core = self._open(user=self.user or user, read_only=read_only)
        wanted = core.desk.actor.user
        acts = self.user is not None or not read_only
        if acts and wanted in core.store.ask_now(lambda q: q.with_password()):
            core.close()
            raise RefusedError("password_needed", user=wanted)
        return core

    def store_core(self, *, read_only: bool = True) -> Core:
        """Open the seat for a verb that shows nobody's data: `doctor`, `store rebuild`."""
        return self._open(user="administrator", read_only=read_only)

    def _open(self, *, user: str | None = None, read_only: bool) -> Core:
        """Open the seat; say on standard error when that takes long."""

        def slow() -> None:
            if sys.stderr is not None:
                sys.stderr.write(sentence("store_opens_slowly", lang=self.lang) + "\n")
                sys.stderr.flush()

        return build_core(self.profile, self.loaded, user=user, read_only=read_only, slow=slow)

    def import_core(
        self, what: DataKind | str, *, read_only: bool = False, nameless: bool = False
    ) -> Core:
        """Open the seat for a verb that imports data or rebuilds the tables; only administrators
        may.

        Args:
            what: what is imported, for the sentence that refuses.
            nameless: the verb shows nobody's data. Where people sign in at the centre it needs no
                login, so it works while the centre is away.

        Raises:
            RefusedError: `role_may_not`. Also what `core` raises.
        """
        if nameless and self.signs_in and not self.user:
            return self.store_core(read_only=read_only)
        core = self.core(user="administrator", read_only=read_only)
        try:
            require_importer(core.desk.actor, what)
        except RefusedError:
            core.close()
            raise
        return core

    @cached_property
    def signs_in(self) -> bool:
        """Whether people sign in at the centre: its address names no login."""
        from console.assembly.accounts import people_sign_in

        return people_sign_in(self.loaded.settings.central)

    @cached_property
    def person(self) -> SignedIn:
        """Who calls this verb, signed in at the centre; asked for once.

        Raises:
            InputError: `login_needed`, `password_file_needed`.
            RefusedError: `wrong_password`.
            UnavailableError: `central_away` and the like: without the centre nobody can sign in.
        """
        from console.store.central.administration.sign_in import CentralSignIn

        if not self.user:
            raise InputError("login_needed")
        if self.password_file:
            password = read_secret(self.password_file)
        elif sys.stdin is not None and sys.stdin.isatty():
            password = getpass.getpass(self.text("Mật khẩu: ", "Password: "))
        else:
            raise InputError("password_file_needed", user=self.user)
        door = CentralSignIn(self.loaded.settings.central.url)
        try:
            found = door.enter(self.user, password)
        except UnavailableError as error:
            if error.code == "central_denied":
                raise RefusedError("wrong_password", user=self.user) from error
            raise
        seat = self.loaded.settings.seat.workstation or socket.gethostname()
        actor = Actor(found.login, found.role, found.name or found.login, found.agency, seat)
        return SignedIn(actor, door.dsn(self.user, password))

    def _core_of(self, who: SignedIn, *, read_only: bool) -> Core:
        """Open the seat for a person, who must belong to the side (switchboard or agency) that the
        seat belongs to.
        """
        core = self._open(read_only=read_only)
        known = core.store.ask_now(lambda q: q.known_people())
        sides = {each.agency for each in known}
        if sides and who.actor.agency not in sides:
            core.close()
            raise RefusedError("other_side", side=next(iter(sides)) or "1022")
        core.desk.actor, core.login = who.actor, who.dsn
        if not read_only:
            actor = who.actor
            said = entry_of(actor, core.desk.clock(), "signed_in", "", "cli")
            person = KnownPerson(actor.user, actor.name, actor.role.value, actor.agency)

            def note(uow: UnitOfWork) -> None:
                uow.save_person(person)
                uow.audit(said)

            core.store.write_now(note)
        return core

    def text(self, vietnamese: str, english: str) -> str:
        """The text in the language of this call."""
        return english if self.lang == "en" else vietnamese

    def say(self, vietnamese: str, english: str) -> None:
        """Print a sentence in the language of this call."""
        print(self.text(vietnamese, english))

    def table(self, vietnamese: str, english: str, rows: Sequence[tuple[str, ...]]) -> None:
        """Print a table; its head is written as `A|B|C` in both languages."""
        print_table(tuple(self.text(vietnamese, english).split("|")), rows)


def make_call(given: argparse.Namespace) -> Call:
    """Make a call from parsed words.

    Raises:
        UnavailableError: `no_home`: the profile lies under a home folder that does not exist.
    """
    try:
        profile = (given.profile or default_profile()).expanduser().absolute()
    except RuntimeError as error:
        raise UnavailableError("no_home") from error
    return Call(
        given,
        given.lang,
        given.json,
        profile,
        given.config,
        given.user,
        given.password_file,
    )
