"""What the mails in the outbox say: JSON, finished messages, and attachments that are kept once."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.delivery import DeliveryId
from smtp_desktop.domain.letter import FinishedLetter, Letter
from smtp_desktop.domain.message import Attachment

_KEEP_ATTACHMENT = "INSERT OR IGNORE INTO attachment (sha256, content) VALUES (?, ?)"
_USE_ATTACHMENT = "INSERT OR IGNORE INTO attachment_use (delivery_id, sha256) VALUES (?, ?)"
_FORGET_UNUSED = """
DELETE FROM attachment WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM attachment_use WHERE sha256 = attachment.sha256)
"""
_USED_BY = "SELECT DISTINCT sha256 FROM attachment_use WHERE delivery_id IN (SELECT value FROM json_each(?))"

_Json = Any  # what json.loads gives: its shape is known to this file alone


def keep_letters(connection: sqlite3.Connection, letters: Sequence[tuple[DeliveryId, Letter | FinishedLetter]]) -> None:
    """Each letter is kept for its delivery."""
    hashes = _Hashes()
    contents: list[tuple[int, str, bytes | None]] = []
    uses: list[tuple[int, bytes]] = []
    for delivery_id, letter in letters:
        match letter:
            case FinishedLetter():
                contents.append((delivery_id, _dump(_from_finished(letter)), letter.raw))
            case Letter():
                contents.append((delivery_id, _dump(_from_letter(letter, hashes)), None))
                uses.extend((delivery_id, hashes.of(attachment.content)) for attachment in letter.attachments)
    connection.executemany(_KEEP_ATTACHMENT, hashes.contents())
    connection.executemany("INSERT INTO delivery_content (delivery_id, letter, raw) VALUES (?, ?, ?)", contents)
    connection.executemany(_USE_ATTACHMENT, uses)


def find_letter(connection: sqlite3.Connection, delivery_id: DeliveryId) -> Letter | FinishedLetter | None:
    """Returns what the delivery is to say, with all attachments."""
    row = connection.execute("SELECT * FROM delivery_content WHERE delivery_id = ?", [delivery_id]).fetchone()
    if row is None:
        return None
    found = json.loads(row["letter"])
    return _to_letter(found, connection) if row["raw"] is None else _to_finished(found, row["raw"])


def delete_deliveries(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId]) -> None:
    """They are gone, with their attempts, their letters and every attachment that no other mail uses."""
    ids = json.dumps(delivery_ids)
    attachments = [(row["sha256"],) for row in connection.execute(_USED_BY, [ids])]
    connection.execute("DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", [ids])
    connection.executemany(_FORGET_UNUSED, attachments)


class _Hashes:
    """The hashes of the contents of a batch, each reckoned once for all mails that share the object."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[bytes, bytes]] = {}

    def of(self, content: bytes) -> bytes:
        known = self._found.get(id(content))
        if known is None:
            # The content is kept beside its hash, so that nothing else gets its id meanwhile.
            known = self._found[id(content)] = (hashlib.sha256(content).digest(), content)
        return known[0]

    def contents(self) -> Iterable[tuple[bytes, bytes]]:
        return dict(self._found.values()).items()


def _dump(content: _Json) -> str:
    return json.dumps(content, separators=(",", ":"))


def _from_letter(letter: Letter, hashes: _Hashes) -> _Json:
    return {
        "to": _from_addresses(letter.to),
        "cc": _from_addresses(letter.cc),
        "bcc": _from_addresses(letter.bcc),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "date": letter.date.isoformat(),
        "text": letter.text,
        "html": letter.html,
        "attachments": [[a.name, a.content_type, hashes.of(a.content).hex()] for a in letter.attachments],
    }


def _to_letter(found: _Json, connection: sqlite3.Connection) -> Letter:
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
            Attachment(name=name, content_type=content_type, content=_content(connection, bytes.fromhex(sha256)))
            for name, content_type, sha256 in found["attachments"]
        ),
    )


def _content(connection: sqlite3.Connection, sha256: bytes) -> bytes:
    content: bytes = connection.execute("SELECT content FROM attachment WHERE sha256 = ?", [sha256]).fetchone()[0]
    return content


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
