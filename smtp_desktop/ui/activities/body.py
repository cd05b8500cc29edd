"""The body of an activity's mail: the editors of text and HTML, and the preview."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.ui.accessibility.announcement import name_star
from smtp_desktop.ui.activities.mail_preview_view import MailPreviewView
from smtp_desktop.ui.activities.previewer import MailPreview
from smtp_desktop.ui.activities.value_fields import ValueFields
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, LABEL_GAP_PX, LabelledField
from smtp_desktop.ui.widgets.fields import TextArea
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.mail_view import TabBar
from smtp_desktop.ui.widgets.message_text import shown

_HEIGHT_PX = 168
_TEXT, _HTML, _PREVIEW = 0, 1, 2


class ActivityBody(QWidget):
    """Tabs for the editors and the preview, which has a field for each sample value."""

    samples_edited = Signal()
    names_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tabs = TabBar()
        self.text_area, self.html_area = TextArea(_HEIGHT_PX), TextArea(_HEIGHT_PX)
        for area in (self.text_area, self.html_area):
            area.setProperty("mono", True)
        self.text = LabelledField("text_body", self.tr("Body as text"), self.text_area)
        self.html = LabelledField("html_body", self.tr("Body as HTML"), self.html_area)
        self._samples = ValueFields()
        self._samples_title = Caption("label", self.tr("Sample values"))
        self._mail = MailPreviewView(_HEIGHT_PX)
        self._preview = QWidget()
        self._names = Caption("hint", wraps=True)
        self._names.setObjectName("placeholdersHint")
        self._lay_out()
        self._show_tab(_TEXT)
        self._tabs.currentChanged.connect(self._show_tab)
        self._samples.edited.connect(self.samples_edited)
        # Either of them corrects an empty body.
        self.text.edited.connect(lambda: self.html.set_error(""))
        self.html.edited.connect(lambda: self.text.set_error(""))

    def _lay_out(self) -> None:
        self._tabs.setObjectName("bodyTabs")
        self._tabs.setAccessibleName(self.tr("Body"))
        self._tabs.setExpanding(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for words in (self.tr("Text"), self.tr("HTML"), self.tr("Preview")):
            self._tabs.addTab(words)
        head = WrapLayout()
        head.setSpacing(2)
        head.addWidget(Caption("label", self.tr("Body")))
        head.addWidget(name_star(Caption("required", "*")))
        head.addStretch(1)
        head.addWidget(self._tabs)
        inner = QVBoxLayout(self._preview)
        inner.setContentsMargins(0, 0, 0, 0)
        for part in (self._samples_title, self._samples, self._mail):
            inner.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        layout.setSpacing(LABEL_GAP_PX)
        layout.addLayout(head)
        for field in (self.text, self.html):
            field.hide_label()
            self._remove_margins(field)
            layout.addWidget(field)
        layout.addWidget(self._preview)
        layout.addWidget(self._names)

    @staticmethod
    def _remove_margins(field: LabelledField) -> None:
        layout = field.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)

    @property
    def stops(self) -> Sequence[QWidget]:
        """The widgets for the tab order, in reading order."""
        mail = self._mail
        return (self._tabs, self.text_area, self.html_area, *self._samples.stops, *mail.stops)

    @property
    def samples(self) -> dict[str, str]:
        """The sample values, by name."""
        return self._samples.values

    def start(self) -> None:
        """Shows the text, and forgets the sample values."""
        self._samples.forget()
        self._show_names(())
        self._tabs.setCurrentIndex(_TEXT)
        self._mail.show_problem("")

    def show_field(self, name: str) -> None:
        """Switches to the tab of that field."""
        if name in {"text", "html"}:
            self._tabs.setCurrentIndex(_TEXT if name == "text" else _HTML)

    def show_preview(self, preview: MailPreview) -> None:
        """Shows the placeholders and the mail of `preview`."""
        if preview.names is not None:
            self._show_names(preview.names, preview)
        if preview.mail:
            self._mail.show_mail(preview.mail, preview.html)
            self._mail.add_problem(_words(preview.problems))
        else:
            self._mail.show_problem(_words(preview.problems))
        if preview.names is not None and self.samples != dict(preview.values):
            self.samples_edited.emit()

    def show_problem(self, words: str) -> None:
        """Shows why there is no preview."""
        self._mail.show_problem(words)

    def _show_names(self, names: tuple[str, ...], preview: MailPreview | None = None) -> None:
        words = self.tr("Placeholders: {names}").format(names=", ".join(names))
        self._names.setText(words if names else self.tr("Use {{ name }} for anything that changes each time."))
        if names != self._samples.names:
            values = preview.values if preview else {}
            self._samples.show_names(names, lambda name: values.get(name, name))
            self.names_changed.emit()
        self._show_tab(self._tabs.currentIndex())

    def _show_tab(self, number: int) -> None:
        self.text.setVisible(number == _TEXT)
        self.html.setVisible(number == _HTML)
        self._preview.setVisible(number == _PREVIEW)
        self._samples_title.setVisible(bool(self._samples.names))
        self._samples.setVisible(bool(self._samples.names))
        self._names.setVisible(number != _PREVIEW)


def _words(problems: tuple[FieldError, ...]) -> str:
    return "\n".join(shown(problem.message) for problem in problems)
