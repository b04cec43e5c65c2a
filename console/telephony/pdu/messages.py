"""Results of the PDU codec: a decoded message, or why it was refused."""

from datetime import datetime
from typing import NamedTuple

from console.domain.errors import InputError


class PduError(InputError):
    """A PDU that cannot be read, or a text that cannot be sent; `params["why"]` says why."""

    def __init__(self, why: str) -> None:
        """Code `pdu_refused`."""
        super().__init__("pdu_refused", why=why)
        self.why = why


class DecodedSms(NamedTuple):
    """A decoded PDU. A tuple because it is created a third faster than a frozen dataclass of 18
    fields.

    Attributes:
        kind: deliver | submit | status_report.
        number: sender, recipient of a submit, or recipient of a report; `+` when international;
            None when empty.
        timestamp: of the service centre, None when impossible or absent.
        reference, total, sequence: of the concatenation; None for a single message. A report's
            reference is its TP-MR.
        message_class: 0 (flash) to 3, or None.
        status: TP-ST of a report (below 0x20 delivered, below 0x40 still trying, else failed).
        flags: truncated, flash, bad_header, bad_timestamp, unknown_table, binary, wap_push; waiting
            (a network's voice mail notification), no_person (for the SIM or the phone itself).
        coding: gsm7 | ucs2 | 8bit; `body` holds septets one per octet for gsm7, else octets.
        tables: national language identifiers (locking, single) of a gsm7 text.
        discharged_at: of a report.
    """

    kind: str
    number: str | None = None
    timestamp: datetime | None = None
    text: str = ""
    reference: int | None = None
    total: int | None = None
    sequence: int | None = None
    message_class: int | None = None
    status: int | None = None
    flags: tuple[str, ...] = ()
    coding: str = "gsm7"
    body: bytes = b""
    tables: tuple[int, int] = (0, 0)
    smsc: str | None = None
    reference_bits: int = 8
    alphanumeric: bool = False
    port: int | None = None
    discharged_at: datetime | None = None


_KEYS = (
    "kind",
    "number",
    "timestamp",
    "text",
    "reference",
    "total",
    "sequence",
    "message_class",
    "status",
)


def to_json(sms: DecodedSms | PduError) -> dict[str, object]:
    """A decoded SMS as JSON (docs/reference/json.md); for a refused PDU everything is null but
    `error`.
    """
    if isinstance(sms, PduError):
        empty: dict[str, object] = dict.fromkeys(_KEYS)
        return empty | {"flags": [], "error": sms.why}
    return {
        "kind": sms.kind,
        "number": sms.number,
        "timestamp": sms.timestamp.isoformat() if sms.timestamp else None,
        "text": sms.text if sms.kind != "status_report" else None,
        "reference": sms.reference,
        "total": sms.total,
        "sequence": sms.sequence,
        "message_class": sms.message_class,
        "status": sms.status,
        "flags": list(sms.flags),
        "error": None,
    }
