"""Handing one mail to a server that has let us in."""

from collections import deque

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.conversation import FailureKind, RecipientRefused, Reply, Stage
from smtp_desktop.domain.message import Mail, Message, RawMessage
from smtp_desktop.domain.text import text
from smtp_desktop.transports.ending import CUT_OFF, Ended, refused
from smtp_desktop.transports.mime import compose, needs_smtputf8
from smtp_desktop.transports.record import Record
from smtp_desktop.transports.smtp.dialogue import Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.protocol import Capabilities, dotted, mail_from, rcpt_to

_GO_AHEAD = 354
_DATA = "DATA"


class Submission:
    """MAIL, RCPT and DATA: in one flight where the server offers PIPELINING (RFC 2920), else one by one."""

    def __init__(
        self, mail: Mail, capabilities: Capabilities, *, dialogue: Dialogue, record: Record, limits: Limits
    ) -> None:
        self._mail = mail
        self._capabilities = capabilities
        self._dialogue = dialogue
        self._record = record
        self._limits = limits
        self._awaited: deque[str] = deque()  # said, and not answered yet
        self._sender_accepted = False
        self._recipients_accepted = 0

    def run(self) -> Reply:
        """Returns the server's final word: it has taken the mail. Raises Ended."""
        self._record.begin(Stage.SENDER)
        content = self._content()
        mail_line, *rcpt_lines = self._envelope(content)
        if self._capabilities.pipelining:
            self._say(mail_line, *rcpt_lines, _DATA)
        self._sender(mail_line)
        self._recipients(rcpt_lines)
        return self._deliver(content)

    def leave_tidy(self, *, limit_s: float) -> bool:
        """Reads what a pipelined flight still has to bring. Returns whether the server now waits for a command;
        where it waits for content that nobody shall get, only hanging up is safe. Raises Ended."""
        while self._awaited:
            answered = self._awaited[0]
            reply = self._hear(limit_s)
            if answered == _DATA and reply.code == _GO_AHEAD:
                if not self._sender_accepted or self._recipients_accepted:
                    return False
                # RFC 2920 3.1: with every recipient refused, DATA is ended by a lone dot.
                self._dialogue.say(".")
                self._dialogue.hear(limit_s=limit_s)
        return True

    def _content(self) -> bytes:
        envelope, message = self._mail.envelope, self._mail.message
        international = [a for a in (envelope.sender, *envelope.recipients, *_named(message)) if a.needs_smtputf8]
        self._smtputf8 = bool(international) or needs_smtputf8(message)
        if self._smtputf8 and not self._capabilities.smtputf8:
            raise not_international(international[0].spec if international else "a header that is not ASCII")
        content = compose(message, seven_bit=not self._capabilities.eight_bit, smtputf8=self._smtputf8)
        limit = self._capabilities.size_bytes
        if limit and len(content) > limit:
            raise Ended(
                FailureKind.TOO_LARGE,
                text(
                    "The mail has {size} bytes, and this server takes no more than {limit}. Make it smaller.",
                    size=len(content),
                    limit=limit,
                ),
            )
        return content

    def _envelope(self, content: bytes) -> list[str]:
        envelope = self._mail.envelope
        sender = mail_from(
            envelope.sender,
            self._capabilities,
            size_bytes=len(content),
            eight_bit=not content.isascii(),
            smtputf8=self._smtputf8,
        )
        return [sender, *(rcpt_to(recipient) for recipient in envelope.recipients)]

    def _say(self, *lines: str) -> None:
        self._dialogue.say(*lines)
        self._awaited.extend(lines)

    def _ask(self, line: str) -> Reply:
        if not self._capabilities.pipelining:
            self._say(line)
        return self._hear(self._limits.reply_s)

    def _hear(self, limit_s: float) -> Reply:
        reply = self._dialogue.hear(limit_s=limit_s)
        self._awaited.popleft()
        return reply

    def _sender(self, line: str) -> None:
        sender = self._mail.envelope.sender.spec
        reply = self._ask(line)
        if not _accepts(reply):
            raise refused(
                reply, text("The server refused the sender {sender}: {reply}", sender=sender, reply=str(reply))
            )
        self._sender_accepted = True
        self._record.done(sender)

    def _recipients(self, lines: list[str]) -> None:
        self._record.begin(Stage.RECIPIENT)
        accepted: list[str] = []
        turned_down: list[tuple[Address, Reply]] = []
        for recipient, line in zip(self._mail.envelope.recipients, lines, strict=True):
            reply = self._ask(line)
            if _accepts(reply):
                accepted.append(recipient.spec)
                self._recipients_accepted += 1
            else:
                turned_down.append((recipient, reply))
        if not accepted:
            # A temporary refusal first: for that recipient it is worth trying again.
            recipient, reply = next((one for one in turned_down if one[1].temporary), turned_down[0])
            raise refused(
                reply,
                text(
                    "The server refused the recipient {recipient}: {reply}",
                    recipient=recipient.spec,
                    reply=str(reply),
                ),
            )
        self._record.refused = tuple(RecipientRefused(recipient=r.spec, reply=reply) for r, reply in turned_down)
        refusals = [f"{recipient.spec} refused: {reply}" for recipient, reply in turned_down]
        self._record.done("; ".join([", ".join(accepted), *refusals]))

    def _deliver(self, content: bytes) -> Reply:
        self._record.begin(Stage.CONTENT)
        reply = self._ask(_DATA)
        if reply.code != _GO_AHEAD:
            raise _content_refused(reply)
        # Who was told that the content is about to go out may have forbidden it.
        self._dialogue.watch.check()
        self._dialogue.say_content(dotted(content), size_bytes=len(content))
        reply = self._final_reply()
        if not _accepts(reply):
            raise _content_refused(reply)
        self._record.done(str(reply))
        return reply

    def _final_reply(self) -> Reply:
        try:
            reply = self._dialogue.hear(limit_s=self._limits.final_reply_s)
        except Ended as ended:
            if ended.kind in CUT_OFF and self._dialogue.channel.all_sent:
                # The final dot may have arrived: only the server's log knows (RFC 1047).
                raise Ended(
                    FailureKind.OUTCOME_UNKNOWN,
                    text(
                        "The mail was handed over, but no answer came. "
                        "It may or may not arrive: look before sending it again."
                    ),
                ) from ended
            raise
        if _accepts(reply) and not self._dialogue.channel.all_sent:
            raise Ended(
                FailureKind.PROTOCOL,
                text("The server claimed to have taken the mail before it had all of it. It may be cut short."),
            )
        return reply


def _named(message: Message | RawMessage) -> tuple[Address, ...]:
    return () if isinstance(message, RawMessage) else (message.header_from, *message.to, *message.cc)


def not_international(what: str) -> Ended:
    """Returns the end of handing over `what`, which is not ASCII, to a server without SMTPUTF8."""
    return Ended(
        FailureKind.SMTPUTF8_MISSING,
        text(
            "This server can't carry {address}: it takes only plain letters before the @. "
            "Use another address, or a server that offers SMTPUTF8.",
            address=what,
        ),
    )


def _content_refused(reply: Reply) -> Ended:
    return refused(reply, text("The server refused the mail: {reply}", reply=str(reply)))


def _accepts(reply: Reply) -> bool:
    return reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1: positive completion
