"""The Info panel of an SMTP: what stands beside right fields."""

import pytest
from ui.smtp_panel_driver import FACT, GENERIC, driver_at

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


@pytest.mark.parametrize(
    ("field", "typed", "counter"),
    [("name", "Relay", "5 / 50"), ("signature", "a b", "3 / 250"), ("description", "", "0 / 1000")],
)
def test_counters(driver, field, typed, counter):
    driver.enter(f"{field}Field", typed)
    assert driver.part(f"{field}Counter").text() == counter


def test_from_hint_only_where_mail_is_sent_as_another_address(driver):
    said = "Recipients see this address; mail is sent as the user name."
    driver.panel.start_edit(GENERIC, None)
    assert driver.hint("fromAddress") == said
    driver.enter("fromAddressField", "Relay <relay-svc@northwind.example>")
    assert driver.hint("fromAddress") == ""
    driver.enter("fromAddressField", "no-reply@northwind.example")
    assert driver.hint("fromAddress") == said
    driver.click("advancedButton")
    driver.pick("envelopeSenderField", "From Address")
    assert driver.hint("fromAddress") == ""
    driver.pick("envelopeSenderField", "User Name")
    driver.enter("userNameField", "apikey")
    assert driver.hint("fromAddress") == ""


def test_tls_hint_says_what_is_known_of_this_host_and_port(driver):
    local_day = FACT.security.chain[0].valid_until.astimezone()
    said = f"STARTTLS found on port 587 · certificate valid until {local_day.day} Feb 2027"
    driver.panel.start_edit(GENERIC, FACT)
    assert driver.hint("tls") == said
    driver.enter("smtpPortField", "465")
    assert driver.hint("tls") == ""
    driver.enter("smtpPortField", "587")
    driver.panel.set_server_fact(ServerFact(host="mail.other.example", port=587, security=FACT.security))
    assert driver.hint("tls") == said
    driver.enter("smtpPortField", "465")
    driver.panel.set_server_fact(
        ServerFact(host=FACT.host, port=465, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.3"))
    )
    assert driver.hint("tls") == "TLS on connect found on port 465"
    driver.enter("hostNameField", "smtp.other.example")
    assert driver.hint("tls") == ""


def test_readable_password_is_warned_of_except_to_this_computer(driver):
    driver.panel.start_edit(GENERIC, FACT)
    driver.click("tlsBox")
    assert driver.hint("tls") == "Without TLS, anyone on the way can read the password."
    assert driver.part("tlsHint").property("role") == "warning"
    driver.enter("hostNameField", "localhost")
    assert driver.hint("tls") == ""


def test_secrets_say_where_they_are_kept(driver):
    driver.panel.set_secret_place("kept in an encrypted file")
    assert driver.visible("passwordNote")
    assert driver.part("passwordNote").text() == "kept in an encrypted file"
