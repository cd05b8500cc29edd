"""Documents about activities, settings, the local inbox and the program itself."""

from typing import Annotated, Literal, TypedDict

from smtp_desktop.cli.contract.common import Change, From, Plain, Time


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
    reason: Annotated[str, "Why it would be that one"]


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


class DeletedActivity(TypedDict):
    """What came of an activity to be deleted."""

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

    kind: Literal["smtp", "activity", "setting"]
    name: str
    action: Literal["created", "updated", "unchanged", "deleted"]
    changed: bool
    diff: dict[str, Change]
    unknown: Annotated[list[str], "Secrets that were not compared"]


class AppliedFile(TypedDict):
    """What came of a file that was applied."""

    changed: bool
    dry_run: bool
    objects: list[Applied]


class Declaration(TypedDict):
    """SMTPs, activities and settings as apply takes them. Secrets are references."""

    smtps: list[dict[str, Plain]]
    activities: list[dict[str, Plain]]
    settings: dict[str, Plain]


class Info(TypedDict):
    """The program and its data."""

    version: str
    python: str
    system: str
    home: Annotated[str, "The data folder"]
    database: str
    schema: Annotated[int, "Version of the database"]
    log: str
    vault: Annotated[str, "Where secrets are kept: keyring or file"]
    smtps: int
    activities: int
    messages: int
    waiting: int


class Version(TypedDict):
    """The program's version."""

    version: str


class Help(TypedDict):
    """The help of a command."""

    help: str
