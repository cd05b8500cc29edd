"""A harness for Imports: fakes around it, and files that a reader knows what to say of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from fakes.setup import MemorySetupStore
from fakes.small import RecordedEvents, numbered_ids
from fakes.store import MemoryProfileStore
from fakes.vault import MemoryVault

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice, ImportOutcome, ImportPreview
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile
from smtp_desktop.services.imports.imports import Imports, ImportSources
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.secret_places import SecretPlaces

FIELDS = frozenset({"host_name", "smtp_port", "tls", "auth_required", "user_name", "password", "from_address"})


def found(
    host: str = "smtp.company.example",
    user: str = "shop@company.example",
    *,
    port: int = 587,
    password: str | None = "from the file",
    name: str = "Shop",
    line: int = 1,
    **values: object,
) -> FoundSmtp:
    """Returns a finding in the file that it gets; what has no value the file does not say."""
    typed = {
        "host_name": host,
        "smtp_port": str(port),
        "user_name": user,
        "auth_required": bool(user),
        "password": Secret(password) if password and user else None,
        **values,
    }
    said = {key for key, value in typed.items() if value not in ("", None)}
    return FoundSmtp(
        format=ImportFormat.URL,
        file="",
        line=line,
        draft=ProfileDraft(name=name, **typed),  # type: ignore[arg-type]  # each value is of its field's type
        said=frozenset(said),
        missing=msg("The file says {reference}", reference="${SMTP_PASS}") if user and not password else None,
    )


def unreadable(reason: str, line: int = 1) -> Unreadable:
    return Unreadable(format=ImportFormat.URL, file="", line=line, reason=msg(reason))


class KnownFiles:
    """Says of each file, by its path, what it was given."""

    def __init__(self, findings: Mapping[str, Sequence[FoundSmtp | Unreadable]]) -> None:
        self._findings = findings

    def read(self, files: Sequence[SourceFile]) -> Sequence[Source]:
        return [self._source(file.path) for file in files]

    def _source(self, path: str) -> Source:

        placed = [replace(one, file=path) for one in self._findings[path]]
        return Source(
            format=ImportFormat.URL,
            files=(path,),
            found=[one for one in placed if isinstance(one, FoundSmtp)],
            unreadable=[one for one in placed if isinstance(one, Unreadable)],
        )


@dataclass
class ImportsHarness:
    """`backups` has the reason of each backup, with the number of SMTPs at that moment."""

    backups: list[tuple[BackupReason, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = MemoryProfileStore()
        self.setups = MemorySetupStore(self.store)
        self.vault = MemoryVault()
        self.events = RecordedEvents()
        self.new_id = numbered_ids()
        self.profiles = Profiles(store=self.store, vault=self.vault, events=self.events, new_id=self.new_id)

    def imports(self, **findings: Sequence[FoundSmtp | Unreadable]) -> Imports:
        """Returns an import that finds these in files of these names."""
        return Imports(
            sources=ImportSources(readers=KnownFiles(findings)),
            setups=self.setups,
            vault=self.vault,
            places=SecretPlaces(self.store, self.vault),
            events=self.events,
            new_id=self.new_id,
            back_up=self._back_up,
        )

    def look(self, *findings: FoundSmtp | Unreadable) -> ImportPreview:
        return self.imports(a=findings).look(files("a"))

    def run(self, preview: ImportPreview, *actions: ImportAction) -> ImportOutcome:
        """Imports the rows with these actions, in their order; without any, as proposed."""
        choices = {number: ImportChoice(action=action) for number, action in enumerate(actions)}
        return self.imports().run(preview, choices or preview.proposed())

    def stored(self, **typed: object) -> SmtpProfile:
        """Stores an SMTP like the one that `found` finds, with these values in place of its own."""
        draft = found(password="stored").draft
        return self.profiles.create(
            ProfileDraft(**{**_values(draft), **typed}),  # type: ignore[arg-type]  # as above
            default_if_none=True,
        )

    def password_of(self, name: str) -> str | None:
        """Returns the password in the vault; None where the SMTP has none."""
        ref = self.profiles.by_name(name).secret_refs.get(SecretField.PASSWORD)
        return self.vault.secrets[ref].reveal() if ref else None

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.store.all()]

    def _back_up(self, reason: BackupReason) -> str:
        self.backups.append((reason, len(self.store.profiles)))
        return "before-it"


def files(*names: str) -> list[SourceFile]:
    return [SourceFile(path=name, content=b"") for name in names]


def _values(draft: ProfileDraft) -> dict[str, object]:

    return {one.name: getattr(draft, one.name) for one in fields(draft)}
