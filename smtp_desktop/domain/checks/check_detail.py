"""The details of a test or check that are kept beside its result, for whoever looks into its history."""

from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.smtp.profile import GenericServer, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedServer:
    """The server that was tried. `host_name` is as typed."""

    host_name: str
    smtp_port: int
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDetail:
    """`server` is None for a mailbox, `recipient` "" for a check, and `timeline` None where the conversation is so old
    that it is not kept any more."""

    server: TriedServer | None
    recipient: str = ""
    timeline: Timeline | None = None


def tried_server(server: Server) -> TriedServer | None:
    """Returns what is kept of `server`; None for a mailbox."""
    if not isinstance(server, GenericServer):
        return None
    return TriedServer(host_name=server.host_name, smtp_port=server.smtp_port, tls=server.tls)
