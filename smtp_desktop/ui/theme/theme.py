"""The colours of the program, light and dark, and what is made from them: palette, style sheet and icons."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from smtp_desktop.resources import FOLDER

T = TypeVar("T")
_ICON_SIDE = 24


class ThemeChoice(StrEnum):
    """The theme as the user chose it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of one mode, as #RRGGBB by name. Text has a contrast of at least 4.5:1 on every background that it
    appears on."""

    mode: str
    colors: Mapping[str, str]

    def color(self, token: str) -> QColor:
        """Returns the colour of that name."""
        return QColor(self.colors[token])


LIGHT = Theme(
    mode="light",
    colors={
        "bg": "#F4F5F8",
        "surface": "#FFFFFF",
        "sunken": "#F9FAFB",
        "line": "#E2E5EB",
        "text": "#18212F",
        "muted": "#5D6777",
        "faint": "#646E7E",
        "accent": "#2F5BEA",
        "accent_hover": "#254CCB",
        "accent_soft": "#EAF0FF",
        "on_accent": "#FFFFFF",
        "disabled": "#D5DAE3",
        "on_disabled": "#4A5361",
        "ok": "#0F7B55",
        "ok_soft": "#E4F5EE",
        "warn": "#A15C07",
        "warn_soft": "#FDF3E1",
        "bad": "#B3261E",
        "bad_soft": "#FCEBE9",
        "on_bad": "#FFFFFF",
    },
)
DARK = Theme(
    mode="dark",
    colors={
        "bg": "#14181F",
        "surface": "#1C222B",
        "sunken": "#181D25",
        "line": "#2C3440",
        "text": "#E7EBF1",
        "muted": "#A4AEBC",
        "faint": "#8C97A8",
        "accent": "#7C9BFF",
        "accent_hover": "#93ADFF",
        "accent_soft": "#232E4A",
        "on_accent": "#0E1320",
        "disabled": "#333C4A",
        "on_disabled": "#B4BECC",
        "ok": "#5CCB9E",
        "ok_soft": "#173329",
        "warn": "#E5B262",
        "warn_soft": "#372A14",
        "bad": "#F28B82",
        "bad_soft": "#3B1E1C",
        "on_bad": "#0E1320",
    },
)


def kept_choice(kept: Mapping[str, str]) -> ThemeChoice:
    """Returns the theme that the preferences `kept` name; that of the system where they name none that there is."""
    word = kept.get("theme", "")
    return ThemeChoice(word) if word in set(ThemeChoice) else ThemeChoice.SYSTEM


def theme_for(choice: str, *, dark: bool) -> Theme:
    """Returns the theme for `choice`, a ThemeChoice; `dark` says whether the system is dark."""
    dark = dark if choice == ThemeChoice.SYSTEM else choice == ThemeChoice.DARK
    return DARK if dark else LIGHT


def put_on(app: QApplication, theme: Theme) -> None:
    """Applies the theme to the whole program."""
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))


def dressed(app: QApplication, theme: Theme, make: Callable[[], T]) -> T:
    """Applies the theme to the whole program, and returns the window that `make` builds.

    Building a window before the style sheet is set takes a third of the time: with one, Qt polishes each widget again
    for every parent that it gets.
    """
    app.setPalette(_palette(theme))
    app.setStyleSheet("")
    made = make()
    app.setStyleSheet(_style_sheet(theme))
    return made


def icon(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QIcon:
    """Returns the icon `name` in `color`, `side` pixels wide, sharp up to a device pixel ratio of `ratio`."""
    return QIcon(pixmap(name, color, side, ratio))


def pixmap(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QPixmap:
    """Returns the same as a pixmap."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - 10 ms that only a window needs

    source = (FOLDER / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", color.name())
    image = QPixmap(QSize(side, side) * ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(source.encode()).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _style_sheet(theme: Theme) -> str:
    tokens = {**theme.colors, "mode": theme.mode, "icons": (FOLDER / "icons").as_posix()}
    template = (FOLDER / "theme.qss").read_text("utf-8")
    for name in sorted(tokens, key=len, reverse=True):  # `$accent_soft` before `$accent`
        template = template.replace(f"${name}", tokens[name])
    return _mirrored(template) if QGuiApplication.isRightToLeft() else template


def _mirrored(style_sheet: str) -> str:
    """Returns the style sheet as it is read from right to left: Qt mirrors alignments, and no other left and right."""
    sides = {"left": "right", "right": "left"}
    swapped = re.sub(r"(?<!::)(?<!text-align: )\b(left|right)\b", lambda match: sides[match[1]], style_sheet)
    return re.sub(r"(padding|margin): ([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+);", r"\1: \2 \5 \4 \3;", swapped)


def _palette(theme: Theme) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: theme.color("bg"),
        QPalette.ColorRole.WindowText: theme.color("text"),
        QPalette.ColorRole.Base: theme.color("surface"),
        QPalette.ColorRole.AlternateBase: theme.color("sunken"),
        QPalette.ColorRole.Text: theme.color("text"),
        QPalette.ColorRole.Button: theme.color("surface"),
        QPalette.ColorRole.ButtonText: theme.color("text"),
        QPalette.ColorRole.PlaceholderText: theme.color("faint"),
        QPalette.ColorRole.Highlight: theme.color("accent"),
        QPalette.ColorRole.HighlightedText: theme.color("on_accent"),
        QPalette.ColorRole.Link: theme.color("accent"),
        QPalette.ColorRole.LinkVisited: theme.color("accent"),
        QPalette.ColorRole.ToolTipBase: theme.color("surface"),
        QPalette.ColorRole.ToolTipText: theme.color("text"),
    }
    palette = QPalette()
    for role, color in roles.items():
        palette.setColor(role, color)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("faint"))
    return palette
