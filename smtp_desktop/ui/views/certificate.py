"""A server's certificate and those above it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.ui.certificate_words import certificate_rows, certificate_text
from smtp_desktop.ui.styled import styled_label

_WIDTH_PX = 560  # at which its height is guessed before it is shown
_LEAST_HEIGHT_PX = 140


class CertificateView(QFrame):
    """What one certificate says, in a box. Its `objectName` is `certificate`."""

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
        """`usual_height_px` is what it takes of a dialog at most, unless that is made larger."""
        super().__init__()
        self._usual_height_px = usual_height_px
        self.setObjectName("chain")
        self.setAccessibleName(self.tr("Certificates"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST_HEIGHT_PX)
        self._content = body = QWidget()
        body.setProperty("area", "panelBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for number, certificate in enumerate(chain):
            title = self.tr("The server's certificate") if number == 0 else self.tr("The CA above it")
            column.addWidget(styled_label(title, "section"))
            column.addWidget(CertificateView(certificate))
        column.addStretch(1)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, min(self._content.heightForWidth(_WIDTH_PX), self._usual_height_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Never higher than what there is to see.
        self.setMaximumHeight(self._content.heightForWidth(self.viewport().width()))


def _selectable(words: str, role: str) -> QLabel:
    label = styled_label(words, role, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
