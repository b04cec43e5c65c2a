"""Times, spans, numbers and deadlines on the screen, written as people in the city do."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

from console.domain.requests import numbering
from console.domain.text import phone
from console.domain.text.folding import fold
from console.domain.time_zone import CITY
from console.ui.theme.signs import Sign

LOCALE = QLocale("vi_VN")
"""590.000 and 94,2 %."""

_DAY = timedelta(days=1)
_SOON_SHARE = 0.25


def clock_time(at: datetime | None) -> str:
    """`14:05`; "" for None."""
    return at.astimezone(CITY).strftime("%H:%M") if at else ""


def clock_seconds(at: datetime | None) -> str:
    """`14:05:09`; "" for None."""
    return at.astimezone(CITY).strftime("%H:%M:%S") if at else ""


def when(at: datetime | None, now: datetime) -> str:
    """As short as possible: `17:20` today, `09:00 26/11` this year, else `26/11/2025`."""
    if at is None:
        return "—"
    local, today = at.astimezone(CITY), now.astimezone(CITY)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if local.year == today.year:
        return local.strftime("%H:%M %d/%m")
    return local.strftime("%d/%m/%Y")


def full(at: datetime | None) -> str:
    """`14:05 24/11/2026`; "" for None."""
    return at.astimezone(CITY).strftime("%H:%M %d/%m/%Y") if at else ""


def timer(span: timedelta) -> str:
    """Length of a call: `02:14`, `1:02:14`; never negative."""
    seconds = max(0, int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"


def waited(span: timedelta) -> str:
    """Waiting time: `0:41`."""
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def span_words(span: timedelta) -> str:
    """`3:46` below a day (hours and minutes), else `2 ngày`; the sign is dropped."""
    left = abs(span)
    if left >= _DAY:
        days = left.days
        return QCoreApplication.translate("formats", "%n ngày", "", days).replace("%n", str(days))
    minutes = int(left.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def ago(at: datetime, now: datetime) -> str:
    """`vừa xong`, `52 phút trước`, `3 giờ trước`, `2 ngày trước`."""
    minutes = max(0, int((now - at).total_seconds()) // 60)
    if minutes < 1:
        return QCoreApplication.translate("formats", "vừa xong")
    if minutes < 60:
        return QCoreApplication.translate("formats", "{0} phút trước").format(minutes)
    if minutes < 24 * 60:
        return QCoreApplication.translate("formats", "{0} giờ trước").format(minutes // 60)
    return QCoreApplication.translate("formats", "{0} ngày trước").format(minutes // (24 * 60))


def countdown(deadline: datetime | None, start: datetime | None, now: datetime) -> Sign:
    """The time left, and how urgent that is.

    Overdue is urgent; the last quarter of the span is a warning.
    """
    if deadline is None:
        word = QCoreApplication.translate("formats", "chưa có hạn")
        return Sign(word, "muted", "none")
    left = deadline - now
    if left < timedelta(0):
        word = QCoreApplication.translate("formats", "trễ {0}").format(span_words(left))
        return Sign(word, "urgent", "square")
    word = QCoreApplication.translate("formats", "còn {0}").format(span_words(left))
    whole = deadline - start if start else None
    if whole and left < whole * _SOON_SHARE:
        return Sign(word, "warn", "triangle")
    return Sign(word, "ok", "circle")


def number(value: int) -> str:
    """`590.000`."""
    return LOCALE.toString(value)


def percent(share: float | None) -> str:
    """`94,2 %` of 0.942; `—` for None."""
    return "—" if share is None else f"{LOCALE.toString(share * 100, 'f', 1)} %"


def request_number(digits: str) -> str:
    """`26 014 00123 7`."""
    return numbering.spoken(digits)


def names_place(said: str, ward: str) -> bool:
    """Whether a spoken address already names this ward or commune, by any of its parts."""
    own = fold(said)
    core = fold(ward.partition(",")[0])
    for kind in ("phuong ", "xa ", "dac khu ", "thi tran "):
        core = core.removeprefix(kind)
    return core in own


def place(said: str | None, ward: str | None) -> str:
    """The spoken address, with today's ward if it does not name it."""
    if not said:
        return ward or ""
    return said if not ward or names_place(said, ward) else f"{said}, {ward}"


def phone_number(e164: str | None) -> str:
    """`0903 123 456`; `Số ẩn` when there is none."""
    return phone.display(e164) or QCoreApplication.translate("formats", "Số ẩn")


def dong(amount: int) -> str:
    """An amount of money: `1.500 đ`."""
    return f"{amount:,} đ".replace(",", ".")


def halves(text: str) -> tuple[str, str]:
    """The text split at the space nearest to its middle (the later of two); the second half is ""
    if there is no space.
    """
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text, ""
    at = min(reversed(spaces), key=lambda place: abs(2 * place - len(text)))
    return text[:at], text[at + 1 :]
