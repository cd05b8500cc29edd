"""A mail through Microsoft Graph, as the servers see it."""

import base64

from graph_hand import ANNA, Hand, a_mail, outcomes
from servers.microsoft import CLIENT_SECRET, PASSWORD, USER_NAME

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Stage, Step, StepStatus
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.transports.mime.compose import compose

MAIL = ("POST", "/v1.0/me/sendMail")


def test_a_password_sign_in_sends_as_me(hand: Hand) -> None:
    timeline = hand.converse(a_mail())
    assert timeline.failure is None
    assert set(outcomes(timeline).values()) == {StepStatus.DONE}
    assert hand.graph_calls()[-1] == MAIL
    (form,) = hand.servers.entra.token_calls
    assert form["grant_type"] == "password"
    assert (form["username"], form["password"], form["client_secret"]) == (USER_NAME, PASSWORD, CLIENT_SECRET)
    (sent,) = hand.servers.graph.sent
    assert sent.recipients == (ANNA.spec,)


def test_app_only_sends_as_the_mailbox(hand: Hand) -> None:
    timeline = hand.app_only().converse(a_mail())
    assert timeline.failure is None
    assert hand.graph_calls()[-1] == ("POST", f"/v1.0/users/{USER_NAME}/sendMail")
    (form,) = hand.servers.entra.token_calls
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == hand.servers.scope
    assert "password" not in form


def test_graph_gets_the_bytes_that_smtp_would_carry(hand: Hand) -> None:
    mail = a_mail()
    hand.converse(mail)
    call = hand.servers.graph.calls[-1]
    assert call.content_type == "text/plain"
    assert base64.b64decode(call.body, validate=True) == compose(mail.message, seven_bit=False, smtputf8=False)
    (sent,) = hand.servers.graph.sent
    assert sent.internet_message_id == mail.message.message_id
    assert sent.message["Auto-Submitted"] == "auto-generated"


def test_acceptance_is_told_with_the_id_that_support_asks_for(hand: Hand) -> None:
    accepted = hand.converse(a_mail()).accepted
    assert isinstance(accepted, HttpReply)
    assert accepted.code == 202
    assert "request-id" in {one.name for one in accepted.ids}


def test_recipients_whom_only_the_envelope_names_get_a_hidden_copy(hand: Hand) -> None:
    boss = parse_address("boss@contoso.example")
    hand.converse(a_mail(hidden=(boss,)))
    (sent,) = hand.servers.graph.sent
    assert set(sent.recipients) == {ANNA.spec, boss.spec}
    assert sent.message["Bcc"] is None


def test_another_from_address_is_sent_as_such(hand: Hand) -> None:
    hand.servers.graph.send_as.add("invoices@northwind.example")
    timeline = hand.converse(a_mail(sender="Invoices <invoices@northwind.example>"))
    assert timeline.failure is None
    (sent,) = hand.servers.graph.sent
    assert sent.sender == "invoices@northwind.example"


def test_the_steps_are_told_as_they_happen(hand: Hand) -> None:
    told: list[Step] = []
    timeline = hand.converse(a_mail(), on_step=told.append)
    stages = [Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.MAILBOX, Stage.SEND]
    assert [step.stage for step in timeline.steps] == stages
    assert [(step.stage, step.outcome) for step in told[::2]] == [(stage, StepStatus.RUNNING) for stage in stages]
    assert told[1::2] == list(timeline.steps)
    details = {step.stage: step.detail for step in timeline.steps}
    assert details[Stage.FIND_HOST].startswith("127.0.0.1 → 127.0.0.1")
    assert details[Stage.CONNECT].startswith("TLS 1.")


def test_a_check_sends_nothing(hand: Hand) -> None:
    timeline = hand.converse()
    assert timeline.failure is None
    assert timeline.accepted is None
    assert [step.stage for step in timeline.steps][-1] is Stage.MAILBOX
    assert [method for method, _ in hand.graph_calls()] == ["GET"]


def test_a_check_looks_at_the_mailbox_where_it_may(hand: Hand) -> None:
    assert "may not be read" in hand.converse().steps[-1].detail
    hand.servers.graph.permissions.add("Mail.ReadBasic")
    assert hand.converse().steps[-1].detail == USER_NAME


def test_every_test_asks_entra_id_anew(hand: Hand) -> None:
    # A secret that was revoked must not seem to work for as long as an old token lasts.
    hand.converse()
    hand.converse()
    assert len(hand.servers.entra.token_calls) == 2
