"""SMTPs written into files as other programs want them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile


class ProgramFormat(StrEnum):
    """The formats of other programs that are written."""

    MSMTP = "msmtp"
    POSTFIX = "postfix"
    ENV = "env"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSmtp:
    """An SMTP to write. `secrets` are empty where they are not asked for: a password is then left out, or what the user
    has to put in its place is said in a comment."""

    profile: SmtpProfile
    secrets: Mapping[SecretField, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFile:
    """A file as its program wants it: its usual name, and its text, which may hold passwords."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An SMTP that the format has no words for; where it is not left out as a `whole`, a part of it, which the reason
    names."""

    name: str
    reason: MessageText
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramExport:
    """What came of writing SMTPs: the files, and what is not in them."""

    files: Sequence[ProgramFile]
    left_out: Sequence[LeftOut] = ()
