"""The commands of the processes that the window starts."""

from dataclasses import dataclass

from smtp_desktop.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPrograms:
    """`courier` sends mail, and `bulk_check` checks many SMTPs; each is a command with its arguments. Without
    `courier`, sending is left to others; without `bulk_check`, the window itself checks. `master` is the master
    password for both, if it is known without asking. `detached_courier` goes on sending without a window, and
    `at_login` is the window itself, in the background; without them, neither is offered."""

    courier: tuple[str, ...] = ()
    detached_courier: tuple[str, ...] = ()
    at_login: tuple[str, ...] = ()
    bulk_check: tuple[str, ...] = ()
    master: Secret | None = None
