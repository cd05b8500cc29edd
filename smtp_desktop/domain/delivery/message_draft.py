"""Messages as they are typed on a command line, without an activity: subject, text and recipients."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in
from smtp_desktop.domain.mail.message import Attachment, TemplateMessage, unique
from smtp_desktop.domain.message_text import MessageText, msg

_CONTROLS = re.compile(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029]+\s*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SUBJECT_LIMIT = 998  # a line of a mail (RFC 5322 2.1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """A message as it was typed: `to`, `cc` and `bcc` are lists of addresses, `attachments` paths. Its From and its
    signature are the SMTP's."""

    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: Sequence[str] = ()


def message_of(
    draft: MessageDraft, attachments: tuple[Attachment, ...], *, message_id: str, date: datetime
) -> TemplateMessage:
    """Returns the message. Raises FieldErrors, which names every refused field."""
    errors: list[FieldError] = []
    to, cc, bcc = (_addresses(draft, field, errors) for field in ("to", "cc", "bcc"))
    problems = {
        "to": None if to or cc or bcc or errors else msg("No recipients. Name at least one with --to."),
        "subject": _text_problem(draft.subject),
        "text": _text_problem(draft.text),
        "html": _text_problem(draft.html),
    }
    errors += [FieldError(field=field, message=problem) for field, problem in problems.items() if problem]
    if errors:
        raise FieldErrors(tuple(errors))
    return TemplateMessage(
        to=to,
        cc=cc,
        bcc=bcc,
        # Apart from each other, the two characters begin no encoded word (RFC 2047), which could hold line ends.
        subject=_CONTROLS.sub(" ", draft.subject).strip().replace("=?", "= ?")[:_SUBJECT_LIMIT],
        text=_with_lf(draft.text),
        html=_with_lf(draft.html),
        attachments=attachments,
        message_id=message_id,
        date=date,
    )


def _addresses(draft: MessageDraft, field: str, errors: list[FieldError]) -> tuple[Address, ...]:
    try:
        return unique(address for typed in getattr(draft, field) for address in addresses_in(typed))
    except BadAddress as error:
        wrong = msg("“{typed}” is not an email address.", typed=str(error)[:80])
        errors.append(FieldError(field=field, message=wrong))
        return ()


def _text_problem(text: str) -> MessageText | None:
    if _LONE_SURROGATE.search(text):
        return msg("It is not UTF-8 text.")
    if "\0" in text:
        return msg("It contains a NUL character, which is not allowed in messages.")  # RFC 5322 2.1.2
    return None


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
