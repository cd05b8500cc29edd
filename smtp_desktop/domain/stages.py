"""Which stages a conversation has."""

from smtp_desktop.domain.conversation import Stage
from smtp_desktop.domain.profile import GenericServer, Server

_GRAPH = (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.MAILBOX, Stage.SEND)


def stages_of(server: Server, *, sends: bool) -> tuple[Stage, ...]:
    """Returns the stages of a conversation with `server`, in their order; without those of a mail unless it `sends`."""
    if not isinstance(server, GenericServer):
        return _GRAPH if sends else _GRAPH[:-1]
    left_out = set(_GRAPH[2:])
    if not server.tls:
        left_out.add(Stage.SECURE)
    if not server.auth_required:
        left_out.add(Stage.SIGN_IN)
    if not sends:
        left_out |= {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT}
    return tuple(stage for stage in Stage if stage not in left_out)
