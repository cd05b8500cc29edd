"""Documents that several commands share: errors, conversations, changes."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.exit_codes import ErrorCode
from smtp_desktop.domain.checks.health import TestKind, TestOutcome, WarningKind
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Party, Stage, StepStatus, TlsMode

Time = Annotated[str, "format: date-time"]
"""A moment: ISO 8601 in UTC with Z."""
Day = Annotated[str, "format: date"]
Plain = str | int | bool | list[str] | dict[str, int | None] | None
"""The value of a field of an SMTP, an activity or a setting."""


class Reply(TypedDict):
    """A server's reply, or one of Microsoft's."""

    code: Annotated[int, "SMTP or HTTP status code"]
    enhanced_code: Annotated[str | None, "Enhanced status code (RFC 3463), or Microsoft's error code"]
    text: Annotated[str, "The words, lines separated by \\n"]
    ids: Annotated[dict[str, str], "What Microsoft's support asks for, by name; empty for other servers"]
    retry_after_s: Annotated[float | None, "How long the server asked to wait, in seconds"]


class Advice(TypedDict):
    """What a failure means and what to do about it."""

    title: Annotated[str, "What happened, in a few words"]
    meaning: Annotated[str, "What that means"]
    steps: Annotated[list[str], "What to do, in this order"]


class CertificateInfo(TypedDict):
    """A certificate."""

    subject: Annotated[str, "Whose it is"]
    issuer: Annotated[str, "Who issued it"]
    names: Annotated[list[str], "Host names it is valid for"]
    valid_from: Annotated[Time, "From when it is valid"]
    valid_until: Annotated[Time, "Until when it is valid"]
    fingerprint: Annotated[str, "SHA-256"]
    self_signed: Annotated[bool, "Whether subject and issuer are the same"]


class AppCertificateInfo(TypedDict):
    """The public part of a certificate that an app signs in with."""

    thumbprint: Annotated[str, "SHA-256 in upper-case hexadecimal, as Entra ID shows it"]
    valid_until: Annotated[Day, "Its last day"]


class FailureKeys(TypedDict):
    """How a conversation with a server failed."""

    stage: Annotated[Stage | None, "Where it failed; null if it did not"]
    kind: Annotated[FailureKind | None, "How it failed, as far as the program itself can tell"]
    message: Annotated[str | None, "How it failed, in a sentence"]
    certificate: Annotated[list[CertificateInfo] | None, "The chain that was refused, the server's own first"]


class Failure(FailureKeys):
    """A conversation that failed, with the diagnosis."""

    cause: Annotated[Cause | None, "What went wrong: see docs/diagnosis.md"]
    reply: Annotated[Reply | None, "What the server said"]
    advice: Annotated[Advice | None, "What to do"]


class Error(TypedDict):
    """Why a command, or one of its parts, failed."""

    code: Annotated[ErrorCode, "What went wrong, for programs"]
    message: Annotated[str, "What went wrong and what to do, for people"]
    fields: Annotated[dict[str, str], "The refused fields, each with what is wrong"]
    missing: Annotated[list[str], "Placeholders without a value"]
    failure: Annotated[Failure | None, "The conversation that failed, where there was one"]


class ErrorDocument(TypedDict):
    """What any command prints instead of its own document when it fails as a whole."""

    error: Annotated[Error, "Why the command failed"]


class Step(TypedDict):
    """A step of a conversation with a server."""

    stage: Annotated[Stage, "Which step"]
    outcome: Annotated[StepStatus, "How it ended"]
    detail: Annotated[str, "What was found, in words"]
    started_ms: Annotated[float, "Since the beginning of the conversation"]
    duration_ms: Annotated[float, "How long it took"]


class Line(TypedDict):
    """A line of a transcript."""

    at_ms: Annotated[float, "Since the beginning of the conversation"]
    party: Annotated[Party, "Who said it"]
    text: Annotated[str, "Without secrets"]


class Security(TypedDict):
    """How a connection was secured; after a failed handshake the certificates alone."""

    mode: Annotated[TlsMode | None, "How TLS was turned on"]
    version: Annotated[str | None, "Such as TLS 1.3"]
    certificates: Annotated[list[CertificateInfo], "The chain, the server's own first"]


class DeliverabilityWarning(TypedDict):
    """Why recipients may distrust a message that was accepted."""

    kind: Annotated[WarningKind, "What it is about"]
    title: Annotated[str, "What may happen, in a few words"]
    meaning: Annotated[str, "What that means"]
    steps: Annotated[list[str], "What to do, in this order"]


class TestResult(FailureKeys):
    """A test or check of an SMTP."""

    name: Annotated[str | None, "The SMTP; null where it is not saved"]
    trial: Annotated[TestKind, "Which of the two"]
    to: Annotated[list[str], "Who got the test message; empty for a check"]
    ok: Annotated[bool, "Whether it worked, with or without concerns"]
    outcome: Annotated[TestOutcome | None, "null if it could not be tried: see error"]
    cause: Annotated[Cause | None, "What went wrong: see docs/diagnosis.md"]
    reply: Annotated[Reply | None, "To what failed, or to the message that was accepted"]
    advice: Annotated[Advice | None, "What to do about the failure"]
    concerns: Annotated[list[DeliverabilityWarning], "Why recipients may distrust the message"]
    steps: Annotated[list[Step], "In the order in which they ran"]
    security: Annotated[Security | None, "How the connection was secured; null where it was not"]
    transcript: Annotated[list[Line], "Who said what, without secrets"]
    error: Annotated[Error | None, "Why it could not be tried"]


class Change(TypedDict):
    """A field before and after. The values of a secret are null."""

    before: Annotated[Plain, "null where it had no value"]
    after: Annotated[Plain, "null where it has no value"]


From = TypedDict("From", {"from": Annotated[str, "As in the From header"]})
"""A message's sender. The key is a word of Python's, which a class can't have."""


class WrittenMessage(TypedDict):
    """A message that was written into a file."""

    file: Annotated[str, "Its path"]
    size_bytes: Annotated[int, "Of the file"]


class WrittenList(TypedDict):
    """A list that was written into a file."""

    file: Annotated[str, "Its path"]
    exported: Annotated[int, "How many SMTPs or messages are in it"]
