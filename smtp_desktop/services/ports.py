"""Ports: what the use cases need from outside. Adapters match them by structure; mypy checks that in `composition`.

The ports of the courier are in `services.delivery.ports`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Annotations alone: every command would load all values that any port carries, as long as Python takes to start.
    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.checks.check_detail import CheckDetail, TriedServer
    from smtp_desktop.domain.checks.dns_answer import DnsAnswer
    from smtp_desktop.domain.checks.health import CheckResult, ServerFact
    from smtp_desktop.domain.diagnosis.conversation import Step, Timeline, TlsMode
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.kept_form import KeptForm, KeptFormId
    from smtp_desktop.domain.mail.address import Address
    from smtp_desktop.domain.mail.message import Mail, Message, MessageBytes
    from smtp_desktop.domain.mail.received import (
        MailboxMail,
        MailboxMailId,
        MailboxPage,
        MailContent,
        PageMark,
        ReceivedMail,
    )
    from smtp_desktop.domain.secret import Secret, SecretRef
    from smtp_desktop.domain.setup import Setup
    from smtp_desktop.domain.sign_in.tokens import TokenSource
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
    """Stores SMTPs. Every call is one transaction; all may raise StoreError. Safe from every thread."""

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name in natural order."""
        ...

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        """Returns one SMTP. Raises NoSuchProfile."""
        ...

    def named(self, name: str) -> SmtpProfile | None:
        """Returns the SMTP of that name, ignoring case; None where there is none."""
        ...

    def add(self, make: Callable[[Sequence[SmtpProfile]], SmtpProfile]) -> SmtpProfile:
        """Inserts what `make` returns, which gets all that are stored, the default first; where it is the default, no
        other one is any longer. Its secrets must have been announced, and are no longer stale. Returns it with its
        version. Raises FieldErrors for a taken name, ChangedMeanwhile for a secret that was given up, and what `make`
        raises; then nothing was changed."""
        ...

    def change(self, profile_id: ProfileId, change: Callable[[SmtpProfile], SmtpProfile]) -> SmtpProfile:
        """Changes the SMTP to what `change` makes of it as it is stored; nobody else writes in between. As `add`
        otherwise; secrets that it used before and no longer uses become `stale_secrets`. The version is a new one where
        anything was changed. Raises NoSuchProfile, and as `add` does."""
        ...

    def delete(
        self, profile_id: ProfileId, *, new_default: ProfileId | None, keep_secrets: bool = False
    ) -> SmtpProfile:
        """Deletes the SMTP with its history, makes its secrets `stale_secrets`, and makes `new_default` the default in
        its place. With `keep_secrets`, backups keep theirs; else they are lost to these, too. Returns it as it was
        stored. Raises NoSuchProfile for either, ChangedMeanwhile where it is the default and no other one is named
        though there are some, or where one is named and it is not the default."""
        ...

    def announce_secret(self, ref: SecretRef) -> None:
        """Records that a secret is about to be written to `ref`: it is stale until an SMTP that uses it is stored."""
        ...

    def stale_secrets(self) -> Sequence[SecretRef]:
        """Returns the secrets that no SMTP uses, no backup keeps, and that are yet to be erased."""
        ...

    def abandon_secrets(self) -> Sequence[SecretRef]:
        """Gives up the secrets that were announced more than a day ago: from now on no SMTP can be stored that uses
        one. Returns the stale secrets without those that were announced later, which another thread or process may be
        about to use."""
        ...

    def forget_secret(self, ref: SecretRef) -> None:
        """Records that the stale secret at `ref` is erased."""
        ...


class SetupStore(Protocol):
    """All SMTPs, activities and choices, as a whole. Every call is one transaction; all may raise StoreError. Safe from
    every thread."""

    def read(self) -> Setup:
        """Returns all there is: the SMTPs with the default first, then by name in natural order, and the activities by
        name."""
        ...

    def change(self, make: Callable[[Setup], Setup]) -> Setup:
        """Makes the setup what `make` returns, which gets all that is stored; nobody else writes in between. What
        differs is written, what is absent is deleted, names may be exchanged. New secrets must have been announced;
        those that no SMTP uses any more become `ProfileStore.stale_secrets`. Returns what is stored then.

        Raises FieldErrors for a name that two have, NoSuchProfile where an activity names an SMTP that there is not,
        ChangedMeanwhile for a secret that was given up, and what `make` raises; then nothing was changed."""
        ...


class KeptForms(Protocol):
    """Keeps forms on the disk. Safe from every thread."""

    def keep(self, form_id: KeptFormId, form: KeptForm) -> None:
        """Keeps `form` under that id, in place of what was there. Raises StoreError."""
        ...

    def drop(self, form_id: KeptFormId) -> None:
        """Forgets what is kept under that id, if anything. Raises StoreError."""
        ...

    def all(self) -> Mapping[KeptFormId, KeptForm]:
        """Returns all that is kept, the newest first, but what can't be read. Raises StoreError."""
        ...


class HealthStore(Protocol):
    """Stores results of tests and checks, and facts about servers. All may raise StoreError. Safe from every thread."""

    def record(self, *results: CheckResult, details: Mapping[CheckResult, CheckDetail] | None = None) -> None:
        """Stores the results, and what there is of each in `details`, in one transaction; keeps the last 200 of each
        SMTP, with the conversations of the last 3 that worked and the last 20 that did not, and drops those of deleted
        SMTPs."""
        ...

    def detail_of(self, result: CheckResult) -> CheckDetail | None:
        """Returns what is kept of a stored result; None where nothing is."""
        ...

    def last_working(self, profile_id: ProfileId) -> TriedServer | None:
        """Returns the server of the last test or check that worked; None where none did, and for a mailbox."""
        ...

    def latest(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        """Returns the last `count` results of every SMTP that has any, oldest first."""
        ...

    def of(self, profile_id: ProfileId, count: int) -> Sequence[CheckResult]:
        """Returns the last `count` results of one SMTP, oldest first."""
        ...

    def learn(self, fact: ServerFact) -> None:
        """Stores how this host and port secure connections, in place of what was known."""
        ...

    def server_fact(self, host: str, port: int) -> ServerFact | None:
        """Returns the fact about that host, in ASCII, and port."""
        ...

    def server_facts(self) -> Sequence[ServerFact]:
        """Returns all facts, by host and port."""
        ...


class Vault(Protocol):
    """Stores secrets. Any call may block until the user has unlocked the vault; all may raise VaultError."""

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used before, for a secret of `owner`, mostly an SMTP's id. Raises
        VaultLocked where no vault is open for writing."""
        ...

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Stores `secret` at `ref`, in place of what was there."""
        ...

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret at `ref`; None where there is none."""
        ...

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret at `ref`, if there is one."""
        ...

    def exclusive(self, ref: SecretRef, cancel: Cancel) -> AbstractContextManager[None]:
        """Keeps every other thread and process that asks for the same `ref` waiting during the block. The calls above
        do not wait for it. A process that dies lets the next one in. Raises Cancelled where the caller gives up
        waiting."""
        ...


class Transport(Protocol):
    """Holds conversations with servers. Never raises for what the network or the server does: the timeline has it."""

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        token: TokenSource | None = None,
    ) -> Timeline:
        """Holds one conversation: up to sign-in, and with `mail` until the server accepts or refuses it.

        Blocks. `secrets` are those that the server's kind of sign-in needs, or `token` is where it gets an access token
        from, which may raise VaultError and StoreError; `known_mode` is how it was seen to turn on TLS. Calls `on_step`
        when each step starts (RUNNING) and when it ends, on the calling thread.
        """
        ...


class Prober(Protocol):
    """Tries how far servers let a client get. Sends no mail; never raises for what the network or the server does."""

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        unsent_password: Secret | None = None,
        patient: bool = False,
        token: TokenSource | None = None,
    ) -> Timeline:
        """Connects, secures and greets. Where the SMTP signs in, either signs in with `password` or a `token`, once, or
        without one looks whether the server offers a mechanism. With `sender`, asks whether it may send (MAIL FROM) and
        takes that back (RSET): the server gets neither a recipient nor content. `unsent_password` is one that the
        server does not get, but may know: it is withheld like `password`. Waits as long as a check does if `patient`,
        else gives a silent server up sooner. Blocks."""
        ...


class Mailboxes(Protocol):
    """Reads Microsoft 365 mailboxes and changes nothing in them: unread mail stays unread. Both block, and raise
    ReadFailed."""

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        """Returns the newest 25 mails of the inbox, or the page that follows `after`."""
        ...

    def open(
        self, mailbox: GraphMailbox, mail_id: MailboxMailId, *, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> MailboxMail:
        """Returns a mail with its headers and body."""
        ...


class DnsLookups(Protocol):
    """DNS look-ups that share a time limit. `name` is ASCII. None raises: the answer is UNKNOWN where DNS can't be
    asked or does not answer in time, and for names that are not public."""

    def txt(self, name: str) -> DnsAnswer:
        """Returns the texts (TXT) at `name`."""
        ...

    def mx(self, name: str) -> DnsAnswer:
        """Returns the hosts that take mail for `name` (MX), the most preferred first; "" is a null MX (RFC 7505)."""
        ...

    def srv(self, name: str) -> DnsAnswer:
        """Returns the services at `name` (SRV), the most preferred first; one without a host is "not offered here"
        (RFC 2782)."""
        ...

    def addresses(self, name: str) -> DnsAnswer:
        """Returns the IPv4 and IPv6 addresses of `name` (A and AAAA)."""
        ...


class Dns(Protocol):
    """Asks this computer's DNS servers. Safe from every thread."""

    def lookups(self, cancel: Cancel, *, of_networks: bool = False) -> DnsLookups:
        """Returns look-ups that together take at most three seconds, and end with `cancel`. With `of_networks` they ask
        for names of a company's own network, too: only for what the user typed to be looked up."""
        ...


class Authorities(Protocol):
    """Reads the certificates of CAs that an SMTP can trust. Any call may block on the disk."""

    def read(self, path: Path) -> Authority:
        """Returns the one CA that the file holds, in PEM or DER form. Raises FieldErrors for `trusted_ca_pem`."""
        ...

    def parse(self, pem: str) -> Authority:
        """Returns the one CA in a text in PEM form. Raises FieldErrors for `trusted_ca_pem`."""
        ...

    def certificate(self, pem: str) -> Certificate | None:
        """Returns the certificate of a trusted CA, parsed; None where it can't be read."""
        ...

    def issued(self, authority: Authority, chain: tuple[Certificate, ...]) -> bool:
        """Whether the CA issued one certificate of `chain` or is in it; True also where that can't be known."""
        ...


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Returns the present moment, aware UTC."""
        ...


class Events(Protocol):
    """Publishes events to those who listen."""

    def publish(self, event: Event) -> None:
        """Hands `event` to every listener. Safe from every thread; never raises."""
        ...


class Preferences(Protocol):
    """Stores the user's choices as text. Both may raise StoreError. Safe from every thread."""

    def all(self) -> dict[str, str]:
        """Returns a copy of every choice, by key."""
        ...

    def put(self, key: str, value: str) -> None:
        """Stores one choice, in place of the one before."""
        ...


class Inbox(Protocol):
    """The mails that the local inbox received. In memory: no call but `read` blocks. Safe from every thread."""

    def all(self) -> Sequence[ReceivedMail]:
        """Returns the mails, the newest first."""
        ...

    def wait_for_newer(self, than: int, timeout_s: float) -> Sequence[ReceivedMail]:
        """Returns the mails that came after the one of that number, the oldest first. Blocks until there is one, but no
        longer than the timeout."""
        ...

    def read(self, mail: ReceivedMail) -> MailContent:
        """Returns all that can be read of `mail`. Blocks for up to some seconds; never raises."""
        ...

    def clear(self) -> None:
        """Drops all mails."""
        ...


class MailFormat(Protocol):
    """Writes and reads mails. Safe from every thread."""

    def compose(self, message: Message | MessageBytes) -> bytes:
        """Returns the message as a server gets it that takes all that there is. Raises DamagedMail."""
        ...

    def read(self, raw: bytes) -> MailContent:
        """Returns all that can be read of `raw`. Blocks for up to some seconds; never raises."""
        ...


class InboxServer(Protocol):
    """The local inbox's server."""

    user_name: str
    password: Secret

    @property
    def ca_pem(self) -> str:
        """The CA that issued the server's certificate, as PEM; empty before the first start."""
        ...

    @property
    def password_digest(self) -> str:
        """What a later start recognises the password by, in place of the password itself."""
        ...

    def start(self, port: int = 0, *, demands_sign_in: bool = True, earlier_digest: str = "") -> int:
        """Listens on `port`, or on a free one for 0; returns the port in use. Does nothing where it listens already.
        Without `demands_sign_in` it also takes messages from clients that neither encrypt nor sign in. With
        `earlier_digest`, the password of an earlier start is accepted as well. Raises PortTaken and other
        SmtpDesktopErrors."""
        ...


class ChangeSignal(Protocol):
    """Tells whether the database has changed. Safe from every thread."""

    def version(self) -> int:
        """Returns a number that changes whenever anyone changes the database, other processes included."""
        ...
