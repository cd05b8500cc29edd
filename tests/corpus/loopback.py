"""The whole program on a throw-away data folder, whose every host is a scripted server on loopback."""

import shutil
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from corpus.case import NEUTRAL_HOST, Case
from fakes.vault import MemoryVault
from servers.certificates import Authority, context_of
from servers.ports import closed_port, deaf_port
from servers.smtp.reply_script import ReplyScript
from servers.smtp.scripted import Peer, ScriptedServer
from servers.weak_tls import sha1_context, weak_dh_context

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.checks.check_settings import OFF, SENDER_CHECKS_KEY
from smtp_desktop.domain.diagnosis.rules import RuleSet
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.transports.net.dial import FoundAddress
from smtp_desktop.transports.smtp import context as session_context
from smtp_desktop.transports.smtp import transport as smtp_transport
from smtp_desktop.transports.smtp.context import Limits

BACKUP_HOST = "backup.corp.example"
SUBMISSIONS = 465
_HOME = "home"
# No case that is answered waits for one of them; after QUIT the result is known.
_PATIENT = Limits(connect_s=20.0, greeting_s=20.0, silence_s=20.0, reply_s=20.0, final_reply_s=20.0, quit_s=0.05)
# For servers that stay silent on purpose.
_SOON_S = 0.15
_HASTY = replace(_PATIENT, connect_s=_SOON_S, greeting_s=1.0, silence_s=_SOON_S)  # a handshake takes less
_CURIOUS = replace(_PATIENT, silence_s=_SOON_S)  # tries TLS where no greeting comes, and goes on waiting
_BY_STAGE = {"auth": "AUTH", "mail": "MAIL", "rcpt": "RCPT", "data": "DATA", "starttls": "STARTTLS"}
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
_OF_THE_NETWORK = frozenset({"certificate", "network"})


class Program(Application):
    """The program, with the rules that `first` has read: reading them takes longer than a case."""

    def __init__(self, home: Path, first: Application) -> None:
        super().__init__(home, vault=MemoryVault())
        self._first = first

    def providers(self) -> Providers:
        return self._first.providers()

    def advice_rules(self, rule_set: RuleSet) -> Sequence[Any]:
        return self._first.advice_rules(rule_set)


class Loopback:
    """The servers, and the program that only finds these. One case at a time."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._folder = folder
        self.authority = authority
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._stack = ExitStack()
        self.script = ReplyScript()
        self.backup = ReplyScript()
        self._server = ScriptedServer(self._serve)
        self._six = ScriptedServer(self._serve, host="::1")
        self._backup_server = ScriptedServer(self._serve_backup)
        self._closed_six = socket.socket(socket.AF_INET6)
        self._network = ""

    def __enter__(self) -> "Loopback":
        for server in (self._server, self._six, self._backup_server):
            self._stack.enter_context(server)
        self._stack.enter_context(self._closed_six)
        self._closed_six.bind(("::1", 0))  # and it never listens
        self._template = self._folder / "template"
        self._template.mkdir()
        self._first = Application(self._template, vault=MemoryVault())
        self._first.preferences.put(SENDER_CHECKS_KEY, OFF)  # they would ask this computer's DNS
        self._first.close()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @contextmanager
    def program(self, case: Case) -> Iterator[Application]:
        """Yields the program on a new data folder, while the servers play `case`."""
        home = self._folder / _HOME
        shutil.copytree(self._template, home)
        self._network = case.server.get("network", "")
        ca_pem = "" if case.stage == "graph" else self._set_up(case)
        with pytest.MonkeyPatch.context() as patch:
            if ca_pem:
                (self._folder / "other-ca.pem").write_text(ca_pem)
            patch.setenv("SSL_CERT_FILE", str(self._folder / "other-ca.pem" if ca_pem else self.authority.path))
            for name in _PROXIES:
                patch.delenv(name, raising=False)
            if self._network == "HTTPS_PROXY":
                patch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
            # The program makes both by itself, wherever it speaks SMTP; all else there is its own.
            transport = partial(smtp_transport.SmtpTransport, resolve=self._resolve, limits=_limits_for(case))
            patch.setattr(smtp_transport, "SmtpTransport", transport)
            patch.setattr(
                session_context, "SessionContext", partial(session_context.SessionContext, resolve=self._resolve)
            )
            application = Program(home, self._first)
            try:
                yield application
            finally:
                application.close()
                shutil.rmtree(home)

    def _set_up(self, case: Case) -> str:
        """Sets up what the servers play. Returns the CA to trust in place of the usual one, if any."""
        context, ca_pem = self._context(case) if case.tls else (None, "")
        doings = {name: value for name, value in case.server.items() if name not in _OF_THE_NETWORK}
        if case.reply:
            doings |= _said_at(case.stage, case.reply)
        tls_on_connect = case.port == SUBMISSIONS and doings.get("banner", "") is None
        self.script = ReplyScript(context=context, tls_on_connect=tls_on_connect, **doings)
        self.backup = ReplyScript(context=self._context_for(BACKUP_HOST))
        return ca_pem

    def _context(self, case: Case) -> tuple[ssl.SSLContext, str]:
        """Returns what the server shows, and the CA to trust for it where that is another one."""
        host = _plain(case.host)
        certificate = case.server.get("certificate", "")
        weak = {"signed with SHA-1": sha1_context, "with a short key exchange": weak_dh_context}.get(certificate)
        if weak:
            return weak()
        made: dict[str, Callable[[], ssl.SSLContext]] = {
            "": lambda: self._context_for(host),
            "expired": self.authority.expired_context,
            "of an intermediate": lambda: context_of(self.authority.issue_below()),
            "by the name asked for": lambda: self._by_name(host),
        }
        return made.get(certificate, lambda: self._context_for(certificate.removeprefix("for ")))(), ""

    def _context_for(self, name: str) -> ssl.SSLContext:
        if name not in self._contexts:
            self._contexts[name] = self.authority.context(name)
        return self._contexts[name]

    def _by_name(self, host: str) -> ssl.SSLContext:
        """Returns a context with a certificate for another host, unless the client names `host` (RFC 6066 3)."""
        context, good = self.authority.context(NEUTRAL_HOST + ".elsewhere"), self._context_for(host)

        def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name == host:
                sock.context = good

        context.sni_callback = choose
        return context

    def _serve(self, peer: Peer) -> None:
        self.script(peer)

    def _serve_backup(self, peer: Peer) -> None:
        self.backup(peer)

    def _resolve(self, host: str, port: int) -> FoundAddress:
        if host == BACKUP_HOST:
            return _at("127.0.0.1", self._backup_server.port)
        found: dict[str, Callable[[], FoundAddress]] = {
            "no such name": _no_such_name,
            "dropped packets": lambda: _at("127.0.0.1", deaf_port()),
            "IPv6": lambda: _at("::1", self._six.port),
            "IPv6 alone, closed": lambda: _at("::1", self._closed_six.getsockname()[1]),
        }
        return found.get(self._network, lambda: _at("127.0.0.1", self._server.port))()


def _limits_for(case: Case) -> Limits:
    server = case.server
    if "banner_after_tls_try" in server:
        return _CURIOUS
    if server.get("pipelined") == "dropped":
        return replace(_PATIENT, reply_s=1.0)  # what comes before is answered in less
    silent = server.get("network") == "dropped packets" or server.get("banner", "") is None
    return _HASTY if silent or "behind_starttls" in server else _PATIENT


def _plain(host: str) -> str:
    """Returns the name or address that a certificate for `host` has to be for, whatever else was typed with it."""
    name = host.strip().strip("[]").rpartition("/")[2].rpartition("@")[2]
    return name if ":" in name else name.encode("idna").decode().lower()


def _no_such_name() -> FoundAddress:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _at(ip: str, port: int) -> FoundAddress:
    if ":" in ip:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (ip, port, 0, 0))]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]


def _said_at(stage: str, reply: str) -> dict[str, object]:
    match stage:
        case "banner" | "end":
            return {stage: reply}
        case "ehlo":
            return {"replies": {"EHLO": reply, "HELO": reply}}
        case _:
            return {"replies": {_BY_STAGE[stage]: reply}}
