"""The part of the SMTP form about certificates: the server's own, and what is trusted for this SMTP alone."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint
from smtp_desktop.ui.widgets.certificate_view import short_fingerprint, written_day
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.message_text import one_line, set_tip

_GAP_PX = 4
_LINK_GAP_PX = 8

AuthorityOf = Callable[[str], Certificate | None]
"""Returns the certificate of the CA in PEM form; None where it is not known."""


class SmtpTrust(QWidget):
    """Stands below SMTP TLS/SSL: a link to the server's certificate, and the CA or certificate that is trusted."""

    removed = Signal()
    """The user wants nothing to be trusted for this SMTP any more."""
    show_requested = Signal(object)
    """The user wants to see the server's certificates. Carries a ServerFact."""

    def __init__(self, authority_of: AuthorityOf) -> None:
        super().__init__()
        self._authority_of = authority_of
        self._draft = ProfileDraft()
        self._fact: ServerFact | None = None
        self._show = LinkButton(self.tr("Show certificate"))
        self._show.setObjectName("showCertificateButton")
        self._show.clicked.connect(lambda: self.show_requested.emit(self._fact))
        self._text = Caption("hint", wraps=True)
        self._text.setObjectName("trustLine")
        self._remove = LinkButton(self.tr("Remove"))
        self._remove.setObjectName("removeTrustButton")
        self._remove.setAccessibleName(self.tr("Stop trusting it for this SMTP"))
        self._remove.clicked.connect(self.removed)
        self._lay_out()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The widgets that Tab stops at, in order."""
        return (self._show, self._remove)

    def take(self, draft: ProfileDraft) -> None:
        """Takes over what `draft` trusts."""
        self._draft = draft

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what is trusted here."""
        return replace(
            draft,
            trusted_ca_pem=self._draft.trusted_ca_pem,
            trusted_fingerprint=self._draft.trusted_fingerprint,
            fingerprint_host=self._draft.fingerprint_host,
        )

    def show_for(self, draft: ProfileDraft, fact: ServerFact | None) -> None:
        """Shows link and text for what the form holds now; `fact` is about the server that it names."""
        self._fact = fact if fact and fact.security.chain else None
        self._show.setVisible(self._fact is not None)
        words = self._words(draft) if draft.tls else ""
        lost = bool(draft.trusted_fingerprint) and not kept_fingerprint(draft)
        self._text.set_role("warning" if lost else "hint")
        self._text.show_text(words)
        set_tip(self._text, spelled(kept_fingerprint(draft)))
        self._remove.setVisible(bool(words) and not lost)
        self.setVisible(bool(words) or self._fact is not None)

    def set_locked(self, locked: bool) -> None:
        """Switches *Remove* off, or on again."""
        self._remove.setEnabled(not locked)

    def _words(self, draft: ProfileDraft) -> str:
        if draft.trusted_fingerprint and not kept_fingerprint(draft):
            return self.tr(
                "The trusted certificate belongs to {host}. It is not kept when you change Host Name."
            ).format(host=draft.fingerprint_host)
        if draft.trusted_fingerprint:
            return self.tr("Trusted for this SMTP: only the certificate {fingerprint}").format(
                fingerprint=short_fingerprint(draft.trusted_fingerprint)
            )
        if not draft.trusted_ca_pem:
            return ""
        ca = self._authority_of(draft.trusted_ca_pem)
        if ca is None:
            return self.tr("Trusted for this SMTP: a custom CA")
        return self.tr("Trusted for this SMTP: CA {name}, until {date}").format(
            name=one_line(ca.subject), date=written_day(ca.valid_until)
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(_LINK_GAP_PX)
        row.addWidget(self._text, 1)
        row.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _GAP_PX, 0, 0)
        column.setSpacing(_GAP_PX)
        column.addWidget(self._show)
        column.addLayout(row)
