"""A driver for SmtpConnection: sends mails over a connection that is kept open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.transport_contract import a_mail
from conversations import session_context
from fakes.small import MemoryPipeliningDenylist

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.smtp.connection import SmtpConnection


class ConnectionDriver:
    """One connection to `server`, with a denylist of its own."""

    def __init__(self, server: GenericServer, password: str = "", **changes: Any) -> None:
        """`changes` go into the context of its sessions."""
        self.server = server
        self.pipelining_denylist = MemoryPipeliningDenylist()
        self.connection = SmtpConnection(
            replace(session_context(server, password=password, pipelining_denylist=self.pipelining_denylist), **changes)
        )

    def warm_up(self) -> "ConnectionDriver":
        """Sends one mail, after which there is room for several."""
        assert self.connection.room == 1
        assert self.send().ok
        assert self.connection.room > 1
        return self

    def send(
        self, mail: Mail | None = None, *, cancel: Cancel | None = None, on_step: Callable[[Step], None] | None = None
    ) -> Timeline:
        return self.connection.send(mail or a_mail(), cancel=cancel or Cancel(), on_step=on_step or (lambda _: None))

    def send_many(self, *mails: Mail, cancel: Cancel | None = None) -> list[Timeline | None]:
        return self.connection.send_many(mails, cancel=cancel or Cancel())

    @property
    def is_denied_pipelining(self) -> bool:
        return self.pipelining_denylist.has("127.0.0.1", self.server.smtp_port)
