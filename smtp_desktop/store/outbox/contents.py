"""What the mails in the outbox say: words and JSON, finished messages, and what is kept once however many share it:
attachments, and long passages of templates."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, RawMessage, TemplateMessage
from smtp_desktop.store.outbox.rows import storable
from smtp_desktop.store.timestamps import moment_of

_FORGET_UNUSED = """
DELETE FROM attachment WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM attachment_use WHERE sha256 = attachment.sha256)
"""
_NOTE_NUMBERS = "UPDATE last_pruned SET id = max(id, ifnull((SELECT max(id) FROM mail), 0))"
_LETTERS = """
SELECT id, created_at, message_id, subject, recipients, shared, message, shared_text_places, text, html, raw
FROM mail WHERE id IN (SELECT value FROM json_each(?))
"""
_CONTENT = "SELECT content FROM attachment WHERE sha256 = ?"
_USED_BY = "SELECT DISTINCT sha256 FROM attachment_use WHERE delivery_id IN (SELECT value FROM json_each(?))"

HASH_BYTES = 32
_BEGINNING = 50
Row = tuple[bytes, str | None, str, str | None, str | None, bytes | None]
_KEPT = ("to", "cc", "bcc", "subject", "message_id", "date", "attachments", "passages", "text", "html")
_Json = Any  # what json.loads gives: its shape is known to this file alone


def find_messages(
    connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]
) -> Mapping[DeliveryId, TemplateMessage | RawMessage]:
    """Returns what those deliveries are to say that are there, with all attachments."""
    contents = _Contents(connection)
    rows = connection.execute(_LETTERS, [json.dumps(delivery_ids)])
    return {row["id"]: _message_in(row, contents) for row in rows}


def _message_in(row: sqlite3.Row, contents: "_Contents") -> TemplateMessage | RawMessage:
    found = _plain(row) if row["message"] is None else json.loads(row["message"])
    if row["raw"] is not None:
        return _to_finished(found, row["raw"])
    if isinstance(found, list):  # mails from before version 5 have the names and the words in their JSON
        found = dict(zip(_KEPT, found, strict=False))
    if row["text"] is not None:
        found |= {"text": row["text"], "html": row["html"]}
        # Mails of version 5 have the passages in their JSON.
        for field, at, sha256 in reversed(found.get("passages") or _shared_texts(row)):
            found[field] = found[field][:at] + contents.of(sha256).decode() + found[field][at:]
    return _to_message(found, contents)


def _plain(row: sqlite3.Row) -> _Json:
    """Returns what `_is_plain` left out."""
    specs = [line.rpartition("@") for line in row["recipients"].split("\n")]
    return {
        "to": [(local, domain, "") for local, _, domain in specs],
        "cc": (),
        "bcc": (),
        "subject": row["subject"],
        "message_id": row["message_id"],
        "date": moment_of(row["created_at"]).isoformat(),
        "attachments": (),
    }


def _shared_texts(row: sqlite3.Row) -> list[tuple[str, int, str]]:
    """Returns the field of each passage, where it was in it, and its hash in hexadecimal."""
    shared_text_places = [cut.split() for cut in row["shared_text_places"].splitlines()]
    hashes: bytes = row["shared"][len(row["shared"]) - HASH_BYTES * len(shared_text_places) :]
    starts = range(0, len(hashes), HASH_BYTES)
    return [
        (field, int(at), hashes[start : start + HASH_BYTES].hex())
        for (field, at), start in zip(shared_text_places, starts, strict=True)
    ]


def delete_deliveries(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]) -> None:
    """They are gone, with their attempts, their letters and every attachment that no other mail uses."""
    ids = json.dumps(delivery_ids)
    attachments = [(row["sha256"],) for row in connection.execute(_USED_BY, [ids])]
    connection.execute(_NOTE_NUMBERS)
    connection.execute("DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", [ids])
    connection.execute("DELETE FROM mail WHERE id IN (SELECT value FROM json_each(?))", [ids])
    connection.executemany(_FORGET_UNUSED, attachments)


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


class Writing:
    """Turns the letters of a batch into rows."""

    def __init__(self) -> None:
        self._shared: dict[int, tuple[bytes, bytes]] = {}
        self._date: tuple[datetime, str] | None = None

    @property
    def contents(self) -> Mapping[bytes, bytes]:
        """The contents that the letters share with others, by their hashes."""
        return dict(self._shared.values())

    def row_of(self, mail: OutboxEntry) -> Row:
        """Returns the columns `shared`, `message`, `shared_text_places`, `text`, `html` and `raw` of `mail`."""
        message = mail.message
        if isinstance(message, RawMessage):
            return b"", _dump(_from_finished(message)), "", None, None, message.raw
        hashes = [self._share(each.content) for each in message.attachments]
        if storable(message.text) != message.text or storable(message.html) != message.html:
            # Half a character fits nothing but JSON.
            whole = _dump([*self._kept(message, hashes), [], message.text, message.html])
            return b"".join(hashes), whole, "", None, None, None
        words = {"text": message.text, "html": message.html}
        shared_text_places = []
        for passage in mail.shared_texts:
            for field in words:
                if (at := _cut(words, field, passage)) >= 0:
                    sha256, content = _hashed_passage(passage)
                    self._shared[id(content)] = sha256, content
                    hashes.append(sha256)
                    shared_text_places.append(f"{field} {at}")
        rest = None if _is_plain(message, mail.created_at) else _dump(self._kept(message, hashes))
        return b"".join(hashes), rest, "\n".join(shared_text_places), words["text"], words["html"], None

    def _kept(self, message: TemplateMessage, hashes: Sequence[bytes]) -> list[_Json]:
        """Returns what _KEPT names, as far as the attachments; `hashes` begin with theirs."""
        return [
            _from_addresses(message.to),
            _from_addresses(message.cc),
            _from_addresses(message.bcc),
            message.subject,
            message.message_id,
            self._date_of(message),
            [
                [each.name, each.content_type, sha256.hex()]
                for each, sha256 in zip(message.attachments, hashes, strict=False)
            ],
        ]

    def _date_of(self, message: TemplateMessage) -> str:
        # The very same object: equal moments may be of different zones.
        if self._date is None or self._date[0] is not message.date:
            self._date = message.date, message.date.isoformat()
        return self._date[1]

    def _share(self, content: bytes) -> bytes:
        """Returns the hash of `content`, reckoned once for all letters that share the object."""
        known = self._shared.get(id(content))
        if known is None:
            # The content is kept beside its hash, so that nothing else gets its id meanwhile.
            known = self._shared[id(content)] = _sha256(content), content
        return known[0]


@lru_cache(maxsize=16)  # every mail of a template has the same ones
def _hashed_passage(passage: str) -> tuple[bytes, bytes]:
    content = passage.encode()
    return _sha256(content), content


def _is_plain(message: TemplateMessage, created_at: datetime) -> bool:
    """Whether all that JSON would say stands in other columns of `mail`, as of most letters."""
    if not message.to or message.cc or message.bcc or message.attachments or message.date is not created_at:
        return False
    for address in message.to:
        if address.display_name:
            return False
    return len(message.recipients) == len(message.to) and storable(message.subject) == message.subject


def _sha256(content: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - with it comes OpenSSL: 2 MB, also in the process that waits

    return hashlib.sha256(content).digest()


def _cut(words: dict[str, str], field: str, passage: str) -> int:
    """Returns where `passage` was in that field, out of which it is cut then, or -1."""
    before = words[field]
    at = before.find(passage[:_BEGINNING])  # by its beginning: Python prepares long for a long search
    if at < 0 or not before.startswith(passage, at):
        return -1
    words[field] = before[:at] + before[at + len(passage) :]
    return at


def _to_message(found: _Json, contents: _Contents) -> TemplateMessage:
    return TemplateMessage(
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


def _from_finished(message: RawMessage) -> _Json:
    return {
        "recipients": _from_addresses(message.recipients),
        "message_id": message.message_id,
        "subject": message.subject,
        "sender": _from_addresses((message.sender,)) if message.sender else [],
    }


def _to_finished(found: _Json, raw: bytes) -> RawMessage:
    return RawMessage(
        raw=raw,
        recipients=_to_addresses(found["recipients"]),
        message_id=found["message_id"],
        subject=found["subject"],
        sender=next(iter(_to_addresses(found["sender"])), None),
    )


def _from_addresses(addresses: tuple[Address, ...]) -> _Json:
    return [[address.local, address.domain, address.display_name] for address in addresses] if addresses else []


def _to_addresses(found: _Json) -> tuple[Address, ...]:
    return tuple(Address(local=local, domain=domain, display_name=name) for local, domain, name in found)
