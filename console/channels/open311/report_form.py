"""Reads and checks the form of a posted report, and names every fault (GeoReport v2)."""

import hashlib
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from console.channels.open311.faults import Fault, FaultsError
from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.errors import ConsoleError
from console.domain.text.cleaning import clean, clean_line
from console.domain.text.phone import normalise
from console.services.outreach.messages import checked_email
from console.services.requests.intake import check_pin

LONGEST = 4000
"""Longest description, in characters."""
_ATTRIBUTE = re.compile(r"attribute\[([\w.-]{1,60})\](\[\])?")
_REF = re.compile(r"[\x21-\x7e]{1,128}")
_METRES = re.compile(r"\d{1,6}(\.\d{1,20})?")
WORST_M = 50_000
"""A position that may be off by this much or more counts as no accuracy given."""
DANGER = "danger."
"""Prefix of a danger question's code among a service's attributes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that passed the checks."""

    service: Service
    description: str
    lat: float | None = None
    long: float | None = None
    address_string: str | None = None
    address_id: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    device_id: str | None = None
    account_id: str | None = None
    media_url: str | None = None
    client_ref: str | None = None
    accuracy_m: float | None = None
    broken: bool = False

    def fingerprint(self, key: str, photos: Iterable[str] = ()) -> str:
        """Equal for the same report by the same sender, whatever the order of its fields.

        Args:
            photos: hashes of its files: another photo of the place makes another report.
        """
        parts = (
            key,
            self.account_id or self.device_id or self.email or self.phone or "",
            self.service.code,
            "" if self.lat is None else f"{self.lat:.6f},{self.long:.6f}",
            self.address_string or "",
            self.description,
            repr(self.attributes),
            *sorted(photos),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def proposal(self, key: str) -> tuple[tuple[str, str], ...]:
        """Fields that go with the contact, for the operator's form."""
        given = {
            "api_key_name": key,
            "service_code": self.service.code,
            "address_string": self.address_string,
            "address_id": self.address_id,
            "email": self.email,
            "phone": self.phone,
            "device_id": self.device_id,
            "account_id": self.account_id,
            "media_url": self.media_url,
            "client_ref": self.client_ref,
            "accuracy_m": None if self.accuracy_m is None else f"{self.accuracy_m:.0f}",
            **{f"attribute.{code}": value for code, value in self.attributes},
        }
        return tuple((name, value) for name, value in given.items() if value)


@dataclass(slots=True)
class _Reading:
    """Reads fields of a form and collects their faults."""

    pairs: list[tuple[str, str]]
    faults: list[Fault] = field(default_factory=list)
    broken: bool = False

    def text(self, name: str, limit: int = 500) -> str | None:
        """A single-line field; an empty one counts as missing."""
        value = next((v for n, v in self.pairs if n == name and v.strip()), None)
        if value is None:
            return None
        self.broken = self.broken or "\ufffd" in value
        return clean_line(value, limit) or None

    def fault(self, code: str, status: int = 400, **params: object) -> None:
        """Record a fault."""
        self.faults.append(Fault(status, code, tuple(params.items())))

    def number(self, name: str) -> float | None:
        """A decimal number with a decimal point."""
        text = self.text(name, 40)
        if text is None:
            return None
        if not re.fullmatch(r"[-+]?\d{1,4}(\.\d{1,20})?", text) or not math.isfinite(float(text)):
            self.fault("open311_no_number", name=name, value=text)
            return None
        return float(text)


def read_report(
    pairs: Iterable[tuple[str, str]], catalogue: Catalogue, in_force: Callable[[Service], bool]
) -> Report:
    """Read a form.

    Args:
        pairs: names and values in order; names may repeat.
        in_force: whether a service may be reported today.

    Raises:
        FaultsError: with every fault that was found.
    """
    form = _Reading(list(pairs))
    service = _service(form, catalogue, in_force)
    lat, long = _place(form)
    description = _description(form)
    attributes = _attributes(form, service) if service else ()
    email, phone = _email(form), _phone(form)
    names = (form.text("last_name", 60), form.text("first_name", 60))
    ref = next((v for n, v in form.pairs if n == "attribute[client_ref]" and v.strip()), None)
    if ref is not None and not _REF.fullmatch(ref):
        form.fault("open311_bad_ref")
    media_url = form.text("media_url", 2000)
    if media_url is not None and not media_url.startswith(("https://", "http://")):
        form.fault("bad_link", link=media_url[:60])
    if form.faults or service is None:
        raise FaultsError(*form.faults)
    return Report(
        service=service,
        description=description,
        lat=lat,
        long=long,
        address_string=form.text("address_string", 1000),
        address_id=form.text("address_id", 100),
        attributes=attributes,
        email=email,
        phone=phone,
        name=" ".join(n for n in names if n) or None,
        device_id=form.text("device_id", 200),
        account_id=form.text("account_id", 200),
        media_url=media_url,
        client_ref=ref,
        accuracy_m=_accuracy(form) if lat is not None else None,
        broken=form.broken,
    )


def _service(
    form: _Reading, catalogue: Catalogue, in_force: Callable[[Service], bool]
) -> Service | None:
    code = form.text("service_code", 100)
    if code is None:
        form.fault("open311_missing", name="service_code")
        return None
    service = catalogue.services.get(code)
    if service is None or not in_force(service):
        form.fault("open311_no_service", 404, service=code)
        return None
    return service


def _place(form: _Reading) -> tuple[float | None, float | None]:
    before = len(form.faults)
    lat, long = form.number("lat"), form.number("long")
    given = form.text("address_string") or form.text("address_id")
    if len(form.faults) > before:
        return None, None
    if lat is None and long is None and not given:
        form.fault("open311_no_place")
        return None, None
    if (lat is None) != (long is None):
        form.fault("open311_missing", name="lat" if lat is None else "long")
        return None, None
    try:
        check_pin(lat, long)
    except ConsoleError:
        form.fault("impossible_coordinates", lat=lat, long=long)
        return None, None
    return lat, long


def _accuracy(form: _Reading) -> float | None:
    """How far the phone's position may be off, in metres. A nonsensical value counts as none; no
    report is refused for it.
    """
    said = form.text("attribute[accuracy_m]", 40) or ""
    metres = float(said) if _METRES.fullmatch(said) else 0.0
    return metres if 1 <= metres <= WORST_M else None


def _description(form: _Reading) -> str:
    raw = next((v for n, v in form.pairs if n == "description" and v.strip()), "")
    form.broken = form.broken or "\ufffd" in raw
    text = clean(raw, LONGEST + 1)
    if len(text) > LONGEST:
        form.fault("open311_too_long", name="description", limit=LONGEST)
    return text


def _email(form: _Reading) -> str | None:
    typed = form.text("email", 300)
    try:
        return checked_email(typed)
    except ConsoleError:
        form.fault("bad_email", email=typed or "")
        return None


def _phone(form: _Reading) -> str | None:
    typed = form.text("phone", 40)
    return None if typed is None else normalise(typed) or typed


def _attributes(form: _Reading, service: Service) -> tuple[tuple[str, str], ...]:
    """The service's own fields; repeated values are joined, unknown fields are dropped."""
    known = {a.code for a in service.attributes} | {DANGER + q.code for q in service.questions}
    said: dict[str, list[str]] = {}
    for name, value in form.pairs:
        found = _ATTRIBUTE.fullmatch(name)
        if found and found[1] in known and (text := clean_line(value, 300)):
            said.setdefault(found[1], []).append(text)
    for each in service.attributes:
        if each.required and each.code not in said:
            form.fault("open311_missing", name=f"attribute[{each.code}]")
    return tuple((code, ", ".join(dict.fromkeys(values))) for code, values in said.items())
