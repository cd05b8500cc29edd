"""The door to Microsoft 365 mailboxes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.advice import ReadFailed
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Stage,
    Step,
    StepStatus,
    Timeline,
)
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.cloud import endpoints_of
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.graph.client import GraphClient
from smtp_desktop.transports.graph.entra import EntraSignIn, TokenShelf
from smtp_desktop.transports.graph.http import Http, Wire
from smtp_desktop.transports.graph.mailbox import newest, opened
from smtp_desktop.transports.graph.patience import Patience
from smtp_desktop.transports.graph.sending import GraphSubmission, files_bytes
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_SLOWEST_BYTES_PER_S = 50_000  # what a large mail may take beyond the deadline
_FORBIDDEN = 403
_OF_A_LINE = (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.SEND)


class GraphTransport:
    """Speaks to Microsoft Graph, each conversation on the thread that asks for it. Safe from every thread: the tokens
    that it holds, in memory only, are all that conversations share."""

    def __init__(self, *, deadline_s: float = 120.0, resolve: Resolve = system_resolve) -> None:
        """`deadline_s` bounds a whole conversation; `resolve` finds a host's addresses and may block."""
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._shelf = TokenShelf()

    def converse(
        self,
        mailbox: GraphMailbox,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        """Returns how one conversation went: a token was got anew and the mailbox looked at, and with `mail` Graph took
        or refused it. Raises ValueError for a mail that may not be sent (control characters in a header)."""
        size = files_bytes(mail) if mail else 0
        failure: Failure | None = None
        accepted: HttpReply | None = None
        with Deadline(cancel, deadline_s=self._deadline_s + size / _SLOWEST_BYTES_PER_S) as deadline:
            stages = stages_of(mailbox, sends=mail is not None)
            recorder = TimelineRecorder(stages, on_step=on_step, now_s=lambda: deadline.now_s)
            try:
                with self._client(mailbox, secrets, deadline=deadline, recorder=recorder, cancel=cancel) as client:
                    accepted = _speak(mailbox, client, mail, recorder)
            except SessionError as error:
                failure = recorder.fail(error)
            return recorder.timeline(failure=failure, accepted=accepted)

    def line(self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret]) -> "GraphConnection":
        """Returns a line that sends one mail after the other; see `services.outbox_ports.Lines`."""
        return GraphConnection(mailbox, secrets, shelf=self._shelf, deadline_s=self._deadline_s, resolve=self._resolve)

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        """Returns the newest 25 mails of the inbox, or the page that follows `after`. Raises ReadFailed."""
        with self._reader(mailbox, secrets, cancel) as client:
            return newest(client, after)

    def open(
        self, mailbox: GraphMailbox, mail_id: MailboxMailId, *, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> MailboxMail:
        """Returns one mail, with its headers and body. Raises ReadFailed."""
        with self._reader(mailbox, secrets, cancel) as client:
            return opened(client, mail_id)

    @contextmanager
    def _reader(
        self, mailbox: GraphMailbox, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> Iterator[GraphClient]:
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            recorder = TimelineRecorder(
                stages_of(mailbox, sends=False), on_step=lambda _: None, now_s=lambda: deadline.now_s
            )
            try:
                with self._client(mailbox, secrets, deadline=deadline, recorder=recorder, cancel=cancel) as client:
                    client.begin(recorder, Stage.MAILBOX)
                    yield client
            except SessionError as error:
                raise ReadFailed(recorder.fail(error)) from error

    @contextmanager
    def _client(
        self,
        mailbox: GraphMailbox,
        secrets: Mapping[SecretField, Secret],
        *,
        deadline: Deadline,
        recorder: TimelineRecorder,
        cancel: Cancel,
    ) -> Iterator[GraphClient]:
        recorder.begin(Stage.FIND_HOST)
        with (
            Wire() as wire,
            Http(wire, deadline=deadline, recorder=recorder, cancel=cancel, resolve=self._resolve) as http,
        ):
            patience = Patience(deadline=deadline, recorder=recorder)
            yield client_of(mailbox, secrets, shelf=self._shelf, http=http, recorder=recorder, patience=patience)


def client_of(
    mailbox: GraphMailbox,
    secrets: Mapping[SecretField, Secret],
    *,
    shelf: TokenShelf,
    http: Http,
    recorder: TimelineRecorder,
    patience: Patience,
) -> GraphClient:
    """Returns a client for one conversation."""
    endpoints = endpoints_of(mailbox)
    tokens = EntraSignIn(
        mailbox, endpoints, secrets=secrets, shelf=shelf, http=http, recorder=recorder, patience=patience
    )
    return GraphClient(mailbox, endpoints, http=http, tokens=tokens, recorder=recorder, patience=patience)


def _speak(
    mailbox: GraphMailbox, client: GraphClient, mail: Mail | None, recorder: TimelineRecorder
) -> HttpReply | None:
    client.sign_in(from_entra_id=True)
    how = "as the app" if mailbox.sign_in is SignIn.APP_ONLY else f"as {mailbox.user_name}"
    _go_on(recorder, Stage.MAILBOX, f"Entra ID gave a token {how}")
    found = _look_at(mailbox, client)
    if mail is None:
        recorder.done(found)
        return None
    _go_on(recorder, Stage.SEND, found)
    accepted = GraphSubmission(mail, client, recorder).run()
    recorder.done("accepted by Microsoft 365")
    return accepted


def _look_at(mailbox: GraphMailbox, client: GraphClient) -> str:
    """Returns what is known of the mailbox. Sending needs no permission to read it, so lacking that is no failure."""
    try:
        client.get("/mailFolders", {"$top": "1"})
    except SessionError as error:
        if error.kind is FailureKind.GRAPH_REFUSED and error.reply and error.reply.code == _FORBIDDEN:
            return f"{mailbox.user_name}: may not be read by this app, which sending does not need"
        raise
    return mailbox.user_name


def _go_on(recorder: TimelineRecorder, stage: Stage, detail: str) -> None:
    recorder.done(detail)
    recorder.begin(stage)


class GraphConnection:
    """Sends with the token and over the connections of the mail before, as long as they last. Used from one thread at a
    time."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        secrets: Mapping[SecretField, Secret],
        *,
        shelf: TokenShelf,
        deadline_s: float,
        resolve: Resolve,
    ) -> None:
        self._mailbox = mailbox
        self._secrets = secrets
        self._shelf = shelf
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._wire = Wire()

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Returns what became of `mail`; see `services.outbox_ports.Line`."""
        failure: Failure | None = None
        accepted: HttpReply | None = None
        if self._wire.brakes.pulled:
            self._wire.close()
            self._wire = Wire()
        with Deadline(cancel, deadline_s=self._deadline_s + files_bytes(mail) / _SLOWEST_BYTES_PER_S) as deadline:
            recorder = TimelineRecorder(_OF_A_LINE, on_step=on_step, now_s=lambda: deadline.now_s)
            try:
                accepted = self._send(mail, deadline=deadline, recorder=recorder, cancel=cancel)
            except SessionError as error:
                failure = recorder.fail(error)
            timeline = recorder.timeline(failure=failure, accepted=accepted)
        gone_through = tuple(
            s for s in timeline.steps if s.stage is Stage.SEND or s.outcome is not StepStatus.NOT_REACHED
        )
        return replace(timeline, steps=gone_through)

    @property
    def room(self) -> int:
        """One: Graph takes each mail in a request of its own."""
        return 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[None]:  # noqa: ARG002 - the port has it
        """Sends none of them; see `services.outbox_ports.Line`."""
        return [None for _ in mails]

    def close(self) -> None:
        """Its connections are closed. A second call does nothing."""
        self._wire.close()

    def _send(self, mail: Mail, *, deadline: Deadline, recorder: TimelineRecorder, cancel: Cancel) -> HttpReply:
        with Http(self._wire, deadline=deadline, recorder=recorder, cancel=cancel, resolve=self._resolve) as http:
            patience = Patience(deadline=deadline, recorder=recorder)
            client = client_of(
                self._mailbox, self._secrets, shelf=self._shelf, http=http, recorder=recorder, patience=patience
            )
            client.begin(recorder, Stage.SEND)
            accepted = GraphSubmission(mail, client, recorder).run()
            recorder.done("accepted by Microsoft 365")
        return accepted
