"""Servers that offer PIPELINING and fail on it: the mail goes one command at a time, over a new connection."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from connection_driver import ConnectionDriver
from contracts.transport_contract import a_mail
from conversations import PATIENT, converse, failure_of, generic, mail_to
from fakes.small import MemoryPipeliningDenylist
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer, greet

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage

BRISK = replace(PATIENT, pipelined_s=0.1)


class BrokenScript(MailScript):
    """Fails where several commands arrive together: `at_batch` says how."""

    at_batch: Callable[[Peer], None] = staticmethod(Peer.hang_up)

    def _reply(self, peer: Peer, line: str) -> None:
        if line.startswith("MAIL") and peer.waiting():
            self.at_batch(peer)
        super()._reply(peer, line)


def out_of_sync(peer: Peer) -> None:
    peer.send("554 5.5.0 Error: SMTP protocol synchronization")
    peer.hang_up()


def complaint_and_stay(peer: Peer) -> None:
    peer.send("503 5.5.0 improper command pipelining")
    peer.hold()


def answers_the_first_alone(peer: Peer) -> None:
    peer.send("250 2.1.0 sender fine")
    peer.hold()


WAYS_TO_FAIL = pytest.mark.parametrize(
    "at_batch", [Peer.hang_up, Peer.reset, out_of_sync, complaint_and_stay, answers_the_first_alone, Peer.hold]
)


@WAYS_TO_FAIL
@pytest.mark.parametrize("offers", [("PIPELINING",), ("PIPELINING", "CHUNKING")], ids=" ".join)
def test_it_works_one_command_at_a_time(at_batch: Callable[[Peer], None], offers: tuple[str, ...]) -> None:
    script = BrokenScript(offers)
    script.at_batch = at_batch
    denylist = MemoryPipeliningDenylist()
    with ScriptedServer(script) as server:
        server_settings = generic(server.port)
        timeline = converse(server_settings, mail=a_mail(), limits=BRISK, pipelining_denylist=denylist)
        assert timeline.ok
        assert len(server.peers) == 2
        assert len(script.taken) == 1
        # The next one knows.
        assert converse(server_settings, mail=a_mail(), limits=BRISK, pipelining_denylist=denylist).ok
        assert len(server.peers) == 3


@WAYS_TO_FAIL
def test_so_it_does_on_a_connection_that_is_kept_open(
    at_batch: Callable[[Peer], None], new_driver: Callable[..., ConnectionDriver]
) -> None:
    script = BrokenScript(("PIPELINING",))
    script.at_batch = at_batch
    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port), limits=BRISK)
        assert driver.send().ok
        assert driver.is_denied_pipelining
        assert driver.connection.room == 1
        assert driver.send().ok
        assert len(server.peers) == 2


def test_a_server_that_fails_in_any_way_is_not_remembered() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        peer.expect("MAIL")

    denylist = MemoryPipeliningDenylist()
    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=a_mail(), pipelining_denylist=denylist)
        failure = failure_of(timeline)
        assert (failure.stage, failure.kind) == (Stage.SENDER, FailureKind.CLOSED)
        assert len(server.peers) == 2
        assert not denylist.has("127.0.0.1", server.port)


def test_a_server_that_is_merely_slow_is_not_remembered() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "PIPELINING")
        peer.expect("MAIL")
        peer.send("250 sender fine")
        peer.expect("RCPT")
        peer.gone.wait(0.3)  # longer than a batch may take
        peer.send("250 recipient fine")
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        peer.send("250 queued")

    denylist = MemoryPipeliningDenylist()
    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=a_mail(), limits=BRISK, pipelining_denylist=denylist).ok
        assert not denylist.has("127.0.0.1", server.port)


def test_a_refusal_is_no_reason_to_try_again() -> None:
    script = MailScript(("PIPELINING",), {"RCPT TO:<no": "550 5.1.1 nobody"})
    with ScriptedServer(script) as server:
        failure = failure_of(converse(generic(server.port), mail=mail_to("no@example.com")))
        assert failure.stage is Stage.RECIPIENT
        assert len(server.peers) == 1


def test_once_content_was_handed_over_nothing_is_tried_again() -> None:
    def at_content(peer: Peer, _number: int) -> str:
        peer.hang_up()
        return ""

    with ScriptedServer(MailScript(("PIPELINING",), at_content=at_content)) as server:
        timeline = converse(generic(server.port), mail=a_mail())
        assert failure_of(timeline).kind is FailureKind.OUTCOME_UNKNOWN
        assert len(server.peers) == 1
