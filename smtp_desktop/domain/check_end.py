"""How one check of a round ended, in short."""

from dataclasses import dataclass

from smtp_desktop.domain.errors import SmtpDesktopError


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEnd:
    """Whether the SMTP `works`. Neither yes nor no where it was stopped, or where no conversation could be held because
    of `problem`."""

    works: bool | None = None
    problem: SmtpDesktopError | None = None
