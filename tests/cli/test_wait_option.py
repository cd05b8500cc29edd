"""smtp-desktop send --wait and trigger --wait: the exit code says what became of the message."""

import json
import threading

import pytest
from cli.delivery_results import claim
from servers.smtp.mail_script import MailScript
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer
from servers.smtp.sink import Sink

SEND = ("send", "--subject", "Backup", "--text", "Done.", "--wait")


def relay(command_line, server, name="Relay", *, password=None):
    """Creates an SMTP that goes to this server."""
    at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--from", "boss@company.example")
    sign_in = ("--user", "boss", "--password-stdin") if password else ("--no-auth",)
    ran = command_line("smtp", "create", name, *at, *sign_in, stdin=(password or "").encode())
    assert ran.code == 0, ran.err


@pytest.fixture
def scripted(smtp_desktop):
    """Creates an SMTP whose server gives these replies; returns the command line."""
    servers = []

    def start(**refusals):
        server = ScriptedServer(MailScript((), {f"RCPT TO:<{name}@": reply for name, reply in refusals.items()}))
        servers.append(server)
        server.__enter__()
        relay(smtp_desktop, server)
        return smtp_desktop

    yield start
    for server in servers:
        server.__exit__(None, None, None)


def test_a_message_that_was_sent(smtp_desktop):
    with Sink(keeps=True) as sink:
        relay(smtp_desktop, sink)
        ran = smtp_desktop(*SEND, "ann@x.example")
        assert (ran.code, ran.out, ran.err) == (0, "1\n", "")
        ran = smtp_desktop("send", "--wait", "--json", "-t", stdin=b"To: ann@x.example\nSubject: Hi\n\nHello\n")
        assert (ran.code, ran.json["state"], ran.json["smtp"], ran.err) == (0, "sent", "Relay", "")
        assert ran.json == smtp_desktop.deliveries()[0]
        assert len(sink.contents) == 2


@pytest.mark.parametrize(
    ("reply", "code", "state", "said"),
    [
        ("550 5.1.1 nobody", 69, "refused", "was refused: 550 5.1.1 nobody (details: smtp-desktop outbox show 1)\n"),
        ("450 4.7.1 later", 75, "waiting", ": 450 4.7.1 later\n"),
    ],
)
def test_a_message_that_was_not_sent(scripted, reply, code, state, said):
    command_line = scripted(ann=reply)
    ran = command_line(*SEND, "ann@x.example", "--json")
    assert (ran.code, ran.json["state"], ran.json["last_reply"]) == (code, state, reply)
    assert ran.err.startswith("Message 1 ")
    assert ran.err.endswith(said)


def test_a_message_that_one_of_two_did_not_get(scripted):
    ran = scripted(ann="550 5.1.1 nobody")(*SEND, "ann@x.example", "bob@x.example", "-q")
    assert (ran.code, ran.out) == (69, "")
    assert ran.err == "Message 1 was sent, but not to ann@x.example (550 5.1.1 nobody).\n"


def test_a_message_whose_smtp_is_held_or_paused(smtp_desktop):
    with MailServer(users={"boss": "right"}) as server:
        relay(smtp_desktop, server, password="wrong")
        ran = smtp_desktop(*SEND, "ann@x.example", "--json")
        assert (ran.code, ran.json["state"]) == (75, "waiting")
        assert ran.err.splitlines()[1].startswith("Relay has been on hold since ")
        assert ran.err.endswith(", then run: smtp-desktop smtp check Relay\n")
        smtp_desktop("smtp", "pause", "Relay")
        ran = smtp_desktop(*SEND, "ann@x.example")
        assert ran.code == 75
        assert ran.err.startswith("Message 2 is waiting in the outbox.\nRelay has been paused manually since ")


def test_trigger_waits_as_well(scripted):
    command_line = scripted(bad="550 5.1.1 nobody")
    command_line.create_activity("Greet")
    values = ("-s", "to=ann@x.example", "-s", "who=Ann")
    ran = command_line("trigger", "Greet", *values, "--wait")
    assert (ran.code, ran.out, ran.err) == (0, "Sent as 1: Hello Ann, to ann@x.example\n", "")
    ran = command_line("trigger", "Greet", "-s", "to=bad@x.example", "-s", "who=Bob", "--wait", "--json")
    assert (ran.code, ran.json["state"], ran.json["cause"]) == (69, "refused", "recipient_refused")


def test_the_messages_of_many_lines_are_waited_for(smtp_desktop):
    with Sink() as sink:
        relay(smtp_desktop, sink)
        smtp_desktop.create_activity("Greet")
        rows = [{"to": f"p{number}@x.example", "who": "you"} for number in range(30)]
        stdin = "\n".join(map(json.dumps, rows)).encode()
        ran = smtp_desktop("trigger", "Greet", "--values", "-", "--wait", stdin=stdin)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == "Queued 30 messages as 1 to 30.\nSent 30 of 30.\n"
        ran = smtp_desktop("trigger", "Greet", "--values", "-", "--wait", "--json", stdin=stdin + b"\n{")
        assert (ran.code, ran.json["queued"], len(ran.json["refused"])) == (65, 30, 1)
        assert {one["state"] for one in ran.json["messages"]} == {"sent"}
        assert [one["id"] for one in ran.json["messages"]] == ran.json["ids"]


def test_it_stops_waiting_for_another_courier_in_time(smtp_desktop):
    with Sink() as sink:
        relay(smtp_desktop, sink)

        def overtake(opened):
            courier = opened.courier

            def overtaken(lease_s):
                claim(smtp_desktop)
                return courier(lease_s)

            opened.courier = overtaken

        smtp_desktop.when_opened = overtake
        ran = smtp_desktop(*SEND, "ann@x.example", "--timeout", "0.3", "--json")
        assert (ran.code, ran.json["state"]) == (75, "sending")
        assert ran.err == "Message 1 is still being sent.\n"
        assert sink.message_ids == []


def test_ctrl_c_says_where_the_message_is(smtp_desktop, ctrl_c):
    reached = threading.Event()
    with Sink(lambda _what: reached.set()) as sink:
        relay(smtp_desktop, sink)
        ctrl_c(reached)  # what is being sent then is finished
        ran = smtp_desktop(*SEND, "ann@x.example", "--json")
        assert (ran.code, ran.json["id"], ran.json["state"]) == (130, 1, "sent")


def test_a_locked_vault_leaves_the_message_in_the_outbox(smtp_desktop):
    with MailServer(users={"boss": "right"}) as server:
        relay(smtp_desktop, server, password="right")
        smtp_desktop.vault.locked = True
        ran = smtp_desktop(*SEND, "ann@x.example", "--json")
        assert (ran.code, ran.json["state"]) == (75, "waiting")
        assert "SMTP_DESKTOP_VAULT_PASSWORD" in ran.err
        assert ran.err.endswith("Message 1 is waiting in the outbox.\n")


def test_a_timeout_is_for_waiting(smtp_desktop):
    assert smtp_desktop("send", "--timeout", "3", "--text", "x", "ann@x.example").code == 64
