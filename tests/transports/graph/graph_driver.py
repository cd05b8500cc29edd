"""The driver that the tests of the Graph transport share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.address import Address, parse_address
from smtp_desktop.domain.mail.message import Attachment, Envelope, Mail, Message
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.graph.transport import GraphTransport

SECRETS = {SecretField.PASSWORD: Secret(PASSWORD), SecretField.CLIENT_SECRET: Secret(CLIENT_SECRET)}
ANNA = parse_address("Anna <anna@contoso.example>")


def a_mail(
    *attachments: Attachment, sender: str = USER_NAME, to: Address = ANNA, hidden: tuple[Address, ...] = ()
) -> Mail:
    """Returns a mail with a text that needs more than ASCII."""
    header_from = parse_address(sender)
    return Mail(
        envelope=Envelope(sender=parse_address(USER_NAME), recipients=(ANNA, *hidden)),
        message=Message(
            header_from=header_from,
            to=(ANNA,),
            subject="Grüße – Quarterly numbers",
            text="Alles gut.\nGrüße\n",
            message_id="<4711.graph@northwind.example>",
            date=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            attachments=attachments,
        ),
    )


class GraphDriver:
    """Drives one Graph transport as the services do."""

    def __init__(self, servers: Microsoft, *, deadline_s: float = 60.0) -> None:
        self.servers = servers
        self.transport = GraphTransport(deadline_s=deadline_s)
        self.mailbox = GraphMailbox(
            user_name=USER_NAME,
            tenant_id=TENANT,
            client_id=CLIENT_ID,
            cloud=Cloud.CUSTOM,
            authority=servers.entra.url,
            graph_url=servers.graph.url,
        )
        self.secrets = dict(SECRETS)

    def app_only(self) -> "GraphDriver":
        """Signs in as the app, without a password, from now on."""
        self.mailbox = replace(self.mailbox, sign_in=SignIn.APP_ONLY)
        del self.secrets[SecretField.PASSWORD]
        return self

    def converse(
        self,
        mail: Mail | None = None,
        *,
        cancel: Cancel | None = None,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> Timeline:
        """Runs a check, or a test with `mail`, and returns how it went."""
        return self.transport.converse(
            self.mailbox, secrets=self.secrets, mail=mail, cancel=cancel or Cancel(), on_step=on_step
        )

    def newest(self, after: PageMark | None = None) -> MailboxPage:
        """Returns a page of the inbox."""
        return self.transport.newest(self.mailbox, secrets=self.secrets, after=after, cancel=Cancel())

    def open(self, mail_id: MailboxMailId) -> MailboxMail:
        """Returns one mail."""
        return self.transport.open(self.mailbox, mail_id, secrets=self.secrets, cancel=Cancel())

    def graph_calls(self) -> list[tuple[str, str]]:
        """Returns method and path of every request to Graph."""
        return [(call.method, call.path) for call in self.servers.graph.calls]


def failure_of(timeline: Timeline) -> Failure:
    """Returns the failure, which there has to be."""
    assert timeline.failure is not None
    return timeline.failure


def reply_of(timeline: Timeline) -> HttpReply:
    """Returns Microsoft's reply in the failure."""
    reply = failure_of(timeline).reply
    assert isinstance(reply, HttpReply)
    return reply


def statuses(timeline: Timeline) -> dict[Stage, StepStatus]:
    """Returns the status of each stage."""
    return {step.stage: step.status for step in timeline.steps}
