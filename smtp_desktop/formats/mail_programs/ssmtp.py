"""sSMTP: ssmtp.conf, and revaliases for senders with servers of their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.mail_programs.host_and_port import host_and_port
from smtp_desktop.formats.mail_programs.siblings import siblings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted, source_of
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_NAMES = re.compile(r"(?:.*[._-])?ssmtp\.conf(?:[._-].*)?")
_ALIASES = re.compile(r"(?:.*[._-])?revaliases(?:[._-].*)?")
_SETTING = re.compile(r"\s*([^=\s]+)[=\s]*(.*)", re.DOTALL)
_MAILHUB = re.compile(r"^[ \t]*mailhub[ \t]*=", re.IGNORECASE | re.MULTILINE)
_COMMENT_NOTE = msg("Its password contains a # and ends there for sSMTP. Check it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    text: str = field(repr=False)
    line: int
    is_cut: bool = False


class SsmtpReader:
    """Reads ssmtp.conf with the revaliases of the same folder."""

    format = ImportFormat.SSMTP

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, or sets a mailhub."""
        return bool(_NAMES.fullmatch(file.name) or _ALIASES.fullmatch(file.name) or _MAILHUB.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each ssmtp.conf. Where there is only one, every revaliases is its own."""
        aliases = [file for file in files if _ALIASES.fullmatch(file.name)]
        groups, left = siblings([file for file in files if file not in aliases], aliases)
        sources = [
            source_of(self.format, [one.path for one in (conf, *own)], _results(conf, own)) for conf, own in groups
        ]
        return sources + [source_of(self.format, (file.path,), (_alone(file),)) for file in left]


def _results(conf: TextFile, aliases: Sequence[TextFile]) -> Iterator[Result]:
    settings = _settings(conf)
    hub = settings.get("mailhub")
    result = _smtp(conf.path, hub.line if hub else 1, hub.text if hub else "", settings, sender="")
    yield result
    seen: set[tuple[str, str]] = set()
    user = settings["authuser"].text.lower() if "authuser" in settings else ""
    for file in aliases:
        for number, line in enumerate(file.lines, 1):
            words = line.partition("#")[0].strip().split(":", 2)
            if words == [""]:
                continue
            sender, server = [*words, "", ""][1].strip(), [*words, "", ""][2].strip()
            if not address_or_none(sender):
                yield Unreadable(
                    format=ImportFormat.SSMTP,
                    file=file.path,
                    line=number,
                    reason=msg("A line such as account:address:server:port is expected here."),
                )
                continue
            own = server or (hub.text if hub else "")
            is_known = own == (hub.text if hub else "") and sender.lower() == user
            if own and not is_known and (own, sender.lower()) not in seen:
                seen.add((own, sender.lower()))
                yield _smtp(file.path, number, own, settings, sender=sender)


def _smtp(file: str, line: int, hub: str, settings: dict[str, _Setting], *, sender: str) -> Result:
    host, port = host_and_port(hub)
    encryption = _encryption(settings)
    password = settings.get("authpass")
    parts = SmtpParts(
        names=(sender,) if sender else (),
        host=host,
        port=port,
        default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
        encryption=encryption,
        sign_in="authuser" in settings,
        user=settings["authuser"].text if "authuser" in settings else "",
        password=password.text if password else None,
        from_address=sender,
    )
    result = smtp_of(parts, source_format=ImportFormat.SSMTP, file=file, line=line)
    return noted(
        result,
        CLIENT_CERTIFICATE_NOTE if "tlscert" in settings else None,
        _COMMENT_NOTE if password and password.is_cut else None,
    )


def _encryption(settings: dict[str, _Setting]) -> Encryption:
    """Returns what UseTLS and UseSTARTTLS mean together, in their order: UseTLS=NO turns both off, UseSTARTTLS=YES both
    on."""
    tls = starttls = False
    both = [
        (one.line, name, one.text.lower() == "yes") for name in ("usetls", "usestarttls") if (one := settings.get(name))
    ]
    for _, name, is_on in sorted(both):
        if name == "usetls":
            tls, starttls = is_on, starttls and is_on
        else:
            tls, starttls = tls or is_on, is_on
    if not tls:
        return Encryption.NONE
    return Encryption.STARTTLS if starttls else Encryption.IMPLICIT


def _settings(file: TextFile) -> dict[str, _Setting]:
    """Returns the settings by name in lower case. # begins a comment anywhere; of a value, the first word counts."""
    settings: dict[str, _Setting] = {}
    for number, line in enumerate(file.lines, 1):
        text, sign, _ = line.partition("#")
        found = _SETTING.fullmatch(text)
        if "=" not in text or found is None or not found[2]:
            continue
        name = found[1].lower()
        is_cut = bool(sign) and not text.endswith((" ", "\t"))
        settings[name] = _Setting(text=found[2].split()[0], line=number, is_cut=is_cut)
    return settings


def _alone(file: TextFile) -> Result:
    reason = msg("It belongs to an ssmtp.conf, which is not among the files.")
    return Unreadable(format=ImportFormat.SSMTP, file=file.path, line=None, reason=reason)
