"""The setup: all SMTPs, activities and choices of a data folder, to be changed as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All that is stored but messages, results and secrets. `preferences` are the user's choices as they are stored, by
    key; `signed_in` says who signed in for an SMTP."""

    profiles: tuple[SmtpProfile, ...] = ()
    activities: tuple[Activity, ...] = ()
    preferences: Mapping[str, str] = field(default_factory=dict)
    signed_in: Mapping[ProfileId, SignedIn] = field(default_factory=dict)
