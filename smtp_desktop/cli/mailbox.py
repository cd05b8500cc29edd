"""smtp-desktop mailbox list|show"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.lazy_group import LazyGroup
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import table
from smtp_desktop.cli.output.times import local_text, utc_text
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.mail.html_text import plain_text
from smtp_desktop.domain.mail.received import BARREN_PAGES, MailboxMail, MailboxMailId, MailSummary, PageMark
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import MailboxMessage, OpenedMailboxMessage

_LIMIT = 25
MAX_LIMIT = 1000
_LONGEST_HTML = 5_000_000  # characters: some seconds


@click.group(cls=LazyGroup)
def mailbox() -> None:
    """Read the inbox of a Microsoft 365 mailbox. Unread messages stay unread."""


@mailbox.command("list")
@click.argument("name", shell_complete=smtp_names)
@click.option(
    "--limit", metavar="N", type=whole_number(1, MAX_LIMIT), help=f"List at most N messages (default: {_LIMIT})."
)
@click.pass_obj
def list_newest(session: Session, name: str, limit: int | None) -> None:
    """List the newest messages in the inbox of an SMTP's mailbox.

    \b
    Examples:
      smtp-desktop mailbox list Invoices --limit 100
    """
    print_newest(session, name, limit)


@mailbox.command()
@click.argument("name", shell_complete=smtp_names)
@click.argument("mail_id", metavar="[ID]", required=False)
@click.pass_obj
def show(session: Session, name: str, mail_id: str | None) -> None:
    """Show a message in the inbox of an SMTP's mailbox: the newest, or the one with this ID.

    \b
    Examples:
      smtp-desktop mailbox show Invoices
      smtp-desktop mailbox list Invoices --json        (lists the IDs)
    """
    print_message(session, name, mail_id)


def print_newest(session: Session, name: str, limit: int | None) -> None:
    """Prints the newest messages of that SMTP's mailbox. Raises NoSuchProfile, NotAMailbox, ReadFailed, VaultError."""
    wanted = limit or _LIMIT
    with session.open() as services:
        profile = services.profiles.by_name(name)
        mails, has_more = _newest(services, profile.id, wanted)
    lines = _list_lines(mails) or [f"The inbox of {profile.server.user_name} is empty."]
    session.output.answer([_summary_document(summary) for summary in mails], *lines)
    if has_more and not session.output.is_quiet:
        session.output.notice(f"Showing the newest {wanted:,}; use --limit N to see more.")


def print_message(session: Session, name: str, mail_id: str | None) -> None:
    """Prints a message of that SMTP's mailbox; without an ID, the newest. Raises as `print_newest` does."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        if mail_id is None:
            mail_id = next((summary.id for summary in _newest(services, profile.id, 1)[0]), None)
        if mail_id is None:
            raise NoSuchDelivery(msg("The inbox of {user} is empty.", user=profile.server.user_name))
        mail = _opened(services, profile.id, MailboxMailId(mail_id))
    session.output.answer(_mail_document(mail), *_mail_lines(mail))


def _opened(services: Services, profile_id: ProfileId, mail_id: MailboxMailId) -> MailboxMail:
    def open_it(cancel: Cancel) -> MailboxMail:
        return services.mailbox_reader.open(profile_id, mail_id, cancel=cancel)

    return with_open_vault(services, lambda: interruptible(open_it))


def _newest(services: Services, profile_id: ProfileId, count: int) -> tuple[list[MailSummary], bool]:
    """Returns the newest messages, at most `count`, and whether there are more."""

    def read(cancel: Cancel) -> tuple[list[MailSummary], bool]:
        # Mail that arrives between two pages pushes others to the next one, so that these come twice.
        found: dict[MailboxMailId, MailSummary] = {}
        after: PageMark | None = None
        barren = 0
        while len(found) < count and barren < BARREN_PAGES:
            page = services.mailbox_reader.newest(profile_id, after=after, cancel=cancel)
            known = len(found)
            found |= {mail.id: mail for mail in page.mails}
            barren = barren + 1 if len(found) == known else 0
            after = page.next
            if after is None:
                break
        return list(found.values())[:count], len(found) > count or after is not None

    return with_open_vault(services, lambda: interruptible(read))


def _list_lines(mails: Sequence[MailSummary]) -> list[str]:
    return table(
        [
            {
                "NEW": "-" if mail.is_read else "new",
                "FILES": "files" if mail.has_attachments else "-",
                "RECEIVED": _local(mail.received_at) or "-",
                "FROM": mail.from_,
                "SUBJECT": mail.subject,
            }
            for mail in mails
        ]
    )


def _mail_lines(mail: MailboxMail) -> list[str]:
    summary = mail.summary
    heads = [
        ("From", summary.from_),
        ("To", ", ".join(mail.to)),
        ("Cc", ", ".join(mail.cc)),
        ("Received", _local(summary.received_at)),
        ("Subject", summary.subject),
    ]
    shown = {"from", "to", "cc", "subject"}
    heads += [(header.name, header.value) for header in mail.headers if header.name.lower() not in shown]
    # A value with a line end could be taken for a header of its own.
    lines = [" ".join(f"{name}: {value}".splitlines()) for name, value in heads if value]
    body = plain_text(mail.html[:_LONGEST_HTML]) if mail.html else mail.text
    cut = ["", "[The rest of the HTML is too long to be shown as text.]"] if len(mail.html) > _LONGEST_HTML else []
    return [*lines, "", *body.splitlines(), *cut]


def _local(time: datetime | None) -> str:
    return local_text(time) if time else ""


def _summary_document(mail: MailSummary) -> MailboxMessage:
    received_at = mail.received_at
    return {
        "id": mail.id,
        "from": mail.from_,
        "subject": mail.subject,
        "received_at": utc_text(received_at) if received_at else None,
        "is_read": mail.is_read,
        "has_attachments": mail.has_attachments,
    }


def _mail_document(mail: MailboxMail) -> OpenedMailboxMessage:
    return {
        **_summary_document(mail.summary),
        "to": list(mail.to),
        "cc": list(mail.cc),
        "headers": [{"name": header.name, "value": header.value} for header in mail.headers],
        "text": mail.text,
        "html": mail.html,
    }
