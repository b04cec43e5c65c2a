"""What a modem says about voice calls: rings, caller identification, ends. Pure: lines and times
in, facts out.

GSM: `RING` or `+CRING: VOICE`, then `+CLIP: "number",type`; `+CLCC:` lists the calls. Analog:
between the first and the second ring `DATE = MMDD`, `TIME = HHMM`, `NMBR = number|P|O`, `NAME =
text`, or `MESG = hex` (`caller_id.py`); blanks around `=` vary. An exchange whose checksum was
wrong sends nothing at all, and no modem says that a caller gave up: both are inferred from time.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.text.cleaning import clean
from console.telephony.caller_identity import number_of
from console.telephony.modem import caller_id

ANONYMOUS_AFTER = timedelta(seconds=3)
"""After this a ring without a number is shown as an unknown caller."""
MISSED_AFTER = timedelta(seconds=7)
"""Without a ring for this long the caller has given up. Rings come every 4 to 6 s."""
_CLIP = re.compile(r'\+CLIP:\s*"([^"]*)"\s*,\s*(\d+)(?:,[^,]*,[^,]*,\s*"([^"]*)")?')
_FIELD = re.compile(r"(DATE|TIME|NMBR|NAME|MESG|DDN_NMBR)\s*=\s*(.*)", re.IGNORECASE)
_CLCC = re.compile(r"\+CLCC:\s*\d+,\d+,(\d+)")
_ENDS = ("NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE")
_INTERNATIONAL = "145"


@dataclass(frozen=True, slots=True)
class VoiceFact:
    """What happened.

    Attributes:
        kind: rings | number | gone | ended | connected | listed.
        number: None when withheld or unknown.
        reason: the modem's own word for an end, in lower case.
    """

    kind: str
    number: str | None = None
    name: str | None = None
    reason: str = ""


class VoiceLines:
    """One line's voice calls."""

    def __init__(self) -> None:
        """Nobody calls."""
        self._first_ring: datetime | None = None
        self._last_ring: datetime | None = None
        self._shown = False
        self._number: str | None = None
        self._name: str | None = None

    @property
    def ringing(self) -> bool:
        """Whether it rings now."""
        return self._first_ring is not None

    def taken(self) -> None:
        """The ringing call was answered or refused and rings no more."""
        self._first_ring = self._last_ring = None
        self._shown, self._number, self._name = False, None, None

    def feed(self, line: str, now: datetime) -> list[VoiceFact]:
        """The facts in one line of the modem; none for a line without meaning here."""
        line = line.strip()
        if line == "RING" or line.startswith("+CRING:"):
            return self._ring(line, now)
        if (clip := _CLIP.match(line)) is not None:
            number = number_of(clip[1])
            if number and clip[2] == _INTERNATIONAL and not number.startswith("+"):
                number = f"+{number}"
            return self._known(number, clip[3], now)
        if (field := _FIELD.fullmatch(line)) is not None:
            return self._field(field[1].upper(), field[2].strip(), now)
        if line.startswith(_ENDS):
            return [VoiceFact("ended", reason=line.lower())]
        if (listed := _CLCC.match(line)) is not None:
            active = listed[1] == "0"
            return [VoiceFact("listed"), *([VoiceFact("connected")] if active else [])]
        if line.startswith(("CONNECT", "VCON", "^CONN:")):
            return [VoiceFact("connected")]
        return []

    def tick(self, now: datetime) -> list[VoiceFact]:
        """Time passed; call it about twice a second."""
        if self._first_ring is None or self._last_ring is None:
            return []
        if now - self._last_ring > MISSED_AFTER:
            shown = self._shown
            told = VoiceFact("gone", self._number, self._name)
            first = [] if shown else [VoiceFact("rings", self._number, self._name)]
            self.taken()
            return [*first, told]
        if not self._shown and now - self._first_ring >= ANONYMOUS_AFTER:
            self._shown = True
            return [VoiceFact("rings", self._number, self._name)]
        return []

    def _ring(self, line: str, now: datetime) -> list[VoiceFact]:
        kind = line.partition(":")[2].strip().upper()
        if kind and not kind.startswith("VOICE"):
            return []  # A fax, or data.
        self._last_ring = now
        if self._first_ring is None:
            self._first_ring = now
        elif not self._shown:
            self._shown = True  # The second ring: no caller identification came in between.
            return [VoiceFact("rings", self._number, self._name)]
        return []

    def _field(self, key: str, value: str, now: datetime) -> list[VoiceFact]:
        if key == "NAME":
            self._name = _name(value)
            return [VoiceFact("number", self._number, self._name)] if self._shown else []
        if key == "NMBR":
            withheld = value.upper() in ("P", "O", "PRIVATE", "OUT OF AREA", "")
            return self._known(None if withheld else number_of(value), None, now)
        if key == "MESG" and (caller := caller_id.decode(value)) is not None:
            number = number_of(caller.number or "")
            return self._known(number, clean(caller.name or "", 120, lines=False), now)
        return []  # `DATE`, `TIME` are the exchange's clock.

    def _known(self, number: str | None, name: str | None, now: datetime) -> list[VoiceFact]:
        if self._first_ring is None:
            # Some modems report the number before the first ring, or we missed the ring.
            self._first_ring = self._last_ring = now
        self._number, self._name = number, _name(name or "") or self._name
        if self._shown:
            return [VoiceFact("number", self._number, self._name)] if number else []
        self._shown = True
        return [VoiceFact("rings", self._number, self._name)]


def _name(text: str) -> str | None:
    named = clean(text, 120, lines=False).strip()
    return None if named.upper() in ("", "P", "O") else named
