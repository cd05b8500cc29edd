"""The programs that the window starts to work in processes of their own."""

from dataclasses import dataclass

from smtp_desktop.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPrograms:
    """Each a command with its arguments: `courier` sends, where that is not left to another process, and `bulk_check`
    checks many SMTPs, where this process does not. `master` is their master password, where it is known without asking.
    """

    courier: tuple[str, ...] = ()
    bulk_check: tuple[str, ...] = ()
    master: Secret | None = None
