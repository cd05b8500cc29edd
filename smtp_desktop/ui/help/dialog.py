"""The window that shows the help."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.help.contents import HelpContents, HelpPlace
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpText, HelpValues, help_text
from smtp_desktop.ui.help.view import COPY, HELP, HelpView
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.labels import Caption

_WIDTH_PX = 900
_HEIGHT_PX = 660
_LEAST_WIDTH_PX = 620
_CONTENTS_PX = 236
_FRAME_PX = 40  # that the window's frame takes of the screen's height


class HelpDialog(Dialog):
    """A help page with the contents of all pages at the left, which can be searched. Not modal: the user reads it while
    filling in the form.

    Nothing is loaded from the network; an https link opens in the system's browser when it is clicked.
    """

    def __init__(
        self, parent: QWidget | None, *, open_link: Callable[[QUrl], object] = QDesktopServices.openUrl
    ) -> None:
        super().__init__(parent, name="helpDialog", title=self.tr("Help"), width=_LEAST_WIDTH_PX)
        self._open_link = open_link
        self._values = HelpValues()
        self._shown = HelpPage.FIRST_STEPS
        self._page: HelpText | None = None
        self._contents = HelpContents()
        self._view = HelpView()
        self._note = Caption("muted")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._lay_out()
        self._contents.chosen.connect(self._go_to)
        self._view.section_reached.connect(self._mark)
        self._view.anchorClicked.connect(self._follow)
        room = self.screen().availableGeometry()
        self.resize(min(_WIDTH_PX, room.width()), min(_HEIGHT_PX, room.height() - _FRAME_PX))

    def _lay_out(self) -> None:
        self._contents.setFixedWidth(_CONTENTS_PX)
        self._view.setAccessibleName(self.tr("Help page"))
        self._note.setObjectName("helpNote")
        right = QVBoxLayout()
        right.setSpacing(6)
        # The page's title stands above the page, not above the contents of all.
        self.body.removeWidget(self.title)
        right.addWidget(self.title)
        right.addWidget(self._view, 1)
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addWidget(self._contents)
        columns.addLayout(right, 1)
        self.body.setSpacing(12)
        self.body.addLayout(columns, 1)
        close = styled_button(self.tr("Close"))
        close.setObjectName("closeButton")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.footer.addWidget(self._note, 1)
        self.footer.addWidget(close)
        self._contents.search.setFocus()

    def show_help(self, request: HelpRequest) -> None:
        """Shows the page at the requested section."""
        self._values = request.values
        self._note.setText("")
        self._turn_to(request.page)
        names = [section.name for section in self._page.sections] if self._page else []
        if request.section in names:
            self._view.jump(names.index(request.section))

    def _turn_to(self, page: HelpPage) -> None:
        self._shown, self._page = page, help_text(page, self._values)
        self.title.setText(self._page.title)
        self.setWindowTitle(self.tr("{page} – Help").format(page=self._page.title))
        self._view.show_page(self._page)

    def _mark(self, row: int) -> None:
        with QSignalBlocker(self._contents):
            self._contents.mark(HelpPlace(page=self._shown, section=row))

    def _go_to(self, place: HelpPlace) -> None:
        if place.page is not self._shown:
            self._turn_to(place.page)
        self._view.jump(place.section)
        self._view.mark_words(self._contents.search.text().split())

    def _follow(self, link: QUrl) -> None:
        if link.scheme() == COPY and self._page:
            copy_text(self, self._page.commands[int(link.path())])
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
