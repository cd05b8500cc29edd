"""The present failure of an SMTP: its last test or check, and what its conversation shows."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.checks.check_detail import CheckDetail
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.ports import HealthStore

_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultInDetail:
    """A stored result, what is kept of it, and what its failure means; `diagnosis` is None where it did not fail, or
    its conversation is not kept any more."""

    result: CheckResult
    detail: CheckDetail | None
    diagnosis: Diagnosis | None

    @property
    def failure(self) -> Failure | None:
        """What failed; None where nothing did, or the conversation is not kept any more."""
        return self.detail.timeline.failure if self.detail and self.detail.timeline else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFailure:
    """The last test or check failed, like `count` in a row with it, the first of them at `since`; with `only_checks`,
    none of them was a test."""

    last: ResultInDetail
    since: datetime
    count: int
    only_checks: bool


class LastFailures:
    """Looks into results. Any call may block on the disk."""

    def __init__(self, *, health: HealthStore, adviser: Adviser) -> None:
        self._health = health
        self._adviser = adviser

    def of(self, profile: SmtpProfile) -> LastFailure | None:
        """Returns what the SMTP fails with, or what its last test or check found before its settings were changed; None
        where that worked, and is of the settings that are stored. Raises StoreError."""
        results = self._health.of(profile.id, _LOOKED_AT)
        if results and not results[-1].is_of(profile):
            last = ResultInDetail(result=results[-1], detail=None, diagnosis=None)
            return LastFailure(last=last, since=results[-1].at, count=1, only_checks=True)
        failed: list[CheckResult] = []
        for result in reversed(results):
            if result.ok or not result.is_of(profile):
                break
            failed.append(result)
        if not failed:
            return None
        return LastFailure(
            last=self.in_detail(failed[0], profile),
            since=failed[-1].at,
            count=len(failed),
            only_checks=all(one.test_kind is TestKind.CHECK for one in failed),
        )

    def in_detail(self, result: CheckResult, profile: SmtpProfile) -> ResultInDetail:
        """Returns what is kept of a result of that SMTP. Raises StoreError."""
        detail = self._health.detail_of(result)
        timeline = detail.timeline if detail else None
        diagnosis = self._adviser.diagnose_timeline(timeline, profile) if timeline else None
        return ResultInDetail(result=result, detail=detail, diagnosis=diagnosis)
