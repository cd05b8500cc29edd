"""Deliverability warnings: reasons why recipients may distrust mail although the server accepted it.

With one, a test or check ends as "works, but", the third outcome beside works and fails. Those about SPF and DMARC
records are in `spf` and `dmarc`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverabilityWarning:
    """Recipients may distrust the mail, or it will stop working soon. `advice` says what that means and what to do."""

    kind: WarningKind
    advice: Advice


_MOST_QUOTED = 60

TEST_AGAIN = msg("Wait until the change is visible in DNS, which can take a few hours, then test again.")


def warning(
    kind: WarningKind, title: MessageText, meaning: MessageText, steps: Sequence[MessageText | AdviceStep]
) -> DeliverabilityWarning:
    """Returns the warning in these words."""
    done = tuple(step if isinstance(step, AdviceStep) else AdviceStep(text=step) for step in steps)
    advice = Advice(title=title, meaning=meaning, steps=done)
    return DeliverabilityWarning(kind=kind, advice=advice)


def changing_from(text: MessageText) -> AdviceStep:
    """Returns the step that these words describe, which changes the From Address."""
    return AdviceStep(text=text, actions=("from",))


def quoted(part: str) -> str:
    """Returns part of a DNS record as it can be shown: short, and without invisible characters."""
    visible = "".join(character if character.isprintable() else "\ufffd" for character in part)
    return visible if len(visible) <= _MOST_QUOTED else f"{visible[: _MOST_QUOTED - 1]}\u2026"


def foreign_freemail(domain: str, owner: Provider) -> DeliverabilityWarning:
    """Returns the warning that an address of `owner` is sent through another provider's server."""
    return warning(
        WarningKind.FOREIGN_FREEMAIL,
        msg(
            "Recipients may distrust mail from {domain}: it is not sent through {owner}",
            domain=domain,
            owner=owner.name,
        ),
        msg(
            "Addresses at {domain} belong to {owner}. Recipients know which servers {owner} sends from and "
            "may treat this mail as forged.",
            domain=domain,
            owner=owner.name,
        ),
        (
            changing_from(msg("Set the From address to one in your own domain.")),
            AdviceStep(
                text=msg("Or send through {owner}: use the host {host}.", owner=owner.name, host=owner.servers[0]),
                actions=("host",),
            ),
        ),
    )


def from_rewritten(from_address: str, user_name: str, provider: Provider) -> DeliverabilityWarning:
    """Returns the warning that `provider` replaces the From Address by the user's address."""
    return warning(
        WarningKind.FROM_REWRITTEN,
        msg("Recipients may see {user} instead of {address}", user=user_name, address=from_address),
        msg(
            "{provider} silently replaces a From address that is not the account's own, unless you have "
            "confirmed it there as another of your addresses.",
            provider=provider.name,
        ),
        (
            msg("Send a test to yourself and see who it is from."),
            msg(
                "If it is {user}, add {address} in {provider} under Settings, Accounts, Send mail as.",
                user=user_name,
                address=from_address,
                provider=provider.name,
            ),
            changing_from(msg("Or set the From address to {user}.", user=user_name)),
        ),
    )


def domain_unknown(domain: str) -> DeliverabilityWarning:
    """Returns the warning that the sender's domain does not exist in DNS."""
    return warning(
        WarningKind.DOMAIN_UNKNOWN,
        msg("Recipients may distrust mail from {domain}: there is no such domain", domain=domain),
        msg("{domain} is not in DNS. Most recipients refuse mail from a domain that does not exist.", domain=domain),
        (
            changing_from(msg("Check the From address for typos.")),
            msg("If it is right, ask whoever runs {domain} to publish it in DNS.", domain=domain),
        ),
    )


def takes_no_mail(domain: str) -> DeliverabilityWarning:
    """Returns the warning that nobody can answer, since the sender's domain takes no mail."""
    return warning(
        WarningKind.DOMAIN_TAKES_NO_MAIL,
        msg("Recipients may distrust mail from {domain}: it accepts no mail", domain=domain),
        msg(
            "DNS names no server that accepts mail for {domain}. Replies and bounces are lost, and some "
            "recipients refuse mail that they can't reply to.",
            domain=domain,
        ),
        (
            changing_from(msg("Set the From address to one that can receive replies.")),
            msg("Or add an MX record to {domain} that names the server for its mail.", domain=domain),
            TEST_AGAIN,
        ),
    )


def certificate_ends(host: str, valid_until: datetime, days_left: int) -> DeliverabilityWarning:
    """Returns the warning that the server's certificate expires soon. `valid_until` is aware, in the local zone."""
    day = f"{valid_until:%Y-%m-%d}"
    title = (
        msg("The certificate of {host} expires in {days} days", host=host, days=days_left)
        if days_left > 1
        else msg("The certificate of {host} expires on {day}", host=host, day=day)
    )
    return warning(
        WarningKind.CERTIFICATE_ENDS,
        title,
        msg(
            "It is valid until {day}. After that nothing is sent, because the server can no longer be trusted.", day=day
        ),
        (
            msg("Ask whoever runs {host} to renew its certificate before {day}.", host=host, day=day),
            msg("Then test again."),
        ),
    )
