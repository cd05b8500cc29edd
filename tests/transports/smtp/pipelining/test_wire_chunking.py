"""One mail with BDAT, where CHUNKING is offered."""

import pytest
from contracts.transport_contract import a_mail
from conversations import PATIENT, converse, failure_of, generic, mail_to, said
from fakes.small import MemoryPipeliningDenylist
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Stage, StepStatus

DOTS = ".\n..\na.\n.b\n"


@pytest.mark.parametrize("offers", [("CHUNKING",), ("PIPELINING", "CHUNKING"), ("PIPELINING",), ()])
def test_the_same_bytes_arrive_whatever_is_offered(offers: tuple[str, ...]) -> None:
    mail_script = MailScript(offers)
    with ScriptedServer(mail_script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", text=DOTS))
    assert timeline.ok
    (mail,) = mail_script.taken
    assert mail.by == ("BDAT" if "CHUNKING" in offers else "DATA")
    assert mail.content.endswith(b"\r\n\r\n.\r\n..\r\na.\r\n.b\r\n")
    assert (mail.sender, mail.recipients) == ("boss@example.com", ("a@example.com",))


def test_the_content_waits_for_the_recipients() -> None:
    batches: list[bytes] = []

    def look(peer: Peer, _number: int) -> str:
        batches.extend(chunk for chunk in peer.chunks if not chunk.startswith(b"EHLO"))
        return ""

    with ScriptedServer(MailScript(("PIPELINING", "CHUNKING"), at_content=look)) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
    envelope, content = batches
    assert [line[:4] for line in envelope.splitlines()] == [b"MAIL", b"RCPT", b"RCPT"]
    assert content.startswith(b"BDAT ")
    command, _, body = content.partition(b"\r\n")
    assert command == f"BDAT {len(body)} LAST".encode()
    assert said(timeline, Party.CLIENT)[-2:] == [f"({len(body)} bytes of content)", "QUIT"]


def test_a_refused_recipient_keeps_the_content_from_going_out() -> None:
    mail_script = MailScript(("PIPELINING", "CHUNKING"), {"RCPT": "550 5.1.1 nobody of that name"})
    with ScriptedServer(mail_script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
    assert failure.stage is Stage.RECIPIENT
    assert [line[:4] for line in mail_script.lines] == ["MAIL", "RCPT", "QUIT"]


def test_refused_content_is_refused_once() -> None:
    mail_script = MailScript(("PIPELINING", "CHUNKING"), at_content=lambda _peer, _number: "554 5.7.1 looks like spam")
    with ScriptedServer(mail_script) as server:
        failure = failure_of(converse(generic(server.port), mail=a_mail()))
        assert len(server.peers) == 1
    assert (failure.stage, failure.kind, str(failure.reply)) == (
        Stage.CONTENT,
        FailureKind.REPLY,
        "554 5.7.1 looks like spam",
    )
    assert mail_script.lines[-1] == "QUIT"


def test_a_server_that_does_not_know_bdat_gets_the_mail_with_data() -> None:
    """The first connection is closed without QUIT: what follows BDAT may have been read as commands."""
    odd = MailScript(("PIPELINING", "CHUNKING"), {"BDAT": "502 5.5.1 not implemented"}, discards=False)
    with ScriptedServer(odd) as server:
        pipelining_denylist = MemoryPipeliningDenylist()
        timeline = converse(generic(server.port), mail=a_mail(), pipelining_denylist=pipelining_denylist)
        assert timeline.ok
        assert len(server.peers) == 2
        assert server.peers[0].received.endswith(b"All is well.\r\n")
        # From now on the server gets no BDAT.
        assert converse(generic(server.port), mail=a_mail(), pipelining_denylist=pipelining_denylist).ok
        assert len(server.peers) == 3
    assert [mail.by for mail in odd.taken] == ["DATA", "DATA"]
    assert all(step.status is StepStatus.DONE for step in timeline.steps)


def test_a_server_that_falls_silent_at_bdat_gets_data_the_next_time() -> None:
    def leave(peer: Peer, number: int) -> str:
        if number == 0:
            peer.hang_up()
        return ""

    mail_script = MailScript(("CHUNKING",), at_content=leave)
    with ScriptedServer(mail_script) as server:
        pipelining_denylist = MemoryPipeliningDenylist()
        failure = failure_of(
            converse(generic(server.port), mail=a_mail(), pipelining_denylist=pipelining_denylist, limits=PATIENT)
        )
        assert failure.kind is FailureKind.OUTCOME_UNKNOWN
        assert len(server.peers) == 1
        assert converse(generic(server.port), mail=a_mail(), pipelining_denylist=pipelining_denylist).ok
    assert mail_script.taken[-1].by == "DATA"
