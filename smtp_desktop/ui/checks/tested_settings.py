"""The settings that are tested or checked: what a form holds, or what is stored."""

from dataclasses import dataclass, replace

from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedSettings:
    """Settings that were tested or checked; a `profile_id` of None is a form that creates an SMTP."""

    profile_id: ProfileId | None
    draft: ProfileDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContent:
    """What a form holds, which keeps all rules. `stored` is the SMTP that it edits, None for a new one; `changed` is
    whether the draft differs from it."""

    draft: ProfileDraft
    stored: SmtpProfile | None
    changed: bool

    @property
    def profile_id(self) -> ProfileId | None:
        return self.stored.id if self.stored else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    """Edit the settings that were tested or checked, beginning with `field`, in snake case; "" is the first."""

    tested: TestedSettings
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSettings:
    """The settings that a dialog tests or checks: those of a form, or stored ones, and whether they are not stored.
    With `as_is`, once more means these, whatever the form holds by then."""

    profile: SmtpProfile
    tested: TestedSettings
    unsaved: bool
    from_form: bool = False
    as_is: bool = False


def of_stored(profile: SmtpProfile) -> AskedSettings:
    """Returns the settings of a stored SMTP."""
    tested = TestedSettings(profile_id=profile.id, draft=draft_of(profile))
    return AskedSettings(profile=profile, tested=tested, unsaved=False)


def of_form(form: FormContent) -> AskedSettings:
    """Returns the settings that a form holds."""
    profile = profile_from_draft(named(form.draft), profile_id=form.profile_id or ProfileId(""), stored=form.stored)
    return AskedSettings(
        profile=replace(profile, name=form.draft.name.strip()),
        tested=TestedSettings(profile_id=form.profile_id, draft=form.draft),
        unsaved=form.changed,
        from_form=True,
    )


def named(draft: ProfileDraft) -> ProfileDraft:
    """Returns the draft with a name, if it has none: a form that has none yet can be tested too."""
    return replace(draft, name=draft.name.strip() or "New_SMTP")
