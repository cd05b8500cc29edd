"""How far checks are that the admin asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the checks are. `untried` are those that no server was asked about; `stopped` by the admin."""

    total: int = 0
    works: int = 0
    failed: int = 0
    untried: int = 0
    stopped: bool = False

    @property
    def done(self) -> int:
        return self.works + self.failed + self.untried
