"""What stands in an open form, as a value; to a draft and back."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from console.domain.states import Channel, Priority


@dataclass(frozen=True, slots=True)
class FormValues:
    """The fields of a form as they stand.

    Attributes:
        phone: as typed; the handler normalises.
        service_text: what was typed and is no choice yet.
        ward_by: who set the ward: "" nobody, `address`, `pin` or `operator`.
        pin_text: latitude and longitude as typed or clicked.
        doubt: the pin as the sender's phone gave it and how many metres it may be off; it counts
            while the pin stays that one.
        priority: the operator's own choice, None follows the danger answers.
        agency: the operator's own choice, None follows the routing rules.
        sender_label: who a written contact came from, to show.
        named: "yes" when the citizen agreed to be named as an active reporter.
        consent: "yes" when he agreed that the agency knows name and number.
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
        """Nothing in it that would be missed: only the channel may differ from an empty form."""
        empty = FormValues()
        return all(
            getattr(self, f.name) == getattr(empty, f.name)
            for f in fields(self)
            if f.name not in ("channel", "ward_by")
        )

    @property
    def accuracy_m(self) -> float | None:
        """How far the pin may be off; None when nobody said, or a person moved it."""
        pin, _, metres = self.doubt.rpartition(" ± ")
        return float(metres) if pin and pin == self.pin_text and metres.isdecimal() else None

    def attribute(self, code: str) -> str:
        """The text of one of the service's own fields; "" when there is none."""
        return dict(self.attributes).get(code, "")

    def to_draft(self) -> dict[str, object]:
        """JSON-able, without what is empty."""
        made: dict[str, object] = {}
        for each in fields(self):
            value: object = getattr(self, each.name)
            if value in ("", None, ()):
                continue
            made[each.name] = _json(value)
        return made

    @classmethod
    def from_draft(cls, kept: dict[str, object]) -> "FormValues":
        """The form a draft holds; what cannot be read any more is left empty, never refused."""
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
    """What `FormValues.doubt` holds; "" where nothing is said."""
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
