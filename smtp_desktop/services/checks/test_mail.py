"""The mail that a test sends."""

from collections.abc import Callable

from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message
from smtp_desktop.domain.sign_in.words import sign_in_words
from smtp_desktop.domain.smtp.identity import identity_of, with_signature
from smtp_desktop.domain.smtp.profile import GenericServer, Server, SmtpProfile
from smtp_desktop.services.ports import Clock


class TestMailWriter:
    """Writes test mails, which say what the SMTP's settings are."""

    def __init__(self, *, clock: Clock, new_message_id: Callable[[str], str], program: str) -> None:
        """`new_message_id` makes a Message-ID, with its angle brackets, for a domain; `program` is name and version."""
        self._clock = clock
        self._new_message_id = new_message_id
        self._program = program

    def write(self, profile: SmtpProfile, to: Address) -> Mail:
        """Returns a mail from the identity of `profile`, with its signature."""
        identity = identity_of(profile)
        body = "\n".join(
            (
                f"This is a test message from the SMTP {profile.name or '(not named yet)'}.",
                "",
                *_server_lines(profile.server),
                f"From: {identity.header_from}",
                "",
                f"Sent by {self._program}.",
            )
        )
        message = Message(
            header_from=identity.header_from,
            to=(to,),
            subject=f"Test message from {profile.name}",
            text=with_signature(body, profile.signature),
            message_id=self._new_message_id(identity.header_from.domain),
            date=self._clock.now(),
        )
        return Mail(envelope=Envelope(sender=identity.envelope_sender, recipients=(to,)), message=message)


def _server_lines(server: Server) -> tuple[str, ...]:
    if isinstance(server, GenericServer):
        return (
            f"Host Name: {server.host_name}",
            f"SMTP Port: {server.smtp_port}",
            "Type: Generic",
            f"SMTP TLS/SSL: {'on' if server.tls else 'off'}",
            *((f"Sign-in: {sign_in_words(server)}",) if server.oauth else ()),
            f"User Name: {server.user_name or '(no sign-in)'}",
        )
    return (
        f"Tenant Id: {server.tenant_id}",
        f"Mailbox: {server.user_name}",
        "Type: MS Graph API",
        f"Sign-in: {sign_in_words(server)}",
    )
