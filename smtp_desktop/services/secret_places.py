"""The places of secrets in the vault: taken before an SMTP that names them is stored, and emptied once none does."""

from collections.abc import Iterable, Mapping

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, SmtpDesktopError, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.ports import ProfileStore, Vault


class SecretPlaces:
    """Puts secrets of SMTPs into the vault and erases them. Blocks on the disk and the keyring."""

    def __init__(self, store: ProfileStore, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def keep(
        self, profile_id: ProfileId, secrets: Mapping[SecretField, Secret], cancel: Cancel | None
    ) -> dict[SecretField, SecretRef]:
        """Writes the secrets to new places and returns these. Raises VaultError, StoreError, Cancelled."""
        # A secret is written under a new reference before the row that names it, and the old one is erased after it:
        # whatever fails or is killed in between, no row ever names another host's secret, and leftovers are known.
        refs: dict[SecretField, SecretRef] = {}
        for field, secret in secrets.items():
            ref = self._vault.new_ref(profile_id, field)
            self._store.announce_secret(ref)
            self._vault.put(ref, secret)
            refs[field] = ref
        if cancel and cancel.requested:
            self.erase_if_stale(refs.values())
            raise Cancelled(msg("Nothing was saved."))
        return refs

    def reserve(self, profile_id: ProfileId, fields: Iterable[SecretField]) -> dict[SecretField, SecretRef]:
        """Returns new places for secrets that are on another computer: the SMTP then has them, and says that they can't
        be found here. Raises VaultError, StoreError."""
        refs: dict[SecretField, SecretRef] = {}
        for field in sorted(fields):
            refs[field] = self._vault.new_ref(profile_id, field)
            self._store.announce_secret(refs[field])
        return refs

    def erase_if_stale(self, refs: Iterable[SecretRef]) -> SmtpDesktopError | None:
        """Erases those of these secrets that no SMTP uses. Returns the error that prevented it, if any."""
        # What was saved or deleted is so by now: an error here must not say otherwise. A later start tries again.
        at_once = Cancel()
        at_once.request()
        try:
            for ref in sorted(frozenset(self._store.stale_secrets()).intersection(refs)):
                # Somebody may be about to write there what renews it, and must not do so afterwards.
                with self._vault.exclusive(ref, at_once):
                    self._vault.erase(ref)
                self._store.forget_secret(ref)
        except (VaultError, StoreError, Cancelled) as error:
            return error
        return None

    def erase_abandoned(self) -> SmtpDesktopError | None:
        """Erases the secrets that no SMTP uses or may be about to use. Returns the error that prevented it, if any."""
        try:
            return self.erase_if_stale(self._store.abandon_secrets())
        except StoreError as error:
            return error


def is_stored(vault: Vault, profile: SmtpProfile, field: SecretField, secret: Secret) -> bool | None:
    """Whether the vault holds that secret for the SMTP already; None where the vault is locked, False also where the
    stored one can't be read."""
    ref = profile.secret_refs.get(field)
    try:
        return ref is not None and vault.get(ref) == secret
    except VaultLocked:
        return None
    except VaultError:
        return False
