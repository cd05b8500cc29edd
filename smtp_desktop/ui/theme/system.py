"""The theme that the system asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from smtp_desktop.ui.theme.theme import Theme, ThemeChoice, theme_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAccessibilityHints, QStyleHints


def contrast_wishes(hints: QStyleHints) -> QAccessibilityHints | None:
    """Returns what knows whether the system's user wants more contrast, as long as `hints` lives; None before Qt 6.10,
    which does not know it."""
    return hints.accessibility() if hasattr(hints, "accessibility") else None


def on_theme_wish(hints: QStyleHints, act: Callable[[], None]) -> None:
    """Calls `act` whenever the system may ask for another theme, as long as `hints` lives."""
    hints.colorSchemeChanged.connect(lambda _: act())
    wishes = contrast_wishes(hints)
    if wishes is not None:
        wishes.contrastPreferenceChanged.connect(lambda _: act())


def wanted_theme(hints: QStyleHints, choice: ThemeChoice) -> Theme:
    """Returns the theme for `choice` on this system, as it is set now."""
    wishes = contrast_wishes(hints)
    more = wishes is not None and wishes.contrastPreference() is Qt.ContrastPreference.HighContrast
    return theme_for(choice, dark=hints.colorScheme() is Qt.ColorScheme.Dark, more_contrast=more)
