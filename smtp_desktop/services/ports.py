"""What the use cases need from the outside. Adapters fit these by their shape; mypy checks the fit in `bootstrap`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Everything asks for ports, and at every start: what they speak of is loaded by who deals in it.
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.checks.dns_answer import DnsAnswer
    from smtp_desktop.domain.checks.health import CheckResult, ServerFact
    from smtp_desktop.domain.diagnosis.conversation import Step, Timeline, TlsMode
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.mail.address import Address
    from smtp_desktop.domain.mail.message import Mail
    from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark, ReceivedMail
    from smtp_desktop.domain.secret import Secret, SecretRef
    from smtp_desktop.domain.smtp.certificate import Authority, Certificate
    from smtp_desktop.domain.smtp.profile import (
        GenericServer,
        GraphMailbox,
        ProfileId,
        SecretField,
        Server,
        SmtpProfile,
    )


class ProfileStore(Protocol):
    """Keeps SMTPs. Every call is one transaction; all may raise StoreError. Safe from every thread."""

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name ignoring case."""
        ...

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        """Raises NoSuchProfile."""
        ...

    def put(self, profile: SmtpProfile) -> None:
        """Inserts or updates; a default takes that from the other one. Secret places that the SMTP used before
        and uses no more become `stale_secrets`; those it uses stop being so. Raises FieldErrors for a taken name."""
        ...

    def delete(self, profile_id: ProfileId, *, new_default: ProfileId | None) -> None:
        """Deletes it with its history, makes `new_default` the default if given, and makes its secrets' places
        `stale_secrets`. Raises NoSuchProfile for either."""
        ...

    def announce_secret(self, ref: SecretRef) -> None:
        """Notes that a secret is about to be written to `ref`, as stale until an SMTP that uses it is put."""
        ...

    def stale_secrets(self) -> Sequence[SecretRef]:
        """Returns the places whose secrets no SMTP uses and that are yet to be erased."""
        ...

    def abandoned_secrets(self) -> Sequence[SecretRef]:
        """Returns the stale ones, without those that were announced within the last day: another thread or process
        may be about to put an SMTP that uses them."""
        ...

    def forget_secret(self, ref: SecretRef) -> None:
        """Notes that the stale secret at `ref` is erased."""
        ...


class HealthStore(Protocol):
    """Keeps what tests and checks found. All may raise StoreError. Safe from every thread."""

    def record(self, *results: CheckResult) -> None:
        """Keeps them, and the last 200 of each SMTP; drops those whose SMTP is gone."""
        ...

    def latest(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        """Returns the last `count` results of every SMTP that has any, oldest first."""
        ...

    def of(self, profile_id: ProfileId, count: int) -> Sequence[CheckResult]:
        """Returns the last `count` results of one SMTP, oldest first."""
        ...

    def learn(self, fact: ServerFact) -> None:
        """Remembers how this host and port secure connections, in place of what was known."""
        ...

    def server_fact(self, host: str, port: int) -> ServerFact | None:
        """Returns what is known of that host, in ASCII, and port."""
        ...

    def server_facts(self) -> Sequence[ServerFact]: ...


class Vault(Protocol):
    """Keeps secrets. Any call may block for as long as a person needs to unlock it; all may raise VaultError."""

    def new_ref(self, profile_id: ProfileId, field: SecretField) -> SecretRef:
        """Returns a place that nothing was ever kept in. Raises VaultLocked where no vault is open for writing."""
        ...

    def put(self, ref: SecretRef, secret: Secret) -> None: ...

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns None when nothing is kept there."""
        ...

    def erase(self, ref: SecretRef) -> None:
        """After it nothing is kept there, whether or not there was before."""
        ...


class Transport(Protocol):
    """Speaks to servers. Never raises for what the network or the server does: the timeline tells."""

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        """Holds one conversation: up to sign-in, and with `mail` until the server accepts or refuses it.

        `secrets` are those that the server's kind of sign-in needs; `known_mode` is how it was found to turn on TLS.
        `on_step` hears of each step when it starts (RUNNING) and when it ends, on the calling thread.
        """
        ...


class Prober(Protocol):
    """Looks how far servers let in. Sends no mail; never raises for what the network or the server does."""

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
    ) -> Timeline:
        """Returns how it went to connect, secure and greet, and, where the server asks for sign-in, either to sign in
        with `password`, once, or without one to be offered a way to. With `sender` the server was asked whether that
        may send (MAIL FROM), which was taken back (RSET): it got neither a recipient nor content."""
        ...


class Mailboxes(Protocol):
    """Reads Microsoft 365 mailboxes, and changes nothing in them: what is unread stays so. Both raise ReadFailed."""

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        """Returns the newest 25 mails of the inbox, or the page that follows `after`."""
        ...

    def open(
        self, mailbox: GraphMailbox, mail_id: MailboxMailId, *, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> MailboxMail: ...


class Questions(Protocol):
    """Look-ups in DNS that share a time limit. `name` is ASCII. None raises: what can't be asked, not answered in time
    or not public is UNKNOWN."""

    def txt(self, name: str) -> DnsAnswer:
        """Returns the texts at `name`."""
        ...

    def mx(self, name: str) -> DnsAnswer:
        """Returns the hosts that take mail for `name`, the first choice first; "" stands for none (RFC 7505)."""
        ...

    def addresses(self, name: str) -> DnsAnswer:
        """Returns the IPv4 and IPv6 addresses of `name`."""
        ...


class Dns(Protocol):
    """Asks this computer's DNS servers. Safe from every thread."""

    def questions(self, cancel: Cancel) -> Questions:
        """Returns look-ups that all together take three seconds at most, and end with `cancel`."""
        ...


class Authorities(Protocol):
    """Reads the certificates of CAs that an SMTP can trust. Any call may block on the disk."""

    def read(self, path: Path) -> Authority:
        """Returns the one CA that the file holds, in PEM or DER form. Raises FieldErrors for `trusted_ca_pem`."""
        ...

    def certificate(self, pem: str) -> Certificate | None:
        """Returns what the certificate of a trusted CA says; None where it can't be read."""
        ...

    def issued(self, authority: Authority, chain: tuple[Certificate, ...]) -> bool:
        """Whether the CA has issued one certificate of `chain` or is in it; also where too little is known of them."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Returns the present moment, aware UTC."""
        ...


class Events(Protocol):
    def publish(self, event: Event) -> None:
        """Tells everyone who listens. Safe from every thread; never raises."""
        ...


class Preferences(Protocol):
    """Keeps the window's choices as text. Both may raise StoreError. Safe from every thread."""

    def all(self) -> dict[str, str]: ...

    def put(self, key: str, value: str) -> None: ...


class Inbox(Protocol):
    """What the local inbox received, newest first. In memory: answers at once, on any thread."""

    def all(self) -> Sequence[ReceivedMail]: ...

    def clear(self) -> None: ...


class InboxServer(Protocol):
    """The local inbox's server."""

    user_name: str
    password: Secret

    @property
    def ca_pem(self) -> str:
        """The CA that vouches for the server; empty before the first start."""
        ...

    def start(self, port: int = 0) -> int:
        """Listens on `port`, or a free one for 0; returns the port in use. Raises PortTaken and other errors for the
        admin."""
        ...
