"""The end dates of the stored SMTPs: certificates, client secrets, sign-in methods."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.health import ServerEndpoint, ServerFact, endpoint_of
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SmtpProfile
from smtp_desktop.domain.smtp.providers import app_password_provider

# Exchange Team Blog, 27 January 2026 (techcommunity 4489835): unchanged until then, off by default afterwards.
COMPANY_PASSWORDS_END = date(2026, 12, 31)
PERSONAL_PASSWORDS_ENDED = date(2024, 9, 16)
# Where company mailboxes are signed in to. Not smtp-hve.office365.com: High Volume Email has rules of its own.
_COMPANY_HOSTS = frozenset({"smtp.office365.com", "smtp-legacy.office365.com", "outlook.office365.com"})
# RFC 5280 4.1.2.5: the end of the year 9999 means "no end". Windows has no local time after the year 3000.
_NO_END_YEAR = 3000


def end_dates(
    profiles: Iterable[SmtpProfile], facts: Iterable[ServerFact], zone: tzinfo | None = None
) -> tuple[EndDate, ...]:
    """Returns every known end date, the soonest first. One that several SMTPs share is there once.

    `zone` is the zone whose days are counted; None is this computer's own.
    """
    by_name = sorted(profiles, key=lambda profile: natural_key(profile.name))
    found = (
        *_certificates(by_name, facts, zone),
        *_client_secrets(by_name),
        *_company_passwords(by_name),
        *_personal_passwords(by_name),
    )
    return tuple(sorted(found, key=_order))


def _order(end_date: EndDate) -> tuple[date, bool, float, str]:
    # What ends at a known moment ends before what lasts for the whole day.
    moment = end_date.ends_at
    return end_date.ends_on, moment is None, moment.timestamp() if moment else 0.0, end_date.names.lower()


def _client_secrets(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    # Mailboxes of one app share its secret.
    apps: dict[tuple[str, str, date], list[SmtpProfile]] = {}
    for profile in profiles:
        server = profile.server
        if isinstance(server, GraphMailbox) and server.client_secret_valid_until:
            app = server.client_id.lower(), server.tenant_id.lower(), server.client_secret_valid_until
            apps.setdefault(app, []).append(profile)
    for (client_id, _, last_day), sharing in apps.items():
        yield _client_secret(client_id, last_day, sharing)


def _client_secret(client_id: str, last_day: date, sharing: Sequence[SmtpProfile]) -> EndDate:
    smtps = affected(sharing)
    return EndDate(
        kind=EndDateKind.CLIENT_SECRET,
        ends_on=last_day,
        smtps=smtps,
        what=msg("Client secret of the app {client_id}", client_id=client_id),
        meaning=msg(
            "This is the expiry date that was entered for it. After that, Microsoft refuses the sign-in, and "
            "nothing is sent until you enter a new client secret."
        ),
        steps=(
            msg(
                "In Entra ID, open the app under App registrations, then Certificates & secrets, and create a "
                "new client secret."
            ),
            msg("Enter its value and expiry date for {names}, then run a test.", names=names_of(smtps)),
            msg("When that works, delete the old client secret in Entra ID."),
        ),
    )


def _company_passwords(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    signing_in = _signing_in(profiles, lambda host: host in _COMPANY_HOSTS)
    if not signing_in:
        return
    smtps = affected(signing_in)
    yield EndDate(
        kind=EndDateKind.PASSWORD_SIGN_IN,
        ends_on=COMPANY_PASSWORDS_END,
        may_go_on=True,
        smtps=smtps,
        what=msg("Password sign-in at {hosts}", hosts=_hosts(map(_host, signing_in))),
        meaning=msg(
            "At the end of December 2026, Microsoft turns off password sign-in by default; an administrator "
            "can turn it back on. Tenants created later never have it. Microsoft will announce the final "
            "removal date in the second half of 2027. OAuth sign-in is not affected."
        ),
        steps=(
            msg("Change to type MS Graph API, which signs in with OAuth, then test: {names}.", names=names_of(smtps)),
            msg(
                "If that takes longer, a Microsoft 365 administrator can turn password sign-in back on until it "
                "is finally removed."
            ),
        ),
    )


def _personal_passwords(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    signing_in = _signing_in(profiles, _takes_no_password)
    if not signing_in:
        return
    yield EndDate(
        kind=EndDateKind.PASSWORD_SIGN_IN,
        ends_on=PERSONAL_PASSWORDS_ENDED,
        smtps=affected(signing_in),
        what=msg("Password sign-in at {hosts}", hosts=_hosts(map(_host, signing_in))),
        meaning=msg(
            "Since 16 September 2024, Microsoft no longer accepts passwords, including app passwords, for "
            "personal mailboxes (Outlook.com, Hotmail, Live)."
        ),
        steps=(
            msg("Send through another provider, or from a Microsoft 365 mailbox in your company (type MS Graph API)."),
        ),
    )


def _takes_no_password(host: str) -> bool:
    provider = app_password_provider(host)
    return provider is not None and not provider.takes_passwords


def _signing_in(profiles: Sequence[SmtpProfile], at: Callable[[str], bool]) -> list[SmtpProfile]:
    """Returns the profiles that sign in to a server whose host name satisfies `at`."""
    return [
        profile
        for profile in profiles
        if isinstance(profile.server, GenericServer) and profile.server.auth_required and at(_host(profile))
    ]


def _host(profile: SmtpProfile) -> str:
    endpoint = endpoint_of(profile.server)
    return endpoint.host if endpoint else ""


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
