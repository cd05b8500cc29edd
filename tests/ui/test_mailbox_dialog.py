"""Reading a Microsoft 365 mailbox in the window: the list, opening, failures, and the end."""

import pytest
from fakes.mailboxes import FakeMailboxes, a_mail
from mailbox_hand import cells, click_row, listed, model, opened, read, status, with_summary
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget
from window_world import CLIENT_SECRET, PASSWORD

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage, SupportId
from smtp_desktop.domain.mail.received import Header
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SecretField

DENIED = Failure(
    stage=Stage.MAILBOX,
    kind=FailureKind.GRAPH_REFUSED,
    message=msg("Microsoft Graph refused."),
    reply=HttpReply(
        code=403,
        error_code="ErrorAccessDenied",
        text=("Access is denied.",),
        ids=(SupportId(name="request-id", value="11-22"),),
    ),
)


def test_the_newest_mails_are_listed_with_the_secrets_of_that_smtp(world):
    world.mailboxes.mails = [
        with_summary(a_mail(1), is_read=False),
        with_summary(a_mail(2), has_attachments=True),
        with_summary(a_mail(3), from_="", subject="", received_at=None),
    ]
    dialog = listed(world)
    assert dialog.windowTitle() == "Mailbox of Invoices"
    assert "invoices@company.example" in world.words(dialog)
    assert cells(dialog) == ["Mail 1", "Mail 2", "(no subject)"]
    assert cells(dialog, column=0)[1:] == ["Sender 2 <sender2@company.example>", "(no sender)"]
    assert cells(dialog, column=3)[2] == ""
    fonts = cells(dialog, Qt.ItemDataRole.FontRole)
    assert fonts[0].bold()
    assert fonts[1:] == [None, None]
    assert cells(dialog, Qt.ItemDataRole.AccessibleTextRole, 0)[0].startswith("Unread, ")
    assert cells(dialog, Qt.ItemDataRole.AccessibleTextRole, 2)[1] == "Has attachments"
    assert cells(dialog, Qt.ItemDataRole.DecorationRole, 2)[0] is None
    assert not cells(dialog, Qt.ItemDataRole.DecorationRole, 2)[1].isNull()
    assert status(world, dialog) == "3 mails. That is all."
    call = world.mailboxes.calls[0]
    assert call.mailbox == world.stored("Invoices").server
    assert call.secrets == {SecretField.PASSWORD: PASSWORD, SecretField.CLIENT_SECRET: CLIENT_SECRET}


def test_scrolling_to_the_end_loads_more_until_there_is_no_more(world):
    world.mailboxes.mails = [a_mail(n) for n in range(1, 61)]
    dialog = listed(world)
    assert model(dialog).rowCount() == 25
    assert status(world, dialog) == "25 mails."
    dialog.table.setFocus()
    world.press("Ctrl+End")
    world.until(lambda: model(dialog).rowCount() == 50)
    assert status(world, dialog) == "50 mails."
    world.press("Ctrl+End")
    world.until(lambda: model(dialog).rowCount() == 60)
    assert cells(dialog) == [f"Mail {n}" for n in range(1, 61)]
    assert status(world, dialog) == "60 mails. That is all."
    world.press("Ctrl+End")
    assert [call.after for call in world.mailboxes.calls] == [None, "after 25", "after 50"]


def test_more_is_asked_for_once_however_often_one_scrolls(world):
    world.mailboxes.mails = [a_mail(n) for n in range(1, 61)]
    dialog = listed(world)
    world.mailboxes._blocking = True
    world.mailboxes.entered.clear()
    dialog.table.setFocus()
    for _ in range(3):
        world.press("Ctrl+End")
        world.press("Ctrl+Home")
    world.until(world.mailboxes.entered.is_set)
    world.until(lambda: "Loading…" in status(world, dialog))
    world.mailboxes.release()
    world.until(lambda: model(dialog).rowCount() == 50)
    assert [call.after for call in world.mailboxes.calls] == [None, "after 25"]


def test_a_mail_that_arrives_while_one_scrolls_shows_none_twice(world):
    world.mailboxes.mails = [a_mail(n) for n in range(1, 41)]
    dialog = listed(world)
    world.mailboxes.mails.insert(0, a_mail(99))
    dialog.table.setFocus()
    world.press("Ctrl+End")
    world.until(lambda: model(dialog).rowCount() == 40)
    assert cells(dialog) == [f"Mail {n}" for n in range(1, 41)]


def test_a_click_opens_a_mail(world):
    mail = with_summary(
        a_mail(
            2,
            to=("a@x.example", "b@x.example"),
            cc=tuple(f"c{n}@x.example" for n in range(8)),
            headers=(Header(name="Message-ID", value="<1@x>"), Header(name="X-Evil", value="one\r\nFrom: two")),
            text="Words of the second",
        ),
        has_attachments=True,
    )
    world.mailboxes.mails = [a_mail(1), mail]
    dialog = listed(world)
    assert not world.visible("mailTabs", dialog)
    read(world, dialog, 1)
    assert world.part("textView", dialog).toPlainText() == "Words of the second"
    assert world.part("fromValue", dialog).text() == "Sender 2 <sender2@company.example>"
    assert world.part("toValue", dialog).text() == "a@x.example, b@x.example"
    assert world.part("ccValue", dialog).text().endswith("c5@x.example + 2")
    assert world.part("subjectValue", dialog).text() == "Mail 2"
    assert world.part("receivedValue", dialog).text()
    assert world.part("mailNotes", dialog).text() == "The attachments are not loaded."
    tabs = world.part("mailTabs", dialog).findChild(QTabWidget) or world.part("mailTabs", dialog)
    world.qtbot.mouseClick(tabs.tabBar(), Qt.MouseButton.LeftButton, pos=tabs.tabBar().tabRect(1).center())
    headers = world.part("headersView", dialog).toPlainText().splitlines()
    assert headers == ["Message-ID: <1@x>", "X-Evil: one From: two"]
    assert [call.mail_id for call in world.mailboxes.calls] == [None, "id-2"]


def test_enter_opens_the_mail_that_the_arrows_chose(world):
    world.mailboxes.mails = [a_mail(1), a_mail(2)]
    dialog = listed(world)
    world.until(dialog.table.hasFocus)
    world.press("Down")
    assert len(world.mailboxes.calls) == 1
    world.press("Return")
    world.until(lambda: world.visible("mailTabs", dialog))
    assert world.part("textView", dialog).toPlainText() == "Body 2"
    assert dialog.isVisible()


def test_a_double_click_loads_a_mail_once(world):
    world.mailboxes.mails = [a_mail(1)]
    dialog = listed(world)
    at = dialog.table.visualRect(model(dialog).index(0, 1)).center()
    world.qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    world.qtbot.mouseDClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    world.until(lambda: world.visible("mailTabs", dialog))
    assert [call.mail_id for call in world.mailboxes.calls] == [None, "id-1"]


class WatchedMailboxes(FakeMailboxes):
    """Knows who was told to stop opening a mail."""

    def __init__(self, mails):
        super().__init__(mails)
        self.cancels = []

    def open(self, mailbox, mail_id, *, secrets, cancel):
        self.cancels.append(cancel)
        return super().open(mailbox, mail_id, secrets=secrets, cancel=cancel)


def test_opening_another_mail_stops_the_first(world):
    world.mailboxes = WatchedMailboxes([a_mail(1), a_mail(2)])
    dialog = listed(world)
    world.mailboxes._blocking = True
    click_row(world, dialog, 0)
    world.until(lambda: len(world.mailboxes.calls) == 2)
    click_row(world, dialog, 1)
    world.until(lambda: len(world.mailboxes.calls) == 3)
    assert [cancel.requested for cancel in world.mailboxes.cancels] == [True, False]
    assert "Loading the mail…" in world.words(dialog)
    world.mailboxes.release()
    world.until(lambda: world.visible("mailTabs", dialog))
    world.finish_work()
    assert world.part("textView", dialog).toPlainText() == "Body 2"


def test_an_empty_inbox_says_so(world):
    dialog = opened(world)
    world.until(lambda: world.visible("emptyState", dialog))
    assert world.part("emptyState", dialog).text() == "The inbox is empty."


@pytest.mark.parametrize(
    "way", [lambda world, dialog: world.click("refreshButton", dialog), lambda w, _: w.press("F5")]
)
def test_refresh_shows_what_has_arrived_and_leaves_the_open_mail_open(world, way):
    world.mailboxes.mails = [a_mail(1)]
    dialog = listed(world)
    read(world, dialog)
    world.mailboxes.mails.insert(0, a_mail(7))
    way(world, dialog)
    world.until(lambda: cells(dialog) == ["Mail 7", "Mail 1"])
    assert world.part("textView", dialog).toPlainText() == "Body 1"
    assert dialog.table.currentIndex().row() == 1
    assert not world.visible("testDialog")


def test_a_refusal_says_what_is_missing_and_can_be_tried_again(world):
    world.mailboxes.failure = DENIED
    world.mailboxes.mails = [a_mail(1)]
    dialog = opened(world)
    world.until(lambda: world.visible("advice", dialog))
    said = world.words(world.part("advice", dialog))
    assert "The app may not use this mailbox" in said
    assert "Microsoft said: 403 ErrorAccessDenied Access is denied." in said
    assert "1.\nGrant the permission." in said
    assert world.part("supportIds", dialog).text() == "For Microsoft's support: request-id 11-22"
    assert not dialog.table.isVisible()
    world.mailboxes.failure = None
    world.click("againButton", dialog)
    world.until(lambda: cells(dialog) == ["Mail 1"])
    assert not world.visible("advice", dialog)


def test_more_that_could_not_be_loaded_is_asked_for_again_only_by_hand(world):
    world.mailboxes.mails = [a_mail(n) for n in range(1, 31)]
    dialog = listed(world)
    world.mailboxes.failure = DENIED
    dialog.table.setFocus()
    world.press("Ctrl+End")
    world.until(lambda: world.visible("advice", dialog))
    assert model(dialog).rowCount() == 25
    assert dialog.table.isVisible()
    world.press("Ctrl+Home")
    world.press("Ctrl+End")
    assert len(world.mailboxes.calls) == 2
    world.mailboxes.failure = None
    world.click("againButton", dialog)
    world.until(lambda: model(dialog).rowCount() == 30)
    assert [call.after for call in world.mailboxes.calls] == [None, "after 25", "after 25"]
    assert not world.visible("advice", dialog)


def test_a_mail_that_is_gone_says_so_in_its_place(world):
    world.mailboxes.mails = [a_mail(1), a_mail(2)]
    dialog = listed(world)
    gone = world.mailboxes.mails.pop(0)
    click_row(world, dialog, 0)
    world.until(lambda: world.visible("mailAdvice", dialog))
    assert "ErrorItemNotFound" in world.words(world.part("mailAdvice", dialog))
    assert dialog.table.isVisible()
    world.mailboxes.mails.append(gone)
    world.click("mailAgainButton", dialog)
    world.until(lambda: world.visible("mailTabs", dialog))
    assert world.part("textView", dialog).toPlainText() == "Body 1"


def test_closing_it_stops_what_is_being_loaded(world):
    world.mailboxes._blocking = True
    dialog = opened(world)
    world.until(world.mailboxes.entered.is_set)
    assert dialog.isVisible()
    world.press("Esc")
    world.no_dialog("mailboxDialog")
    world.finish_work()  # hangs unless the work was cancelled


def test_closing_it_stops_a_mail_that_is_being_loaded(world):
    world.mailboxes = WatchedMailboxes([a_mail(1)])
    dialog = listed(world)
    world.mailboxes._blocking = True
    click_row(world, dialog, 0)
    world.until(lambda: world.mailboxes.cancels)
    world.click("closeDialogButton", dialog)
    world.no_dialog("mailboxDialog")
    assert world.mailboxes.cancels[0].requested


def test_closing_the_window_stops_it_too(world):
    world.mailboxes._blocking = True
    opened(world)
    world.until(world.mailboxes.entered.is_set)
    world.close_window()


def test_a_second_wish_to_read_brings_the_open_one_to_the_front(world):
    world.mailboxes.mails = [a_mail(1)]
    dialog = listed(world)
    world.window.activateWindow()
    world.until(world.window.isActiveWindow)
    world.choose("Invoices", "readMailboxAction")
    world.until(dialog.isActiveWindow)
    assert world.dialog("mailboxDialog") is dialog
    assert len(world.mailboxes.calls) == 1


def test_a_locked_vault_is_opened_and_then_the_mails_are_there(world):
    world.mailboxes.mails = [a_mail(1)]
    world.have_graph("Invoices")
    world.vault.locked = True
    world.open()
    world.choose("Invoices", "readMailboxAction")
    world.dialog("masterPasswordDialog")
    world.write("m")
    world.press("Return")
    world.until(lambda: world.visible("mailboxDialog") and cells(world.part("mailboxDialog")) == ["Mail 1"])
