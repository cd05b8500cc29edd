"""The drafts of the stand-in for Graph, with upload sessions for large attachments."""

import base64
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from servers.https_calls import Answer, Call
from servers.microsoft.graph_mail import Draft, Refused, file_attachment, new_draft, unreadable

MEGABYTE = 1024 * 1024
_LARGEST_ATTACHMENT_BYTES = 150 * MEGABYTE
_ITEM_FIELDS = {"attachmentType", "name", "size", "contentType", "isInline", "contentId"}


@dataclass(slots=True, kw_only=True)
class UploadSession:
    """A file on its way into `draft`, of which `content` has come."""

    token: str
    draft: Draft
    name: str
    size_bytes: int
    content: bytearray
    ends_at: datetime

    def status(self) -> dict[str, Any]:
        """Returns what Graph says about a session that is not through."""
        return {
            "expirationDateTime": self.ends_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "nextExpectedRanges": [f"{len(self.content)}-"],
        }


class Drafts:
    """The drafts of one mailbox and the upload sessions into them. `small_limit_bytes` parts the attachments that
    go in one request from those that need a session; `range_limit_bytes` is what one PUT must stay under."""

    def __init__(self) -> None:
        self.small_limit_bytes = 3 * MEGABYTE
        self.range_limit_bytes = 4 * MEGABYTE
        self.waiting: dict[str, Draft] = {}
        self.sessions: dict[str, UploadSession] = {}

    def create(self, message: object) -> Draft:
        """Returns a new draft of `message`. Raises Refused."""
        # Real ids need percent-encoding in an address too.
        draft_id = "AAMkAGI+/" + base64.b64encode(secrets.token_bytes(32)).decode()
        draft = new_draft(message, draft_id=draft_id)
        self.waiting[draft.id] = draft
        return draft

    def find(self, draft_id: str) -> Draft:
        """Returns the draft. Raises Refused if there is none with that id."""
        if draft_id not in self.waiting:
            raise Refused(404, "ErrorItemNotFound", "There is no message of this id.")
        return self.waiting[draft_id]

    def take(self, draft_id: str) -> Draft:
        """Removes the draft and its upload sessions, and returns it. Raises Refused."""
        draft = self.find(draft_id)
        del self.waiting[draft_id]
        self.sessions = {token: each for token, each in self.sessions.items() if each.draft is not draft}
        return draft

    def attach(self, draft_id: str, attachment: object) -> dict[str, Any]:
        """Adds an attachment to the draft and returns its description. Raises Refused."""
        draft = self.find(draft_id)
        name, data = file_attachment(attachment)
        if len(data) >= self.small_limit_bytes:
            raise Refused(413, "ErrorMessageSizeExceeded", "An attachment of this size needs an upload session.")
        draft.attachments[name] = data
        kind = {"@odata.type": "#microsoft.graph.fileAttachment", "id": str(uuid.uuid4())}
        return kind | {"name": name, "size": len(data), "isInline": False}

    def open_session(self, draft_id: str, body: object, url: str) -> dict[str, Any]:
        """Returns a new upload session, whose uploadUrl lies below `url`. Raises Refused."""
        draft = self.find(draft_id)
        name, size_bytes = _item(body)
        if size_bytes < self.small_limit_bytes:
            code = "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize"
            raise Refused(400, code, "An attachment of this size goes in one request.")
        if size_bytes > _LARGEST_ATTACHMENT_BYTES:
            raise Refused(413, "ErrorMessageSizeExceeded", "The attachment is too large.")
        session = UploadSession(
            token=secrets.token_urlsafe(40),
            draft=draft,
            name=name,
            size_bytes=size_bytes,
            content=bytearray(),
            ends_at=datetime.now(UTC) + timedelta(hours=2),
        )
        self.sessions[session.token] = session
        return session.status() | {"uploadUrl": f"{url}/upload/session?authtoken={session.token}"}

    def upload(self, call: Call, graph_url: str) -> Answer:
        """Answers a request to an uploadUrl. Raises Refused."""
        session = self.sessions.get(call.query.get("authtoken", ""))
        if "Authorization" in call.headers:
            raise Refused(401, "InvalidAuthenticationToken", "An upload address takes no token besides its own.")
        if session is None or call.path != "/upload/session":
            raise Refused(404, "ErrorItemNotFound", "There is no such upload session.")
        match call.method:
            case "GET":
                return Answer(json=session.status())
            case "DELETE":
                del self.sessions[session.token]
                return Answer(status=204)
            case "PUT":
                return self._put(session, call, graph_url)
        raise Refused(405, "BadRequest", "An upload session does not know this method.")

    def _put(self, session: UploadSession, call: Call, graph_url: str) -> Answer:
        content_range = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", call.headers.get("Content-Range", ""))
        if content_range is None:
            raise Refused(400, "ErrorInvalidArgument", "Content-Range is missing or malformed.")
        first, last, total = map(int, content_range.groups())
        if len(call.body) >= self.range_limit_bytes:
            raise Refused(413, "ErrorMessageSizeExceeded", "A range must stay under 4 MB.")
        if last - first + 1 != len(call.body) or total != session.size_bytes or last >= total:
            raise Refused(400, "ErrorInvalidArgument", "Content-Range does not fit the content.")
        if first != len(session.content):
            raise Refused(416, "ErrorInvalidArgument", f"The range must begin at {len(session.content)}.")
        session.content += call.body
        if len(session.content) < session.size_bytes:
            return Answer(json=session.status())
        session.draft.attachments[session.name] = bytes(session.content)
        del self.sessions[session.token]
        return Answer(status=201, headers={"Location": f"{graph_url}/attachments('{uuid.uuid4()}')"})


def _item(body: object) -> tuple[str, int]:
    match body:
        case {"AttachmentItem": {"attachmentType": "file", "name": str(name), "size": int(size_bytes)} as item, **rest}:
            if name and not rest and not set(item) - _ITEM_FIELDS:
                return name, size_bytes
    raise unreadable("The body holds no AttachmentItem of a file.")
