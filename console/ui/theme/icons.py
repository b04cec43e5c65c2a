"""The line icons of the program, drawn on a grid of 24 in the theme's colours."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_PHONE = (
    "M6.4 3.8h2.9l1.6 4-2 1.6a11.4 11.4 0 0 0 5.7 5.7l1.6-2 4 1.6v2.9a2 2 0 0 1-2.2 2"
    "A15.4 15.4 0 0 1 4.4 6a2 2 0 0 1 2-2.2z"
)
_PATHS: dict[str, str] = {
    "intake": (
        "M4 15v-3a8 8 0 0 1 16 0v3M4 14.2h2.2a1.2 1.2 0 0 1 1.2 1.2v3.2a1.2 1.2 0 0 1-1.2 1.2h-.4"
        "A1.8 1.8 0 0 1 4 18zM20 14.2h-2.2a1.2 1.2 0 0 0-1.2 1.2v3.2a1.2 1.2 0 0 0 1.2 1.2h.4"
        "A1.8 1.8 0 0 0 20 18zM19.6 19.2c-.6 1.6-2.2 2.3-5.6 2.3"
    ),
    "inbox": "M4.6 5.5h14.8a1.2 1.2 0 0 1 1.2 1.2v10.6a1.2 1.2 0 0 1-1.2 1.2H4.6"
    "a1.2 1.2 0 0 1-1.2-1.2V6.7a1.2 1.2 0 0 1 1.2-1.2zM4 7l8 6.2L20 7",
    "queue": "M9 6.2h11.5M9 12h11.5M9 17.8h11.5M4 6.2h.6M4 12h.6M4 17.8h.6",
    "callbacks": _PHONE + "M20.2 4 15 9.2M15 5v4.2h4.2",
    "map": "M12 21s7-6.2 7-11.4a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 7.2a2.5 2.5 0 1 1 0 5"
    "a2.5 2.5 0 0 1 0-5z",
    "wallboard": "M4.2 4.5h15.6a.8.8 0 0 1 .8.8v10.4a.8.8 0 0 1-.8.8H4.2a.8.8 0 0 1-.8-.8V5.3"
    "a.8.8 0 0 1 .8-.8zM12 16.5V20M8.5 20h7M6.8 12.4l3-3 2.6 2.4 4.6-4.6",
    "reports": "M3.8 20.2h16.4M6.6 20v-6.4M12 20V4.6M17.4 20V9.8",
    "settings": "M4 7h8.6M17.4 7H20M4 17h2.6M11.4 17H20M15 4.7a2.3 2.3 0 1 1 0 4.6a2.3 2.3 0 0 1"
    " 0-4.6zM9 14.7a2.3 2.3 0 1 1 0 4.6a2.3 2.3 0 0 1 0-4.6z",
    "audit": "M6 3.6h9.4L19 7.2v5M6 3.6a1.2 1.2 0 0 0-1.2 1.2v14.4A1.2 1.2 0 0 0 6 20.4h5M8.4 8.4h6"
    "M8.4 12h3.4M16 12.6a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 0 1 0-7.2zM18.7 18.9l2.3 2.3",
    "phone": _PHONE,
    "photo": "M4.6 5h14.8a1.2 1.2 0 0 1 1.2 1.2v11.6a1.2 1.2 0 0 1-1.2 1.2H4.6a1.2 1.2 0 0 1"
    "-1.2-1.2V6.2A1.2 1.2 0 0 1 4.6 5zM8.4 8.4a1.5 1.5 0 1 1 0 3a1.5 1.5 0 0 1 0-3z"
    "M4 17.2l5-4.4 3.4 3 3.2-3.6 4.6 4.4",
    "search": "M10.6 4.6a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM15 15l4.6 4.6",
    "sms": "M4.6 4.8h14.8a1.2 1.2 0 0 1 1.2 1.2v9.4a1.2 1.2 0 0 1-1.2 1.2h-7.6L7.4 20v-3.4H4.6"
    "a1.2 1.2 0 0 1-1.2-1.2V6a1.2 1.2 0 0 1 1.2-1.2zM8 10.7h.3M12 10.7h.3M16 10.7h.3",
    "email": "M12 7.6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 0 1 0-8.8zM16.4 8v5.6a2.2 2.2 0 0 0 4.2 0V12"
    "a8.6 8.6 0 1 0-3.6 7",
    "app": "M8 3h8a1.4 1.4 0 0 1 1.4 1.4v15.2A1.4 1.4 0 0 1 16 21H8a1.4 1.4 0 0 1-1.4-1.4V4.4"
    "A1.4 1.4 0 0 1 8 3zM11 18h2",
    "portal": "M12 3.4a8.6 8.6 0 1 1 0 17.2a8.6 8.6 0 0 1 0-17.2zM3.6 12h16.8M12 3.4c2.6 2.4 3.6"
    " 5.2 3.6 8.6s-1 6.2-3.6 8.6c-2.6-2.4-3.6-5.2-3.6-8.6s1-6.2 3.6-8.6",
    "facebook": "M5.2 3.6h13.6a1.6 1.6 0 0 1 1.6 1.6v13.6a1.6 1.6 0 0 1-1.6 1.6H5.2a1.6 1.6 0 0 1"
    "-1.6-1.6V5.2a1.6 1.6 0 0 1 1.6-1.6zM16.4 8h-1.6a1.8 1.8 0 0 0-1.8 1.8v10.4M10.6 13h5.2",
    "zalo": "M5.2 4h13.6a1.6 1.6 0 0 1 1.6 1.6v9.6a1.6 1.6 0 0 1-1.6 1.6H11l-3.8 3.4v-3.4h-2"
    "a1.6 1.6 0 0 1-1.6-1.6V5.6A1.6 1.6 0 0 1 5.2 4zM9 7.6h6l-6 5.8h6",
    "walk_in": "M12 4a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 12 4zM5 20.2v-1.6a4.6 4.6 0 0 1 4.6-4.6h4.8"
    "a4.6 4.6 0 0 1 4.6 4.6v1.6",
    "file": "M7 3.4h7l4.4 4.4v11.4a1.4 1.4 0 0 1-1.4 1.4H7a1.4 1.4 0 0 1-1.4-1.4V4.8A1.4 1.4 0 0 1"
    " 7 3.4zM13.8 3.6V8h4.4",
    "lock": "M6.6 10.8h10.8a1.2 1.2 0 0 1 1.2 1.2v7a1.2 1.2 0 0 1-1.2 1.2H6.6a1.2 1.2 0 0 1-1.2-1.2"
    "v-7a1.2 1.2 0 0 1 1.2-1.2zM8.4 10.6V7.8a3.6 3.6 0 0 1 7.2 0v2.8M12 14.6v1.8",
    "close": "M6 6l12 12M18 6L6 18",
}


@lru_cache(maxsize=128)
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Draw an icon as a picture.

    Args:
        colour: `#RRGGBB`.
        side: edge in logical pixels.
        ratio: the screen's device pixel ratio.
    """
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{_PATHS[name]}" fill="none" stroke="{colour}" stroke-width="1.7" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    made = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, colour: str, side: int = 18) -> QIcon:
    """Make an icon for a button or a window."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, side, ratio))
    return made


def names() -> tuple[str, ...]:
    """The names of all icons."""
    return tuple(_PATHS)
