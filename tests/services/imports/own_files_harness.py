"""A harness for the import of files of ours: stored SMTPs and activities, and files as `export` writes them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from fakes.certificate_maker import FakeCertificateMaker
from fakes.sealed_exports import CHEAP
from services.imports.imports_harness import ImportsHarness, KnownFiles

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice, ImportOutcome, ImportPreview, ImportRow
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.imports.imports import Imports, ImportSources
from smtp_desktop.services.imports.own_file import OwnExportFiles
from smtp_desktop.services.secret_places import SecretPlaces, is_stored
from smtp_desktop.transports.net.ca_files import CaFiles
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = Secret("four words that fit")
SHOP = {"name": "Shop", "host_name": "smtp.company.example", "user_name": "shop@company.example"}
NIGHTLY = {"name": "Nightly", "to": ["ops@company.example"], "subject": "Report", "text": "Hello"}
MADE_AT = datetime(2026, 11, 30, tzinfo=UTC)


class OwnFilesHarness(ImportsHarness):
    """`sealer` seals what `sealed` returns."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sealer = SealedExports(CHEAP)
        maker = FakeCertificateMaker()
        self.own = OwnExportFiles(
            sealer=self.sealer,
            authorities=CaFiles(),
            parse_certificate=lambda pem: maker.parse(pem, now=MADE_AT),
            is_stored=lambda *secret: is_stored(self.vault, *secret),
        )
        self.both = Imports(
            sources=ImportSources(readers=KnownFiles({}), own=self.own),
            setups=self.setups,
            vault=self.vault,
            places=SecretPlaces(self.store, self.vault),
            events=self.events,
            new_id=self.new_id,
            back_up=self._back_up,
        )

    def seen(self, *files: SourceFile, passphrase: Secret | None = None) -> ImportPreview:
        """Returns what is found in the files."""
        return self.both.look(files, passphrase)

    def imported(self, preview: ImportPreview, **actions: ImportAction) -> ImportOutcome:
        """Imports the rows as proposed, but those of these names by these actions."""
        wanted = {row.number: ImportChoice(action=actions[row.name]) for row in preview.rows if row.name in actions}
        return self.both.run(preview, preview.proposed() | wanted)

    def sealed(self, **content: object) -> SourceFile:
        """Returns a sealed file."""
        return SourceFile(path="move", content=self.sealer.seal(_document(content), PASSPHRASE))

    def stored_shop(self, **typed: object) -> SmtpProfile:
        """Stores the SMTP that `SHOP` is."""
        return self.stored(**{"from_address": "", **typed})

    def store_activity(self, activity: Activity) -> None:
        self.setups.change(lambda setup: replace(setup, activities=(*setup.activities, activity)))

    @property
    def setup(self) -> Setup:
        return self.setups.read()

    def secret_of(self, profile_id: str, field: SecretField = SecretField.PASSWORD) -> str | None:
        """Returns what the vault has for an SMTP; None where the SMTP has no place for it."""
        ref = self.store.get(ProfileId(profile_id)).secret_refs.get(field)
        return self.vault.secrets[ref].reveal() if ref else None


def plain(path: str = "smtps.json", **content: object) -> SourceFile:
    """Returns a file without secrets."""
    return SourceFile(path=path, content=json.dumps(_document(content)).encode())


def with_id(declared: Mapping[str, object], one: str, /, **values: object) -> dict[str, object]:
    """Returns an SMTP or activity of that id, with these values."""
    return {**declared, "id": one, **values}


def with_password(smtp: Mapping[str, object], password: str) -> dict[str, object]:
    """Returns an SMTP as a sealed file has it."""
    return {**smtp, "password": {"value": Secret(password)}}


def row_of(preview: ImportPreview, name: str) -> ImportRow:
    """Returns the one row of that name."""
    (row,) = (row for row in preview.rows if row.name == name)
    return row


def _document(content: Mapping[str, object]) -> dict[str, object]:
    return {"smtp_desktop": 1, **content}
