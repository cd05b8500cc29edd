"""The rules that hold for all commands, for `smtp-desktop help TOPIC` and docs/cli.md: exit codes, variables, JSON."""

from collections.abc import Callable, Mapping
from functools import partial
from textwrap import fill

from smtp_desktop.cli.exit_codes import ErrorCode, ExitCode
from smtp_desktop.cli.help_pages import PAGES, page_text

_WIDTH = 80

EXIT_CODES: Mapping[ExitCode, str] = {
    ExitCode.OK: "It was done.",
    ExitCode.DECLINED: "A question was answered with no: nothing was done. `smtp expiry --exit-code` found something.",
    ExitCode.USAGE: "Wrong usage: an unknown option, or one that is missing or contradicts another.",
    ExitCode.REFUSED_DATA: "Refused data: the value of a field; a placeholder without a value; a file that can't be "
    "attached; a message that has moved on, is too large for the server, or was refused for its content or format.",
    ExitCode.NO_INPUT: "No such file, or standard input is closed or can't be read.",
    ExitCode.NO_RECIPIENT: "No such recipient, or one who does not want the message.",
    ExitCode.NO_HOST: "No such host.",
    ExitCode.UNAVAILABLE: "The server is unavailable: it can't be reached, refused or closed the connection, or takes "
    "nothing from this network. A message was refused (`outbox run`, --wait). A test alert could not be sent.",
    ExitCode.SOFTWARE: "The program itself failed. That is a bug: its log file has the details.",
    ExitCode.CANT_WRITE: "What was asked for can't be written, to a file or to standard output. A command that does "
    "something (sends, queues, saves) ends as if standard output had been written.",
    ExitCode.TEMPORARY: "Temporary, try again later: a busy or silent server, a limit, a full mailbox, greylisting; a "
    "database in use, a full disk, no memory; others changed the same thing in between. A message waits, is on hold, "
    "or may have been sent (`outbox run`, --wait). Nobody signed in within the --timeout (`smtp sign-in`).",
    ExitCode.PROTOCOL: "Not the protocol that was asked for: TLS or its certificate, no STARTTLS, no way to sign in, "
    "no Microsoft Graph.",
    ExitCode.SIGN_IN: "Sign-in refused or required, or somebody has to sign in again; another account than the user "
    "name says; the account stopped, relaying or the sender refused, a permission missing.",
    ExitCode.CONFIGURATION: "No such SMTP, activity or message; no SMTP to send through; a disabled activity; a data "
    "folder, database, keyring or master password that can't be used; a setting that can't work.",
    ExitCode.CANCELLED: "Interrupted by Ctrl+C.",
}
EXIT_CODE_OF_SEVERAL = (
    "A command for several SMTPs ends with the code of the first one that failed, in the order in which they are "
    "printed."
)
VARIABLES: Mapping[str, str] = {
    "SMTP_DESKTOP_HOME": "The data folder, as --home.",
    "SMTP_DESKTOP_VAULT_PASSWORD": "The master password, where there is no system keyring: commands then ask for none.",
    "BROWSER": "The browser that `smtp sign-in` opens, as a command in which %s stands for the address. Without it, "
    "DISPLAY and WAYLAND_DISPLAY (Linux), the address is printed.",
    "NO_COLOR": "No color, as --no-color. TERM=dumb does the same.",
    "COLUMNS": "The width of tables and help on a terminal.",
    "TZ": "The time zone of the times in tables. JSON is always in UTC.",
    "SSL_CERT_FILE": "A file with the CAs to trust instead of the system's (Linux).",
    "SSL_CERT_DIR": "A folder with the CAs to trust instead of the system's (Linux).",
}
JSON_RULES = (
    "With --json a command prints exactly one JSON document on standard output, whatever happens. Diagnostics are on "
    "standard error.",
    "Several things are an array, also where there is one; one thing is an object.",
    "A key is always there, null where there is nothing. It has one type and one meaning everywhere.",
    "Times are ISO 8601 in UTC with Z. Addresses are arrays.",
    "An error is an object `error` with `code` (for programs), `message` (for people), `fields` (what is wrong with "
    "which field), `missing` (placeholders without a value) and `failure` (a conversation with a server that failed). "
    "Where one of several things fails, its `error` is there; else that is null.",
    "The value for canceled has two l in states, causes and outcomes; the error code `canceled` has one.",
    "Secrets are never printed: `has_password`, `has_client_secret`, `has_service_account` and `has_certificate` say "
    "whether there is one.",
)


def _exit_codes_topic() -> str:
    rows = "\n".join(_row(str(int(code)), text, 3) for code, text in EXIT_CODES.items())
    return f"Exit codes, after sysexits.h:\n\n{rows}\n\n{fill(EXIT_CODE_OF_SEVERAL, _WIDTH)}"


def _variables_topic() -> str:
    rows = "\n".join(_row(name, text, max(map(len, VARIABLES))) for name, text in VARIABLES.items())
    return f"Environment variables:\n\n{rows}"


def _json_topic() -> str:
    rules = "\n".join(fill(rule, _WIDTH, initial_indent="- ", subsequent_indent="  ") for rule in JSON_RULES)
    codes = fill(", ".join(ErrorCode), _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return f"JSON:\n\n{rules}\n\nError codes:\n\n{codes}"


def _row(name: str, text: str, width: int) -> str:
    indent = " " * (width + 4)
    return fill(text, _WIDTH, initial_indent=f"  {name:<{width}}  ", subsequent_indent=indent)


TOPICS: Mapping[str, Callable[[], str]] = {
    "environment": _variables_topic,
    "exit-codes": _exit_codes_topic,
    "json": _json_topic,
    **{name: partial(page_text, name) for name in PAGES},
}
