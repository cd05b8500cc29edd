"""The stages of a conversation with each kind of server, and their names."""

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Reply, Stage, StepStatus
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import GenericServer, Server, SignIn

_GRAPH = (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.MAILBOX, Stage.SEND)


def stages_of(server: Server, *, sends: bool) -> tuple[Stage, ...]:
    """Returns the stages of a conversation with `server`, in their order; those of a mail only where it `sends`."""
    if not isinstance(server, GenericServer):
        return _GRAPH if sends else _GRAPH[:-1]
    left_out = set(_GRAPH[2:])
    if not server.tls:
        left_out.add(Stage.SECURE)
    if not server.auth_required:
        left_out.add(Stage.SIGN_IN)
    if not sends:
        left_out |= {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT}
    stages = tuple(stage for stage in Stage if stage not in left_out)
    return (Stage.TOKEN, *stages) if signs_in_by_token(server) else stages


def signs_in_by_token(server: GenericServer) -> bool:
    """Returns whether the sign-in is by an access token, which is taken before anything is said to the server."""
    return server.auth_required and server.sign_in is not SignIn.PASSWORD


_LONG_MS = 10_000
_NAMES = {
    Stage.FIND_HOST: msg("Find host"),
    Stage.CONNECT: msg("Connect"),
    Stage.SECURE: msg("Secure"),
    Stage.GREET: msg("Greet"),
    Stage.SIGN_IN: msg("Sign in"),
    Stage.SENDER: msg("Sender"),
    Stage.RECIPIENT: msg("Recipient"),
    Stage.CONTENT: msg("Content"),
    Stage.TOKEN: msg("Access token"),
    Stage.MAILBOX: msg("Read the mailbox"),
    Stage.SEND: msg("Send"),
}
_COULD_NOT = {
    Stage.FIND_HOST: "{name} could not find its host",
    Stage.CONNECT: "{name} could not connect",
    Stage.SECURE: "{name} could not secure the connection",
    Stage.GREET: "{name} was not greeted",
    Stage.SIGN_IN: "{name} could not sign in",
    Stage.SENDER: "{name} could not get the sender accepted",
    Stage.RECIPIENT: "{name} could not get the recipient accepted",
    Stage.CONTENT: "{name} could not hand over the message",
    Stage.TOKEN: "{name} could not get an access token",
    Stage.MAILBOX: "{name} could not read the mailbox",
    Stage.SEND: "{name} could not send the message",
}
_STATUSES = {
    StepStatus.DONE: msg("done"),
    StepStatus.FAILED: msg("failed"),
    StepStatus.UNKNOWN: msg("outcome unknown"),
    StepStatus.RUNNING: msg("running"),
    StepStatus.NOT_REACHED: msg("not reached"),
}


def stage_text(stage: Stage) -> MessageText:
    """Returns the name of the stage."""
    return _NAMES[stage]


def could_not_text(stage: Stage, name: str) -> MessageText:
    """Returns what the SMTP `name` could not do, as a clause, when it failed at `stage`."""
    return msg(_COULD_NOT[stage], name=name)


def said_text(reply: Reply | HttpReply, stage: Stage | None = None) -> MessageText:
    """Returns who gave the reply, at `stage`, as the beginning of a sentence: "The server said"."""
    if isinstance(reply, Reply):
        return msg("The server said")
    return msg("The authorization server said") if stage is Stage.TOKEN else msg("Microsoft said")


def status_text(status: StepStatus) -> MessageText:
    """Returns the status in a word or two."""
    return _STATUSES[status]


def took_text(duration_ms: float) -> MessageText:
    """Returns a duration in words: in milliseconds, from ten seconds on in seconds."""
    if duration_ms >= _LONG_MS:
        return msg("{seconds} s", seconds=f"{duration_ms / 1000:.1f}")
    return msg("{ms} ms", ms=f"{duration_ms:.0f}")
