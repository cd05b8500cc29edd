"""Handing a mail to Microsoft Graph: whole, or as a draft whose large files are uploaded in parts."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote, urlsplit

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.conversation import FailureKind, HttpReply
from smtp_desktop.domain.message import Attachment, Mail
from smtp_desktop.domain.text import text
from smtp_desktop.transports.ending import Ended
from smtp_desktop.transports.graph.client import GraphClient, strange
from smtp_desktop.transports.graph.http import Answer
from smtp_desktop.transports.graph.replies import reply_of
from smtp_desktop.transports.graph.words import graph_refused, not_graph, outcome_unknown, too_large
from smtp_desktop.transports.mime import compose
from smtp_desktop.transports.record import Record

# Microsoft Graph documentation, "Attach large files": below 3 MB in one request, up to 150 MB in ranges below 4 MB.
_WHOLE_LIMIT_BYTES = 4_000_000
_PLAIN_ATTACHMENT_BYTES = 3_000_000
_LARGEST_ATTACHMENT_BYTES = 150_000_000
_RANGE_BYTES = 12 * 320 * 1024

_ACCEPTED = 202
# After these nobody can know whether Graph has got the request.
_CUT_OFF = frozenset({FailureKind.CLOSED, FailureKind.TIMED_OUT, FailureKind.CANCELLED, FailureKind.TLS_BROKEN})


class Sending:
    """Sends one mail; `run` is called once."""

    def __init__(self, mail: Mail, client: GraphClient, record: Record) -> None:
        self._mail = mail
        self._client = client
        self._record = record

    def run(self) -> HttpReply:
        """Returns Graph's word that it took the mail. Raises Ended."""
        files_bytes = sum(len(attachment.content) for attachment in self._mail.message.attachments)
        # A file is in Base64 twice: in the mail, and the mail itself. Each makes four bytes of three.
        if files_bytes * 16 // 9 <= _WHOLE_LIMIT_BYTES:
            whole = base64.b64encode(mime_of(self._mail))
            if len(whole) <= _WHOLE_LIMIT_BYTES:
                return self._hand_over("/sendMail", whole)
        return self._send_draft()

    def _hand_over(self, path: str, body: bytes) -> HttpReply:
        try:
            # The MIME form of sendMail: the body is the mail in Base64.
            answer = self._client.hand_over(path, body=body, content_type="text/plain" if body else "")
        except Ended as ended:
            if ended.kind in _CUT_OFF and self._client.handed_over:
                raise outcome_unknown() from ended
            raise
        if answer.status != _ACCEPTED:
            raise strange(answer)
        return _accepted(answer, self._record)

    def _send_draft(self) -> HttpReply:
        attachments = self._mail.message.attachments
        for attachment in attachments:
            if len(attachment.content) > _LARGEST_ATTACHMENT_BYTES:
                raise too_large(len(attachment.content), _LARGEST_ATTACHMENT_BYTES)
        self._record.note("Too large for one request: a draft is made and its files are uploaded")
        with _draft_refusals():
            path = self._make_draft()
        try:
            with _draft_refusals():
                for attachment in attachments:
                    self._attach(path, attachment)
            return self._hand_over(f"{path}/send", b"")
        except Ended as ended:
            if ended.kind is not FailureKind.OUTCOME_UNKNOWN:
                self._clear_away(path)
            raise

    def _make_draft(self) -> str:
        draft_id = self._client.post("/messages", _draft_of(self._mail)).get("id")
        if not isinstance(draft_id, str) or not draft_id:
            raise not_graph(text("its draft has no id"))
        return f"/messages/{quote(draft_id, safe='')}"

    def _attach(self, path: str, attachment: Attachment) -> None:
        if len(attachment.content) < _PLAIN_ATTACHMENT_BYTES:
            self._client.post(f"{path}/attachments", _file_of(attachment))
            return
        item = {
            "attachmentType": "file",
            "name": attachment.name,
            "size": len(attachment.content),
            "contentType": attachment.content_type,
        }
        session = self._client.post(f"{path}/attachments/createUploadSession", {"AttachmentItem": item})
        url = session.get("uploadUrl")
        if not isinstance(url, str) or urlsplit(url).scheme != "https":
            raise not_graph(text("its upload has no address"))
        # The address lets everyone who knows it write to the draft.
        self._record.masks.hide((url,))
        for first, part in _ranges(attachment.content):
            self._client.put_range(url, part, first=first, total=len(attachment.content))

    def _clear_away(self, path: str) -> None:
        # The mail's own failure is what counts, and after a cancel nothing can be cleared away.
        with suppress(Ended):
            self._client.delete(path)
            return
        self._record.note("The draft could not be removed; it is left in Drafts")


@contextmanager
def _draft_refusals() -> Iterator[None]:
    """What Graph refuses inside is told as refused to the draft: that needs a permission of its own."""
    try:
        yield
    except Ended as ended:
        if ended.kind is FailureKind.GRAPH_REFUSED and isinstance(ended.reply, HttpReply):
            raise graph_refused(ended.reply, draft=True) from ended
        raise


def mime_of(mail: Mail) -> bytes:
    """Returns the mail as SMTP would carry it, with a Bcc for those whom only the envelope names: Graph takes the
    recipients from the headers, and removes that one."""
    message = mail.message
    named = {address.spec for address in message.to}
    hidden = tuple(address for address in mail.envelope.recipients if address.spec not in named)
    smtputf8 = any(address.needs_smtputf8 for address in (message.header_from, *message.to, *hidden))
    return compose(message, seven_bit=False, smtputf8=smtputf8, bcc=hidden)


def _draft_of(mail: Mail) -> dict[str, Any]:
    message = mail.message
    named = {address.spec for address in message.to}
    draft: dict[str, Any] = {
        "subject": message.subject,
        "body": {"contentType": "text", "content": message.text},
        "toRecipients": [_recipient(address) for address in message.to],
        "bccRecipients": [_recipient(a) for a in mail.envelope.recipients if a.spec not in named],
        "internetMessageId": message.message_id,
    }
    if message.header_from.spec != mail.envelope.sender.spec or message.header_from.display_name:
        draft["from"] = _recipient(message.header_from)
    return draft


def _recipient(address: Address) -> dict[str, Any]:
    named = {"name": address.display_name} if address.display_name else {}
    return {"emailAddress": {"address": address.spec, **named}}


def _file_of(attachment: Attachment) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": attachment.name,
        "contentType": attachment.content_type,
        "contentBytes": base64.b64encode(attachment.content).decode(),
    }


def _ranges(content: bytes) -> Iterator[tuple[int, bytes]]:
    for first in range(0, len(content), _RANGE_BYTES):
        yield first, content[first : first + _RANGE_BYTES]


def _accepted(answer: Answer, record: Record) -> HttpReply:
    return reply_of(answer, record.masks.clean)
