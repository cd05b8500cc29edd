"""The reader of Microsoft 365 mailboxes."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import NotAMailbox
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GraphMailbox, ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.ports import Mailboxes, ProfileStore
from smtp_desktop.services.server_access import ServerAccess

T = TypeVar("T")


class MailboxReader:
    """Reads the inbox behind an SMTP of type MS Graph API. Any call may block on the network and the keyring: never
    call it on the GUI thread."""

    def __init__(self, *, store: ProfileStore, access: ServerAccess, mailboxes: Mailboxes, adviser: Adviser) -> None:
        self._store = store
        self._access = access
        self._mailboxes = mailboxes
        self._adviser = adviser

    def newest(self, profile_id: ProfileId, *, after: PageMark | None, cancel: Cancel) -> MailboxPage:
        """Returns the newest 25 mails, or the page that follows `after`. Raises ReadFailed with a diagnosis,
        NotAMailbox, NoSuchProfile, VaultError, StoreError."""
        return self._read(
            profile_id,
            lambda mailbox, secrets: self._mailboxes.newest(mailbox, secrets=secrets, after=after, cancel=cancel),
        )

    def open(self, profile_id: ProfileId, mail_id: MailboxMailId, *, cancel: Cancel) -> MailboxMail:
        """Returns a mail with its headers and body, and leaves it read or unread as it was. Raises as `newest` does."""
        return self._read(
            profile_id,
            lambda mailbox, secrets: self._mailboxes.open(mailbox, mail_id, secrets=secrets, cancel=cancel),
        )

    def _read(self, profile_id: ProfileId, read: Callable[[GraphMailbox, Mapping[SecretField, Secret]], T]) -> T:
        profile, mailbox = self._mailbox(profile_id)
        secrets = self._access.credentials_of(profile, self._store.get).secrets
        try:
            return read(mailbox, secrets)
        except ReadFailed as error:
            raise ReadFailed(error.failure, self._adviser.diagnose(error.failure, profile)) from error

    def _mailbox(self, profile_id: ProfileId) -> tuple[SmtpProfile, GraphMailbox]:
        profile = self._store.get(profile_id)
        if not isinstance(profile.server, GraphMailbox):
            raise NotAMailbox(
                msg("{name} is an SMTP server; only Microsoft 365 accounts have a mailbox to read.", name=profile.name)
            )
        return profile, profile.server
