"""The SMTPs that a window shows first."""

from typing import NamedTuple

from smtp_desktop.domain.checks.health import CheckResult, ServerFact
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


class Overview(NamedTuple):
    """`profiles` are the first of `total`, the default first, then by name. `history` are the latest results of each,
    oldest first; `facts` are of their servers; through those in `held` nothing goes for now."""

    profiles: tuple[SmtpProfile, ...]
    total: int
    history: dict[ProfileId, list[CheckResult]]
    facts: tuple[ServerFact, ...]
    held: frozenset[ProfileId]

    @property
    def whole(self) -> bool:
        """Whether these are all."""
        return len(self.profiles) == self.total
