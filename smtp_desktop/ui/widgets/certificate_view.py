"""Certificates in words, and the boxes that show them."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.certificate import Certificate, spelled, spelled_in_two
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.message_text import day_text, one_line

_MAX_NAMES = 10


def written_day(moment: datetime) -> str:
    """Returns the local day of `moment`, as in "3 Feb 2027"."""
    return day_text(moment.astimezone().date())


def certificate_rows(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """Returns the content of a certificate as pairs of label and value, the fingerprint last."""
    issuer = _tr("itself") if certificate.self_signed else one_line(certificate.issuer)
    dates = _tr("{first} until {last}").format(
        first=written_day(certificate.valid_from), last=written_day(certificate.valid_until)
    )
    rows = [(_tr("Issued to"), one_line(certificate.subject)), (_tr("Issued by"), issuer)]
    if certificate.names:
        rows.append((_tr("Names"), _names(certificate)))
    return (*rows, (_tr("Valid from"), dates), (_tr("SHA-256"), spelled_in_two(certificate.fingerprint)))


def certificate_text(certificate: Certificate) -> str:
    """Returns the content of a certificate as lines of text."""
    return "\n".join(f"{label}: {value}" for label, value in certificate_rows(certificate))


def short_fingerprint(fingerprint: str) -> str:
    """Returns the beginning of a fingerprint, enough for the eye to tell it from others."""
    return f"{spelled(fingerprint[:16])}:…"


def _names(certificate: Certificate) -> str:
    names = ", ".join(one_line(name) for name in certificate.names[:_MAX_NAMES])
    more = len(certificate.names) - _MAX_NAMES
    return _tr("{names} and {n} more").format(names=names, n=more) if more > 0 else names


def _tr(source: str) -> str:
    return QCoreApplication.translate("Certificate", source)


_WIDTH_PX = 560  # for which the height is computed before the view is shown
_MIN_HEIGHT_PX = 140


class CertificateView(QFrame):
    """A box with the content of a certificate. Its `objectName` is `certificate`."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self.setObjectName("certificate")
        self.setProperty("area", "box")
        self.setAccessibleName(certificate_text(certificate))
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows = certificate_rows(certificate)
        for row, (label, value) in enumerate(rows):
            is_fingerprint = row == len(rows) - 1
            grid.addWidget(styled_label(label, "label"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(value, "mono" if is_fingerprint else ""), row, 1)


class ChainView(QScrollArea):
    """A chain of certificates, the server's own first. Its `objectName` is `chain`."""

    def __init__(self, chain: tuple[Certificate, ...], *, usual_height_px: int) -> None:
        """`usual_height_px` is its maximum height in a dialog that the user has not enlarged."""
        super().__init__()
        self._usual_height_px = usual_height_px
        self.setObjectName("chain")
        self.setAccessibleName(self.tr("Certificates"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_MIN_HEIGHT_PX)
        self._content = body = QWidget()
        body.setProperty("area", "panelBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for number, certificate in enumerate(chain):
            title = self.tr("The server's certificate") if number == 0 else self.tr("Issuing CA")
            column.addWidget(styled_label(title, "section"))
            column.addWidget(CertificateView(certificate))
        column.addStretch(1)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, min(self._content.heightForWidth(_WIDTH_PX), self._usual_height_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Never higher than its content.
        self.setMaximumHeight(self._content.heightForWidth(self.viewport().width()))


def _selectable(words: str, role: str) -> QLabel:
    label = styled_label(words, role, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
