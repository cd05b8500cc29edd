"""The requests that the panel of an SMTP makes."""

from dataclasses import dataclass

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.edit import ProfileEdit
from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRequest:
    """Save what `edit` makes of the SMTP; a `profile_id` of None creates one of its draft."""

    profile_id: ProfileId | None
    edit: ProfileEdit

    @property
    def draft(self) -> ProfileDraft:
        return self.edit.draft
