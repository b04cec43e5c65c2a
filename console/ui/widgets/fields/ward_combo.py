"""The choice of one of the 168 communes; those that the address may mean come first."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from console.domain.catalogue.catalogue import Ward
from console.domain.text.folding import collation
from console.ui.text.choice_search import Choice
from console.ui.widgets.fields.search_combo import SearchCombo


class WardCombo(SearchCombo):
    """A search combo over the wards of the city."""

    def __init__(self, wards: Sequence[Ward], parent: QWidget | None = None) -> None:
        """Offer all wards, sorted by name."""
        super().__init__(parent)
        ordered = sorted(wards, key=lambda ward: collation(ward.name))
        self._wards = {ward.code: ward for ward in ordered}
        self._candidates: tuple[str, ...] | None = None
        self.set_candidates(())

    def set_candidates(self, codes: Sequence[str]) -> None:
        """Put these first: the parts of a split ward, the ward under the pin."""
        first = tuple(code for code in dict.fromkeys(codes) if code in self._wards)
        if first == self._candidates:
            return
        self._candidates = first
        hint = self.tr("có thể là đây")
        ordered = [Choice(code, short_ward(self._wards[code].name), hint) for code in first]
        ordered += [
            Choice(code, short_ward(ward.name), "", (ward.name,))
            for code, ward in self._wards.items()
            if code not in first
        ]
        self.set_choices(ordered)


def short_ward(name: str) -> str:
    """`Phường An Phú Đông` -> `P. An Phú Đông`; xã and đặc khu keep their word."""
    return f"P. {name[7:]}" if name.startswith("Phường ") else name
