"""One thing done to several SMTPs, one after the other: what goes wrong with one is said by its name, and stops no
other."""

from collections.abc import Callable, Mapping, Sequence

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error
from smtp_desktop.cli.options.choice import Choice
from smtp_desktop.cli.output.output import Output, error_document
from smtp_desktop.domain.errors import Cancelled, NoInput, Shortage, SmtpDesktopError, StoreBusy
from smtp_desktop.domain.smtp.profile import SmtpProfile

Act = Callable[[SmtpProfile], tuple[dict[str, object], list[str]]]
"""Does it to one SMTP, and returns the document of what came of it, and the lines that say so."""

_STOPS_ALL = (Cancelled, NoInput, Shortage, StoreBusy)


def do_each(
    output: Output, choice: Choice, profiles: Sequence[SmtpProfile], act: Act, *, undone: Mapping[str, object]
) -> tuple[list[dict[str, object]], int]:
    """Calls `act` for each SMTP and prints the lines; returns the documents of all, and the exit code of the first that
    failed, whose document has the values in `undone`. Where the user named one alone, raises what `act` raises."""
    documents: list[dict[str, object]] = []
    code: int = ExitCode.OK
    for profile in profiles:
        try:
            document, lines = act(profile)
        except SmtpDesktopError as error:
            if choice.is_one or isinstance(error, _STOPS_ALL):
                raise
            output.diagnostic(*(f"{profile.name}: {line}" for line in output.lines_of(error)))
            document = {"name": profile.name, **undone, "error": error_document(error)}
            code = code or code_of_error(error)
        else:
            document["error"] = None
            for line in lines:
                output.live(line)
        documents.append(document)
    return documents, code
