"""The mails in the demo's Microsoft 365 mailbox, as Graph describes them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_SENDERS = (
    ("Rosa Diaz", "r.diaz@contoso.example"),
    ("Accounts payable", "ap@fabrikam.example"),
    ("Mail Delivery", "postmaster@northwind.example"),
    ("Mina Lopez", "m.lopez@contoso.example"),
)
_SUBJECTS = ("Re: Invoice {n}", "Question about invoice {n}", "Undeliverable: Invoice {n}", "Invoice {n} is paid")
_TEXTS = (
    "Thank you, invoice {n} has arrived.",
    "Is the delivery date on invoice {n} right? We had agreed on Friday.",
    "Your message about invoice {n} could not be delivered: the address is unknown.",
    "Invoice {n} was paid today.",
)
_COUNT = 34  # more than a page
_NEWEST_NUMBER = 2291
_APART = timedelta(minutes=47)


def sample_mails(mailbox: str, now: datetime) -> Mapping[str, dict[str, object]]:
    """Returns some mails to `mailbox` by their ids, the newest first."""
    return {f"sample-{number}": _mail(number, mailbox, now - _APART * (number + 1)) for number in range(_COUNT)}


def _mail(number: int, mailbox: str, received_at: datetime) -> dict[str, object]:
    kind, invoice = number % len(_SUBJECTS), _NEWEST_NUMBER - number
    sender, subject = _recipient(*_SENDERS[kind]), _SUBJECTS[kind].format(n=invoice)
    text = _TEXTS[kind].format(n=invoice)
    received = f"{received_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    body = {"contentType": "html", "content": f"<p>Hello,</p><p>{text}</p><p><i>{_SENDERS[kind][0]}</i></p>"}
    return {
        "id": f"sample-{number}",
        "subject": subject,
        "from": sender,
        "toRecipients": [_recipient("Invoices", mailbox)],
        "ccRecipients": [],
        "receivedDateTime": received,
        "isRead": number > 1,
        "hasAttachments": kind == 1,
        "body": body if kind != 2 else {"contentType": "text", "content": text},  # noqa: PLR2004 - the report
        "internetMessageHeaders": [
            {"name": "From", "value": f"{_SENDERS[kind][0]} <{_SENDERS[kind][1]}>"},
            {"name": "Subject", "value": subject},
            {"name": "Message-ID", "value": f"<{invoice}@northwind.example>"},
        ],
    }


def _recipient(name: str, address: str) -> dict[str, object]:
    return {"emailAddress": {"name": name, "address": address}}
