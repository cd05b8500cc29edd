"""The errors of a file that declares: every refused value, with its line and its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText

DOCUMENT = "file"
"""The place of what is wrong with the file as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refused value: its `place`, as in `smtps[Reports].smtp_port`, and its line where that is known."""

    place: str
    message: MessageText
    line: int | None = None


class DocumentErrors(FieldErrors):
    """The file was refused as a whole, and nothing was changed. The fields are the places."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(FieldError(field=one.place, message=one.message) for one in problems))
        self.problems = tuple(problems)

    def labels(self, file: str) -> Mapping[str, str]:
        """Returns what to call each place: the file, the line and the place, as compilers do."""
        return {one.place: _label(file, one) for one in self.problems}


def refused(message: MessageText, line: int | None = None) -> DocumentErrors:
    """Returns the error for a file that can't be read as a whole."""
    return DocumentErrors([Problem(place=DOCUMENT, message=message, line=line)])


def _label(file: str, problem: Problem) -> str:
    at = file if problem.line is None else f"{file}:{problem.line}"
    return at if problem.place == DOCUMENT else f"{at}: {problem.place}"
