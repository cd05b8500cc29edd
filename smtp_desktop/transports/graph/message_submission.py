"""The submission of a mail to Microsoft Graph: whole, or as a draft whose large files are uploaded in ranges."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, Mail, Message, MessageBytes
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.graph.client import GraphClient, unexpected
from smtp_desktop.transports.graph.messages import (
    graph_refused,
    not_graph,
    outcome_unknown,
    recipients_differ,
    too_large,
)
from smtp_desktop.transports.http.replies import reply_of
from smtp_desktop.transports.mime.compose import compose, needs_smtputf8, recipients_in
from smtp_desktop.transports.session_error import CUT_OFF, SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

# Microsoft Graph documentation, "Attach large files": below 3 MB in one request, up to 150 MB in ranges below 4 MB.
_WHOLE_LIMIT_BYTES = 4_000_000
_SMALL_ATTACHMENT_BYTES = 3_000_000
_LARGEST_ATTACHMENT_BYTES = 150_000_000
_RANGE_BYTES = 12 * 320 * 1024

_ACCEPTED = 202


class GraphSubmission:
    """The submission of one mail. Call `run` once."""

    def __init__(self, mail: Mail, client: GraphClient, recorder: TimelineRecorder) -> None:
        self._mail = mail
        self._client = client
        self._recorder = recorder

    def run(self) -> HttpReply:
        """Sends the mail and returns Graph's acceptance. Raises SessionError."""
        # A file is in Base64 twice, in the mail and with the mail. Each makes four bytes of three.
        if content_bytes(self._mail) * 16 // 9 <= _WHOLE_LIMIT_BYTES:
            whole = base64.b64encode(mime_of(self._mail))
            if len(whole) <= _WHOLE_LIMIT_BYTES:
                return self._submit("/sendMail", whole)
        if isinstance(self._mail.message, MessageBytes):
            # Not as a draft: Graph would make another message of it than the one that was finished elsewhere.
            raise too_large(len(self._mail.message.raw), _WHOLE_LIMIT_BYTES * 3 // 4)
        return self._send_draft(self._mail.message)

    def _submit(self, path: str, body: bytes) -> HttpReply:
        try:
            # The MIME form of sendMail: the body is the mail in Base64.
            answer = self._client.submit(path, body=body, content_type="text/plain" if body else "")
        except SessionError as error:
            if error.kind in CUT_OFF and self._client.data_started:
                raise outcome_unknown() from error
            raise
        if answer.status != _ACCEPTED:
            raise unexpected(answer)
        return reply_of(answer, self._recorder.redactor.redact_all)

    def _send_draft(self, message: Message) -> HttpReply:
        attachments = message.attachments
        for attachment in attachments:
            if len(attachment.content) > _LARGEST_ATTACHMENT_BYTES:
                raise too_large(len(attachment.content), _LARGEST_ATTACHMENT_BYTES)
        self._recorder.note("Too large for one request; creating a draft and uploading its files")
        with _draft_refusals():
            path = self._make_draft(message)
        try:
            with _draft_refusals():
                for attachment in attachments:
                    self._attach(path, attachment)
            return self._submit(f"{path}/send", b"")
        except SessionError as error:
            if error.kind is not FailureKind.OUTCOME_UNKNOWN:
                self._clear_away(path)
            raise

    def _make_draft(self, message: Message) -> str:
        draft_id = self._client.post("/messages", _draft_of(self._mail, message)).get("id")
        if not isinstance(draft_id, str) or not draft_id:
            raise not_graph(msg("its draft has no ID"))
        return f"/messages/{quote(draft_id, safe='')}"

    def _attach(self, path: str, attachment: Attachment) -> None:
        if len(attachment.content) < _SMALL_ATTACHMENT_BYTES:
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
            raise not_graph(msg("its upload has no address"))
        # The address lets everyone who knows it write to the draft.
        self._recorder.redactor.add_secrets((), encoded=(url, urlsplit(url)._replace(scheme="", netloc="").geturl()))
        for first, part in _ranges(attachment.content):
            self._client.put_range(url, part, first=first, total=len(attachment.content))

    def _clear_away(self, path: str) -> None:
        # The mail's own failure is what counts, and after a cancel nothing can be cleared away.
        with suppress(SessionError):
            self._client.delete(path)
            return
        self._recorder.note("The draft couldn't be removed; it is still in Drafts")


@contextmanager
def _draft_refusals() -> Iterator[None]:
    """Turns Graph's refusals inside the block into refusals of the draft, which needs a permission of its own."""
    try:
        yield
    except SessionError as error:
        if error.kind is FailureKind.GRAPH_REFUSED and isinstance(error.reply, HttpReply):
            raise graph_refused(error.reply, draft=True, detail=error.detail) from error
        raise


def content_bytes(mail: Mail) -> int:
    """Returns the size of the mail's attachments, or of a finished mail as a whole."""
    message = mail.message
    return len(message.raw) if isinstance(message, MessageBytes) else sum(len(a.content) for a in message.attachments)


def mime_of(mail: Mail) -> bytes:
    """Returns the mail in MIME with a header that names the envelope's recipients and nobody else: Graph goes by the
    header, and removes its Bcc. Raises SessionError where that would change a finished mail."""
    envelope = {address.spec for address in mail.envelope.recipients}
    if isinstance(mail.message, MessageBytes):
        found = recipients_in(mail.message)
        named = frozenset(map(str.lower, found or ()))
        if found is None or not named <= {spec.lower() for spec in envelope}:
            raise recipients_differ()
        hidden = tuple(a for a in mail.envelope.recipients if a.spec.lower() not in named)
        return compose(mail.message, seven_bit=False, smtputf8=False, bcc=hidden)
    message = _only_for(mail.message, envelope)
    hidden = _hidden(mail, message)
    smtputf8 = needs_smtputf8(message) or any(address.needs_smtputf8 for address in hidden)
    return compose(message, seven_bit=False, smtputf8=smtputf8, bcc=hidden)


def _only_for(message: Message, envelope: set[str]) -> Message:
    return replace(
        message,
        to=tuple(address for address in message.to if address.spec in envelope),
        cc=tuple(address for address in message.cc if address.spec in envelope),
    )


def _hidden(mail: Mail, message: Message) -> tuple[Address, ...]:
    named = {address.spec for address in (*message.to, *message.cc)}
    return tuple(address for address in mail.envelope.recipients if address.spec not in named)


def _draft_of(mail: Mail, message: Message) -> dict[str, Any]:
    message = _only_for(message, {address.spec for address in mail.envelope.recipients})
    body = {"contentType": "html", "content": message.html} if message.html else None
    draft: dict[str, Any] = {
        "subject": message.subject,
        "body": body or {"contentType": "text", "content": message.text},
        "toRecipients": [_recipient(address) for address in message.to],
        "ccRecipients": [_recipient(address) for address in message.cc],
        "bccRecipients": [_recipient(address) for address in _hidden(mail, message)],
        "internetMessageId": message.message_id,
    }
    if message.reply_to:
        draft["replyTo"] = [_recipient(address) for address in message.reply_to]
    if message.headers:  # Graph refuses those whose names do not begin with X-
        draft["internetMessageHeaders"] = [{"name": name, "value": value} for name, value in message.headers]
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
