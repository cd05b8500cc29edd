"""The mail itself in the panel of a delivery."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QTabWidget
from ui.accessibility.accessible_tree import faults_of
from ui.outbox_driver import OutboxDriver, accepted, outbox_entry

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.mail.message import Attachment


@pytest.fixture
def outbox(gui):
    """Opens the page on two mails, one with text, HTML and a file, and shows the mail of it."""
    gui.have("Relay", is_default=True, from_address="Desk <desk@company.example>")
    outbox = OutboxDriver(gui)
    outbox.have("Other")
    entry = outbox_entry("Invoice")
    files = (Attachment(name="bill.pdf", content=b"%PDF" * 500, content_type="application/pdf"),)
    message = replace(entry.message, text="Two euros", html="<p>Two <b>euros</b>", attachments=files)
    (made,) = gui.outbox_store.add([replace(entry, message=message)])
    outbox.tried(made, DeliveryState.SENT, accepted())
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 2)
    outbox.open_row("Invoice")
    gui.click("mailSegment", outbox.panel)
    gui.until(lambda: gui.visible("mailTabs", outbox.panel) and text(gui, outbox) == "Two euros")
    return outbox


def text(gui, outbox):
    return gui.part("textView", outbox.panel).toPlainText().strip()


def save(gui, button, path):
    """Chooses the file as a user does, in Qt's own dialog; returns the name that it suggests."""
    gui.click(button)
    gui.until(lambda: [d for d in gui.window.findChildren(QFileDialog) if d.isVisible()])
    dialog = next(d for d in gui.window.findChildren(QFileDialog) if d.isVisible())
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    suggested = field.text()
    field.setText(str(path))
    dialog.accept()
    gui.until(path.exists)
    return suggested


def test_headers_text_html_and_attachments_are_shown_as_the_local_inbox_shows_them(gui, outbox):
    tabs = gui.part("mailTabs", outbox.panel)
    assert isinstance(tabs, QTabWidget)
    assert [tabs.tabText(number) for number in range(tabs.count())] == ["Text", "HTML", "Headers", "Source"]
    tabs.setCurrentIndex(1)
    assert gui.part("htmlView", outbox.panel).toPlainText().strip() == "Two euros"
    tabs.setCurrentIndex(2)
    headers = gui.part("headersView", outbox.panel).toPlainText().splitlines()
    assert 'From: "Desk" <desk@company.example>' in headers or "From: Desk <desk@company.example>" in headers
    assert gui.part("attachmentNames", outbox.panel).text() == "Attached: bill.pdf (2.0 kB)"
    assert not gui.visible("timeline", outbox.panel)
    gui.click("happenedSegment", outbox.panel)
    assert gui.visible("timeline", outbox.panel)


def test_a_screen_reader_reads_both_parts_in_order(gui, outbox):
    assert faults_of(gui.window) == []
    gui.click("happenedSegment", outbox.panel)
    assert faults_of(gui.window) == []


def test_an_attachment_and_the_mail_are_saved(gui, outbox, tmp_path):
    assert save(gui, "saveAttachmentButton", tmp_path / "bill") == "bill.pdf"
    assert (tmp_path / "bill").read_bytes() == b"%PDF" * 500
    assert save(gui, "saveMailButton", tmp_path / "it.eml") == "Invoice.eml"
    assert b"\r\nSubject: Invoice\r\n" in (tmp_path / "it.eml").read_bytes()


def test_the_next_delivery_shows_its_mail_and_a_content_that_was_dropped_is_said_to_be_gone(gui, outbox):
    outbox.open_row("Other")
    gui.until(lambda: text(gui, outbox) == "Hello")
    outbox.open_row("Invoice")
    gui.until(lambda: text(gui, outbox) == "Two euros")
    now = datetime.now(UTC)
    gui.outbox_store.drop_contents(finished_before=now, now=now, limit=10)
    gui.until(lambda: gui.visible("mailState", outbox.panel))
    assert "The content is no longer stored" in gui.part("mailState", outbox.panel).text()
    assert not gui.visible("textView", outbox.panel)
