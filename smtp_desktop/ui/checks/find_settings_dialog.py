"""The dialog of a search for settings that work: its probes as they happen, then its suggestions."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.suggestion import Confidence, Probe, SearchResult, Suggestion
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.ui.checks.probe_list import ProbeList
from smtp_desktop.ui.checks.suggestion import SuggestionView, choice_words
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_WIDTH_PX = 720


class FindSettingsDialog(Dialog):
    """Shows a search; *Cancel* ends it while it runs. Its `objectName` is `findSettingsDialog`."""

    chosen = Signal(object)
    """The user wants these settings. Carries the Suggestion, after the dialog was closed."""

    def __init__(self, parent: QWidget, *, host: str, signs_in: bool, theme: Theme) -> None:
        """`host` is the one that the password was entered for, where the SMTP `signs_in`."""
        title = self.tr("Looking for settings that work…")
        super().__init__(parent, name="findSettingsDialog", title=title, width=_WIDTH_PX)
        self._offered: tuple[Suggestion, ...] = ()
        self._probes = ProbeList(theme)
        self._words = styled_label("", "", wrap=True)
        self._words.setObjectName("messageText")
        self._choices = QFrame()
        self._group = QButtonGroup(self)
        self._suggestion = SuggestionView()
        self.body.addWidget(styled_label(self._promise(host if signs_in else ""), "muted", wrap=True))
        self._lay_out()
        self._group.idToggled.connect(self._show_chosen)

    def _promise(self, host: str) -> str:
        nothing = self.tr("No mail is sent.")
        once = self.tr("The password is tried at most once, and only at {host}.").format(host=host)
        return f"{nothing} {once}" if host else nothing

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self._choices)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(6)
        for part in (self._probes, self._words, self._choices, self._suggestion):
            self.body.addWidget(part)
            part.hide()
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Apply"))
        self._ok.clicked.connect(self._choose)
        self._ok.hide()

    def show_probe(self, probe: Probe) -> None:
        """Shows how a probe goes, in a row of its own."""
        self._probes.show()
        self._probes.show_probe(probe)
        self._fit()

    def show_found(self, found: SearchResult) -> None:
        """Shows the best suggestion, which can be applied or another one chosen; or says that there is none."""
        self._offered = found.suggestions
        if not self._offered:
            self.say_title(self.tr("No working settings found"))
            self._say(self._advice(found))
            return
        proven = self._offered[0].confidence in {Confidence.SIGNED_IN, Confidence.SENDER_TAKEN}
        self.say_title(self.tr("Found settings that work") if proven else self.tr("Found settings that may work"))
        self._offer_choice()
        self._suggestion.show_suggestion(self._offered[0])
        self._suggestion.show()
        self._ok.show()
        self._ok.setFocus()
        self._fit()

    def _advice(self, found: SearchResult) -> str:
        if not found.probes:
            return self.tr(
                "There are no other settings worth trying. Ask the server's administrator which host and port "
                "programs should use to send mail."
            )
        if all(probe.with_password for probe in found.probes):
            return self.tr(
                "The server refused the other sender too. Ask the server's administrator which addresses this "
                "user may send from."
            )
        return self.tr(
            "The answers are listed above. Ask the server's administrator which host and port programs "
            "should use to send mail."
        )

    def show_problem(self, message: MessageText) -> None:
        """Shows why the search could not begin or go on."""
        self.say_title(self.tr("It couldn't be tried"))
        self._say(shown(message))

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.show()
        self._cancel.setText(self.tr("Close"))
        self._cancel.setAccessibleName(self._cancel.text())
        self._cancel.setFocus()
        self._fit()

    def _offer_choice(self) -> None:
        if len(self._offered) == 1:
            return
        for number, suggestion in enumerate(self._offered):
            button = QRadioButton(choice_words(suggestion))
            button.setObjectName(f"suggestionButton{number}")
            button.setAccessibleName(button.text())
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            # No wider than its text: only that can be clicked.
            self._column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        self._choices.show()

    def _show_chosen(self, number: int, chosen: bool) -> None:
        if chosen:
            self._suggestion.show_suggestion(self._offered[number])
            self._fit()

    def _choose(self) -> None:
        suggestion = self._offered[max(self._group.checkedId(), 0)]
        self.accept()
        self.chosen.emit(suggestion)

    def _fit(self) -> None:
        # New parts are laid out only when the event loop goes on.
        QTimer.singleShot(0, self, self.fit)
