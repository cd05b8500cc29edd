"""The view of a mail that is not sent yet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.activity_template import RenderedMessage
from smtp_desktop.domain.mail.html_display import DisplayHtml
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.mail_view import TabBar
from smtp_desktop.ui.widgets.message_text import one_line, shown
from smtp_desktop.ui.widgets.safe_html import SafeHtml
from smtp_desktop.ui.widgets.text_view import TextView

_SIDE_BY_SIDE_PX = 480
_GAP_PX = 8


class MailPreviewView(QWidget):
    """Recipients, subject, and the body as text and HTML: side by side, or in tabs if it is too narrow for that.

    It loads nothing.
    """

    def __init__(self, height_px: int) -> None:
        super().__init__()
        self._has = (False, False)
        self._problem = Caption("error", wraps=True)
        self._problem.setObjectName("previewProblem")
        self._note = Caption("hint", wraps=True)
        self._note.setObjectName("picturesHint")
        self._head = Caption("muted", wraps=True)
        self._head.setObjectName("previewHead")
        self._head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._tabs = TabBar()
        self._tabs.setObjectName("previewTabs")
        self._tabs.setAccessibleName(self.tr("Preview"))
        self._tabs.setExpanding(False)
        self._captions = (Caption("label", self.tr("Text")), Caption("label", self.tr("HTML")))
        self.text = TextView("previewText", self.tr("Preview of the text"))
        self.html = SafeHtml()
        for number, view in enumerate((self.text, self.html)):
            self._tabs.addTab(self._captions[number].text())
            view.setMinimumHeight(height_px)
            self._captions[number].setBuddy(view)
        self._name_parts()
        self._lay_out()
        self._tabs.currentChanged.connect(self._arrange)
        self.show_problem("")

    def _name_parts(self) -> None:
        self.html.setObjectName("previewHtml")
        self.html.setAccessibleName(self.tr("Preview of the HTML"))
        for view in (self.text, self.html):
            view.setTabChangesFocus(True)

    def _lay_out(self) -> None:
        bodies = QGridLayout()
        bodies.setHorizontalSpacing(_GAP_PX)
        bodies.setVerticalSpacing(4)
        for column, view in enumerate((self.text, self.html)):
            bodies.addWidget(self._captions[column], 0, column)
            bodies.addWidget(view, 1, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP_PX)
        layout.addWidget(self._problem)
        layout.addWidget(self._head)
        layout.addWidget(self._tabs)
        layout.addLayout(bodies, 1)
        layout.addWidget(self._note)
        layout.addStretch(0)  # keeps a single part at the top

    def show_mail(self, mail: RenderedMessage, html: DisplayHtml) -> None:
        """Shows `mail`, whose HTML was made ready as `html`."""
        self._problem.show_text("")
        lines = [self._to(self.tr("To"), mail.to), self._to(self.tr("Cc"), mail.cc), self._to(self.tr("Bcc"), mail.bcc)]
        lines.append(self._to(self.tr("Reply-To"), mail.reply_to))
        lines.append(self.tr("Subject: {subject}").format(subject=one_line(mail.subject)))
        if mail.attachments:
            lines.append(self.tr("Attached: {files}").format(files=", ".join(map(one_line, mail.attachments))))
        lines += [f"{name}: {one_line(value)}" for name, value in mail.headers]
        self._head.setText("\n".join(line for line in lines if line))
        self._head.show()
        self._has = (bool(mail.text.strip()), bool(mail.html.strip()))
        notes = [self.tr("Remote images are not loaded here.")] if html.has_outside_pictures else []
        self._note.show_text(" ".join((*notes, *map(shown, html.notes))))
        self.text.show_text(mail.text)
        at = self.html.verticalScrollBar().value()
        self.html.show_html(html)
        self.html.verticalScrollBar().setValue(at)
        self._arrange()

    def show_problem(self, words: str, *, warns: bool = True) -> None:
        """Shows no mail but the reason, as an error or, without `warns`, as a hint."""
        self._problem.set_role("error" if warns else "hint")
        self._problem.show_text(words)
        self._head.hide()
        self._note.hide()
        self._has = (False, False)
        self.text.show_text("")
        self.html.show_html(DisplayHtml())
        self._arrange()

    def add_problem(self, words: str) -> None:
        """Shows a problem above the mail, which stays visible."""
        self._problem.set_role("error")
        self._problem.show_text(words)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The widgets for the tab order, in reading order."""
        return (self._tabs, self.text, self.html)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        both = all(self._has)
        tabbed = both and self.width() < _SIDE_BY_SIDE_PX
        self._tabs.setVisible(tabbed)
        for number, view in enumerate((self.text, self.html)):
            seen = self._has[number] and (not tabbed or self._tabs.currentIndex() == number)
            view.setVisible(seen)
            self._captions[number].setVisible(seen and both and not tabbed)

    @staticmethod
    def _to(label: str, addresses: tuple[object, ...]) -> str:
        return f"{label}: {', '.join(one_line(str(address)) for address in addresses)}" if addresses else ""
