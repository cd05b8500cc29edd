"""Alerts in the window: set, tested, stored, and sent when an automatic check finds that an SMTP stopped."""

from datetime import timedelta

import pytest
from servers.https import HttpsServer
from servers.https_calls import Answer
from ui.timelines import refused

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import AlertChannel, alert_choices
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.alerts import alerts
from smtp_desktop.services.alerts.alert_settings import AlertDraft
from smtp_desktop.ui.alerts import alert_watch

MASTER = "the master password"


@pytest.fixture
def hook():
    with HttpsServer(None) as hook:
        hook.answer_next("/T0K3N", *[Answer()] * 3)
        yield hook


@pytest.fixture
def shown(gui):
    """The dialog, in a window with two SMTPs."""
    gui.have("Shop")
    gui.have("Ops")
    gui.open()
    return open_alerts(gui)


def open_alerts(gui):
    gui.switch_to(gui.window)
    gui.press("Ctrl+,")
    gui.click("alertsButton", gui.dialog("settingsDialog"))
    return gui.dialog("alertsDialog")


def choose(gui, dialog, label):
    box = gui.part("alertSmtpField", dialog)
    box.setCurrentIndex(box.findText(label))


def stored(gui):
    return alert_choices(gui.preferences.all())


def test_where_alerts_go_is_tested_and_stored(gui, shown, hook):
    assert not gui.part("alertToField", shown).isEnabled()
    choose(gui, shown, "Ops")
    gui.enter("alertToField", "boss@company.example", shown)
    gui.enter("alertWebhookField", f"{hook.url}/gone?key=S3CRET", shown)
    hook.answer_next("/gone", Answer(status=410))
    gui.click("testAlertButton", shown)
    gui.until(lambda: gui.visible("alertWebhookResult", shown))
    assert gui.part("alertMailResult", shown).text() == "The server accepted the test message."
    assert "HTTP status 410" in gui.part("alertWebhookResult", shown).text()
    assert "S3CRET" not in gui.words(shown)
    (call,) = gui.transport.conversations
    assert [to.spec for to in call.mail.message.to] == ["boss@company.example"]
    assert stored(gui).channels == ()
    gui.click("okButton", shown)
    gui.no_dialog("alertsDialog")
    assert stored(gui).channels == (AlertChannel.MAIL, AlertChannel.WEBHOOK)
    assert gui.vault.get(stored(gui).webhook_ref) == Secret(f"{hook.url}/gone?key=S3CRET")


def test_what_cant_work_is_said_beside_its_field_and_nothing_is_stored(gui, shown):
    choose(gui, shown, "Ops")
    gui.enter("alertWebhookField", "http://hooks.example/x", shown)
    gui.click("okButton", shown)
    gui.until(lambda: gui.visible("alertToError", shown))
    gui.enter("alertToField", "boss@company.example", shown)
    gui.click("okButton", shown)
    gui.until(lambda: gui.visible("alertWebhookError", shown))
    assert "must begin with https" in gui.part("alertWebhookError", shown).text()
    assert gui.focus().objectName() == "alertWebhookField"
    gui.click("cancelButton", shown)
    gui.no_dialog("alertsDialog")
    assert stored(gui).channels == ()


@pytest.mark.long
def test_a_stored_webhook_shows_its_host_alone_and_can_be_taken_out(gui, hook):
    gui.have("Ops")
    url = Secret(f"{hook.url}/T0K3N")
    gui.services.alert_settings.save(AlertDraft(smtp_id=None, mail_to="", webhook=url))
    gui.open()
    dialog = open_alerts(gui)
    assert f"{hook.url}/… is stored." in gui.part("alertWebhookHint", dialog).text()
    gui.click("testAlertButton", dialog)
    gui.until(lambda: gui.visible("alertWebhookResult", dialog))
    assert hook.calls[0].json["event"] == "test"
    gui.click(gui.part("alertWebhookField", dialog).switch)
    gui.click("okButton", dialog)
    gui.no_dialog("alertsDialog")
    assert stored(gui).webhook_ref is None
    assert url not in gui.vault.secrets.values()


@pytest.mark.long
def test_a_locked_vault_asks_for_the_master_password_and_goes_on(gui, shown, hook):
    gui.enter("alertWebhookField", f"{hook.url}/T0K3N", shown)
    gui.vault.locked = True
    gui.click("okButton", shown)
    asked = gui.dialog("masterPasswordDialog")
    gui.enter("masterPasswordField", MASTER, asked)
    gui.click("okButton", asked)
    gui.no_dialog("alertsDialog")
    assert stored(gui).channels == (AlertChannel.WEBHOOK,)


def test_what_automatic_checks_find_is_sent_while_the_window_is_open(gui, hook, monkeypatch):
    # Else the test would have to wait for some seconds.
    monkeypatch.setattr(alerts, "GATHERED", timedelta(0))
    monkeypatch.setattr(alert_watch, "_AFTER_MS", 0)
    shop = gui.have("Shop")
    gui.services.alert_settings.save(AlertDraft(smtp_id=None, mail_to="", webhook=Secret(f"{hook.url}/T0K3N")))
    gui.have_result(shop)
    gui.open()
    gui.transport.timeline = refused(Stage.SIGN_IN, "no")
    gui.until(lambda: gui.card("Shop").bars)
    gui.window.smtps.automatic._running = frozenset({shop})  # a round of automatic checks
    gui.services.tester.check(shop, cancel=Cancel(), on_step=lambda _: None)
    gui.until(lambda: gui.health.latest(9)[shop][-1].ok is False)
    gui.app.processEvents()
    gui.window.smtps.automatic._end()
    gui.until(lambda: hook.calls)
    assert (hook.calls[0].json["event"], hook.calls[0].json["smtp"]) == ("stopped", "Shop")


def test_that_alerts_cant_be_sent_is_notified_of_once_and_leads_to_the_settings(gui, monkeypatch):
    monkeypatch.setattr(alert_watch, "_AFTER_MS", 0)  # as above
    ops = gui.have("Ops")
    gui.services.alert_settings.save(AlertDraft(smtp_id=ops, mail_to="boss@company.example", webhook=None))
    gui.open()
    gui.until(lambda: gui.window.sections.alerts._problems is not None)
    gui.outbox_store.hold(SmtpHold(profile_id=ops, since=gui.adapters.clock.now(), cause=Cause.SIGN_IN_REFUSED))
    gui.bus.publish(OutboxChanged())
    gui.until(lambda: gui.notices.shown)
    gui.bus.publish(OutboxChanged())
    gui.finish_work()
    (notice,) = gui.notices.shown
    assert notice.title == "Alerts can't be sent"
    assert notice.words == "Alerts can't be sent by email for now: Ops, which sends them, isn't working."
    gui.notices.click()
    gui.dialog("settingsDialog")
