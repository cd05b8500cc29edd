"""What a person does with the dialog that reads a mailbox."""

from dataclasses import replace

from PySide6.QtCore import Qt


def with_summary(mail, **changes):
    return replace(mail, summary=replace(mail.summary, **changes))


def opened(world):
    """The mailbox dialog is open; it may still be loading."""
    world.have_graph("Invoices", user_name="invoices@company.example")
    world.open()
    world.choose("Invoices", "readMailboxAction")
    return world.dialog("mailboxDialog")


def listed(world):
    """The same with its mails."""
    dialog = opened(world)
    world.until(lambda: model(dialog).rowCount())
    return dialog


def model(dialog):
    return dialog.table.model()


def cells(dialog, role=Qt.ItemDataRole.DisplayRole, column=1):
    return [model(dialog).index(row, column).data(role) for row in range(model(dialog).rowCount())]


def status(world, dialog):
    return world.part("mailboxStatus", dialog).text()


def click_row(world, dialog, row):
    table = dialog.table
    at = table.visualRect(model(dialog).index(row, 1)).center()
    world.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def read(world, dialog, row=0):
    """The mail of that row is open."""
    click_row(world, dialog, row)
    world.until(lambda: world.visible("mailTabs", dialog))
