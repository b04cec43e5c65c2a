"""The values of an open form, and their conversion to a draft and back."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from console.domain.states import Channel, Priority


@dataclass(frozen=True, slots=True)
class FormValues:
    """The fields of a form.

    Attributes:
        phone: as typed; the handler normalises it.
        service_text: typed text that is not a choice yet.
        ward_by: what set the ward: "" nothing, `address`, `pin` or `operator`.
        pin_text: latitude and longitude as typed or clicked.
        doubt: the pin from the sender's phone with its accuracy in metres; it counts until the pin
            changes.
        priority: the operator's choice; None follows the danger answers.
        agency: the operator's choice; None follows the routing rules.
        sender_label: sender of a written contact, for display.
        named: "yes" if the citizen agreed to be named as an active reporter.
        consent: "yes" if the citizen agreed that the agency gets name and number.
    """

    channel: Channel = Channel.VOICE
    phone: str = ""
    name: str = ""
    email: str = ""
    service_code: str = ""
    service_text: str = ""
    address_string: str = ""
    ward_code: str = ""
    ward_by: str = ""
    pin_text: str = ""
    doubt: str = ""
    description: str = ""
    danger: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    priority: Priority | None = None
    agency: str | None = None
    media: tuple[str, ...] = ()
    contact_id: UUID | None = None
    pbx: str = ""
    call_id: str = ""
    sender_label: str = ""
    named: str = ""
    consent: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it is empty; only the channel may differ from a new form."""
        empty = FormValues()
        return all(
            getattr(self, f.name) == getattr(empty, f.name)
            for f in fields(self)
            if f.name not in ("channel", "ward_by")
        )

    @property
    def accuracy_m(self) -> float | None:
        """Accuracy of the pin in metres; None if unknown or a person moved the pin."""
        pin, _, metres = self.doubt.rpartition(" ± ")
        return float(metres) if pin and pin == self.pin_text and metres.isdecimal() else None

    def attribute(self, code: str) -> str:
        """The text of one of the service's own fields; "" if there is none."""
        return dict(self.attributes).get(code, "")

    def to_draft(self) -> dict[str, object]:
        """The values as JSON, without empty ones."""
        made: dict[str, object] = {}
        for each in fields(self):
            value: object = getattr(self, each.name)
            if value in ("", None, ()):
                continue
            made[each.name] = _json(value)
        return made

    @classmethod
    def from_draft(cls, kept: dict[str, object]) -> "FormValues":
        """The values in a draft; what cannot be read is left empty, never refused."""
        texts = {
            f.name: str(kept[f.name])
            for f in fields(cls)
            if f.type is str and isinstance(kept.get(f.name), str)
        }
        return cls(
            **texts,
            channel=_enum(Channel, kept.get("channel")) or Channel.VOICE,
            danger=_texts(kept.get("danger")),
            attributes=_pairs(kept.get("attributes")),
            priority=_enum(Priority, kept.get("priority")),
            agency=_text(kept.get("agency")),
            media=_texts(kept.get("media")),
            contact_id=_uuid(kept.get("contact_id")),
        )


def doubt_text(pin: str, accuracy_m: float | None) -> str:
    """The text of `FormValues.doubt`; "" without an accuracy."""
    return f"{pin} ± {accuracy_m:.0f}" if pin and accuracy_m else ""


def _json(value: object) -> object:
    if isinstance(value, tuple):
        return [list(v) if isinstance(v, tuple) else v for v in value]
    return str(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    rows: Iterable[object] = value if isinstance(value, list) else ()
    return tuple(
        (str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2
    )


def _enum[E: (Channel, Priority)](kind: type[E], value: object) -> E | None:
    return kind(value) if isinstance(value, str) and value in list(kind) else None


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
