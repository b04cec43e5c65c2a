"""Data of the settings page: the settings as the files have them now, and saving them."""

import asyncio
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from console.config.settings import Loaded
from console.services.desk import Desk
from console.services.people.actors import entry_of
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.runtime.settings_file import SettingsKeeper
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence


class SettingsPresenter(QObject):
    """Reads and writes on another thread; every change is logged in the audit.

    Signals:
        saved: written and read again; the new `Loaded` and the changed keys.
        refused: a sentence that says why nothing was written.
    """

    saved = Signal(object, object)
    refused = Signal(str)

    def __init__(self, desk: Desk, keeper: SettingsKeeper, parent: QObject | None = None) -> None:
        """Keep the desk."""
        super().__init__(parent)
        self._desk, self._keeper = desk, keeper
        self._started = {line.key: line.value for line in keeper.loaded.lines}

    @property
    def loaded(self) -> Loaded:
        """The settings as the files have them."""
        return self._keeper.loaded

    @property
    def waiting(self) -> int:
        """The number of changed settings that wait for a restart."""
        return sum(
            line.restart and self._started.get(line.key, line.declared.default) != line.value
            for line in self.loaded.lines
        )

    def save(self, changes: Mapping[str, object]) -> None:
        """Write these; None returns to the value of the layers below."""
        if changes:
            spawn(
                self._save(dict(changes)), failed=lambda error: self.refused.emit(sentence(error))
            )

    async def _save(self, changes: dict[str, object]) -> None:
        loaded = await asyncio.to_thread(self._keeper.save, changes)
        actor, now = self._desk.actor, self._desk.clock()
        entries = [entry_of(actor, now, "setting_changed", key) for key in sorted(changes)]

        def keep(uow: UnitOfWork) -> None:
            for entry in entries:
                uow.audit(entry)

        await self._desk.store.write(keep)
        self.saved.emit(loaded, frozenset(changes))
