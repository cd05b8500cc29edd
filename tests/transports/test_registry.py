"""Which transport is loaded for which kind of server, and when."""

import subprocess
import sys
from types import ModuleType

import pytest
from contracts.transport_contract import a_mail, secrets_for
from fakes.mailboxes import FakeMailboxes
from fakes.mailboxes import a_mail as a_received_mail
from fakes.prober import FakeProber
from fakes.small import MemoryPipeliningDenylist
from fakes.transport import FakeTransport
from servers.smtp.mail_script import MailScript
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer
from transports.smtp.conversations import generic

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.smtp.profile import GraphMailbox
from smtp_desktop.transports.registry import Transports

GRAPH_MODULE = "smtp_desktop.transports.graph.transport"
MAILBOX = GraphMailbox(user_name="box@company.example", tenant_id="company.example", client_id="c")


class GraphTransport(FakeMailboxes):
    """Stands in for the one that speaks to Graph; `made` are all there are."""

    made: list["GraphTransport"] = []  # noqa: RUF012 - a list of the class is what is meant

    def __init__(self, *, localhost_ca_pem: str) -> None:
        super().__init__([a_received_mail(1)])
        assert localhost_ca_pem == ""  # only a demo has one
        self.wire = FakeTransport()
        self.made.append(self)

    def converse(self, server, *, secrets, mail, cancel, on_step):
        return self.wire.converse(server, secrets=secrets, mail=mail, known_mode=None, cancel=cancel, on_step=on_step)


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> list[GraphTransport]:
    module = ModuleType(GRAPH_MODULE)
    module.GraphTransport = GraphTransport
    monkeypatch.setitem(sys.modules, GRAPH_MODULE, module)
    monkeypatch.setattr(GraphTransport, "made", [])
    return GraphTransport.made


def test_a_mailbox_is_spoken_to_by_one_transport_that_holds_the_tokens(graphs: list[GraphTransport]) -> None:
    transports, secrets, cancel = Transports(MemoryPipeliningDenylist()), secrets_for(MAILBOX), Cancel()
    timeline = transports.converse(
        MAILBOX, secrets=secrets, mail=a_mail(), known_mode=None, cancel=cancel, on_step=lambda _: None
    )
    page = transports.newest(MAILBOX, secrets=secrets, after=None, cancel=cancel)
    opened = transports.open(MAILBOX, page.mails[0].id, secrets=secrets, cancel=cancel)

    assert timeline.ok
    assert opened == a_received_mail(1)
    (graph,) = graphs
    (call,) = graph.wire.conversations
    assert (call.server, call.secrets, call.mail, call.cancel) == (MAILBOX, secrets, a_mail(), cancel)
    assert [call.secrets for call in graph.calls] == [secrets] * 2


def test_what_a_server_broke_on_is_not_tried_again_on_other_connections() -> None:
    mail_script = MailScript(("CHUNKING",), {"BDAT": "502 5.5.1 not implemented"})
    with ScriptedServer(mail_script) as server:
        transports, place = Transports(MemoryPipeliningDenylist()), generic(server.port)
        for _ in range(2):
            connection = transports.connection(place, secrets={}, known_mode=None)
            assert connection.send(a_mail(), cancel=Cancel(), on_step=lambda _: None).ok
            connection.close()
        timeline = transports.converse(
            place, secrets={}, mail=a_mail(), known_mode=None, cancel=Cancel(), on_step=lambda _: None
        )
        assert timeline.ok
    assert len(mail_script.taken) == 3
    assert sum(line.startswith("BDAT") for line in mail_script.lines) == 1


def test_mails_of_the_outbox_and_tests_go_out_under_the_name_that_the_smtp_has() -> None:
    with MailServer() as server:
        transports, place = Transports(MemoryPipeliningDenylist()), generic(server.port, ehlo_name="pc7.example.com")
        connection = transports.connection(place, secrets={}, known_mode=None)
        assert connection.send(a_mail(), cancel=Cancel(), on_step=lambda _: None).ok
        connection.close()
        assert transports.converse(
            place, secrets={}, mail=a_mail(), known_mode=None, cancel=Cancel(), on_step=lambda _: None
        ).ok
    assert [mail.ehlo_name for mail in server.received] == ["pc7.example.com"] * 2


@pytest.mark.parametrize(
    ("patient", "timeout_s", "deadline_s", "greeting_s"),
    [(False, None, 10.0, 30.0), (True, None, 120.0, 30.0), (False, 45.0, 45.0, 45.0), (True, 0.5, 0.5, 0.5)],
)
def test_a_probe_waits_as_long_as_it_may(monkeypatch, patient, timeout_s, deadline_s, greeting_s) -> None:
    made = []

    class Recorded(FakeProber):
        def __init__(self, *, pipelining_denylist, mechanism_denylist, deadline_s, limits):
            super().__init__()
            assert pipelining_denylist is denylist
            assert mechanism_denylist is None
            made.append((deadline_s, limits.greeting_s))

    monkeypatch.setattr("smtp_desktop.transports.smtp.transport.SmtpTransport", Recorded)
    denylist = MemoryPipeliningDenylist()
    transports = Transports(denylist)
    if timeout_s:
        transports.limit_conversations(timeout_s)
    transports.probe(generic(1), password=None, sender=None, known_mode=None, cancel=Cancel(), patient=patient)
    assert made == [(deadline_s, greeting_s)]


def test_nothing_is_loaded_before_it_is_used() -> None:
    script = """
import sys
from smtp_desktop.transports.registry import Transports
Transports(pipelining_denylist=None)
print(sorted(name for name in sys.modules if name in sys.argv[1:]))
"""
    heavy = ["smtp_desktop.transports.smtp.transport", GRAPH_MODULE, "ssl", "msal", "requests"]
    done = subprocess.run(
        [sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
