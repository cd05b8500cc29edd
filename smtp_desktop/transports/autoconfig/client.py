"""Fetches a domain's autoconfig file. No more of an address than its domain leaves this computer."""

import time
from urllib.parse import urljoin, urlsplit

from smtp_desktop import __version__
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.discovery.configuration import Configuration
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.domain.mail.address import BadHost, ascii_host, is_ip_address, is_this_computer
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.transports.autoconfig.reader import NotConfiguration, read_configuration
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.client import Http, HttpConnections
from smtp_desktop.transports.http.exchange import Answer, Request, Service
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_LIMIT_S = 8.0
_MAX_BYTES = 256 * 1024  # the largest file that providers have is a tenth of it
_MAX_REDIRECTS = 3
_OK = 200
_MOVED = frozenset({301, 302, 303, 307, 308})  # RFC 9110 15.4
_HTTPS_PORT = 443


class HttpsAutoconfig:
    """The port `services.discovery.ports.Autoconfig`."""

    def __init__(self, *, resolve: Resolve = system_resolve, limit_s: float = _LIMIT_S) -> None:
        self._resolve = resolve
        self._limit_s = limit_s

    def read(self, domain: str, origin: Origin, *, cancel: Cancel) -> Configuration | None:
        """Returns what the file at `address_of` says, or None where there is none that can be read."""
        try:
            content = self._fetch(address_of(domain, origin), cancel)
            return read_configuration(content) if content else None
        except (SessionError, NotConfiguration):
            # No such server, a page in its place, too slow, too long: the search goes on elsewhere.
            return None

    def _fetch(self, url: str, cancel: Cancel) -> bytes | None:
        started_s = time.monotonic()
        recorder = TimelineRecorder(
            (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN), on_step=None, now_s=lambda: time.monotonic() - started_s
        )
        recorder.begin(Stage.FIND_HOST)
        service = Service(foreign=_foreign, answer_s=self._limit_s, max_answer_bytes=_MAX_BYTES)
        with (
            Deadline(cancel, deadline_s=self._limit_s) as deadline,
            HttpConnections() as connections,
            Http(
                connections,
                deadline=deadline,
                recorder=recorder,
                cancel=cancel,
                resolve=self._resolve,
                service=service,
            ) as http,
        ):
            for _ in range(_MAX_REDIRECTS + 1):
                answer = http.send(Request(method="GET", url=url, headers=_HEADERS))
                if answer.status not in _MOVED:
                    return answer.body if answer.status == _OK else None
                moved = _moved_to(answer, url)
                if moved is None:
                    return None
                url = moved
            return None


_HEADERS = {"Accept": "application/xml, text/xml", "User-Agent": f"SMTP-Desktop/{__version__}"}


def address_of(domain: str, origin: Origin) -> str:
    """Returns the address of a domain's file at that place. The format's parameter has the domain alone: whose settings
    are asked for is nobody's business but the user's."""
    if origin is Origin.AUTOCONFIG:
        return f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress=%40{domain}"
    return f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"


def _moved_to(answer: Answer, url: str) -> str | None:
    """Returns where a redirect leads: only by HTTPS, to the usual port of another name; None for anywhere else."""
    try:
        target = urljoin(url, answer.headers.get("Location", ""))
        parts = urlsplit(target)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except (ValueError, BadHost):
        return None
    plain_name = "." in host and not is_ip_address(host) and not is_this_computer(host)
    if parts.scheme != "https" or port not in {None, _HTTPS_PORT} or not plain_name or parts.username is not None:
        return None
    return target


def _foreign(what: MessageText) -> SessionError:
    return SessionError(FailureKind.PROTOCOL, msg("The answer is not usable: {what}.", what=str(what)))
