"""Rows of a CSV file (RFC 4180) with their lines. A row that is broken costs no other row."""

from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES = 50  # of one row: what spans more is a quote that was never closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; `line` is where it begins, from 1. `is_closed` is False where a quote in it is never closed: the row is
    then its first line alone."""

    line: int
    cells: tuple[str, ...]
    is_closed: bool = True

    @property
    def is_empty(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def rows_of(lines: list[str], delimiter: str, *, width: int = 0) -> Iterator[Row]:
    """Yields the rows. With a width, a row over several lines is taken for one with a quote that is never closed where
    it has another number of cells, or where one of its lines is a row of that width."""
    index = 0
    while index < len(lines):
        cells, used = _row(lines, index, delimiter)
        if used > 1 and width and _swallows_rows(lines[index + 1 : index + used], cells, delimiter, width):
            cells, used = (), 1
        yield Row(line=index + 1, cells=cells, is_closed=bool(cells))
        index += used


def split_line(line: str, delimiter: str) -> tuple[str, ...]:
    """Returns the cells of one line; none where a quote is not closed in it."""
    return _row([line], 0, delimiter)[0]


def _row(lines: list[str], index: int, delimiter: str) -> tuple[tuple[str, ...], int]:
    """Returns the cells of the row that begins in this line, and how many lines it has; no cells where it has no
    end."""
    cells: list[str] = []
    line, used, place = lines[index], 1, 0
    while True:
        start = place
        while start < len(line) and line[start] == " " and delimiter != " ":
            start += 1
        if line[start : start + 1] != '"':
            end = line.find(delimiter, place)
            cells.append(line[place:] if end < 0 else line[place:end])
        else:
            parts: list[str] = []
            place = start + 1
            while (end := _closing(line, place, parts)) < 0:
                if used == _MOST_LINES or index + used == len(lines):
                    return (), 1
                parts.append("\n")
                line, place = lines[index + used], 0
                used += 1
            after = line.find(delimiter, end)
            behind = (line[end:] if after < 0 else line[end:after]).rstrip(" ")
            if behind and used > 1:
                return (), 1  # the quote belongs to another row
            parts.append(behind)
            cells.append("".join(parts))
            end = after
        if end < 0:
            return tuple(cells), used
        place = end + 1


def _swallows_rows(further: list[str], cells: tuple[str, ...], delimiter: str, width: int) -> bool:
    return len(cells) != width or (width > 1 and any(line.count(delimiter) == width - 1 for line in further[:-1]))


def _closing(line: str, place: int, parts: list[str]) -> int:
    """Adds the quoted text from this place on to the parts, and returns where it goes on behind the closing quote; -1
    where the line has none."""
    while True:
        quote = line.find('"', place)
        if quote < 0:
            parts.append(line[place:])
            return -1
        parts.append(line[place:quote])
        if line[quote + 1 : quote + 2] != '"':
            return quote + 1
        parts.append('"')
        place = quote + 2
