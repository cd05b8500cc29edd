"""The looks that a mail may give its HTML: colours, weights and alignment, each in a range that costs nothing."""

import re
from collections.abc import Mapping

from smtp_desktop.domain.mail.html_tokens import unescaped

PAPER = "#ffffff"
"""What mails are written for: many set a dark text and no background."""

_NAMED = {
    "aqua": "#00ffff",
    "black": "#000000",
    "blue": "#0000ff",
    "darkblue": "#00008b",
    "darkgray": "#a9a9a9",
    "darkgreen": "#006400",
    "darkgrey": "#a9a9a9",
    "darkred": "#8b0000",
    "fuchsia": "#ff00ff",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "lightgray": "#d3d3d3",
    "lightgrey": "#d3d3d3",
    "lime": "#00ff00",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orange": "#ffa500",
    "purple": "#800080",
    "red": "#ff0000",
    "silver": "#c0c0c0",
    "teal": "#008080",
    "white": "#ffffff",
    "whitesmoke": "#f5f5f5",
    "yellow": "#ffff00",
}
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\( ?(\d{1,3})[ ,]{1,3}(\d{1,3})[ ,]{1,3}(\d{1,3})[ ,/.\d%]{0,12}\)")
_COLOR_IN_SHORTHAND = re.compile(r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b|rgba?\([^()]{5,30}\)")
_FONT_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)(px|pt|em|rem|%)")
_PX = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16}
_SMALLEST_PX, _LARGEST_PX = 8, 40
_KEYWORDS = {
    "font-weight": re.compile(r"bold|bolder|normal|[1-9]00"),
    "font-style": re.compile(r"italic|oblique|normal"),
    "text-decoration": re.compile(r"underline|line-through|none"),
    "text-align": re.compile(r"left|right|center|justify"),
    "display": re.compile(r"none"),
}
_DECLARATIONS = 60
# Contrast as WCAG 2.2 counts it; below this, letters can't be told from their background.
_UNREADABLE = 1.3


def style_of(attributes: Mapping[str, str]) -> dict[str, str]:
    """Returns the properties that an element's attributes set, as far as they are taken over; colours as #rrggbb."""
    given: dict[str, str] = {}
    if color := color_of(attributes.get("bgcolor", "")):
        given["background-color"] = color
    if color := color_of(attributes.get("color", "") or attributes.get("text", "")):
        given["color"] = color
    if _KEYWORDS["text-align"].fullmatch(align := attributes.get("align", "").lower()):
        given["text-align"] = align
    for declaration in unescaped(attributes.get("style", "")).split(";", _DECLARATIONS)[:_DECLARATIONS]:
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.lower().replace("!important", "").strip()
        if taken := _taken(name, value):
            given["background-color" if name == "background" else name] = taken
    return given


def readable(style: dict[str, str], background: str) -> dict[str, str]:
    """Returns `style` without a colour of the text that can't be read on `background`."""
    color = style.get("color")
    if color is None or _contrast(color, style.get("background-color", background)) >= _UNREADABLE:
        return style
    return {name: value for name, value in style.items() if name != "color"}


def color_of(value: str) -> str:
    """Returns a colour of HTML or CSS as #rrggbb; empty where it is none."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if found := _HEX.fullmatch(value):
        digits = found[1]
        return "#" + (digits if len(digits) > 3 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004 - CSS's short form
    if found := _RGB.fullmatch(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    return ""


def _taken(name: str, value: str) -> str:
    if name in {"color", "background-color"}:
        return color_of(value)
    if name == "background":
        found = _COLOR_IN_SHORTHAND.search(value)
        return color_of(found[0]) if found else color_of(value)
    if name == "font-size":
        return _font_size(value)
    pattern = _KEYWORDS.get(name)
    return value if pattern and pattern.fullmatch(value) else ""


def _font_size(value: str) -> str:
    found = _FONT_SIZE.fullmatch(value)
    if not found:
        return ""
    return f"{min(max(round(float(found[1]) * _PX[found[2]]), _SMALLEST_PX), _LARGEST_PX)}px"


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG 2.2's own
