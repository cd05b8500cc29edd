"""The selected SMTPs: the bar while there are several, and the actions that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.selection import replacement_problem
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.ui.selection.bar import SelectionBar
    from smtp_desktop.ui.selection.runs import SelectionRuns

_SEVERAL = 2


class SelectablePage(Protocol):
    """The page on which SMTPs are selected."""

    def selected(self) -> list[SmtpProfile]: ...

    def selected_count(self) -> int: ...

    def select(self, card_id: None) -> None: ...

    def add_below(self, widget: QWidget) -> None: ...


class SmtpSelection(QObject):
    """Shows the bar while several SMTPs are selected, and does what it asks for."""

    def __init__(
        self,
        *,
        window: QWidget,
        page: SelectablePage,
        changed: Sequence[SignalInstance],
        acts: Mapping[str, Callable[[], object]],
        is_stopped: Callable[[SmtpProfile], bool],
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
    ) -> None:
        """`changed` are the signals after which the bar may have to say something else. `acts` are what is done with
        the selected ones elsewhere, by the keys of the bar; `is_stopped` is whether nothing goes out through one."""
        super().__init__(window)
        self._window, self._page, self._acts, self._is_stopped = window, page, acts, is_stopped
        self._services, self._tasks, self._unlocker, self.theme = services, tasks, unlocker, theme
        self._bar = Lazy(self._make_bar)
        self.runs = Lazy(self._make_runs)
        # One look at the selection for all signals of a click.
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._refresh)
        for signal in changed:
            signal.connect(self._soon.start)

    def set_theme(self, theme: Theme) -> None:
        """Applies `theme` to dialogs that are opened later."""
        self.theme = theme
        self.runs.apply("theme", lambda runs: setattr(runs, "theme", theme))

    def _make_bar(self) -> SelectionBar:
        from smtp_desktop.ui.selection.bar import SelectionBar  # noqa: PLC0415 - with the first selection of several

        bar = SelectionBar()
        bar.asked.connect(self.act)
        self._page.add_below(bar)
        return bar

    def _make_runs(self) -> SelectionRuns:
        from smtp_desktop.ui.selection.runs import SelectionRuns  # noqa: PLC0415 - as above

        return SelectionRuns(
            window=self._window,
            services=self._services,
            tasks=self._tasks,
            unlocker=self._unlocker,
            theme=self.theme,
        )

    def _refresh(self) -> None:
        count = self._page.selected_count()
        if count < _SEVERAL:
            if self._bar.is_made:
                self._bar().hide()
            return
        from smtp_desktop.ui.selection.bar import Selected  # noqa: PLC0415 - as above

        profiles = self._page.selected()
        problem = replacement_problem(profiles)
        stopped = any(map(self._is_stopped, profiles))
        bar = self._bar()
        bar.show_selected(
            Selected(count=count, some_stopped=stopped, replace_problem=shown(problem) if problem else "")
        )
        bar.show()

    def act(self, key: str) -> None:
        """Does with the selected SMTPs what that button of the bar does."""
        page = self._page
        acts: dict[str, Callable[[], object]] = {
            **self._acts,
            "clear": lambda: page.select(None),
            "test": lambda: self.runs().test(page.selected()),
            "replace": lambda: self.runs().replace_password(page.selected()),
            "edit": lambda: self.runs().edit(page.selected()),
            "compare": lambda: self.runs().compare(page.selected()),
        }
        acts[key]()
