"""A preview of an import, row by row, and the choices of the user."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.domain.declared.document import DeclaredActivity
from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import SettingValue
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField


class ImportKind(StrEnum):
    """What a row becomes."""

    SMTP = "smtp"
    ACTIVITY = "activity"
    SETTINGS = "settings"  # of a file of ours


class ImportState(StrEnum):
    """How a row stands to what is stored. The last three are of files of ours alone."""

    NEW = "new"
    EXISTS = "exists"  # an SMTP with the same host, port and user is stored
    NEEDS_PASSWORD = "needs_password"  # noqa: S105 - new, but without the secret that it signs in with
    UNREADABLE = "unreadable"
    CHANGED = "changed"  # the same one is stored, with other values
    SAME = "same"
    CONFLICTING = "conflicting"  # another one of that name is stored


class ImportAction(StrEnum):
    """What is done with a row."""

    SKIP = "skip"
    IMPORT = "import"  # one that is not stored
    UPDATE = "update"
    KEEP_BOTH = "keep-both"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A row of a preview; `number` counts from 0. `draft` is None of an activity, and of what can't be read; `said` are
    its fields that the file decides.

    `stored_id` and `stored_name` are the SMTP or activity that it stands for, if there is one, and `differing` the
    fields by which both differ; `same_as` is the number of an earlier row that means the same SMTP. `actions` are those
    that make sense, the proposed one first. The last ones are of files of ours alone: its id there, the secrets that
    it can do without and that the file says are elsewhere, and what they say of an activity and of settings.
    """

    number: int
    kind: ImportKind
    state: ImportState
    format: ImportFormat | None
    file: str
    line: int | None
    name: str
    actions: tuple[ImportAction, ...]
    reason: MessageText | None = None
    notes: tuple[MessageText, ...] = ()
    draft: ProfileDraft | None = None
    said: frozenset[str] = frozenset()
    needs_secret: bool = False
    stored_id: ProfileId | ActivityId | None = None
    stored_name: str = ""
    differing: tuple[str, ...] = ()
    same_as: int | None = None
    own_id: str = ""
    elsewhere: frozenset[SecretField] = frozenset()
    declared: DeclaredActivity | None = None
    settings: Mapping[str, SettingValue] = field(default_factory=dict)

    @property
    def proposed(self) -> ImportAction:
        """What is done with it unless the user wants something else."""
        return self.actions[0] if self.actions else ImportAction.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoice:
    """What the user wants of a row; `password` was entered for one that had none."""

    action: ImportAction
    password: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What was found. Nothing is stored yet. With `uncompared`, passwords count as different that could not be
    compared, since the vault is locked."""

    sources: tuple[Source, ...]
    rows: tuple[ImportRow, ...]
    uncompared: bool = False

    def proposed(self) -> dict[int, ImportChoice]:
        """Returns the proposed choice of every row, by number."""
        return {row.number: ImportChoice(action=row.proposed) for row in self.rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """A row that was imported, by the name that it has now. `missing` are the fields without which it can't send."""

    number: int
    kind: ImportKind
    action: ImportAction
    name: str
    profile_id: ProfileId | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What an import has changed, row by row; nothing where there are none. `default` names the SMTP that became
    the default by it. `secrets_left` is why a secret could not be erased yet."""

    rows: tuple[ImportedRow, ...]
    default: str = ""
    secrets_left: SmtpDesktopError | None = None

    @property
    def profile_ids(self) -> tuple[ProfileId, ...]:
        """The SMTPs that were created or updated, each once: those to check."""
        return tuple(dict.fromkeys(row.profile_id for row in self.rows if row.profile_id))
