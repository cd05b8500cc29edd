"""The settings finder, as the servers see it: which of them get what."""

from contextlib import ExitStack
from dataclasses import replace

import pytest
from fakes.server_access import access_by
from fakes.small import MemoryPipeliningDenylist, RecordedEvents
from fakes.store import MemoryHealthStore, MemoryProfileStore
from fakes.vault import MemoryVault
from servers.certificates import self_signed_context
from servers.ports import closed_port
from servers.smtp.scripted import ScriptedServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.suggestion import Confidence, probe_text
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.domain.smtp.providers import providers_from
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.transports.registry import Transports

PASSWORD = "correct horse 4711"
USER, OTHER = "shop@company.example", "ann@own.example"
REFUSED = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nobody listens."))
BAD_SENDER = Failure(stage=Stage.SENDER, kind=FailureKind.REPLY, message=msg("No."), reply=Reply(code=553))


def server_script(context, *, offers=("AUTH PLAIN",), senders=(USER,), sign_in="235 2.7.0 welcome"):
    """Returns a server that upgrades with `context` and answers all that a client may ask for."""

    def capabilities(peer, *lines):
        spoken = ("scripted.test", *lines)
        peer.send(*(f"250{' ' if line is spoken[-1] else '-'}{line}" for line in spoken))

    def answer(peer, line, encrypted):
        command = line.split(" ")[0].upper()
        if command == "EHLO":
            capabilities(peer, *(offers if encrypted or context is None else ("STARTTLS",)))
        elif command == "AUTH":
            peer.send(sign_in)
        elif command == "MAIL":
            known = any(f"<{sender}>" in line for sender in senders)
            peer.send("250 2.1.0 fine" if known else "553 5.7.1 not yours")
        elif command in {"RSET", "QUIT"}:
            peer.send("250 2.0.0 fine" if command == "RSET" else "221 2.0.0 bye")

    def script(peer, encrypted=False):
        peer.send("220 scripted.test ESMTP")
        while True:
            line = peer.line()
            if line == "STARTTLS":
                peer.send("220 2.0.0 go ahead")
                peer.start_tls(context)
                encrypted = True
                continue
            answer(peer, line, encrypted)

    return script


def received_by(*servers):
    """Returns the commands that the servers received, in the order of their connections."""
    lines = [line for server in servers for peer in server.peers for line in peer.received.split(b"\r\n") if line]
    return [line.split(b" ")[0].split(b":")[0].decode(errors="replace") for line in lines]


@pytest.fixture
def stage(trusted):
    """Servers that run until the test ends; the system trusts `trusted`."""
    with ExitStack() as open_until_the_end:

        def start(script, *, tls=None):
            return open_until_the_end.enter_context(ScriptedServer(script, tls=tls))

        yield start


def find(draft, failure=REFUSED, *, ports=(), provider_ports=()):
    """Returns what was found; a provider whose customers have company.example is at localhost on `provider_ports`."""
    store = MemoryProfileStore()
    provider = {
        "name": "Hoster",
        "servers": ["localhost"],
        "domains": ["company.example"],
        "ports": list(provider_ports),
    }
    finder = SettingsFinder(
        store=store,
        health=MemoryHealthStore(store),
        access=access_by(MemoryVault()),
        prober=Transports(MemoryPipeliningDenylist()),
        events=RecordedEvents([]),
        read_providers=lambda: providers_from({"gateways": [], "providers": [provider]}),
        ports=ports,
    )
    cause = cause_by_standard(failure)
    return finder.find(draft, profile_id=None, failure=failure, cause=cause, cancel=Cancel(), on_probe=lambda _: None)


def typed(port, **changes):
    draft = ProfileDraft(
        name="Shop", host_name="127.0.0.1", smtp_port=str(port), user_name=USER, password=Secret(PASSWORD)
    )
    return replace(draft, **changes)


def test_the_password_is_given_once_on_its_own_host_and_nowhere_else(stage, trusted):
    first, second = (stage(server_script(trusted.context())) for _ in range(2))
    foreign = stage(server_script(trusted.context()))
    found = find(typed(closed_port()), ports=(first.port, second.port), provider_ports=(foreign.port,))
    assert [one.confidence for one in found.suggestions] == [
        Confidence.SIGNED_IN,
        Confidence.OFFERS_SIGN_IN,
        Confidence.OTHER_HOST,
    ]
    assert found.suggestions[0].candidate.draft.smtp_port == str(first.port)
    commands = received_by(first, second, foreign)
    assert commands.count("AUTH") == 1
    assert not {"MAIL", "RCPT", "DATA"} & set(commands)
    assert received_by(foreign) == ["EHLO", "STARTTLS", "EHLO", "QUIT"]
    assert received_by(second) == received_by(foreign)
    assert PASSWORD not in repr(found)


def test_what_can_not_be_used_is_reported_with_its_reason(stage, trusted):
    nobody = closed_port()
    no_sign_in = stage(server_script(trusted.context(), offers=("SIZE 0",)))
    in_clear = stage(server_script(None))
    untrusted = stage(server_script(self_signed_context()))
    wrong_name = stage(server_script(trusted.context("mail.elsewhere.example")))
    servers = (no_sign_in, in_clear, untrusted, wrong_name)
    found = find(typed(closed_port()), ports=(nobody, *(server.port for server in servers)))
    assert found.suggestions == ()
    assert [probe.failure.kind for probe in found.probes] == [
        FailureKind.REFUSED,
        FailureKind.AUTH_MISSING,
        FailureKind.STARTTLS_MISSING,
        FailureKind.CERTIFICATE,
        FailureKind.CERTIFICATE,
    ]
    assert [probe.failure.certificate_fault for probe in found.probes[3:]] == [
        CertificateFault.SELF_SIGNED,
        CertificateFault.WRONG_HOST,
    ]
    assert all(str(probe_text(probe)) for probe in found.probes)
    assert not {"AUTH", "MAIL", "RCPT", "DATA"} & set(received_by(*servers))


def test_with_tls_off_the_same_port_is_tried_encrypted(stage, trusted):
    server = stage(server_script(trusted.context()))
    wants_tls = Failure(stage=Stage.SENDER, kind=FailureKind.REPLY, message=msg("No."), reply=Reply(code=530))
    found = find(typed(server.port, tls=False), wants_tls)
    assert [change.field for change in found.suggestions[0].changes] == ["tls"]
    assert found.suggestions[0].confidence is Confidence.SIGNED_IN


def test_a_port_that_speaks_tls_at_once_is_found_too(stage, trusted):
    server = stage(server_script(None), tls=trusted.context())
    found = find(typed(closed_port()), ports=(server.port,))
    assert found.suggestions[0].confidence is Confidence.SIGNED_IN
    assert str(probe_text(found.probes[0])).startswith("Answers with TLS on connect (TLSv1")


def test_a_sender_is_tried_without_a_mail(stage, trusted):
    server = stage(server_script(trusted.context()))
    draft = typed(server.port, from_address=OTHER, envelope_sender=EnvelopeSender.FROM)
    found = find(draft, BAD_SENDER)
    assert [(one.changes[0].field, one.changes[0].after) for one in found.suggestions] == [("from_address", USER)]
    assert found.suggestions[0].confidence is Confidence.SENDER_TAKEN
    assert received_by(server) == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RSET", "QUIT"]


def test_a_sender_that_is_no_better_is_reported(stage, trusted):
    server = stage(server_script(trusted.context(), senders=()))
    found = find(typed(server.port, from_address=OTHER), BAD_SENDER)
    assert found.suggestions == ()
    assert "553 5.7.1 not yours" in str(probe_text(found.probes[0]))
    assert received_by(server)[-2:] == ["MAIL", "QUIT"]


def test_a_wrong_password_is_not_tried_on_a_second_port(stage, trusted):
    refusing = [stage(server_script(trusted.context(), sign_in="535 5.7.8 no")) for _ in range(3)]
    found = find(typed(closed_port()), ports=[server.port for server in refusing])
    assert received_by(*refusing).count("AUTH") == 1
    assert {one.confidence for one in found.suggestions} == {Confidence.SIGN_IN_REFUSED}
