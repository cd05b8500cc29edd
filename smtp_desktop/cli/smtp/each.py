"""One thing done to several SMTPs, one after the other: what goes wrong with one is said by its name, and stops no
other."""

from collections.abc import Callable, Sequence

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error
from smtp_desktop.cli.options.choice import Choice
from smtp_desktop.cli.output.output import Output, error_document
from smtp_desktop.domain.errors import Cancelled, NoInput, Shortage, SmtpDesktopError, StoreBusy
from smtp_desktop.domain.smtp.profile import SmtpProfile

Act = Callable[[SmtpProfile], tuple[dict[str, object], list[str]]]
"""Does it to one SMTP, and returns the document of what came of it, and the lines that say so."""

_STOPS_ALL = (Cancelled, NoInput, Shortage, StoreBusy)


def do_each(output: Output, choice: Choice, profiles: Sequence[SmtpProfile], act: Act) -> int:
    """Calls `act` for each SMTP and prints what came of all; returns the exit code of the first that failed. Where the
    user named one alone, raises what `act` raises."""
    documents: list[dict[str, object]] = []
    code: int = ExitCode.OK
    for profile in profiles:
        try:
            document, lines = act(profile)
        except SmtpDesktopError as error:
            if choice.is_one or isinstance(error, _STOPS_ALL):
                raise
            output.diagnostic(*(f"{profile.name}: {line}" for line in output.lines_of(error)))
            document, code = {"name": profile.name, "error": error_document(error)}, code or code_of_error(error)
        else:
            for line in lines:
                output.live(line)
        documents.append(document)
    if output.as_json:
        output.result(documents[0] if choice.is_one else documents)
    return code
