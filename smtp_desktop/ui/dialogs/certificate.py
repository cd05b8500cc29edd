"""Showing the certificates of a server."""

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.views.certificate import ChainView

_WIDTH, _CHAIN_PX = 620, 480


class CertificateDialog(Dialog):
    """The chain that a server showed. Its `objectName` is `certificateDialog`."""

    def __init__(self, parent: QWidget, *, host: str, chain: tuple[Certificate, ...]) -> None:
        title = self.tr("Certificate of {host}").format(host=host)
        super().__init__(parent, name="certificateDialog", title=title, width=_WIDTH)
        self.body.addWidget(ChainView(chain, usual_height_px=_CHAIN_PX), 1)
        self.body.addStretch()
        self.footer.addStretch(1)
        ok = self.add_ok(self.tr("Ok"))
        ok.clicked.connect(self.accept)
        self.fit()
        ok.setFocus()
