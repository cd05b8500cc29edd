"""The dialog that asks whether to delete an SMTP, and which one is the default then."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog

_NAMED = 8  # activities that the dialog names


class DeleteDialog(Dialog):
    """Says what is lost; asks for the new default where the default is deleted."""

    confirmed = Signal(object)
    """Carries the ProfileId of the new default, or None."""

    def __init__(
        self, parent: QWidget, *, profile: SmtpProfile, others: Sequence[SmtpProfile], used_by: Sequence[str] = ()
    ) -> None:
        """`used_by` are the names of the activities that send through `profile`, as their own or their backup."""
        super().__init__(
            parent, name="deleteDialog", title=self.tr("Delete {name}?").format(name=profile.name), width=480
        )
        self._choice: QComboBox | None = None
        self.body.addWidget(styled_label(self._loss(profile), "muted", wrap=True))
        if used_by:
            used = styled_label(self._uses(used_by), "muted", wrap=True)
            used.setObjectName("usedByText")
            self.body.addWidget(used)
        if profile.is_default and others:
            self._choice = self._ask_default(others)
        elif profile.is_default:
            self.body.addWidget(styled_label(self.tr("It is the last one: there is no default then."), "muted"))
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Ok"), "danger").clicked.connect(self._confirm)

    def _uses(self, names: Sequence[str]) -> str:
        shown_names = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            shown_names = self.tr("{names} and {n} more").format(names=shown_names, n=len(names) - _NAMED)
        words = (
            self.tr("1 activity uses it and goes to the default SMTP: {names}.")
            if len(names) == 1
            else self.tr("{n} activities use it and go to the default SMTP: {names}.")
        )
        return words.format(n=len(names), names=shown_names)

    def _loss(self, profile: SmtpProfile) -> str:
        if len(profile.secret_refs) > 1:
            return self.tr(
                "This can't be undone: its settings and test results are lost, and its password and client secret are "
                "erased from where they are kept."
            )
        if profile.secret_refs:
            return self.tr(
                "This can't be undone: its settings and test results are lost, and its password is erased from where "
                "it is kept."
            )
        return self.tr("This can't be undone: its settings and test results are lost.")

    def _ask_default(self, others: Sequence[SmtpProfile]) -> QComboBox:
        choice = QComboBox()
        choice.setObjectName("newDefaultField")
        choice.setAccessibleName(self.tr("New default SMTP"))
        for other in others:
            choice.addItem(other.name, other.id)
        caption = styled_label(self.tr("It is the default. New default SMTP"), "label")
        caption.setBuddy(choice)
        self.body.addSpacing(6)
        self.body.addWidget(caption)
        self.body.addWidget(choice)
        return choice

    def _confirm(self) -> None:
        new_default = self._choice.currentData() if self._choice else None
        self.accept()
        self.confirmed.emit(new_default)
