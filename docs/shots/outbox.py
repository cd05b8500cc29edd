"""Pictures of activities and deliveries, and of closing the window while mails wait."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QTableView

from shots.studio import Studio


def shoot_outbox(studio: Studio) -> None:
    """Takes activities, triggering one, deliveries, the mail of one, and the question at closing."""
    window = studio.window
    window.entities.chosen.emit("activities")
    activity = next(one for one in studio.application.services.activities.all() if one.name == "Nightly_Report")
    window.activities.edit(activity.id)
    studio.wait(lambda: window.activities.is_open)
    studio.shoot("activities")
    window.activities.trigger_current()
    dialog = studio.dialog("triggerDialog")
    for field, typed in zip(dialog.findChildren(QLineEdit), ("23 November", "4,982"), strict=False):
        QTest.keyClicks(field, typed)
    texts = dialog.findChildren(QPlainTextEdit)
    studio.wait(lambda: any("4,982 rows" in text.toPlainText() for text in texts))
    studio.shoot("trigger", dialog)
    dialog.reject()
    window.entities.chosen.emit("deliveries")
    table = studio.find(window.deliveries.page, QTableView, "table")
    studio.wait(lambda: table.model().rowCount() > 2)
    refused = next(
        row for row in range(table.model().rowCount()) if "Welcome" in str(table.model().index(row, 1).data())
    )
    table.selectRow(refused)
    table.setCurrentIndex(table.model().index(refused, 0))
    table.activated.emit(table.currentIndex())
    studio.wait(lambda: window.deliveries.is_open and window.deliveries.panel.isVisible())
    studio.shoot("deliveries")
    window.deliveries.panel.findChild(QPushButton, "mailSegment").click()
    view = studio.find(window.deliveries.panel, QPlainTextEdit, "textView")
    studio.wait(lambda: "Good to have you" in view.toPlainText())
    studio.shoot("delivery-mail")
    window.close()
    dialog = studio.dialog("closeDialog")
    studio.shoot("close-confirmation", dialog)
    dialog.reject()
