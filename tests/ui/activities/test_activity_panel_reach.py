"""The panel of an activity by keyboard, by screen reader, and at its narrowest."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget


def test_tab_reaches_everything_in_reading_order(activities):
    activities.have("Nightly", subject="{{ day }}", html="<p>x</p>")
    activities.open()
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: activities.visible("valueField_day") and activities.visible("previewText"))
    activities.field("nameField").setFocus()
    reached = ["nameField"]
    while reached[-1] != "saveButton" and len(reached) < 40:
        activities.press("Tab")
        reached.append(activities.app.focusWidget().objectName())
    assert reached == [
        "nameField",
        "smtpField",
        "backupSmtpField",
        "toField",
        "ccField",
        "bccField",
        "replyToField",
        "subjectField",
        "bodyTabs",
        "valueField_day",
        "previewTabs",
        "previewText",
        "attachmentsList",
        "attachmentsField",
        "addFileButton",
        "headersField",
        "expireAfterField",
        "enabledBox",
        "descriptionField",
        "scriptField",
        "copyScriptButton",
        "deleteButton",
        "triggerButton",
        "saveButton",
    ]


def test_everything_that_takes_the_focus_has_a_name(activities):
    activities.have("Nightly", subject="{{ day }}", html="<p>x</p>")
    activities.open()
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: activities.visible("valueField_day"))
    stops = [
        w for w in activities.panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
    ]
    assert [w.objectName() for w in stops if not w.accessibleName()] == []


def under_scroll(widget):
    """Returns whether the widget is inside a scroll area of its own."""
    above = widget.parentWidget()
    while above and not isinstance(above, QAbstractScrollArea):
        above = above.parentWidget()
    return above is not None and above.objectName() != ""


@pytest.mark.parametrize("width", [340, 404])
def test_nothing_is_wider_than_the_panel(activities, width):
    activities.have_smtp("W" * 50, is_default=True)
    activities.have("N" * 50, subject="{{ " + "p" * 60 + " }}", html="<p>x</p>")
    activities.open(panel_width=width)
    activities.open_card("N" * 50)
    activities.show_tab("Preview")
    activities.until(lambda: activities.visible("previewTabs"))
    body = activities.panel.findChild(QScrollArea).widget()
    assert body.width() <= width
    parts = [w for w in body.findChildren(QWidget) if w.isVisible() and w.parentWidget().isVisible()]
    assert [w for w in parts if w.mapTo(body, w.rect().topRight()).x() >= width and not under_scroll(w)] == []
