"""Exports to files of our own, readable without secrets or sealed with them, and to files for other programs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smtp_desktop.domain.declared.document import DECLARED_SECRETS
from smtp_desktop.domain.declared.export import Secrets, signed_in_anew, smtps_document, whole_document
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import SettingValue, setting_values
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.export_file import write_content, write_document
from smtp_desktop.services.exports.ports import ProgramWriters, Sealer
from smtp_desktop.services.ports import Preferences, Vault
from smtp_desktop.services.private_file import os_errors_as_lost
from smtp_desktop.services.profiles import Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is to be exported: some SMTPs alone, or all SMTPs with all activities and settings."""

    profiles: Sequence[SmtpProfile]
    activities: Sequence[Activity] = ()
    settings: dict[str, SettingValue] | None = None

    def document(self, secrets: Secrets | None = None) -> dict[str, object]:
        """Returns the file's content; with `secrets` in it, it must be sealed."""
        if self.settings is None:
            return smtps_document(self.profiles, secrets)
        return whole_document(self.profiles, self.activities, self.settings, secrets)

    @property
    def signed_in_anew(self) -> Sequence[str]:
        """The names of the SMTPs for which somebody has to sign in again where the file is imported."""
        return signed_in_anew(self.profiles)


class Exporter:
    """Writes exports. Blocks on the disk and the keyring."""

    def __init__(
        self,
        *,
        profiles: Profiles,
        activities: Activities,
        preferences: Preferences,
        vault: Vault,
        sealer: Sealer,
        writers: ProgramWriters,
    ) -> None:
        self._profiles = profiles
        self._activities = activities
        self._preferences = preferences
        self._vault = vault
        self._sealer = sealer
        self._writers = writers

    def all(self) -> Export:
        """Returns all there is. Raises StoreError."""
        return Export(
            profiles=self._profiles.all(),
            activities=self._activities.all(),
            settings=setting_values(self._preferences.all()),
        )

    def write(self, export: Export, path: Path, text_format: TextFormat) -> None:
        """Writes it without secrets, readable for its owner alone. Raises OutputLost."""
        write_document(export.document(), path, text_format)

    def write_sealed(self, export: Export, path: Path, passphrase: Secret) -> Sequence[str]:
        """Writes it with all secrets but tokens, sealed; returns the names of those SMTPs that need a secret which is
        not stored. Slow. Raises FieldErrors for a `passphrase` that is too weak, VaultError, OutputLost; then nothing
        was written."""
        secrets = self.secrets_of(export.profiles)
        write_content(self._sealer.seal(export.document(secrets), passphrase), path)
        return [
            one.name
            for one in export.profiles
            if one.needed_secrets.intersection(DECLARED_SECRETS) - secrets[one.id].keys()
        ]

    def for_program(
        self, profiles: Sequence[SmtpProfile], program_format: ProgramFormat, *, with_secrets: bool
    ) -> ProgramExport:
        """Returns these SMTPs as another program wants them, with their secrets readable in the text only where that is
        asked for. Raises VaultError."""
        secrets = self.secrets_of(profiles) if with_secrets else {}
        return self._writers.write(
            [ExportedSmtp(profile=one, secrets=secrets.get(one.id, {})) for one in profiles], program_format
        )

    def write_for_program(self, export: ProgramExport, path: Path) -> Sequence[Path]:
        """Writes one file to `path`; several into a folder of that name. All are readable for their owner alone.
        Returns their paths. Raises OutputLost; then those before it are written."""
        if len(export.files) == 1:
            write_content(export.files[0].text.encode(), path)
            return [path]
        with os_errors_as_lost(path):
            path.mkdir(mode=0o700, exist_ok=True)
        written = [path / one.name for one in export.files]
        for file, target in zip(export.files, written, strict=True):
            write_content(file.text.encode(), target)
        return written

    def secrets_of(self, profiles: Sequence[SmtpProfile]) -> dict[ProfileId, dict[SecretField, Secret]]:
        """Returns the secrets of these SMTPs, but for tokens. Raises VaultError."""
        found: dict[ProfileId, dict[SecretField, Secret]] = defaultdict(dict)
        for profile in profiles:
            for field in DECLARED_SECRETS:
                ref = profile.secret_refs.get(field)
                secret = self._vault.get(ref) if ref else None
                if secret is not None:
                    found[profile.id][field] = secret
        return found

    def is_sealed(self, content: bytes) -> bool:
        """Whether the content begins as a sealed export does."""
        return self._sealer.is_sealed(content)

    def proposed_passphrase(self) -> str:
        """Returns a new random passphrase, to be shown and written down."""
        return self._sealer.proposed_passphrase()
