"""Documents about activities, settings, the local inbox and the program itself."""

from typing import Annotated, Literal, TypedDict

from smtp_desktop.cli.contract.common import Change, From, Plain, Time
from smtp_desktop.domain.declared.difference import Action, Kind
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.declared.other_programs import ProgramFormat
from smtp_desktop.domain.delivery.routing import RouteReason
from smtp_desktop.services.data_folder import VaultKind


class Activity(TypedDict):
    """An activity."""

    name: Annotated[str, "Its name"]
    description: Annotated[str, "Notes about it"]
    smtp: Annotated[str | None, "null for the default SMTP"]
    backup: Annotated[str | None, "The SMTP that takes over when the first one fails; null for none"]
    to: Annotated[list[str], "Recipients"]
    cc: Annotated[list[str], "Recipients of a copy"]
    bcc: Annotated[list[str], "Recipients of a hidden copy"]
    reply_to: Annotated[list[str], "Where replies are to go; empty for the sender"]
    subject: Annotated[str, "May have placeholders"]
    text: Annotated[str, "The body as text; empty for none"]
    html: Annotated[str, "The body as HTML; empty for none"]
    attachments: Annotated[list[str], "Paths of the files"]
    headers: Annotated[list[str], "Further header fields, each as `Name: value`"]
    expire_after_s: Annotated[int | None, "null for the limit in the settings"]
    enabled: Annotated[bool, "Whether it can be triggered"]
    placeholders: Annotated[list[str], "Names of the values that a trigger gives"]
    uses: Annotated[str | None, "The SMTP that a message would be sent through now"]
    reason: Annotated[RouteReason, "Why it would be that one"]
    reason_text: Annotated[str, "The same in words"]


class SavedActivity(Activity):
    """An activity as it is after the command."""

    changed: Annotated[bool, "Whether anything is different now"]


class SetActivity(TypedDict):
    """What came of an activity that was to be as the options say."""

    name: Annotated[str, "The activity"]
    changed: Annotated[bool, "Whether anything is different now"]
    created: Annotated[bool, "Whether there was none before"]
    diff: Annotated[dict[str, Change], "The fields that changed"]
    activity: Annotated[Activity, "As it is now"]


class ActivityPreview(TypedDict):
    """The message that an activity would send."""

    activity: Annotated[str, "The activity"]
    uses: Annotated[str | None, "The SMTP that it would be sent through now"]
    to: Annotated[list[str], "Recipients"]
    cc: Annotated[list[str], "Recipients of a copy"]
    bcc: Annotated[list[str], "Recipients of a hidden copy"]
    reply_to: Annotated[list[str], "Where replies are to go; empty for the sender"]
    subject: Annotated[str, "With the values in place"]
    text: Annotated[str, "The body as text; empty for none"]
    html: Annotated[str, "The body as HTML; empty for none"]
    attachments: Annotated[list[str], "Paths of the files"]
    headers: Annotated[list[str], "Further header fields, each as `Name: value`"]


class DeletedActivity(TypedDict):
    """What came of one of the activities to be deleted."""

    name: Annotated[str, "The activity"]
    deleted: Annotated[bool, "Whether it was deleted by this command"]
    changed: Annotated[bool, "Whether anything is different now"]


class Setting(TypedDict):
    """A setting."""

    name: Annotated[str, "Its name"]
    value: Annotated[str | int | bool | None, "null for off"]
    default: Annotated[str | int | bool | None, "null for off"]
    type: Annotated[Literal["number", "switch", "choice"], "What values it takes"]
    minimum: Annotated[int | None, "Of a number"]
    maximum: Annotated[int | None, "Of a number"]
    choices: Annotated[list[str] | None, "Of a choice"]
    can_be_off: Annotated[bool, "Whether null is a value"]
    meaning: Annotated[str, "What it is for"]


class SavedSetting(Setting):
    """A setting as it is after the command."""

    changed: Annotated[bool, "Whether anything is different now"]


class AlertTest(TypedDict):
    """Whether a test alert was sent."""

    ok: Annotated[bool, "Whether it was sent"]
    problem: Annotated[str | None, "Why it was not sent"]


class Alerts(TypedDict):
    """Where alerts go."""

    smtp: Annotated[str | None, "The SMTP that alerts are sent through; null for none"]
    to: Annotated[list[str], "Who gets them by mail"]
    webhook: Annotated[str | None, "As much of the URL as may be shown"]
    problems: Annotated[dict[str, str | None], "By channel: mail, webhook"]
    changed: Annotated[bool, "Whether anything is different now"]
    test: Annotated[dict[str, AlertTest] | None, "By channel; null without --test"]


class Arrival(From):
    """A message that the local inbox received."""

    id: Annotated[int, "A later message has a larger one"]
    received_at: Annotated[Time, "When it came"]
    sender: Annotated[str, "The envelope's; empty for a bounce"]
    to: Annotated[list[str], "The envelope's recipients"]
    subject: Annotated[str, "As in its header"]
    size_bytes: Annotated[int, "Of the whole message"]


class Applied(TypedDict):
    """What came of one object of a file that was applied."""

    kind: Annotated[Kind, "What it is"]
    name: Annotated[str, "Its name"]
    action: Annotated[Action, "What was done; in a dry run, what would be"]
    changed: Annotated[bool, "Whether anything is different now"]
    diff: Annotated[dict[str, Change], "The fields that changed"]
    not_compared: Annotated[list[str], "Secrets that a dry run could not read, or that only a command knows"]


class AppliedFile(TypedDict):
    """What came of a file that was applied."""

    changed: Annotated[bool, "Whether anything is different now"]
    dry_run: Annotated[bool, "Whether nothing was changed, and this is what would be"]
    results: Annotated[list[Applied], "Every object of the file, and those that were deleted"]


Declared = dict[str, Plain | dict[str, str]]
"""An object of a file: fields that have their defaults are left out; a secret is {"env": VARIABLE}."""


class DeclaredSmtps(TypedDict):
    """SMTPs as apply takes them."""

    smtp_desktop: Annotated[int, "Version of the format"]
    smtps: Annotated[list[Declared], "As apply takes them"]


class Declaration(DeclaredSmtps):
    """SMTPs, activities and settings as apply takes them."""

    default_smtp: Annotated[str | None, "The name of the default SMTP"]
    activities: Annotated[list[Declared], "As apply takes them"]
    settings: Annotated[dict[str, str | int | bool | None], "By name"]


class WrittenExport(TypedDict):
    """A file that was exported."""

    file: Annotated[str, "Its path"]
    format: Annotated[TextFormat | None, "How it is written; null where it is sealed"]
    sealed: Annotated[bool, "Whether it has secrets and is encrypted with the passphrase"]
    sign_in_again: Annotated[list[str], "The SMTPs for which somebody has to sign in where it is imported"]


class WrittenDeclaration(WrittenExport):
    """A file to which everything was exported."""

    smtps: Annotated[int, "How many"]
    activities: Annotated[int, "How many"]


class WrittenSmtps(WrittenExport):
    """A file to which some SMTPs were exported."""

    exported: Annotated[int, "How many SMTPs are in it"]


class NotExported(TypedDict):
    """An SMTP, or a part of it, that the format of another program has no words for."""

    name: Annotated[str, "The SMTP"]
    reason: Annotated[str, "What it is, in words"]


class WrittenForProgram(TypedDict):
    """What was exported for another program."""

    file: Annotated[str, "The path that was named: a folder where there are several files"]
    format: Annotated[ProgramFormat, "Whose files they are"]
    files: Annotated[list[str], "Their paths"]
    exported: Annotated[int, "How many SMTPs are in them"]
    left_out: Annotated[list[NotExported], "What is not in them"]
    with_secrets: Annotated[bool, "Whether passwords are readable in them"]


class ProgramText(TypedDict):
    """A file for another program."""

    name: Annotated[str, "How the program usually calls it"]
    text: Annotated[str, "Its content, without secrets"]


class PrintedForProgram(TypedDict):
    """SMTPs as another program wants them."""

    format: Annotated[ProgramFormat, "Whose files they are"]
    files: Annotated[list[ProgramText], "The files"]
    left_out: Annotated[list[NotExported], "What is not in them"]


class Info(TypedDict):
    """The program and its data."""

    version: Annotated[str, "Of the program"]
    python: Annotated[str, "Its version"]
    system: Annotated[str, "The operating system"]
    home: Annotated[str, "The data folder"]
    database: Annotated[str, "Path of the database"]
    schema: Annotated[int, "Version of the database"]
    log: Annotated[str, "Path of the log"]
    vault: Annotated[VaultKind, "Where new secrets are kept"]
    smtps: Annotated[int, "How many there are"]
    activities: Annotated[int, "How many there are"]
    messages: Annotated[int, "How many there are in the outbox"]
    waiting: Annotated[int, "How many of them are not sent yet"]


class Completion(TypedDict):
    """A script that completes commands in a shell."""

    shell: Annotated[Literal["bash", "fish", "zsh"], "Which shell it is for"]
    script: Annotated[str, "To be sourced"]


class Version(TypedDict):
    """The program's version."""

    version: Annotated[str, "Such as 0.1.0"]


class Help(TypedDict):
    """The help of a command."""

    help: Annotated[str, "The text"]
