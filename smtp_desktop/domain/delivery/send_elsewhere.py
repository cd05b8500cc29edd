"""Sending a mail again through another SMTP, or to others: as a mail of its own, beside the one that is there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage, unique
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where a mail is to be sent: through the SMTP `smtp_id`, None for the default one, and to `recipients`, which are
    lists of addresses as they were typed; without any, to those that did not get it."""

    smtp_id: ProfileId | None
    recipients: Sequence[str] = ()


def can_send_elsewhere(delivery: Delivery) -> bool:
    """Returns whether no further try follows, so that nobody gets the mail twice by that, and its content is there."""
    return delivery.next_try_at is None and not delivery.content_dropped


def still_wanted(delivery: Delivery) -> tuple[str, ...]:
    """Returns the addresses that did not get it; all where all got it."""
    left = tuple(one.address for one in delivery.recipients if one.state is not DeliveryState.SENT)
    return left or tuple(one.address for one in delivery.recipients)


def parsed(typed: Sequence[str]) -> tuple[Address, ...]:
    """Returns the addresses, each once. Raises FieldErrors on `to`."""
    try:
        found = unique(address for each in typed for address in addresses_in(each))
    except BadAddress as error:
        wrong = msg("“{typed}” is not an email address.", typed=str(error)[:80])
        raise FieldErrors((FieldError(field="to", message=wrong),)) from error
    if not found:
        raise FieldErrors((FieldError(field="to", message=msg("Enter at least one email address.")),))
    return found


def readdressed(
    message: TemplateMessage | RawMessage, recipients: tuple[Address, ...], *, message_id: str, now: datetime
) -> TemplateMessage | RawMessage:
    """Returns the message to `recipients`: they stay in the header where they were, and are in To where they are new.

    A message that was finished elsewhere stays as it is, its Message-ID too.
    """
    if isinstance(message, RawMessage):
        return replace(message, recipients=recipients)
    wanted = {address.spec.lower(): address for address in recipients}

    def kept(field: tuple[Address, ...]) -> tuple[Address, ...]:
        return tuple(address for address in field if wanted.pop(address.spec.lower(), None))

    to, cc, bcc = kept(message.to), kept(message.cc), kept(message.bcc)
    return replace(message, to=(*to, *wanted.values()), cc=cc, bcc=bcc, message_id=message_id, date=now)
