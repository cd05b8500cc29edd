"""The fields of a sign-in: its kind, the user, the password, and who is signed in."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import PastedServer
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileType, SignIn
from smtp_desktop.ui.sign_in.state_row import SignInState
from smtp_desktop.ui.smtps.form.editors import line, secret, show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.segments import SegmentChoice


class SignInFields(QObject):
    """Sign-in, User Name, Password, and the state of a sign-in in the browser."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sign_in = SegmentChoice(
            {
                SignIn.PASSWORD: self.tr("Password"),
                SignIn.BROWSER: self.tr("Browser (OAuth2)"),
                SignIn.APP_ONLY: self.tr("App only"),
            }
        )
        self._by_code = False
        self.sign_in = LabelledField("sign_in", self.tr("Sign-in"), self._sign_in, required=True)
        self.requirements_link = self.sign_in.add_link(self.tr("Requirements"))
        self._user_name = line(self.tr("Usually an email address"))
        self.user_name = LabelledField("user_name", self.tr("User Name"), self._user_name, required=True)
        self.from_address_link = self.user_name.add_link(self.tr("Use the From Address"))
        self.password_edit = secret("password", self.tr("Password"))
        self.password = LabelledField("password", self.tr("Password"), self.password_edit, required=True)
        self.password_link = self.password.add_link(self.tr("How to get an app password"))
        self.state = SignInState()

    @property
    def fields(self) -> tuple[LabelledField | SignInState, ...]:
        """The fields in reading order."""
        return (self.sign_in, self.user_name, self.password, self.state)

    def offer_for(self, kind: ProfileType) -> None:
        """Offers the kinds of sign-in that this type of SMTP has."""
        generic = kind is ProfileType.GENERIC
        if not generic and self._sign_in.member is SignIn.BROWSER:
            self._sign_in.choose(SignIn.APP_ONLY)
        self._sign_in.offer(SignIn.BROWSER, generic)

    def take(self, pasted: PastedServer) -> None:
        """Enters user and password of what was pasted into Host Name; what is typed stays."""
        if pasted.user_name and not self._user_name.text():
            self._user_name.setText(pasted.user_name)
        if pasted.password and self.password_edit.secret is None:
            self.password_edit.type_anew(pasted.password)

    def set_user_name(self, user_name: str) -> None:
        """Enters `user_name`."""
        show_lines({self._user_name: user_name})

    def use_from_as_user_name(self, address: str) -> None:
        """Enters the From Address as User Name."""
        self._user_name.setText(address)
        self._user_name.setFocus(Qt.FocusReason.OtherFocusReason)  # the link disappears with what it does

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold; a password that was not entered is None."""
        chosen = self._sign_in.member
        return replace(
            draft,
            sign_in=SignIn.DEVICE if chosen is SignIn.BROWSER and self._by_code else chosen,
            user_name=self._user_name.text(),
            password=self.password_edit.secret,
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`, but for the password."""
        self._by_code = draft.sign_in is SignIn.DEVICE
        self._sign_in.choose(SignIn.BROWSER if draft.sign_in in INTERACTIVE else draft.sign_in)
        show_lines({self._user_name: draft.user_name})
