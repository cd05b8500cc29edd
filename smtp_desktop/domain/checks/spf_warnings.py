"""The words of concerns about SPF: what recipients may hold against the mail, and what to do."""

from collections.abc import Sequence

from smtp_desktop.domain.checks.deliverability import TEST_AGAIN, DeliverabilityWarning, quoted, warning
from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.checks.spf import MOST_LOOK_UPS, MOST_VOID_LOOK_UPS
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.providers import Provider


def spf_missing(domain: str, provider: Provider | None) -> DeliverabilityWarning:
    """The domain says nowhere which servers may send for it."""
    if provider and provider.includes:
        record = msg(
            "Add a TXT record at {domain}: v=spf1 include:{include} ~all",
            domain=domain,
            include=provider.includes[0],
        )
    else:
        record = msg("Add a TXT record at {domain} that begins with v=spf1 and names this server.", domain=domain)
    return warning(
        WarningKind.SPF_MISSING,
        msg("Recipients may distrust mail from {domain}: it has no SPF record", domain=domain),
        msg(
            "SPF tells recipients which servers may send for a domain. {domain} says nothing, and Gmail, Yahoo and "
            "Microsoft may put such mail into junk, or refuse it.",
            domain=domain,
        ),
        (
            msg("Ask whoever runs the mail of {domain} which servers send for it.", domain=domain),
            record,
            msg("If other servers send for {domain} as well, name them in the same record.", domain=domain),
            TEST_AGAIN,
        ),
    )


def spf_excludes(domain: str, provider: Provider) -> DeliverabilityWarning:
    """The SPF record names servers, but not those of `provider`, which has `includes`."""
    by_region = msg("Look in the help of {provider} which include: is for your account.", provider=provider.name)
    return warning(
        WarningKind.SPF_EXCLUDES,
        msg("Recipients may distrust mail from {domain}: its SPF record does not name this server", domain=domain),
        msg(
            "The SPF record of {domain} lists the servers that may send for it. {provider} is not among them, so that "
            "recipients may take this mail for a forgery.",
            domain=domain,
            provider=provider.name,
        ),
        (
            *((by_region,) if len(provider.includes) > 1 else ()),
            msg(
                "In the TXT record of {domain} that begins with v=spf1, put right behind that: include:{include}",
                domain=domain,
                include=provider.includes[0],
            ),
            msg("Leave it one record: a second one that begins with v=spf1 makes both useless."),
            TEST_AGAIN,
        ),
    )


def spf_names_nobody(domain: str, provider: Provider | None) -> DeliverabilityWarning:
    """The SPF record says that no server at all sends for the domain."""
    if provider and provider.includes:
        step = msg(
            "If it is meant to send mail, change the TXT record to: v=spf1 include:{include} ~all",
            include=provider.includes[0],
        )
    else:
        step = msg("If it is meant to send mail, name this server in the TXT record that begins with v=spf1.")
    return warning(
        WarningKind.SPF_EXCLUDES,
        msg("Recipients may distrust mail from {domain}: it says that it sends none", domain=domain),
        msg(
            "The SPF record of {domain} names no server that may send for it. Recipients may refuse all mail from it.",
            domain=domain,
        ),
        (
            msg("Ask whoever runs {domain} whether it is meant to send mail.", domain=domain),
            step,
            msg("If it is not, use another From Address."),
            TEST_AGAIN,
        ),
    )


def spf_broken(domain: str, meaning: MessageText, steps: Sequence[MessageText]) -> DeliverabilityWarning:
    """Receivers can't use the SPF record, for the reason that `meaning` says."""
    title = msg("Recipients may distrust mail from {domain}: its SPF record is broken", domain=domain)
    return warning(WarningKind.SPF_BROKEN, title, meaning, (*steps, TEST_AGAIN))


def spf_several(domain: str, count: int) -> DeliverabilityWarning:
    """There is more than one SPF record."""
    return spf_broken(
        domain,
        msg(
            "{domain} has {count} TXT records that begin with v=spf1. One is allowed: with more, recipients use none.",
            domain=domain,
            count=count,
        ),
        (
            msg("Join them into one TXT record: v=spf1, then the parts of each, then all once, at the end."),
            msg("Delete the others."),
        ),
    )


def spf_unreadable(domain: str, place: str, part: str) -> DeliverabilityWarning:
    """The SPF record at `place`, which may be one that the domain's includes, holds `part`, which is not SPF."""
    return spf_broken(
        domain,
        msg(
            "The SPF record of {place} holds “{part}”, which is no part of SPF. Recipients then use nothing of it.",
            place=place,
            part=quoted(part),
        ),
        (
            msg(
                "Correct or delete “{part}” in the TXT record of {place} that begins with v=spf1.",
                place=place,
                part=quoted(part),
            ),
        ),
    )


def spf_dangling(domain: str, place: str) -> DeliverabilityWarning:
    """The SPF record includes, or points to, `place`, which has none."""
    return spf_broken(
        domain,
        msg(
            "The SPF record of {domain} relies on the one of {place}, where there is none, or more than one. "
            "Recipients then use nothing of it.",
            domain=domain,
            place=place,
        ),
        (msg("In the TXT record that begins with v=spf1, correct or delete the part with {place}.", place=place),),
    )


def spf_too_long(domain: str) -> DeliverabilityWarning:
    """Before this server's turn, recipients have to give up."""
    return spf_broken(
        domain,
        msg(
            "With all that it includes, the SPF record of {domain} needs more than {most} DNS look-ups. Recipients "
            "stop there, and may take this mail for a forgery.",
            domain=domain,
            most=MOST_LOOK_UPS,
        ),
        (
            msg("Delete each include: of a service that no longer sends for {domain}.", domain=domain),
            msg("Replace a: and mx: by ip4: and ip6: with the addresses, which need no look-up."),
        ),
    )


def spf_many_voids(domain: str) -> DeliverabilityWarning:
    """More names in it lead nowhere than recipients put up with."""
    return spf_broken(
        domain,
        msg(
            "More than {most} names in the SPF record of {domain} lead nowhere. Recipients may then use nothing of it.",
            domain=domain,
            most=MOST_VOID_LOOK_UPS,
        ),
        (msg("Delete the parts whose names do not exist any more from the TXT record that begins with v=spf1."),),
    )
