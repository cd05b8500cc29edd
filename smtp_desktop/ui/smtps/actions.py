"""The actions on SMTPs, as the page, the menu and keys ask for them."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.selection import replacement_problem
from smtp_desktop.ui.cards.menus import more_actions_menu, several_menu
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.requested_checks import RequestedChecks
from smtp_desktop.ui.checks.test_runs import TestRuns
from smtp_desktop.ui.mailbox.open_mailboxes import OpenMailboxes
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.smtps.changes import SmtpChanges
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.smtps.holds import SmtpHolds
from smtp_desktop.ui.smtps.page import SmtpPage

if TYPE_CHECKING:
    from smtp_desktop.ui.cards.card_grid import CardGrid
    from smtp_desktop.ui.cards.smtp_list import SmtpList
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpActions(QObject):
    """Passes what the user asks for on the page, in the menu and by keys on to those who do it."""

    several_asked = Signal(str)
    """Something is to be done with the selected SMTPs. Carries its key in the bar below them."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SmtpPage,
        panel: Lazy[SmtpPanel],
        editor: SmtpEditor,
        changes: SmtpChanges,
        test_runs: TestRuns,
        checks: RequestedChecks,
        mailboxes: OpenMailboxes,
        holds: SmtpHolds,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._panel = panel
        self._editor = editor
        self._changes = changes
        self._test_runs = test_runs
        self._checks = checks
        self._mailboxes = mailboxes
        self._holds = holds
        self._connect()

    @property
    def _cards(self) -> SmtpCards:
        return self._page.cards

    def _connect(self) -> None:
        self._connect_view(self._page.grid)
        self._page.list.apply("actions", self._connect_view)
        self._page.selection_changed.connect(self._leave_one_of_several)
        self._panel.apply("actions", self._connect_panel)
        self._test_runs.form_of = self._editor.content_of
        self._test_runs.stored = self._cards.profile
        self._editor.stored.connect(lambda saved: self._test_runs.take_saved(saved.before, saved.saved_id, saved.draft))

    def _connect_view(self, view: CardGrid | SmtpList) -> None:
        view.opened.connect(lambda index: self._open_index(index, focus=False))
        view.edit_asked.connect(lambda index: self._open_index(index, focus=True))
        view.menu_asked.connect(self._show_menu)

    def _leave_one_of_several(self) -> None:
        """Closes the panel where several SMTPs are selected: its buttons would be for one of them alone. What is typed
        there and not saved keeps it open."""
        # A rubber band would find the cards elsewhere while it is drawn.
        drawn = self._page.grid.is_rubber_banding()
        if self._editor.is_open and not drawn and self._page.selected_count() > 1:
            self._editor.close_unless_changed()

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.test_requested.connect(self._test_runs.test_form)
        panel.delete_requested.connect(lambda profile_id: self._changes.delete([profile_id]))

    def duplicate_current(self) -> None:
        """Asks about a copy of the selected SMTP."""
        self._with_current(lambda profile: self._changes.duplicate(profile.id))

    def delete_current(self) -> None:
        """Asks whether to delete the selected SMTPs."""
        selected = self._page.selected()
        if len(selected) > 1:
            self._delete_several(selected)
        else:
            self._with_current(lambda profile: self._changes.delete([profile.id]))

    def test_current(self) -> None:
        """Tests what the open form holds, or else the selected SMTPs."""
        if self._editor.is_open:
            self._panel().test()
        elif self._page.selected_count() > 1:
            self.several_asked.emit("test")
        else:
            self._with_current(self._test_runs.test)

    def check_current(self) -> None:
        """Checks the selected SMTP in a dialog; several are checked together, and their cards show how it went."""
        selected = self._page.selected()
        if len(selected) > 1:
            self._check_several(selected)
        else:
            self._with_current(self._test_runs.check)

    def toggle_sending(self) -> None:
        """Pauses the selected SMTPs, or resumes those of them that are stopped."""
        self._holds.toggle(self._page.selected())

    def check_all(self) -> None:
        """Checks every SMTP; the cards show how it went."""
        self._check_several(self._cards.profiles)

    def _check_several(self, profiles: Sequence[SmtpProfile]) -> None:
        self._checks.check([profile.id for profile in profiles])

    def _delete_several(self, profiles: Sequence[SmtpProfile]) -> None:
        self._changes.delete([profile.id for profile in profiles])

    def _with_current(self, act: Callable[[SmtpProfile], object]) -> None:
        # With several selected, nobody could tell which of them is meant.
        profile = self._page.current() if len(self._page.selected()) < 2 else None  # noqa: PLR2004 - one, or several
        if profile:
            act(profile)

    def _open_index(self, index: QModelIndex, *, focus: bool) -> None:
        profile = self._cards.profile_at(index)
        if profile:
            self._editor.edit(profile.id, focus=focus)

    def _show_menu(self, index: QModelIndex, where: QPoint) -> None:
        profile = self._cards.profile_at(index)
        if profile is None:
            return
        selected = self._page.selected()
        if len(selected) > 1 and profile in selected:
            self._show_several_menu(selected, where)
            return
        menu = more_actions_menu(self._window, profile, stopped=self._holds.is_stopped(profile))
        acts: dict[str, Callable[[], object]] = {
            "editAction": lambda: self._editor.edit(profile.id),
            "duplicateAction": lambda: self._changes.duplicate(profile.id),
            "testAction": lambda: self._test_runs.test(profile),
            "checkAction": lambda: self._test_runs.check(profile),
            "readMailboxAction": lambda: self._mailboxes.read(profile),
            "exchangeScriptsAction": lambda: self._show_exchange_scripts(profile),
            "pauseAction": lambda: self._holds.pause([profile]),
            "resumeAction": lambda: self._holds.resume([profile]),
            "setDefaultAction": lambda: self._changes.set_default(profile.id),
            "deleteAction": lambda: self._changes.delete([profile.id]),
        }
        menu.triggered.connect(lambda action: acts[action.objectName()]())
        menu.popup(where)

    def _show_exchange_scripts(self, profile: SmtpProfile) -> None:
        from smtp_desktop.domain.sign_in.rbac import scripts_of
        from smtp_desktop.ui.smtps.exchange_scripts_dialog import ExchangeScriptsDialog

        ExchangeScriptsDialog(self._window, scripts_of(profile)).open()

    def _show_several_menu(self, selected: Sequence[SmtpProfile], where: QPoint) -> None:
        stopped = [profile for profile in selected if self._holds.is_stopped(profile)]
        replaceable = replacement_problem(selected) is None
        menu = several_menu(self._window, len(selected), stopped=len(stopped), replaceable=replaceable)
        further = {"test": "test", "replace": "replace", "editFields": "edit", "compare": "compare", "export": "export"}
        acts: dict[str, Callable[[], object]] = {
            **{f"{name}Action": partial(self.several_asked.emit, key) for name, key in further.items()},
            "checkAction": lambda: self._check_several(selected),
            "pauseAction": lambda: self._holds.pause(selected),
            "resumeAction": lambda: self._holds.resume(stopped),
            "deleteAction": lambda: self._delete_several(selected),
        }
        menu.triggered.connect(lambda action: acts[action.objectName()]())
        menu.popup(where)
