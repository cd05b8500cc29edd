"""What the mails in the outbox say: JSON and words, finished messages, and what is kept once however many share it:
attachments, and long passages of a batch."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.delivery import DeliveryId
from smtp_desktop.domain.letter import FinishedLetter, Letter
from smtp_desktop.domain.message import Attachment
from smtp_desktop.domain.submission import Submission
from smtp_desktop.store.outbox_rows import storable

_KEEP_CONTENT = "INSERT INTO delivery_content (delivery_id, letter, text, html, raw) VALUES (?, ?, ?, ?, ?)"
_KEEP_ATTACHMENT = "INSERT OR IGNORE INTO attachment (sha256, content) VALUES (?, ?)"
_USE_ATTACHMENT = "INSERT OR IGNORE INTO attachment_use (delivery_id, sha256) VALUES (?, ?)"
_FORGET_UNUSED = """
DELETE FROM attachment WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM attachment_use WHERE sha256 = attachment.sha256)
"""
_NOTE_NUMBERS = "UPDATE last_pruned SET id = max(id, ifnull((SELECT max(id) FROM delivery), 0))"
_LETTERS = "SELECT * FROM delivery_content WHERE delivery_id IN (SELECT value FROM json_each(?))"
_CONTENT = "SELECT content FROM attachment WHERE sha256 = ?"
_USED_BY = "SELECT DISTINCT sha256 FROM attachment_use WHERE delivery_id IN (SELECT value FROM json_each(?))"

_BATCH = 10  # where fewer share a passage, the words take less time than the note of who has them
_BEGINNING = 50
_Row = tuple[int, str, str | None, str | None, bytes | None]
_KEPT = ("to", "cc", "bcc", "subject", "message_id", "date", "attachments", "passages", "text", "html")
_Json = Any  # what json.loads gives: its shape is known to this file alone


def keep_letters(connection: sqlite3.Connection, mails: Sequence[tuple[DeliveryId, Submission]]) -> None:
    """Each mail's letter is kept for its delivery."""
    writing = _Writing(shares_passages=len(mails) >= _BATCH)
    contents = [writing.row_of(delivery_id, mail) for delivery_id, mail in mails]
    connection.executemany(_KEEP_CONTENT, contents)
    if writing.uses:
        connection.executemany(_KEEP_ATTACHMENT, writing.hashes.contents())
        connection.executemany(_USE_ATTACHMENT, writing.uses)


def find_letters(
    connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]
) -> Mapping[DeliveryId, Letter | FinishedLetter]:
    """Returns what those deliveries are to say that are there, with all attachments."""
    contents = _Contents(connection)
    rows = connection.execute(_LETTERS, [json.dumps(delivery_ids)])
    return {row["delivery_id"]: _letter_in(row, contents) for row in rows}


def _letter_in(row: sqlite3.Row, contents: "_Contents") -> Letter | FinishedLetter:
    found = json.loads(row["letter"])
    if row["raw"] is not None:
        return _to_finished(found, row["raw"])
    if isinstance(found, list):  # mails from before version 5 have the names and the words in their JSON
        found = dict(zip(_KEPT, found, strict=False))
    if row["text"] is not None:
        found |= {"text": row["text"], "html": row["html"]}
        for field, at, sha256 in reversed(found["passages"]):
            found[field] = found[field][:at] + contents.of(sha256).decode() + found[field][at:]
    return _to_letter(found, contents)


def delete_deliveries(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]) -> None:
    """They are gone, with their attempts, their letters and every attachment that no other mail uses."""
    ids = json.dumps(delivery_ids)
    attachments = [(row["sha256"],) for row in connection.execute(_USED_BY, [ids])]
    connection.execute(_NOTE_NUMBERS)
    connection.execute("DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", [ids])
    connection.executemany(_FORGET_UNUSED, attachments)


class _Hashes:
    """The hashes of the contents of a batch, each reckoned once for all mails that share the object."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[bytes, bytes]] = {}

    def of(self, content: bytes) -> bytes:
        known = self._found.get(id(content))
        if known is None:
            import hashlib  # noqa: PLC0415 - with it comes OpenSSL: 2 MB, also in the process that waits

            # The content is kept beside its hash, so that nothing else gets its id meanwhile.
            known = self._found[id(content)] = (hashlib.sha256(content).digest(), content)
        return known[0]

    def contents(self) -> Iterable[tuple[bytes, bytes]]:
        return dict(self._found.values()).items()


class _Contents:
    """What is kept once for many mails, each read once for all that are read together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._found: dict[str, bytes] = {}

    def of(self, sha256: str) -> bytes:
        """Returns the content that has this hash, in hexadecimal."""
        if sha256 not in self._found:
            row = self._connection.execute(_CONTENT, [bytes.fromhex(sha256)]).fetchone()
            self._found[sha256] = row["content"]
        return self._found[sha256]


_dump = json.JSONEncoder(separators=(",", ":")).encode


class _Writing:
    """Turns the letters of a batch into rows. `uses` tells which contents, whose hashes are `hashes`, they share."""

    def __init__(self, *, shares_passages: bool) -> None:
        self.hashes = _Hashes()
        self.uses: list[tuple[int, bytes]] = []
        self._shares_passages = shares_passages
        self._encoded: dict[str, bytes] = {}
        self._date: tuple[datetime, str] | None = None

    def row_of(self, delivery_id: DeliveryId, mail: Submission) -> _Row:
        """Returns the values for _KEEP_CONTENT."""
        match mail.letter:
            case FinishedLetter() as finished:
                return delivery_id, _dump(_from_finished(finished)), None, None, finished.raw
            case letter:
                return self._from_letter(delivery_id, letter, mail.passages if self._shares_passages else ())

    def _from_letter(self, delivery_id: DeliveryId, letter: Letter, passages: Sequence[str]) -> _Row:
        kept: list[_Json] = [  # as _KEPT names them
            _from_addresses(letter.to),
            _from_addresses(letter.cc),
            _from_addresses(letter.bcc),
            letter.subject,
            letter.message_id,
            self._date_of(letter),
            [[a.name, a.content_type, self._use(delivery_id, a.content)] for a in letter.attachments],
        ]
        words = {"text": letter.text, "html": letter.html}
        if storable(letter.text) != letter.text or storable(letter.html) != letter.html:
            # Half a character fits nothing but JSON.
            return delivery_id, _dump([*kept, [], letter.text, letter.html]), None, None, None
        shared = [
            (field, at, self._use_passage(delivery_id, passage))
            for passage in passages
            for field in words
            if (at := _cut(words, field, passage)) >= 0
        ]
        return delivery_id, _dump([*kept, shared]), words["text"], words["html"], None

    def _date_of(self, letter: Letter) -> str:
        # The very same object: equal moments may be of different zones.
        if self._date is None or self._date[0] is not letter.date:
            self._date = letter.date, letter.date.isoformat()
        return self._date[1]

    def _use(self, delivery_id: DeliveryId, content: bytes) -> str:
        sha256 = self.hashes.of(content)
        self.uses.append((delivery_id, sha256))
        return sha256.hex()

    def _use_passage(self, delivery_id: DeliveryId, passage: str) -> str:
        content = self._encoded.get(passage)
        if content is None:
            content = self._encoded[passage] = passage.encode()
        return self._use(delivery_id, content)


def _cut(words: dict[str, str], field: str, passage: str) -> int:
    """Returns where `passage` was in that field, out of which it is cut then, or -1."""
    before = words[field]
    at = before.find(passage[:_BEGINNING])  # by its beginning: Python prepares long for a long search
    if at < 0 or not before.startswith(passage, at):
        return -1
    words[field] = before[:at] + before[at + len(passage) :]
    return at


def _to_letter(found: _Json, contents: _Contents) -> Letter:
    return Letter(
        to=_to_addresses(found["to"]),
        cc=_to_addresses(found["cc"]),
        bcc=_to_addresses(found["bcc"]),
        subject=found["subject"],
        message_id=found["message_id"],
        date=datetime.fromisoformat(found["date"]),
        text=found["text"],
        html=found["html"],
        attachments=tuple(
            Attachment(name=name, content_type=content_type, content=contents.of(sha256))
            for name, content_type, sha256 in found["attachments"]
        ),
    )


def _from_finished(letter: FinishedLetter) -> _Json:
    return {
        "recipients": _from_addresses(letter.recipients),
        "message_id": letter.message_id,
        "subject": letter.subject,
        "sender": _from_addresses((letter.sender,)) if letter.sender else [],
    }


def _to_finished(found: _Json, raw: bytes) -> FinishedLetter:
    return FinishedLetter(
        raw=raw,
        recipients=_to_addresses(found["recipients"]),
        message_id=found["message_id"],
        subject=found["subject"],
        sender=next(iter(_to_addresses(found["sender"])), None),
    )


def _from_addresses(addresses: tuple[Address, ...]) -> _Json:
    return [[address.local, address.domain, address.display_name] for address in addresses]


def _to_addresses(found: _Json) -> tuple[Address, ...]:
    return tuple(Address(local=local, domain=domain, display_name=name) for local, domain, name in found)
