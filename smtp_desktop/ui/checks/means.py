"""The remedies that the window offers after a failed test or check, which advice may mention."""

from smtp_desktop.domain.checks.candidates import may_be_found
from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.ui.checks.certificate_trust import may_be_trusted


def means_after(draft: ProfileDraft, failure: Failure | None, diagnosis: Diagnosis | None) -> frozenset[Means]:
    """Returns what is offered after `failure` of the settings in `draft`; nothing where nothing failed."""
    found = set()
    if failure and diagnosis and may_be_found(draft, failure, diagnosis.cause):
        found.add(Means.FIND_SETTINGS)
    if failure and may_be_trusted(failure):
        found.add(Means.TRUST)
    return frozenset(found)
