"""Triggering an activity by hand."""

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from smtp_desktop.domain.delivery.activity import Activity, activity_draft_of
from smtp_desktop.ui.activities.cards import route_words
from smtp_desktop.ui.activities.mail_preview import MailPreview
from smtp_desktop.ui.activities.template_look import Look, LookRequest
from smtp_desktop.ui.activities.value_fields import ValueFields
from smtp_desktop.ui.theme.styled import set_style_property, styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_WIDTH_PX = 640
_BODY_PX, _PREVIEW_PX = 120, 260
_VALUES_MAX_PX = 230


class TriggerDialog(Dialog):
    """A field for each placeholder, and the mail that they give."""

    confirmed = Signal(object)
    """Carries the values, a Mapping by name. The dialog stays open."""
    look_wanted = Signal(object)
    """Carries a LookRequest."""

    def __init__(self, parent: QWidget, *, activity: Activity, names: tuple[str, ...]) -> None:
        title = self.tr("Trigger {name}").format(name=activity.name)
        super().__init__(parent, name="triggerDialog", title=title, width=_WIDTH_PX)
        self._draft = activity_draft_of(activity)
        self._route = styled_label("", "muted", wrap=True)
        self._route.setObjectName("routeText")
        self._fields = ValueFields()
        self._fields.show_names(names)
        self._scroll = QScrollArea()
        self._mail = MailPreview(_BODY_PX)
        # From the beginning: the dialog does not jump while values are typed.
        self._mail.setMinimumHeight(_PREVIEW_PX)
        self._mail.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._state = styled_label("", "error", wrap=True)
        self._state.setObjectName("triggerState")
        self._state.hide()
        self._lay_out()
        self._fields.edited.connect(lambda: self._ask_for_look(at_once=False))
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
        # As high as its fields need, up to a limit; then it scrolls.
        self._scroll.setFixedHeight(min(self._fields.sizeHint().height() + 2, _VALUES_MAX_PX))

    def ask_for_look(self) -> None:
        """It is asked what the mail looks like with the values so far."""
        self._ask_for_look(at_once=True)

    def _ask_for_look(self, *, at_once: bool) -> None:
        request = LookRequest(draft=self._draft, values=self._given(), sampled=False, at_once=at_once)
        self.look_wanted.emit(request)

    def _given(self) -> Mapping[str, str]:
        return {name: value for name, value in self._fields.values.items() if value}

    def show_look(self, look: Look) -> None:
        """The dialog shows what `look` says."""
        self._route.setText(route_words(look.route))
        if look.missing:
            names = ", ".join(look.missing)
            self._mail.show_problem(
                self.tr("The mail is seen here once these are filled in: {names}").format(names=names), warns=False
            )
        elif look.mail and not look.problems:
            self._mail.show_mail(look.mail)
        else:
            self._mail.show_problem("\n".join(shown(problem.message) for problem in look.problems))

    def show_look_problem(self, words: str) -> None:
        """Nothing could be found out, for what `words` say."""
        self._mail.show_problem(words)

    def show_working(self) -> None:
        """The mail is being put into the outbox."""
        self._ok.setEnabled(False)
        self._say(self.tr("Queuing…"), "muted")

    def show_missing(self, names: tuple[str, ...]) -> None:
        """Nothing was queued: these have no value."""
        self._ok.setEnabled(True)
        self._say("", "error")
        self._fields.show_errors({name: self.tr("Give a value.") for name in names})
        self._fit()

    def show_problem(self, words: str) -> None:
        """Nothing was queued, for what `words` say; what was typed is still there."""
        self._ok.setEnabled(True)
        self._say(words, "error")

    def _say(self, words: str, role: str) -> None:
        set_style_property(self._state, "role", role)
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def _confirm(self) -> None:
        self.confirmed.emit(self._given())


class QueuedDialog(Dialog):
    """Says that a mail is queued, and leads to it."""

    show_asked = Signal()

    def __init__(self, parent: QWidget, *, name: str, to: str) -> None:
        super().__init__(parent, name="messageDialog", title=self.tr("Queued: it is delivered now"), width=440)
        words = self.tr("The mail of {name} to {to} is in the outbox. Deliveries tells when it is sent.")
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


class WhichVersion(StrEnum):
    SAVED = "saved"  # save what is typed, and trigger that
    STORED = "stored"


class SaveFirstDialog(Dialog):
    """Asks what is triggered while something typed is not saved."""

    answered = Signal(object)
    """Carries a WhichVersion. Nothing comes where the admin cancels."""

    def __init__(self, parent: QWidget, *, stored: bool) -> None:
        title = self.tr("Save the changes first?") if stored else self.tr("Save the activity first?")
        super().__init__(parent, name="saveFirstDialog", title=title, width=480)
        words = self.tr("Only what is saved can be triggered.")
        if stored:
            words = self.tr(
                "What you typed is not saved yet. Triggered without saving, the activity sends what was saved before."
            )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        if stored:
            before = styled_button(self.tr("Trigger the saved one"))
            before.setObjectName("triggerStoredButton")
            before.setAutoDefault(False)
            before.clicked.connect(lambda: self._answer(WhichVersion.STORED))
            self.footer.addWidget(before)
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Save and trigger")).clicked.connect(lambda: self._answer(WhichVersion.SAVED))

    def _answer(self, answer: WhichVersion) -> None:
        self.accept()
        self.answered.emit(answer)
