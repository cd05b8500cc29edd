"""Documents about imports."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.contract.common import TestResult
from smtp_desktop.cli.contract.smtp import Smtp
from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportState


class ImportedEntry(TypedDict):
    """Something that a file describes, or a place in it that can't be read."""

    kind: Annotated[ImportKind, "What it is"]
    format: Annotated[ImportFormat | None, "The format of the file; null where it is none that is known"]
    file: Annotated[str, "The file; - is standard input, and command line stands for URLs"]
    line: Annotated[int | None, "Where it begins, from 1; null where that says nothing"]
    state: Annotated[ImportState, "How it stands to what is stored"]
    reason: Annotated[str | None, "Why it is in that state; never with a secret"]
    notes: Annotated[list[str], "What was not taken over"]
    differing: Annotated[list[str], "The fields in which the stored one differs"]
    action: Annotated[ImportAction, "What was done, or in a dry run would be"]
    name: Annotated[str | None, "Its name here; null where it can't be read"]
    smtp: Annotated[Smtp | None, "As it is stored now; as the file has it where it was not imported"]
    check: Annotated[TestResult | None, "Its check; null where none was asked for, or it lacks something"]
