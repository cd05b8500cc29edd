"""The format of mails (`services.ports.MailFormat`): written as they go out, read as the local inbox reads them."""
# ruff: noqa: PLC0415 - writing and reading are imported by the first mail that somebody opens

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.domain.errors import DamagedMail
from smtp_desktop.domain.mail.message import Message, MessageBytes
from smtp_desktop.domain.message_text import msg

if TYPE_CHECKING:
    from smtp_desktop.domain.mail.received import MailContent


class Rfc5322:
    """Mails as RFC 5322 and MIME have them."""

    def compose(self, message: Message | MessageBytes) -> bytes:
        """Returns the message as a server gets it that takes all that there is. Raises DamagedMail."""
        from smtp_desktop.transports.mime.compose import compose, needs_smtputf8
        from smtp_desktop.transports.mime.header_values import BadMail

        try:
            return compose(message, seven_bit=False, smtputf8=needs_smtputf8(message))
        except BadMail as error:
            if isinstance(message, MessageBytes):
                return message.raw  # no server gets it, and so it is looked at
            raise DamagedMail(msg("The message can't be encoded: {reason}.", reason=str(error))) from error

    def read(self, raw: bytes) -> MailContent:
        """Returns all that can be read of `raw`. Blocks for up to some seconds; never raises."""
        from smtp_desktop.local_inbox.reader import read

        return read(raw)
