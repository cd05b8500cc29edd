"""The outcomes of changes of SMTPs."""

from dataclasses import dataclass

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """An SMTP as it was stored right before a change, and after it. Both are the same where nothing changed."""

    before: SmtpProfile
    after: SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The outcome of a deletion. `secrets_left` is the reason why a secret could not be erased yet; the next start
    tries again."""

    secrets_left: SmtpDesktopError | None
