"""One mail through Microsoft Graph, as the servers see it."""

import base64

from graph_driver import ANNA, GraphDriver, a_mail, statuses
from servers.microsoft.tenant import CLIENT_SECRET, PASSWORD, USER_NAME

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Stage, Step, StepStatus
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.transports.mime.compose import compose

MAIL = ("POST", "/v1.0/me/sendMail")


def test_a_password_sign_in_sends_as_me(driver: GraphDriver) -> None:
    timeline = driver.converse(a_mail())
    assert timeline.failure is None
    assert set(statuses(timeline).values()) == {StepStatus.DONE}
    assert driver.graph_calls()[-1] == MAIL
    (form,) = driver.servers.entra.token_calls
    assert form["grant_type"] == "password"
    assert (form["username"], form["password"], form["client_secret"]) == (USER_NAME, PASSWORD, CLIENT_SECRET)
    (sent,) = driver.servers.graph.sent
    assert sent.recipients == (ANNA.spec,)


def test_app_only_sends_as_the_mailbox(driver: GraphDriver) -> None:
    timeline = driver.app_only().converse(a_mail())
    assert timeline.failure is None
    assert driver.graph_calls()[-1] == ("POST", f"/v1.0/users/{USER_NAME}/sendMail")
    (form,) = driver.servers.entra.token_calls
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == driver.servers.scope
    assert "password" not in form


def test_graph_gets_the_bytes_that_smtp_would_carry(driver: GraphDriver) -> None:
    mail = a_mail()
    driver.converse(mail)
    call = driver.servers.graph.calls[-1]
    assert call.content_type == "text/plain"
    assert base64.b64decode(call.body, validate=True) == compose(mail.message, seven_bit=False, smtputf8=False)
    (sent,) = driver.servers.graph.sent
    assert sent.internet_message_id == mail.message.message_id
    assert sent.message["Auto-Submitted"] == "auto-generated"


def test_acceptance_has_the_id_that_support_asks_for(driver: GraphDriver) -> None:
    accepted = driver.converse(a_mail()).accepted
    assert isinstance(accepted, HttpReply)
    assert accepted.code == 202
    assert "request-id" in {one.name for one in accepted.ids}


def test_recipients_whom_only_the_envelope_names_get_a_hidden_copy(driver: GraphDriver) -> None:
    boss = parse_address("boss@contoso.example")
    driver.converse(a_mail(hidden=(boss,)))
    (sent,) = driver.servers.graph.sent
    assert set(sent.recipients) == {ANNA.spec, boss.spec}
    assert sent.message["Bcc"] is None


def test_another_from_address_is_sent_as_such(driver: GraphDriver) -> None:
    driver.servers.graph.send_as.add("invoices@northwind.example")
    timeline = driver.converse(a_mail(sender="Invoices <invoices@northwind.example>"))
    assert timeline.failure is None
    (sent,) = driver.servers.graph.sent
    assert sent.sender == "invoices@northwind.example"


def test_the_steps_are_notified_as_they_happen(driver: GraphDriver) -> None:
    notified: list[Step] = []
    timeline = driver.converse(a_mail(), on_step=notified.append)
    stages = [Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.MAILBOX, Stage.SEND]
    assert [step.stage for step in timeline.steps] == stages
    assert [(step.stage, step.status) for step in notified[::2]] == [(stage, StepStatus.RUNNING) for stage in stages]
    assert notified[1::2] == list(timeline.steps)
    details = {step.stage: step.detail for step in timeline.steps}
    assert details[Stage.FIND_HOST].startswith("127.0.0.1 → 127.0.0.1")
    assert details[Stage.CONNECT].startswith("TLS 1.")


def test_a_check_sends_nothing(driver: GraphDriver) -> None:
    timeline = driver.converse()
    assert timeline.failure is None
    assert timeline.accepted is None
    assert [step.stage for step in timeline.steps][-1] is Stage.MAILBOX
    assert [method for method, _ in driver.graph_calls()] == ["GET"]


def test_a_check_looks_at_the_mailbox_where_it_may(driver: GraphDriver) -> None:
    assert "can't read the mailbox" in driver.converse().steps[-1].detail
    driver.servers.graph.permissions.add("Mail.ReadBasic")
    assert driver.converse().steps[-1].detail == USER_NAME


def test_every_test_acquires_a_new_token(driver: GraphDriver) -> None:
    # A secret that was revoked must not seem to work for as long as an old token lasts.
    driver.converse()
    driver.converse()
    assert len(driver.servers.entra.token_calls) == 2
