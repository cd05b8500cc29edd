"""The dialog that changes how a stored SMTP signs in, away from the password."""

from enum import StrEnum

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.ui.widgets.choice_dialog import ChoiceDialog
from smtp_desktop.ui.widgets.message_text import one_line


class NewSignIn(StrEnum):
    """How the SMTP is to sign in."""

    BROWSER = "browser"
    APP_ONLY = "appOnly"
    GRAPH = "graph"


class ChangeSignInDialog(ChoiceDialog):
    """Offers what the provider takes in place of a password. Its `objectName` is `changeSignInDialog`."""

    def __init__(self, parent: QWidget, *, name: str, provider: OAuthProvider) -> None:
        words = self.tr(
            "{name} stays the same SMTP, with its activities, its history and the messages that wait. Nothing is "
            "changed until you save the form."
        )
        super().__init__(
            parent,
            name="changeSignInDialog",
            title=self.tr("Change sign-in"),
            question=words.format(name=one_line(name)),
            ok=self.tr("Continue"),
        )
        if provider is OAuthProvider.MICROSOFT:
            self._add_microsoft()
            self.propose(NewSignIn.GRAPH)
        else:
            self._add_google()
            self.propose(NewSignIn.BROWSER)

    def _add_microsoft(self) -> None:
        self.add_answer(
            NewSignIn.GRAPH,
            self.tr("MS Graph API"),
            self.tr(
                "The app signs in as itself and sends through Microsoft Graph: no person signs in, and SMTP sign-in "
                "may be turned off. Recommended for a company's mailbox."
            ),
        )
        self.add_answer(
            NewSignIn.BROWSER,
            self.tr("Browser (OAuth2)"),
            self.tr("You sign in once in the browser. SMTP sign-in must be turned on for the mailbox."),
        )

    def _add_google(self) -> None:
        self.add_answer(
            NewSignIn.BROWSER,
            self.tr("Browser (OAuth2)"),
            self.tr("You sign in once in the browser."),
        )
        self.add_answer(
            NewSignIn.APP_ONLY,
            self.tr("App only"),
            self.tr("A service account of Google Workspace signs in: no person is needed."),
        )
