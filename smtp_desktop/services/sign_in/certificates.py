"""Certificates that apps sign in with: make, import, renew with an overlap, switch, remove."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import FieldError, FieldErrors, VaultError
from smtp_desktop.domain.events import ProfileSaved
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import DEFAULT_MONTHS, MOST_MONTHS, KeyedCertificate
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of, usable_secrets, with_next_certificate
from smtp_desktop.domain.smtp.edit import ProfileChanged, edit_of
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.domain.smtp.profile import AppCredential, ProfileId, SecretField, SmtpProfile, with_refs
from smtp_desktop.services.ports import Clock, Events, ProfileStore, Vault
from smtp_desktop.services.private_file import whole_file
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.sign_in.ports import CertificateMaker


class Certificates:
    """The certificates of the stored SMTPs. An SMTP has the one that it signs in with and, while it is being renewed, a
    next one. Any call may block on the disk and the keyring: never call it on the GUI thread."""

    def __init__(
        self,
        *,
        profiles: Profiles,
        store: ProfileStore,
        vault: Vault,
        maker: CertificateMaker,
        events: Events,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._store = store
        self._vault = vault
        self._maker = maker
        self._events = events
        self._clock = clock

    def make(self, name: str, *, months: int = DEFAULT_MONTHS) -> KeyedCertificate:
        """Returns a new certificate for an SMTP of that name. Stores nothing; takes up to a second. Raises FieldErrors
        for `certificate_months`."""
        if not 1 <= months <= MOST_MONTHS:
            raise _refused(
                "certificate_months", msg("Choose a number of months between 1 and {most}.", most=MOST_MONTHS)
            )
        return self._maker.make(name, months=months, now=self._clock.now())

    def read(self, paths: Sequence[Path], password: Secret | None = None) -> KeyedCertificate:
        """Returns the certificate and key in a PFX file, or in one or two PEM files. Stores nothing. Raises FieldErrors
        for `certificate` and `certificate_password`."""
        return self._maker.read(paths, password, now=self._clock.now())

    def parse(self, pem: Secret) -> KeyedCertificate:
        """Returns the certificate and key in a PEM, as `read` does of files. Raises FieldErrors for `certificate`."""
        return self._maker.parse(pem, now=self._clock.now())

    def use(self, profile_id: ProfileId, keyed: KeyedCertificate, cancel: Cancel | None = None) -> SmtpProfile:
        """Lets the SMTP sign in with this certificate from now on, in place of a client secret or of another one, which
        is erased. Raises as `Profiles.save` does, and FieldErrors where the SMTP does not sign in as an app."""
        profile = self._app_only(profile_id, SecretField.CERTIFICATE)
        draft = replace(
            draft_of(profile),
            app_credential=AppCredential.CERTIFICATE,
            app_certificate=keyed.certificate,
            certificate=keyed.secret,
        )
        return self._profiles.save(profile_id, edit_of(profile, draft, {"app_credential", "app_certificate"}), cancel)

    def renew(self, profile_id: ProfileId, keyed: KeyedCertificate, cancel: Cancel | None = None) -> SmtpProfile:
        """Stores this certificate beside what the SMTP signs in with, as the next one. Raises as `use` does."""
        profile = self._app_only(profile_id, SecretField.NEXT_CERTIFICATE)
        draft = replace(draft_of(profile), next_app_certificate=keyed.certificate, next_certificate=keyed.secret)
        return self._profiles.save(profile_id, edit_of(profile, draft, {"next_app_certificate"}), cancel)

    def draft_with_next(self, profile_id: ProfileId) -> ProfileDraft:
        """Returns the SMTP as it will be after `switch`, to be tested before it. Raises NoSuchProfile, StoreError,
        VaultError, and FieldErrors where it has no next certificate."""
        profile = self._store.get(profile_id)
        _next_of(profile)
        ref = profile.secret_refs.get(SecretField.NEXT_CERTIFICATE)
        key = self._vault.get(ref) if ref else None
        if key is None:
            raise VaultError(
                msg("The key of the next certificate of {name} is no longer stored. Renew it again.", name=profile.name)
            )
        return with_next_certificate(draft_of(profile), key)

    def switch(self, seen: SmtpProfile) -> SmtpProfile:
        """Lets the SMTP sign in with its next certificate, and erases the key of the one before. Publishes
        ProfileSaved. Raises NoSuchProfile, StoreError, FieldErrors where it has no next certificate, and ProfileChanged
        where that is another one than was `seen`; then nothing was changed."""
        _next_of(seen)

        def change(present: SmtpProfile) -> SmtpProfile:
            if present.server.next_app_certificate != seen.server.next_app_certificate:
                raise ProfileChanged(present, frozenset({"next_app_certificate"}))
            return _switched(present)

        saved = self._store.change(seen.id, change)
        self._events.publish(ProfileSaved(profile=saved))
        self._profiles.erase_abandoned_secrets()  # what can't be erased now is by the next start
        return saved

    def remove_next(self, profile_id: ProfileId) -> SmtpProfile:
        """Drops the next certificate and its key. Raises as `Profiles.save` does."""
        profile = self._store.get(profile_id)
        _next_of(profile)
        draft = replace(draft_of(profile), next_app_certificate=None)
        return self._profiles.save(profile_id, edit_of(profile, draft, {"next_app_certificate"}))

    def remove(self, profile_id: ProfileId) -> SmtpProfile:
        """Drops the certificate that the SMTP signs in with, and its key: from now on it signs in with its client
        secret. Raises as `Profiles.save` does, FieldErrors among them where it has no client secret."""
        profile = self._store.get(profile_id)
        if profile.server.app_certificate is None:
            raise _refused("certificate", msg("{name} has no certificate.", name=profile.name))
        draft = replace(draft_of(profile), app_credential=AppCredential.SECRET, app_certificate=None)
        return self._profiles.save(profile_id, edit_of(profile, draft, {"app_credential", "app_certificate"}))

    def save_public_part(self, certificate: AppCertificate, path: Path) -> None:
        """Writes the certificate without its key as a .cer file (DER), which is uploaded to Entra ID. Whatever goes
        wrong leaves an earlier file as it was. Raises CantWrite."""
        content = self._maker.der(certificate)
        with whole_file(path) as part:
            part.write_bytes(content)

    def _app_only(self, profile_id: ProfileId, field: SecretField) -> SmtpProfile:
        profile = self._store.get(profile_id)
        if field not in usable_secrets(draft_of(profile)):
            raise _refused(
                "sign_in", msg("Only the app-only sign-in at Microsoft uses a certificate. Change the sign-in first.")
            )
        return profile


def _next_of(profile: SmtpProfile) -> None:
    if profile.server.next_app_certificate is None:
        raise _refused("next_certificate", msg("{name} has no next certificate. Renew first.", name=profile.name))


def _switched(profile: SmtpProfile) -> SmtpProfile:
    """Returns the SMTP with its next certificate in the place of the present one. The key stays where it is stored."""
    refs = profile.secret_refs
    next_ref = refs.pop(SecretField.NEXT_CERTIFICATE, None)
    refs.pop(SecretField.CERTIFICATE, None)
    if next_ref:
        refs[SecretField.CERTIFICATE] = next_ref
    server = replace(
        profile.server,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=profile.server.next_app_certificate,
        next_app_certificate=None,
    )
    return replace(profile, server=with_refs(server, refs))


def _refused(field: str, message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field=field, message=message),))
