"""The dialogs of activities: trigger, save first, delete."""

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from smtp_desktop.domain.delivery.activity import Activity, activity_draft_of
from smtp_desktop.ui.activities.mail_preview_view import MailPreviewView
from smtp_desktop.ui.activities.previewer import MailPreview, PreviewRequest
from smtp_desktop.ui.activities.value_fields import ValueFields
from smtp_desktop.ui.activities.words import route_words
from smtp_desktop.ui.theme.styled import set_style_property, styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_WIDTH_PX = 640
_BODY_PX, _PREVIEW_PX = 120, 260
_VALUES_MAX_PX = 230


class TriggerDialog(Dialog):
    """Asks for the values of the placeholders, and shows the mail that they give."""

    confirmed = Signal(object)
    """Send was pressed. Carries the values, a Mapping by name. The dialog stays open."""
    preview_requested = Signal(object)
    """Carries a PreviewRequest."""

    def __init__(
        self, parent: QWidget, *, activity: Activity, names: tuple[str, ...], values: Mapping[str, str] | None = None
    ) -> None:
        """`names` are the placeholders; `values` are those that are filled in already."""
        title = self.tr("Trigger {name}").format(name=activity.name)
        super().__init__(parent, name="triggerDialog", title=title, width=_WIDTH_PX)
        self._draft = activity_draft_of(activity)
        self._route = styled_label("", "muted", wrap=True)
        self._route.setObjectName("routeText")
        self._fields = ValueFields()
        self._fields.show_names(names, lambda name: (values or {}).get(name, ""))
        self._scroll = QScrollArea()
        self._mail = MailPreviewView(_BODY_PX)
        # From the start, so that the dialog does not jump while values are typed.
        self._mail.setMinimumHeight(_PREVIEW_PX)
        self._mail.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._state = styled_label("", "error", wrap=True)
        self._state.setObjectName("triggerState")
        self._state.hide()
        self._lay_out()
        self._fields.edited.connect(lambda: self._request_preview(at_once=False))
        if names:
            self._fields.stops[0].setFocus()

    def _lay_out(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fields.setProperty("area", "panelBody")
        self._scroll.setWidget(self._fields)
        self._scroll.setVisible(bool(self._fields.names))
        self._fit()
        for part in (self._route, self._scroll):
            self.body.addWidget(part)
        self.body.addSpacing(4)
        self.body.addWidget(self._mail, 1)
        self.body.addWidget(self._state)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Send"))
        self._ok.clicked.connect(self._confirm)

    def _fit(self) -> None:
        # As high as its fields, up to a limit above which it scrolls.
        self._scroll.setFixedHeight(min(self._fields.sizeHint().height() + 2, _VALUES_MAX_PX))

    def request_preview(self) -> None:
        """Requests a preview with the values that are typed now."""
        self._request_preview(at_once=True)

    def _request_preview(self, *, at_once: bool) -> None:
        request = PreviewRequest(draft=self._draft, values=self._typed_values(), sampled=False, at_once=at_once)
        self.preview_requested.emit(request)

    def _typed_values(self) -> Mapping[str, str]:
        return {name: value for name, value in self._fields.values.items() if value}

    def show_preview(self, preview: MailPreview) -> None:
        """Shows the route and the mail, or why there is no mail."""
        self._route.setText(route_words(preview.route))
        if preview.missing:
            names = ", ".join(preview.missing)
            self._mail.show_problem(self.tr("Fill in {names} to preview the message.").format(names=names), warns=False)
        elif preview.mail and not preview.problems:
            self._mail.show_mail(preview.mail, preview.html)
        else:
            self._mail.show_problem("\n".join(shown(problem.message) for problem in preview.problems))
        self.grow()

    def show_preview_problem(self, words: str) -> None:
        """Shows why no preview could be made."""
        self._mail.show_problem(words)

    def show_working(self) -> None:
        """Shows that the mail is being added to the outbox."""
        self._ok.setEnabled(False)
        self._show_state(self.tr("Queuing…"), "muted")

    def show_missing(self, names: tuple[str, ...]) -> None:
        """Shows that nothing was queued, since these placeholders have no value."""
        self._ok.setEnabled(True)
        self._show_state("", "error")
        self._fields.show_errors({name: self.tr("Enter a value.") for name in names})
        self._fit()

    def show_problem(self, words: str) -> None:
        """Shows why nothing was queued. What was typed stays."""
        self._ok.setEnabled(True)
        self._show_state(words, "error")

    def _show_state(self, words: str, role: str) -> None:
        set_style_property(self._state, "role", role)
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def _confirm(self) -> None:
        self.confirmed.emit(self._typed_values())


class QueuedDialog(Dialog):
    """Says that a mail is queued, with a button that shows its delivery."""

    show_asked = Signal()

    def __init__(self, parent: QWidget, *, name: str, to: str) -> None:
        super().__init__(parent, name="messageDialog", title=self.tr("Queued for delivery"), width=440)
        words = self.tr("The message from {name} to {to} is in the outbox. Deliveries shows when it has been sent.")
        label = styled_label(words.format(name=name, to=to), "muted", wrap=True)
        label.setObjectName("messageText")
        self.body.addWidget(label)
        show = styled_button(self.tr("Show delivery"))
        show.setObjectName("showDeliveriesButton")
        show.setAutoDefault(False)
        show.clicked.connect(self._show)
        self.footer.addStretch(1)
        self.footer.addWidget(show)
        self.add_ok(self.tr("Ok")).clicked.connect(self.accept)

    def _show(self) -> None:
        self.accept()
        self.show_asked.emit()


class TriggerVersion(StrEnum):
    """The version of an activity that is triggered."""

    TYPED = "typed"  # what is in the form, which is saved first
    STORED = "stored"


class SaveFirstDialog(Dialog):
    """Asks which version to trigger while the form has unsaved changes."""

    answered = Signal(object)
    """Carries a TriggerVersion. Not emitted if the user cancels."""

    def __init__(self, parent: QWidget, *, stored: bool) -> None:
        title = self.tr("Save the changes first?") if stored else self.tr("Save the activity first?")
        super().__init__(parent, name="saveFirstDialog", title=title, width=480)
        words = self.tr("An activity can be triggered only after it has been saved.")
        if stored:
            words = self.tr(
                "Your changes are not saved yet. If you don't save them, the activity is triggered as last saved."
            )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        if stored:
            before = styled_button(self.tr("Trigger without saving"))
            before.setObjectName("triggerStoredButton")
            before.setAutoDefault(False)
            before.clicked.connect(lambda: self._answer(TriggerVersion.STORED))
            self.footer.addWidget(before)
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Save and trigger")).clicked.connect(lambda: self._answer(TriggerVersion.TYPED))

    def _answer(self, answer: TriggerVersion) -> None:
        self.accept()
        self.answered.emit(answer)


class DeleteActivityDialog(Dialog):
    """Asks before an activity is deleted, and says what is lost and what stays."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent, name="deleteDialog", title=self.tr("Delete {name}?").format(name=name), width=480)
        words = self.tr(
            "This can't be undone: its recipients, text and settings are lost, and scripts that trigger it "
            "will fail. Its deliveries stay in the list, and waiting messages are still sent."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self.footer.addStretch(1)
        effect = self.tr("Delete {name}").format(name=name)
        self.add_destructive_ok(self.tr("Ok"), effect).clicked.connect(self._confirm)

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit()
