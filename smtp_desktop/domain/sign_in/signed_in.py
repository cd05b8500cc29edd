"""Sign-ins of people for SMTPs, as they are shown: by which account, and until when they hold."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in by browser or device code. All times are aware UTC.

    `account` is empty where the authorization server did not say who signed in. `valid_until` is the end of the access
    token, which is renewed; `ends_at` is when somebody has to sign in again, where that is known. `problem` is the
    cause (`domain.diagnosis.kinds.Cause`) why the access token could not be renewed, empty where it could.
    """

    profile_id: ProfileId
    account: str
    signed_in_at: datetime
    valid_until: datetime
    ends_at: datetime | None = None
    problem: str = ""
