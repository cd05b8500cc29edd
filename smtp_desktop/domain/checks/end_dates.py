"""The end dates of the stored SMTPs: certificates, client secrets, sign-in methods."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from smtp_desktop.domain.checks.app_end_dates import app_certificate_dates, client_secret_dates
from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.health import ServerEndpoint, ServerFact, endpoint_of
from smtp_desktop.domain.checks.sign_in_end_dates import password_dates, sign_in_dates
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

# RFC 5280 4.1.2.5: the end of the year 9999 means "no end". Windows has no local time after the year 3000.
_NO_END_YEAR = 3000


def end_dates(
    profiles: Iterable[SmtpProfile],
    facts: Iterable[ServerFact],
    signed_in: Iterable[SignedIn] = (),
    *,
    zone: tzinfo | None = None,
) -> tuple[EndDate, ...]:
    """Returns every known end date, the soonest first. One that several SMTPs share is there once.

    `zone` is the zone whose days are counted; None is this computer's own.
    """
    by_name = sorted(profiles, key=lambda profile: natural_key(profile.name))
    found = (
        *_certificates(by_name, facts, zone),
        *client_secret_dates(by_name),
        *app_certificate_dates(by_name),
        *password_dates(by_name),
        *sign_in_dates(by_name, {state.profile_id: state for state in signed_in}, zone),
    )
    return tuple(sorted(found, key=_order))


def _order(end_date: EndDate) -> tuple[date, bool, float, str]:
    # What ends at a known moment ends before what lasts for the whole day.
    moment = end_date.ends_at
    return end_date.ends_on, moment is None, moment.timestamp() if moment else 0.0, end_date.names.lower()


def _hosts(hosts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(hosts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """An SMTP that secures its connections, and the certificates that its server showed, the server's own first."""

    profile: SmtpProfile
    server: GenericServer
    host: str
    chain: tuple[Certificate, ...]


def _certificates(
    profiles: Sequence[SmtpProfile], facts: Iterable[ServerFact], zone: tzinfo | None
) -> Iterator[EndDate]:
    """Yields the end dates of the certificates that `profiles` rely on, as far as `facts` tell. A certificate is there
    once, however many servers show it."""
    known = {fact.endpoint: fact for fact in facts}
    uses = [use for profile in profiles if (use := _use(profile, known))]
    for group in _grouped(uses, lambda use: use.chain[0]):
        yield _of_server(group, zone)
    # An SMTP that trusts a certificate by its fingerprint does not depend on the issuer.
    dependent = [use for use in uses if not use.server.trusted_fingerprint and _issuer_is_first(use.chain)]
    for group in _grouped(dependent, lambda use: use.chain[1]):
        yield _of_issuer(group, zone)


def _use(profile: SmtpProfile, known: Mapping[ServerEndpoint, ServerFact]) -> _Use | None:
    server = profile.server
    endpoint = endpoint_of(server)
    if not isinstance(server, GenericServer) or not server.tls or endpoint is None or endpoint not in known:
        return None
    chain = known[endpoint].security.chain
    return _Use(profile=profile, server=server, host=endpoint.host, chain=chain) if chain else None


def _issuer_is_first(chain: tuple[Certificate, ...]) -> bool:
    """Whether the issuer of the server's certificate expires before it. Certificates further up are ignored: servers
    often show an old one there, beside the one that counts."""
    match chain:
        case (leaf, issuer, *_):
            return issuer.subject == leaf.issuer and issuer.valid_until < leaf.valid_until
        case _:
            return False


def _grouped(uses: Iterable[_Use], certificate_of: Callable[[_Use], Certificate]) -> list[list[_Use]]:
    groups: dict[str, list[_Use]] = {}
    for use in uses:
        certificate = certificate_of(use)
        if certificate.valid_until.year < _NO_END_YEAR:
            groups.setdefault(certificate.fingerprint, []).append(use)
    return list(groups.values())


def _of_server(group: Sequence[_Use], zone: tzinfo | None) -> EndDate:
    steps = [
        msg(
            "Check {names}: many servers renew their certificate automatically, and the new date is then shown here.",
            names=names_of(affected(use.profile for use in group)),
        ),
        msg("If the date does not change, ask whoever runs the server to renew the certificate."),
    ]
    if pinning := affected(use.profile for use in group if use.server.trusted_fingerprint):
        steps.append(
            msg(
                "{names}: only this certificate is trusted there. When the server has a new one, compare its "
                "fingerprint with the one that its administrator gives you, then trust the new certificate.",
                names=names_of(pinning),
            )
        )
    return _certificate_end_date(
        group,
        group[0].chain[0],
        zone,
        kind=EndDateKind.CERTIFICATE,
        what=msg("Certificate of {hosts}", hosts=_hosts(use.host for use in group)),
        meaning=msg(
            "The server's certificate is valid until then. After that nothing is sent through the server "
            "until it shows a new one. This is the certificate from the last test or check."
        ),
        steps=steps,
    )


def _of_issuer(group: Sequence[_Use], zone: tzinfo | None) -> EndDate:
    issuer = group[0].chain[1]
    steps = [msg("Ask whoever runs the server for a certificate from an issuer that is valid longer.")]
    if by_file := affected(use.profile for use in group if use.server.trusted_ca_pem):
        steps.append(
            msg(
                "{names}: a CA from a file is trusted there. If the new certificate has another issuer, choose "
                "that issuer's file.",
                names=names_of(by_file),
            )
        )
    return _certificate_end_date(
        group,
        issuer,
        zone,
        kind=EndDateKind.ISSUING_CA,
        what=msg("CA certificate {subject}", subject=issuer.subject),
        meaning=msg(
            "It issued the certificate of {hosts} and expires first. After that nothing is sent through the "
            "server until it shows a certificate from another issuer.",
            hosts=_hosts(use.host for use in group),
        ),
        steps=steps,
    )


def _certificate_end_date(
    group: Sequence[_Use],
    certificate: Certificate,
    zone: tzinfo | None,
    *,
    kind: EndDateKind,
    what: MessageText,
    meaning: MessageText,
    steps: Sequence[MessageText],
) -> EndDate:
    return EndDate(
        kind=kind,
        ends_on=certificate.valid_until.astimezone(zone).date(),
        ends_at=certificate.valid_until,
        smtps=affected(use.profile for use in group),
        what=what,
        meaning=meaning,
        steps=tuple(steps),
    )
