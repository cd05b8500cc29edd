"""The early end of a conversation, as it travels from where it is noticed to where the timeline is made."""

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate

CUT_OFF = frozenset({FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.CANCELLED, FailureKind.TLS_BROKEN})
"""Ends after which nobody knows what became of a mail that was handed over whole."""


class SessionError(Exception):
    """The conversation can't go on. `stage` is None where it is the one that is running."""

    def __init__(
        self,
        kind: FailureKind,
        message: MessageText,
        *,
        reply: Reply | HttpReply | None = None,
        certificate_fault: CertificateFault | None = None,
        chain: tuple[Certificate, ...] = (),
        stage: Stage | None = None,
    ) -> None:
        super().__init__(str(message))
        self.kind = kind
        self.message = message
        self.reply = reply
        self.certificate_fault = certificate_fault
        self.chain = chain
        self.stage = stage


def refused(reply: Reply | HttpReply, message: MessageText, *, stage: Stage | None = None) -> SessionError:
    """Returns the end that a 4xx or 5xx reply makes."""
    return SessionError(FailureKind.REPLY, message, reply=reply, stage=stage)


def closed() -> SessionError:
    """Returns the end of a conversation whose server hung up without a word."""
    return SessionError(
        FailureKind.CLOSED,
        msg("The server hung up without an answer. Try again, or ask the server's admin what its log says."),
    )


def not_smtp(what: str) -> SessionError:
    """Returns the end of a conversation with something that does not speak SMTP; `what` says how that shows."""
    return SessionError(
        FailureKind.PROTOCOL,
        msg("This does not sound like an SMTP server: {what}. Check Host Name and SMTP Port.", what=what),
    )


def out_of_patience(seconds: float) -> SessionError:
    """Returns the end of a wait that was longer than `seconds`."""
    return SessionError(
        FailureKind.TIMED_OUT,
        msg(
            "The server did not answer within {seconds} seconds. "
            "Check Host Name and SMTP Port; a firewall may hold it back.",
            seconds=f"{seconds:g}",
        ),
    )
