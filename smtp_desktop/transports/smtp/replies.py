"""What a server's replies to one mail mean for it."""

from collections.abc import Sequence

from smtp_desktop.domain.diagnosis.conversation import FailureKind, RecipientRefused, Reply, Stage
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, refused
from smtp_desktop.transports.smtp.greeting import accepts
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

GO_AHEAD = 354


class ReplyInterpreter:
    """Tells `recorder` what the replies say, in their order; SENDER runs at first. Each may raise SessionError."""

    def __init__(self, envelope: Envelope, recorder: TimelineRecorder) -> None:
        self._envelope = envelope
        self._recorder = recorder

    def sender(self, reply: Reply) -> None:
        """The sender was accepted; RECIPIENT runs."""
        sender = self._envelope.sender.spec
        if not accepts(reply):
            raise sender_refused(sender, reply)
        self._recorder.done(sender)
        self._recorder.begin(Stage.RECIPIENT)

    def recipients(self, replies: Sequence[Reply]) -> None:
        """Some recipients were accepted, in the envelope's order; CONTENT runs."""
        answered = list(zip(self._envelope.recipients, replies, strict=True))
        turned_down = [(recipient, reply) for recipient, reply in answered if not accepts(reply)]
        if len(turned_down) == len(answered):
            raise _recipients_refused(turned_down)
        self._recorder.refused = tuple(RecipientRefused(recipient=r.spec, reply=reply) for r, reply in turned_down)
        accepted = ", ".join(recipient.spec for recipient, reply in answered if accepts(reply))
        refusals = [f"{recipient.spec} refused: {reply}" for recipient, reply in turned_down]
        self._recorder.done("; ".join([accepted, *refusals]))
        self._recorder.begin(Stage.CONTENT)

    def go_ahead(self, reply: Reply) -> None:
        """The server waits for the content that DATA announced."""
        if reply.code != GO_AHEAD:
            raise _content_refused(reply)

    def content(self, reply: Reply) -> None:
        """The server has taken the mail."""
        if not accepts(reply):
            raise _content_refused(reply)
        self._recorder.done(str(reply))


def sender_refused(sender: str, reply: Reply) -> SessionError:
    """Returns the end that a refused MAIL makes."""
    return refused(reply, msg("The server refused the sender {sender}: {reply}", sender=sender, reply=str(reply)))


def outcome_unknown() -> SessionError:
    """Returns the end of a mail that may have arrived: only the server's log knows (RFC 1047)."""
    return SessionError(
        FailureKind.OUTCOME_UNKNOWN,
        msg("The mail was handed over, but no answer came. It may or may not arrive: look before sending it again."),
        stage=Stage.CONTENT,
    )


def _recipients_refused(turned_down: Sequence[tuple[Address, Reply]]) -> SessionError:
    # A temporary refusal first: for that recipient it is worth trying again.
    recipient, reply = next((one for one in turned_down if one[1].temporary), turned_down[0])
    return refused(
        reply,
        msg("The server refused the recipient {recipient}: {reply}", recipient=recipient.spec, reply=str(reply)),
    )


def _content_refused(reply: Reply) -> SessionError:
    return refused(reply, msg("The server refused the mail: {reply}", reply=str(reply)))
