"""smtp-desktop smtp test|check for a mailbox behind MS Graph API; the transport is a fake."""

import pytest
from fakes.transport import FakeTransport, failed, passed

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage, SupportId
from smtp_desktop.domain.smtp.profile import GraphMailbox

SERVER = GraphMailbox(user_name="box@company.example", tenant_id="company.example", client_id="app")
MAIL = object()  # the fake only looks whether there is one
DENIED = HttpReply(
    code=403,
    error_code="ErrorAccessDenied",
    text=("Access is denied.",),
    ids=(SupportId(name="request-id", value="11-22"), SupportId(name="client-request-id", value="33-44")),
)


@pytest.fixture
def try_with(smtp_desktop):
    """Returns a function that tests or checks an SMTP whose conversation has the given timeline."""
    smtp_desktop.create_graph("Cloud")

    def run(timeline, *words):
        smtp_desktop.transport = FakeTransport(timeline)
        return smtp_desktop("smtp", *(words or ("test", "Cloud", "--to", "me@company.example")))

    run.smtp_desktop = smtp_desktop
    return run


def test_a_test_is_accepted_never_delivered(try_with):
    ran = try_with(passed(SERVER, MAIL))
    assert ran.code == 0, ran.err
    steps, last = ran.out.splitlines()[:5], ran.out.splitlines()[-1]
    assert [step.split("  ")[0] for step in steps] == ["ok"] * 5
    assert [step[9:18].strip() for step in steps] == ["Find host", "Connect", "Token", "Mailbox", "Send"]
    assert last == "Cloud: accepted by Microsoft 365."
    assert "deliver" not in ran.out + ran.err
    (call,) = try_with.smtp_desktop.transport.conversations
    assert call.mail is not None
    assert [secret.reveal() for secret in call.secrets.values()] == ["the client's"]


def test_a_check_takes_the_sign_in_and_sends_nothing(try_with):
    ran = try_with(passed(SERVER, None), "check", "Cloud")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "Cloud: signed in to Microsoft 365. Nothing was sent."
    assert try_with.smtp_desktop.transport.conversations[0].mail is None


def test_a_refusal_names_what_microsofts_support_asks_for(try_with):
    ran = try_with(failed(SERVER, MAIL, Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=DENIED))
    assert ran.code == 77
    assert ran.out.splitlines()[4].startswith("FAILED   Send ")
    assert ran.err.splitlines() == [
        "Cloud: failed at Send. It failed: graph_refused",
        "Microsoft said: 403 ErrorAccessDenied Access is denied.",
        "request-id: 11-22",
        "client-request-id: 33-44",
        "",
        "Microsoft wants more",
        "Something is missing.",
        "  1. Do this.",
        "  2. Try.",
    ]


def test_a_refusal_as_json(try_with):
    timeline = failed(SERVER, MAIL, Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=DENIED)
    (shown,) = try_with(timeline, "test", "Cloud", "--to", "me@company.example", "--json").json
    assert (shown["ok"], shown["stage"], shown["kind"]) == (False, "send", "graph_refused")
    assert shown["reply"] == {
        "code": 403,
        "enhanced_code": "ErrorAccessDenied",
        "text": "Access is denied.",
        "ids": {"request-id": "11-22", "client-request-id": "33-44"},
        "retry_after_s": None,
    }
    assert shown["advice"]["steps"] == ["Do this.", "Try."]
    assert [step["stage"] for step in shown["steps"]] == ["find_host", "connect", "token", "mailbox", "send"]


def test_an_accepted_mail_as_json(try_with):
    (shown,) = try_with(passed(SERVER, MAIL), "test", "Cloud", "--to", "me@company.example", "--json").json
    assert (shown["ok"], shown["kind"]) == (True, None)
    assert shown["reply"] == {"code": 202, "enhanced_code": None, "text": "", "ids": {}, "retry_after_s": None}


def test_a_lost_answer_is_unknown_not_failed(try_with):
    timeline = failed(SERVER, MAIL, Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
    ran = try_with(timeline)
    assert ran.code == 75
    assert ran.out.splitlines()[4].startswith("unknown  Send ")
    assert ran.err.startswith("Cloud: it is not known whether the message was sent. ")
    assert "failed at" not in ran.err
    assert "FAILED" not in ran.out
    (shown,) = try_with(timeline, "test", "Cloud", "--to", "me@company.example", "--json").json
    assert (shown["ok"], shown["kind"], shown["steps"][-1]["outcome"]) == (False, "outcome_unknown", "unknown")


def test_throttling_prints_how_long_to_wait(try_with):
    reply = HttpReply(code=429, error_code="ApplicationThrottled", retry_after_s=30.0)
    ran = try_with(failed(SERVER, MAIL, Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=reply))
    assert ran.code == 75
    assert "\nAsked to wait 30 s before the next try.\n" in ran.err


@pytest.mark.parametrize(
    ("kind", "words"),
    [(FailureKind.PROXY, "The proxy said: 407 "), (FailureKind.NOT_GRAPH, "The answer was: 407 ")],
)
def test_replies_of_others_are_not_called_microsofts(try_with, kind, words):
    reply = HttpReply(code=407, text=("Who are you?",))
    ran = try_with(failed(SERVER, None, Stage.CONNECT, kind=kind, reply=reply), "check", "Cloud")
    assert words in ran.err
    assert "Microsoft said" not in ran.err


def test_what_microsoft_says_can_not_control_the_terminal(try_with):
    reply = HttpReply(code=403, text=("\x1b[2J",), ids=(SupportId(name="request-id", value="\x9b2J"),))
    ran = try_with(failed(SERVER, MAIL, Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=reply))
    assert not {"\x1b", "\x9b"} & set(ran.out + ran.err)
