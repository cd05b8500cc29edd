"""The error of a mailbox that could not be read. Stands apart from what it carries, which few commands need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.domain.diagnosis.advice import Advice
    from smtp_desktop.domain.diagnosis.conversation import Failure


class ReadFailed(SmtpDesktopError):
    """A mailbox could not be read, because of `failure`; `advice` says what to do, where any is known."""

    def __init__(self, failure: Failure, advice: Advice | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.advice = advice
