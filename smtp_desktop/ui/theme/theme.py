"""Colours, light and dark, and the one style sheet made from them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QColor, QPalette

from smtp_desktop.resources import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

T = TypeVar("T")


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme:
    """Colours as #RRGGBB. Every text colour has a contrast of 4.5:1 or more on the grounds it stands on."""

    mode: str
    bg: str
    surface: str
    sunken: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    disabled: str
    on_disabled: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    on_bad: str

    def __init__(self, **colors: str) -> None:
        vars(self).update(colors)

    def color(self, token: str) -> QColor:
        """Returns the colour of that name."""
        return QColor(getattr(self, token))


LIGHT = Theme(
    mode="light",
    bg="#F4F5F8",
    surface="#FFFFFF",
    sunken="#F9FAFB",
    line="#E2E5EB",
    text="#18212F",
    muted="#5D6777",
    faint="#646E7E",
    accent="#2F5BEA",
    accent_hover="#254CCB",
    accent_soft="#EAF0FF",
    on_accent="#FFFFFF",
    disabled="#D5DAE3",
    on_disabled="#4A5361",
    ok="#0F7B55",
    ok_soft="#E4F5EE",
    warn="#A15C07",
    warn_soft="#FDF3E1",
    bad="#B3261E",
    bad_soft="#FCEBE9",
    on_bad="#FFFFFF",
)
DARK = Theme(
    mode="dark",
    bg="#14181F",
    surface="#1C222B",
    sunken="#181D25",
    line="#2C3440",
    text="#E7EBF1",
    muted="#A4AEBC",
    faint="#8C97A8",
    accent="#7C9BFF",
    accent_hover="#93ADFF",
    accent_soft="#232E4A",
    on_accent="#0E1320",
    disabled="#333C4A",
    on_disabled="#B4BECC",
    ok="#5CCB9E",
    ok_soft="#173329",
    warn="#E5B262",
    warn_soft="#372A14",
    bad="#F28B82",
    bad_soft="#3B1E1C",
    on_bad="#0E1320",
)


def theme_for(choice: str, *, dark: bool) -> Theme:
    """Returns the theme that `choice`, a ThemeChoice, means on a system that is `dark`, or not."""
    dark = dark if choice == ThemeChoice.SYSTEM else choice == ThemeChoice.DARK
    return DARK if dark else LIGHT


def put_on(app: QApplication, theme: Theme) -> None:
    """The whole program looks like that."""
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))


def dressed(app: QApplication, theme: Theme, make: Callable[[], T]) -> T:
    """Returns the window that `make` makes, and the whole program looks like `theme`."""
    app.setPalette(_palette(theme))
    # With a style sheet Qt polishes each widget anew for every parent that it gets: three times as slow.
    app.setStyleSheet("")
    made = make()
    app.setStyleSheet(_style_sheet(theme))
    return made


def _style_sheet(theme: Theme) -> str:
    tokens = {**vars(theme), "icons": (FOLDER / "icons").as_posix()}
    template = (FOLDER / "theme.qss").read_text("utf-8")
    for name in sorted(tokens, key=len, reverse=True):  # `$accent_soft` before `$accent`
        template = template.replace(f"${name}", tokens[name])
    return template


def _palette(theme: Theme) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: theme.bg,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.sunken,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.faint,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
    }
    palette = QPalette()
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette
