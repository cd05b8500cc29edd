"""Mails in a mailbox, read through Microsoft Graph."""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any
from urllib.parse import quote

from smtp_desktop.domain.mail.received import Header, MailboxMail, MailboxMailId, MailboxPage, MailSummary, PageMark
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.graph.client import GraphClient
from smtp_desktop.transports.graph.messages import not_graph
from smtp_desktop.transports.http.replies import list_in, object_in, text_in

_PAGE = 25
_LARGEST_PAGE = 1_000  # Graph's own limit for $top
_LISTED = "id,subject,from,receivedDateTime,isRead,hasAttachments"
_OPENED = f"{_LISTED},toRecipients,ccRecipients,internetMessageHeaders,body"


def newest(client: GraphClient, after: PageMark | None) -> MailboxPage:
    """Returns a page of the inbox. Raises SessionError."""
    if after is None:
        query = {"$top": str(_PAGE), "$select": _LISTED, "$orderby": "receivedDateTime desc"}
        document = client.get("/mailFolders/inbox/messages", query)
    else:
        document = client.get_url(after)
    mails = document.get("value")
    if not isinstance(mails, list):
        raise not_graph(msg("its list of messages is not a list"))
    following = text_in(document.get("@odata.nextLink"))
    if following == after:
        following = ""  # a page that follows itself would be loaded for ever
    return MailboxPage(
        mails=tuple(_summary(mail) for mail in mails[:_LARGEST_PAGE] if isinstance(mail, dict)),
        next=PageMark(following) if following else None,
    )


def opened(client: GraphClient, mail_id: MailboxMailId) -> MailboxMail:
    """Returns one mail, without marking it as read. Raises SessionError."""
    document = client.get(f"/messages/{quote(mail_id, safe='')}", {"$select": _OPENED})
    body = object_in(document.get("body"))
    content = text_in(body.get("content"))
    is_html = text_in(body.get("contentType")).lower() == "html"
    return MailboxMail(
        summary=_summary(document),
        to=_addresses(document.get("toRecipients")),
        cc=_addresses(document.get("ccRecipients")),
        headers=tuple(
            Header(name=text_in(header.get("name")), value=text_in(header.get("value")))
            for header in map(object_in, list_in(document.get("internetMessageHeaders")))
        ),
        text="" if is_html else content,
        html=content if is_html else "",
    )


def _summary(mail: dict[str, Any]) -> MailSummary:
    return MailSummary(
        id=MailboxMailId(text_in(mail.get("id"))),
        from_=_address(mail.get("from")),
        subject=text_in(mail.get("subject")),
        received_at=_time(text_in(mail.get("receivedDateTime"))),
        is_read=mail.get("isRead") is not False,
        has_attachments=mail.get("hasAttachments") is True,
    )


def _addresses(recipients: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_address, list_in(recipients))))


def _address(recipient: object) -> str:
    address = object_in(object_in(recipient).get("emailAddress"))
    name, spec = text_in(address.get("name")), text_in(address.get("address"))
    return f"{name} <{spec}>" if name and spec and name != spec else name or spec


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Near the first and the last year that there is, no other time zone can show it.
    return time if time.tzinfo and MINYEAR < time.year < MAXYEAR else None
