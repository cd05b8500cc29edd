"""The requests that the panel of an SMTP makes."""

from dataclasses import dataclass, field
from typing import Protocol

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.edit import ProfileEdit
from smtp_desktop.domain.smtp.profile import ProfileId


class CheckBefore(Protocol):
    """A check that comes before an SMTP is created. Both are for workers."""

    def run(self, draft: ProfileDraft, cancel: Cancel) -> None:
        """Raises SmtpDesktopError where the draft is not to be saved."""
        ...

    def record(self, draft: ProfileDraft, saved_id: ProfileId) -> None:
        """Takes note that the draft was saved as this SMTP."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """Save what `edit` makes of the SMTP; a `profile_id` of None creates one of its draft, after `check`, if there is
    one."""

    profile_id: ProfileId | None
    edit: ProfileEdit
    check: CheckBefore | None = field(default=None, compare=False)

    @property
    def draft(self) -> ProfileDraft:
        return self.edit.draft
