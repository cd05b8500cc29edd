"""The error that ends a conversation early, and its common kinds."""

import re

from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    FailureDetail,
    FailureKind,
    HttpReply,
    Reply,
    Stage,
)
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate

CUT_OFF = frozenset({FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.CANCELLED, FailureKind.TLS_BROKEN})
"""Failures after which nobody knows what became of a mail that Microsoft Graph got whole."""

_SERVICES = {
    FailureDetail.HTTP: re.compile(r"HTTP/|\s*<(!doctype|html)", re.IGNORECASE),
    FailureDetail.POP3: re.compile(r"\+OK|-ERR"),
    FailureDetail.IMAP: re.compile(r"\* (OK|BYE|PREAUTH)"),
    FailureDetail.SSH: re.compile(r"SSH-"),
}
_SERVICE_NAMES = {
    FailureDetail.HTTP: "a web server (HTTP)",
    FailureDetail.POP3: "a server for reading mail (POP3)",
    FailureDetail.IMAP: "a server for reading mail (IMAP)",
    FailureDetail.SSH: "a server for remote login (SSH)",
}
_REFUSAL = 400  # RFC 5321 4.2.1, and above


class SessionError(Exception):
    """The conversation can't go on. `stage` is the one that failed, or None for the one that is running."""

    def __init__(
        self,
        kind: FailureKind,
        message: MessageText,
        *,
        reply: Reply | HttpReply | None = None,
        certificate_fault: CertificateFault | None = None,
        chain: tuple[Certificate, ...] = (),
        stage: Stage | None = None,
        detail: FailureDetail | None = None,
    ) -> None:
        super().__init__(str(message))
        self.kind = kind
        self.message = message
        self.reply = reply
        self.certificate_fault = certificate_fault
        self.chain = chain
        self.stage = stage
        self.detail = detail


def clause(reply: Reply) -> str:
    """Returns `reply` as a part of a sentence that ends with a full stop."""
    return str(reply).rstrip(".")


def refused(reply: Reply | HttpReply, message: MessageText, *, stage: Stage | None = None) -> SessionError:
    """Returns the error for a reply that is not the one that was asked for: a refusal with 4xx or 5xx, or one that
    belongs to another command."""
    detail = FailureDetail.OUT_OF_STEP if isinstance(reply, Reply) and reply.code < _REFUSAL else None
    return SessionError(FailureKind.REPLY, message, reply=reply, stage=stage, detail=detail)


def out_of_step(reply: Reply) -> SessionError:
    """Returns the error for a reply that can't be one to the command in its place: which reply belongs to which is no
    longer known."""
    return SessionError(
        FailureKind.PROTOCOL,
        msg("The server's answers came out of order: it said {reply} at the wrong moment.", reply=str(reply)),
        reply=reply,
        detail=FailureDetail.OUT_OF_STEP,
    )


def hung_up() -> SessionError:
    """Returns the error for a server that closed the connection without a reply."""
    return SessionError(
        FailureKind.CLOSED,
        msg(
            "The server closed the connection without an answer. "
            "Try again, or ask the server's administrator what its log says."
        ),
    )


def service_of(line: str) -> FailureDetail | None:
    """Returns the service that begins to speak with `line`, if it is one that is mistaken for SMTP."""
    return next((service for service, beginning in _SERVICES.items() if beginning.match(line)), None)


def not_smtp(what: str, *, line: str = "") -> SessionError:
    """Returns the error for something that does not speak SMTP; `what` says how that shows, and `line` is what came in
    place of a reply."""
    if service := service_of(line):
        return SessionError(
            FailureKind.PROTOCOL,
            msg(
                "This is not an SMTP server but {service}. Check the host name and port; 587 and 465 are usual.",
                service=_SERVICE_NAMES[service],
            ),
            detail=service,
        )
    return SessionError(
        FailureKind.PROTOCOL,
        msg("The answer is not from an SMTP server: {what}. Check the host name and port.", what=what),
    )


def cut_short(error: SessionError) -> SessionError:
    """Returns the error for a wait that a test has cut short, in place of the one that timed out."""
    return SessionError(
        error.kind,
        msg(
            "The server did not answer within {seconds} seconds, and the test stopped waiting. Messages in the outbox "
            "wait for up to ten minutes. Check the host name and port; a firewall may block the connection.",
            seconds=error.message.values.get("seconds", ""),
        ),
        stage=error.stage,
        detail=FailureDetail.CUT_SHORT,
    )


def timed_out(seconds: float) -> SessionError:
    """Returns the error for a wait that was longer than `seconds`."""
    return SessionError(
        FailureKind.TIMED_OUT,
        msg(
            "The server did not answer within {seconds} seconds. "
            "Check the host name and port; a firewall may block the connection.",
            seconds=f"{seconds:g}",
        ),
    )
