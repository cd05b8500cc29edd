"""A preview of an import, row by row, and the choices of the user."""

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId


class ImportKind(StrEnum):
    """What a row becomes."""

    SMTP = "smtp"
    ACTIVITY = "activity"


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
    """A row of a preview; `number` counts from 0. `draft` is None of an activity, and of what can't be read.
    `stored_id` and `stored_name` are the SMTP or activity that it stands for, if there is one, and `differing` the
    fields by which both differ. `actions` are those that make sense, the proposed one first."""

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
    needs_secret: bool = False
    stored_id: ProfileId | ActivityId | None = None
    stored_name: str = ""
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoice:
    """What the user wants of a row; `password` was entered for one that had none."""

    action: ImportAction
    password: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What was found. Nothing is stored yet."""

    sources: tuple[Source, ...]
    rows: tuple[ImportRow, ...]
