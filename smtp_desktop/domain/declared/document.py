"""The content of a file that declares SMTPs, activities and settings: what is to be, with secrets by reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import SettingValue
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField

VERSION = 1
"""Of the format, under the key `smtp_desktop`."""
VERSION_KEY = "smtp_desktop"
ID_KEY = "id"
"""Of an SMTP or activity: what stays the same when it is renamed, on every computer that it is moved to."""
VALUE_KEY = "value"
"""Of a secret: its text, which only a sealed file may hold."""
SMTPS_KEY, DEFAULT_KEY, ACTIVITIES_KEY, SETTINGS_KEY = "smtps", "default_smtp", "activities", "settings"
_UNDECLARED = {SecretField.TOKENS, SecretField.NEXT_CERTIFICATE}
DECLARED_SECRETS: Sequence[SecretField] = tuple(one for one in SecretField if one not in _UNDECLARED)
"""The secrets that a file refers to. Tokens come of a sign-in, and what is to replace a certificate stays where it was
made."""


class SecretSource(StrEnum):
    """Where a secret is read when the file is applied."""

    ENV = "env"
    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """Where a secret is: the name of a variable, the path of a file, or a command with its arguments."""

    source: SecretSource
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSmtp:
    """An SMTP as it is to be. The draft has neither secrets nor whether it is the default. `place` is its own, as in
    `smtps[Reports]`. `secrets` says where they are; a sealed file has their `values`. Without an `id` its name alone
    says which one it is."""

    place: str
    draft: ProfileDraft
    secrets: Mapping[SecretField, SecretReference]
    id: ProfileId | None = None
    values: Mapping[SecretField, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredActivity:
    """An activity as it is to be, with the names of its SMTPs in place of their ids; None for the default SMTP, and for
    no backup. `to`, `cc`, `bcc`, `reply_to`, `attachments` and `headers` are lists: the draft has them as a form shows
    them. Its `id` is as that of an SMTP; `smtp_id` and `backup_id` are those that the file gives to its SMTPs."""

    place: str
    draft: ActivityDraft
    smtp: str | None
    backup: str | None
    id: ActivityId | None = None
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A whole file. A list that the file does not have is None: it says nothing of these objects. `lines` has the line
    of each place where that is known."""

    smtps: tuple[DeclaredSmtp, ...] | None = None
    default: str | None = None
    activities: tuple[DeclaredActivity, ...] | None = None
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def is_default(self, name: str) -> bool:
        """Returns whether that SMTP is declared the default."""
        return self.default is not None and self.default.lower() == name.lower()
