"""A sample Microsoft 365 mailbox for the demo: Entra ID and Graph on this computer, as far as the program asks them."""

import base64
import binascii
import json
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit
from uuid import uuid4

from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in
from smtp_desktop.domain.mail.encoded_words import readable
from smtp_desktop.domain.mail.header_fields import HeaderTooLarge, split_header, values_in, without
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.certificate import make_certificate
from smtp_desktop.local_inbox.sample_mails import sample_mails

_LOOPBACK = "127.0.0.1"
_IDLE_S = 60
_TOKEN_S = 3600
_LARGEST_BYTES = 4_000_000  # of a request, as Graph has it
_PAGE = 10  # where nobody asks for another number
_USER_NAME = "invoices@northwind.example"

TakeMail = Callable[[str, tuple[str, ...], bytes], object]
"""Takes a mail that was sent: its sender, its recipients, and its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the mailbox is signed in to with; new with each start of the demo."""

    user_name: str = _USER_NAME
    password: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(18)))
    tenant_id: str = field(default_factory=lambda: str(uuid4()))
    client_id: str = field(default_factory=lambda: str(uuid4()))
    client_secret: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(30)))


class SampleMailbox:
    """Listens on a free port of the loopback address from its making until `stop`. Its certificate is new, and its CA's
    key is thrown away; `ca_pem` is that CA."""

    def __init__(self, now: datetime, take: TakeMail) -> None:
        """`take` is called on a thread of its own for each mail that is sent."""
        certificate = make_certificate(now)
        self.account = Account()
        self.ca_pem = certificate.ca_pem
        self._server = _Server(certificate.server_context(), self.account, take, now)
        self.url = self._server.url
        # A daemon: a crash of the window must not leave the process waiting for it.
        self._thread = threading.Thread(target=self._server.serve_forever, name="sample-mailbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Refused(Exception):
    """An answer that is none: its status, and its JSON."""

    def __init__(self, status: int, document: object) -> None:
        super().__init__(status)
        self.status, self.document = status, document


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, context: Any, account: Account, take: TakeMail, now: datetime) -> None:
        super().__init__((_LOOPBACK, 0), _Handler)
        self.account, self.take = account, take
        self.url = f"https://localhost:{self.server_port}"
        self.mails = sample_mails(account.user_name, now)
        self.token = secrets.token_urlsafe(40)
        self._context = context

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        # The handshake follows on the thread of the connection: whoever says nothing keeps nobody else waiting.
        return self._context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Does nothing: a client that does not trust the certificate, or hangs up, is none of the demo's troubles."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    server: _Server

    def answer(self) -> None:
        """Answers one request."""
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            size = int(self.headers.get("Content-Length", "0"))
            if size > _LARGEST_BYTES:
                raise _graph_refusal(413, "ErrorMessageSizeExceeded", "The request is larger than 4 MB.")
            body = self.rfile.read(size)
            path = [unquote(part) for part in parts.path.split("/")[1:]]
            status, document = self._route(path, query, body)
        except _Refused as refused:
            status, document = refused.status, refused.document
            self.close_connection = True  # of a request that was too large the rest is still to come
        self._send(status, document)

    do_GET = do_POST = answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Logs nothing: a path may hold what nobody should read."""

    def _send(self, status: int, document: object) -> None:
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("request-id", str(uuid4()))
        self.end_headers()
        self.wfile.write(content)

    def _route(self, path: list[str], query: Mapping[str, str], body: bytes) -> tuple[int, object]:
        account, base = self.server.account, f"{self.server.url}/{self.server.account.tenant_id}"
        match self.command, path:
            case "GET", ["common", "userrealm", user]:
                return 200, {"ver": "1.0", "account_type": "Managed", "domain_name": user.rpartition("@")[2]}
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"] if tenant == account.tenant_id:
                names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
                ends = {name: f"{base}/oauth2/v2.0/{end}" for name, end in names.items()}
                return 200, ends | {"issuer": f"{base}/v2.0", "jwks_uri": f"{base}/discovery/v2.0/keys"}
            case "POST", [tenant, "oauth2", "v2.0", "token"] if tenant == account.tenant_id:
                return 200, self._token({name: values[-1] for name, values in parse_qs(body.decode()).items()})
            case _, ["v1.0", "me", *rest]:
                return self._graph(rest, query, body)
            case _, ["v1.0", "users", user, *rest] if user.lower() == account.user_name:
                return self._graph(rest, query, body)
        raise _graph_refusal(404, "ResourceNotFound", "The demo's mailbox has no such address.")

    def _token(self, form: Mapping[str, str]) -> object:
        account = self.server.account
        if form.get("client_id") != account.client_id:
            raise _entra_refusal(700016, "unauthorized_client", "The demo's tenant has no such application.")
        # There is no portal to upload a certificate to: each counts as uploaded.
        by_certificate = bool(form.get("client_assertion"))
        if not by_certificate and form.get("client_secret") != account.client_secret.reveal():
            raise _entra_refusal(7000215, "invalid_client", "Invalid client secret provided.")
        signs_in = (form.get("username", "").lower(), form.get("password")) if "password" in form else None
        if signs_in and signs_in != (account.user_name, account.password.reveal()):
            raise _entra_refusal(50126, "invalid_grant", "Invalid username or password.")
        return {"token_type": "Bearer", "access_token": self.server.token, "expires_in": _TOKEN_S}

    def _graph(self, path: list[str], query: Mapping[str, str], body: bytes) -> tuple[int, object]:
        if self.headers.get("Authorization", "") != f"Bearer {self.server.token}":
            raise _graph_refusal(401, "InvalidAuthenticationToken", "The token is missing or has expired.")
        match self.command, path:
            case "GET", ["mailFolders"]:
                return 200, {"value": [{"id": "inbox", "displayName": "Inbox"}]}
            case "GET", ["mailFolders", "inbox", "messages"]:
                return 200, self._page(query)
            case "GET", ["messages", mail_id] if mail_id in self.server.mails:
                return 200, self.server.mails[mail_id]
            case "POST", ["sendMail"]:
                self.server.take(*_mail_in(body, self.server.account.user_name))
                return 202, None
            case "POST", ["messages"]:
                raise _graph_refusal(403, "ErrorAccessDenied", "The demo's mailbox keeps no drafts.")
        raise _graph_refusal(404, "ErrorItemNotFound", "The demo's mailbox has nothing there.")

    def _page(self, query: Mapping[str, str]) -> object:
        mails = list(self.server.mails.values())
        top, skip = _number(query.get("$top", ""), _PAGE), _number(query.get("$skip", ""), 0)
        page: dict[str, object] = {"value": mails[skip : skip + top]}
        if skip + top < len(mails):
            following = urlencode({**query, "$skip": skip + top}, safe="$", quote_via=quote)
            page["@odata.nextLink"] = f"{self.server.url}{urlsplit(self.path).path}?{following}"
        return page


def _mail_in(body: bytes, user_name: str) -> tuple[str, tuple[str, ...], bytes]:
    """Returns sender, recipients and content of what sendMail gets: MIME in Base64. Raises _Refused."""
    try:
        fields, rest = split_header(base64.b64decode(body, validate=True))
        named = [
            address for value in values_in(fields, b"to", b"cc", b"bcc") for address in addresses_in(readable(value))
        ]
        recipients = tuple(address.spec for address in named)
    except (binascii.Error, BadAddress, HeaderTooLarge) as error:
        raise _graph_refusal(400, "ErrorMimeContentInvalid", "The content can't be read.") from error
    if not recipients:
        raise _graph_refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    return user_name, recipients, b"".join(without(fields, b"bcc")) + rest


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() else otherwise


def _graph_refusal(status: int, code: str, words: str) -> _Refused:
    return _Refused(status, {"error": {"code": code, "message": words}})


def _entra_refusal(number: int, error: str, words: str) -> _Refused:
    description = f"AADSTS{number}: {words} The demo plays Entra ID."
    return _Refused(400, {"error": error, "error_description": description, "error_codes": [number]})
