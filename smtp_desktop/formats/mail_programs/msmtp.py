"""msmtp: accounts of an msmtprc. Its `eval`, which msmtp runs while it only reads the file, is never run."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.mail_programs.msmtp_smtp import Setting, smtp_of_account
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of, with_values

_NAMES = re.compile(r"\.?msmtprc(?:[._-].*)?|.*\.msmtprc")
_COMMANDS = frozenset(
    [
        "defaults",
        "account",
        "eval",
        "host",
        "port",
        "source_ip",
        "proxy_host",
        "proxy_port",
        "socket",
        "timeout",
        "connect_timeout",
        "protocol",
        "domain",
        "auth",
        "user",
        "password",
        "passwordeval",
        "ntlmdomain",
        "tls",
        "tls_starttls",
        "tls_trust_file",
        "tls_crl_file",
        "tls_fingerprint",
        "tls_key_file",
        "tls_cert_file",
        "tls_certcheck",
        "tls_priorities",
        "tls_force_sslv3",
        "tls_min_dh_prime_bits",
        "tls_host_override",
        "auto_from",
        "from",
        "from_full_name",
        "maildomain",
        "allow_from_override",
        "dsn_notify",
        "dsn_return",
        "set_from_header",
        "set_date_header",
        "set_msgid_header",
        "remove_bcc_headers",
        "undisclosed_recipients",
        "add_missing_from_header",
        "add_missing_date_header",
        "keepbcc",
        "logfile",
        "logfile_time_format",
        "syslog",
        "aliases",
    ]
)
_COMMAND = re.compile(r"[ \t]*([^ \t]+)(.*)")
_LONGEST = 60


@dataclass(kw_only=True)
class _Account:
    """An account as it is read. `own` are the commands that it or an account that it copies has, `settings` those of
    the defaults as well. `copied_from` is kept while it says nothing of its own. `eval_line` is a line that a command
    is to make."""

    name: str
    line: int
    settings: dict[str, Setting]
    own: set[str] = field(default_factory=set)
    copied_from: str = ""
    eval_line: int | None = None
    spoiled: MessageText | None = None


class MsmtpReader:
    """Reads msmtprc files. An account that only gives another one a second name, as `account default : shop`, is no
    SMTP of its own."""

    format = ImportFormat.MSMTP

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, or most lines are msmtp's commands and one is `host`."""
        if _NAMES.fullmatch(file.name):
            return True
        commands = [command for _, command, _ in _commands(file.lines)]
        known = sum(1 for command in commands if command in _COMMANDS)
        return (
            "host" in commands
            and bool({"account", "defaults", "auth", "from"} & set(commands))
            and (known * 10 >= len(commands) * 8)
        )

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), _Accounts(file).results()) for file in files]


class _Accounts:
    """The accounts of one file."""

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._accounts: dict[str, _Account] = {}
        self._problems: list[Unreadable] = []

    def results(self) -> list[Result]:
        """Returns the SMTPs of the file, and what can't be read."""
        defaults = _Account(name="", line=0, settings={})
        present: _Account | None = None
        for line, command, argument in _commands(self._file.lines):
            if command == "defaults":
                present = defaults
            elif command == "account":
                present = self._begun(line, argument, defaults)
            else:
                if present is None:
                    present = self._begun(line, "default", defaults)
                self._add(present, line, command, argument)
        default = self._accounts.get("default")
        alias = default.copied_from if default else ""
        smtps = [self._smtp(one, alias) for one in self._accounts.values() if not one.copied_from]
        if not smtps and not self._problems:
            self._refuse(1, msg("It has no account."))
        return [*smtps, *self._problems]

    def _begun(self, line: int, argument: str, defaults: _Account) -> _Account:
        """Returns the account that a line begins, with what it takes from others."""
        name, colon, others = argument.partition(":")
        name = _trimmed(name)
        account = _Account(
            name=name,
            line=line,
            settings=dict(defaults.settings),
            eval_line=defaults.eval_line,
            spoiled=defaults.spoiled,
        )
        copied = [_trimmed(other) for other in others.split(",")] if colon else []
        if not name or name in self._accounts:
            text = one_line(name)[:_LONGEST]
            self._refuse(line, msg("The account {name} is there twice.", name=text) if name else msg("It has no name."))
            return account
        for other in copied:
            source = self._accounts.get(other)
            if source is None:
                account.spoiled = msg(
                    "It copies the account {name}, which is not above it.", name=one_line(other)[:_LONGEST]
                )
                continue
            account.settings |= {command: source.settings[command] for command in source.own}
            account.own |= source.own
            account.eval_line = account.eval_line or source.eval_line
        if len(copied) == 1 and account.spoiled is None:
            account.copied_from = self._accounts[copied[0]].copied_from or copied[0]
        self._accounts[name] = account
        return account

    def _add(self, account: _Account, line: int, command: str, argument: str) -> None:
        if command == "eval":
            account.eval_line = account.eval_line or line
            account.copied_from = ""
            self._refuse(line, msg("This line runs a command to make a setting of its output. Commands are not run."))
        elif command in _COMMANDS:
            account.settings[command] = Setting(text=argument, line=line)
            account.own.add(command)
            account.copied_from = ""
        else:
            self._refuse(line, msg("This line is not a command of msmtp."))

    def _smtp(self, account: _Account, alias: str) -> Result:
        reason = account.spoiled
        if reason is None and "host" not in account.settings and account.eval_line:
            reason = msg(
                "A command is to make its settings, in line {line}. Commands are not run.", line=account.eval_line
            )
        if reason:
            return Unreadable(format=ImportFormat.MSMTP, file=self._file.path, line=account.line, reason=reason)
        result = smtp_of_account(
            account.name,
            account.settings,
            file=self._file.path,
            line=account.line,
            password_made="eval" if account.eval_line else "",
        )
        return with_values(result, is_default=account.name in {alias, "default"} or None)

    def _refuse(self, line: int, reason: MessageText) -> None:
        self._problems.append(Unreadable(format=ImportFormat.MSMTP, file=self._file.path, line=line, reason=reason))


def _commands(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yields number, command and argument of the lines. A comment has a line of its own: what follows a value, is part
    of it."""
    for number, line in enumerate(lines, 1):
        found = _COMMAND.match(line)
        if found and not found[1].startswith("#"):
            yield number, found[1], _trimmed(found[2])


def _trimmed(text: str) -> str:
    """Returns an argument without blanks around it, and without the quotes around it, if there are two."""
    text = text.strip(" \t")
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
