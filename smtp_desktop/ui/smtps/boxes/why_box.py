"""The box with which the panel of a failing SMTP begins: why, since when, and the way on."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.reading_order import read_in_order
from smtp_desktop.ui.checks.fault_field import edit_label
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.smtps.boxes.why_words import WhyWords
from smtp_desktop.ui.theme.styled import polish_anew, set_style_property, styled_button, styled_label
from smtp_desktop.ui.widgets.labels import Caption, LinkButton


class WhyBox(QFrame):
    """Cause, since when and how often, the server's words, the first step, links and buttons, the first of which is
    what the cause needs. Hidden while nothing fails. Its `objectName` is `whyBox`."""

    edit_asked = Signal(str)
    """Carries the field at fault, in snake case."""
    test_asked = Signal()
    find_asked = Signal()
    trust_asked = Signal()
    sign_in_asked = Signal()
    change_asked = Signal()
    """The user wants to sign in otherwise than with a password."""
    detail_asked = Signal()
    """The user wants to see all steps and the transcript."""
    page_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("whyBox")
        self.setProperty("area", "advice")
        self._words: WhyWords | None = None
        self._title = styled_label("", "adviceTitle", wrap=True)
        self._title.setObjectName("whyTitle")
        self._since = Caption("adviceText", wraps=True)
        self._said_by, self._said = Caption("muted"), Caption("said", wraps=True)
        self._said.setObjectName("whyReply")
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._meaning = Caption("adviceText", wraps=True)
        self._meaning.setObjectName("whyMeaning")
        self._step = Caption("adviceText", wraps=True)
        self._step.setObjectName("whyStep")
        self._step.setTextFormat(Qt.TextFormat.RichText)  # what it shows is escaped
        self.detail_link = LinkButton(self.tr("All steps and transcript"))
        self.detail_link.setObjectName("whyDetailLink")
        self.page_link = LinkButton(self.tr("Open the page"))
        self.page_link.setObjectName("whyPageLink")
        self._reply_box = self._make_reply_box()
        self._buttons = {
            "editFaultButton": styled_button(edit_label("")),
            "againButton": styled_button(self.tr("Test again")),
            "findSettingsButton": styled_button(self.tr("Find settings that work")),
            "trustButton": styled_button(self.tr("Trust this certificate…")),
            "signInButton": styled_button(self.tr("Sign in again")),
            "changeSignInButton": styled_button(self.tr("Change sign-in…")),
        }
        for name, button in self._buttons.items():
            button.setParent(self)
            button.setObjectName(f"why{name[0].upper()}{name[1:]}")
            button.setProperty("kind", "small")
            button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
        self._flow = WrapLayout()
        self._flow.setSpacing(8)
        self._lay_out()
        self._connect()
        self.hide()

    def _make_reply_box(self) -> QFrame:
        box = QFrame()
        box.setProperty("area", "said")
        column = QVBoxLayout(box)
        column.setContentsMargins(10, 7, 10, 7)
        column.setSpacing(2)
        column.addWidget(self._said_by)
        column.addWidget(self._said)
        return box

    def _lay_out(self) -> None:
        links = WrapLayout()
        links.setSpacing(16)
        links.addWidget(self.detail_link)
        links.addWidget(self.page_link)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._since)
        column.addWidget(self._meaning)
        column.addSpacing(2)
        column.addWidget(self._reply_box)
        column.addSpacing(2)
        column.addWidget(self._step)
        column.addSpacing(2)
        column.addLayout(links)
        column.addSpacing(4)
        column.addLayout(self._flow)

    def _connect(self) -> None:
        self._buttons["editFaultButton"].clicked.connect(
            lambda: self.edit_asked.emit(self._words.field if self._words else "")
        )
        self._buttons["againButton"].clicked.connect(self.test_asked)
        self._buttons["findSettingsButton"].clicked.connect(self.find_asked)
        self._buttons["trustButton"].clicked.connect(self.trust_asked)
        self._buttons["signInButton"].clicked.connect(self.sign_in_asked)
        self._buttons["changeSignInButton"].clicked.connect(self.change_asked)
        self.detail_link.clicked.connect(self.detail_asked)
        self.page_link.clicked.connect(lambda: self.page_asked.emit(self._words.page if self._words else ""))

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in reading order."""
        order = self._words.buttons if self._words else ()
        others = tuple(name for name in self._buttons if name not in order)
        return (self.detail_link, self.page_link, *(self._buttons[name] for name in (*order, *others)))

    def show_words(self, words: WhyWords | None) -> None:
        """Shows why; None hides the box."""
        if words is not None and words != self._words:
            self._fill(words)
        self._words = words
        self.setVisible(words is not None)

    def _fill(self, words: WhyWords) -> None:
        self._title.setText(words.title)
        self._since.show_text(words.since)
        self._meaning.show_text(words.meaning)
        self._said_by.setText(words.said_by)
        self._said.setText(words.said)
        self._reply_box.setVisible(bool(words.said))
        step = self._show_step(words.step)
        self.page_link.say(self.tr("Open {host}").format(host=_host_of(words.page)))
        self.page_link.setToolTip(words.page)
        self.page_link.setVisible(bool(words.page))
        self.detail_link.setVisible(not words.stale and not words.untried)
        self._buttons["editFaultButton"].setText(edit_label(words.field))
        self._buttons["againButton"].setText(self.tr("Test now") if words.stale else self.tr("Test again"))
        while self._flow.count():
            self._flow.takeAt(0)
        for name in words.buttons:
            self._flow.addWidget(self._buttons[name])
        read_in_order(self._column)
        for name, button in self._buttons.items():
            button.setAccessibleName(button.text())
            button.setVisible(name in words.buttons)
        said = f"{words.said_by}: {words.said}" if words.said else ""
        parts = (words.title, words.since, words.meaning, said, step)
        self.setAccessibleName(" ".join(part for part in parts if part))
        set_style_property(self, "tone", "info" if words.stale else "warn" if words.unknown else "bad")
        polish_anew(self._title)  # its colour depends on the tone of the box

    def _show_step(self, step: str) -> str:
        """Shows the first step, if there is one, and returns it as it is read out."""
        first = self.tr("First step")
        spoken = f"{first}: {step}" if step else ""
        self._step.show_text(f"<b>{escape(first)}</b> {escape(step)}" if step else "")
        self._step.setAccessibleName(spoken)
        return spoken


def _host_of(page: str) -> str:
    return page.partition("://")[2].partition("/")[0]
