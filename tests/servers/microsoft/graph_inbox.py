"""The mail folders of the stand-in for Graph: $top, $skip, $select, $orderby and pages."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from servers.https_calls import Call
from servers.microsoft.graph_mail import Refused, SentMail

READ_FIELDS = {"body", "bodyPreview", "uniqueBody", "attachments"}  # what Mail.ReadBasic does not show
_LARGEST_PAGE = 1000
_DEFAULT_PAGE = 10
_SUBJECTS = (
    "Backup finished",
    "Störung im Lager Köln – bitte prüfen",
    "",
    "請求書 2026-11 📎",
    "<b>not bold</b> & \"quoted\" 'twice'",
    "فاتورة نوفمبر",
    "Re: " * 60 + "a very long one",
)
_HTML = '<html><body><p>Hello <b>{number}</b></p><img src="https://tracker.invalid/x.png"></body></html>'


def generated_messages(count: int, mailbox: str) -> list[dict[str, Any]]:
    """Returns `count` messages, newest first: read and unread, with attachments and without, HTML and plain text,
    unusual subjects, some without a sender."""
    newest = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return [_message(number, newest - timedelta(minutes=7 * number), mailbox) for number in range(count)]


def sent_messages(sent: list[SentMail]) -> list[dict[str, Any]]:
    """Returns the messages in Sent Items, newest first."""
    newest = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return [
        _message(number, newest - timedelta(minutes=number), mail.sender)
        | {
            "id": f"AAMkAGI+/sent{number}=",
            "subject": mail.subject,
            "internetMessageId": mail.internet_message_id,
            "isRead": True,
            "hasAttachments": bool(mail.attachments),
            "from": _recipient(mail.sender),
            "toRecipients": [_recipient(address) for address in mail.recipients],
            "body": {"contentType": mail.body_type, "content": mail.body},
        }
        for number, mail in enumerate(reversed(sent))
    ]


def page(call: Call, messages: list[dict[str, Any]], url: str, *, basic: bool) -> dict[str, Any]:
    """Returns the page of `messages` that `call` asks for. With `basic` no body may be asked for. Raises Refused."""
    query = call.query
    unknown = set(query) - {"$top", "$skip", "$select", "$orderby", "$filter", "$count"}
    top, skip = _number(query, "$top", _DEFAULT_PAGE), _number(query, "$skip", 0)
    if unknown or not 1 <= top <= _LARGEST_PAGE or skip < 0:
        raise _bad_query("A parameter of the address is unknown or out of its range.")
    found = _filtered(_ordered(messages, query.get("$orderby", "")), query.get("$filter", ""))
    fields = _fields(query, basic=basic)
    answer: dict[str, Any] = {"@odata.context": f"{url}/v1.0/$metadata#messages"}
    answer["value"] = [_selected(message, fields, basic=basic) for message in found[skip : skip + top]]
    if query.get("$count") == "true":
        answer["@odata.count"] = len(found)
    if skip + top < len(found):
        following = urlencode({**query, "$top": top, "$skip": skip + top}, safe="$", quote_via=quote)
        answer["@odata.nextLink"] = f"{url}{call.path}?{following}"
    return answer


def one(call: Call, message: dict[str, Any], *, basic: bool) -> dict[str, Any]:
    """Returns the properties of `message` that `call` asks for. Raises Refused."""
    if set(call.query) - {"$select"}:
        raise _bad_query("A parameter of the address is unknown.")
    return _selected(message, _fields(call.query, basic=basic), basic=basic)


def _message(number: int, received: datetime, mailbox: str) -> dict[str, Any]:
    html = number % 2 == 0
    plain = f"Hello {number}\r\nKind regards\r\nAnna"
    sender = _recipient(f"anna{number}@contoso.example", "Anna Ångström")
    return {
        "id": base64.b64encode(f"~?>~??message number {number:06}".encode()).decode() + "=",
        "internetMessageId": f"<{number}@contoso.example>",
        "subject": _SUBJECTS[number % len(_SUBJECTS)],
        "from": None if number % 10 == 7 else sender,
        "sender": None if number % 10 == 7 else sender,
        "toRecipients": [_recipient(mailbox)],
        "ccRecipients": [],
        "bccRecipients": [],
        "replyTo": [],
        "receivedDateTime": received.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sentDateTime": received.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "isRead": number % 3 != 0,
        "isDraft": False,
        "hasAttachments": number % 4 == 1,
        "importance": "high" if number % 9 == 4 else "normal",
        "bodyPreview": f"Hello {number}",
        "body": {"contentType": "html", "content": _HTML.format(number=number)}
        if html
        else {"contentType": "text", "content": plain},
        "internetMessageHeaders": [
            {"name": "Received", "value": "from mail.contoso.example by graph.test"},
            {"name": "Subject", "value": _SUBJECTS[number % len(_SUBJECTS)]},
            {"name": "X-Mailer", "value": "Contoso Post 4"},
        ],
    }


def _recipient(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"name": name or address, "address": address}}


def _fields(query: dict[str, str], *, basic: bool) -> set[str] | None:
    if "$select" not in query:
        return None
    fields = {name.strip() for name in query["$select"].split(",")}
    if fields - {*_message(0, datetime.now(UTC), ""), "uniqueBody", "attachments"}:
        raise _bad_query("$select names a property that a message does not have.")
    if basic and fields & READ_FIELDS:
        raise Refused(403, "ErrorAccessDenied", "Access is denied: the body needs Mail.Read.")
    return fields


def _selected(message: dict[str, Any], fields: set[str] | None, *, basic: bool) -> dict[str, Any]:
    if fields is None:
        fields = set(message) - {"internetMessageHeaders"} - (READ_FIELDS if basic else set())
    etag = {"@odata.etag": f'W/"{message["id"][:12]}"', "id": message["id"]}
    return etag | {name: value for name, value in message.items() if name in fields}


def _ordered(messages: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    match order.lower().split():
        case [] | ["receiveddatetime", "desc"]:
            descending = True
        case ["receiveddatetime"] | ["receiveddatetime", "asc"]:
            descending = False
        case _:
            raise _bad_query("$orderby names something else than receivedDateTime.")
    return sorted(messages, key=lambda message: message["receivedDateTime"], reverse=descending)


def _filtered(messages: list[dict[str, Any]], condition: str) -> list[dict[str, Any]]:
    if not condition:
        return messages
    wanted = re.fullmatch(r"internetMessageId eq '(.*)'", condition)
    if wanted is None:
        raise _bad_query("$filter may ask for an internetMessageId only.")
    return [message for message in messages if message["internetMessageId"] == wanted[1].replace("''", "'")]


def _number(query: dict[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdecimal():
        raise _bad_query(f"{name} is no number.")
    return int(text)


def _bad_query(message: str) -> Refused:
    return Refused(400, "RequestBroker--ParseUri", message)
