"""A stand-in for Microsoft Graph v1.0 with one mailbox that sends, keeps drafts and can be read.

It refuses what the real one refuses, with error texts of its own.
"""

import json
import ssl
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Call
from servers.microsoft.entra import EntraServer, Grant
from servers.microsoft.graph_drafts import MEGABYTE, Drafts
from servers.microsoft.graph_inbox import generated_messages, one, page, sent_messages
from servers.microsoft.graph_mail import Draft, Refused, SentMail, json_mail, mime_mail, new_draft, unreadable

_INCLUDED = {"Mail.ReadWrite": ("Mail.Read", "Mail.ReadBasic"), "Mail.Read": ("Mail.ReadBasic",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    call: Call
    grant: Grant
    rest: list[str]  # the path behind the mailbox


class GraphServer(HttpsServer):
    """Serves `mailbox` to clients with a valid token of `entra`. A test may change `permissions`, and `send_as`, the
    addresses that the mailbox may send from, at any time."""

    def __init__(
        self,
        tls: Authority | ssl.SSLContext,
        entra: EntraServer,
        *,
        mailbox: str,
        permissions: Iterable[str] = ("Mail.Send",),
        send_as: Iterable[str] = (),
    ) -> None:
        super().__init__(tls)
        self.entra = entra
        self.mailbox = mailbox
        self.permissions = set(permissions)
        self.send_as = {mailbox, *send_as}
        self.request_limit_bytes = 4 * MEGABYTE
        self.sent: list[SentMail] = []
        self.drafts = Drafts()
        self.inbox: list[dict[str, Any]] = []  # messages in Graph's JSON, newest first
        self.public_url = ""

    @property
    def address(self) -> str:
        """Its address in links: `public_url` where a proxy leads that name here."""
        return self.public_url or self.url

    def fill(self, count: int) -> list[str]:
        """Fills the inbox with `count` generated messages and returns their ids, newest first."""
        self.inbox = generated_messages(count, self.mailbox)
        return [message["id"] for message in self.inbox]

    def handle(self, call: Call) -> Answer:
        """Answers `call`."""
        try:
            if call.path.startswith("/upload/"):
                return self.drafts.upload(call, f"{self.address}/v1.0/users('{self.mailbox}')/messages")
            return self._route(self._admit(call))
        except Refused as refused:
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
            return Answer(status=refused.status, headers=headers, error=(refused.code, refused.message))

    def render(self, call: Call, answer: Answer) -> Answer:
        """Returns `answer` with the ids of the request, and its `error` in Graph's format."""
        request_id = str(uuid.uuid4())
        client_id = call.headers.get("client-request-id", request_id)
        ids = {"request-id": request_id, "client-request-id": client_id}
        answer = replace(answer, headers={**ids, **answer.headers})
        if answer.error is None:
            return answer
        code, message = answer.error
        inner = {"date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), **ids}
        return replace(answer, json={"error": {"code": code, "message": message, "innerError": inner}}, error=None)

    def _admit(self, call: Call) -> _Request:
        """Returns the request if its token is valid and its mailbox exists. Raises Refused."""
        scheme, _, token = call.headers.get("Authorization", "").partition(" ")
        grant = self.entra.grant_of(token) if scheme.lower() == "bearer" else None
        if grant is None:
            raise Refused(401, "InvalidAuthenticationToken", "The token is missing, expired or not for this service.")
        if len(call.body) > self.request_limit_bytes:
            raise Refused(413, "ErrorMessageSizeExceeded", "The request is larger than 4 MB.")
        match call.segments:
            case ["v1.0", "me", *rest]:
                if not grant.delegated:
                    raise Refused(400, "BadRequest", "'/me' is for tokens of a user; an app names the mailbox.")
                return _Request(call=call, grant=grant, rest=rest)
            case ["v1.0", "users", user, *rest]:
                if user.lower() != self.mailbox.lower():
                    raise Refused(404, "ErrorInvalidUser", f"There is no user '{user}'.")
                return _Request(call=call, grant=grant, rest=rest)
        raise _not_found()

    def _route(self, request: _Request) -> Answer:
        match request.call.method, request.rest:
            case "POST", ["sendMail"] | ["messages", _, "send"]:
                self._require("Mail.Send")
                return self._send(request)
            case "GET", _:
                self._require("Mail.ReadBasic")
                return Answer(json=self._read(request))
            case (("POST" | "DELETE"), ["messages", *_]):
                self._require("Mail.ReadWrite")
                return self._draft_work(request)
        raise _not_found()

    def _read(self, request: _Request) -> dict[str, Any]:
        call = request.call
        match request.rest:
            case ["mailFolders"]:
                return self._folders()
            case ["mailFolders", folder, "messages"]:
                return page(call, self._folder(folder), self.address, basic=self._basic)
            case ["messages"]:
                return page(call, self.inbox + sent_messages(self.sent), self.address, basic=self._basic)
            case ["messages", message_id]:
                return self._message(call, message_id)
        raise _not_found()

    def _draft_work(self, request: _Request) -> Answer:
        call = request.call
        match call.method, request.rest:
            case "POST", ["messages"]:
                return Answer(status=201, json=_shown(self.drafts.create(_json(call))))
            case "DELETE", ["messages", draft_id]:
                self.drafts.take(draft_id)
                return Answer(status=204)
            case "POST", ["messages", draft_id, "attachments"]:
                return Answer(status=201, json=self.drafts.attach(draft_id, _json(call)))
            case "POST", ["messages", draft_id, "attachments", "createUploadSession"]:
                return Answer(status=201, json=self.drafts.open_session(draft_id, _json(call), self.address))
        raise _not_found()

    def _send(self, request: _Request) -> Answer:
        call = request.call
        match request.rest, call.content_type:
            case ["messages", draft_id, "send"], _:
                if call.body:
                    raise unreadable("send takes no body.")
                answer = self._accept_mail(json_mail(self.drafts.find(draft_id), self.mailbox, built=True))
                self.drafts.take(draft_id)
                return answer
            case _, "text/plain":
                return self._accept_mail(mime_mail(call.body, self.mailbox))
            case _, "application/json":
                draft = new_draft(_message_of(_json(call)), draft_id="")
                return self._accept_mail(json_mail(draft, self.mailbox, built=False))
            case _, other:
                raise Refused(415, "UnsupportedMediaType", f"sendMail does not take '{other}'.")

    def _accept_mail(self, mail: SentMail) -> Answer:
        if not mail.recipients:
            raise Refused(400, "ErrorInvalidRecipients", "The mail has no recipient.")
        if mail.sender.lower() not in {address.lower() for address in self.send_as}:
            raise Refused(403, "ErrorSendAsDenied", f"The mailbox may not send as '{mail.sender}'.")
        self.sent.append(mail)
        return Answer(status=202)

    def _folders(self) -> dict[str, Any]:
        unread = sum(not message["isRead"] for message in self.inbox)
        sizes = (
            ("Inbox", len(self.inbox), unread),
            ("Drafts", len(self.drafts.waiting), 0),
            ("Sent Items", len(self.sent), 0),
        )
        folders = [
            {
                "id": f"AQMkAD+/{name.replace(' ', '')}=",
                "displayName": name,
                "totalItemCount": total,
                "unreadItemCount": unread,
            }
            for name, total, unread in sizes
        ]
        return {"value": folders}

    def _folder(self, name: str) -> list[dict[str, Any]]:
        match name.lower().removeprefix("aqmkad+/").removesuffix("="):  # a well-known name or an id
            case "inbox":
                return self.inbox
            case "sentitems":
                return sent_messages(self.sent)
        raise Refused(404, "ErrorItemNotFound", f"There is no folder '{name}'.")

    def _message(self, call: Call, message_id: str) -> dict[str, Any]:
        for message in self.inbox + sent_messages(self.sent):
            if message["id"] == message_id:
                return one(call, message, basic=self._basic)
        return _shown(self.drafts.find(message_id))

    @property
    def _basic(self) -> bool:
        return not self._may("Mail.Read")

    def _may(self, permission: str) -> bool:
        return any(permission in (held, *_INCLUDED.get(held, ())) for held in self.permissions)

    def _require(self, permission: str) -> None:
        if not self._may(permission):
            raise Refused(403, "ErrorAccessDenied", f"Access is denied: {permission} is missing.")


def _not_found() -> Refused:
    return Refused(404, "ResourceNotFound", "There is nothing at this address for this method.")


def _json(call: Call) -> object:
    if call.content_type != "application/json":
        raise Refused(415, "UnsupportedMediaType", "The body must be JSON.")
    try:
        value: object = call.json
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise unreadable("The body is no JSON.") from error
    return value


def _message_of(body: object) -> object:
    match body:
        case {"message": message, **rest} if not rest:
            return message
        case {"message": message, "saveToSentItems": bool(), **rest} if not rest:
            return message
    raise unreadable("The body must hold a message, and may hold saveToSentItems.")


def _shown(draft: Draft) -> dict[str, Any]:
    return draft.fields | {"id": draft.id, "isDraft": True, "hasAttachments": bool(draft.attachments)}
