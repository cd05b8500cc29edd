"""The section of deliveries: its page, its panel, and what can be done with a mail in the outbox."""
# ruff: noqa: PLC0415 - a dialog, the page and the panel are loaded when they are first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryCounts, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.errors import NoSuchDelivery, SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.services import Services
from smtp_desktop.ui.deliveries.export import DeliveryExport
from smtp_desktop.ui.deliveries.loading import DeliveryLoading
from smtp_desktop.ui.deliveries.menus import can_cancel, can_resend, can_send_now, copy_message_ids, delivery_menu
from smtp_desktop.ui.deliveries.model import Deliveries
from smtp_desktop.ui.deliveries.panel import Detail, read_detail
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.deliveries.page import DeliveriesPage, Shown
    from smtp_desktop.ui.deliveries.panel import DeliveryPanel

_TYPING_MS = 250
_SECOND_MS = 1000
T = TypeVar("T")


class DeliveriesSection(QObject):
    """A `section.Section`. Everything that reads or changes the outbox runs on `tasks`."""

    panel_wanted = Signal(bool)
    counts_changed = Signal()
    unlock_asked = Signal()
    """The master password, which what sends waits for, is to be asked for."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._tasks = tasks
        self._profiles: tuple[SmtpProfile, ...] = ()
        self._counts = DeliveryCounts()
        self._open_id: DeliveryId | None = None
        self._reading = self._read_again = False
        self._typed = ""
        self._states: frozenset[DeliveryState] = frozenset()
        self._activity_id: ActivityId | None = None
        self.model = Deliveries(theme, _now, self)
        self._page = Lazy(lambda: self._make_page(theme))
        self._panel = Lazy(lambda: self._make_panel(theme))
        self.export = DeliveryExport(window=window, outbox=services.outbox, tasks=tasks)
        self.loading = DeliveryLoading(
            owner=self, model=self.model, outbox=services.outbox, tasks=tasks, visible_rows=self._visible_rows
        )
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._seconds = QTimer(self, interval=_SECOND_MS)
        self._connect()
        self._seconds.start()

    def _connect(self) -> None:
        loading = self.loading
        self._typing.timeout.connect(self._show_wanted)
        self._seconds.timeout.connect(self._tick)
        loading.loaded.connect(self._show_loaded)
        loading.failed.connect(self._show_error)

    def _make_page(self, theme: Theme) -> DeliveriesPage:
        from smtp_desktop.ui.deliveries.page import DeliveriesPage

        page, loading = DeliveriesPage(self.model, theme), self.loading
        # Behind the table, which forgets its selection with every reset.
        self.model.modelReset.connect(self._select_open)
        loading.about_to_merge.connect(page.hold_top)
        page.unlock_button.clicked.connect(self.unlock_asked)
        page.segment_chosen.connect(self._choose_segment)
        page.opened.connect(self.open)
        page.moved.connect(self._follow)
        page.menu_asked.connect(self._show_menu)
        page.export_asked.connect(lambda: self.export.ask(loading.wanted))
        page.reload_asked.connect(self.load)
        page.all_asked.connect(lambda: self._narrow(None, ""))
        page.scrolled.connect(loading.refresh)
        return page

    def _make_panel(self, theme: Theme) -> DeliveryPanel:
        from smtp_desktop.ui.deliveries.panel import DeliveryPanel

        panel = DeliveryPanel(theme)
        panel.close_requested.connect(self.close_panel)
        panel.resend_requested.connect(lambda delivery: self.resend([delivery]))
        panel.hurry_requested.connect(lambda delivery: self.send_now([delivery]))
        panel.cancel_requested.connect(lambda delivery: self.cancel([delivery]))
        return panel

    def _visible_rows(self) -> range:
        return self.page.visible_rows() if self._page.is_made else range(0)

    @property
    def page(self) -> DeliveriesPage:
        return self._page()

    @property
    def panel(self) -> DeliveryPanel:
        return self._panel()

    @property
    def count(self) -> str:
        """How many wait."""
        waiting = self._counts.waiting
        return self.tr("{n} waiting").format(n=f"{waiting:,}") if waiting else ""

    @property
    def is_open(self) -> bool:
        return self._open_id is not None

    def load(self) -> None:
        """What is seen is as the outbox is, soon."""
        self.loading.refresh()
        self._read_detail()

    def on_event(self, event: Event) -> None:
        """The page shows what has happened."""
        if isinstance(event, OutboxChanged):
            self.load()

    def search(self, typed: str) -> None:
        """Only those that hold `typed` are shown, as soon as the typing rests."""
        self._typed = typed.strip()
        self._typing.start()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Nothing can be lost here."""
        go_on()

    def set_theme(self, theme: Theme) -> None:
        """Page and panel are drawn in the colours of `theme`."""
        self._page.apply("theme", lambda page: page.set_theme(theme))
        self._panel.apply("theme", lambda panel: panel.set_theme(theme))

    def set_smtps(self, profiles: Sequence[SmtpProfile]) -> None:
        """Page and panel call these SMTPs by their names."""
        self._profiles = tuple(profiles)
        default = next((profile.name for profile in profiles if profile.is_default), "")
        self.model.set_smtps({profile.id: profile.name for profile in profiles}, default)

    def tell_trouble(self, words: str) -> None:
        """The page says why nothing is sent for now; nothing where `words` is empty."""
        self._page.apply("trouble", lambda page: page.note.show_text(words))

    def tell_locked(self, locked: bool) -> None:
        """The page offers to enter the master password while what sends waits for it."""
        self._page.apply("locked", lambda page: page.unlock_button.setVisible(locked))

    def show_activity(self, activity_id: ActivityId) -> None:
        """Only this activity's deliveries are shown."""
        self._run(
            lambda: self._services.activities.get(activity_id).name,
            lambda name: self._narrow(activity_id, name),
        )

    def open(self, delivery_id: DeliveryId) -> None:
        """The panel is on this delivery, soon."""
        self._open_id = delivery_id
        self._read_detail()

    def close_panel(self) -> None:
        """The panel is closed."""
        if self._open_id is not None:
            self._open_id = None
            self.panel_wanted.emit(False)
            self.page.table.setFocus()

    def resend(self, deliveries: Sequence[Delivery]) -> None:
        """Those that are finished wait again; sent ones only after it was confirmed."""
        ids = [delivery.id for delivery in deliveries if can_resend(delivery)]
        sent = sum(delivery.state is DeliveryState.SENT for delivery in deliveries)

        def go_on() -> None:
            self._run(lambda: self._services.outbox.resend(ids), lambda _: None)

        if not sent:
            go_on()
            return
        from smtp_desktop.ui.deliveries.menus import ResendDialog

        dialog = ResendDialog(self._window, sent=sent)
        dialog.confirmed.connect(go_on)
        dialog.open()

    def send_now(self, deliveries: Sequence[Delivery]) -> None:
        """Those that wait are tried at once."""
        ids = [delivery.id for delivery in deliveries if can_send_now(delivery)]
        self._run(lambda: self._services.outbox.send_now(ids), lambda _: None)

    def cancel(self, deliveries: Sequence[Delivery]) -> None:
        """Those that wait are not sent."""
        ids = [delivery.id for delivery in deliveries if can_cancel(delivery)]
        self._run(lambda: self._services.outbox.cancel(ids), lambda _: None)

    def _choose_segment(self, chosen: Shown) -> None:
        self._states = chosen.states
        self._show_wanted()

    def _narrow(self, activity_id: ActivityId | None, name: str) -> None:
        self._activity_id = activity_id
        self.page.show_activity(name)
        self._show_wanted()

    def _show_wanted(self) -> None:
        self._typing.stop()
        self.loading.show(DeliveryFilter(search=self._typed, states=self._states, activity_id=self._activity_id))

    def _show_loaded(self, counts: DeliveryCounts) -> None:
        self._counts = counts
        narrowed = self.loading.wanted != DeliveryFilter()
        self._page.apply("state", lambda page: page.show_loaded(counts, narrowed=narrowed))
        self.counts_changed.emit()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._page.apply("state", lambda page: page.show_error(shown(error.message)))

    def _select_open(self) -> None:
        if self._open_id is not None:
            self.page.select(self._open_id)

    def _tick(self) -> None:
        if self._page.is_made and self.page.isVisible():
            self.model.tick()
            if self._panel.is_made:
                self.panel.tick(_now())

    def _follow(self, delivery_id: DeliveryId) -> None:
        if self.is_open and self.page.table.hasFocus():
            self.open(delivery_id)

    def _read_detail(self) -> None:
        wanted = self._open_id
        if wanted is None:
            return
        if self._reading:
            self._read_again = True
            return
        self._reading = True
        outbox, advice_on, profiles = self._services.outbox, self._services.tester.advice_on, self._profiles
        self._tasks.run(
            self, lambda: read_detail(outbox, advice_on, profiles, wanted), self._show_detail, self._detail_failed
        )

    def _show_detail(self, detail: Detail) -> None:
        self._reading = False
        if detail.delivery.id == self._open_id:
            was_open = self.panel.delivery_id == self._open_id and self.panel.isVisible()
            self.panel.show_detail(detail, self.model.smtp_words(detail.delivery), _now())
            if not was_open:
                self.panel_wanted.emit(True)
        self._read_next()

    def _detail_failed(self, error: SmtpDesktopError) -> None:
        self._reading = False
        if isinstance(error, NoSuchDelivery):  # pruned meanwhile
            self.close_panel()
        else:
            self.panel.show_note(shown(error.message))
        self._read_next()

    def _read_next(self) -> None:
        if self._read_again:
            self._read_again = False
            self._read_detail()

    def _show_menu(self, where: QPoint) -> None:
        chosen = self.page.selected()
        acts: dict[str, Callable[[], object]] = {
            "openAction": lambda: self.open(chosen[0].id),
            "sendNowAction": lambda: self.send_now(chosen),
            "resendAction": lambda: self.resend(chosen),
            "cancelAction": lambda: self.cancel(chosen),
            "copyMessageIdAction": lambda: copy_message_ids(chosen),
            "exportAction": lambda: self.export.ask(self.loading.wanted),
        }
        delivery_menu(self._window, chosen, acts).popup(where)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            MessageDialog(self._window, title=self.tr("That did not work"), text=shown(error.message)).open()

        self._tasks.run(self, work, done, failed)


def _now() -> datetime:
    return datetime.now(UTC)
