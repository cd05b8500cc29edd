"""Alerts to a webhook: one POST over HTTPS, or HTTP to this computer, by `requests`."""

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from smtp_desktop import __version__
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.webhook_url import webhook_problem, webhook_shown
from smtp_desktop.domain.errors import AlertFailed, FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.adapter import DiallingAdapter, OpenSockets, causes_of
from smtp_desktop.transports.net.dial import Resolve, look_up, race, system_resolve
from smtp_desktop.transports.net.tls import client_context
from smtp_desktop.transports.session_error import SessionError

_LIMIT_S = 10.0
_TAKEN, _MOVED, _REFUSED = 200, 300, 400  # RFC 9110 15: the least of their class


class HttpWebhook:
    """Posts JSON; see `services.alerts.ports.Webhook`. No error, and nothing that is logged, holds more of a URL than
    its host."""

    def __init__(self, *, resolve: Resolve = system_resolve, limit_s: float = _LIMIT_S) -> None:
        self._resolve = resolve
        self._limit_s = limit_s

    def shown(self, url: Secret) -> str:
        """Returns what may be shown of the URL. Raises FieldErrors."""
        problem = webhook_problem(url.reveal())
        if problem:
            raise FieldErrors((FieldError(field="alert_webhook", message=problem),))
        return webhook_shown(url.reveal())

    def post(self, url: Secret, document: Mapping[str, object], *, cancel: Cancel) -> None:
        """Posts `document`. Raises AlertFailed."""
        clear = url.reveal()
        problem = webhook_problem(clear)
        if problem:
            raise AlertFailed(problem)
        host = urlsplit(clear).hostname or ""
        with Deadline(cancel, deadline_s=self._limit_s) as deadline, _Post(deadline, self._resolve) as post:
            cancel.set_waker(post.stop)
            try:
                status = post.send(clear, json.dumps(document).encode(), limit_s=self._limit_s)
            except (requests.RequestException, HTTPError, SessionError) as error:
                # `from None`: their texts hold the URL, and would come with the traceback.
                raise AlertFailed(_reason(error, host, timed_out=deadline.left_s <= 0)) from None
        if not _TAKEN <= status < _MOVED:
            raise AlertFailed(_refusal(status, host))


class _Post:
    """One request, with what it takes to end it at any moment. It is the `ConnectionListener` of its connections."""

    def __init__(self, deadline: Deadline, resolve: Resolve) -> None:
        self._deadline = deadline
        self._resolve = resolve
        self._sockets = OpenSockets()
        self._timer = threading.Timer(deadline.left_s, self._sockets.shut_down)
        self._timer.daemon = True
        self._session = requests.Session()
        # Otherwise .netrc could add a password, and REQUESTS_CA_BUNDLE take the place of the system's trust store.
        self._session.trust_env = False
        self._session.adapters.clear()
        self._session.mount("https://", DiallingAdapter(self, client_context("")))
        self._session.mount("http://", DiallingAdapter(self))  # to this computer alone

    def __enter__(self) -> "_Post":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._session.close()
        self._sockets.close()

    def send(self, url: str, body: bytes, *, limit_s: float) -> int:
        """Posts the body and returns the status. Raises RequestException, HTTPError, SessionError."""
        self._deadline.check()
        https = url.startswith("https:")
        with self._session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", "User-Agent": f"SMTP-Desktop/{__version__}"},
            proxies=get_environ_proxies(url, no_proxy=None) if https else {},
            timeout=(limit_s, limit_s),
            allow_redirects=False,  # what the alert says, and the URL's token, go nowhere else
            stream=True,  # the status is all that counts
        ) as response:
            return response.status_code

    def stop(self) -> None:
        """Ends the request, on any thread."""
        self._sockets.shut_down()
        self._deadline.wake()

    def dial(self, host: str, port: int) -> socket.socket:
        """Returns an open connection; see `ConnectionListener`."""
        targets = look_up(host, port, deadline=self._deadline, resolve=self._resolve)
        found = race(targets, deadline=self._deadline, limit_s=self._deadline.left_s)
        self._sockets.add(found.sock)
        return found.sock

    def connected(self, connection: HTTPConnection) -> None:
        """Does nothing; see `ConnectionListener`."""

    def request_sent(self, *, complete: bool) -> None:
        """Does nothing; see `ConnectionListener`."""


def _refusal(status: int, host: str) -> MessageText:
    if status >= _REFUSED:
        return msg("The webhook at {host} refused the request with HTTP status {status}.", host=host, status=status)
    return msg(
        "The webhook at {host} redirects elsewhere (HTTP status {status}). Enter its current address.",
        host=host,
        status=status,
    )


def _reason(error: Exception, host: str, *, timed_out: bool) -> MessageText:
    causes = tuple(causes_of(error))
    if timed_out or any(isinstance(cause, TimeoutError | requests.Timeout) for cause in causes):
        return msg("The webhook at {host} did not answer within 10 seconds.", host=host)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return msg("The certificate of the webhook at {host} is not trusted.", host=host)
    return msg("The webhook at {host} can't be reached.", host=host)
