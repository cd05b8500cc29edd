"""The dialog about another account that has signed in than User Name names."""

from enum import StrEnum

from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.widgets.choice_dialog import ChoiceDialog
from smtp_desktop.ui.widgets.message_text import one_line


class AccountChoice(StrEnum):
    """What to do about another account."""

    AGAIN = "again"
    TAKE = "take"
    KEEP = "keep"


class OtherAccountDialog(ChoiceDialog):
    """Lets the user sign in again, take the account as User Name, or keep both. Its `objectName` is
    `otherAccountDialog`."""

    def __init__(self, parent: QWidget, *, account: str, wanted: str, may_differ: bool) -> None:
        """`may_differ` is whether the provider lets an account send from another mailbox, which it shares."""
        account, wanted = one_line(account), one_line(wanted)
        super().__init__(
            parent,
            name="otherAccountDialog",
            title=self.tr("Another account signed in"),
            question=self.tr("{account} signed in, but User Name is {wanted}. What do you want to do?").format(
                account=account, wanted=wanted
            ),
            ok=self.tr("Ok"),
        )
        self.add_answer(
            AccountChoice.AGAIN,
            self.tr("Sign in again as {wanted}").format(wanted=wanted),
            self.tr("Choose that account in the browser, or use another profile or a private window."),
        )
        self.add_answer(
            AccountChoice.TAKE,
            self.tr("Use {account} as User Name").format(account=account),
            self.tr("Mail is then sent from that mailbox."),
        )
        if may_differ:
            self.add_answer(
                AccountChoice.KEEP,
                self.tr("Keep {wanted} as User Name").format(wanted=wanted),
                self.tr("For a shared mailbox that {account} may send from.").format(account=account),
            )
        self.propose(AccountChoice.AGAIN)
