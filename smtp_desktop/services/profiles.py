"""The stored SMTPs and their secrets: create, save, duplicate, delete."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, FieldError, FieldErrors, NoSuchProfile, VaultError
from smtp_desktop.domain.events import ProfileDeleted, ProfileSaved
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import GraphMailbox, ProfileId, SecretField, SmtpProfile, copy_name
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.ports import Events, ProfileStore, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The outcome of a deletion. `secrets_left` is the reason why a secret could not be erased yet; the next start
    tries again."""

    secrets_left: VaultError | None


class Profiles:
    """The SMTPs in this data folder. Any call may block on the disk and the keyring: never call it on the GUI
    thread."""

    def __init__(self, *, store: ProfileStore, vault: Vault, events: Events, new_id: Callable[[], ProfileId]) -> None:
        self._store = store
        self._vault = vault
        self._events = events
        self._new_id = new_id

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name. Raises StoreError."""
        return self._store.all()

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        """Returns one SMTP. Raises NoSuchProfile, StoreError."""
        return self._store.get(profile_id)

    def by_name(self, name: str) -> SmtpProfile:
        """Returns the SMTP of that name, ignoring case. Raises NoSuchProfile, StoreError."""
        for profile in self._store.all():
            if profile.name.lower() == name.strip().lower():
                return profile
        raise NoSuchProfile(msg("There is no SMTP named {name}.", name=name))

    def create(self, draft: ProfileDraft, cancel: Cancel | None = None) -> SmtpProfile:
        """Creates an SMTP from `draft`, stores its secrets, and publishes ProfileSaved. Raises FieldErrors, VaultError,
        StoreError, Cancelled; then nothing was saved."""
        self._refuse_taken_name(draft, None)
        profile = profile_from_draft(draft, profile_id=self._new_id(), stored=None)
        return self._put(profile, None, draft.typed_secrets, cancel)

    def save(self, profile_id: ProfileId, draft: ProfileDraft, cancel: Cancel | None = None) -> SmtpProfile:
        """Changes the SMTP to `draft` and publishes ProfileSaved. Raises as `create` does, and NoSuchProfile; then the
        SMTP is as it was before."""
        stored = self._store.get(profile_id)
        self._refuse_taken_name(draft, stored)
        profile = profile_from_draft(draft, profile_id=profile_id, stored=stored)
        return self._put(profile, stored, draft.typed_secrets, cancel)

    def duplicate(self, profile_id: ProfileId, password: Secret | None, cancel: Cancel | None = None) -> SmtpProfile:
        """Creates a copy with a name of its own, this password and a copy of the client secret, which is not the
        default; publishes ProfileSaved.

        Raises FieldErrors where the copy needs a password and got none; VaultError, StoreError, NoSuchProfile,
        Cancelled; then nothing was saved.
        """
        original = self._store.get(profile_id)
        if original.needs_password and not password:
            raise FieldErrors((FieldError(field="password", message=msg("Enter the password.")),))
        secrets = {SecretField.PASSWORD: password} if original.needs_password and password else {}
        client_secret_ref = original.secret_refs.get(SecretField.CLIENT_SECRET)
        if client_secret_ref:
            client_secret = self._vault.get(client_secret_ref)
            if client_secret is None:
                raise VaultError(
                    msg(
                        "The client secret of {name} is not in the keyring any more. Enter it anew in {name} first.",
                        name=original.name,
                    )
                )
            secrets[SecretField.CLIENT_SECRET] = client_secret
        copy = replace(
            _with_refs(original, {}),
            id=self._new_id(),
            name=self.name_for_copy(original),
            is_default=False,
        )
        return self._put(copy, None, secrets, cancel)

    def name_for_copy(self, profile: SmtpProfile) -> str:
        """Returns the name that a copy of `profile` would get now. Raises StoreError."""
        return copy_name(profile.name, frozenset(other.name for other in self._store.all()))

    def set_default(self, profile_id: ProfileId) -> SmtpProfile:
        """Makes the SMTP the default in place of any other, and publishes ProfileSaved. Raises NoSuchProfile,
        StoreError."""
        profile = replace(self._store.get(profile_id), is_default=True)
        self._store.put(profile)
        self._events.publish(ProfileSaved(profile=profile))
        return profile

    def delete(self, profile_id: ProfileId, *, new_default: ProfileId | None = None) -> Deleted:
        """Deletes the SMTP with its history and its secrets, makes `new_default` the default if given, and publishes
        ProfileDeleted.

        Raises NoSuchProfile, StoreError; then nothing changed.
        """
        refs = self._store.get(profile_id).secret_refs.values()
        self._store.delete(profile_id, new_default=new_default)
        self._events.publish(ProfileDeleted(profile_id=profile_id, new_default=new_default))
        return Deleted(secrets_left=self._erase_if_stale(refs))

    def delete_all(self, profile_ids: Sequence[ProfileId], *, new_default: ProfileId | None = None) -> Deleted:
        """Deletes these SMTPs as `delete` does, one after the other; with the default goes `new_default` in its place.

        Those that are gone already are left out. Raises NoSuchProfile where all are gone, or the new default is, and
        StoreError; what was deleted before that stays deleted.
        """
        wanted = frozenset(profile_ids)
        # The default last: until then the others are not without one.
        found = sorted((one for one in self._store.all() if one.id in wanted), key=lambda one: one.is_default)
        if not found:
            raise NoSuchProfile(msg("This SMTP does not exist any more."))
        left = [self.delete(one.id, new_default=new_default if one.is_default else None).secrets_left for one in found]
        return Deleted(secrets_left=next(filter(None, left), None))

    def erase_abandoned_secrets(self) -> VaultError | None:
        """Erases the secrets that no SMTP uses or may be about to use. Returns the error that prevented it, if any.
        Raises StoreError."""
        return self._erase_if_stale(self._store.abandoned_secrets())

    def _erase_if_stale(self, refs: Iterable[SecretRef]) -> VaultError | None:
        stale = frozenset(self._store.stale_secrets())
        for ref in refs:
            if ref not in stale:
                continue
            try:
                self._vault.erase(ref)
            except VaultError as error:
                return error
            self._store.forget_secret(ref)
        return None

    def _put(
        self,
        profile: SmtpProfile,
        stored: SmtpProfile | None,
        secrets: Mapping[SecretField, Secret],
        cancel: Cancel | None,
    ) -> SmtpProfile:
        # A secret is written under a new reference before the row that names it, and the old one is erased after it:
        # whatever fails or is killed in between, no row ever names another host's secret, and leftovers are known.
        refs: dict[SecretField, SecretRef] = {}
        for field, secret in secrets.items():
            ref = self._vault.new_ref(profile.id, field)
            self._store.announce_secret(ref)
            self._vault.put(ref, secret)
            refs[field] = ref
        if cancel and cancel.requested:
            self._erase_if_stale(refs.values())
            raise Cancelled(msg("Nothing was saved."))
        profile = _with_refs(profile, profile.secret_refs | refs)
        self._store.put(profile)
        self._events.publish(ProfileSaved(profile=profile))
        self._erase_if_stale(stored.secret_refs.values() if stored else ())
        return profile

    def _refuse_taken_name(self, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        # The database refuses a taken name too; asking first reports it together with the other fields' errors.
        name = draft.name.strip().lower()
        own_id = stored.id if stored else None
        taken = any(other.name.lower() == name and other.id != own_id for other in self._store.all())
        if not taken:
            return
        errors: tuple[FieldError, ...] = ()
        try:
            profile_from_draft(draft, profile_id=ProfileId(""), stored=stored)
        except FieldErrors as refused:
            errors = refused.errors
        raise FieldErrors((FieldError(field="name", message=msg("Another SMTP has this name.")), *errors))


def _with_refs(profile: SmtpProfile, refs: Mapping[SecretField, SecretRef]) -> SmtpProfile:
    password_ref = refs.get(SecretField.PASSWORD)
    if isinstance(profile.server, GraphMailbox):
        client_secret_ref = refs.get(SecretField.CLIENT_SECRET)
        return replace(
            profile,
            server=replace(profile.server, password_ref=password_ref, client_secret_ref=client_secret_ref),
        )
    return replace(profile, server=replace(profile.server, password_ref=password_ref))
