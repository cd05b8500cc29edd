"""The transport of Microsoft 365 mailboxes: checks, sends and reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Stage,
    Step,
    StepStatus,
    Timeline,
)
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.cloud import graph_endpoints_of
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.graph.client import GraphClient
from smtp_desktop.transports.graph.entra import EntraSignIn, TokenCache
from smtp_desktop.transports.graph.mailbox import newest, opened
from smtp_desktop.transports.graph.message_submission import GraphSubmission, content_bytes
from smtp_desktop.transports.graph.messages import not_graph
from smtp_desktop.transports.http.client import Http, HttpConnections
from smtp_desktop.transports.http.exchange import Service
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_SLOWEST_BYTES_PER_S = 50_000  # extends the deadline of a large mail
_FORBIDDEN = 403
# Graph itself gives up on a request before 100 s are over.
_MICROSOFT = Service(foreign=not_graph, answer_s=100.0, max_answer_bytes=64 * 1024 * 1024)
_STAGES_OF_A_MAIL = (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.SEND)


class GraphTransport:
    """Talks to Microsoft Graph, each conversation on the calling thread. Safe from every thread: conversations share
    nothing but the tokens, which are in memory only."""

    def __init__(
        self, *, deadline_s: float = 120.0, resolve: Resolve = system_resolve, localhost_ca_pem: str = ""
    ) -> None:
        """`deadline_s` bounds a whole conversation; `resolve` finds a host's addresses and may block.
        `localhost_ca_pem` is a CA that is trusted for localhost alone: the demo plays Microsoft there."""
        self._localhost_ca_pem = localhost_ca_pem
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._token_cache = TokenCache()

    def converse(
        self,
        mailbox: GraphMailbox,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        """Acquires a new token, looks at the mailbox, and sends `mail` if there is one. Returns how it went. Raises
        ValueError for a mail that may not be sent (control characters in a header)."""
        size = content_bytes(mail) if mail else 0
        failure: Failure | None = None
        accepted: HttpReply | None = None
        with Deadline(cancel, deadline_s=self._deadline_s + size / _SLOWEST_BYTES_PER_S) as deadline:
            stages = stages_of(mailbox, sends=mail is not None)
            recorder = TimelineRecorder(stages, on_step=on_step, now_s=lambda: deadline.now_s)
            try:
                with self._client(mailbox, secrets, deadline=deadline, recorder=recorder, cancel=cancel) as client:
                    accepted = _converse(mailbox, client, mail, recorder)
            except SessionError as error:
                failure = recorder.fail(error)
            return recorder.timeline(failure=failure, accepted=accepted)

    def connection(self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret]) -> "GraphConnection":
        """Returns a connection that sends one mail after the other, not yet open."""
        return GraphConnection(
            mailbox,
            secrets,
            token_cache=self._token_cache,
            deadline_s=self._deadline_s,
            resolve=self._resolve,
            connect=lambda: HttpConnections(self._localhost_ca_pem),
        )

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
            HttpConnections(self._localhost_ca_pem) as connections,
            Http(
                connections,
                deadline=deadline,
                recorder=recorder,
                cancel=cancel,
                resolve=self._resolve,
                service=_MICROSOFT,
            ) as http,
        ):
            throttled = ThrottledSender(deadline=deadline, recorder=recorder)
            yield client_of(
                mailbox, secrets, token_cache=self._token_cache, http=http, recorder=recorder, throttled=throttled
            )


def client_of(
    mailbox: GraphMailbox,
    secrets: Mapping[SecretField, Secret],
    *,
    token_cache: TokenCache,
    http: Http,
    recorder: TimelineRecorder,
    throttled: ThrottledSender,
) -> GraphClient:
    """Returns a client for one conversation."""
    endpoints = graph_endpoints_of(mailbox)
    tokens = EntraSignIn(
        mailbox, endpoints, secrets=secrets, token_cache=token_cache, http=http, recorder=recorder, throttled=throttled
    )
    return GraphClient(mailbox, endpoints, http=http, tokens=tokens, recorder=recorder, throttled=throttled)


def _converse(
    mailbox: GraphMailbox, client: GraphClient, mail: Mail | None, recorder: TimelineRecorder
) -> HttpReply | None:
    client.sign_in(from_entra_id=True)
    how = "as the app" if mailbox.sign_in is SignIn.APP_ONLY else f"as {mailbox.user_name}"
    _next_stage(recorder, Stage.MAILBOX, f"Entra ID gave a token {how}")
    found = _look_at(mailbox, client)
    if mail is None:
        recorder.done(found)
        return None
    _next_stage(recorder, Stage.SEND, found)
    accepted = GraphSubmission(mail, client, recorder).run()
    recorder.done("accepted by Microsoft 365")
    return accepted


def _look_at(mailbox: GraphMailbox, client: GraphClient) -> str:
    """Returns what the mailbox step shows. A missing permission to read is no failure, since sending does not need
    it."""
    try:
        client.get("/mailFolders", {"$top": "1"})
    except SessionError as error:
        if error.kind is FailureKind.GRAPH_REFUSED and error.reply and error.reply.code == _FORBIDDEN:
            return f"{mailbox.user_name}: this app can't read the mailbox, but sending does not require it"
        raise
    return mailbox.user_name


def _next_stage(recorder: TimelineRecorder, stage: Stage, detail: str) -> None:
    recorder.done(detail)
    recorder.begin(stage)


class GraphConnection:
    """A `MailConnection` that sends with the token and the HTTPS connections of the mail before, as long as they last.
    For one thread at a time."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        secrets: Mapping[SecretField, Secret],
        *,
        token_cache: TokenCache,
        deadline_s: float,
        resolve: Resolve,
        connect: Callable[[], HttpConnections],
    ) -> None:
        self._connect = connect
        self._mailbox = mailbox
        self._secrets = secrets
        self._token_cache = token_cache
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._connections = self._connect()

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Sends `mail` and returns how it went; see `MailConnection`."""
        failure: Failure | None = None
        accepted: HttpReply | None = None
        if self._connections.sockets.is_shut_down:
            self._connections.close()
            self._connections = self._connect()
        with Deadline(cancel, deadline_s=self._deadline_s + content_bytes(mail) / _SLOWEST_BYTES_PER_S) as deadline:
            recorder = TimelineRecorder(_STAGES_OF_A_MAIL, on_step=on_step, now_s=lambda: deadline.now_s)
            try:
                accepted = self._send(mail, deadline=deadline, recorder=recorder, cancel=cancel)
            except SessionError as error:
                failure = recorder.fail(error)
            timeline = recorder.timeline(failure=failure, accepted=accepted)
        reached = tuple(s for s in timeline.steps if s.stage is Stage.SEND or s.status is not StepStatus.NOT_REACHED)
        return replace(timeline, steps=reached)

    @property
    def room(self) -> int:
        """Always 1: Graph takes each mail in a request of its own."""
        return 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[None]:  # noqa: ARG002 - the port has it
        """Sends none of them; see `MailConnection`."""
        return [None for _ in mails]

    def close(self) -> None:
        """Closes the HTTPS connections. A second call does nothing."""
        self._connections.close()

    def _send(self, mail: Mail, *, deadline: Deadline, recorder: TimelineRecorder, cancel: Cancel) -> HttpReply:
        with Http(
            self._connections,
            deadline=deadline,
            recorder=recorder,
            cancel=cancel,
            resolve=self._resolve,
            service=_MICROSOFT,
        ) as http:
            throttled = ThrottledSender(deadline=deadline, recorder=recorder)
            client = client_of(
                self._mailbox,
                self._secrets,
                token_cache=self._token_cache,
                http=http,
                recorder=recorder,
                throttled=throttled,
            )
            client.begin(recorder, Stage.SEND)
            accepted = GraphSubmission(mail, client, recorder).run()
            recorder.done("accepted by Microsoft 365")
        return accepted
