"""Findings in files, as the Import dialog shows them, and the user's choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice


class FoundColumn(IntEnum):
    """The columns of the table."""

    NAME = 0
    SERVER = 1
    USER = 2
    WHERE = 3
    STATE = 4
    WHAT = 5


class FoundTone(StrEnum):
    """A state as a color; each value is the name of a color of the theme."""

    NEW = "ok"
    THERE = "accent"
    LACKS = "warn"
    BAD = "bad"


_TICKED = (ImportAction.UPDATE, ImportAction.IMPORT, ImportAction.KEEP_BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was found. `line` counts from 1; None where the whole file is meant."""

    file: str
    line: int | None = None

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return base_name(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A row. `number` is that of the preview; `state` says in words how it stands, `more` why, `notes` what else is to
    be known of it. `actions` are those that can be chosen, the proposed one first; none where it can't be read."""

    number: int
    place: Place
    state: str
    actions: tuple[ImportAction, ...] = ()
    tone: FoundTone = FoundTone.NEW
    name: str = ""
    server: str = ""
    user: str = ""
    more: str = ""
    notes: tuple[str, ...] = ()
    needs_password: bool = False
    another_needs_password: bool = False
    """Whether it would need a password beside the one that is there."""
    secret: str = ""
    """The label of the secret that it needs, where that is not a password."""

    proposed: ImportAction = field(init=False)
    """What is done unless the user wants something else."""
    ticked: ImportAction = field(init=False)
    """What a tick means; SKIP where it has no tick box."""

    def __post_init__(self) -> None:
        # Made once, with the row, on a worker: there may be ten thousand of them.
        ticked = next((action for action in _TICKED if action in self.actions), ImportAction.SKIP)
        object.__setattr__(self, "ticked", ticked)
        object.__setattr__(self, "proposed", self.actions[0] if self.actions else ImportAction.SKIP)

    @property
    def has_choice(self) -> bool:
        """Whether there is more to choose than whether it is imported."""
        return ImportAction.UPDATE in self.actions or ImportAction.KEEP_BOTH in self.actions

    @property
    def key(self) -> tuple[str, int | None, str]:
        """What a row is known by when all files are looked at again."""
        return (self.place.file, self.place.line, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """Files that belong together. `words` say what they are and how much was found in them."""

    files: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was found. `summary` is about files of which nothing is shown; empty where there are none."""

    sources: tuple[FoundSource, ...] = ()
    rows: tuple[FoundRow, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """Do this with the rows, by their numbers; those that are not named are skipped. `checks` is whether what was
    imported is checked afterwards."""

    choices: Mapping[int, ImportChoice] = field(default_factory=dict)
    checks: bool = True


def base_name(path: str) -> str:
    """Returns the name of a file, without its folder."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
