"""How the program understands the place: a line under the address, and a banner if the pin
contradicts it.
"""

import contextlib
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from console.domain.catalogue.catalogue import ServiceAttribute
from console.domain.catalogue.city_area import in_city
from console.domain.errors import InputError
from console.domain.requests.duplicates import ASSET_CODES
from console.services.ports.places import Places, Suggestion
from console.ui.pages.intake.form.proposal import Understanding
from console.ui.pages.intake.form.values import FormValues
from console.ui.text.pins import parse_pin
from console.ui.widgets.basic.button import Button
from console.ui.widgets.basic.plain_label import PlainLabel
from console.ui.widgets.fields.ward_combo import short_ward
from console.ui.widgets.layout.boxes import NONE, row_of


class PlaceLine(QWidget):
    """`Hiểu là: giao lộ Vườn Lài × Quốc lộ 1A · Q.12 cũ → P. An Phú Đông`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hidden while it has nothing to show."""
        super().__init__(parent)
        row = row_of(margins=NONE, gap=4, parent=self)
        self._said = PlainLabel(tone="muted", kind="caption", elide=True)
        self._said.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._ward = PlainLabel(kind="caption")
        self._ward.setProperty("weight", "strong")
        row.addWidget(self._said)
        row.addWidget(self._ward)
        row.addStretch(1)
        self.hide()

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self._said.text()} {self._ward.text()}".strip()

    def show_place(self, where: Understanding, ward_name: str | None) -> None:
        """Show what was understood; the chosen new ward comes last."""
        said = self._places(where)
        names = [short_ward(w.name) for w in where.candidates]
        if where.must_choose:
            goal = self.tr("{0}?").format(self.tr(" hay ").join(names))
        else:
            goal = short_ward(ward_name) if ward_name else (names[0] if names else "")
        if not said and not where.candidates:
            self.hide()
            return
        head = self.tr("Hiểu là: {0}").format(" · ".join(said))
        self._said.setText(f"{head} →" if goal and said else head)
        self._ward.setText(goal)
        self.show()

    def _places(self, where: Understanding) -> list[str]:
        parsed = where.parsed
        said = []
        if parsed.street and parsed.cross_street:
            said.append(self.tr("giao lộ {0} × {1}").format(parsed.street, parsed.cross_street))
        elif parsed.street or parsed.number:
            said.append(" ".join(part for part in (parsed.number, parsed.street) if part))
        same = any(ward.name == parsed.ward for ward in where.candidates)
        old = [short_district(parsed.district)] if parsed.district else []
        if parsed.ward and not same:
            old.insert(0, short_ward(parsed.ward))
        if old:
            said.append(self.tr("{0} cũ").format(", ".join(old)))
        return said


def short_district(name: str) -> str:
    """`Quận 12` -> `Q. 12`, `Huyện Hóc Môn` -> `H. Hóc Môn`."""
    for word, short in (("Quận ", "Q. "), ("Huyện ", "H. "), ("Thành phố ", "TP. ")):
        if name.startswith(word):
            return short + name[len(word) :]
    return name


class PlaceBanner(QFrame):
    """Asks the operator to decide when pin and address name different wards, or the pin lies
    outside the city.

    Attributes:
        decided: code of the ward that the operator chose.
        pin_dropped: the operator removed a pin outside the city.
    """

    decided = Signal(str)
    pin_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hidden while they agree."""
        super().__init__(parent)
        self.setProperty("ui", "card")
        self.setProperty("tone", "urgent")
        row = row_of(margins=(8, 4, 4, 4), gap=4, parent=self)
        self._text = PlainLabel(tone="urgent", kind="caption", wrap=True)
        self._by_pin = Button(self.tr("Theo ghim"), kind="flat")
        self._by_address = Button(self.tr("Theo địa chỉ"), kind="flat")
        self._by_pin.clicked.connect(self._on_pin)
        self._by_address.clicked.connect(self._on_address)
        row.addWidget(self._text, 1)
        row.addWidget(self._by_pin)
        row.addWidget(self._by_address)
        self._pin_code = ""
        self._address_code = ""
        self._far: tuple[float, float] | None = None
        self._kept: tuple[float, float] | None = None
        self.hide()

    @property
    def buttons(self) -> tuple[Button, Button]:
        """In reading order."""
        return self._by_pin, self._by_address

    @property
    def text(self) -> str:
        """The sentence; "" while they agree."""
        return "" if self.isHidden() else self._text.text()

    def show_place(self, where: Understanding, values: FormValues) -> bool:
        """Show or hide it; True if that changed."""
        pin = where.pin
        self._far = pin if pin and pin != self._kept and not in_city(*pin) else None
        wanted = where.disagree and values.ward_by != "operator" and where.pin_ward is not None
        before = not self.isHidden()
        far = self._far is not None
        self._by_pin.setText(self.tr("Đúng, giữ ghim") if far else self.tr("Theo ghim"))
        self._by_address.setText(self.tr("Bỏ ghim") if far else self.tr("Theo địa chỉ"))
        if far:
            self._text.setText(self.tr("Ghim nằm ngoài thành phố. Đúng chỗ này?"))
        elif wanted and where.pin_ward is not None:
            self._pin_code = where.pin_ward.code
            self._address_code = where.candidates[0].code
            self._text.setText(
                self.tr("Ghim nằm ở {0}, địa chỉ nói {1}.").format(
                    short_ward(where.pin_ward.name), short_ward(where.candidates[0].name)
                )
            )
        self.setVisible(bool(wanted) or far)
        return before != (bool(wanted) or far)

    def _on_pin(self) -> None:
        if self._far is not None:
            self._kept, self._far = self._far, None
            self.hide()
            return
        self.decided.emit(self._pin_code)

    def _on_address(self) -> None:
        if self._far is not None:
            self.pin_dropped.emit()
            return
        self.decided.emit(self._address_code)


def pin_offers(places: Places) -> Callable[[str, int], tuple[Suggestion, ...]]:
    """Suggestions for the pin's field: coordinates in notations that the field itself does not
    understand.
    """

    def offers(text: str, limit: int) -> tuple[Suggestion, ...]:
        found = places.suggest(text, limit)
        with contextlib.suppress(InputError):
            parse_pin(text)
            return ()  # the field reads it; the banner asks if it is outside the city
        return tuple(place for place in found if place.kind == "point")

    return offers


SPOTS = frozenset({"asset", "landmark", "point", "recent"})
"""Kinds of suggestions that are a single point; streets and wards are too large for a pin."""


def with_asset(
    values: FormValues, code: str, asked: Sequence[ServiceAttribute]
) -> tuple[tuple[str, str], ...]:
    """The form's attributes with an asset's code, if the service asks for one."""
    kept = dict(values.attributes)
    kept |= {attribute.code: code for attribute in asked if attribute.code in ASSET_CODES}
    return tuple(kept.items())
