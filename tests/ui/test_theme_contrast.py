"""Contrast of both themes, computed from the tables (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from console.ui.theme import themes
from console.ui.theme.themes import LIGHT, NIGHT, Tokens, contrast

BOTH = pytest.mark.parametrize("tokens", [LIGHT, NIGHT], ids=["light", "night"])
WORDS = ("text", "muted", "accent", "urgent", "warn", "ok")


def test_contrast_knows_the_ends() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@BOTH
@pytest.mark.parametrize("ground", ["bg", "panel", "hover", "selection"])
@pytest.mark.parametrize("word", WORDS)
def test_words_on_every_ground(tokens: Tokens, word: str, ground: str) -> None:
    assert contrast(getattr(tokens, word), getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("tone", ["urgent", "warn", "ok", "info", "muted"])
def test_badges(tokens: Tokens, tone: str) -> None:
    assert contrast(tokens.tone(tone).name(), tokens.soft(tone).name()) >= 4.5


@BOTH
def test_what_stands_on_solid_colour(tokens: Tokens) -> None:
    for word, ground in (
        (tokens.on_accent, tokens.accent),
        (tokens.on_accent, tokens.accent_hover),
        (tokens.on_urgent, tokens.urgent),
        (tokens.rail_text, tokens.rail),
        (tokens.rail_text, tokens.rail_selected),
        (tokens.rail_text, tokens.rail_hover),
        (tokens.on_rail_count, tokens.rail_count),
        (tokens.bg, tokens.ok),
    ):
        assert contrast(word, ground) >= 4.5, (word, ground)


@BOTH
def test_borders_and_focus_are_seen(tokens: Tokens) -> None:
    for ground in (tokens.bg, tokens.panel):
        assert contrast(tokens.border, ground) >= 3
        assert contrast(tokens.accent, ground) >= 3


@BOTH
@pytest.mark.parametrize("ground", ["bg", "panel", "hover", "selection", "muted_soft"])
def test_disabled_can_be_read(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.disabled, getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["hover", "selection", "muted_soft", "warn_soft", "urgent_soft"])
def test_parts_and_focus_are_seen_on_every_ground(tokens: Tokens, ground: str) -> None:
    for part in ("border", "accent", "urgent", "warn", "ok"):
        assert contrast(getattr(tokens, part), getattr(tokens, ground)) >= 3, part


@BOTH
def test_the_palette_has_it_too(tokens: Tokens) -> None:
    made = themes.palette(tokens)
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    for which in (group.Active, group.Inactive):
        pairs = (
            (role.WindowText, role.Window),
            (role.Text, role.Base),
            (role.ButtonText, role.Button),
            (role.HighlightedText, role.Highlight),
            (role.PlaceholderText, role.Base),
            (role.ToolTipText, role.ToolTipBase),
        )
        for word, ground in pairs:
            assert contrast(made.color(which, word).name(), made.color(which, ground).name()) >= 4.5
    grey = made.color(group.Disabled, role.Text).name()
    assert contrast(grey, made.color(group.Disabled, role.Base).name()) >= 4.5


def test_apply_dresses_the_application(qapp: QApplication) -> None:
    themes.apply(qapp, "night", 150)
    assert themes.current() is NIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == NIGHT.bg
    assert qapp.font().pointSizeF() == pytest.approx(15)
    assert NIGHT.accent in qapp.styleSheet()
    themes.apply(qapp, "light")
    assert themes.current() is LIGHT
    assert themes.points() == pytest.approx(10)
    assert "$" not in qapp.styleSheet()


def test_auto_follows_the_shift() -> None:
    from datetime import UTC, datetime

    def at(hour_in_the_city: int) -> datetime:
        return datetime(2026, 11, 24, (hour_in_the_city - 7) % 24, tzinfo=UTC)

    assert themes.chosen("auto", at(21)) == "light"
    assert themes.chosen("auto", at(22)) == "night"
    assert themes.chosen("auto", at(5)) == "night"
    assert themes.chosen("auto", at(6)) == "light"
    assert themes.chosen("night", at(12)) == "night"
    assert themes.chosen("light", at(2)) == "light"


@pytest.mark.parametrize("name", ["light", "night"])
def test_hairlines_have_a_colour_and_heights_are_heights(name: str) -> None:
    """A value of the style sheet must not have the name of a colour; otherwise borders are
    black.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = themes.current()
    themes.apply(app, name)
    said = app.styleSheet()
    themes.apply(app, "night" if before is NIGHT else "light")
    assert not re.search(r"(solid|background:|color:) *\d", said)
    assert not re.search(r"height: *#", said)
    assert "$" not in said
