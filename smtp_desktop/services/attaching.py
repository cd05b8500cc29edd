"""Files that go with a mail."""

import re
from collections.abc import Iterable
from dataclasses import replace

from smtp_desktop.domain.errors import BadAttachment
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.message_text import text
from smtp_desktop.services.outbox_ports import Files

# No header can carry these: bytes of a name that is not UTF-8 among them, and the start of an encoded word (RFC 2047),
# which can hide line ends.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")


class Attaching:
    """Reads the files of one mail or of a batch, each path once."""

    def __init__(self, files: Files, *, limit_bytes: int) -> None:
        self._files = files
        self._limit_bytes = limit_bytes
        self._known: dict[str, Attachment] = {}

    def read(self, paths: Iterable[str]) -> tuple[Attachment, ...]:
        """Returns one mail's files. Raises BadAttachment: one can't be read, or all together are too large."""
        left = self._limit_bytes
        found = []
        for path in paths:
            attachment = self._one(path, left)
            left -= len(attachment.content)
            found.append(attachment)
        return tuple(found)

    def _one(self, path: str, left: int) -> Attachment:
        attachment = self._known.get(path)
        if attachment is None:
            read = self._files.read(path, limit_bytes=left)
            attachment = self._known[path] = replace(read, name=_UNSAFE.sub("_", read.name))
        if len(attachment.content) > left:
            raise BadAttachment(
                text(
                    "With the file {path} the attachments are larger than {limit} MB in all.",
                    path=path,
                    limit=self._limit_bytes // 1_000_000,
                )
            )
        return attachment
