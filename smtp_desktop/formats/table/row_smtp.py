"""From a row of a table to an SMTP."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.imports.found import ImportFormat, Unreadable
from smtp_desktop.domain.mail.address import Address, BadHost, address_or_none, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.domain.smtp.pasted_server import pasted_server
from smtp_desktop.domain.smtp.profile import DESCRIPTION_LIMIT, SIGNATURE_LIMIT
from smtp_desktop.domain.smtp.tags import tags_problem
from smtp_desktop.formats.mailbox import MailboxParts, mailbox_of
from smtp_desktop.formats.results import OAUTH_NOTE, Result, noted, with_values
from smtp_desktop.formats.table.columns import Column, encryption_in, is_graph, sign_in_in, yes_or_no
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption, SmtpParts, port_of, reference_in, smtp_of

_FORMULA = re.compile(r'="(.*)"', re.DOTALL)  # how a spreadsheet is made to keep the zero that a number begins with
_DECIMALS = re.compile(r"[.,]0+")
_LONGEST_HEADER = 40
# Of these, two columns that differ are a mistake; of others, the first one counts.
_UNIQUE = frozenset({Column.HOST, Column.PORT, Column.USER, Column.PASSWORD, Column.ENCRYPTION, Column.FROM_ADDRESS})


class RowSmtp:
    """Makes SMTPs of the rows of one table. Reasons quote no cell: in a row that is shifted, any may be a password."""

    def __init__(self, *, columns: Mapping[int, Column], headers: Sequence[str], file: str) -> None:
        self._columns = columns
        self._headers = headers
        self._file = file

    def result(self, cells: Sequence[str], line: int) -> Result:
        """Returns the SMTP of a row, or why there is none."""
        said: dict[Column, str] = {}
        for place, column in sorted(self._columns.items()):
            text = _cell(cells, place)
            differs = column in said and text.strip() and said[column].strip() and said[column] != text
            if differs and column in _UNIQUE:
                return self._refused(line, msg("Two columns say “{column}”, and differ.", column=self._header(column)))
            if column not in said or not said[column].strip():
                said[column] = text
        if is_graph(said.get(Column.TYPE, "")) or (said.get(Column.TENANT_ID) and not said.get(Column.HOST)):
            return self._mailbox(said, line)
        if problem := self._problem(said):
            return self._refused(line, problem)
        return self._smtp(said, line)

    def _smtp(self, said: Mapping[Column, str], line: int) -> Result:
        encryption = _encryption(said)
        note: MessageText | None = None
        if encryption is None:
            encryption = Encryption.UNSAID
            column = next(one for one in (Column.ENCRYPTION, Column.SSL, Column.STARTTLS) if said.get(one, "").strip())
            note = msg("What the column “{column}” says is not understood.", column=self._header(column))
        user, sender = _user_and_from(said)
        parts = SmtpParts(
            names=(said.get(Column.NAME, ""), said.get(Column.ACCOUNT, ""), said.get(Column.TAGS, "")),
            host=said.get(Column.HOST, ""),
            port=_DECIMALS.sub("", said.get(Column.PORT, "").strip()),
            encryption=encryption,
            sign_in=sign_in_in(said.get(Column.SIGN_IN, "")),
            user=user,
            password=said.get(Column.PASSWORD) or None,
            from_address=sender,
            ehlo_name=said.get(Column.EHLO_NAME, ""),
        )
        parts = replace(parts, names=tuple(name for name in parts.names if name.strip()))
        result = smtp_of(parts, source_format=ImportFormat.CSV, file=self._file, line=line)
        oauth = OAUTH_NOTE if "oauth" in said.get(Column.SIGN_IN, "").lower() else None
        return noted(_with_texts(result, said), note, oauth)

    def _mailbox(self, said: Mapping[Column, str], line: int) -> Result:
        user, sender = _user_and_from(said)
        parts = MailboxParts(
            names=(said.get(Column.NAME, ""), said.get(Column.ACCOUNT, "")),
            user=user or sender,
            tenant_id=said.get(Column.TENANT_ID, ""),
            client_id=said.get(Column.CLIENT_ID, ""),
            client_secret=said.get(Column.CLIENT_SECRET, ""),
            from_address=sender if user else "",
        )
        return _with_texts(mailbox_of(parts, source_format=ImportFormat.CSV, file=self._file, line=line), said)

    def _problem(self, said: Mapping[Column, str]) -> MessageText | None:
        """Returns what is wrong with server or port, without what stands there."""
        host = said.get(Column.HOST, "").strip()
        if not host:
            return msg("The column “{column}” is empty.", column=self._header(Column.HOST))
        if not reference_in(host) and pasted_server(host) is None and not _is_plain_host(host):
            return msg("The column “{column}” holds no host name.", column=self._header(Column.HOST))
        port = _DECIMALS.sub("", said.get(Column.PORT, "").strip())
        if port and port_of(port) is None and not reference_in(port):
            return msg("The column “{column}” holds no port number.", column=self._header(Column.PORT))
        return None

    def _header(self, column: Column) -> str:
        place = next((place for place, one in sorted(self._columns.items()) if one is column), 0)
        return one_line(self._headers[place])[:_LONGEST_HEADER] if place < len(self._headers) else str(place + 1)

    def _refused(self, line: int, reason: MessageText) -> Unreadable:
        return Unreadable(format=ImportFormat.CSV, file=self._file, line=line, reason=reason)


def _encryption(said: Mapping[Column, str]) -> Encryption | None:
    """Returns what the columns of a row say of encryption together; None where one of them is not understood."""
    encryption = encryption_in(said.get(Column.ENCRYPTION, ""))
    if encryption is not Encryption.UNSAID:
        return encryption
    ssl, starttls = said.get(Column.SSL, ""), said.get(Column.STARTTLS, "")
    if (one := yes_or_no(starttls)) is None and starttls.strip():
        return encryption_in(starttls)
    if (other := yes_or_no(ssl)) is None and ssl.strip():
        return encryption_in(ssl)
    if other or one:
        return Encryption.IMPLICIT if other else Encryption.STARTTLS
    if one is False:  # without STARTTLS, port 465 still speaks TLS
        return Encryption.IMPLICIT if port_of(said.get(Column.PORT, "")) == IMPLICIT_PORT else Encryption.NONE
    return Encryption.UNSAID  # no SSL, which may mean STARTTLS


def _cell(cells: Sequence[str], place: int) -> str:
    text = cells[place] if place < len(cells) else ""
    formula = _FORMULA.fullmatch(text)
    return formula[1] if formula else text


def _user_and_from(said: Mapping[Column, str]) -> tuple[str, str]:
    """Returns user and From. A column for addresses alone says both, where nothing else says one of them."""
    user, sender = said.get(Column.USER, "").strip(), said.get(Column.FROM_ADDRESS, "").strip()
    mail = said.get(Column.MAIL, "").strip()
    if mail and not user and said.get(Column.PASSWORD):
        user = mail
    elif mail and not sender and mail != user:
        sender = mail
    name = said.get(Column.FROM_NAME, "").strip()
    if said.get(Column.PASSWORD) and not user:
        called = (said.get(column, "").strip() for column in (Column.ACCOUNT, Column.NAME))
        user = (
            next((one for one in called if address_or_none(one)), "") or sender or said.get(Column.ACCOUNT, "").strip()
        )
    address = address_or_none(sender or (user if name else ""))
    if name and address and not address.display_name:
        sender = str(Address(local=address.local, domain=address.domain, display_name=name))
    return user, sender


def _with_texts(result: Result, said: Mapping[Column, str]) -> Result:
    tags = said.get(Column.TAGS, "").replace(";", " ").strip()
    return with_values(
        result,
        signature=said.get(Column.SIGNATURE, "").strip()[:SIGNATURE_LIMIT],
        description=said.get(Column.DESCRIPTION, "").strip()[:DESCRIPTION_LIMIT],
        tags="" if tags_problem(tags) else tags,
    )


def _is_plain_host(host: str) -> bool:
    try:
        ascii_host(host)
    except BadHost:
        return False
    return True
