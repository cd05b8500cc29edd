"""A mail transaction (RFC 5321 3.3): MAIL, RCPT, and the content by DATA or BDAT."""

import re

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Reply, Stage
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, cut_short, out_of_step
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import Limits
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage, prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, bdat, dot_stuffed, is_completion
from smtp_desktop.transports.smtp.replies import ReplyInterpreter, contradicts, outcome_unknown

# RFC 5321 4.2.2: syntax, not implemented, bad sequence. A server that offers CHUNKING has no reason to say so.
_COMMAND_UNKNOWN = range(500, 505)
_OUT_OF_STEP = re.compile(r"synchroni[sz]|pipelin|out of sync", re.IGNORECASE)  # as Postfix, Exim and Gmail say it
_CUT_OFF = frozenset({FailureKind.CLOSED, FailureKind.TIMED_OUT, FailureKind.PROTOCOL})


class OfferBroken(Exception):
    """The server breaks on an extension that it offers, and has accepted nothing of the mail. Only closing the
    connection is safe; on the next one the mail can go without that extension."""


class ChunkingRefused(OfferBroken):
    """The server does not know BDAT. It may read the content as commands."""


class PipeliningBroken(OfferBroken):
    """The server fails on several commands at once, as far as can be seen: it complains, stays silent or hangs up."""


class Transaction:
    """Sends one mail: MAIL and RCPT as one batch where the server offers PIPELINING (RFC 2920), else one by one.

    Once a recipient was accepted, the content goes by BDAT where the server offers CHUNKING (RFC 3030), else after
    DATA. That is no part of the batch: servers count it as an error where every recipient was refused, and hang up on
    clients with several errors.
    """

    def __init__(
        self,
        mail: Mail,
        capabilities: Capabilities,
        *,
        commands: CommandChannel,
        limits: Limits,
    ) -> None:
        self._mail = mail
        self._capabilities = capabilities
        self._commands = commands
        self._recorder = commands.recorder
        self._limits = limits
        self._awaited = 0  # commands that were sent and not answered yet

    def run(self) -> Reply:
        """Sends the mail, and returns the reply that accepted it.

        Raises SessionError, OfferBroken, and ValueError for a mail that no server may get.
        """
        self._recorder.begin(Stage.SENDER)
        prepared = prepare(self._mail, self._capabilities)
        interpreter = ReplyInterpreter(prepared, self._recorder)
        self._send_envelope(prepared, interpreter)
        if not self._capabilities.chunking:
            interpreter.go_ahead(self._execute("DATA", limit_s=min(self._limits.data_s, self._limits.reply_s)))
        # A listener that was notified of CONTENT may have cancelled.
        self._commands.deadline.check()
        self._check_that_content_is_awaited()
        return self._send_content(prepared, interpreter)

    def drain(self, *, limit_s: float) -> None:
        """Reads the replies to commands that were sent ahead. Raises SessionError."""
        while self._awaited:
            self._read_reply(limit_s)

    def _send_envelope(self, prepared: PreparedMessage, interpreter: ReplyInterpreter) -> None:
        batch = (prepared.mail_command, *prepared.rcpt_commands)
        limit_s = self._limits.reply_s
        if self._capabilities.pipelining:
            limit_s = min(limit_s, self._limits.pipelined_s)
            self._queue(*batch)
        try:
            interpreter.sender(self._execute(prepared.mail_command, limit_s=limit_s))
            interpreter.recipients([self._execute(line, limit_s=limit_s) for line in prepared.rcpt_commands])
        except SessionError as error:
            if self._capabilities.pipelining and _may_be_pipelining(error) and self._commands.deadline.left_s:
                raise PipeliningBroken from error
            raise

    def _queue(self, *lines: str) -> None:
        self._commands.queue(*lines)
        self._awaited += len(lines)

    def _execute(self, line: str, *, limit_s: float) -> Reply:
        """Returns the reply to `line`, which is sent now unless it was part of the batch."""
        if not self._awaited:
            self._commands.check_step()
            self._queue(line)
        return self._read_reply(limit_s)

    def _read_reply(self, limit_s: float) -> Reply:
        reply = self._commands.read_reply(limit_s=limit_s)
        self._awaited -= 1
        return reply

    def _check_that_content_is_awaited(self) -> None:
        try:
            self._commands.check_step()
        except SessionError as error:
            if error.kind is not FailureKind.CLOSED:
                raise
            raise SessionError(
                FailureKind.CLOSED,
                msg("The server closed the connection before the message was sent. Nothing was sent; try again."),
                detail=FailureDetail.NO_CONTENT_SENT,
            ) from error

    def _send_content(self, prepared: PreparedMessage, interpreter: ReplyInterpreter) -> Reply:
        size_bytes = len(prepared.content)
        if self._capabilities.chunking:
            self._commands.queue(bdat(size_bytes))
            self._commands.queue_content(prepared.content, size_bytes=size_bytes)
        else:
            self._commands.queue_content(dot_stuffed(prepared.content), size_bytes=size_bytes)
        reply = self._final_reply()
        if self._capabilities.chunking and reply.code in _COMMAND_UNKNOWN:
            raise ChunkingRefused
        interpreter.content(reply)
        return reply

    def _final_reply(self) -> Reply:
        """Returns the reply to the content. Once the last byte of that was handed over, only a clear reply tells what
        became of the mail (RFC 1047)."""
        try:
            self._commands.send_all(block_s=self._limits.block_s)
            reply = self._commands.read_reply(limit_s=self._limits.final_reply_s, strict=True)
        except SessionError as error:
            if error.kind is FailureKind.REPLY or not self._commands.channel.all_sent:
                raise
            was_cut_short = error.kind is FailureKind.TIMED_OUT and self._limits.for_a_person
            raise outcome_unknown(cut_short(error) if was_cut_short else error) from error
        if not self._commands.channel.all_sent:
            if is_completion(reply):
                raise SessionError(
                    FailureKind.PROTOCOL,
                    msg("The server accepted the message before it had all of it. It may arrive incomplete."),
                )
        elif contradicts(self._commands.next_code(), reply):
            raise outcome_unknown(out_of_step(reply))
        return reply


def _may_be_pipelining(error: SessionError) -> bool:
    said = error.reply is not None and _OUT_OF_STEP.search(error.reply.words)
    return bool(said) or error.kind in _CUT_OFF or error.detail is FailureDetail.OUT_OF_STEP
