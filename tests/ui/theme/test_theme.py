"""The colours of the themes."""

import pytest

from smtp_desktop.ui.theme.theme import DARK, LIGHT, ThemeChoice, kept_choice, theme_for

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
BARE = {"bg", "surface", "sunken", "line", "accent_hover", "accent_soft", "disabled"}


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


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(theme, text, ground):
    assert contrast(theme.colors[text], theme.colors[ground]) >= 4.5


def test_every_text_colour_is_measured():
    tokens = LIGHT.colors.keys()
    assert tokens == DARK.colors.keys()
    assert tokens - BARE - {name for name in tokens if name.endswith("_soft")} == GROUNDS.keys()


def test_the_choice_comes_before_the_system():
    assert [theme_for(choice, dark=True) for choice in ("system", "light", "dark")] == [DARK, LIGHT, DARK]
    assert [theme_for(choice, dark=False) for choice in ("system", "light", "dark")] == [LIGHT, LIGHT, DARK]


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
