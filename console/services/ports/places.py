"""Ports of places: wards, addresses, names to search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WardRef:
    """A new ward by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address as the parser understood it."""

    input: str
    number: str | None = None
    street: str | None = None
    cross_street: str | None = None
    ward: str | None = None
    district: str | None = None
    new_wards: tuple[WardRef, ...] = ()
    needs_choice: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def normalised(self) -> str | None:
        """One line in normalised spelling; None when neither street nor ward was understood."""
        if not (self.street or self.ward):
            return None
        house = " ".join(part for part in (self.number, self.street) if part)
        if self.cross_street:
            house = f"{house} - {self.cross_street}"
        return ", ".join(part for part in (house, self.ward, self.district) if part)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place offered while typing.

    Attributes:
        kind: ward, old_ward, street, landmark, asset, recent or point.
        note: for a point: `outside` the city, or lat and long `swapped`; the person is asked.
        asset_kind: for an asset: lamp, manhole, tree or bus_stop.
    """

    text: str
    kind: str
    lat: float | None = None
    long: float | None = None
    ward_code: str | None = None
    note: str | None = None
    asset_kind: str | None = None


class Places(Protocol):
    """Addresses and wards, offline; every method is fast and raises nothing for any text."""

    def parse(self, text: str) -> ParsedAddress:
        """Parse an address as said."""

    def ward_at(self, lat: float, long: float) -> WardRef | None:
        """The new ward under a pin; None without polygons or outside the city."""

    def wards_touching(self, ring: Sequence[tuple[float, float]]) -> tuple[str, ...]:
        """Codes of the new wards that a drawn ring may reach; in doubt one more."""

    def wards_of(self, district: str) -> tuple[str, ...]:
        """Codes of the new wards with land of an old district, such as `Quận 1`; () for none."""

    def centre_of(self, ward_code: str) -> tuple[float, float] | None:
        """(lat, long) of a new ward's centre."""

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Places the text may mean, best first."""

    def remember(
        self, text: str, lat: float | None, long: float | None, ward_code: str | None
    ) -> None:
        """A request named this place: rank it and its street higher among the suggestions."""

    def asset_owner(self, code: str) -> str | None:
        """Code of the agency that owns this asset; None when unknown or ambiguous."""

    def prepare(self) -> None:
        """Load the search data on a separate thread."""

    def reread(self) -> None:
        """Reload names, outlines and assets after an import; reads the disk, so off the loop."""

    def road_class(self, street: str | None) -> str | None:
        """national, provincial, city, alley, or None when unknown."""
