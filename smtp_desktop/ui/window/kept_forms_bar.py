"""The bar below the top bar that offers what was typed and not saved when the program ended last time."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtp_desktop.domain.kept_form import FormKind, KeptForm, KeptFormId
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.labels import ElidedLabel
from smtp_desktop.ui.widgets.message_text import local_time

_LEAST_WORDS_PX = 200


class KeptFormsBar(QWidget):
    """A row for each form; hidden where there is none. Its `objectName` is `keptFormsBar`."""

    continue_asked = Signal(str)
    """The user wants to go on with the form of that KeptFormId."""
    discard_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("keptFormsBar")
        self._rows: dict[KeptFormId, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def add(self, form_id: KeptFormId, form: KeptForm) -> None:
        """Offers that form."""
        row = QFrame()
        row.setProperty("area", "row")
        words = ElidedLabel("body")
        words.setObjectName("keptFormWords")
        words.show_words(self._words(form))
        go_on, discard = styled_button(self.tr("Continue")), styled_button(self.tr("Discard"), "link")
        go_on.setObjectName("continueFormButton")
        discard.setObjectName("discardFormButton")
        for button, asked in ((go_on, self.continue_asked), (discard, self.discard_asked)):
            button.setAccessibleName(f"{button.text()}: {form.name or self._nameless(form.kind)}")
            button.clicked.connect(lambda _=False, asked=asked: asked.emit(form_id))
        words.setMinimumWidth(_LEAST_WORDS_PX)
        layout = WrapLayout(row)
        layout.setContentsMargins(24, 6, 24, 6)
        layout.setSpacing(12)
        layout.addWidget(words, 1)
        layout.addWidget(go_on)
        layout.addWidget(discard)
        self._rows[form_id] = row
        self._column.addWidget(row)
        self.show()

    def remove(self, form_id: KeptFormId) -> None:
        """Offers that form no more."""
        row = self._rows.pop(form_id, None)
        if row:
            row.hide()
            row.deleteLater()
        self.setVisible(bool(self._rows))

    def _words(self, form: KeptForm) -> str:
        name, when = form.name or self._nameless(form.kind), local_time(form.at)
        words = {
            (FormKind.SMTP, False): self.tr("Unsaved changes to the SMTP {name} from {when} were kept."),
            (FormKind.SMTP, True): self.tr("An unsaved new SMTP was kept: {name}, from {when}."),
            (FormKind.ACTIVITY, False): self.tr("Unsaved changes to the activity {name} from {when} were kept."),
            (FormKind.ACTIVITY, True): self.tr("An unsaved new activity was kept: {name}, from {when}."),
        }
        return words[form.kind, form.stored_id is None].format(name=name, when=when)

    def _nameless(self, kind: FormKind) -> str:
        return self.tr("an SMTP without a name") if kind is FormKind.SMTP else self.tr("an activity without a name")
