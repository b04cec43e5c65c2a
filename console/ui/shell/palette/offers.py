"""What Ctrl+K finds besides commands and requests: a service to start a form with, an agency's
queue, a setting.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.config.settings import SettingLine
from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.states import Role
from console.domain.text.folding import fold
from console.services.runtime.settings_file import SettingsKeeper
from console.ui.pages.settings import words as settings_words
from console.ui.request.form_prefill import FormPrefill
from console.ui.shell.palette.dialog import Offer
from console.ui.text import words as text_words
from console.ui.widgets.fields.service_combo import services_in_force

if TYPE_CHECKING:
    from console.services.desk import Desk

translate = QCoreApplication.translate


def offers_of(
    desk: "Desk",
    keeper: SettingsKeeper | None,
    pages: Sequence[str],
    begin: Callable[[FormPrefill], None],
    tell: Callable[[str, str, str], None],
) -> Iterator[Offer]:
    """All targets of this person; none on pages that the person does not have.

    Args:
        keeper: the machine's settings; None if they cannot be changed.
        begin: opens a form.
        tell: brings a page to the front and calls one of its methods with a value.
    """
    if "intake" in pages:
        today = services_in_force(desk.catalogue, desk.clock())
        yield from _services(today, lambda code: begin(FormPrefill(service_code=code)))
    if desk.actor.role is not Role.OFFICER:
        yield from _agencies(desk.catalogue, lambda code: tell("queue", "show_agency", code))
    if keeper is not None:
        yield from _settings(
            keeper.loaded.lines, lambda key: tell("settings", "choose_setting", key)
        )


def _services(services: Iterable[Service], begin: Callable[[str], None]) -> Iterator[Offer]:
    """A new form for each service; `begin` gets its code."""
    head = translate("palette", "Phiếu mới: {0}")
    for each in services:
        name = each.name_en if text_words.lang() == "en" else each.name
        names = fold(" ".join((name, *each.keywords)))
        yield Offer(head.format(name), names, partial(begin, each.code))


def _agencies(catalogue: Catalogue, show: Callable[[str], None]) -> Iterator[Offer]:
    """The queue of each agency; `show` gets its code."""
    head = translate("palette", "Hàng đợi: {0}")
    for each in catalogue.agencies.values():
        names = fold(f"{each.name} {each.short_name}")
        yield Offer(head.format(each.name), names, partial(show, each.code))


def _settings(lines: Iterable[SettingLine], go_to: Callable[[str], None]) -> Iterator[Offer]:
    """Every setting of the machine; `go_to` gets its key."""
    head = translate("palette", "Cài đặt: {0} · {1}")
    for each in lines:
        section = settings_words.section_word(each.key.partition(".")[0])
        label = settings_words.label_of(each)
        yield Offer(
            head.format(section, label), fold(f"{section} {label}"), partial(go_to, each.key)
        )
