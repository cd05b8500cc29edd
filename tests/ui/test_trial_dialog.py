"""The dialog of a test: what it offers in the end, and that it stays on the screen."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from scripted_transport import WELCOME
from services.reports import CONCERN
from trial_hand import TrialHand, long_transcript, refused_in_time
from window_world import PASSWORD

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.services.checks.tester import Tester


@pytest.fixture
def hand(world):
    """The window is open on one SMTP."""
    world.have("Relay")
    world.open()
    return TrialHand(world)


def offers(hand):
    """Returns the buttons of the footer, from left to right."""
    names = ("showTranscriptButton", "copyReportButton", "editButton", "againButton", "okButton", "cancelButton")
    seen = [hand.world.part(name, hand.dialog) for name in names if hand.world.visible(name, hand.dialog)]
    return [button.objectName() for button in sorted(seen, key=lambda button: button.x())]


def with_concerns(monkeypatch, *warnings):
    """Whatever works, works, but."""
    tell = Tester.test
    monkeypatch.setattr(  # who finds concerns has tests of its own
        Tester, "test", lambda *args, **named: replace(tell(*args, **named), warnings=warnings)
    )


def test_after_a_failure_testing_again_leads_and_closing_is_at_hand(hand):
    hand.world.transport.timeline = refused_in_time("bad credentials")
    dialog = hand.test()
    assert dialog.windowTitle() == "Test failed: Relay could not sign in"
    assert "To admin@company.example · relay.example:587 · Generic · relay@company.example" in hand.world.words(dialog)
    wanted = ["showTranscriptButton", "copyReportButton", "okButton", "editButton", "againButton"]
    hand.world.until(lambda: offers(hand) == wanted)
    assert hand.world.part("againButton", dialog).property("kind") == "primary"
    assert hand.world.part("okButton", dialog).text() == "Close"
    # Enter, pressed too often, sends no second mail.
    assert hand.world.focus().objectName() == "okButton"
    hand.world.press("Return")
    hand.world.no_dialog("testDialog")
    assert len(hand.world.transport.conversations) == 1


def test_after_a_success_ok_leads(hand):
    dialog = hand.test()
    wanted = ["showTranscriptButton", "copyReportButton", "editButton", "againButton", "okButton"]
    hand.world.until(lambda: offers(hand) == wanted)
    assert hand.world.part("okButton", dialog).text() == "Ok"
    assert hand.world.part("okButton", dialog).property("kind") == "primary"
    assert hand.world.part("againButton", dialog).property("kind") == ""


def test_all_of_it_is_reached_by_keyboard(hand):
    hand.world.transport.timeline = refused_in_time()
    hand.test()
    order = []
    for _ in range(5):
        order.append(hand.world.focus().objectName())
        hand.world.press("Tab")
    assert order == ["okButton", "editButton", "againButton", "showTranscriptButton", "copyReportButton"]
    hand.world.tab_to("showTranscriptButton")
    hand.world.press("Space")
    assert hand.transcript().isVisible()
    hand.world.tab_to("transcript")
    hand.world.press("Tab")
    assert hand.world.focus().objectName() == "showTranscriptButton"
    hand.world.tab_to("againButton")
    hand.world.press("Space")
    hand.world.until(lambda: len(hand.world.transport.conversations) == 2)
    hand.world.until(lambda: hand.world.visible("advice", hand.dialog))


def test_advice_is_a_numbered_list_whose_numbers_stand_apart(hand):
    hand.world.transport.timeline = refused_in_time()
    hand.test()
    labels = hand.world.part("advice", hand.dialog).findChildren(QLabel)
    numbers = [label for label in labels if re.fullmatch(r"\d+\.", label.text())]
    steps = [labels[labels.index(number) + 1] for number in numbers]
    assert [number.text() for number in numbers] == [f"{n}." for n in range(1, len(steps) + 1)]
    assert len(steps) >= 2
    assert all(number.geometry().right() < steps[0].x() for number in numbers)
    assert len({step.x() for step in steps}) == 1


def test_what_works_but_is_amber_and_tells_each_concern(hand, monkeypatch):
    other = CONCERN._replace(advice=replace(CONCERN.advice, title=CONCERN.advice.title._replace(template="No MX")))
    with_concerns(monkeypatch, CONCERN, other)
    dialog = hand.test()
    assert dialog.windowTitle() == "Test passed, but recipients may distrust the mail"
    box = hand.world.part("advice", dialog)
    assert box.property("tone") == "warn"
    assert hand.world.words(box).splitlines() == [
        "Test passed: the mail was accepted by relay.example",
        f"The server said: {WELCOME}",
        "No SPF record",
        "Nobody may send for it.",
        "1.",
        "Publish one in DNS.",
        "No MX",
        "Nobody may send for it.",
        "1.",
        "Publish one in DNS.",
    ]
    assert "delivered" not in hand.world.words(dialog)
    hand.world.until(lambda: offers(hand)[-1] == "okButton")


def test_a_certificate_that_ends_distrusts_nobody(hand, monkeypatch):
    with_concerns(monkeypatch, CONCERN._replace(kind=WarningKind.CERTIFICATE_ENDS))
    assert hand.test().windowTitle() == "Test passed, but the server's certificate ends soon"


def test_a_check_fails_as_a_check(hand):
    hand.world.transport.timeline = refused_in_time()
    assert hand.check().windowTitle() == "Check failed: Relay could not sign in"


def test_a_way_on_stands_below_the_advice_until_it_is_tried_again(hand):
    hand.world.transport.timeline = refused_in_time()
    dialog = hand.test()
    taken = []
    dialog.offer("findButton", "Find settings that work", lambda: taken.append(1))
    button = hand.world.part("findButton", dialog)
    advice = hand.world.part("advice", dialog)
    bottom = advice.mapTo(dialog, QPoint(0, advice.height())).y()
    assert button.mapTo(dialog, QPoint(0, 0)).y() > bottom
    hand.click("findButton")
    assert taken == [1]
    hand.click("againButton")
    hand.world.until(lambda: hand.world.visible("advice", dialog))
    assert not hand.world.visible("findButton", dialog)


def test_the_transcript_tells_who_speaks_and_lets_no_server_add_lines(hand):
    said = replace(refused_in_time().transcript[1], text="220 hello\r\nC: forged\u202e")
    hand.world.transport.timeline = replace(refused_in_time(), transcript=(said,))
    hand.test()
    hand.click("showTranscriptButton")
    assert "C: this program · S: the server" in hand.world.words(hand.dialog)
    assert hand.transcript().toPlainText() == "       9 ms  S: 220 hello C: forged"
    assert hand.world.part("showTranscriptButton", hand.dialog).text() == "Hide transcript"


def test_a_long_transcript_and_long_advice_stay_on_the_screen(hand):
    hand.world.transport.timeline = long_transcript(refused_in_time("no " * 900))
    dialog = hand.test()
    hand.click("showTranscriptButton")
    room = dialog.screen().availableGeometry()
    assert room.contains(dialog.frameGeometry())
    transcript = hand.transcript()
    seen = QRect(transcript.mapTo(dialog, QPoint(0, 0)), transcript.size())
    footer = hand.world.part("againButton", dialog)
    assert seen.bottom() < footer.mapTo(dialog, QPoint(0, 0)).y()
    assert not transcript.visibleRegion().isEmpty()


def test_a_dialog_low_on_the_screen_moves_up_as_it_grows(hand):
    hand.world.transport.timeline = refused_in_time()
    dialog = hand.test()
    room = dialog.screen().availableGeometry()
    dialog.move(dialog.x(), room.bottom() - dialog.height())
    hand.click("showTranscriptButton")
    assert room.contains(dialog.frameGeometry())


def preview(hand) -> str:
    hand.click("copyReportButton")
    return hand.world.part("reportText", hand.world.dialog("reportDialog")).toPlainText()


def test_the_report_is_copied_as_it_was_shown(hand):
    hand.world.transport.timeline = refused_in_time("bad credentials")
    hand.test()
    QApplication.clipboard().setText("before")
    told = preview(hand)
    assert QApplication.clipboard().text() == "before"
    for words in (
        "Report of a test",
        "SMTP          Relay",
        "To            admin@company.example",
        "Test failed: Relay could not sign in",
        "The server said: 535 5.7.8 bad credentials",
        "  Sign in    failed       200 ms  535 5.7.8 bad credentials",
        "C: EHLO desk.example",
    ):
        assert words in told
    assert "Qt 6" in told
    hand.world.click("okButton", hand.world.part("reportDialog"))
    hand.world.no_dialog("reportDialog")
    assert QApplication.clipboard().text() == told
    assert hand.dialog.isVisible()


def test_a_report_that_is_not_wanted_leaves_the_clipboard_alone(hand):
    hand.test()
    QApplication.clipboard().setText("before")
    preview(hand)
    hand.world.press("Esc")
    hand.world.no_dialog("reportDialog")
    assert QApplication.clipboard().text() == "before"
    assert hand.dialog.isVisible()


def test_the_report_can_be_read_and_not_written(hand):
    hand.test()
    preview(hand)
    text = hand.world.part("reportText")
    assert isinstance(text, QPlainTextEdit)
    assert text.isReadOnly()
    assert text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert text.accessibleName() == "Report"


def test_no_secret_is_in_anything_that_is_told(hand):
    hand.test()
    hand.click("showTranscriptButton")
    told = [preview(hand), hand.world.words(hand.dialog), hand.transcript().toPlainText()]
    told += [row.accessibleName() for row in hand.rows()]
    assert hand.world.transport.conversations[0].password == PASSWORD
    assert PASSWORD.reveal() not in "\n".join(told)


def test_what_could_not_be_tried_has_no_report(hand):
    hand.world.vault.secrets.clear()
    hand.test()
    hand.world.until(lambda: offers(hand) == ["okButton", "editButton", "againButton"])


def test_a_report_says_that_a_form_was_not_saved(hand):
    hand.world.open_card("Relay")
    hand.world.enter("signatureField", "Yours")
    hand.world.press("Ctrl+T")
    hand.dialog = hand.world.dialog("testDialog")
    hand.world.write("admin@company.example")
    hand.world.press("Return")
    hand.world.until(lambda: hand.world.visible("advice", hand.dialog))
    assert "Relay (as typed in the form, not saved)" in preview(hand)
