"""The dialog that asks whether to delete SMTPs, and which one is the default then."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.popups import ComboBox

_NAMED = 8  # SMTPs, and activities, that the dialog names


class DeleteDialog(Dialog):
    """Says what is lost; asks for the new default where the default is deleted."""

    confirmed = Signal(object)
    """Carries the ProfileId of the new default, or None."""

    def __init__(
        self,
        parent: QWidget,
        *,
        profiles: Sequence[SmtpProfile],
        others: Sequence[SmtpProfile],
        used_by: Sequence[str] = (),
    ) -> None:
        """`profiles` are deleted, `others` stay. `used_by` are the names of the activities that send through one of
        `profiles`, as their own or their backup."""
        several = len(profiles) > 1
        what = self.tr("{n} SMTPs").format(n=len(profiles)) if several else profiles[0].name
        super().__init__(parent, name="deleteDialog", title=self.tr("Delete {name}?").format(name=what), width=480)
        self._choice: QComboBox | None = None
        if several:
            names = styled_label(self._list([profile.name for profile in profiles]), "", wrap=True)
            names.setObjectName("deletedNames")
            self.body.addWidget(names)
        loss = self._loss_of_several(profiles) if several else self._loss(profiles[0])
        self.body.addWidget(styled_label(loss, "muted", wrap=True))
        if used_by:
            words = self._uses(used_by, several=several) if others else self._without_smtp(used_by)
            used = styled_label(words, "muted", wrap=True)
            used.setObjectName("usedByText")
            self.body.addWidget(used)
        if any(profile.is_default for profile in profiles):
            self._add_default(others, several=several)
        self.footer.addStretch(1)
        effect = self.tr("Delete {name}").format(name=what)
        self.add_destructive_ok(self.tr("Ok"), effect).clicked.connect(self._confirm)

    def _add_default(self, others: Sequence[SmtpProfile], *, several: bool) -> None:
        if others:
            words = self.tr("The default is among them. New default SMTP")
            self._choice = self._ask_default(
                others, words if several else self.tr("It is the default. New default SMTP")
            )
        elif several:
            self.body.addWidget(
                styled_label(self.tr("These are the last SMTPs; afterwards there is no default."), "muted", wrap=True)
            )
        else:
            self.body.addWidget(
                styled_label(self.tr("This is the last SMTP; afterwards there is no default."), "muted", wrap=True)
            )

    def _list(self, names: Sequence[str]) -> str:
        words = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            words = self.tr("{names} and {n} more").format(names=words, n=len(names) - _NAMED)
        return words

    def _uses(self, names: Sequence[str], *, several: bool) -> str:
        if several:
            words = self.tr("Activities that use them will use the default SMTP: {names}.")
        elif len(names) == 1:
            words = self.tr("1 activity uses it and will use the default SMTP: {names}.")
        else:
            words = self.tr("{n} activities use it and will use the default SMTP: {names}.")
        return words.format(n=len(names), names=self._list(names))

    def _without_smtp(self, names: Sequence[str]) -> str:
        words = self.tr("Activities left without an SMTP: {names}.")
        return words.format(names=self._list(names))

    def _loss_of_several(self, profiles: Sequence[SmtpProfile]) -> str:
        if any(profile.secret_refs for profile in profiles):
            return self.tr(
                "Their test results are lost. Their settings, passwords and client secrets are backed up first: "
                "Restore… in the main menu brings them back."
            )
        return self.tr(
            "Their test results are lost. Their settings are backed up first: Restore… in the main menu brings them "
            "back."
        )

    def _loss(self, profile: SmtpProfile) -> str:
        if len(profile.secret_refs) > 1:
            return self.tr(
                "This can't be undone: its settings and test results are lost, and its stored password and "
                "client secret are erased."
            )
        if profile.secret_refs:
            return self.tr(
                "This can't be undone: its settings and test results are lost, and its stored password is erased."
            )
        return self.tr("This can't be undone: its settings and test results are lost.")

    def _ask_default(self, others: Sequence[SmtpProfile], words: str) -> QComboBox:
        choice = ComboBox()
        choice.setObjectName("newDefaultField")
        choice.setAccessibleName(self.tr("New default SMTP"))
        for other in others:
            choice.addItem(other.name, other.id)
        caption = styled_label(words, "label", wrap=True)
        caption.setBuddy(choice)
        self.body.addSpacing(6)
        self.body.addWidget(caption)
        self.body.addWidget(choice)
        return choice

    def _confirm(self) -> None:
        new_default = self._choice.currentData() if self._choice else None
        self.accept()
        self.confirmed.emit(new_default)
