"""The error of a mailbox that could not be read. Stands apart from what it carries, which few commands need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.domain.diagnosis.advice import Advice
    from smtp_desktop.domain.diagnosis.conversation import Failure
    from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis


class ReadFailed(SmtpDesktopError):
    """A mailbox could not be read, because of `failure`; `diagnosis` says what that means, once somebody has found
    out."""

    def __init__(self, failure: Failure, diagnosis: Diagnosis | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.diagnosis = diagnosis

    @property
    def advice(self) -> Advice | None:
        return self.diagnosis.advice if self.diagnosis else None
