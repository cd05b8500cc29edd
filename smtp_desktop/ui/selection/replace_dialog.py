"""The dialog that gives several SMTPs one new password."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.selection import place
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.selection.run_dialog import RunDialog
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.secret_field import password_field


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceRequest:
    """Give these SMTPs that password."""

    profile_ids: tuple[ProfileId, ...]
    password: Secret


class ReplacePasswordDialog(RunDialog):
    """Asks for the password, and shows at which SMTPs it works."""

    started = Signal(object)
    """Carries a ReplaceRequest."""

    def __init__(self, parent: QWidget, *, profiles: Sequence[SmtpProfile], theme: Theme) -> None:
        title = self.tr("Replace the password for {n} SMTPs").format(n=f"{len(profiles):,}")
        words = self.tr("All sign in at {host} as {user}.")
        super().__init__(
            parent,
            name="replacePasswordDialog",
            title=title,
            profiles=profiles,
            theme=theme,
            words=words.format(host=place(profiles[0]), user=profiles[0].server.user_name),
        )
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 6)
        column.setSpacing(4)
        self._field = password_field(column, self.tr("New password"), "newPasswordField")
        self._hint = styled_label(self._hint_words(len(profiles)), "hint", wrap=True)
        column.addWidget(self._hint)
        self._others = styled_label("", "hint", wrap=True)
        self._others.setObjectName("othersHint")
        self._others.hide()
        column.addWidget(self._others)
        self.form.addWidget(box)
        self._field.textChanged.connect(lambda _: self._refresh())
        self._field.setFocus()
        self._refresh()

    def set_place(self, words: str) -> None:
        """Adds where passwords are kept."""
        self._hint.setText(self.tr("{hint} It is {kept}.").format(hint=self._hint.text(), kept=words))
        self.grow()

    def set_others(self, count: int) -> None:
        """Says how many that are not among these sign in as the same user, and will then have a wrong password."""
        if not count:
            return
        words = (
            self.tr("One more SMTP signs in as this user. It is not selected and keeps the old password.")
            if count == 1
            else self.tr("{n} more SMTPs sign in as this user. They are not selected and keep the old password.")
        )
        self._others.setText(words.format(n=f"{count:,}"))
        self._others.show()
        self.grow()
        announce(self, self._others.text())

    def _hint_words(self, count: int) -> str:
        words = self.tr(
            "The first SMTP is checked with the new password before the others are changed. If the server "
            "refuses it, nothing is replaced, so {n} wrong attempts can't lock the account."
        )
        return words.format(n=f"{count:,}")

    def _start_words(self) -> str:
        return self.tr("Replace")

    def _stop_words(self) -> str:
        return self.tr("Stop after this one")

    def _waiting_words(self) -> str:
        return self.tr("Old password still set")

    def _is_complete(self) -> bool:
        return bool(self._field.text())

    def _start(self) -> None:
        wanted = tuple(self.rows.ticked())
        self.started.emit(ReplaceRequest(profile_ids=wanted, password=Secret.typed(self._field.text())))
