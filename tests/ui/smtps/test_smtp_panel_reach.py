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
def driver(qtbot):
    return driver_at(SmtpPanel(), qtbot)


def test_while_busy_all_is_readable_and_only_waiting_can_be_stopped(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.enter("nameField", "Typed")
    driver.panel.set_busy("Saving")
    assert driver.part("panelProgress").text() == "Saving"
    assert driver.part("cancelButton").text() == "Stop waiting"
    assert not any(driver.part(name).isEnabled() for name in ("saveButton", "testButton", "closeButton"))
    assert not driver.visible("deleteButton")
    driver.qtbot.keyClicks(driver.part("nameField"), "more")
    driver.qtbot.keyClick(driver.part("nameField"), Qt.Key.Key_Return)
    assert driver.part("nameField").text() == "Typed"
    assert driver.saves == []
    driver.click("cancelButton")
    assert (len(driver.stops), driver.closes) == (1, [])
    driver.panel.set_idle()
    assert driver.part("nameField").hasFocus()
    assert driver.part("nameField").selectedText() == ""
    assert not driver.visible("panelProgress")
    assert driver.part("passwordField").isReadOnly()
    driver.qtbot.keyClicks(driver.part("nameField"), "More")
    assert driver.part("nameField").text() == "TypedMore"
    assert driver.part("saveButton").isEnabled()


def test_focus_is_on_the_way_out_while_busy_and_back_where_it_was_after(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.part("saveButton").setFocus()
    driver.panel.set_busy("Saving")
    assert driver.part("cancelButton").hasFocus()
    driver.panel.set_idle()
    assert driver.part("saveButton").hasFocus()


def test_busy_takes_no_focus_from_elsewhere_and_an_edit_in_between_is_none(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.part("nameField").setFocus()
    driver.part("nameField").clearFocus()
    driver.panel.set_busy("Saving")
    assert not driver.part("cancelButton").hasFocus()
    driver.panel.set_idle()
    assert not driver.panel.is_changed()


def test_first_field_can_be_given_the_cursor(driver):
    driver.panel.start_edit(GENERIC, None)
    driver.part("descriptionField").setFocus()
    driver.panel.focus_first_field()
    assert driver.part("nameField").hasFocus()


def test_every_control_is_named_as_its_label(driver):
    for editor in driver.panel.findChildren(QWidget):
        if not isinstance(editor, QLineEdit | QPlainTextEdit | QComboBox | QCheckBox | QPushButton | QToolButton):
            continue
        assert editor.accessibleName(), editor.objectName()
    for label in driver.panel.findChildren(QLabel):
        if label.buddy():
            assert label.buddy().accessibleName() == label.text()
    buddies = [label.buddy() for label in driver.panel.findChildren(QLabel) if label.buddy()]
    fields = [w for w in driver.panel.findChildren(QWidget) if w.objectName().endswith("Field")]
    assert set(fields) == set(buddies)


@pytest.mark.parametrize(
    ("profile", "stops"),
    [
        (
            GENERIC,
            "nameField typeField isDefaultBox fromAddressField signatureField descriptionField hostNameField "
            "smtpPortField authRequiredBox passwordSegment userNameField passwordField passwordReplaceButton tlsBox "
            "removeTrustButton advancedButton "
            "historyButton "
            "pauseSendingLink "
            "deleteButton testButton saveButton",
        ),
        (
            GRAPH,
            "nameField typeField isDefaultBox fromAddressField signatureField descriptionField azureAppLink "
            "passwordSegment signInLink userNameField passwordField passwordReplaceButton tenantIdField clientIdField "
            "clientSecretField clientSecretReplaceButton clientSecretValidUntilField advancedButton "
            "historyButton "
            "pauseSendingLink "
            "deleteButton testButton saveButton",
        ),
    ],
)
def test_tab_goes_in_reading_order(driver, profile, stops):
    driver.panel.start_edit(profile, None)
    driver.panel.focus_first_field()
    seen = []
    for _ in stops.split():
        focused = driver.panel.focusWidget()
        seen.append(focused.objectName())
        driver.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == stops.split()


def test_footer_never_scrolls_away(driver):
    driver.resize(404, 420)
    bar = driver.panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    save = driver.part("saveButton")
    assert bar.maximum() > 0
    assert driver.panel.rect().contains(save.mapTo(driver.panel, save.rect().bottomRight()))


@pytest.mark.parametrize("profile", [GENERIC, GRAPH])
def test_nothing_sticks_out_at_the_least_width(driver, profile):
    driver.panel.start_edit(profile, FACT)
    driver.resize(340, 900)
    body = driver.panel.findChild(QScrollArea).widget()
    assert body.width() <= 340
    for field in driver.panel.findChildren(QWidget):
        if field.objectName().endswith(("Field", "Button", "Note", "Counter", "Link")) and field.isVisible():
            assert field.mapTo(driver.panel, field.rect().topRight()).x() < 340, field.objectName()
