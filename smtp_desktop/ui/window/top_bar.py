"""The top bar: burger button, breadcrumb, search field and the actions of the page."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS, styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, icon


class TopBar(QFrame):
    """The top bar. The window connects its buttons, crumbs and search field, which are public."""

    searched = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setProperty(ACCESSIBLE_AS, "bar")
        self.setAccessibleName(self.tr("Tools"))
        self.setFixedHeight(56)
        self.burger = QToolButton()
        self.burger.setObjectName("burgerButton")
        self.burger.setAccessibleName(self.tr("Main menu"))
        self.burger.setToolTip(self.tr("Main menu"))
        self.burger.setIconSize(QSize(18, 18))
        self.area_crumb = _crumb("managementCrumb", self.tr("Management"))
        self.pages_crumb = _crumb("configurationCrumb", self.tr("Configuration Management"))
        self._page = styled_label("", "crumbPage")
        self.search = _SearchField(self.tr("Ctrl F"))
        self._turning = False
        self.search.textChanged.connect(self._notify)
        self.check_all_button = styled_button(self.tr("Check all"))
        self.check_all_button.setObjectName("checkAllButton")
        self.create_button = styled_button(self.tr("+ Create New"), "primary")
        self.create_button.setObjectName("createButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(14)
        row.addWidget(self.burger)
        crumbs = QHBoxLayout()
        crumbs.setSpacing(3)
        for crumb in (self.area_crumb, self.pages_crumb):
            crumbs.addWidget(crumb)
            crumbs.addWidget(styled_label("›", "crumb"))
        crumbs.addSpacing(2)
        crumbs.addWidget(self._page)
        row.addLayout(crumbs)
        row.addStretch(1)
        for widget in (self.search, self.check_all_button, self.create_button):
            row.addWidget(widget)
        self.set_theme(theme)

    def show_page(
        self, title: str, *, searching: str, typed: str = "", creates: bool = False, checks: bool = False
    ) -> None:
        """Ends the breadcrumb with `title`, and shows `typed` in the search field with `searching` as its placeholder.
        Hides search if `searching` is empty, "Create New" unless the page `creates`, and "Check all" unless it
        `checks`: elsewhere that would not say what it checks."""
        self._page.setText(title)
        # Not by blocked signals, which would leave the field's clear button as it was.
        self._turning = True
        self.search.show_text(searching, typed)
        self._turning = False
        self.search.setVisible(bool(searching))
        self.check_all_button.setVisible(checks)
        self.create_button.setVisible(creates)

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in the colours of `theme`."""
        self.burger.setIcon(icon("burger", theme.color("muted"), 18))

    def _notify(self, typed: str) -> None:
        if not self._turning:
            self.searched.emit(typed)


def _crumb(name: str, text: str) -> QPushButton:
    crumb = styled_button(text, "crumb")
    crumb.setObjectName(name)
    crumb.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
    return crumb


class _SearchField(QLineEdit):
    """A search field that shows its shortcut while it is empty."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.setObjectName("searchField")
        self.setMinimumWidth(160)
        self.setMaximumWidth(320)
        self._key = styled_label(key, "count")
        self._key.setParent(self)
        # A click on the label is a click into the field.
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setClearButtonEnabled(True)
        self.textChanged.connect(lambda typed: self._key.setVisible(not typed))

    def show_text(self, searching: str, typed: str) -> None:
        """Shows `typed`, with `searching` as placeholder and accessible name."""
        self.setAccessibleName(searching.removesuffix("…"))
        self.setPlaceholderText(searching)
        self.setText(typed)
        self._key.setVisible(not typed)

    def sizeHint(self) -> QSize:
        return QSize(320, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._key.adjustSize()
        self._key.move(self.width() - self._key.width() - 10, (self.height() - self._key.height()) // 2)
