"""Tests and checks of Microsoft 365 mailboxes in the window, and what their cards show."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel
from ui.check_dialog_driver import CheckDialogDriver, rows_as_read
from ui.driver import tip_as_read
from ui.timelines import TRANSCRIPT, graph_accepted, graph_refused
from ui.window_driver import CLIENT_SECRET, PASSWORD

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage, SupportId
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import Cloud, SecretField
from smtp_desktop.ui.cards.smtp_cards import Tone

IDS = (SupportId(name="request-id", value="11-22"), SupportId(name="date", value="2026-11-23T12:00:00Z"))
DENIED = HttpReply(code=403, error_code="ErrorAccessDenied", text=("Access is <b>denied</b>.",), ids=IDS)


def all_words(dialog):
    """Everything in it that is shown or read out."""
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    spoken = [part.accessibleName() for part in dialog.findChildren(QFrame)]
    return "\n".join((dialog.windowTitle(), *texts, *spoken)).lower()


def test_a_test_signs_in_with_both_secrets_and_says_accepted_by_microsoft(gui):
    gui.have_graph("Invoices")
    gui.transport.timeline = replace(graph_accepted(), accepted=HttpReply(code=202, ids=IDS))
    gui.open()
    dialog = CheckDialogDriver(gui).test("Invoices")
    call = gui.transport.conversations[0]
    assert call.server == gui.stored("Invoices").server
    assert call.secrets == {SecretField.PASSWORD: PASSWORD, SecretField.CLIENT_SECRET: CLIENT_SECRET}
    assert dialog.windowTitle() == "Test passed: the message was accepted by Microsoft 365"
    assert "Microsoft said: 202" in gui.words(dialog)
    assert "delivered" not in all_words(dialog)
    names = [row.split(":")[0] for row in rows_as_read(dialog)]
    assert names == ["Find host", "Connect", "Access token", "Read the mailbox", "Send"]
    gui.until(lambda: gui.card("Invoices").status == "Working · just now")


def test_f5_checks_a_mailbox_and_sends_nothing(gui):
    gui.have_graph("Invoices")
    gui.open()
    gui.click_card("Invoices")
    gui.press("F5")
    dialog = gui.dialog("testDialog")
    gui.until(lambda: gui.visible("advice", dialog))
    assert [call.mail for call in gui.transport.conversations] == [None]
    assert dialog.windowTitle() == "Check passed: signed in to Microsoft 365"
    assert "No message was sent." in gui.words(dialog)
    assert [row.split(":")[0] for row in rows_as_read(dialog)][-1] == "Read the mailbox"


def test_a_failure_gives_microsofts_words_the_advice_and_what_support_asks_for(gui):
    gui.have_graph("Invoices")
    gui.transport.timeline = graph_refused(Stage.SEND, FailureKind.GRAPH_REFUSED, DENIED)
    gui.open()
    dialog = CheckDialogDriver(gui).test("Invoices")
    assert dialog.windowTitle() == "Test failed: Invoices could not send the message"
    said = gui.words(gui.part("advice", dialog))
    assert "The app may not use this mailbox" in said
    assert "Microsoft said: 403 ErrorAccessDenied Access is <b>denied</b>." in said
    assert "1.\nGrant the permission.\n2.\nGive admin consent." in said
    assert "1. Grant the permission. 2. Give admin consent." in gui.part("advice", dialog).accessibleName()
    ids = gui.part("supportIds", dialog)
    assert ids.text() == "For Microsoft support: request-id 11-22, date 2026-11-23T12:00:00Z"
    assert ids.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    quoting = [label for label in dialog.findChildren(QLabel) if "<b>denied</b>" in label.text()]
    assert quoting
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in quoting)
    gui.click("copyIdsButton", dialog)
    assert QApplication.clipboard().text() == "request-id 11-22, date 2026-11-23T12:00:00Z"
    gui.until(lambda: gui.card("Invoices").status == "Permission missing · just now")
    assert gui.card("Invoices").tone is Tone.BAD


def test_an_unknown_outcome_is_never_called_a_failure(gui):
    gui.have_graph("Invoices")
    gui.transport.timeline = graph_refused(Stage.SEND, FailureKind.OUTCOME_UNKNOWN)
    gui.open()
    dialog = CheckDialogDriver(gui).test("Invoices")
    assert dialog.windowTitle() == "Unclear whether the message was sent: Invoices"
    assert "failed" not in all_words(dialog)
    assert gui.part("advice", dialog).property("tone") == "warn"
    assert rows_as_read(dialog)[-1].startswith("Send: outcome unknown")
    gui.until(lambda: gui.card("Invoices").status == "Outcome unknown · just now")
    card = gui.card("Invoices")
    assert card.tone is Tone.WARN
    assert card.bars == ((None, 1.0),)
    gui.click("okButton", dialog)
    gui.click("failingSegment")
    assert gui.names() == []


def test_an_unknown_step_is_not_drawn_as_a_failed_one(gui):
    gui.have_graph("Invoices")
    marks = []
    gui.open()
    for kind in (FailureKind.OUTCOME_UNKNOWN, FailureKind.GRAPH_REFUSED):
        gui.transport.timeline = graph_refused(Stage.SEND, kind)
        dialog = CheckDialogDriver(gui).test("Invoices")
        row = [row for row in dialog.findChildren(QFrame) if row.property("area") == "row"][-1]
        marks.append(row.grab().toImage().copy(0, 0, 30, row.height()))
        gui.click("okButton", dialog)
        gui.no_dialog("testDialog")
    colors = [{mark.pixelColor(x, y).name() for x in range(30) for y in range(mark.height())} for mark in marks]
    assert "#a15c07" in colors[0]
    assert "#b3261e" not in colors[0]
    assert "#b3261e" in colors[1]


def test_the_form_of_a_mailbox_can_be_tested_before_it_is_saved(gui):
    gui.have_graph("Invoices")
    gui.open()
    gui.open_card("Invoices")
    gui.press("Ctrl+T")
    dialog = gui.dialog("testDialog")
    assert "MS Graph API" in gui.words(dialog)
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", dialog))
    assert gui.transport.conversations[0].secrets[SecretField.CLIENT_SECRET] == CLIENT_SECRET


@pytest.mark.parametrize(
    ("kind", "stage", "cause", "word"),
    [
        (FailureKind.TOKEN_REFUSED, Stage.TOKEN, Cause.SIGN_IN_REFUSED, "Sign-in refused"),
        (FailureKind.TOKEN_REFUSED, Stage.TOKEN, Cause.LIMIT, "Limit reached"),
        (FailureKind.FEDERATED, Stage.TOKEN, Cause.SETTING, "Password not sent"),
        (FailureKind.GRAPH_REFUSED, Stage.MAILBOX, Cause.PERMISSION_MISSING, "Permission missing"),
        (FailureKind.GRAPH_REFUSED, Stage.SEND, Cause.SENDER_REFUSED, "Sender refused"),
        (FailureKind.GRAPH_REFUSED, Stage.SEND, Cause.SERVER_BUSY, "Server busy"),
        (FailureKind.GRAPH_REFUSED, Stage.SEND, Cause.MAIL_REFUSED, "Message refused"),
        (FailureKind.GRAPH_REFUSED, Stage.SEND, None, "Message refused"),  # kept before causes were
        (FailureKind.DRAFT_REFUSED, Stage.SEND, Cause.PERMISSION_MISSING, "Permission missing"),
        (FailureKind.NOT_GRAPH, Stage.MAILBOX, Cause.PROTOCOL, "Not Microsoft 365"),
        (FailureKind.PROXY, Stage.CONNECT, Cause.SERVER_UNREACHABLE, "Proxy refused"),
    ],
)
def test_a_card_says_in_a_few_words_what_microsoft_refused(gui, kind, stage, cause, word):
    profile_id = gui.have_graph("Invoices")
    gui.have_result(profile_id, ok=False, kind=kind, stage=stage, cause=cause, reply="403 no")
    gui.open()
    assert gui.card("Invoices").status == f"{word} · just now"
    assert gui.card("Invoices").tone is Tone.BAD


def ends_in(days):
    return str(date.today() + timedelta(days=days))  # noqa: DTZ011 - the day at this place, as the card means it


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (31, "Never tested", Tone.NONE),
        (30, "Client secret expires in 30 days", Tone.WARN),
        (1, "Client secret expires tomorrow", Tone.WARN),
        (0, "Client secret expires today", Tone.WARN),
        (-1, "Client secret has expired", Tone.BAD),
    ],
)
def test_a_card_warns_of_a_client_secret_that_ends(gui, days, words, tone):
    gui.have_graph("Invoices", client_secret_valid_until=ends_in(days))
    gui.open()
    assert (gui.card("Invoices").status, gui.card("Invoices").tone) == (words, tone)


def test_the_warning_stands_before_working_and_behind_a_failure(gui):
    works = gui.have_graph("Works", client_secret_valid_until=ends_in(12))
    fails = gui.have_graph("Fails", client_secret_valid_until=ends_in(-3))
    gui.have_result(works)
    gui.have_result(fails, ok=False, kind=FailureKind.TOKEN_REFUSED, stage=Stage.TOKEN, reply="401 AADSTS7000222")
    gui.open()
    assert gui.card("Works").status == "Client secret expires in 12 days"
    assert gui.card("Fails").status == "Sign-in refused · just now"
    for name, both in (
        ("Works", ("Client secret expires in 12 days", "Working · just now")),
        ("Fails", ("Sign-in refused · just now", "Client secret has expired")),
    ):
        tip = tip_as_read(gui.index(name).data(Qt.ItemDataRole.ToolTipRole))
        spoken = gui.index(name).data(Qt.ItemDataRole.AccessibleTextRole)
        assert all(words in tip and words in spoken for words in both)
    gui.click("failingSegment")
    assert gui.names() == ["Fails"]


def test_a_card_names_the_cloud_unless_it_is_the_usual_one(gui):
    gui.have_graph("Here")
    gui.have_graph("There", cloud=Cloud.CHINA)
    gui.open()
    assert gui.card("Here").chips == ("MS Graph API",)
    assert gui.card("There").chips == ("MS Graph API", "China")


def test_the_transcript_of_a_mailbox_can_be_read(gui):
    gui.have_graph("Invoices")
    gui.open()
    dialog = CheckDialogDriver(gui).test("Invoices")
    gui.click("showTranscriptButton", dialog)
    assert TRANSCRIPT[1].text in gui.part("transcript", dialog).toPlainText()


def test_help_that_the_form_asks_for_opens_beside_it(gui):
    gui.have_graph("Invoices")
    gui.open()
    gui.open_card("Invoices")
    from smtp_desktop.ui.help.pages import HelpPage, HelpRequest  # noqa: PLC0415 - only this test needs it

    gui.panel.help_requested.emit(HelpRequest(page=HelpPage.AZURE_APP))
    dialog = gui.dialog("helpDialog")
    assert dialog.windowTitle()
    gui.press("Esc")
    gui.no_dialog("helpDialog")
    assert gui.panel.isVisible()
