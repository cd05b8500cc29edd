"""The section of deliveries: its page, its panel, and what ties them together."""
# ruff: noqa: PLC0415 - the page and the panel are loaded when they are first shown

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import DeliveryCounts, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_id_of
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card_holds import ShownHolds
from smtp_desktop.ui.deliveries.actions import DeliveryActions, copy_message_ids, delivery_menu
from smtp_desktop.ui.deliveries.export import DeliveryExport
from smtp_desktop.ui.deliveries.loader import DeliveryLoader
from smtp_desktop.ui.deliveries.model import DeliveriesModel
from smtp_desktop.ui.deliveries.open_delivery import OpenDelivery
from smtp_desktop.ui.deliveries.words import holds_note
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_dialog import show_error
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.table_columns import ColumnKeeper

if TYPE_CHECKING:
    from smtp_desktop.ui.deliveries.page import DeliveriesPage
    from smtp_desktop.ui.deliveries.panel import DeliveryPanel
    from smtp_desktop.ui.deliveries.segment import DeliverySegment

_TYPING_MS = 250
_SECOND_MS = 1000


class DeliveriesSection(QObject):
    """The section of deliveries. Everything that reads or changes the outbox runs on `tasks`."""

    panel_wanted = Signal(bool)
    """The panel should be shown beside the page (True) or hidden."""
    counts_changed = Signal()
    """`count` may have changed."""
    smtp_asked = Signal(object)
    """The user wants to see an SMTP. Carries its ProfileId."""
    search_cleared = Signal()
    """The user wants to see what the search leaves out."""
    unlock_asked = Signal()
    """The user wants to enter the master password, which sending waits for."""

    def __init__(
        self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme, columns: ColumnKeeper
    ) -> None:
        """`columns` remembers how the user set up the columns."""
        super().__init__(window)
        self._columns = columns
        self._window = window
        self._services = services
        outbox = services.outbox
        self._tasks = tasks
        self._counts = DeliveryCounts()
        self._typed = ""
        self._states: frozenset[DeliveryState] = frozenset()
        self._activity_id: ActivityId | None = None
        self._holds: ShownHolds = {}
        self._names: Mapping[ProfileId, str] = {}
        self.model = DeliveriesModel(theme, _now, self)
        self._page = Lazy(lambda: self._make_page(theme))
        self.actions = DeliveryActions(window=window, outbox=outbox, tasks=tasks)
        self.export = DeliveryExport(window=window, outbox=outbox, tasks=tasks)
        self.loader = DeliveryLoader(
            owner=self, model=self.model, outbox=outbox, tasks=tasks, visible_rows=self._visible_rows
        )
        self._opened = OpenDelivery(
            self, services=services, tasks=tasks, theme=theme, cells=self.model.cells, actions=self.actions
        )
        self._typing = QTimer(self, singleShot=True)
        self._typing.setInterval(_TYPING_MS)
        self._seconds = QTimer(self)
        self._seconds.setInterval(_SECOND_MS)
        self._connect()
        self._seconds.start()

    def _connect(self) -> None:
        self._typing.timeout.connect(self._apply_filter)
        self._seconds.timeout.connect(self._tick)
        self.loader.loaded.connect(self._show_loaded)
        self.actions.queued.connect(self.open)
        self.loader.failed.connect(self._show_error)
        self._opened.appeared.connect(lambda: self.panel_wanted.emit(True))
        self._opened.close_asked.connect(self.close_panel)
        self._opened.smtp_asked.connect(self.smtp_asked)

    def _make_page(self, theme: Theme) -> DeliveriesPage:
        from smtp_desktop.ui.deliveries.page import DeliveriesPage

        page = DeliveriesPage(self.model, theme)
        self._columns.keep("deliveries", page.columns)
        # Connected after the table, whose selection model clears the selection at each reset.
        self.model.modelReset.connect(self._select_open)
        self.loader.about_to_merge.connect(page.hold_top)
        page.unlock_button.clicked.connect(self.unlock_asked)
        page.segment_chosen.connect(self._choose_segment)
        page.table.opened.connect(self.open)
        page.table.current_changed.connect(self._follow)
        page.table.menu_asked.connect(self._show_menu)
        page.export_asked.connect(self._export)
        page.resend_all_asked.connect(lambda: self.actions.resend_all(self.loader.filter))
        page.reload_asked.connect(self.load)
        page.clear_asked.connect(self.search_cleared)
        page.all_asked.connect(lambda: self._show_only_activity(None, ""))
        page.everything_asked.connect(self._show_everything)
        page.scrolled.connect(self.loader.refresh)
        return page

    def _visible_rows(self) -> range:
        return self.page.visible_rows() if self._page.is_made else range(0)

    @property
    def page(self) -> DeliveriesPage:
        return self._page()

    @property
    def panel(self) -> DeliveryPanel:
        return self._opened.panel

    @property
    def count(self) -> str:
        """The number of waiting mails in words; empty if none waits."""
        waiting = self._counts.waiting
        return self.tr("{n} waiting").format(n=f"{waiting:,}") if waiting else ""

    @property
    def is_open(self) -> bool:
        """Whether the panel shows a delivery."""
        return self._opened.id is not None

    def load(self) -> None:
        """Updates the visible rows and the panel from the outbox."""
        self.loader.refresh()
        self._opened.reload()

    def on_event(self, event: Event) -> None:
        """Updates the section after a change of the outbox."""
        if isinstance(event, OutboxChanged):
            self.load()

    def search(self, typed: str) -> None:
        """Shows only deliveries that contain `typed`, once the user pauses typing."""
        self._typed = typed.strip()
        self._typing.start()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Calls `go_on`: there is nothing to lose here."""
        go_on()

    def set_theme(self, theme: Theme) -> None:
        """Paints page and panel in the colours of `theme`."""
        self._page.apply("theme", lambda page: page.set_theme(theme))
        self._opened.set_theme(theme)

    def set_smtps(self, profiles: Sequence[SmtpProfile]) -> None:
        """Sets the SMTPs, for their names and for advice."""
        self._opened.set_smtps(profiles)
        default = default_id_of(profiles)
        self._names = {profile.id: profile.name for profile in profiles}
        self.model.set_smtps(self._names, default)
        self._show_holds()

    def set_holds(self, holds: ShownHolds) -> None:
        """Sets what keeps mails back, by SMTP."""
        self._holds = holds
        self.model.set_holds({profile_id: held.hold for profile_id, held in holds.items()})
        self._show_holds()

    def _show_holds(self) -> None:
        words = holds_note(self._holds, self._names, _now())
        self._page.apply("holds", lambda page: page.hold_note.show_text(words))
        self._opened.show_hold()

    def show_trouble(self, words: str) -> None:
        """Shows on the page why nothing is sent for now; hides it if `words` is empty."""
        self._page.apply("trouble", lambda page: page.note.show_text(words))

    def show_locked(self, locked: bool) -> None:
        """Shows or hides the button to enter the master password, which sending waits for."""
        self._page.apply("locked", lambda page: page.unlock_button.setVisible(locked))

    def show_activity(self, activity_id: ActivityId) -> None:
        """Shows only the deliveries of this activity."""

        def failed(error: SmtpDesktopError) -> None:
            show_error(self._window, error)

        self._tasks.run(
            self,
            lambda: self._services.activities.get(activity_id).name,
            lambda name: self._show_only_activity(activity_id, name),
            failed,
        )

    def show_waiting(self) -> None:
        """Shows only the deliveries that wait."""
        from smtp_desktop.ui.deliveries.segment import DeliverySegment

        self.page.segments.press(DeliverySegment.WAITING)
        self._choose_segment(DeliverySegment.WAITING)

    def open(self, delivery_id: DeliveryId) -> None:
        """Opens the panel on this delivery."""
        self._opened.open(delivery_id)

    def close_panel(self) -> None:
        """Closes the panel, if it is open."""
        if self.is_open:
            self._opened.id = None
            self.panel_wanted.emit(False)
            self.page.table.setFocus()

    def _choose_segment(self, chosen: DeliverySegment) -> None:
        self._states = chosen.states
        self._apply_filter()

    def _show_only_activity(self, activity_id: ActivityId | None, name: str) -> None:
        self._activity_id = activity_id
        self.page.show_activity(name)
        self._apply_filter()

    def _show_everything(self) -> None:
        self._states = frozenset()
        self._show_only_activity(None, "")

    def _apply_filter(self) -> None:
        self._typing.stop()
        self.loader.set_filter(DeliveryFilter(search=self._typed, states=self._states, activity_id=self._activity_id))

    def _export(self) -> None:
        self.export.ask(self.loader.filter)

    def _show_loaded(self, counts: DeliveryCounts) -> None:
        self._counts = counts
        shown = self.loader.filter
        self._page.apply("state", lambda page: page.show_loaded(counts, shown, in_part=self.loader.shows_part))
        self.counts_changed.emit()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._page.apply("state", lambda page: page.show_error(shown(error.message)))

    def _select_open(self) -> None:
        if self._opened.id is not None:
            self.page.select(self._opened.id)

    def _tick(self) -> None:
        if self._page.is_made and self.page.isVisible():
            self.model.tick()
            self._opened.tick()

    def _follow(self, delivery_id: DeliveryId) -> None:
        if self.is_open and self.page.table.hasFocus():
            self.open(delivery_id)

    def _show_menu(self, where: QPoint) -> None:
        chosen, actions = self.page.selected(), self.actions
        acts: dict[str, Callable[[], object]] = {
            "openAction": lambda: self.open(chosen[0].id),
            "sendNowAction": lambda: actions.send_now(chosen),
            "resendAction": lambda: actions.resend(chosen),
            "sendElsewhereAction": lambda: self._opened.send_elsewhere(chosen[0]),
            "cancelAction": lambda: actions.cancel(chosen),
            "copyMessageIdAction": lambda: copy_message_ids(self.page, chosen),
            "exportAction": self._export,
        }
        menu = delivery_menu(self._window, chosen, acts)
        menu.addSeparator()
        menu.addMenu(self.page.columns.menu(menu))  # the header's menu, for who has no mouse
        menu.popup(where)


def _now() -> datetime:
    return datetime.now(UTC)
