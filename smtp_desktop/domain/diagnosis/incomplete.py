"""The failure of an incomplete SMTP: it lacks something that it can't send without, so that no server is asked."""

from collections.abc import Collection

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.smtp.completeness import enter_words, missing_fields
from smtp_desktop.domain.smtp.profile import SmtpProfile


def incomplete_failure(profile: SmtpProfile, typed: Collection[str] = ()) -> Failure | None:
    """Returns why it can't be tried; None where it lacks nothing. `typed` are secrets that take the place of stored
    ones."""
    missing = [field for field in missing_fields(profile) if field not in typed]
    if not missing:
        return None
    stage = Stage.SENDER if missing[0] == "from_address" else Stage.SIGN_IN
    return Failure(stage=stage, kind=FailureKind.INCOMPLETE, message=enter_words(profile, missing[0]))
