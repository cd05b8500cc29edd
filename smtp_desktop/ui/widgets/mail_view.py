"""The view of one mail: its text, its HTML, its headers, its source, and what is attached to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QTabWidget, QVBoxLayout, QWidget

from smtp_desktop.domain.mail.html_display import DisplayHtml, display_html
from smtp_desktop.domain.mail.received import MailContent, MailFile
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.message_text import one_line, shown, size_text
from smtp_desktop.ui.widgets.popups import Menu
from smtp_desktop.ui.widgets.safe_html import SafeHtml
from smtp_desktop.ui.widgets.text_view import TextView, header_lines

_NAMES_SHOWN = 100
_LONGEST_NAME = 200  # bytes: most file systems take 255
_TEXT, _HTML = 0, 1
# What some file system does not take, or what would lead to another folder; and what would hide the file.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|^[. ]+|[. ]+$')


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSave:
    """A file that the user wants to save, with the name to suggest."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyMail:
    """A mail with all that is shown of it, as a worker made it ready."""

    content: MailContent
    html: DisplayHtml
    headers: str
    source: str
    raw: bytes


def ready_mail(raw: bytes, content: MailContent) -> ReadyMail:
    """Makes a mail that was read from `raw` ready to be shown. Takes up to a second: for a worker."""
    return ReadyMail(
        content=content,
        html=display_html(content.html),
        headers=header_lines(content.headers),
        source=raw.decode("utf-8", "replace"),
        raw=raw,
    )


def file_name(name: str, *, without: str) -> str:
    """Returns a stranger's `name` as a file may be called, and `without` where nothing is left of it."""
    safe = _UNSAFE.sub("_", name.strip()).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return safe.strip() or without


class TabBar(QTabBar):
    """Tabs without a line below them, which the wheel does not turn."""

    def __init__(self) -> None:
        super().__init__()
        self.setDrawBase(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to what is around it and scrolls: passing over the tabs must not turn to another one."""
        event.ignore()


def mail_tabs(label: str) -> QTabWidget:
    """Returns tabs for the parts of a mail, without one yet. `label` is their accessible name."""
    tabs = QTabWidget()
    tabs.setTabBar(TabBar())
    tabs.setObjectName("mailTabs")
    tabs.setAccessibleName(label)
    tabs.tabBar().lower()  # read ahead of the pages, too, by a screen reader
    return tabs


class MailView(QWidget):
    """Shows one mail, and loads nothing that it names."""

    save_asked = Signal(object)
    """An attachment, or the mail itself, is to be saved. Carries a FileToSave."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mail: ReadyMail | None = None
        self._headers = TextView("headersView", self.tr("Headers"))
        self._text = TextView("textView", self.tr("Text"))
        self._source = TextView("sourceView", self.tr("Source"))
        self._html = SafeHtml()
        self._html.setObjectName("htmlView")
        self._html.setAccessibleName(self.tr("HTML"))
        self._notes = styled_label("", "hint", wrap=True)
        self._notes.setObjectName("mailNotes")
        self._attachments = styled_label("", "muted", wrap=True)
        self._attachments.setObjectName("attachmentNames")
        self._attachments.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._save_file = styled_button(self.tr("Save…"))
        self._save_file.setObjectName("saveAttachmentButton")
        self._save_file.setAccessibleName(self.tr("Save an attachment"))
        self._save_file.clicked.connect(self._ask_which)
        self._save_mail = styled_button(self.tr("Save as .eml…"))
        self._save_mail.setObjectName("saveMailButton")
        self._save_mail.clicked.connect(self._ask_mail)
        self._tabs = mail_tabs(self.tr("Mail"))
        self._lay_out()

    def show_mail(self, mail: ReadyMail, *, envelope: str = "") -> None:
        """Shows the mail. `envelope` is a line ahead of its headers."""
        self._mail = mail
        content = mail.content
        self._headers.show_text(f"{envelope}\n\n{mail.headers}" if envelope else mail.headers)
        # Where the HTML can't be laid out, its text is below the text.
        self._text.show_text("\n\n".join(filter(None, (content.text, mail.html.text))))
        self._html.show_html(mail.html)
        self._source.show_text(mail.source)
        self._show_attachments(content.attachments)
        notes = (*content.notes, *mail.html.notes)
        self._notes.setText("\n".join(map(shown, notes)))
        self._notes.setVisible(bool(notes))
        self._tabs.setTabEnabled(_HTML, bool(mail.html.html))
        if mail.html.html and not content.text.strip() and self._tabs.currentIndex() == _TEXT:
            self._tabs.setCurrentIndex(_HTML)

    def show_trouble(self, words: str) -> None:
        """Shows, in place of the text, why there is no mail to show."""
        self._text.show_text(words)

    def _lay_out(self) -> None:
        self._tabs.addTab(self._text, self.tr("Text"))
        self._tabs.addTab(self._html, self.tr("HTML"))
        self._tabs.addTab(self._headers, self.tr("Headers"))
        self._tabs.addTab(self._source, self.tr("Source"))
        files = QHBoxLayout()
        files.setSpacing(10)
        files.addWidget(self._attachments, 1)
        files.addWidget(self._save_file, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(files)
        column.addWidget(self._notes)
        column.addWidget(self._tabs, 1)
        column.addWidget(self._save_mail, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._attachments, self._save_file, self._notes):
            part.hide()

    def _show_attachments(self, files: Sequence[MailFile]) -> None:
        words = ", ".join(map(_label, files[:_NAMES_SHOWN]))
        left = len(files) - _NAMES_SHOWN
        self._attachments.setText(self.tr("Attached: {files}").format(files=f"{words} + {left}" if left > 0 else words))
        self._attachments.setVisible(bool(files))
        self._save_file.setVisible(any(file.content is not None for file in files))

    def _ask_which(self) -> None:
        files = [file for file in self._mail.content.attachments if file.content is not None] if self._mail else []
        if len(files) == 1:
            self._ask_file(files[0])
            return
        menu = Menu(self, "attachmentsMenu", self._save_file.accessibleName())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for file in files[:_NAMES_SHOWN]:
            action = menu.addAction(_label(file).replace("&", "&&"))
            action.triggered.connect(lambda _=False, file=file: self._ask_file(file))
        menu.popup(self._save_file.mapToGlobal(self._save_file.rect().bottomLeft()))

    def _ask_file(self, file: MailFile) -> None:
        if file.content is not None:
            name = file_name(file.name, without=self.tr("attachment"))
            self.save_asked.emit(FileToSave(name=name, content=file.content))

    def _ask_mail(self) -> None:
        if self._mail:
            name = file_name(self._mail.content.subject, without=self.tr("mail"))
            self.save_asked.emit(FileToSave(name=f"{name}.eml", content=self._mail.raw))


def _label(file: MailFile) -> str:
    name = one_line(file.name)
    return name if file.content is None else f"{name} ({size_text(len(file.content))})"
