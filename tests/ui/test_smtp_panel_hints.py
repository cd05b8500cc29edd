"""The Info panel of an SMTP: what stands beside right fields."""

import pytest
from ui.smtp_panel_driver import FACT, GENERIC, driver_at

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def hand(qtbot):
    return driver_at(SmtpPanel(), qtbot)


@pytest.mark.parametrize(
    ("field", "typed", "counter"),
    [("name", "Relay", "5 / 50"), ("signature", "a b", "3 / 250"), ("description", "", "0 / 1000")],
)
def test_counters(hand, field, typed, counter):
    hand.enter(f"{field}Field", typed)
    assert hand.part(f"{field}Counter").text() == counter


def test_from_hint_only_where_mail_is_sent_as_another_address(hand):
    said = "Recipients see this address; mail is sent as the user name."
    hand.panel.start_edit(GENERIC, None)
    assert hand.hint("fromAddress") == said
    hand.enter("fromAddressField", "Relay <relay-svc@northwind.example>")
    assert hand.hint("fromAddress") == ""
    hand.enter("fromAddressField", "no-reply@northwind.example")
    assert hand.hint("fromAddress") == said
    hand.click("advancedButton")
    hand.choose("envelopeSenderField", "From Address")
    assert hand.hint("fromAddress") == ""
    hand.choose("envelopeSenderField", "User Name")
    hand.enter("userNameField", "apikey")
    assert hand.hint("fromAddress") == ""


def test_tls_hint_tells_what_is_known_of_this_host_and_port(hand):
    said = "STARTTLS found on port 587 · certificate valid until 3 Feb 2027"
    hand.panel.start_edit(GENERIC, FACT)
    assert hand.hint("tls") == said
    hand.enter("smtpPortField", "465")
    assert hand.hint("tls") == ""
    hand.enter("smtpPortField", "587")
    hand.panel.set_server_fact(ServerFact(host="mail.other.example", port=587, security=FACT.security))
    assert hand.hint("tls") == said
    hand.enter("smtpPortField", "465")
    hand.panel.set_server_fact(
        ServerFact(host=FACT.host, port=465, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.3"))
    )
    assert hand.hint("tls") == "TLS on connect found on port 465"
    hand.enter("hostNameField", "smtp.other.example")
    assert hand.hint("tls") == ""


def test_readable_password_is_warned_of_except_to_this_computer(hand):
    hand.panel.start_edit(GENERIC, FACT)
    hand.click("tlsBox")
    assert hand.hint("tls") == "Without TLS the password travels readable for everyone on the way."
    assert hand.part("tlsHint").property("role") == "warning"
    hand.enter("hostNameField", "localhost")
    assert hand.hint("tls") == ""


def test_secrets_say_where_they_are_kept(hand):
    hand.panel.set_secret_place("kept in an encrypted file")
    assert hand.sees("passwordNote")
    assert hand.part("passwordNote").text() == "kept in an encrypted file"
