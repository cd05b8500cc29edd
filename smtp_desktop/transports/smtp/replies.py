"""Interpretation of a server's replies to the commands of one mail."""

from collections.abc import Sequence

from smtp_desktop.domain.diagnosis.conversation import FailureKind, RecipientRefused, Reply, Stage
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, refused
from smtp_desktop.transports.smtp.protocol import is_completion
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

GO_AHEAD = 354


class ReplyInterpreter:
    """Turns the replies to one mail, in their order, into the stages of `recorder`, where SENDER runs at first. Raises
    SessionError for a refusal."""

    def __init__(self, envelope: Envelope, recorder: TimelineRecorder) -> None:
        self._envelope = envelope
        self._recorder = recorder

    def sender(self, reply: Reply) -> None:
        """Takes the reply to MAIL; RECIPIENT runs next."""
        sender = self._envelope.sender.spec
        if not is_completion(reply):
            raise sender_refused(sender, reply)
        self._recorder.done(sender)
        self._recorder.begin(Stage.RECIPIENT)

    def recipients(self, replies: Sequence[Reply]) -> None:
        """Takes the replies to RCPT, in the envelope's order; CONTENT runs next, unless every recipient was refused."""
        answered = list(zip(self._envelope.recipients, replies, strict=True))
        rejected = [(recipient, reply) for recipient, reply in answered if not is_completion(reply)]
        if len(rejected) == len(answered):
            raise _recipients_refused(rejected)
        self._recorder.refused = tuple(RecipientRefused(recipient=r.spec, reply=reply) for r, reply in rejected)
        accepted = ", ".join(recipient.spec for recipient, reply in answered if is_completion(reply))
        refusals = [f"{recipient.spec} refused: {reply}" for recipient, reply in rejected]
        self._recorder.done("; ".join([accepted, *refusals]))
        self._recorder.begin(Stage.CONTENT)

    def go_ahead(self, reply: Reply) -> None:
        """Takes the reply to DATA."""
        if reply.code != GO_AHEAD:
            raise _content_refused(reply)

    def content(self, reply: Reply) -> None:
        """Takes the reply to the content, which is the last one."""
        if not is_completion(reply):
            raise _content_refused(reply)
        self._recorder.done(str(reply))


def sender_refused(sender: str, reply: Reply) -> SessionError:
    """Returns the error for a refused MAIL."""
    return refused(reply, msg("The server refused the sender {sender}: {reply}", sender=sender, reply=str(reply)))


def outcome_unknown() -> SessionError:
    """Returns the error for a mail that may have arrived: only the server's log knows (RFC 1047)."""
    return SessionError(
        FailureKind.OUTCOME_UNKNOWN,
        msg("The mail was handed over, but no answer came. It may or may not arrive: look before sending it again."),
        stage=Stage.CONTENT,
    )


def _recipients_refused(rejected: Sequence[tuple[Address, Reply]]) -> SessionError:
    # A temporary refusal first: that recipient is worth another try.
    recipient, reply = next((one for one in rejected if one[1].temporary), rejected[0])
    return refused(
        reply,
        msg("The server refused the recipient {recipient}: {reply}", recipient=recipient.spec, reply=str(reply)),
    )


def _content_refused(reply: Reply) -> SessionError:
    return refused(reply, msg("The server refused the mail: {reply}", reply=str(reply)))
