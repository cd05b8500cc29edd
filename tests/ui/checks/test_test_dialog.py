"""The dialog of a test: what it offers in the end, and that it stays on the screen."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from services.reports import WARNING
from ui.check_dialog_driver import CheckDialogDriver, long_transcript, refused_in_time
from ui.timelines import WELCOME, accepted
from ui.window_driver import PASSWORD

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.services.checks.tester import Tester


@pytest.fixture
def driver(gui):
    """The window is open on one SMTP."""
    gui.have("Relay")
    gui.open()
    return CheckDialogDriver(gui)


def offers(driver):
    """Returns the buttons of the footer, from left to right."""
    names = ("showTranscriptButton", "copyReportButton", "editButton", "againButton", "okButton", "cancelButton")
    seen = [driver.gui.part(name, driver.dialog) for name in names if driver.gui.visible(name, driver.dialog)]
    return [button.objectName() for button in sorted(seen, key=lambda button: button.x())]


def with_warnings(monkeypatch, *warnings):
    """Whatever works, works, but."""
    test = Tester.test
    monkeypatch.setattr(  # what finds warnings has tests of its own
        Tester, "test", lambda *args, **named: replace(test(*args, **named), warnings=warnings)
    )


def test_after_a_failure_testing_again_leads_and_closing_is_at_hand(driver):
    driver.gui.transport.timeline = refused_in_time("bad credentials")
    dialog = driver.test()
    assert dialog.windowTitle() == "Test failed: Relay could not sign in"
    assert "To admin@company.example · relay.example:587 · Generic · relay@company.example" in driver.gui.words(dialog)
    wanted = ["showTranscriptButton", "copyReportButton", "okButton", "editButton", "againButton"]
    driver.gui.until(lambda: offers(driver) == wanted)
    assert driver.gui.part("againButton", dialog).property("kind") == "primary"
    assert driver.gui.part("okButton", dialog).text() == "Close"
    # Enter, pressed too often, sends no second mail.
    assert driver.gui.focus().objectName() == "okButton"
    driver.gui.press("Return")
    driver.gui.no_dialog("testDialog")
    assert len(driver.gui.transport.conversations) == 1


def test_after_a_success_ok_leads(driver):
    dialog = driver.test()
    wanted = ["showTranscriptButton", "copyReportButton", "editButton", "againButton", "okButton"]
    driver.gui.until(lambda: offers(driver) == wanted)
    assert driver.gui.part("okButton", dialog).text() == "Ok"
    assert driver.gui.part("okButton", dialog).property("kind") == "primary"
    assert driver.gui.part("againButton", dialog).property("kind") == ""


def test_a_success_after_a_long_wait_says_so(driver):
    steps = tuple(replace(step, duration_ms=25_300 if step.stage == "greet" else 10) for step in accepted().steps)
    driver.gui.transport.timeline = replace(accepted(), steps=steps)
    words = driver.gui.words(driver.test())
    assert "The step “Greet” took 25.3 s. Programs that wait less than that give up there." in words


def test_all_of_it_is_reached_by_keyboard(driver):
    driver.gui.transport.timeline = refused_in_time()
    driver.test()
    order = []
    for _ in range(5):
        order.append(driver.gui.focus().objectName())
        driver.gui.press("Tab")
    assert order == ["okButton", "editButton", "againButton", "showTranscriptButton", "copyReportButton"]
    driver.gui.tab_to("showTranscriptButton")
    driver.gui.press("Space")
    assert driver.transcript().isVisible()
    driver.gui.tab_to("transcript")
    driver.gui.press("Tab")
    assert driver.gui.focus().objectName() == "showTranscriptButton"
    driver.gui.tab_to("againButton")
    driver.gui.press("Space")
    driver.gui.until(lambda: len(driver.gui.transport.conversations) == 2)
    driver.gui.until(lambda: driver.gui.visible("advice", driver.dialog))


def test_advice_is_a_numbered_list_whose_numbers_stand_apart(driver):
    driver.gui.transport.timeline = refused_in_time()
    driver.test()
    labels = driver.gui.part("advice", driver.dialog).findChildren(QLabel)
    numbers = [label for label in labels if re.fullmatch(r"\d+\.", label.text())]
    steps = [labels[labels.index(number) + 1] for number in numbers]
    assert [number.text() for number in numbers] == [f"{n}." for n in range(1, len(steps) + 1)]
    assert len(steps) >= 2
    assert all(number.geometry().right() < steps[0].x() for number in numbers)
    assert len({step.x() for step in steps}) == 1


def test_what_works_but_is_amber_and_shows_each_warning(driver, monkeypatch):
    other = replace(WARNING, advice=replace(WARNING.advice, title=replace(WARNING.advice.title, template="No MX")))
    with_warnings(monkeypatch, WARNING, other)
    dialog = driver.test()
    assert dialog.windowTitle() == "Test passed, but recipients may distrust the mail"
    box = driver.gui.part("advice", dialog)
    assert box.property("tone") == "warn"
    assert driver.gui.words(box).splitlines() == [
        "Test passed: the message was accepted by relay.example",
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
    assert "delivered" not in driver.gui.words(dialog)
    driver.gui.until(lambda: offers(driver)[-1] == "okButton")


def test_a_certificate_that_ends_distrusts_nobody(driver, monkeypatch):
    with_warnings(monkeypatch, replace(WARNING, kind=WarningKind.CERTIFICATE_ENDS))
    assert driver.test().windowTitle() == "Test passed, but the server's certificate expires soon"


def test_a_check_fails_as_a_check(driver):
    driver.gui.transport.timeline = refused_in_time()
    assert driver.check().windowTitle() == "Check failed: Relay could not sign in"


def test_a_way_on_stands_below_the_advice_until_it_is_tried_again(driver):
    driver.gui.transport.timeline = refused_in_time()
    dialog = driver.test()
    taken = []
    dialog.offer("findButton", "Find settings that work", lambda: taken.append(1))
    button = driver.gui.part("findButton", dialog)
    advice = driver.gui.part("advice", dialog)
    bottom = advice.mapTo(dialog, QPoint(0, advice.height())).y()
    assert button.mapTo(dialog, QPoint(0, 0)).y() > bottom
    driver.click("findButton")
    assert taken == [1]
    driver.click("againButton")
    driver.gui.until(lambda: driver.gui.visible("advice", dialog))
    assert not driver.gui.visible("findButton", dialog)


def test_the_transcript_says_who_speaks_and_lets_no_server_add_lines(driver):
    said = replace(refused_in_time().transcript[1], text="220 hello\r\nC: forged\u202e")
    driver.gui.transport.timeline = replace(refused_in_time(), transcript=(said,))
    driver.test()
    driver.click("showTranscriptButton")
    assert "C: client · S: server" in driver.gui.words(driver.dialog)
    assert driver.transcript().toPlainText() == "       9 ms  S: 220 hello C: forged"
    assert driver.gui.part("showTranscriptButton", driver.dialog).text() == "Hide transcript"


def test_a_long_transcript_and_long_advice_stay_on_the_screen(driver):
    driver.gui.transport.timeline = long_transcript(refused_in_time("no " * 900))
    dialog = driver.test()
    driver.click("showTranscriptButton")
    room = dialog.screen().availableGeometry()
    assert room.contains(dialog.frameGeometry())
    transcript = driver.transcript()
    seen = QRect(transcript.mapTo(dialog, QPoint(0, 0)), transcript.size())
    footer = driver.gui.part("againButton", dialog)
    assert seen.bottom() < footer.mapTo(dialog, QPoint(0, 0)).y()
    assert not transcript.visibleRegion().isEmpty()


def test_a_dialog_low_on_the_screen_moves_up_as_it_grows(driver):
    driver.gui.transport.timeline = refused_in_time()
    dialog = driver.test()
    room = dialog.screen().availableGeometry()
    dialog.move(dialog.x(), room.bottom() - dialog.height())
    driver.click("showTranscriptButton")
    assert room.contains(dialog.frameGeometry())


def preview(driver) -> str:
    driver.click("copyReportButton")
    return driver.gui.part("reportText", driver.gui.dialog("reportDialog")).toPlainText()


def test_the_report_is_copied_as_it_was_shown(driver):
    driver.gui.transport.timeline = refused_in_time("bad credentials")
    driver.test()
    QApplication.clipboard().setText("before")
    shown_text = preview(driver)
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
        assert words in shown_text
    assert "Qt 6" in shown_text
    driver.gui.click("okButton", driver.gui.part("reportDialog"))
    driver.gui.no_dialog("reportDialog")
    assert QApplication.clipboard().text() == shown_text
    assert driver.dialog.isVisible()


def test_a_report_that_is_not_wanted_leaves_the_clipboard_alone(driver):
    driver.test()
    QApplication.clipboard().setText("before")
    preview(driver)
    driver.gui.press("Esc")
    driver.gui.no_dialog("reportDialog")
    assert QApplication.clipboard().text() == "before"
    assert driver.dialog.isVisible()


def test_the_report_can_be_read_and_not_written(driver):
    driver.test()
    preview(driver)
    text = driver.gui.part("reportText")
    assert isinstance(text, QPlainTextEdit)
    assert text.isReadOnly()
    assert text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert text.accessibleName() == "Report"


def test_no_secret_is_in_anything_that_is_shown(driver):
    driver.test()
    driver.click("showTranscriptButton")
    shown_text = [preview(driver), driver.gui.words(driver.dialog), driver.transcript().toPlainText()]
    shown_text += [row.accessibleName() for row in driver.rows()]
    assert driver.gui.transport.conversations[0].password == PASSWORD
    assert PASSWORD.reveal() not in "\n".join(shown_text)


def test_what_could_not_be_tried_has_no_report(driver):
    driver.gui.vault.secrets.clear()
    driver.test()
    driver.gui.until(lambda: offers(driver) == ["okButton", "editButton", "againButton"])


def test_a_report_says_that_a_form_was_not_saved(driver):
    driver.gui.open_card("Relay")
    driver.gui.enter("signatureField", "Yours")
    driver.gui.press("Ctrl+T")
    driver.dialog = driver.gui.dialog("testDialog")
    driver.gui.write("admin@company.example")
    driver.gui.press("Return")
    driver.gui.until(lambda: driver.gui.visible("advice", driver.dialog))
    assert "Relay (as entered in the form, not saved)" in preview(driver)
