"""esmtp: the identities of an esmtprc."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.mail_programs.host_and_port import host_and_port
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, noted, source_of, with_values
from smtp_desktop.formats.values import SMTP_PORT, Encryption, SmtpParts, smtp_of

_NAMES = re.compile(r"\.?esmtprc(?:[._-].*)?|.*\.esmtprc")
_WORD = r"\"(?:[^\"\\]|\\.)*+\"?|'[^']*'?|[^\s=#\"']+"
_SETTING = re.compile(
    rf"\s*+(?P<name>identity|hostname|username|password|starttls|certificate_passphrase|preconnect|postconnect|mda|helo"
    rf"|qualifydomain|default|force(?:\s++\w+)?)\b\s*+=?\s*+(?P<value>{_WORD})?\s*+(?P<more>=\s*+(?P<second>{_WORD}))?\s*+(?:#.*)?",
    re.IGNORECASE,
)
_STARTTLS = {"enabled": Encryption.IF_OFFERED, "required": Encryption.STARTTLS, "disabled": Encryption.NONE}
_PRECONNECT_NOTE = msg("It runs a command before it connects. Commands are not run.")


@dataclass(kw_only=True)
class _Identity:
    """An identity; the first one, without an address, is what the file says before any."""

    address: str = ""
    line: int = 1
    is_default: bool = False
    values: dict[str, str] = field(default_factory=dict)


class EsmtpReader:
    """Reads esmtprc files."""

    format = ImportFormat.ESMTP

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, or has `hostname = host:port` among esmtp's settings alone."""
        if _NAMES.fullmatch(file.name):
            return True
        lines = [line for line in file.lines if line.strip() and not line.lstrip().startswith("#")]
        found = [_SETTING.fullmatch(line) for line in lines]
        names = {one["name"].lower() for one in found if one}
        return all(found) and "hostname" in names and bool(names & {"username", "starttls", "identity", "preconnect"})

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), self._results(file)) for file in files]

    def _results(self, file: TextFile) -> Iterator[Result]:
        identities = [_Identity()]
        problems: list[Result] = []
        for number, line in enumerate(file.lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            found = _SETTING.fullmatch(line)
            if found is None:
                reason = msg("This line is not a setting of esmtp.")
                problems.append(Unreadable(format=self.format, file=file.path, line=number, reason=reason))
            elif found["name"].lower() == "identity":
                identities.append(_Identity(address=_plain(found["value"] or ""), line=number))
            elif found["name"].lower() == "default":
                identities[-1].is_default = True
            else:
                name = found["name"].lower()
                if name == "hostname" and identities[-1] is identities[0]:
                    identities[0].line = number
                identities[-1].values.setdefault(name, _plain(found["value"] or ""))
        base, *others = identities
        if base.values.get("hostname") or not others:
            yield _smtp(file.path, base, {})
        for identity in others:
            yield _smtp(file.path, identity, base.values)
        yield from problems


def _smtp(file: str, identity: _Identity, base: dict[str, str]) -> Result:
    values = base | identity.values
    host, port = host_and_port(values.get("hostname", ""))
    sender = identity.address
    parts = SmtpParts(
        names=(sender,) if sender else (),
        host=host,
        port=port,
        default_port=SMTP_PORT,
        encryption=_STARTTLS.get(values.get("starttls", "disabled").lower(), Encryption.UNSAID),
        sign_in=bool(values.get("username")),
        user=values.get("username", ""),
        password=values.get("password"),
        from_address=sender if address_or_none(sender) else "",
        ehlo_name=values.get("helo", ""),
    )
    result = smtp_of(parts, source_format=ImportFormat.ESMTP, file=file, line=identity.line)
    result = with_values(result, is_default=identity.is_default or None)
    return noted(result, _PRECONNECT_NOTE if values.get("preconnect") else None)


def _plain(word: str) -> str:
    if word.startswith('"'):
        inner = word[1:-1] if len(word) > 1 and word.endswith('"') else word[1:]
        return re.sub(r"\\(.)", r"\1", inner)
    return word.strip("'") if word.startswith("'") else word
