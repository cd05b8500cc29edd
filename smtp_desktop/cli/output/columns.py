"""Tables as a terminal shows them: as wide as it is, with wide characters counted and states in color."""

import re
import sys
import unicodedata
from collections.abc import Sequence

_GAP = "  "
_NARROWEST = 6  # to which a column is cut
_NAME_KEPT = 20  # of the first column, which says what a line is about
_FEWEST = 3  # columns that stay
_MORE = f"{_GAP}…"
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?( (ms|s|days?|hours?|minutes?))?")
_TIME = re.compile(r"\d{4}-\d\d-\d\d.*")
_STATE_HEADS = frozenset({"STATE", "STATUS", "OUTCOME"})
_RESET = "\x1b[0m"
_GREEN, _YELLOW, _RED = "\x1b[32m", "\x1b[33m", "\x1b[31m"
_COLORS = {
    **dict.fromkeys(("ok", "works", "sent", "new", "created"), _GREEN),
    **dict.fromkeys(
        (
            "works,",
            "works;",
            "waiting",
            "sending",
            "unknown",
            "held",
            "on",
            "paused",
            "limited",
            "slowed",
            "changed",
            "updated",
            "warning",
        ),
        _YELLOW,
    ),
    **dict.fromkeys(("failed", "fails", "failing", "refused", "expired", "deleted"), _RED),
}
"""By the first word of a state."""


class Painted(str):
    """A line that has colors where a terminal shows it: `painted`. As a string it is the line without them. Both are
    printable."""

    __slots__ = ("painted",)
    painted: str

    def __new__(cls, plain: str, painted: str) -> "Painted":
        line = super().__new__(cls, plain)
        line.painted = painted
        return line


def state_painted(state: str, rest: str) -> Painted:
    """Returns a line that begins with a state, in the color of that state, and goes on with `rest`."""
    return Painted(state + rest, _in_color(state, state) + rest)


def _in_color(shown: str, state: str) -> str:
    """Returns `shown`, which is `state` or its beginning, in the color of that state."""
    word = state.partition(" ")[0].rstrip(":").lower()
    color = _COLORS.get(word) or _COLORS.get(word.rstrip(",;"))
    return f"{color}{shown}{_RESET}" if color else shown


def display_width(text: str) -> int:
    """Returns how many columns of a terminal `text` takes: most East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """Returns `text`, cut to so many columns of a terminal; "…" stands for the rest."""
    if display_width(text) <= width:
        return text
    taken = used = 0
    for character in text:
        used += _character_width(character)
        if used > width - 1:
            break
        taken += 1
    return f"{text[:taken]}…"


def terminal_width() -> int | None:
    """Returns the columns of the terminal that standard output is; None where it is none, and nothing is cut."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415 - brings all formats of archives with it, which a script does without

    return shutil.get_terminal_size().columns


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> list[str]:
    """Returns the heads and rows below each other: numbers to the right, the widest texts cut until all fit into
    `width`, and "-" where a cell is empty, so that every line has as many columns. Where that is not enough, the last
    columns are left out, and "…" follows the heads."""
    cells = [[cell or "-" for cell in row] for row in rows]
    columns = list(zip(*cells, strict=True))
    numeric = [_all_are(_NUMBER, column) for column in columns]
    widths = [max(map(display_width, (head, *column))) for head, column in zip(heads, columns, strict=True)]
    if width is not None:
        whole = [one or _all_are(_TIME, column) for one, column in zip(numeric, columns, strict=True)]
        least = _least(widths, heads, whole)
        if _together(least) > width and len(least) > _FEWEST:
            width -= len(_MORE)
            while _together(least) > width and len(least) > _FEWEST:
                least.pop()
        widths = _fitted(widths[: len(least)], least, width)
    kept = len(widths)
    more = _MORE if kept < len(heads) else ""
    lines = [_line(row[:kept], widths, numeric[:kept], heads[:kept]) for row in (heads, *cells)]
    return [lines[0].rstrip() + more, *lines[1:]]


def _all_are(kind: re.Pattern[str], column: Sequence[str]) -> bool:
    filled = [cell for cell in column if cell != "-"]
    return bool(filled) and all(map(kind.fullmatch, filled))


def _least(widths: Sequence[int], heads: Sequence[str], whole: Sequence[bool]) -> list[int]:
    """Returns the widths to which columns can be cut: those to stay `whole` not at all, the first one only a bit."""
    least = [
        own if is_whole else min(own, max(len(head), _NARROWEST))
        for own, head, is_whole in zip(widths, heads, whole, strict=True)
    ]
    least[0] = max(least[0], min(widths[0], _NAME_KEPT))
    return least


def _together(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fitted(widths: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Returns the widths of columns that take `width` together, if that is possible: the widest are cut first."""
    fitted = list(widths)
    while _together(fitted) > width:
        cuttable = [index for index, own in enumerate(fitted) if own > least[index]]
        if not cuttable:
            break
        fitted[max(cuttable, key=lambda index: fitted[index])] -= 1
    return fitted


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool], heads: Sequence[str]) -> Painted:
    plain, painted = [], []
    for cell, width, is_number, head in zip(row, widths, numeric, heads, strict=True):
        shown = cut(cell, width)
        space = " " * (width - display_width(shown))
        colored = _in_color(shown, cell) if head in _STATE_HEADS and cell != head else shown
        plain.append(space + shown if is_number else shown + space)
        painted.append(space + colored if is_number else colored + space)
    return Painted(_GAP.join(plain).rstrip(), _GAP.join(painted).rstrip())
