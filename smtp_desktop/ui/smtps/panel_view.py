"""The Info panel of an SMTP as it is seen: boxes at the top, the form, the history, and buttons below."""

from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.cards.card_holds import ShownHold
from smtp_desktop.ui.checks.history.section import HistorySection
from smtp_desktop.ui.smtps.boxes.pause_row import PauseRow
from smtp_desktop.ui.smtps.boxes.top_boxes import TopBoxes
from smtp_desktop.ui.smtps.boxes.why_words import WhyWords
from smtp_desktop.ui.smtps.footer_buttons import FooterButtons
from smtp_desktop.ui.smtps.form.form import SmtpForm
from smtp_desktop.ui.smtps.from_address.address_part import AddressPart
from smtp_desktop.ui.widgets.form_layout import column
from smtp_desktop.ui.widgets.form_panel import FormPanel


class SmtpPanelView(FormPanel[SmtpForm]):
    """Lays out the panel, keeps in view what is wanted there, and locks it while something is waited for."""

    def __init__(self, form: SmtpForm) -> None:
        super().__init__(form)
        self._stored: SmtpProfile | None = None
        self._in_view: QWidget | None = None
        self.history = HistorySection()
        self._top = TopBoxes()
        self.why_box, self.hold_box = self._top.why_box, self._top.hold_box
        self._pause = PauseRow()
        self.address = AddressPart()
        self._set_content(column(self.address, self._form, self.history, self._pause))
        self._put_on_top(self._top)
        self._buttons = FooterButtons()
        self._lay_out_footer(left=self._buttons.left, right=self._buttons.right)
        self._chain_top()
        self.history.chain_tab_order(self._form.last_stop, self._pause.link)
        self.setTabOrder(self._pause.link, self._buttons.delete)
        self.history.unfolded.connect(lambda: self._bring_into_view(self.history))

    def _turn_to(self, stored: SmtpProfile | None) -> None:
        self._stored, self._in_view = stored, None

    @property
    def form(self) -> SmtpForm:
        """The form, for those who fill parts of it."""
        return self._form

    def set_server_fact(self, fact: ServerFact) -> None:
        """Shows what is known of the server in the TLS hint, if the form names that server."""
        self._form.set_fact(fact)

    def trust(self, trusted: Authority | Certificate) -> None:
        """Enters, unsaved, what is trusted for the SMTP, and scrolls to it."""
        self._bring_into_view(self._form.trust(trusted))

    def refresh_trust(self) -> None:
        """Shows what is known by now of trusted CAs."""
        self._form.refresh_trust()

    def set_secret_place(self, text: str) -> None:
        """Shows beside the labels of secrets where they are kept, as in "kept in the system keyring"."""
        self._form.set_secret_place(text)

    def show_hold(self, held: ShownHold | None, now: datetime) -> None:
        """Shows what keeps the mails of the stored SMTP back; None for nothing."""
        self._keep_in_view(self._form, lambda: self._top.show_hold(held, now))
        self._pause.setVisible(self._stored is not None and not (held and held.hold.stops))

    def focus_first_field(self) -> None:
        """Moves the focus to the mail address of a new SMTP, else to the first field of the form."""
        if self.address.isHidden():
            super().focus_first_field()
        else:
            self.address.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self._bring_into_view(self.address.editor)

    def focus_save(self) -> None:
        """Moves the focus to *Create* or *Save*."""
        self._buttons.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, name: str) -> None:
        """Moves the focus to the field of that name in snake case; to the first one where it is not shown."""
        field = self._form.reveal(name)
        if field is None:
            self.focus_first_field()
            return
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field.editor, QLineEdit):
            field.editor.selectAll()
        self._bring_into_view(field.editor.parentWidget() or field.editor)

    def show_why(self, words: WhyWords | None) -> None:
        """Shows at the top what the stored SMTP fails with; None for nothing."""
        self._keep_in_view(self._form, lambda: self._top.show_why(words))
        if words:
            # When all is laid out: wrapped texts get their height only by their width.
            QTimer.singleShot(0, self, self._show_wanted)
        self._chain_top()

    def _show_wanted(self) -> None:
        wanted, self._in_view = self._in_view, None
        if wanted and wanted.isVisibleTo(self):
            super()._bring_into_view(wanted)

    def _bring_into_view(self, widget: QWidget) -> None:
        # What the SMTP fails with is read meanwhile, and may push it out of sight.
        self._in_view = widget
        super()._bring_into_view(widget)

    def _chain_top(self) -> None:
        for before, after in pairwise((self._close, *self._top.stops, *self.address.stops, self._form.first_stop)):
            self.setTabOrder(before, after)

    def set_busy(self, note: str) -> None:
        """Locks the form, so that the user can only read it and stop waiting. `note` says what is waited for."""
        self._buttons.note_focus(self.focusWidget())
        self._form.set_locked(True)
        self.address.setEnabled(False)
        self._progress.show_text(note)
        self._close.setEnabled(False)
        self._buttons.set_busy()

    def set_idle(self) -> None:
        """Unlocks the form, which holds what it held."""
        self._form.set_locked(False)
        self.address.setEnabled(True)
        self._progress.show_text("")
        self._close.setEnabled(True)
        self._buttons.set_idle()
