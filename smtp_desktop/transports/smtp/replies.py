"""Interpretation of a server's replies to the commands of one mail."""

import re
from collections.abc import Sequence

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Reply, Stage
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, out_of_step, refused
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage
from smtp_desktop.transports.smtp.protocol import is_completion
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

GO_AHEAD = 354
CLOSING = 221  # the reply to QUIT alone
UNREACHABLE = Reply(
    code=553,  # RFC 6531 3.5
    enhanced_code="5.6.7",
    text=("not tried: this server accepts only ASCII characters before the @ (it does not support SMTPUTF8)",),
)
"""Stands in place of a reply for a recipient whom the server was not asked about, since it can't carry the address."""
_TOO_MANY = re.compile(
    r"too many (recipients|rcpt|addresses)|(maximum|limit|number) .*recipients|recipients? limit", re.I
)
_OTHER_LACK = re.compile(r"mailbox|quota|full|storage|space|disk|memory|resource", re.IGNORECASE)
_INSUFFICIENT = 452
_FINAL = frozenset({2, 4, 5})  # RFC 5321 4.2.1: the first digits of the replies that decide


class ReplyInterpreter:
    """Turns the replies to one mail, in their order, into the stages of `recorder`, where SENDER runs at first. Raises
    SessionError for a refusal."""

    def __init__(self, prepared: PreparedMessage, recorder: TimelineRecorder) -> None:
        self._envelope = prepared.envelope
        self._recorder = recorder
        for recipient in prepared.unreachable:
            recorder.refuse(recipient.spec, UNREACHABLE)

    def sender(self, reply: Reply) -> None:
        """Takes the reply to MAIL; RECIPIENT runs next."""
        sender = self._envelope.sender.spec or "<>"
        if not is_completion(reply):
            raise sender_refused(sender, reply)
        self._recorder.done(sender)
        self._recorder.begin(Stage.RECIPIENT)

    def recipients(self, replies: Sequence[Reply]) -> None:
        """Takes the replies to RCPT, in the envelope's order; CONTENT runs next, unless every recipient was refused."""
        answered = list(zip(self._envelope.recipients, replies, strict=True))
        rejected = [(recipient, reply) for recipient, reply in answered if not is_completion(reply)]
        for recipient, reply in rejected:
            self._recorder.refuse(recipient.spec, reply)
        if len(rejected) == len(answered):
            raise _recipients_refused(rejected)
        accepted = [recipient.spec for recipient, reply in answered if is_completion(reply)]
        self._recorder.take(*accepted)
        refusals = [f"{refused.recipient} refused: {refused.reply}" for refused in self._recorder.refused]
        self._recorder.done("; ".join([", ".join(self._recorder.taken), *refusals]))
        self._recorder.begin(Stage.CONTENT)

    def go_ahead(self, reply: Reply) -> None:
        """Takes the reply to DATA."""
        if is_completion(reply):
            raise out_of_step(reply)
        if reply.code != GO_AHEAD:
            raise _content_refused(reply)

    def content(self, reply: Reply) -> None:
        """Takes the reply to the content, which is the last one."""
        if not is_final(reply):
            raise outcome_unknown(out_of_step(reply))
        if not is_completion(reply):
            raise _content_refused(reply)
        self._recorder.done(str(reply))


def is_final(reply: Reply) -> bool:
    """Returns whether the reply, to the content, says what became of the mail."""
    return reply.code // 100 in _FINAL and reply.code != CLOSING


def contradicts(code: int, reply: Reply) -> bool:
    """Returns whether `code`, of a further reply to the same content, says something else than `reply`."""
    return code != 0 and code // 100 != reply.code // 100


def is_too_many(reply: Reply) -> bool:
    """Returns whether the server refuses the recipient only since the mail has as many as it takes at once: the
    recipient belongs into a further transaction (RFC 5321 4.5.3.1.10)."""
    if reply.enhanced_code:
        return reply.enhanced_code.partition(".")[2] == "5.3" or _TOO_MANY.search(reply.words) is not None
    if _TOO_MANY.search(reply.words):
        return True
    return reply.code == _INSUFFICIENT and not _OTHER_LACK.search(reply.words)


def sender_refused(sender: str, reply: Reply) -> SessionError:
    """Returns the error for a refused MAIL."""
    return refused(reply, msg("The server refused the sender {sender}: {reply}", sender=sender, reply=str(reply)))


def outcome_unknown(cause: SessionError | None = None) -> SessionError:
    """Returns the error for a mail that may have arrived: only the server's log knows (RFC 1047). `cause` is why there
    is no clear answer."""
    if cause and cause.detail is FailureDetail.CUT_SHORT:
        message = msg(
            "The message was handed over, but no answer came within {seconds} seconds, and the test stopped waiting. "
            "It may or may not arrive; check before you send it again.",
            seconds=cause.message.values.get("seconds", ""),
        )
    elif cause is None or cause.kind is not FailureKind.PROTOCOL:
        message = msg(
            "The message was handed over, but no answer came. It may or may not arrive; check before you send it again."
        )
    else:
        message = msg(
            "The message was handed over, but the answer does not say what became of it. "
            "It may or may not arrive; check before you send it again."
        )
    reply, detail = (cause.reply, cause.detail) if cause else (None, None)
    return SessionError(FailureKind.OUTCOME_UNKNOWN, message, reply=reply, stage=Stage.CONTENT, detail=detail)


def _recipients_refused(rejected: Sequence[tuple[Address, Reply]]) -> SessionError:
    # A temporary refusal first: that recipient is worth another try.
    recipient, reply = next((one for one in rejected if one[1].temporary), rejected[0])
    return refused(
        reply,
        msg("The server refused the recipient {recipient}: {reply}", recipient=recipient.spec, reply=str(reply)),
    )


def _content_refused(reply: Reply) -> SessionError:
    return refused(reply, msg("The server refused the message: {reply}", reply=str(reply)))
