"""The stored form of an SMS part, and the key that links a delivery report to its message."""

import hashlib
from datetime import datetime

from console.domain.text.phone import normalise
from console.services.records import SmsPart
from console.telephony.pdu.decoding import decode
from console.telephony.pdu.messages import DecodedSms, PduError
from console.telephony.sms.joining import REPORT, UNREADABLE

_NOBODYS = frozenset({"wap_push", "no_person"})


def stored_part(pdu: str, imsi: str, at: datetime) -> SmsPart | None:
    """The part to store for a PDU from a modem; None for what is nobody's message (WAP push, data
    for the SIM, silent type 0, our own submits).

    A PDU that cannot be read becomes a flagged part: nothing is lost.
    """
    raw = pdu.strip().encode("latin-1", "replace")[:2048]
    try:
        sms = decode(pdu)
    except PduError as error:
        return SmsPart(
            external_id=hashlib.sha256(b"\n".join((imsi.encode(), raw))).hexdigest(),
            imsi=imsi,
            sender=None,
            received_at=at,
            scts=None,
            coding="8bit",
            body=b"",
            pdu=raw,
            flags=(UNREADABLE, error.why),
        )
    if sms.kind == "submit" or not _NOBODYS.isdisjoint(sms.flags):
        return None
    report = sms.kind == "status_report"
    return SmsPart(
        external_id=_key(sms, imsi),
        imsi=imsi,
        sender=sms.number,
        received_at=at,
        scts=sms.timestamp,
        coding="8bit" if report else sms.coding,
        body=b"" if report else sms.body,
        pdu=raw,
        reference=sms.reference,
        reference_bits=sms.reference_bits,
        total=sms.total or 1,
        sequence=sms.sequence or 1,
        flags=(REPORT,) if report else sms.flags,
    )


def _key(sms: DecodedSms, imsi: str) -> str:
    fields = (
        imsi,
        sms.smsc,
        sms.number,
        sms.timestamp and sms.timestamp.isoformat(),
        sms.reference,
        sms.total,
        sms.sequence,
        sms.status,
        sms.discharged_at and sms.discharged_at.isoformat(),
    )
    head = "\n".join("" if f is None else str(f) for f in fields)
    return hashlib.sha256(head.encode() + b"\n" + sms.body).hexdigest()


def report_ref(imsi: str, reference: int, recipient: str) -> str:
    """Links a delivery report to our message: `imsi:mr:recipient`."""
    return f"{imsi}:{reference}:{normalise(recipient) or recipient}"
