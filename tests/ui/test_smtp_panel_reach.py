"""The Info panel of an SMTP: reached by keyboard, read out, in any size."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)
from ui.smtp_panel_driver import FACT, GENERIC, GRAPH, driver_at

from smtp_desktop.ui.smtps.panel import SmtpPanel


@pytest.fixture
def hand(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_while_busy_all_is_readable_and_only_waiting_can_be_stopped(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Typed")
    hand.panel.set_busy("Saving")
    assert hand.part("panelProgress").text() == "Saving"
    assert hand.part("cancelButton").text() == "Stop waiting"
    assert not any(hand.part(name).isEnabled() for name in ("saveButton", "testButton", "closeButton"))
    assert not hand.sees("deleteButton")
    hand.qtbot.keyClicks(hand.part("nameField"), "more")
    hand.qtbot.keyClick(hand.part("nameField"), Qt.Key.Key_Return)
    assert hand.part("nameField").text() == "Typed"
    assert hand.saves == []
    hand.click("cancelButton")
    assert (len(hand.stops), hand.closes) == (1, [])
    hand.panel.set_idle()
    assert hand.part("nameField").hasFocus()
    assert hand.part("nameField").selectedText() == ""
    assert not hand.sees("panelProgress")
    assert hand.part("passwordField").isReadOnly()
    hand.qtbot.keyClicks(hand.part("nameField"), "More")
    assert hand.part("nameField").text() == "TypedMore"
    assert hand.part("saveButton").isEnabled()


def test_focus_is_on_the_way_out_while_busy_and_back_where_it_was_after(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("saveButton").setFocus()
    hand.panel.set_busy("Saving")
    assert hand.part("cancelButton").hasFocus()
    hand.panel.set_idle()
    assert hand.part("saveButton").hasFocus()


def test_busy_takes_no_focus_from_elsewhere_and_an_edit_in_between_is_none(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("nameField").setFocus()
    hand.part("nameField").clearFocus()
    hand.panel.set_busy("Saving")
    assert not hand.part("cancelButton").hasFocus()
    hand.panel.set_idle()
    assert not hand.panel.is_changed()


def test_first_field_can_be_given_the_cursor(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("descriptionField").setFocus()
    hand.panel.focus_first_field()
    assert hand.part("nameField").hasFocus()


def test_every_control_is_named_as_its_label(hand):
    for editor in hand.panel.findChildren(QWidget):
        if not isinstance(editor, QLineEdit | QPlainTextEdit | QComboBox | QCheckBox | QPushButton | QToolButton):
            continue
        assert editor.accessibleName(), editor.objectName()
    for label in hand.panel.findChildren(QLabel):
        if label.buddy():
            assert label.buddy().accessibleName() == label.text()
    buddies = [label.buddy() for label in hand.panel.findChildren(QLabel) if label.buddy()]
    fields = [w for w in hand.panel.findChildren(QWidget) if w.objectName().endswith("Field")]
    assert set(fields) == set(buddies)


@pytest.mark.parametrize(
    ("profile", "stops"),
    [
        (
            GENERIC,
            "nameField typeField isDefaultBox fromAddressField hostNameField smtpPortField tlsBox removeTrustButton "
            "authRequiredBox "
            "userNameField passwordField passwordReplaceButton signatureField descriptionField advancedButton "
            "historyButton "
            "deleteButton testButton saveButton",
        ),
        (
            GRAPH,
            "nameField typeField isDefaultBox fromAddressField azureAppLink signInField signInLink userNameField "
            "passwordField passwordReplaceButton tenantIdField clientIdField clientSecretField "
            "clientSecretReplaceButton clientSecretValidUntilField signatureField descriptionField advancedButton "
            "historyButton "
            "deleteButton testButton saveButton",
        ),
    ],
)
def test_tab_goes_in_reading_order(hand, profile, stops):
    hand.panel.start_edit(profile, None)
    hand.panel.focus_first_field()
    seen = []
    for _ in stops.split():
        focused = hand.panel.focusWidget()
        seen.append(focused.objectName())
        hand.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == stops.split()


def test_footer_never_scrolls_away(hand):
    hand.resize(404, 420)
    bar = hand.panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    save = hand.part("saveButton")
    assert bar.maximum() > 0
    assert hand.panel.rect().contains(save.mapTo(hand.panel, save.rect().bottomRight()))


@pytest.mark.parametrize("profile", [GENERIC, GRAPH])
def test_nothing_sticks_out_at_the_least_width(hand, profile):
    hand.panel.start_edit(profile, FACT)
    hand.resize(340, 900)
    body = hand.panel.findChild(QScrollArea).widget()
    assert body.width() <= 340
    for field in hand.panel.findChildren(QWidget):
        if field.objectName().endswith(("Field", "Button", "Note", "Counter", "Link")) and field.isVisible():
            assert field.mapTo(hand.panel, field.rect().topRight()).x() < 340, field.objectName()
