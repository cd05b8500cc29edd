"""The dialog in which the user waits for a sign-in in the browser, or enters a code elsewhere."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from smtp_desktop.domain.sign_in.tokens import DeviceCode
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.summary import OutcomeSummary
from smtp_desktop.ui.sign_in.request import SignInWay
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.fields import CopyLine
from smtp_desktop.ui.widgets.labels import LinkButton

_WIDTH_PX = 520
_SECOND_MS = 1000


class SignInDialog(Dialog):
    """Waits for the browser, or shows a code, until `close`; or shows why it did not work. *Cancel* ends the waiting at
    once. Its `objectName` is `signInDialog`."""

    way_chosen = Signal(object)
    """The user wants to begin anew, in this way. Carries a SignInWay."""
    open_asked = Signal(str)
    """The user wants to open this address in a browser."""

    def __init__(self, parent: QWidget, *, user_name: str, way: SignInWay, codes: bool) -> None:
        """`user_name` is who is to sign in; `codes` is whether the provider knows codes."""
        super().__init__(parent, name="signInDialog", title="", width=_WIDTH_PX)
        self._user_name, self._way, self._codes = user_name, way, codes
        self._expires_at: datetime | None = None
        self._words = styled_label("", "", wrap=True)
        self._words.setObjectName("messageText")
        self._code = styled_label("", "deviceCode")
        self._code.setObjectName("deviceCode")
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy_code = LinkButton(self.tr("Copy the code"))
        self._copy_code.setObjectName("copyCodeButton")
        self._copy_code.clicked.connect(lambda: copy_text(self, self._code.text()))
        self._expiry = styled_label("", "muted")
        self._expiry.setObjectName("codeExpiry")
        self._about = styled_label("", "muted", wrap=True)
        self._address = CopyLine(self.tr("the address"))
        self._address.setObjectName("addressLine")
        self._address.button.setObjectName("copyAddressButton")
        self._address.setAccessibleName(self.tr("Address"))
        self._open = LinkButton(self.tr("Open it in the browser"))
        self._open.setObjectName("openAddressButton")
        self._open.clicked.connect(lambda: self.open_asked.emit(self._address.text()))
        self._advice = AdviceView()
        self._lay_out()
        self._seconds = QTimer(self)
        self._seconds.setInterval(_SECOND_MS)
        self._seconds.timeout.connect(self._show_expiry)
        self.wait(way)

    def _lay_out(self) -> None:
        self.body.addWidget(self._words)
        self.body.addWidget(self._code)
        self.body.addWidget(self._copy_code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._expiry, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self._about, self._address, self._open, self._advice):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._other_way = self._button("otherWayButton")
        self._other_way.clicked.connect(self._choose_other_way)
        self._again = self._button("againButton")
        self._again.clicked.connect(lambda: self.way_chosen.emit(self._way))
        self.footer.addWidget(self._other_way)
        self.footer.addStretch(1)
        self.footer.addWidget(self._again)
        self._cancel = self.add_cancel()

    def _button(self, name: str) -> QPushButton:
        button = styled_button("")
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    @property
    def way(self) -> SignInWay:
        """How the user signs in now."""
        return self._way

    def wait(self, way: SignInWay) -> None:
        """Shows that the sign-in begins in this way."""
        self._way = way
        if way is SignInWay.BROWSER:
            words = self.tr("Sign in as {user} in the browser. It opens in a moment.")
            self._show(self.tr("Waiting for the browser"), words.format(user=self._user_name))
        else:
            self._show(self.tr("Sign in with a code"), self.tr("Asking for a code…"))

    def show_address(self, address: str, *, opened: bool) -> None:
        """Shows where the browser has gone, if one could be `opened`."""
        words = self.tr("Sign in as {user} in the browser window that has opened. It ends after five minutes.")
        if not opened:
            words = self.tr(
                "No browser could be opened. Copy the address below into one on this computer, and sign in as {user} "
                "within five minutes. Then this continues."
            )
        self._words.setText(words.format(user=self._user_name))
        self._about.setText(self.tr("To use another browser, or another profile of it, copy the address into that:"))
        self._address.show_line(address)
        self._reveal(self._about, self._address, self._open)

    def show_code(self, code: DeviceCode) -> None:
        """Shows what to enter elsewhere, and where."""
        words = self.tr(
            "On any device with a browser, open the address below, enter this code, and sign in as {user}. "
            "Then this continues."
        )
        self._words.setText(words.format(user=self._user_name))
        self._code.setText(code.code)
        self._code.setAccessibleName(self.tr("Code: {code}").format(code=" ".join(code.code)))
        self._about.setText(self.tr("Address:"))
        self._address.show_line(code.address)
        self._expires_at = code.expires_at
        self._show_expiry()
        self._seconds.start()
        self._reveal(self._code, self._copy_code, self._expiry, self._about, self._address, self._open)
        self.say_title(self.windowTitle(), self._code.accessibleName())

    def show_problem(self, summary: OutcomeSummary) -> None:
        """Shows why it did not work, and what to do; the user may begin anew."""
        self._show(summary.title, "")
        self._words.hide()
        self._advice.show_summary(summary)
        self._again.setText(self.tr("Try again"))
        self._again.setAccessibleName(self._again.text())
        self._cancel.setText(self.tr("Close"))
        self._cancel.setAccessibleName(self._cancel.text())
        self._reveal(self._advice, self._again)
        self._again.setFocus()

    def _show(self, title: str, words: str) -> None:
        """Shows a state anew, with nothing but its title and words."""
        self._seconds.stop()
        self._expires_at = None
        for part in (self._code, self._copy_code, self._expiry, self._about, self._address, self._open, self._advice):
            part.hide()
        self._again.hide()
        by_browser = self._way is SignInWay.BROWSER
        self._other_way.setText(self.tr("Use a code instead") if by_browser else self.tr("Use the browser instead"))
        self._other_way.setAccessibleName(self._other_way.text())
        self._other_way.setVisible(self._codes or not by_browser)
        self._words.setText(words)
        self._words.show()
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setAccessibleName(self._cancel.text())
        self.say_title(title, words)
        self._cancel.setFocus()
        self._fit()

    def _reveal(self, *parts: QWidget) -> None:
        for part in parts:
            part.show()
        self._fit()

    def _fit(self) -> None:
        # New parts are laid out only when the event loop goes on.
        QTimer.singleShot(0, self, self.grow)

    def _choose_other_way(self) -> None:
        self.way_chosen.emit(SignInWay.CODE if self._way is SignInWay.BROWSER else SignInWay.BROWSER)

    def _show_expiry(self) -> None:
        if self._expires_at is None:
            return
        left = max(0, int((self._expires_at - datetime.now(UTC)).total_seconds()))
        if left:
            words = self.tr("Expires in {minutes}:{seconds}")
            self._expiry.setText(words.format(minutes=left // 60, seconds=f"{left % 60:02}"))
        else:
            self._seconds.stop()
            self._expiry.setText(self.tr("The code has expired."))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._seconds.stop()
        super().closeEvent(event)
