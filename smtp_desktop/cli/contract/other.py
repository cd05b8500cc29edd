"""Documents about activities, settings, the local inbox and the program itself."""

from typing import Annotated, Literal, TypedDict

from smtp_desktop.cli.contract.common import Change, From, Plain, Time
from smtp_desktop.domain.declared.difference import Action, Kind
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.delivery.routing import RouteReason
from smtp_desktop.services.data_folder import VaultKind


class Activity(TypedDict):
    """An activity."""

    name: str
    description: str
    smtp: Annotated[str | None, "null for the default SMTP"]
    backup: str | None
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    text: str
    html: str
    attachments: list[str]
    expire_after_s: Annotated[int | None, "null for as long as the settings have it"]
    enabled: bool
    placeholders: list[str]
    uses: Annotated[str | None, "The SMTP that a message would be sent through now"]
    reason: Annotated[RouteReason, "Why it would be that one"]
    reason_text: Annotated[str, "The same in words"]


class SavedActivity(Activity):
    """An activity as it is after the command."""

    changed: bool


class SetActivity(TypedDict):
    """What came of an activity that was to be as the options say."""

    name: str
    changed: bool
    created: bool
    diff: dict[str, Change]
    activity: Activity


class ActivityPreview(TypedDict):
    """The message that an activity would send."""

    activity: str
    uses: Annotated[str | None, "The SMTP that it would be sent through now"]
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    text: str
    html: str
    attachments: list[str]


class DeletedActivity(TypedDict):
    """What came of one of the activities to be deleted."""

    name: str
    deleted: bool
    changed: bool


class Setting(TypedDict):
    """A setting."""

    name: str
    value: str | int | bool | None
    default: str | int | bool | None
    type: Literal["number", "switch", "choice"]
    minimum: int | None
    maximum: int | None
    choices: list[str] | None
    can_be_off: bool
    meaning: str


class SavedSetting(Setting):
    """A setting as it is after the command."""

    changed: bool


class AlertTest(TypedDict):
    """Whether a test alert was sent."""

    ok: bool
    problem: str | None


class Alerts(TypedDict):
    """Where alerts go."""

    smtp: str | None
    to: list[str]
    webhook: Annotated[str | None, "As much of the URL as may be shown"]
    problems: Annotated[dict[str, str | None], "By channel: mail, webhook"]
    changed: bool
    test: Annotated[dict[str, AlertTest] | None, "By channel; null without --test"]


class Arrival(From):
    """A message that the local inbox received."""

    id: int
    received_at: Time
    sender: Annotated[str, "The envelope's; empty for a bounce"]
    to: Annotated[list[str], "The envelope's recipients"]
    subject: str
    size_bytes: int


class Applied(TypedDict):
    """What came of one object of a file that was applied."""

    kind: Kind
    name: str
    action: Annotated[Action, "What was done; in a dry run, what would be"]
    changed: bool
    diff: Annotated[dict[str, Change], "The fields that changed"]
    not_compared: Annotated[list[str], "Secrets that only a command knows, which a dry run does not run"]


class AppliedFile(TypedDict):
    """What came of a file that was applied."""

    changed: bool
    dry_run: bool
    results: Annotated[list[Applied], "Every object of the file, and those that were deleted"]


Declared = dict[str, Plain | dict[str, str]]
"""An object of a file: fields that have their defaults are left out; a secret is {"env": VARIABLE}."""


class DeclaredSmtps(TypedDict):
    """SMTPs as apply takes them."""

    smtp_desktop: Annotated[int, "Version of the format"]
    smtps: list[Declared]


class Declaration(DeclaredSmtps):
    """SMTPs, activities and settings as apply takes them."""

    default_smtp: str | None
    activities: list[Declared]
    settings: dict[str, str | int | bool | None]


class WrittenDeclaration(TypedDict):
    """What was exported into a file."""

    file: str
    format: TextFormat
    smtps: Annotated[int, "How many"]
    activities: Annotated[int, "How many"]


class Info(TypedDict):
    """The program and its data."""

    version: str
    python: str
    system: str
    home: Annotated[str, "The data folder"]
    database: str
    schema: Annotated[int, "Version of the database"]
    log: str
    vault: VaultKind
    smtps: int
    activities: int
    messages: int
    waiting: int


class Completion(TypedDict):
    """A script that completes commands in a shell."""

    shell: Literal["bash", "fish", "zsh"]
    script: str


class Version(TypedDict):
    """The program's version."""

    version: str


class Help(TypedDict):
    """The help of a command."""

    help: str
