"""The stored SMTPs and their secrets: create, save, duplicate, delete."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import (
    ChangedMeanwhile,
    FieldError,
    FieldErrors,
    NoSuchProfile,
    SmtpDesktopError,
    VaultError,
)
from smtp_desktop.domain.events import ProfileDeleted, ProfileSaved
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.edit import ProfileEdit, merged
from smtp_desktop.domain.smtp.profile import (
    ProfileId,
    SecretField,
    SmtpProfile,
    copy_name,
    default_of,
    refuse_wrong_default,
    with_refs,
)
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.backup.ports import BackUp
from smtp_desktop.services.copied_secrets import COPIED
from smtp_desktop.services.ports import Events, ProfileStore, Vault
from smtp_desktop.services.profile_changes import Deleted, ProfileChange
from smtp_desktop.services.secret_places import SecretPlaces

RecordSignIn = Callable[[SmtpProfile | None, SmtpProfile, Secret | None], None]
"""Records that an SMTP was saved: as it was before, None for a new one; as it is now; and the tokens of a new sign-in.
Never raises."""


class Profiles:
    """The SMTPs in this data folder. Any call may block on the disk and the keyring: never call it on the GUI
    thread."""

    def __init__(
        self,
        *,
        store: ProfileStore,
        vault: Vault,
        events: Events,
        new_id: Callable[[], ProfileId],
        record_sign_in: RecordSignIn = lambda *_: None,
        back_up: BackUp = lambda _reason: "",
    ) -> None:
        """`record_sign_in` is called after each save."""
        self._store = store
        self._vault = vault
        self._places = SecretPlaces(store, vault)
        self._events = events
        self._new_id = new_id
        self._record_sign_in = record_sign_in
        self._back_up = back_up

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name in natural order. Raises StoreError."""
        return self._store.all()

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        """Returns one SMTP. Raises NoSuchProfile, StoreError."""
        return self._store.get(profile_id)

    def by_name(self, name: str) -> SmtpProfile:
        """Returns the SMTP of that name, ignoring case. Raises NoSuchProfile, StoreError."""
        profile = self._store.named(name.strip())
        if profile:
            return profile
        raise NoSuchProfile(msg("There is no SMTP named {name}.", name=name))

    def create(
        self,
        draft: ProfileDraft,
        cancel: Cancel | None = None,
        *,
        default_if_none: bool = False,
        profile_id: ProfileId | None = None,
    ) -> SmtpProfile:
        """Creates an SMTP from `draft`, stores its secrets, and publishes ProfileSaved. With `default_if_none`, it
        becomes the default if there is none then, whatever the draft says. Raises FieldErrors, VaultError, StoreError,
        Cancelled, and ChangedMeanwhile where `profile_id` is taken; then nothing was saved."""
        self._refuse_taken_name(draft, None)
        profile = profile_from_draft(draft, profile_id=profile_id or self._new_id(), stored=None)

        def make(stored: Sequence[SmtpProfile]) -> SmtpProfile:
            if any(one.id == profile.id for one in stored):
                raise ChangedMeanwhile(msg("Others have just created {name}. Nothing was saved.", name=profile.name))
            return replace(profile, is_default=default_of(stored) is None) if default_if_none else profile

        return self._add(profile.id, make, draft.typed_secrets, cancel)

    def save(self, profile_id: ProfileId, edit: ProfileEdit, cancel: Cancel | None = None) -> SmtpProfile:
        """Changes the SMTP by `edit`, whatever else others have changed since it was begun, and publishes ProfileSaved.
        Raises as `create` does, NoSuchProfile, and ProfileChanged where others changed the same; then the SMTP is as
        it was before."""
        return self.change(profile_id, edit, cancel).after

    def change(self, profile_id: ProfileId, edit: ProfileEdit, cancel: Cancel | None = None) -> ProfileChange:
        """Does as `save`, and returns how the SMTP was stored before as well."""
        stored = self._store.get(profile_id)
        draft = merged(edit, stored)
        self._refuse_taken_name(draft, stored)
        _refuse_lost_default(draft, stored)
        profile_from_draft(draft, profile_id=profile_id, stored=stored)
        refs = self._places.keep(profile_id, edit.draft.typed_secrets, cancel)
        before: list[SmtpProfile] = []

        def change(present: SmtpProfile) -> SmtpProfile:
            before[:] = [present]
            draft = merged(edit, present)
            _refuse_lost_default(draft, present)
            profile = profile_from_draft(draft, profile_id=profile_id, stored=present)
            return _with_refs(profile, profile.secret_refs | refs)

        saved = self._storing(refs, lambda: self._store.change(profile_id, change))
        self._record_sign_in(before[0], saved, edit.draft.typed_secrets.get(SecretField.TOKENS))
        self._clear_up(refs, before[0].secret_refs.values())
        return ProfileChange(before=before[0], after=saved)

    def duplicate(self, profile_id: ProfileId, password: Secret | None, cancel: Cancel | None = None) -> SmtpProfile:
        """Creates a copy with a name of its own, this password and copies of an app's secrets, which is not the
        default; publishes ProfileSaved. Nobody is signed in for it: two that renew one sign-in would end it.

        Raises FieldErrors where the copy needs a password and got none; VaultError, StoreError, NoSuchProfile,
        Cancelled; then nothing was saved.
        """
        original, secrets = self._with_copied_secrets(self._store.get(profile_id))
        if original.needs_password:
            if not password:
                raise FieldErrors((FieldError(field="password", message=msg("Enter the password.")),))
            secrets[SecretField.PASSWORD] = password
        copy = replace(_with_refs(original, {}), id=self._new_id(), is_default=False)

        def make(stored: Sequence[SmtpProfile]) -> SmtpProfile:
            return replace(copy, name=copy_name(original.name, frozenset(other.name for other in stored)))

        return self._add(copy.id, make, secrets, cancel)

    def _with_copied_secrets(self, profile: SmtpProfile) -> tuple[SmtpProfile, dict[SecretField, Secret]]:
        """Returns the SMTP with its secrets that a copy has as well; as it is by then, where both were changed."""
        secrets: dict[SecretField, Secret] = {}
        for field, ref in profile.secret_refs.items():
            if field not in COPIED:
                continue
            secret = self._vault.get(ref)
            if secret is not None:
                secrets[field] = secret
                continue
            now = self._store.get(profile.id)
            if now.secret_refs.get(field) != ref:
                return self._with_copied_secrets(now)
            raise VaultError(msg(COPIED[field], name=profile.name))
        return profile, secrets

    def drop_tokens(self, profile_id: ProfileId) -> SmtpProfile:
        """Erases the tokens of the SMTP, and publishes ProfileSaved where it had any. Raises NoSuchProfile,
        StoreError."""
        before: list[SmtpProfile] = []

        def without(present: SmtpProfile) -> SmtpProfile:
            before[:] = [present]
            refs = present.secret_refs
            refs.pop(SecretField.TOKENS, None)
            return _with_refs(present, refs)

        saved = self._store.change(profile_id, without)
        if SecretField.TOKENS not in before[0].secret_refs:
            return saved
        self._published(saved)
        self._record_sign_in(before[0], saved, None)
        self._places.erase_if_stale(before[0].secret_refs.values())
        return saved

    def name_for_copy(self, profile: SmtpProfile) -> str:
        """Returns the name that a copy of `profile` would get now. Raises StoreError."""
        return copy_name(profile.name, frozenset(other.name for other in self._store.all()))

    def set_default(self, profile_id: ProfileId) -> SmtpProfile:
        """Makes the SMTP the default in place of any other, and publishes ProfileSaved. Raises NoSuchProfile,
        StoreError."""
        return self._published(self._store.change(profile_id, lambda profile: replace(profile, is_default=True)))

    def delete(
        self, profile_id: ProfileId, *, new_default: ProfileId | None = None, is_backed_up: bool = False
    ) -> Deleted:
        """Deletes the SMTP with its history and its secrets, makes `new_default` the default if given, and publishes
        ProfileDeleted. Where the change that it is part of `is_backed_up`, its secrets stay for as long as a backup
        names them; else backups have it without secrets from now on.

        Raises NoSuchProfile, StoreError, and ChangedMeanwhile where the default would be lost or moved by it; then
        nothing changed.
        """
        deleted = self._store.delete(profile_id, new_default=new_default, keep_secrets=is_backed_up)
        refs = deleted.secret_refs.values()
        self._events.publish(ProfileDeleted(profile_id=profile_id, new_default=new_default))
        return Deleted(secrets_left=self._places.erase_if_stale(refs))

    def delete_all(self, profile_ids: Sequence[ProfileId], *, new_default: ProfileId | None = None) -> Deleted:
        """Deletes these SMTPs as `delete` does, one after the other; with the default goes `new_default` in its place.
        Before several are deleted, a backup is made, which keeps their secrets.

        Those that are gone already are left out. Raises NoSuchProfile where all are gone, or the new default is, and
        StoreError; what was deleted before that stays deleted.
        """
        wanted = frozenset(profile_ids)
        # The default last: until then the others are not without one.
        found = sorted((one for one in self._store.all() if one.id in wanted), key=lambda one: one.is_default)
        if not found:
            raise NoSuchProfile(msg("This SMTP no longer exists."))
        if new_default and not found[-1].is_default:
            # Others moved it meanwhile: refused before any is gone.
            refuse_wrong_default(found[-1], new_default=new_default, left=len(found))
        if several := len(found) > 1:
            self._back_up(BackupReason.DELETE)
        left = [
            self.delete(one.id, new_default=new_default if one.is_default else None, is_backed_up=several).secrets_left
            for one in found
        ]
        return Deleted(secrets_left=next(filter(None, left), None))

    def erase_abandoned_secrets(self) -> SmtpDesktopError | None:
        """Erases the secrets that no SMTP uses or may be about to use. Returns the error that prevented it, if any."""
        return self._places.erase_abandoned()

    def _add(
        self,
        profile_id: ProfileId,
        make: Callable[[Sequence[SmtpProfile]], SmtpProfile],
        secrets: Mapping[SecretField, Secret],
        cancel: Cancel | None,
    ) -> SmtpProfile:
        refs = self._places.keep(profile_id, secrets, cancel)
        saved = self._storing(refs, lambda: self._store.add(lambda stored: _with_refs(make(stored), refs)))
        self._record_sign_in(None, saved, secrets.get(SecretField.TOKENS))
        self._clear_up(refs, ())
        return saved

    def _storing(self, refs: Mapping[SecretField, SecretRef], store: Callable[[], SmtpProfile]) -> SmtpProfile:
        """Stores an SMTP that uses the secrets in these places, or erases them where that is refused."""
        try:
            saved = store()
        except (FieldErrors, NoSuchProfile, ChangedMeanwhile):
            self._places.erase_if_stale(refs.values())
            raise
        return self._published(saved)

    def _clear_up(self, new: Mapping[SecretField, SecretRef], replaced: Iterable[SecretRef]) -> None:
        self._places.erase_if_stale(replaced)
        if new:  # the vault is open, so what a crash has left there can go, too
            self.erase_abandoned_secrets()

    def _published(self, profile: SmtpProfile) -> SmtpProfile:
        self._events.publish(ProfileSaved(profile=profile))
        return profile

    def _refuse_taken_name(self, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        # The database refuses a taken name too; asking first reports it together with the other fields' errors.
        other = self._store.named(draft.name.strip())
        if other is None or (stored and other.id == stored.id):
            return
        errors: tuple[FieldError, ...] = ()
        try:
            profile_from_draft(draft, profile_id=ProfileId(""), stored=stored)
        except FieldErrors as refused:
            errors = refused.errors
        raise FieldErrors((FieldError(field="name", message=msg("Another SMTP already has this name.")), *errors))


def _refuse_lost_default(draft: ProfileDraft, stored: SmtpProfile) -> None:
    # Activities count on it: the default moves to another SMTP, and never just goes.
    if stored.is_default and not draft.is_default:
        message = msg("This is the default SMTP. To change that, make another SMTP the default.")
        raise FieldErrors((FieldError(field="is_default", message=message),))


def _with_refs(profile: SmtpProfile, refs: Mapping[SecretField, SecretRef]) -> SmtpProfile:
    return replace(profile, server=with_refs(profile.server, refs))
