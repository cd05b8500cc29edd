"""smtp-desktop smtp mailbox"""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import shortened, table
from smtp_desktop.cli.output.plain_text import plain_text
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailSummary, PageMark
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services

_COUNT = 25
_MAX_COUNT = 1000
_FROM_WIDTH = 40


@click.command()
@click.argument("name")
@click.option("--count", type=click.IntRange(1, _MAX_COUNT), help=f"How many mails to list ({_COUNT}).")
@click.option("--message", "mail_id", metavar="ID", help="Open this mail; --json lists the IDs.")
@json_option
@click.pass_obj
def mailbox(session: Session, name: str, count: int | None, mail_id: str | None) -> None:
    """Lists the newest mails in the inbox of a graph mailbox, or opens one; what is unread stays so."""
    if mail_id is not None and count is not None:
        raise click.UsageError("--count does not go with --message.")
    with session.open() as services:
        profile = services.profiles.by_name(name)
        if mail_id is not None:
            mail = _opened(services, profile.id, MailboxMailId(mail_id))
        else:
            mails = _newest(services, profile.id, count or _COUNT)
    if mail_id is not None:
        session.output.result(_mail_document(mail), *_mail_lines(mail))
        return
    lines = _list_lines(mails) or [f"The inbox of {profile.server.user_name} is empty."]
    session.output.result([_summary_document(summary) for summary in mails], *lines)


def _opened(services: Services, profile_id: ProfileId, mail_id: MailboxMailId) -> MailboxMail:
    def open_it(cancel: Cancel) -> MailboxMail:
        return services.mailbox_reader.open(profile_id, mail_id, cancel=cancel)

    return with_open_vault(services, lambda: interruptible(open_it))


def _newest(services: Services, profile_id: ProfileId, count: int) -> list[MailSummary]:
    def read(cancel: Cancel) -> list[MailSummary]:
        # Mail that arrives between two pages pushes others to the next one, so that these come twice.
        found: dict[MailboxMailId, MailSummary] = {}
        after: PageMark | None = None
        while len(found) < count:
            page = services.mailbox_reader.newest(profile_id, after=after, cancel=cancel)
            new = {mail.id: mail for mail in page.mails if mail.id not in found}
            found |= new
            after = page.next
            if after is None or not new:  # a list that goes on without an end leads back to itself
                break
        return list(found.values())[:count]

    return with_open_vault(services, lambda: interruptible(read))


def _list_lines(mails: Sequence[MailSummary]) -> list[str]:
    return table(
        [
            {
                "NEW": "" if mail.is_read else "*",
                "FILES": "*" if mail.has_attachments else "",
                "RECEIVED": _local(mail.received_at),
                "FROM": shortened(mail.from_, _FROM_WIDTH),
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
    body = plain_text(mail.html) if mail.html else mail.text
    return [*lines, "", *body.splitlines()]


def _local(time: datetime | None) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M") if time else ""


def _summary_document(mail: MailSummary) -> dict[str, object]:
    received_at = mail.received_at
    return {
        "id": mail.id,
        "from": mail.from_,
        "subject": mail.subject,
        "received_at": received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if received_at else None,
        "is_read": mail.is_read,
        "has_attachments": mail.has_attachments,
    }


def _mail_document(mail: MailboxMail) -> dict[str, object]:
    return {
        **_summary_document(mail.summary),
        "to": list(mail.to),
        "cc": list(mail.cc),
        "headers": [{"name": header.name, "value": header.value} for header in mail.headers],
        "text": mail.text,
        "html": mail.html,
    }
