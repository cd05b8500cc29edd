"""One mail's way through a line."""

from collections.abc import Callable
from dataclasses import dataclass

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import CourierId, RetryPolicy
from smtp_desktop.domain.diagnosis.conversation import Outcome, Stage, Step
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.services.lanes import Job, Lane
from smtp_desktop.services.outbox_ports import Lines, OutboxStore
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore, Vault

_SIGNING_IN = frozenset({Stage.SIGN_IN, Stage.TOKEN})
_SIGNED_IN = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT, Stage.MAILBOX, Stage.SEND})
_CONTENT = frozenset({Stage.CONTENT, Stage.SEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a courier works with."""

    store: OutboxStore
    profiles: ProfileStore
    health: HealthStore
    vault: Vault
    lines: Lines
    clock: Clock
    events: Events
    policy: RetryPolicy
    jitter: Callable[[], float]
    courier_id: CourierId


class Passage:
    """Sees to it that one worker of a lane signs in at a time, and that nothing goes out which is not this courier's
    any more. `lost` is set where it was not, `error` where the outbox could not tell: then no content went out."""

    def __init__(self, tools: Tools, job: Job, lane: Lane, cancel: Cancel) -> None:
        self.cancel = cancel
        self.handed_over = False
        self.lost = False
        self.error: StoreError | None = None
        self._tools = tools
        self._job = job
        self._lane = lane
        self._inside = False

    def enter(self) -> bool:
        """It is this one's turn to sign in. Returns False where the lane was closed."""
        self._inside = self._inside or self._lane.enter()
        return self._inside

    def leave(self) -> None:
        """Others may sign in. A second call does nothing."""
        if self._inside:
            self._inside = False
            self._lane.leave()

    def on_step(self, step: Step) -> None:
        """Hears how far the mail is."""
        if step.outcome is not Outcome.RUNNING:
            return
        # A line that was open may have to connect, and to sign in, anew.
        if step.stage in _SIGNING_IN and not self.enter():
            self.cancel.request()
        if step.stage in _SIGNED_IN:
            self.leave()
        if step.stage in _CONTENT and not self.handed_over:
            self._hand_over()

    def _hand_over(self) -> None:
        try:
            mine = self._tools.store.hand_over(
                [self._job.delivery.id], self._tools.courier_id, through=self._job.profile.id
            )
            self.handed_over = bool(mine)
        except StoreError as error:
            self.error = error
        self.lost = not self.handed_over
        if self.lost:
            self.cancel.request()
