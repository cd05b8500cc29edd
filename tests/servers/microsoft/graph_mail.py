"""The mails that the stand-in for Graph accepts, in MIME or JSON, and its refusals."""

import base64
import binascii
import email
import email.policy
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

_MESSAGE_FIELDS = {
    "subject": str,
    "body": dict,
    "from": dict,
    "sender": dict,
    "toRecipients": list,
    "ccRecipients": list,
    "bccRecipients": list,
    "replyTo": list,
    "attachments": list,
    "internetMessageId": str,
    "internetMessageHeaders": list,
    "importance": str,
    "categories": list,
    "isDeliveryReceiptRequested": bool,
    "isReadReceiptRequested": bool,
}
_ATTACHMENT_FIELDS = {"@odata.type", "name", "contentType", "contentBytes", "isInline", "contentId"}
_LINE_LIMIT_BYTES = 998  # RFC 5322 2.1.1


class Refused(Exception):
    """A refusal by Graph."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail that Graph accepted. `raw` is the MIME as it came, with Bcc; `message` is the same parsed, without Bcc.
    Both are empty for a mail that came as JSON; `draft` says whether that was built step by step."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    body_type: str
    attachments: Mapping[str, bytes]
    internet_message_id: str
    headers: Mapping[str, str]
    raw: bytes = b""
    message: EmailMessage | None = None
    draft: bool = False


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message in Drafts. `fields` is its JSON without attachments."""

    id: str
    fields: dict[str, Any]
    attachments: dict[str, bytes] = field(default_factory=dict)


def mime_mail(body: bytes, mailbox: str) -> SentMail:
    """Returns the mail in the body of sendMail, which is Base64 without line breaks. Raises Refused."""
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise Refused(400, "ErrorMimeContentInvalidBase64String", f"The body is no base64: {error}.") from error
    if not raw or b"\n" in raw.replace(b"\r\n", b"") or max(map(len, raw.split(b"\r\n"))) > _LINE_LIMIT_BYTES:
        raise Refused(400, "ErrorMimeContentInvalid", "The lines of the MIME content are not those of a mail.")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    if message.defects or not message.keys():
        raise Refused(400, "ErrorMimeContentInvalid", f"The MIME content is no mail: {message.defects}.")
    recipients = [address for name in ("To", "Cc", "Bcc") for address in _addresses(message, name)]
    del message["Bcc"]
    text = message.get_body(("html", "plain"))
    return SentMail(
        sender=next(iter(_addresses(message, "From")), mailbox),
        recipients=tuple(recipients),
        subject=str(message.get("Subject", "")),
        body=text.get_content() if text else "",
        body_type=text.get_content_subtype().replace("plain", "text") if text else "",
        attachments={part.get_filename() or "": _bytes(part) for part in message.iter_attachments()},
        internet_message_id=str(message.get("Message-ID", "")),
        headers={name: str(value) for name, value in message.items()},
        raw=raw,
        message=message,
    )


def new_draft(message: object, *, draft_id: str) -> Draft:
    """Returns the draft that `message`, a microsoft.graph.message in JSON, describes. Raises Refused if it does not
    conform."""
    if not isinstance(message, dict):
        raise unreadable("A message must be an object.")
    for name, value in message.items():
        if name not in _MESSAGE_FIELDS or not isinstance(value, _MESSAGE_FIELDS[name]):
            raise unreadable(f"The property '{name}' is unknown or has the wrong type.")
    fields = dict(message)
    body = fields.get("body", {})
    if set(body) - {"contentType", "content"} or body.get("contentType", "text") not in ("text", "html"):
        raise unreadable("The body is not of the type itemBody.")
    for recipient in [*all_recipients(fields), *(fields[name] for name in ("from", "sender") if name in fields)]:
        _check_recipient(recipient)
    for header in fields.get("internetMessageHeaders", []):
        if set(header) != {"name", "value"} or not header["name"].lower().startswith("x-"):
            raise Refused(400, "InvalidInternetMessageHeader", "The name of a header of your own begins with 'x-'.")
    draft = Draft(id=draft_id, fields=fields)
    fields.setdefault("internetMessageId", f"<{uuid.uuid4()}@graph.test>")
    for attachment in fields.pop("attachments", []):
        name, data = file_attachment(attachment)
        draft.attachments[name] = data
    return draft


def all_recipients(fields: Mapping[str, Any]) -> list[Any]:
    """Returns the recipients of a message in JSON, in the order To, Cc, Bcc."""
    return [each for name in ("toRecipients", "ccRecipients", "bccRecipients") for each in fields.get(name, [])]


def file_attachment(attachment: object) -> tuple[str, bytes]:
    """Returns the name and the content of a microsoft.graph.fileAttachment in JSON. Raises Refused."""
    if not isinstance(attachment, dict) or set(attachment) - _ATTACHMENT_FIELDS or not attachment.get("name"):
        raise unreadable("The attachment is not of the type fileAttachment.")
    if attachment.get("@odata.type") != "#microsoft.graph.fileAttachment":
        raise unreadable("The attachment does not say its type.")
    try:
        return attachment["name"], base64.b64decode(attachment["contentBytes"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise unreadable("The attachment's contentBytes are no base64.") from error


def json_mail(draft: Draft, mailbox: str, *, built: bool) -> SentMail:
    """Returns the mail that `draft` becomes when it is sent."""
    fields = draft.fields
    body = fields.get("body", {})
    return SentMail(
        sender=fields.get("from", {"emailAddress": {"address": mailbox}})["emailAddress"]["address"],
        recipients=tuple(each["emailAddress"]["address"] for each in all_recipients(fields)),
        subject=fields.get("subject", ""),
        body=body.get("content", ""),
        body_type=body.get("contentType", "text"),
        attachments=dict(draft.attachments),
        internet_message_id=fields["internetMessageId"],
        headers={header["name"]: header["value"] for header in fields.get("internetMessageHeaders", [])},
        draft=built,
    )


def unreadable(message: str) -> Refused:
    """Returns the refusal of a body that does not conform to the contract."""
    return Refused(400, "RequestBodyRead", message)


def _check_recipient(recipient: object) -> None:
    match recipient:
        case {"emailAddress": {"address": str(address), **others}, **rest} if not rest and set(others) <= {"name"}:
            if "@" not in address:
                raise Refused(400, "ErrorInvalidRecipients", f"'{address}' is no address.")
        case _:
            raise unreadable("A recipient is not of the type recipient.")


def _addresses(message: EmailMessage, name: str) -> list[str]:
    return [address.addr_spec for header in message.get_all(name, []) for address in header.addresses]


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_content()
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else content.as_bytes()
