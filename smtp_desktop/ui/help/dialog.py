"""The window that shows a help page."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QWidget

from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpText, HelpValues, help_text
from smtp_desktop.ui.help.view import COPY, HELP, HelpView
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.labels import Caption

_WIDTH_PX = 860
_HEIGHT_PX = 660
_LEAST_WIDTH_PX = 620
_CONTENTS_PX = 208


class HelpDialog(Dialog):
    """A help page with its contents at the left. Not modal: the user reads it while filling in the form.

    Nothing is loaded from the network; an https link opens in the system's browser when it is clicked.
    """

    def __init__(
        self, parent: QWidget | None, *, open_link: Callable[[QUrl], object] = QDesktopServices.openUrl
    ) -> None:
        super().__init__(parent, name="helpDialog", title=self.tr("Help"), width=_LEAST_WIDTH_PX)
        self._open_link = open_link
        self._values = HelpValues()
        self._page: HelpText | None = None
        self._contents = QListWidget()
        self._view = HelpView()
        self._note = Caption("muted")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._lay_out()
        self._contents.currentRowChanged.connect(self._view.jump)
        self._contents.itemClicked.connect(lambda item: self._view.jump(self._contents.row(item)))
        self._view.section_reached.connect(self._mark)
        self._view.anchorClicked.connect(self._follow)
        self.resize(_WIDTH_PX, _HEIGHT_PX)

    def _lay_out(self) -> None:
        self._contents.setObjectName("helpContents")
        self._contents.setAccessibleName(self.tr("Contents"))
        self._contents.setFixedWidth(_CONTENTS_PX)
        self._contents.setWordWrap(True)
        self._contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setAccessibleName(self.tr("Help page"))
        self._note.setObjectName("helpNote")
        columns = QHBoxLayout()
        columns.setSpacing(14)
        columns.addWidget(self._contents)
        columns.addWidget(self._view, 1)
        self.body.setSpacing(12)
        self.body.addLayout(columns, 1)
        close = styled_button(self.tr("Close"))
        close.setObjectName("closeButton")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.footer.addWidget(self._note, 1)
        self.footer.addWidget(close)

    def show_help(self, request: HelpRequest) -> None:
        """Shows the page at the requested section."""
        self._values = request.values
        self._page = page = help_text(request.page, request.values)
        self.title.setText(page.title)
        self.setWindowTitle(page.title)
        self._note.setText("")
        with QSignalBlocker(self._contents):
            self._contents.clear()
            self._contents.addItems([section.title for section in page.sections])
        self._view.show_page(page)
        names = [section.name for section in page.sections]
        if request.section in names:
            self._view.jump(names.index(request.section))

    def _mark(self, row: int) -> None:
        with QSignalBlocker(self._contents):
            self._contents.setCurrentRow(row)

    def _follow(self, link: QUrl) -> None:
        if link.scheme() == COPY and self._page:
            QGuiApplication.clipboard().setText(self._page.commands[int(link.path())])
            self._note.setText(self.tr("The commands are on the clipboard."))
        elif link.scheme() == HELP:
            self.show_help(HelpRequest(page=HelpPage(link.path()), section=link.fragment(), values=self._values))
        elif link.scheme() == "https":
            self._open_link(link)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._view.repaint_page()


def open_help(parent: QWidget, request: HelpRequest) -> HelpDialog:
    """Shows the page in the help window of `parent`, which is opened unless it is open already, and brings it to the
    front."""
    opened = (dialog for dialog in parent.findChildren(HelpDialog) if dialog.isVisible())
    dialog = next(opened, None) or HelpDialog(parent)
    dialog.show()
    dialog.show_help(request)
    dialog.raise_()
    dialog.activateWindow()
    return dialog
