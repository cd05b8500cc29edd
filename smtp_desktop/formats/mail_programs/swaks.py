"""swaks: the options that a .swaksrc sets, one a line."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.mail_programs.host_and_port import host_and_port
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted, source_of
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_NAMES = re.compile(r"\.?swaksrc(?:[._-].*)?|.*\.swaks(?:rc)?")
_LINE = re.compile(
    r"\s*(?P<dashes>--?)?(?P<option>[A-Za-z0-9][\w-]*):?(?:(?P<equals>=)(?P<set>.*)|\s(?P<value>.*)|)", re.DOTALL
)
_SHORT = {
    "s": "server",
    "p": "port",
    "f": "from",
    "t": "to",
    "a": "auth",
    "au": "auth-user",
    "ap": "auth-password",
    "ao": "auth-optional",
    "aos": "auth-optional-strict",
    "tlsc": "tls-on-connect",
    "tlso": "tls-optional",
    "tlsos": "tls-optional-strict",
    "ehlo": "helo",
    "lhlo": "helo",
    "h": "helo",
}
# Of many more; those that tell a .swaksrc from other files.
_OPTIONS = frozenset(
    [
        "server",
        "port",
        "from",
        "to",
        "auth",
        "auth-user",
        "auth-password",
        "auth-optional",
        "auth-optional-strict",
        "auth-map",
        "auth-extra",
        "tls",
        "tls-optional",
        "tls-optional-strict",
        "tls-on-connect",
        "tls-cert",
        "tls-key",
        "tls-verify",
        "tls-sni",
        "helo",
        "protocol",
        "data",
        "body",
        "header",
        "add-header",
        "attach",
        "socket",
        "pipe",
        "quit-after",
        "timeout",
        "silent",
        "hide-all",
        "suppress-data",
        "n4",
        "n6",
        "local-interface",
        "show-time-lapse",
    ]
)
_TELLING = frozenset(
    {"auth-user", "auth-password", "tls", "tls-on-connect", "auth", "tls-optional", "from", "to", "h-From"}
)
_SIGN_IN = ("auth", "auth-optional", "auth-optional-strict", "auth-user", "auth-password")
_MOST_STRANGE = 0.3


class SwaksReader:
    """Reads .swaksrc files. Dashes before an option may be left out; a value goes to the end of its line, quotes and #
    included."""

    format = ImportFormat.SWAKS

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, or most lines are options of swaks, one of them `server`."""
        if _NAMES.fullmatch(file.name):
            return True
        options = [option for _, option, _ in _options(file.lines)]
        strange = sum(1 for option in options if option not in _OPTIONS and not option.startswith("h-"))
        return "server" in options and not _TELLING.isdisjoint(options) and strange <= _MOST_STRANGE * len(options)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), (_smtp(file),)) for file in files]


def _smtp(file: TextFile) -> Result:
    values: dict[str, str] = {}
    first = 0
    for line, option, value in _options(file.lines):
        if option.startswith("no-"):
            values.pop(option.removeprefix("no-"), None)
            continue
        values[option] = value
        first = line if option == "server" else first or line
    protocol = values.get("protocol", "").lower()
    if problem := _no_server(values, protocol):
        return Unreadable(format=ImportFormat.SWAKS, file=file.path, line=first or None, reason=problem)
    encryption = _encryption(values, protocol)
    host, port = host_and_port(values["server"])  # a port behind the host wins over the option
    parts = SmtpParts(
        host=host,
        port=port or values.get("port", ""),
        default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
        encryption=encryption,
        sign_in=any(option in values for option in _SIGN_IN) or protocol.endswith("a"),
        user=values.get("auth-user", ""),
        password=values.get("auth-password") or None,
        from_address=_from(values),
        ehlo_name="" if values.get("helo", "") == "localhost" else values.get("helo", ""),
    )
    result = smtp_of(parts, source_format=ImportFormat.SWAKS, file=file.path, line=first)
    return noted(result, CLIENT_CERTIFICATE_NOTE if "tls-cert" in values else None)


def _no_server(values: dict[str, str], protocol: str) -> MessageText | None:
    if protocol.startswith("lmtp"):
        return msg("It speaks LMTP, not SMTP.")
    if "socket" in values or "pipe" in values:
        return msg("It connects to a socket or a program of this computer, not to a server.")
    if not values.get("server"):
        return msg("It names no server: swaks asks the DNS for that of the recipient.")
    return None


def _encryption(values: dict[str, str], protocol: str) -> Encryption:
    if "tls-on-connect" in values or protocol in {"ssmtp", "ssmtpa", "smtps"}:
        return Encryption.IMPLICIT
    if "tls" in values or protocol in {"esmtps", "esmtpsa"}:
        return Encryption.STARTTLS
    if "tls-optional" in values or "tls-optional-strict" in values:
        return Encryption.IF_OFFERED
    return Encryption.NONE


def _from(values: dict[str, str]) -> str:
    """Returns the From of the header where the file sets it, else that of the envelope."""
    header = next((value for option, value in values.items() if option.lower() == "h-from"), "")
    return next((one for one in (header, values.get("from", "")) if address_or_none(one)), "")


def _options(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yields number, option and value of the lines. A comment begins with # in the first column."""
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        option, value = found["option"], found["value"] or ""
        if found["equals"]:
            value = found["set"]
        yield number, _SHORT.get(option, option), value
