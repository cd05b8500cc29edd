"""The section of deliveries: its page, its panel, and what can be done with a mail in the outbox."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from smtp_desktop.domain.activity import ActivityId
from smtp_desktop.domain.delivery import Delivery, DeliveryCounts, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.errors import NoSuchDelivery, SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged
from smtp_desktop.domain.profile import SmtpProfile
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.delivery_detail import AdviceOn, Detail, read_detail
from smtp_desktop.ui.delivery_export import DeliveryExport
from smtp_desktop.ui.delivery_loading import DeliveryLoading
from smtp_desktop.ui.dialogs.message import MessageDialog
from smtp_desktop.ui.models.deliveries import Deliveries
from smtp_desktop.ui.pages.deliveries_page import DeliveriesPage, Shown
from smtp_desktop.ui.panels.delivery_panel import DeliveryPanel, can_cancel, can_resend
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.theme import Theme

_TYPING_MS = 250
_SECOND_MS = 1000
T = TypeVar("T")


class DeliveriesSection(QObject):
    """A `section.Section`. Everything that reads or changes the outbox runs on `tasks`."""

    panel_wanted = Signal(bool)
    counts_changed = Signal()

    def __init__(
        self,
        *,
        window: QWidget,
        outbox: Outbox,
        activities: Activities,
        advice_on: AdviceOn,
        tasks: Tasks,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._outbox = outbox
        self._activities = activities
        self._advice_on = advice_on
        self._tasks = tasks
        self._profiles: tuple[SmtpProfile, ...] = ()
        self._counts = DeliveryCounts()
        self._open_id: DeliveryId | None = None
        self._reading = self._read_again = False
        self._typed = ""
        self._shown = Shown.ALL
        self._activity_id: ActivityId | None = None
        self.model = Deliveries(theme, _now, self)
        self.page = DeliveriesPage(self.model, theme)
        self.panel = DeliveryPanel(theme)
        self.export = DeliveryExport(window=window, outbox=outbox, tasks=tasks)
        self.loading = DeliveryLoading(
            owner=self, model=self.model, outbox=outbox, tasks=tasks, visible_rows=self.page.visible_rows
        )
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._seconds = QTimer(self, interval=_SECOND_MS)
        self._connect()
        self._seconds.start()

    def _connect(self) -> None:
        page, panel, loading = self.page, self.panel, self.loading
        self._typing.timeout.connect(self._show_wanted)
        self._seconds.timeout.connect(self._tick)
        self.model.modelReset.connect(self._select_open)
        loading.about_to_merge.connect(page.hold_top)
        loading.loaded.connect(self._show_loaded)
        loading.failed.connect(lambda error: page.show_error(shown(error.message)))
        page.segment_chosen.connect(self._choose_segment)
        page.opened.connect(self.open)
        page.moved.connect(self._follow)
        page.menu_asked.connect(self._show_menu)
        page.export_asked.connect(lambda: self.export.ask(loading.wanted))
        page.reload_asked.connect(self.load)
        page.all_asked.connect(lambda: self._narrow(None, ""))
        page.scrolled.connect(loading.refresh)
        panel.close_requested.connect(self.close_panel)
        panel.resend_requested.connect(lambda delivery: self.resend([delivery]))
        panel.hurry_requested.connect(lambda delivery: self.hurry([delivery]))
        panel.cancel_requested.connect(lambda delivery: self.cancel([delivery]))

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

    def hear(self, event: Event) -> None:
        """The page shows what has happened."""
        if isinstance(event, OutboxChanged):
            self.load()

    def search(self, typed: str) -> None:
        """Only those that hold `typed` are shown, as soon as the typing rests."""
        self._typed = typed.strip()
        self._typing.start()

    def leave(self, go_on: Callable[[], None]) -> None:
        """Nothing can be lost here."""
        go_on()

    def set_theme(self, theme: Theme) -> None:
        """Page and panel are drawn in the colours of `theme`."""
        self.page.set_theme(theme)
        self.panel.set_theme(theme)

    def set_smtps(self, profiles: Sequence[SmtpProfile]) -> None:
        """Page and panel call these SMTPs by their names."""
        self._profiles = tuple(profiles)
        default = next((profile.name for profile in profiles if profile.is_default), "")
        self.model.set_smtps({profile.id: profile.name for profile in profiles}, default)

    def tell_trouble(self, words: str) -> None:
        """The page says why nothing is sent for now; nothing where `words` is empty."""
        self.page.note.show_text(words)

    def show_activity(self, activity_id: ActivityId) -> None:
        """Only this activity's deliveries are shown."""
        self._run(
            lambda: self._activities.get(activity_id).name,
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
            self._run(lambda: self._outbox.resend(ids), lambda _: None)

        if not sent:
            go_on()
            return
        from smtp_desktop.ui.dialogs.resend import ResendDialog

        dialog = ResendDialog(self._window, sent=sent)
        dialog.confirmed.connect(go_on)
        dialog.open()

    def hurry(self, deliveries: Sequence[Delivery]) -> None:
        """Those that wait are tried at once."""
        ids = [delivery.id for delivery in deliveries if delivery.state is DeliveryState.WAITING]
        self._run(lambda: self._outbox.hurry(ids), lambda _: None)

    def cancel(self, deliveries: Sequence[Delivery]) -> None:
        """Those that wait are not sent."""
        ids = [delivery.id for delivery in deliveries if can_cancel(delivery)]
        self._run(lambda: self._outbox.cancel(ids), lambda _: None)

    def _choose_segment(self, chosen: Shown) -> None:
        self._shown = chosen
        self._show_wanted()

    def _narrow(self, activity_id: ActivityId | None, name: str) -> None:
        self._activity_id = activity_id
        self.page.show_activity(name)
        self._show_wanted()

    def _show_wanted(self) -> None:
        self._typing.stop()
        self.loading.show(DeliveryFilter(search=self._typed, states=self._shown.states, activity_id=self._activity_id))

    def _show_loaded(self, counts: DeliveryCounts) -> None:
        self._counts = counts
        self.page.show_loaded(counts, narrowed=self.loading.wanted != DeliveryFilter())
        self.counts_changed.emit()

    def _select_open(self) -> None:
        if self._open_id is not None:
            self.page.select(self._open_id)

    def _tick(self) -> None:
        if self.page.isVisible():
            self.model.tick()
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
        outbox, advice_on, profiles = self._outbox, self._advice_on, self._profiles
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
        menu = QMenu(self._window)
        menu.setObjectName("deliveryMenu")
        one = len(chosen) == 1
        entries: tuple[tuple[str, str, bool, Callable[[], object]], ...] = (
            ("openAction", self.tr("Open"), one, lambda: self.open(chosen[0].id)),
            ("sendNowAction", self.tr("Send now"), any(map(_waits, chosen)), lambda: self.hurry(chosen)),
            ("resendAction", self.tr("Send again"), any(map(can_resend, chosen)), lambda: self.resend(chosen)),
            ("cancelAction", self.tr("Cancel"), any(map(can_cancel, chosen)), lambda: self.cancel(chosen)),
            ("", "", False, lambda: None),
            ("copyMessageIdAction", self.tr("Copy Message-ID"), True, lambda: _copy_ids(chosen)),
            ("exportAction", self.tr("Export CSV…"), True, lambda: self.export.ask(self.loading.wanted)),
        )
        for name, words, possible, act in entries:
            if not name:
                menu.addSeparator()
                continue
            action = QAction(words, menu)
            action.setObjectName(name)
            action.setEnabled(possible)
            action.triggered.connect(lambda _=False, act=act: act())
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            MessageDialog(self._window, title=self.tr("That did not work"), text=shown(error.message)).open()

        self._tasks.run(self, work, done, failed)


def _now() -> datetime:
    return datetime.now(UTC)


def _waits(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.WAITING


def _copy_ids(deliveries: Sequence[Delivery]) -> None:
    QGuiApplication.clipboard().setText("\n".join(delivery.message_id for delivery in deliveries))
