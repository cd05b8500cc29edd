"""CSV: one SMTP a row, under headers in any of many languages, or in the usual order without headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.table.columns import Column, columns_of
from smtp_desktop.formats.table.headless import columns_without_headers
from smtp_desktop.formats.table.row_smtp import RowSmtp
from smtp_desktop.formats.table.rows import DELIMITERS, Row, rows_of, split_line

_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)  # Excel's
_MOST_LINES_ABOVE = 10  # a title and the like, above the headers
_LONGEST_HEADER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Where a table's rows begin (the line's index), how many cells they have, and what its columns say, by their
    places. `headers` are empty where it has none."""

    first: int
    delimiter: str
    width: int
    columns: dict[int, Column]
    headers: tuple[str, ...] = ()


class CsvReader:
    """Reads tables whose headers name at least a server and one thing more, or whose rows hold a server and a port."""

    format = ImportFormat.CSV

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is such a table."""
        return _table_in(file.lines) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), self._results(file)) for file in files]

    def _results(self, file: TextFile) -> list[Result]:
        lines = file.lines  # split once
        table = _table_in(lines)
        if table is None:
            return []
        rows = rows_of(lines[table.first :], table.delimiter, width=table.width)
        smtp_of_row = RowSmtp(columns=table.columns, headers=table.headers, file=file.path)
        results: list[Result] = []
        for row in rows:
            line = table.first + row.line
            if lines[line - 1].lstrip().startswith("#") or (row.is_closed and row.is_empty):
                continue
            if problem := _row_problem(row, table):
                results.append(Unreadable(format=self.format, file=file.path, line=line, reason=problem))
            elif row.cells != table.headers:
                results.append(smtp_of_row.result(row.cells, line))
        if not results:
            reason = msg("The table has no rows below its headers.")
            results.append(Unreadable(format=self.format, file=file.path, line=table.first, reason=reason))
        return results


def _row_problem(row: Row, table: _Table) -> MessageText | None:
    """Returns why the cells of a row can't be told apart."""
    if not row.is_closed:
        return msg("A quoted value in this row is not closed, or the row has not as many columns as the others.")
    cells, width = len(row.cells), table.width
    if any(cell.strip() for cell in row.cells[width:]):
        return msg(
            "This row has more than {width} columns. A value with {delimiter} in it needs quotes around it.",
            width=width,
            delimiter="a tab" if table.delimiter == "\t" else table.delimiter,
        )
    lost = [place for place in sorted(table.columns) if place >= cells]
    if not lost:
        return None
    if table.headers and cells > 1:
        return msg(
            "This row has {cells} of {width} columns: “{column}” is missing.",
            cells=cells,
            width=width,
            column=one_line(table.headers[lost[0]])[:_LONGEST_HEADER],
        )
    return msg("This row has {cells} of {width} columns.", cells=cells, width=width)


def _table_in(lines: list[str]) -> _Table | None:
    """Returns the table in the lines; None where there is none."""
    above = 0
    separator = _SEPARATOR_LINE.fullmatch(lines[0].strip('" ')) if lines else None
    if separator:
        above = 1
    delimiters = (separator[1],) if separator else DELIMITERS
    places = [at for at in range(above, min(len(lines), above + _MOST_LINES_ABOVE)) if _says_something(lines[at])]
    for place in places:
        if table := _with_headers(lines, place, delimiters):
            return table
    # A broken row above costs none below.
    return next((table for place in places if (table := _without_headers(lines, place, places[0], delimiters))), None)


def _with_headers(lines: list[str], place: int, delimiters: Sequence[str]) -> _Table | None:
    best: _Table | None = None
    for delimiter in delimiters:
        row = next(rows_of(lines[place:], delimiter))  # headers may have line breaks in them
        columns = {} if any(_is_value(cell) for cell in row.cells) else columns_of(row.cells)
        kinds = set(columns.values())
        if (
            len(kinds) > 1
            and kinds & {Column.HOST, Column.TENANT_ID}
            and len(columns) > len(best.columns if best else ())
        ):
            used = 1 + sum(cell.count("\n") for cell in row.cells)
            best = _Table(
                first=place + used, delimiter=delimiter, width=len(row.cells), columns=columns, headers=row.cells
            )
    return best


def _is_value(cell: str) -> bool:
    """Whether a cell can be no header: a number, an address or a URL."""
    return cell.strip().isdigit() or "@" in cell or "://" in cell


def _without_headers(lines: list[str], place: int, first: int, delimiters: Sequence[str]) -> _Table | None:
    for delimiter in delimiters:
        cells = split_line(lines[place], delimiter)
        columns = columns_without_headers(cells)
        if columns:
            return _Table(first=first, delimiter=delimiter, width=len(cells), columns=columns)
    return None


def _says_something(line: str) -> bool:
    return bool(line.strip(' ",;\t|')) and not line.startswith("#")
