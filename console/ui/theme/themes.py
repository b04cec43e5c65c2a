"""How the window looks: two tables of colours, and the palette and style sheet made from them.

Nothing else in `ui/` sets a colour, a font or a frame: widgets carry dynamic properties (`kind`,
`tone`, `shape`), and `style_sheet.py` defines what they mean. Custom painters ask `current()`.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from console.domain.time_zone import CITY
from console.ui.theme.style_sheet import sheet

SPACE = 4
"""The spacing grid in pixels; every gap is a multiple of it."""

BASE_POINTS = 10.0
"""Body text at 100 %."""

type Tone = Literal["text", "muted", "accent", "urgent", "warn", "ok", "disabled"]
type ThemeName = Literal["light", "night"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, `#RRGGBB`.

    Contrast against `bg` and `panel` is tested: text 4.5:1, borders and focus 3:1 (WCAG 2.2, 1.4.3
    and 1.4.11). `line` only divides and carries no meaning, so it may be fainter.

    Attributes:
        name: `light` or `night`.
        hover: background of the item under the pointer.
        selection: background of the chosen row or card, under normal text.
        on_urgent: text on a solid `urgent` background, as in a count on the rail.
    """

    name: ThemeName
    bg: str
    panel: str
    text: str
    muted: str
    border: str
    line: str
    accent: str
    accent_hover: str
    on_accent: str
    urgent: str
    on_urgent: str
    warn: str
    ok: str
    disabled: str
    hover: str
    selection: str
    urgent_soft: str
    warn_soft: str
    ok_soft: str
    info_soft: str
    muted_soft: str
    rail: str
    rail_text: str
    rail_selected: str
    rail_hover: str
    rail_count: str
    on_rail_count: str

    def tone(self, tone: str) -> QColor:
        """The text colour of a tone; `info` is the accent colour, an unknown tone is plain text."""
        name = {"info": "accent"}.get(tone, tone)
        return QColor(getattr(self, name, self.text))

    def soft(self, tone: str) -> QColor:
        """The background of a badge of this tone."""
        name = {"accent": "info"}.get(tone, tone)
        return QColor(getattr(self, f"{name}_soft", self.muted_soft))


LIGHT = Tokens(
    name="light",
    bg="#FFFFFF",
    panel="#F4F6F8",
    text="#1B1F24",
    muted="#57606A",
    border="#7A838C",
    line="#D3D9DF",
    accent="#0B5CAD",
    accent_hover="#094D92",
    on_accent="#FFFFFF",
    urgent="#B42318",
    on_urgent="#FFFFFF",
    warn="#8A4B00",
    ok="#1A6B3C",
    disabled="#646B73",
    hover="#EEF2F6",
    selection="#E3EEF9",
    urgent_soft="#FDE8E6",
    warn_soft="#FFF4E0",
    ok_soft="#E6F4EA",
    info_soft="#E3EEF9",
    muted_soft="#ECEFF2",
    rail="#14273C",
    rail_text="#E1E8F0",
    rail_selected="#334356",
    rail_hover="#22354A",
    rail_count="#C62A1D",
    on_rail_count="#FFFFFF",
)

NIGHT = Tokens(
    name="night",
    bg="#14171A",
    panel="#1E2227",
    text="#E6EAEE",
    muted="#A9B3BD",
    border="#79838D",
    line="#333A42",
    accent="#6CB2FF",
    accent_hover="#8FC4FF",
    on_accent="#0B1220",
    urgent="#FF8A80",
    on_urgent="#0B1220",
    warn="#FFC266",
    ok="#6FD699",
    disabled="#98A1AA",
    hover="#23282E",
    selection="#20354D",
    urgent_soft="#3A1F1E",
    warn_soft="#362A15",
    ok_soft="#15301F",
    info_soft="#20354D",
    muted_soft="#2A3036",
    rail="#0D1013",
    rail_text="#E6EAEE",
    rail_selected="#2D2F32",
    rail_hover="#1D2023",
    rail_count="#C62A1D",
    on_rail_count="#FFFFFF",
)

_THEMES: dict[str, Tokens] = {"light": LIGHT, "night": NIGHT}


class _Chosen:
    """The current theme; one for the process, like Qt's own palette."""

    tokens: Tokens = LIGHT
    points: float = BASE_POINTS


def chosen(setting: str, now: datetime | None = None) -> ThemeName:
    """The theme that a setting means; `auto` is night during the night shift (22 to 6)."""
    if setting in ("light", "night"):
        return "night" if setting == "night" else "light"
    hour = (now or datetime.now(UTC)).astimezone(CITY).hour
    return "night" if hour >= 22 or hour < 6 else "light"


def current() -> Tokens:
    """The current colours."""
    return _Chosen.tokens


def points(scale: float = 1.0) -> float:
    """A text size in points: `scale` times body text, with the font setting applied."""
    return _Chosen.points * scale


def font(scale: float = 1.0, *, bold: bool = False, mono: bool = False) -> QFont:
    """A font for a custom painter."""
    made = QFont(QApplication.font())
    made.setPointSizeF(points(scale))
    made.setBold(bold)
    if mono:
        made.setFamilies(["DejaVu Sans Mono", "Noto Sans Mono", "monospace"])
        made.setStyleHint(QFont.StyleHint.Monospace)
    return made


def apply(app: QApplication, name: str, font_percent: int = 100) -> None:
    """Apply a theme to the whole application.

    `setColorScheme` does nothing on plain X11, so palette and sheet are set here.

    Args:
        name: `light` or `night`; anything else is `light`.
        font_percent: 100 to 200.
    """
    tokens = _THEMES.get(name, LIGHT)
    _Chosen.tokens = tokens
    _Chosen.points = BASE_POINTS * min(max(font_percent, 75), 200) / 100
    body = QFont(app.font())
    body.setFamilies(["Noto Sans", "DejaVu Sans", "Segoe UI", "sans-serif"])
    body.setPointSizeF(_Chosen.points)
    style = QStyleFactory.create("Fusion")
    if style is not None:
        app.setStyle(style)
    app.setFont(body)
    app.setPalette(palette(tokens))
    app.setStyleSheet(sheet(asdict(tokens), _Chosen.points, QFontMetrics(body).height()))


def palette(tokens: Tokens) -> QPalette:
    """A palette with every role that Fusion asks for, so that contrast holds where the sheet says
    nothing.
    """
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.bg,
        role.WindowText: tokens.text,
        role.Base: tokens.bg,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.Button: tokens.panel,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.urgent,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.PlaceholderText: tokens.muted,
        role.ToolTipBase: tokens.panel,
        role.ToolTipText: tokens.text,
        role.Light: tokens.panel,
        role.Midlight: tokens.line,
        role.Mid: tokens.border,
        role.Dark: tokens.border,
        role.Shadow: tokens.border,
    }
    made = QPalette()
    for each, value in colours.items():
        made.setColor(each, QColor(value))
    group = QPalette.ColorGroup.Disabled
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(group, each, QColor(tokens.disabled))
    made.setColor(group, role.Highlight, QColor(tokens.muted_soft))
    made.setColor(group, role.HighlightedText, QColor(tokens.text))
    return made


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shown = QColor(colour)
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (shown.redF(), shown.greenF(), shown.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
