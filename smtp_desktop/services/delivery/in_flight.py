"""The mails that a run of a courier has leases on: every change of their state goes through here."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from smtp_desktop.domain.delivery.attempt import DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.job_states import JobEvent, JobState, StoreAction, transition
from smtp_desktop.services.delivery.ports import OutboxStore

_Result = TypeVar("_Result")
_RETRY_S = 0.2  # a busy database was waited for already, a full disk was not
_GONE = frozenset({JobState.WAITING, JobState.SETTLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySummary:
    """How many mails a run sent and had refused, how many of those that it tried wait for a later try, of how many the
    outcome is unknown, and how many are too old by now."""

    sent: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0
    expired: int = 0


class InFlight:
    """The mails that are queued or being sent, how the finished ones went, and what ends the run early.

    Moves its mails by the table in `job_states`, each time in the outbox first. `wakeup` is set when the courier should
    look: there is room for more, nothing is left, or something went wrong. Safe from every thread; all that write
    raise StoreError.
    """

    def __init__(self, store: OutboxStore, courier_id: CourierId, *, patience_s: float = 60.0) -> None:
        """For `patience_s` results are kept in memory while the database is in use by others, or the disk is full."""
        self.wakeup = threading.Event()
        self.more_is_due = False
        """Whether the last claim may have left something due: the next needs no look first."""
        self._patience_s = patience_s
        self._unreleased: set[DeliveryId] = set()
        self._store = store
        self._courier = courier_id
        self._lock = threading.Lock()
        self._states: dict[DeliveryId, JobState] = {}
        self._error: BaseException | None = None
        self._results: dict[DeliveryId, DeliveryState] = {}

    def claim(
        self,
        *,
        now: datetime,
        lease_ends_at: datetime,
        limit: int,
        excluding: Collection[ProfileId],
        limits: Mapping[ProfileId, SendLimits],
    ) -> Sequence[Delivery]:
        """Claims due mails; see `OutboxStore.claim`."""
        claimed = self._store.claim(
            self._courier,
            now=now,
            lease_ends_at=lease_ends_at,
            limit=limit,
            excluding=excluding,
            limits=limits,
        )
        self._moved(JobEvent.CLAIMED, StoreAction.CLAIM, [delivery.id for delivery in claimed])
        return claimed

    def start(
        self, delivery_ids: Sequence[DeliveryId], *, through: ProfileId, counted_at: datetime | None
    ) -> Collection[DeliveryId]:
        """Notes that their content is about to go out; returns those that may: they are still this courier's."""
        owned = self._store.mark_data_started(delivery_ids, self._courier, through=through, counted_at=counted_at)
        return self._started(delivery_ids, owned)

    def settle(self, updates: Mapping[DeliveryId, DeliveryUpdate], *, through: ProfileId) -> None:
        """Writes down the results of attempts. Waits for a busy database: they must not get lost."""
        owned = self._patiently(lambda: self._store.finish(self._courier, updates, through=through))
        self._settled(updates, owned)

    def settle_and_start(
        self,
        updates: Mapping[DeliveryId, DeliveryUpdate],
        delivery_ids: Sequence[DeliveryId],
        *,
        through: ProfileId,
        counted_at: datetime | None,
    ) -> Collection[DeliveryId]:
        """Does `settle` with `updates` and `start` with `delivery_ids`, at the cost of one."""
        owned = self._patiently(
            lambda: self._store.finish_and_start(
                self._courier, updates, delivery_ids, through=through, counted_at=counted_at
            )
        )
        self._settled(updates, owned.finished)
        return self._started(delivery_ids, owned.started)

    def pass_to_backup(self, delivery_id: DeliveryId, update: DeliveryUpdate) -> bool:
        """Notes an attempt that one through the backup follows; returns False where the mail is another's by now."""
        owned = self._patiently(lambda: self._store.note(delivery_id, self._courier, update))
        event, action = (JobEvent.BACKUP_TAKES_OVER, StoreAction.NOTE) if owned else (JobEvent.LEASE_LOST, None)
        self._moved(event, action, [delivery_id])
        return owned

    def untouched(self, delivery_ids: Sequence[DeliveryId]) -> None:
        """Notes that nothing went out of them after all."""
        if delivery_ids:
            self._patiently(lambda: self._store.unmark_data_started(self._courier, delivery_ids))
            self._moved(JobEvent.NOTHING_TAKEN, StoreAction.UNMARK, delivery_ids)

    def release_leases(self, delivery_ids: Iterable[DeliveryId]) -> None:
        """Releases their leases, so that those wait again whose data has not started."""
        ids = [each for each in delivery_ids if each in self._states]
        if ids:
            self._store.release_lease(self._courier, ids)
            self._moved(JobEvent.LEASE_RELEASED, StoreAction.RELEASE, ids)

    def release_leases_later(self, delivery_ids: Iterable[DeliveryId]) -> None:
        """Does as `release_leases` with the next `release_postponed_leases`: the database can't be written now."""
        with self._lock:
            self._unreleased.update(each for each in delivery_ids if each in self._states)
        self.wakeup.set()

    def release_postponed_leases(self) -> None:
        """Releases the leases that `release_leases_later` was called for."""
        with self._lock:
            ids = tuple(self._unreleased)
        self.release_leases(ids)
        with self._lock:
            self._unreleased.difference_update(ids)

    def any_started(self, delivery_ids: Iterable[DeliveryId]) -> bool:
        """Whether content of any of them may have gone out."""
        with self._lock:
            return any(self._states.get(each) is JobState.DATA_STARTED for each in delivery_ids)

    def lose(self, delivery_ids: Iterable[DeliveryId]) -> None:
        """Forgets mails that are another courier's by now, or that are left to whoever finds their lease ended."""
        self._moved(JobEvent.LEASE_LOST, None, [each for each in delivery_ids if each in self._states])

    def state_of(self, delivery_id: DeliveryId) -> JobState | None:
        """Returns how far the mail is; None where it is not this courier's, as far as that knows."""
        with self._lock:
            return self._states.get(delivery_id)

    @property
    def empty(self) -> bool:
        """Whether no mail is in flight."""
        with self._lock:
            return not self._states

    @property
    def ids(self) -> tuple[DeliveryId, ...]:
        """The mails in flight."""
        with self._lock:
            return tuple(self._states)

    @property
    def error(self) -> BaseException | None:
        """The first error that was reported; it ends the courier."""
        with self._lock:
            return self._error

    def fail(self, error: BaseException) -> None:
        """Ends the courier, which raises `error` unless an earlier one was reported."""
        with self._lock:
            self._error = self._error or error
        self.wakeup.set()

    def summary(self) -> DeliverySummary:
        """Returns the counts so far; of a mail that was tried several times, its last state counts."""
        with self._lock:
            states = list(self._results.values())
        count = states.count
        return DeliverySummary(
            sent=count(DeliveryState.SENT),
            refused=count(DeliveryState.REFUSED),
            later=count(DeliveryState.WAITING),
            unknown=count(DeliveryState.UNKNOWN),
            expired=count(DeliveryState.EXPIRED),
        )

    def _patiently(self, write: Callable[[], _Result]) -> _Result:
        """Returns what `write` returns, calling it again while the database is busy or the disk is full: what became of
        a mail must not get lost. Raises StoreError."""
        give_up_at_s = time.monotonic() + self._patience_s
        while time.monotonic() < give_up_at_s:
            with suppress(StoreBusy):
                return write()
            threading.Event().wait(_RETRY_S)
        return write()

    def _started(self, delivery_ids: Sequence[DeliveryId], owned: Sequence[DeliveryId]) -> Collection[DeliveryId]:
        kept = frozenset(owned)
        self._moved(JobEvent.CONTENT_BEGINS, StoreAction.MARK, owned)
        self._moved(JobEvent.LEASE_LOST, None, [each for each in delivery_ids if each not in kept])
        return kept

    def _settled(self, updates: Mapping[DeliveryId, DeliveryUpdate], owned: Sequence[DeliveryId]) -> None:
        with self._lock:
            self._results.update({each: updates[each].state for each in owned})
        self._moved(JobEvent.RESULT, StoreAction.FINISH, updates)

    def _moved(self, event: JobEvent, action: StoreAction | None, delivery_ids: Iterable[DeliveryId]) -> None:
        """Moves the mails, after `action` wrote that down."""
        with self._lock:
            for each in delivery_ids:
                state = self._states.pop(each, None)
                if event is JobEvent.CLAIMED:
                    state = JobState.WAITING
                elif state is None:
                    continue  # its lease was released, or it is another courier's
                found = transition(state, event)
                if found.action is not action:
                    raise RuntimeError(f"{event} is written down by {found.action}, not by {action}")
                if found.to not in _GONE:
                    self._states[each] = found.to
            empty = not self._states
        if empty:
            self.wakeup.set()
