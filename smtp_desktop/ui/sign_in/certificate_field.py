"""The certificate of an app in a form: the present one, and the one that is to replace it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.ui.accessibility.announcement import describe, name_star
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, LABEL_GAP_PX
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.message_text import day_text, set_tip

_LINK_GAP_PX = 14
_SHOWN_DIGITS = 16  # of a thumbprint, as Entra ID shows in its list


class CertificateField(QWidget):
    """Says which certificate the app signs in with, and makes, reads, saves, renews and removes certificates. Holds the
    keys of those that are not saved yet. Its `objectName` is `appCertificate`."""

    edited = Signal()
    make_asked = Signal()
    """The user wants a certificate made here. It becomes the present one, or the next where there is one."""
    import_asked = Signal()
    save_asked = Signal(object)
    """The user wants a file of this AppCertificate."""
    upload_help_asked = Signal()
    test_next_asked = Signal()
    switch_asked = Signal()
    """The next certificate, which is stored, is to take the place of the present one."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "certificate"
        self.setObjectName("appCertificate")
        self._present, self._next = _Held(), _Held()
        label = Caption("label", self.tr("Certificate"))
        label.setObjectName("certificateLabel")
        star = name_star(Caption("required", "*"))
        self._words = Caption("", wraps=True)
        self._words.setObjectName("certificateWords")
        self._hint = Caption("hint", wraps=True)
        self._hint.setObjectName("certificateHint")
        self._next_words = Caption("", wraps=True)
        self._next_words.setObjectName("nextCertificateWords")
        self._next_hint = Caption("hint", wraps=True)
        self._error = Caption("error", wraps=True)
        self._error.setObjectName("certificateError")
        self._error.hide()
        self.make = self._link("makeCertificateButton", self.tr("Create certificate…"), self.make_asked.emit)
        self.read = self._link("importCertificateButton", self.tr("Import PFX or PEM…"), self.import_asked.emit)
        self._save = self._link("saveCertificateButton", self.tr("Save .cer…"), self._save_present)
        self._help = self._link("uploadHelpLink", self.tr("How to upload it"), self.upload_help_asked.emit)
        self._remove = self._link("removeCertificateButton", self.tr("Remove"), self._remove_present)
        self._save_next = self._link("saveNextCertificateButton", self.tr("Save .cer…"), self._save_the_next)
        self._test_next = self._link("testNextCertificateButton", self.tr("Test it"), self.test_next_asked.emit)
        self._switch = self._link("switchCertificateButton", self.tr("Switch to it"), self._switch_over)
        self._remove_next = self._link("removeNextCertificateButton", self.tr("Remove"), self._remove_the_next)
        self._save_next.setAccessibleName(self.tr("Save the .cer file of the next certificate…"))
        self._remove_next.setAccessibleName(self.tr("Remove the next certificate"))
        self._remove.setAccessibleName(self.tr("Remove the certificate"))
        self.editor: QWidget = self.make
        head = WrapLayout()
        head.setSpacing(2)
        head.addWidget(label)
        head.addWidget(star)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        rows.setSpacing(LABEL_GAP_PX)
        rows.addLayout(head)
        rows.addWidget(self._words)
        rows.addWidget(self._hint)
        rows.addLayout(_row(self._save, self._help, self.make, self.read, self._remove))
        rows.addWidget(self._next_words)
        rows.addWidget(self._next_hint)
        rows.addLayout(_row(self._save_next, self._test_next, self._switch, self._remove_next))
        rows.addWidget(self._error)
        self._show()

    def _link(self, name: str, words: str, act: Callable[[], None]) -> LinkButton:
        link = LinkButton(words)
        link.setObjectName(name)
        link.clicked.connect(lambda _: act())
        return link

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in order."""
        return (
            self._save,
            self._help,
            self.make,
            self.read,
            self._remove,
            self._save_next,
            self._test_next,
            self._switch,
            self._remove_next,
        )

    def take(self, certificate: AppCertificate, key: Secret) -> None:
        """Takes what was made or read: as the present certificate, or as the next where there is one."""
        held = self._next if self._present.certificate else self._present
        held.certificate, held.key = certificate, key
        self._changed()

    def clear_keys(self) -> None:
        """Drops keys that are not saved."""
        self._present.key = self._next.key = None

    def fill(self, draft: ProfileDraft) -> None:
        """Shows the certificates of `draft`. A key that belongs to another certificate is dropped."""
        self._present.turn_to(draft.app_certificate)
        self._next.turn_to(draft.next_app_certificate)
        self._show()

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with these certificates and the keys that are not saved yet."""
        return replace(
            draft,
            app_certificate=self._present.certificate,
            next_app_certificate=self._next.certificate,
            certificate=self._present.key,
            next_certificate=self._next.key,
        )

    @property
    def error(self) -> str:
        """The error that is shown; empty if there is none."""
        return self._error.text()

    def set_error(self, message: str) -> None:
        """Shows `message` below all; an empty one removes it."""
        self._error.show_text(message)
        describe(self.make, error=message, hint=self._hint.text())

    def set_locked(self, locked: bool) -> None:
        """Sets whether certificates can only be saved to a file."""
        for link in (self.make, self.read, self._remove, self._test_next, self._switch, self._remove_next):
            link.setEnabled(not locked)

    def _save_present(self) -> None:
        self.save_asked.emit(self._present.certificate)

    def _save_the_next(self) -> None:
        self.save_asked.emit(self._next.certificate)

    def _remove_present(self) -> None:
        self._present = _Held()
        self._changed()
        self.make.setFocus()  # the link disappears with what it removes

    def _remove_the_next(self) -> None:
        self._next = _Held()
        self._changed()
        self.make.setFocus()  # as above

    def _switch_over(self) -> None:
        if self._next.key is None:
            self.switch_asked.emit()  # its key is stored, where no form reads it
            return
        self._present, self._next = self._next, _Held()
        self._changed()
        self.make.setFocus()

    def _changed(self) -> None:
        self.set_error("")
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        present, upcoming = self._present.certificate, self._next.certificate
        self._words.show_text(_words(present, self.tr("Valid until {day}, SHA-256 {thumbprint}…")))
        set_tip(self._words, present.thumbprint if present else "")
        self._hint.setText(self._hint_words(present))
        self._hint.setVisible(not upcoming)
        self.make.say(self.tr("Renew…") if present else self.tr("Create certificate…"))
        for link in (self._save, self._help, self._remove):
            link.setVisible(present is not None)
        for link in (self.make, self.read):
            link.setVisible(upcoming is None)
        self._next_words.show_text(_words(upcoming, self.tr("Next: valid until {day}, SHA-256 {thumbprint}…")))
        set_tip(self._next_words, upcoming.thumbprint if upcoming else "")
        self._next_hint.setText(
            self.tr(
                "Upload its .cer file beside the present one, test it, then switch. Until then the present "
                "certificate stays in use."
            )
        )
        for part in (self._next_hint, self._save_next, self._test_next, self._switch, self._remove_next):
            part.setVisible(upcoming is not None)

    def _hint_words(self, present: AppCertificate | None) -> str:
        if present:
            return self.tr(
                "Save the .cer file and upload it in Entra ID: App registrations, your app, Certificates & secrets, "
                "Certificates. Then test."
            )
        return self.tr("The private key stays here, encrypted. Only the .cer file goes to Entra ID.")


class _Held:
    """A certificate, and its key while that is not saved."""

    def __init__(self) -> None:
        self.certificate: AppCertificate | None = None
        self.key: Secret | None = None

    def turn_to(self, certificate: AppCertificate | None) -> None:
        if certificate != self.certificate:
            self.certificate, self.key = certificate, None


def _words(certificate: AppCertificate | None, form: str) -> str:
    if certificate is None:
        return ""
    return form.format(day=day_text(certificate.valid_until), thumbprint=certificate.thumbprint[:_SHOWN_DIGITS])


def _row(*links: LinkButton) -> WrapLayout:
    row = WrapLayout()
    row.setSpacing(_LINK_GAP_PX)
    for link in links:
        row.addWidget(link)
    return row
