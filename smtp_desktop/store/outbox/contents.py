"""Contents of mails: their text and header values, raw messages, and what is stored once however many mails share it:
attachments, and long texts of templates (both in the table `attachment`)."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.errors import DamagedMail
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.known import SHAPE_ERRORS
from smtp_desktop.store.outbox.rows import is_undecodable, storable
from smtp_desktop.store.timestamps import from_microseconds

_DELETE_UNUSED = """
DELETE FROM attachment WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM attachment_use WHERE sha256 = attachment.sha256)
"""
_SET_LAST_PRUNED = "UPDATE last_pruned SET id = max(id, ifnull((SELECT max(id) FROM mail), 0))"
_MESSAGES = """
SELECT id, created_at, message_id, subject, recipients, shared, message, shared_text_places, text, html, raw
FROM mail WHERE id IN (SELECT value FROM json_each(?))
"""
_CONTENT = "SELECT content FROM attachment WHERE sha256 = ?"
_USED_BY = "SELECT DISTINCT sha256 FROM attachment_use WHERE delivery_id IN (SELECT value FROM json_each(?))"

HASH_BYTES = 32
_SEARCHED_CHARACTERS = 50
_Columns = tuple[bytes, str | None, str, str | None, str | None, bytes | None]
_JSON_FIELDS = ("to", "cc", "bcc", "subject", "message_id", "date", "attachments", "shared_texts", "text", "html")
_Json = Any  # as json.loads returns it; only this module knows its shape
_encode = json.JSONEncoder(separators=(",", ":")).encode


def find_messages(
    connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]
) -> Mapping[DeliveryId, TemplateMessage | RawMessage]:
    """Returns the messages of those deliveries that exist, with all attachments. Raises DamagedMail where one can't be
    read."""
    contents = _SharedContents(connection)
    try:
        rows = connection.execute(_MESSAGES, [json.dumps(delivery_ids)])
        return {row["id"]: _message_of(row, contents) for row in rows}
    except SHAPE_ERRORS as error:
        raise _damaged(error) from error
    except sqlite3.OperationalError as error:
        if not is_undecodable(error):
            raise
        raise _damaged(error) from error


def _damaged(error: Exception) -> DamagedMail:
    return DamagedMail(msg("The stored message is damaged ({reason}). Send it again.", reason=type(error).__name__))


def _message_of(row: sqlite3.Row, contents: "_SharedContents") -> TemplateMessage | RawMessage:
    found = _from_other_columns(row) if row["message"] is None else json.loads(row["message"])
    if row["raw"] is not None:
        return _to_raw_message(found, row["raw"])
    if isinstance(found, list):  # else a dict: see `_keyed`; before version 5 all were, with text and HTML in it
        found = dict(zip(_JSON_FIELDS, found, strict=False))
    if row["text"] is not None:
        found |= {"text": row["text"], "html": row["html"]}
        # Mails of version 5 have the shared texts in their JSON.
        for field, at, sha256 in reversed(found.get("shared_texts") or _shared_texts(row)):
            found[field] = found[field][:at] + contents.of(sha256).decode() + found[field][at:]
    return _to_template_message(found, contents)


def _from_other_columns(row: sqlite3.Row) -> _Json:
    """Returns what the JSON of a mail without one would hold; see `_needs_no_json`."""
    specs = [spec.rpartition("@") for spec in row["recipients"].split("\n")]
    return {
        "to": [(local, domain, "") for local, _, domain in specs],
        "cc": (),
        "bcc": (),
        "subject": row["subject"],
        "message_id": row["message_id"],
        "date": from_microseconds(row["created_at"]).isoformat(),
        "attachments": (),
    }


def _shared_texts(row: sqlite3.Row) -> list[tuple[str, int, str]]:
    """Returns for each shared text its field, its position in it, and its hash in hexadecimal."""
    places = [place.split() for place in row["shared_text_places"].splitlines()]
    hashes: bytes = row["shared"][len(row["shared"]) - HASH_BYTES * len(places) :]
    starts = range(0, len(hashes), HASH_BYTES)
    return [
        (field, int(at), hashes[start : start + HASH_BYTES].hex())
        for (field, at), start in zip(places, starts, strict=True)
    ]


def delete_deliveries(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]) -> None:
    """Deletes them with their attempts and messages, and every attachment that no other mail uses."""
    delete_contents(connection, delivery_ids)
    ids = json.dumps(delivery_ids)
    connection.execute("DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", [ids])


def delete_contents(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]) -> None:
    """Deletes their messages, and every attachment that no other mail uses."""
    ids = json.dumps(delivery_ids)
    attachments = [(row["sha256"],) for row in connection.execute(_USED_BY, [ids])]
    connection.execute(_SET_LAST_PRUNED)
    connection.execute("DELETE FROM attachment_use WHERE delivery_id IN (SELECT value FROM json_each(?))", [ids])
    connection.execute("DELETE FROM mail WHERE id IN (SELECT value FROM json_each(?))", [ids])
    connection.executemany(_DELETE_UNUSED, attachments)


class _SharedContents:
    """Reads shared contents, each once for all mails that are read together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._found: dict[str, bytes] = {}

    def of(self, sha256: str) -> bytes:
        """Returns the content with this hash, which is in hexadecimal."""
        if sha256 not in self._found:
            row = self._connection.execute(_CONTENT, [bytes.fromhex(sha256)]).fetchone()
            self._found[sha256] = row["content"]
        return self._found[sha256]


class MessageEncoder:
    """Turns the messages of one batch into columns, and gathers the contents that they share."""

    def __init__(self) -> None:
        self._shared: dict[int, tuple[bytes, bytes]] = {}  # hash and content, by the content's id()
        self._date: tuple[datetime, str] | None = None

    @property
    def contents(self) -> Mapping[bytes, bytes]:
        """The contents that the messages share with others, by their hashes."""
        return dict(self._shared.values())

    def columns_of(self, entry: OutboxEntry) -> _Columns:
        """Returns the columns `shared`, `message`, `shared_text_places`, `text`, `html` and `raw` of `entry`."""
        message = entry.message
        if isinstance(message, RawMessage):
            return b"", _encode(_from_raw_message(message)), "", None, None, message.raw
        hashes = [self._share(attachment.content) for attachment in message.attachments]
        if storable(message.text) != message.text or storable(message.html) != message.html:
            # Only JSON can hold a lone surrogate.
            whole = _encode(_keyed([*self._json_of(message, hashes), [], message.text, message.html], message))
            return b"".join(hashes), whole, "", None, None, None
        texts = {"text": message.text, "html": message.html}
        places = []
        for shared_text in entry.shared_texts:
            for field in texts:
                if (at := _cut_out(texts, field, shared_text)) >= 0:
                    sha256, content = _hashed_text(shared_text)
                    self._shared[id(content)] = sha256, content
                    hashes.append(sha256)
                    places.append(f"{field} {at}")
        rest = None
        if not _needs_no_json(message, entry.created_at):
            rest = _encode(_keyed(self._json_of(message, hashes), message))
        return b"".join(hashes), rest, "\n".join(places), texts["text"], texts["html"], None

    def _json_of(self, message: TemplateMessage, hashes: Sequence[bytes]) -> list[_Json]:
        """Returns the values of _JSON_FIELDS up to the attachments; `hashes` begin with those of the attachments."""
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
        # The same object, not an equal one: that may be in another time zone.
        if self._date is None or self._date[0] is not message.date:
            self._date = message.date, message.date.isoformat()
        return self._date[1]

    def _share(self, content: bytes) -> bytes:
        """Returns the hash of `content`, computed once for all messages that share the object."""
        known = self._shared.get(id(content))
        if known is None:
            # Keeping the content keeps its id() from being reused.
            known = self._shared[id(content)] = _sha256(content), content
        return known[0]


def _keyed(values: list[_Json], message: TemplateMessage) -> _Json:
    """Returns the values of _JSON_FIELDS; by their names where there is one that few mails have."""
    if not message.reply_to and not message.headers:
        return values
    rare = {"reply_to": _from_addresses(message.reply_to), "headers": message.headers}
    return dict(zip(_JSON_FIELDS, values, strict=False)) | rare


@lru_cache(maxsize=16)  # every mail of a template has the same shared texts
def _hashed_text(shared_text: str) -> tuple[bytes, bytes]:
    content = shared_text.encode()
    return _sha256(content), content


def _needs_no_json(message: TemplateMessage, created_at: datetime) -> bool:
    """Whether other columns of `mail` hold all that its JSON would, as is so for most mails."""
    if not message.to or message.cc or message.bcc or message.attachments or message.date is not created_at:
        return False
    if message.reply_to or message.headers:
        return False
    for address in message.to:
        if address.display_name:
            return False
    return len(message.recipients) == len(message.to) and storable(message.subject) == message.subject


def _sha256(content: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, which takes 2 MB of a process that may only wait

    return hashlib.sha256(content).digest()


def _cut_out(texts: dict[str, str], field: str, shared_text: str) -> int:
    """Cuts `shared_text` out of that field. Returns its position there, -1 where the field does not have it."""
    before = texts[field]
    at = before.find(shared_text[:_SEARCHED_CHARACTERS])  # its beginning: Python takes long to set up a long search
    if at < 0 or not before.startswith(shared_text, at):
        return -1
    texts[field] = before[:at] + before[at + len(shared_text) :]
    return at


def _to_template_message(found: _Json, contents: _SharedContents) -> TemplateMessage:
    return TemplateMessage(
        to=_to_addresses(found["to"]),
        cc=_to_addresses(found["cc"]),
        bcc=_to_addresses(found["bcc"]),
        reply_to=_to_addresses(found.get("reply_to", ())),
        subject=_text(found["subject"]),
        message_id=_text(found["message_id"]),
        date=_aware(datetime.fromisoformat(found["date"])),
        text=_text(found["text"]),
        html=_text(found["html"]),
        attachments=tuple(
            Attachment(name=_text(name), content_type=_text(content_type), content=contents.of(sha256))
            for name, content_type, sha256 in found["attachments"]
        ),
        headers=tuple((_text(name), _text(value)) for name, value in found.get("headers", ())),
    )


def _from_raw_message(message: RawMessage) -> _Json:
    return {
        "recipients": _from_addresses(message.recipients),
        "message_id": message.message_id,
        "subject": message.subject,
        "sender": _from_addresses((message.sender,)) if message.sender else [],
        "sender_name": storable(message.sender_name),
    }


def _to_raw_message(found: _Json, raw: bytes) -> RawMessage:
    return RawMessage(
        raw=raw,
        recipients=_to_addresses(found["recipients"]),
        message_id=_text(found["message_id"]),
        subject=_text(found["subject"]),
        sender=next(iter(_to_addresses(found["sender"])), None),
        sender_name=_text(found.get("sender_name", "")),
    )


def _from_addresses(addresses: tuple[Address, ...]) -> _Json:
    return [[address.local, address.domain, address.display_name] for address in addresses] if addresses else []


def _to_addresses(found: _Json) -> tuple[Address, ...]:
    return tuple(
        Address(local=_text(local), domain=_text(domain), display_name=_text(name)) for local, domain, name in found
    )


def _text(found: _Json) -> str:
    """Returns `found`. Raises TypeError where it is no text."""
    if not isinstance(found, str):
        raise TypeError(type(found))
    return found


def _aware(at: datetime) -> datetime:
    """Returns `at`. Raises ValueError where it has no time zone."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at
