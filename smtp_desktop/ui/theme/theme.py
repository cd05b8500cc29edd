"""The colours of the program, light and dark, plain and of more contrast, and what is made from them: palette, style
sheet and icons."""

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
_LEAST_RATIO = 2.0  # for a window that is moved to a finer screen
_RINGED = "ringed"


class ThemeChoice(StrEnum):
    """The theme as the user chose it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    MORE_LIGHT = "more-contrast-light"
    MORE_DARK = "more-contrast-dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of one mode, as #RRGGBB by name. Text has a contrast of at least 4.5:1 on every background that it
    appears on, `edge`, which marks a field, of 3:1; with `more_contrast` text has 8:1 and every line 5:1."""

    mode: str
    colors: Mapping[str, str]
    more_contrast: bool = False

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
        "edge": "#858E9C",
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
        "focus": "#2F5BEA",
    },
)
DARK = Theme(
    mode="dark",
    colors={
        "bg": "#14181F",
        "surface": "#1C222B",
        "sunken": "#181D25",
        "line": "#2C3440",
        "edge": "#687485",
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
        "focus": "#7C9BFF",
    },
)
MORE_LIGHT = Theme(
    mode="light",
    more_contrast=True,
    colors={
        "bg": "#FFFFFF",
        "surface": "#FFFFFF",
        "sunken": "#F7F8FA",
        "line": "#515A68",
        "edge": "#515A68",
        "text": "#000000",
        "muted": "#2B323D",
        "faint": "#3A4250",
        "accent": "#12309A",
        "accent_hover": "#0C2270",
        "accent_soft": "#E3EAFF",
        "on_accent": "#FFFFFF",
        "disabled": "#F7F8FA",
        "on_disabled": "#3A4250",
        "ok": "#064A32",
        "ok_soft": "#E6F6EF",
        "warn": "#5E3400",
        "warn_soft": "#FFF4DF",
        "bad": "#7A130D",
        "bad_soft": "#FFEDEB",
        "on_bad": "#FFFFFF",
        "focus": "#B5009A",
    },
)
MORE_DARK = Theme(
    mode="dark",
    more_contrast=True,
    colors={
        "bg": "#000000",
        "surface": "#0A0D12",
        "sunken": "#000000",
        "line": "#8C97A8",
        "edge": "#8C97A8",
        "text": "#FFFFFF",
        "muted": "#DCE2EA",
        "faint": "#C3CBD6",
        "accent": "#A9C0FF",
        "accent_hover": "#C4D4FF",
        "accent_soft": "#17233F",
        "on_accent": "#0E1320",
        "disabled": "#000000",
        "on_disabled": "#C3CBD6",
        "ok": "#7FE3B8",
        "ok_soft": "#06251A",
        "warn": "#FFCF7D",
        "warn_soft": "#241803",
        "bad": "#FFB1AA",
        "bad_soft": "#2A0B09",
        "on_bad": "#0E1320",
        "focus": "#FFE14D",
    },
)


def kept_choice(kept: Mapping[str, str]) -> ThemeChoice:
    """Returns the theme that the preferences `kept` name; that of the system where they name none that there is."""
    word = kept.get("theme", "")
    return ThemeChoice(word) if word in set(ThemeChoice) else ThemeChoice.SYSTEM


_CHOSEN = {
    ThemeChoice.LIGHT: LIGHT,
    ThemeChoice.DARK: DARK,
    ThemeChoice.MORE_LIGHT: MORE_LIGHT,
    ThemeChoice.MORE_DARK: MORE_DARK,
}


def theme_for(choice: str, *, dark: bool, more_contrast: bool = False) -> Theme:
    """Returns the theme for `choice`, a ThemeChoice; `dark` and `more_contrast` say what the system wants."""
    chosen = _CHOSEN.get(ThemeChoice(choice))
    if chosen:
        return chosen
    light_or_dark = (MORE_LIGHT, MORE_DARK) if more_contrast else (LIGHT, DARK)
    return light_or_dark[dark]


def put_on(app: QApplication, theme: Theme) -> None:
    """Applies the theme to the whole program."""
    # Without the sheet of before: to change one takes Qt four times as long as to set the first.
    app.setStyleSheet("")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))
    _show_ring(app, theme)


def dressed(app: QApplication, theme: Theme, make: Callable[[], T]) -> T:
    """Applies the theme to the whole program, and returns the window that `make` builds.

    Building a window before the style sheet is set takes a third of the time: with one, Qt polishes each widget again
    for every parent that it gets.
    """
    app.setPalette(_palette(theme))
    app.setStyleSheet("")
    made = make()
    app.setStyleSheet(_style_sheet(theme))
    _show_ring(app, theme)
    return made


def _show_ring(app: QApplication, theme: Theme) -> None:
    if not theme.more_contrast and not app.property(_RINGED):
        return
    from smtp_desktop.ui.theme.focus_ring import show_ring  # noqa: PLC0415 - few have this theme

    app.setProperty(_RINGED, True)
    show_ring(app, theme.color("focus") if theme.more_contrast else None)


def icon(name: str, color: QColor, side: int = _ICON_SIDE) -> QIcon:
    """Returns the icon `name` in `color`, `side` pixels wide, sharp at the scale of the screen."""
    return QIcon(pixmap(name, color, side))


def pixmap(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float | None = None) -> QPixmap:
    """Returns the same as a pixmap, or one for the device pixel ratio `ratio`."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - 10 ms that only a window needs

    source = (FOLDER / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", color.name())
    ratio = ratio or max(_LEAST_RATIO, QGuiApplication.primaryScreen().devicePixelRatio())
    image = QPixmap(QSize(side, side) * ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(source.encode()).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _style_sheet(theme: Theme) -> str:
    tokens = {**theme.colors, "mode": theme.mode, "icons": (FOLDER / "icons").as_posix()}
    names = ("theme.qss", "more-contrast.qss") if theme.more_contrast else ("theme.qss",)
    template = "\n".join((FOLDER / name).read_text("utf-8") for name in names)
    for name in sorted(tokens, key=len, reverse=True):  # `$accent_soft` before `$accent`
        template = template.replace(f"${name}", tokens[name])
    return _mirrored(template) if QGuiApplication.isRightToLeft() else template


def _mirrored(style_sheet: str) -> str:
    """Returns the style sheet as it is read from right to left: Qt mirrors alignments and menus, and nothing else."""
    return "\n".join(rule if rule.startswith("QMenu") else _swapped(rule) for rule in style_sheet.split("\n"))


def _swapped(rule: str) -> str:
    sides = {"left": "right", "right": "left", "first": "last", "last": "first"}  # of a header Qt counts from the left
    mirrored = r"(?<!::)(?<!text-align: )\b(?:left|right)\b|(?<=section:)(?:first|last)\b"
    swapped = re.sub(mirrored, lambda match: sides[match[0]], rule)
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
        QPalette.ColorRole.BrightText: theme.color("bad"),  # of what destroys something, in menus
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
