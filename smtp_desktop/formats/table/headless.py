"""Tables without headers: what their columns say is told from their first row."""

import re
from collections.abc import Sequence

from smtp_desktop.domain.mail.address import BadHost, address_or_none, ascii_host, is_this_computer
from smtp_desktop.formats.table.columns import Column, encryption_in
from smtp_desktop.formats.values import Encryption, port_of

_NUMERIC_HOST = re.compile(r"[0-9]+(\.[0-9]+){0,2}")


def columns_without_headers(cells: Sequence[str]) -> dict[int, Column]:
    """Returns what the columns say, by their places; nothing where no server with a port beside it is in the row.

    Before the server stands the name. After the port: encryption, user, password and From, of which the first and the
    last two may be left out.
    """
    host = next(
        (place for place, cell in enumerate(cells[:-1]) if _is_server(cell) and _is_port(cells[place + 1])), None
    )
    if host is None:
        return {}
    columns = {host: Column.HOST, host + 1: Column.PORT}
    if host > 0:
        columns[0] = Column.NAME
    place = host + 2
    if place < len(cells) and cells[place].strip() and encryption_in(cells[place]) not in {None, Encryption.UNSAID}:
        columns[place] = Column.ENCRYPTION
        place += 1
    if place == len(cells) - 1 and address_or_none(cells[place]):
        return columns | {place: Column.FROM_ADDRESS}
    for column in (Column.USER, Column.PASSWORD, Column.FROM_ADDRESS):
        if place < len(cells):
            columns[place] = column
        place += 1
    return columns


def _is_server(cell: str) -> bool:
    word = cell.strip()
    if _NUMERIC_HOST.fullmatch(word) or ("." not in word and ":" not in word and not is_this_computer(word)):
        return False
    try:
        ascii_host(word)
    except BadHost:
        return False
    return True


def _is_port(cell: str) -> bool:
    return cell.strip().isdigit() and port_of(cell) is not None
