"""A mail in the outbox, before it is known which SMTP it goes out through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.message import Attachment, Envelope, Mail, Message, RawMessage, identity_of, with_signature
from smtp_desktop.domain.profile import SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an activity has triggered. The SMTP adds who it is from and its signature each time it is tried;
    `message_id` (with angle brackets) and `date` (aware) stay the same. `text` or `html` may be empty, not both."""

    to: tuple[Address, ...]
    subject: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everyone who gets it, each once, in the order of To, Cc, Bcc."""
        return unique((*self.to, *self.cc, *self.bcc))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedLetter:
    """A message that was finished elsewhere. `raw` is sent as it is; `sender` is the envelope's, or None for the
    SMTP's own."""

    raw: bytes
    recipients: tuple[Address, ...]
    message_id: str
    subject: str = ""
    sender: Address | None = None


def unique(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Returns `addresses` without those that came before."""
    addresses = tuple(addresses)
    if len(addresses) == 1:
        return addresses
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.spec, address)
    return tuple(found.values())


def mail_of(letter: Letter | FinishedLetter, profile: SmtpProfile, recipients: tuple[Address, ...]) -> Mail:
    """Returns the mail that `letter` is when it goes out through `profile` to `recipients`, who may be fewer than all.
    Raises BadAddress where neither the From Address nor the user name of `profile` is an address."""
    identity = identity_of(profile)
    if isinstance(letter, FinishedLetter):
        sender = letter.sender or identity.envelope_sender
        return Mail(
            envelope=Envelope(sender=sender, recipients=recipients),
            message=RawMessage(raw=letter.raw, message_id=letter.message_id),
        )
    return Mail(
        envelope=Envelope(sender=identity.envelope_sender, recipients=recipients),
        message=Message(
            header_from=identity.header_from,
            to=letter.to,
            cc=letter.cc,
            subject=letter.subject,
            text=with_signature(letter.text, profile.signature) if letter.text or not letter.html else "",
            html=_with_html_signature(letter.html, profile.signature),
            message_id=letter.message_id,
            date=letter.date,
            attachments=letter.attachments,
        ),
    )


def _with_html_signature(html: str, signature: str) -> str:
    if not html or not signature.strip():
        return html
    from html import escape  # noqa: PLC0415 - its table of entities takes 0.5 MB, also in the process that waits

    lines = "<br>".join(escape(line) for line in signature.rstrip().splitlines())
    block = f"<div>-- <br>{lines}</div>"
    # Before the end of the body where there is one, so that it stays inside the document.
    body, end, rest = html.rpartition("</body>")
    return f"{body}{block}{end}{rest}" if end else html + block
