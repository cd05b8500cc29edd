"""Reading a Microsoft 365 mailbox in the window: the list, opening, failures, and the end."""

import pytest
from fakes.mailboxes import CircularMailboxes, FakeMailboxes, a_mail
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QTabWidget
from ui.mailbox.mailbox_driver import MailboxDriver, mail_cells, model, with_summary
from ui.window_driver import CLIENT_SECRET, PASSWORD

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


@pytest.fixture
def driver(gui):
    return MailboxDriver(gui)


def test_the_newest_mails_are_listed_with_the_secrets_of_that_smtp(gui, driver):
    gui.mailboxes.mails = [
        with_summary(a_mail(1), is_read=False),
        with_summary(a_mail(2), has_attachments=True),
        with_summary(a_mail(3), from_="", subject="", received_at=None),
    ]
    dialog = driver.open_list()
    assert dialog.windowTitle() == "Mailbox of Invoices"
    assert "invoices@company.example" in gui.words(dialog)
    assert mail_cells(dialog) == ["Mail 1", "Mail 2", "(no subject)"]
    assert mail_cells(dialog, column=0)[1:] == ["Sender 2 <sender2@company.example>", "(no sender)"]
    assert mail_cells(dialog, column=3)[2] == ""
    fonts = mail_cells(dialog, Qt.ItemDataRole.FontRole)
    assert fonts[0].bold()
    assert fonts[1:] == [None, None]
    assert mail_cells(dialog, Qt.ItemDataRole.AccessibleTextRole, 0)[0].startswith("Unread, ")
    assert mail_cells(dialog, Qt.ItemDataRole.AccessibleTextRole, 2)[1] == "Has attachments"
    assert mail_cells(dialog, Qt.ItemDataRole.DecorationRole, 2)[0] is None
    assert not mail_cells(dialog, Qt.ItemDataRole.DecorationRole, 2)[1].isNull()
    assert driver.status(dialog) == "3 messages. End of list."
    call = gui.mailboxes.calls[0]
    assert call.mailbox == gui.stored("Invoices").server
    assert call.secrets == {SecretField.PASSWORD: PASSWORD, SecretField.CLIENT_SECRET: CLIENT_SECRET}


def test_scrolling_to_the_end_loads_more_until_there_is_no_more(gui, driver):
    gui.mailboxes.mails = [a_mail(n) for n in range(1, 61)]
    dialog = driver.open_list()
    assert model(dialog).rowCount() == 25
    assert driver.status(dialog) == "25 messages."
    dialog.table.setFocus()
    gui.press("Ctrl+End")
    gui.until(lambda: model(dialog).rowCount() == 50)
    assert driver.status(dialog) == "50 messages."
    gui.press("Ctrl+End")
    gui.until(lambda: model(dialog).rowCount() == 60)
    assert mail_cells(dialog) == [f"Mail {n}" for n in range(1, 61)]
    assert driver.status(dialog) == "60 messages. End of list."
    gui.press("Ctrl+End")
    assert [call.after for call in gui.mailboxes.calls] == [None, "after 25", "after 50"]


def test_a_list_that_goes_round_in_circles_comes_to_an_end(gui, driver):
    gui.mailboxes = CircularMailboxes([a_mail(n) for n in range(1, 51)])
    dialog = driver.open_list()
    mails = model(dialog)
    while mails.canFetchMore(QModelIndex()):
        assert len(gui.mailboxes.calls) < 9
        mails.fetchMore(QModelIndex())
        gui.until(
            lambda: ("Loading" not in driver.status(dialog) and mails.canFetchMore(QModelIndex())) or mails.is_whole
        )
    assert driver.status(dialog) == "50 messages. End of list."
    assert model(dialog).rowCount() == 50


def test_more_is_asked_for_once_however_often_one_scrolls(gui, driver):
    gui.mailboxes.mails = [a_mail(n) for n in range(1, 61)]
    dialog = driver.open_list()
    gui.mailboxes._blocking = True
    gui.mailboxes.entered.clear()
    dialog.table.setFocus()
    for _ in range(3):
        gui.press("Ctrl+End")
        gui.press("Ctrl+Home")
    gui.until(gui.mailboxes.entered.is_set)
    gui.until(lambda: "Loading…" in driver.status(dialog))
    gui.mailboxes.release()
    gui.until(lambda: model(dialog).rowCount() == 50)
    assert [call.after for call in gui.mailboxes.calls] == [None, "after 25"]


def test_a_mail_that_arrives_while_one_scrolls_shows_none_twice(gui, driver):
    gui.mailboxes.mails = [a_mail(n) for n in range(1, 41)]
    dialog = driver.open_list()
    gui.mailboxes.mails.insert(0, a_mail(99))
    dialog.table.setFocus()
    gui.press("Ctrl+End")
    gui.until(lambda: model(dialog).rowCount() == 40)
    assert mail_cells(dialog) == [f"Mail {n}" for n in range(1, 41)]


def test_a_click_opens_a_mail(gui, driver):
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
    gui.mailboxes.mails = [a_mail(1), mail]
    dialog = driver.open_list()
    assert not gui.visible("mailTabs", dialog)
    driver.read(dialog, 1)
    assert gui.part("textView", dialog).toPlainText() == "Words of the second"
    assert gui.part("fromValue", dialog).text() == "Sender 2 <sender2@company.example>"
    assert gui.part("toValue", dialog).text() == "a@x.example, b@x.example"
    assert gui.part("ccValue", dialog).text().endswith("c5@x.example + 2")
    assert gui.part("subjectValue", dialog).text() == "Mail 2"
    assert gui.part("receivedValue", dialog).text()
    assert gui.part("mailNotes", dialog).text() == "Attachments are not loaded."
    tabs = gui.part("mailTabs", dialog).findChild(QTabWidget) or gui.part("mailTabs", dialog)
    gui.qtbot.mouseClick(tabs.tabBar(), Qt.MouseButton.LeftButton, pos=tabs.tabBar().tabRect(1).center())
    headers = gui.part("headersView", dialog).toPlainText().splitlines()
    assert headers == ["Message-ID: <1@x>", "X-Evil: one From: two"]
    assert [call.mail_id for call in gui.mailboxes.calls] == [None, "id-2"]


def test_enter_opens_the_mail_that_the_arrows_chose(gui, driver):
    gui.mailboxes.mails = [a_mail(1), a_mail(2)]
    dialog = driver.open_list()
    gui.until(dialog.table.hasFocus)
    gui.press("Down")
    assert len(gui.mailboxes.calls) == 1
    gui.press("Return")
    gui.until(lambda: gui.visible("mailTabs", dialog))
    assert gui.part("textView", dialog).toPlainText() == "Body 2"
    assert dialog.isVisible()


def test_a_double_click_loads_a_mail_once(gui, driver):
    gui.mailboxes.mails = [a_mail(1)]
    dialog = driver.open_list()
    at = dialog.table.visualRect(model(dialog).index(0, 1)).center()
    gui.qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    gui.qtbot.mouseDClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    gui.until(lambda: gui.visible("mailTabs", dialog))
    assert [call.mail_id for call in gui.mailboxes.calls] == [None, "id-1"]


class WatchedMailboxes(FakeMailboxes):
    """Knows who was told to stop opening a mail."""

    def __init__(self, mails):
        super().__init__(mails)
        self.cancels = []

    def open(self, mailbox, mail_id, *, secrets, cancel):
        self.cancels.append(cancel)
        return super().open(mailbox, mail_id, secrets=secrets, cancel=cancel)


def test_opening_another_mail_stops_the_first(gui, driver):
    gui.mailboxes = WatchedMailboxes([a_mail(1), a_mail(2)])
    dialog = driver.open_list()
    gui.mailboxes._blocking = True
    driver.click_row(dialog, 0)
    gui.until(lambda: len(gui.mailboxes.calls) == 2)
    driver.click_row(dialog, 1)
    gui.until(lambda: len(gui.mailboxes.calls) == 3)
    assert [cancel.requested for cancel in gui.mailboxes.cancels] == [True, False]
    assert "Loading the message…" in gui.words(dialog)
    gui.mailboxes.release()
    gui.until(lambda: gui.visible("mailTabs", dialog))
    gui.finish_work()
    assert gui.part("textView", dialog).toPlainText() == "Body 2"


def test_an_empty_inbox_says_so(gui, driver):
    dialog = driver.open()
    gui.until(lambda: gui.visible("emptyState", dialog))
    assert gui.part("emptyState", dialog).text() == "The inbox is empty."


@pytest.mark.parametrize("way", [lambda gui, dialog: gui.click("refreshButton", dialog), lambda w, _: w.press("F5")])
def test_refresh_shows_what_has_arrived_and_leaves_the_open_mail_open(gui, driver, way):
    gui.mailboxes.mails = [a_mail(1)]
    dialog = driver.open_list()
    driver.read(dialog)
    gui.mailboxes.mails.insert(0, a_mail(7))
    way(gui, dialog)
    gui.until(lambda: mail_cells(dialog) == ["Mail 7", "Mail 1"])
    assert gui.part("textView", dialog).toPlainText() == "Body 1"
    assert dialog.table.currentIndex().row() == 1
    assert not gui.visible("testDialog")


def test_a_refusal_says_what_is_missing_and_can_be_tried_again(gui, driver):
    gui.mailboxes.failure = DENIED
    gui.mailboxes.mails = [a_mail(1)]
    dialog = driver.open()
    gui.until(lambda: gui.visible("advice", dialog))
    said = gui.words(gui.part("advice", dialog))
    assert "The app may not use this mailbox" in said
    assert "Microsoft said: 403 ErrorAccessDenied Access is denied." in said
    assert "1.\nGrant the permission." in said
    assert gui.part("supportIds", dialog).text() == "For Microsoft support: request-id 11-22"
    assert not dialog.table.isVisible()
    gui.mailboxes.failure = None
    gui.click("againButton", dialog)
    gui.until(lambda: mail_cells(dialog) == ["Mail 1"])
    assert not gui.visible("advice", dialog)


def test_more_that_could_not_be_loaded_is_asked_for_again_only_by_hand(gui, driver):
    gui.mailboxes.mails = [a_mail(n) for n in range(1, 31)]
    dialog = driver.open_list()
    gui.mailboxes.failure = DENIED
    dialog.table.setFocus()
    gui.press("Ctrl+End")
    gui.until(lambda: gui.visible("advice", dialog))
    assert model(dialog).rowCount() == 25
    assert dialog.table.isVisible()
    gui.press("Ctrl+Home")
    gui.press("Ctrl+End")
    assert len(gui.mailboxes.calls) == 2
    gui.mailboxes.failure = None
    gui.click("againButton", dialog)
    gui.until(lambda: model(dialog).rowCount() == 30)
    assert [call.after for call in gui.mailboxes.calls] == [None, "after 25", "after 25"]
    assert not gui.visible("advice", dialog)


def test_a_mail_that_is_gone_says_so_in_its_place(gui, driver):
    gui.mailboxes.mails = [a_mail(1), a_mail(2)]
    dialog = driver.open_list()
    gone = gui.mailboxes.mails.pop(0)
    driver.click_row(dialog, 0)
    gui.until(lambda: gui.visible("mailAdvice", dialog))
    assert "ErrorItemNotFound" in gui.words(gui.part("mailAdvice", dialog))
    assert dialog.table.isVisible()
    gui.mailboxes.mails.append(gone)
    gui.click("mailAgainButton", dialog)
    gui.until(lambda: gui.visible("mailTabs", dialog))
    assert gui.part("textView", dialog).toPlainText() == "Body 1"


def test_closing_it_stops_what_is_being_loaded(gui, driver):
    gui.mailboxes._blocking = True
    dialog = driver.open()
    gui.until(gui.mailboxes.entered.is_set)
    assert dialog.isVisible()
    gui.press("Esc")
    gui.no_dialog("mailboxDialog")
    gui.finish_work()  # hangs unless the work was cancelled


def test_closing_it_stops_a_mail_that_is_being_loaded(gui, driver):
    gui.mailboxes = WatchedMailboxes([a_mail(1)])
    dialog = driver.open_list()
    gui.mailboxes._blocking = True
    driver.click_row(dialog, 0)
    gui.until(lambda: gui.mailboxes.cancels)
    gui.click("closeDialogButton", dialog)
    gui.no_dialog("mailboxDialog")
    assert gui.mailboxes.cancels[0].requested


def test_closing_the_window_stops_it_too(gui, driver):
    gui.mailboxes._blocking = True
    driver.open()
    gui.until(gui.mailboxes.entered.is_set)
    gui.close_window()


def test_a_second_wish_to_read_brings_the_open_one_to_the_front(gui, driver):
    gui.mailboxes.mails = [a_mail(1)]
    dialog = driver.open_list()
    gui.switch_to(gui.window)
    gui.choose("Invoices", "readMailboxAction")
    gui.until(dialog.isActiveWindow)
    assert gui.dialog("mailboxDialog") is dialog
    assert len(gui.mailboxes.calls) == 1


def test_a_locked_vault_is_opened_and_then_the_mails_are_there(gui):
    gui.mailboxes.mails = [a_mail(1)]
    gui.have_graph("Invoices")
    gui.vault.locked = True
    gui.open()
    gui.choose("Invoices", "readMailboxAction")
    gui.dialog("masterPasswordDialog")
    gui.write("m")
    gui.press("Return")
    gui.until(lambda: gui.visible("mailboxDialog") and mail_cells(gui.part("mailboxDialog")) == ["Mail 1"])
