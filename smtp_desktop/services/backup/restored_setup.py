"""SMTPs, activities and settings of a backup, as they are to be stored again."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from smtp_desktop.domain.checks.alert import SMTP_KEY, TO_KEY, WEBHOOK_REF_KEY, WEBHOOK_SHOWN_KEY
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.settings import SETTINGS
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SignIn, SmtpProfile, with_refs

_WEBHOOK_KEYS = (WEBHOOK_REF_KEY, WEBHOOK_SHOWN_KEY)
_KEYS = frozenset({*(setting.key for setting in SETTINGS), SMTP_KEY, TO_KEY, *_WEBHOOK_KEYS})
_SIGNED_IN_BY_HAND = frozenset({SignIn.BROWSER, SignIn.DEVICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of secrets: `usable` are those that a backup names whose secrets are sure to be there; others have
    been put to a `new` place."""

    usable: Set[SecretRef] = frozenset()
    new: Mapping[SecretRef, SecretRef]

    def of(self, ref: SecretRef) -> SecretRef | None:
        """Returns where the secret is now; None where it is lost."""
        return self.new.get(ref) or (ref if ref in self.usable else None)


def restored_setup(backup: Setup, present: Setup, places: Places) -> Setup:
    """Returns the setup of the backup with secrets where they are now. Of what is `present`, the sign-ins stay that
    still fit, and all choices but settings."""
    before = {one.id: one for one in present.profiles}
    profiles = tuple(_restored(one, before.get(one.id), places) for one in backup.profiles)
    signed_in = {
        one.id: present.signed_in[one.id]
        for one in profiles
        if one.id in present.signed_in and SecretField.TOKENS in one.secret_refs
    }
    versions = {one.id: one.version for one in present.activities}
    return Setup(
        profiles=profiles,
        activities=tuple(replace(one, version=versions.get(one.id, one.version)) for one in backup.activities),
        preferences=_preferences(backup.preferences, present.preferences, places),
        signed_in=signed_in,
    )


def without_secrets(backup: Setup, restored: Setup) -> tuple[str, ...]:
    """Returns the names of the SMTPs that had a secret in the backup, other than tokens, which they have no longer."""
    had = {one.id: set(one.secret_refs) - {SecretField.TOKENS} for one in backup.profiles}
    return tuple(one.name for one in restored.profiles if had.get(one.id, set()) - set(one.secret_refs))


def signed_out(restored: Setup) -> tuple[str, ...]:
    """Returns the names of the SMTPs for which somebody has to sign in."""
    return tuple(
        one.name
        for one in restored.profiles
        if isinstance(one.server, GenericServer)
        and one.server.sign_in in _SIGNED_IN_BY_HAND
        and SecretField.TOKENS not in one.secret_refs
    )


def _restored(profile: SmtpProfile, before: SmtpProfile | None, places: Places) -> SmtpProfile:
    refs = {field: places.of(ref) for field, ref in profile.secret_refs.items() if field is not SecretField.TOKENS}
    found: dict[SecretField, SecretRef] = {field: ref for field, ref in refs.items() if ref}
    tokens = before.secret_refs.get(SecretField.TOKENS) if before else None
    if tokens and SecretField.TOKENS in kept_secrets(draft_of(profile), before):
        found[SecretField.TOKENS] = tokens
    restored = replace(profile, server=with_refs(profile.server, found))
    if before is None:
        return restored
    return replace(restored, version=before.version, settings_version=before.settings_version)


def _preferences(backup: Mapping[str, str], present: Mapping[str, str], places: Places) -> dict[str, str]:
    chosen = {key: value for key, value in present.items() if key not in _KEYS}
    chosen |= {key: value for key, value in backup.items() if key in _KEYS}
    webhook = places.of(SecretRef(chosen[WEBHOOK_REF_KEY])) if chosen.get(WEBHOOK_REF_KEY) else None
    if webhook is None:
        return {key: value for key, value in chosen.items() if key not in _WEBHOOK_KEYS}
    return {**chosen, WEBHOOK_REF_KEY: webhook}
