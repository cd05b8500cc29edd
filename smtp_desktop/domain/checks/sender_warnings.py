"""The words of concerns about a sender, but for SPF: what recipients may hold against the mail, and what to do."""

from datetime import datetime

from smtp_desktop.domain.checks.deliverability import TEST_AGAIN, DeliverabilityWarning, quoted, warning
from smtp_desktop.domain.checks.dmarc import Policy
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider


def dmarc_several(domain: str, count: int) -> DeliverabilityWarning:
    """There is more than one DMARC record."""
    return warning(
        WarningKind.DMARC_BROKEN,
        _dmarc_title(domain),
        msg(
            "There are {count} TXT records at _dmarc.{domain}. One is allowed: with more, recipients use none.",
            domain=domain,
            count=count,
        ),
        (msg("Keep the right one at _dmarc.{domain} and delete the others.", domain=domain), TEST_AGAIN),
    )


def dmarc_unreadable(domain: str, part: str) -> DeliverabilityWarning:
    """The DMARC record holds `part`, which recipients ignore."""
    return warning(
        WarningKind.DMARC_BROKEN,
        _dmarc_title(domain),
        msg(
            "The TXT record at _dmarc.{domain} holds “{part}”, which is no part of DMARC. Recipients ignore it.",
            domain=domain,
            part=quoted(part),
        ),
        (
            msg("Correct “{part}” in the TXT record at _dmarc.{domain}.", domain=domain, part=quoted(part)),
            msg("It begins with v=DMARC1; and has p=none, p=quarantine or p=reject next."),
            TEST_AGAIN,
        ),
    )


def dmarc_unaligned(domain: str, policy: Policy, provider: Provider) -> DeliverabilityWarning:
    """The domain asks for mail to be refused, or put into junk, that `provider` can't send as the domain's own."""
    asked = {
        Policy.REJECT: "{domain} asks recipients, by DMARC, to refuse mail that is not provably its own. {provider} "
        "can't prove that for {domain}, so that most of this mail will be refused.",
        Policy.QUARANTINE: "{domain} asks recipients, by DMARC, to put mail into junk that is not provably its own. "
        "{provider} can't prove that for {domain}, so that most of this mail will end there.",
    }
    return warning(
        WarningKind.DMARC_UNALIGNED,
        msg("Recipients may distrust mail from {domain}: it will fail DMARC", domain=domain),
        msg(asked[policy], domain=domain, provider=provider.name),
        (
            msg("Send mail from {domain} through the server of the provider that {domain} is with.", domain=domain),
            msg("Or set From Address to an address that belongs to this SMTP, and say in the mail where to answer."),
        ),
    )


def foreign_freemail(domain: str, owner: Provider) -> DeliverabilityWarning:
    """An address of `owner` is sent through a server that is not its own."""
    return warning(
        WarningKind.FOREIGN_FREEMAIL,
        msg(
            "Recipients may distrust mail from {domain}: it is not sent through {owner}",
            domain=domain,
            owner=owner.name,
        ),
        msg(
            "Addresses in {domain} belong to {owner}. Recipients know which servers {owner} sends from, and may take "
            "this mail for a forgery.",
            domain=domain,
            owner=owner.name,
        ),
        (
            msg("Set From Address to an address in a domain of your own."),
            msg(
                "Or send through {owner}: set Host Name to {host}.",
                owner=owner.name,
                host=owner.servers[0],
            ),
        ),
    )


def from_rewritten(from_address: str, user_name: str, provider: Provider) -> DeliverabilityWarning:
    """`provider` puts the user's address in place of the From Address."""
    return warning(
        WarningKind.FROM_REWRITTEN,
        msg("Recipients may see {user} instead of {address}", user=user_name, address=from_address),
        msg(
            "{provider} replaces a From Address that is not the address of the account, without a word, unless it was "
            "confirmed there as another address of yours.",
            provider=provider.name,
        ),
        (
            msg("Send a test to yourself and look who it is from."),
            msg(
                "If it is {user}, add {address} in {provider} under Settings, Accounts, Send mail as.",
                user=user_name,
                address=from_address,
                provider=provider.name,
            ),
            msg("Or set From Address to {user}.", user=user_name),
        ),
    )


def domain_unknown(domain: str) -> DeliverabilityWarning:
    """DNS has no such domain."""
    return warning(
        WarningKind.DOMAIN_UNKNOWN,
        msg("Recipients may distrust mail from {domain}: there is no such domain", domain=domain),
        msg(
            "DNS does not know {domain}. Most recipients refuse mail from a domain that does not exist.", domain=domain
        ),
        (
            msg("Check From Address for typing errors."),
            msg("If it is right, ask whoever runs {domain} to publish it in DNS.", domain=domain),
        ),
    )


def takes_no_mail(domain: str) -> DeliverabilityWarning:
    """Nobody can answer."""
    return warning(
        WarningKind.DOMAIN_TAKES_NO_MAIL,
        msg("Recipients may distrust mail from {domain}: it takes no mail", domain=domain),
        msg(
            "DNS names no server that takes mail for {domain}. Answers and reports about undelivered mail are lost, "
            "and some recipients refuse mail that they can't answer.",
            domain=domain,
        ),
        (
            msg("Set From Address to an address that can be answered."),
            msg("Or add an MX record at {domain} with the name of the server that takes its mail.", domain=domain),
            TEST_AGAIN,
        ),
    )


def certificate_ends(host: str, valid_until: datetime, days_left: int) -> DeliverabilityWarning:
    """The server's certificate ends soon; then nothing is sent any more. `valid_until` is in the local zone."""
    day = f"{valid_until:%Y-%m-%d}"
    title = (
        msg("The certificate of {host} ends in {days} days", host=host, days=days_left)
        if days_left > 1
        else msg("The certificate of {host} ends on {day}", host=host, day=day)
    )
    return warning(
        WarningKind.CERTIFICATE_ENDS,
        title,
        msg("It is valid until {day}. After that, mail is no longer sent, as the server can't be trusted.", day=day),
        (
            msg("Ask whoever runs {host} to renew its certificate before {day}.", host=host, day=day),
            msg("Then test again."),
        ),
    )


def _dmarc_title(domain: str) -> MessageText:
    return msg("Recipients may distrust mail from {domain}: its DMARC record is broken", domain=domain)
