"""The colours of the themes."""

import pytest

from smtp_desktop.domain.settings import SETTINGS
from smtp_desktop.ui.theme.theme import DARK, LIGHT, MORE_DARK, MORE_LIGHT, ThemeChoice, kept_choice, theme_for

PLAIN, MORE = {"light": LIGHT, "dark": DARK}, {"more-light": MORE_LIGHT, "more-dark": MORE_DARK}
THEMES = PLAIN | MORE

# The text colours and the grounds that the style sheet and the delegate put them on.
GROUNDS = {
    "text": ("bg", "surface", "sunken", "accent_soft", "bad_soft", "ok_soft", "warn_soft"),
    "muted": ("bg", "surface", "sunken"),
    "faint": ("bg", "surface", "sunken"),
    "accent": ("bg", "surface", "sunken", "accent_soft"),
    "ok": ("surface", "ok_soft"),
    "warn": ("surface", "warn_soft"),
    "bad": ("surface", "sunken", "bad_soft"),
    "on_accent": ("accent", "accent_hover"),
    "on_bad": ("bad",),
    "on_disabled": ("disabled",),
}
PAIRS = [(text, ground) for text, grounds in GROUNDS.items() for ground in grounds]
BARE = {"bg", "surface", "sunken", "line", "edge", "focus", "accent_hover", "accent_soft", "disabled"}
FIELD_GROUNDS = ("bg", "surface", "sunken")
ALL_GROUNDS = (*FIELD_GROUNDS, "accent_soft", "ok_soft", "warn_soft", "bad_soft")


def luminance(color):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def contrasts(theme, pairs):
    return {pair: contrast(theme.colors[pair[0]], theme.colors[pair[1]]) for pair in pairs}


def too_low(theme, pairs, least):
    return {pair: found for pair, found in contrasts(theme, pairs).items() if found < least}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_can_be_read(theme):
    assert too_low(theme, PAIRS, 8 if theme.more_contrast else 4.5) == {}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_line_around_a_field_can_be_seen(theme):
    assert too_low(theme, [("edge", ground) for ground in FIELD_GROUNDS], 3) == {}
    assert too_low(theme, [("faint", ground) for ground in FIELD_GROUNDS], 3) == {}  # of boxes


@pytest.mark.parametrize("theme", MORE.values(), ids=MORE)
def test_with_more_contrast_every_line_can_be_seen(theme):
    lines = [(line, ground) for line in ("line", "edge", "focus") for ground in ALL_GROUNDS]
    assert too_low(theme, lines, 5) == {}


@pytest.mark.parametrize("theme", MORE.values(), ids=MORE)
def test_the_colour_of_the_focus_is_used_for_nothing_else(theme):
    others = [color for name, color in theme.colors.items() if name != "focus"]
    assert theme.colors["focus"] not in others


@pytest.mark.parametrize("theme", PLAIN.values(), ids=PLAIN)
def test_the_focus_can_be_seen(theme):
    assert too_low(theme, [("accent", ground) for ground in FIELD_GROUNDS], 3) == {}


def test_every_text_colour_is_measured():
    tokens = LIGHT.colors.keys()
    assert all(theme.colors.keys() == tokens for theme in THEMES.values())
    assert tokens - BARE - {name for name in tokens if name.endswith("_soft")} == GROUNDS.keys()


def test_the_command_line_knows_every_theme():
    words = next(setting.kind.words for setting in SETTINGS if setting.name == "theme")
    assert set(words) == set(ThemeChoice)


def test_the_choice_comes_before_the_system():
    assert [theme_for(choice, dark=True) for choice in ("system", "light", "dark")] == [DARK, LIGHT, DARK]
    assert [theme_for(choice, dark=False) for choice in ("system", "light", "dark")] == [LIGHT, LIGHT, DARK]


def test_the_system_may_want_more_contrast():
    more = [theme_for("system", dark=dark, more_contrast=True) for dark in (False, True)]
    assert more == [MORE_LIGHT, MORE_DARK]
    assert [theme_for(choice, dark=True) for choice in ThemeChoice][3:] == [MORE_LIGHT, MORE_DARK]
    assert theme_for("dark", dark=False, more_contrast=True) is DARK


@pytest.mark.parametrize(
    ("kept", "choice"),
    [
        ({"theme": "dark"}, ThemeChoice.DARK),
        ({"theme": "system"}, ThemeChoice.SYSTEM),
        ({}, ThemeChoice.SYSTEM),
        ({"theme": "pink"}, ThemeChoice.SYSTEM),
    ],
)
def test_what_is_no_theme_counts_as_that_of_the_system(kept, choice):
    assert kept_choice(kept) is choice
