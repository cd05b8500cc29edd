"""The panel of a failing SMTP begins with why, since when, and the way on."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QDesktopServices
from ui.certificates_driver import pick, untrusted
from ui.check_dialog_driver import wait_for_end
from ui.find_settings_driver import nobody_listens
from ui.outbox_driver import OutboxDriver
from ui.timelines import refused

from smtp_desktop.domain.checks.check_detail import CheckDetail, tried_server
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.ui.cards.card import Tone

SIGN_IN = refused(Stage.SIGN_IN, "Username and Password not accepted.", "https://help.example/BadCredentials")


def failed(gui, profile_id, timeline, cause, *, minutes=5, count=1, **values):
    """The SMTP was checked so often, and failed like that each time."""
    profile = gui.store.get(profile_id)
    for number in range(count):
        failure = timeline.failure
        result = CheckResult(
            profile_id=profile_id,
            at=datetime.now(UTC) - timedelta(minutes=minutes * (count - number)),
            test_kind=TestKind.CHECK,
            ok=False,
            duration_ms=120.0,
            stage=failure.stage,
            kind=failure.kind,
            cause=cause,
            reply=str(failure.reply or ""),
            **values,
        )
        detail = CheckDetail(server=tried_server(profile.server), timeline=timeline)
        gui.health.record(result, details={result: detail})


@pytest.fixture
def relay(gui):
    gui.relay = gui.have("Relay")
    gui.have("Other")
    return gui


def open_failing(gui):
    gui.open()
    gui.open_card("Relay")
    gui.until(lambda: gui.visible("whyBox", gui.panel))
    return gui.field("whyBox")


def buttons(gui):
    """Returns the buttons of the box in the order in which they are read."""
    names = ("whyEditFaultButton", "whyAgainButton", "whyFindSettingsButton", "whyTrustButton")
    there = [gui.field(name) for name in names if gui.visible(name, gui.panel)]
    return [button.text() for button in sorted(there, key=lambda one: (one.y(), one.x()))]


def test_it_says_why_since_when_what_was_said_and_what_to_do_first(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED, count=4)
    box = open_failing(relay)
    said = relay.words(box)
    assert said.splitlines()[0] == "The server did not accept the user name and password"
    assert "Sign-in refused since " in said
    assert ", 4 checks in a row." in said
    assert "535 5.7.8 Username and Password not accepted.\n535 5.7.8 https://help.example/BadCredentials" in said
    assert "<b>First step</b> " in said
    assert " First step: " in box.accessibleName()
    assert box.y() < relay.field("nameField").mapTo(relay.panel, relay.field("nameField").pos()).y()
    # Trying a refused password again may lock the account.
    assert buttons(relay)[:2] == ["Edit Password", "Test again"]
    relay.click_panel("whyEditFaultButton")
    relay.until(lambda: relay.focus().objectName() == "passwordField")


def test_the_first_button_is_what_the_cause_needs(relay):
    failed(relay, relay.relay, nobody_listens(), Cause.SERVER_UNREACHABLE)
    open_failing(relay)
    assert buttons(relay) == ["Find settings that work", "Edit SMTP Port", "Test again"]
    relay.click_panel("whyFindSettingsButton")
    relay.dialog("findSettingsDialog")


def test_test_again_tests_the_form_as_it_is(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    relay.enter("smtpPortField", "2525")
    relay.click_panel("whyAgainButton")
    dialog = relay.dialog("testDialog")
    relay.write("admin@company.example")
    relay.press("Return")
    wait_for_end(relay, dialog)
    assert relay.transport.conversations[-1].server.smtp_port == 2525


def test_a_certificate_is_trusted_from_there_and_checked_at_once(relay):
    failed(relay, relay.relay, untrusted(), Cause.CERTIFICATE)
    open_failing(relay)
    assert buttons(relay)[0] == "Trust this certificate…"
    relay.click_panel("whyTrustButton")
    trust = relay.dialog("trustDialog")
    pick(relay, "trustCertificateChoice", trust)
    relay.click("okButton", trust)
    dialog = relay.dialog("testDialog")
    wait_for_end(relay, dialog)
    assert dialog.windowTitle().startswith("Check passed")
    assert relay.transport.conversations[-1].server.trusted_fingerprint == "cd" * 32
    assert relay.stored("Relay").server.trusted_fingerprint == ""


def test_a_page_that_the_server_names_is_opened(relay, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))  # no browser here
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    link = relay.field("whyPageLink")
    assert link.text() == "Open help.example"
    relay.click(link)
    assert opened == ["https://help.example/BadCredentials"]


def test_all_steps_and_the_transcript_are_a_click_away(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    relay.click_panel("whyDetailLink")
    dialog = relay.dialog("historyEntryDialog")
    assert "EHLO desk.example" in relay.part("transcript", dialog).toPlainText()
    assert "relay.example:587" in relay.words(dialog)


def test_it_goes_when_a_check_works_and_comes_when_one_fails(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    relay.press("F5")
    dialog = relay.dialog("testDialog")
    wait_for_end(relay, dialog)
    relay.until(lambda: not relay.visible("whyBox", relay.panel))
    relay.transport.timeline = SIGN_IN
    relay.click("againButton", dialog)
    relay.until(lambda: relay.visible("whyBox", relay.panel))


def test_a_result_is_shown_as_before_the_change_once_the_settings_are_others(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    assert relay.card("Relay").tone is Tone.BAD
    relay.enter("signatureField", "Yours")
    relay.press("Ctrl+S")
    relay.until(lambda: relay.stored("Relay").signature == "Yours")
    relay.until(lambda: not relay.panel.is_changed())
    assert relay.card("Relay").tone is Tone.BAD
    relay.enter("smtpPortField", "2525")
    relay.press("Ctrl+S")
    relay.until(lambda: relay.card("Relay").status == "Failed before the change")
    assert relay.card("Relay").tone is Tone.NONE
    assert "Before the change: Sign-in refused · " in relay.card("Relay").note
    relay.until(lambda: "Not tested since the change" in relay.words(relay.field("whyBox")))
    assert "Before the change: Sign-in refused, at " in relay.words(relay.field("whyBox"))
    relay.click("failingSegment")
    assert relay.names() == []


def test_the_hold_below_says_only_what_becomes_of_the_mails(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    relay.outbox_store.hold(
        SmtpHold(
            profile_id=relay.relay,
            state=HoldState.HELD,
            since=datetime.now(UTC),
            cause=Cause.SIGN_IN_REFUSED,
            reply="535 5.7.8 no",
        )
    )
    open_failing(relay)
    relay.until(lambda: relay.visible("holdBox", relay.panel))
    box = relay.field("holdBox")
    assert relay.words(box).startswith("On hold since ")
    assert "535" not in relay.words(box)
    assert box.y() > relay.field("whyBox").y()


def test_the_mails_that_wait_are_a_click_away(relay):
    relay.outbox_store.hold(SmtpHold(profile_id=relay.relay, state=HoldState.PAUSED, since=datetime.now(UTC)))
    relay.profiles.set_default(relay.relay)
    OutboxDriver(relay).have_many(2)
    relay.open()
    relay.open_card("Relay")
    relay.until(lambda: relay.visible("waitingMailsButton", relay.panel))
    button = relay.field("waitingMailsButton")
    assert button.text() == "Show the 2 messages"
    relay.click(button)
    relay.until(lambda: relay.window.frame.current == "deliveries" and relay.visible("table"))
    assert relay.part("waitingSegment").isChecked()


def test_what_worked_before_a_change_says_so_too(relay):
    relay.have_result(relay.relay)
    relay.open()
    relay.open_card("Relay")
    relay.enter("smtpPortField", "2525")
    relay.press("Ctrl+S")
    relay.until(lambda: relay.card("Relay").status == "Worked before the change")
    relay.until(lambda: relay.visible("whyBox", relay.panel))
    assert relay.field("whyBox").property("tone") == "info"
    assert "Before the change: Working, at " in relay.words(relay.field("whyBox"))


def test_a_new_smtp_and_another_one_show_nothing_of_it(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    relay.open_card("Other")
    relay.finish_work()
    assert not relay.visible("whyBox", relay.panel)
    relay.click("createButton")
    relay.until(lambda: relay.typed("nameField") == "")
    assert not relay.visible("whyBox", relay.panel)


def test_an_old_result_without_its_conversation_says_what_it_can(relay):
    relay.have_result(relay.relay, ok=False, stage=Stage.SIGN_IN, cause=Cause.SIGN_IN_REFUSED, reply="535 no")
    box = open_failing(relay)
    assert relay.words(box).splitlines()[0] == "Sign-in refused"
    assert "535 no" in relay.words(box)
    relay.click_panel("whyDetailLink")
    assert "no longer stored" in relay.words(relay.dialog("historyEntryDialog"))


def test_the_keyboard_reaches_the_box_first(relay):
    failed(relay, relay.relay, SIGN_IN, Cause.SIGN_IN_REFUSED)
    open_failing(relay)
    relay.field("closeButton").setFocus()
    seen = []
    for _ in range(5):
        relay.press("Tab")
        seen.append(relay.focus().objectName())
    assert seen == ["whyDetailLink", "whyPageLink", "whyEditFaultButton", "whyAgainButton", "nameField"]
