"""When servers' certificates end, and those of their issuers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

# RFC 5280 4.1.2.5: the end of the year 9999 means that there is none. Windows knows no local time after 3000.
_NO_END_YEAR = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """An SMTP that secures its connections, and the certificates that its server showed, its own first."""

    profile: SmtpProfile
    server: GenericServer
    host: str
    chain: tuple[Certificate, ...]


def certificate_end_dates(
    profiles: Sequence[SmtpProfile], facts: Iterable[ServerFact], zone: tzinfo | None
) -> Iterator[EndDate]:
    """Returns when the certificates end that `profiles` rely on, as far as `facts` tell. One certificate stands there
    once, however many servers show it."""
    known = {(fact.host, fact.port): fact for fact in facts}
    uses = [use for profile in profiles if (use := _use(profile, known))]
    for group in _grouped(uses, lambda use: use.chain[0]):
        yield _of_leaf(group, zone)
    # Who trusts a certificate by its fingerprint does not ask who issued it.
    asking = [use for use in uses if not use.server.trusted_fingerprint and _issuer_is_first(use.chain)]
    for group in _grouped(asking, lambda use: use.chain[1]):
        yield _of_issuer(group, zone)


def _use(profile: SmtpProfile, known: Mapping[tuple[str, int], ServerFact]) -> _Use | None:
    server = profile.server
    place = endpoint_of(server)
    if not isinstance(server, GenericServer) or not server.tls or place is None or place not in known:
        return None
    chain = known[place].security.chain
    return _Use(profile=profile, server=server, host=place[0], chain=chain) if chain else None


def _issuer_is_first(chain: tuple[Certificate, ...]) -> bool:
    """Whether the issuer of the server's certificate ends before that does. Those above it are not looked at: servers
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


def _of_leaf(group: Sequence[_Use], zone: tzinfo | None) -> EndDate:
    steps = [
        msg(
            "Check {names}: many servers renew their certificate by themselves, and the new date then stands here.",
            names=names_of(affected(use.profile for use in group)),
        ),
        msg("If the date stays, ask whoever runs the server to renew the certificate."),
    ]
    if pinning := affected(use.profile for use in group if use.server.trusted_fingerprint):
        steps.append(
            msg(
                "{names}: this very certificate is trusted there, and no other one. When the server has a new one, "
                "compare its fingerprint with what its admin says, and trust that one.",
                names=names_of(pinning),
            )
        )
    return _deadline(
        group,
        group[0].chain[0],
        zone,
        kind=EndDateKind.CERTIFICATE,
        what=msg("Certificate of {hosts}", hosts=_hosts(group)),
        meaning=msg(
            "The server's certificate is valid until then. Afterwards nothing is sent through the server until it "
            "shows a new one. This is what it showed when it was last tested or checked."
        ),
        steps=steps,
    )


def _of_issuer(group: Sequence[_Use], zone: tzinfo | None) -> EndDate:
    issuer = group[0].chain[1]
    steps = [msg("Ask whoever runs the server for a certificate whose issuer lasts longer.")]
    if by_file := affected(use.profile for use in group if use.server.trusted_ca_pem):
        steps.append(
            msg(
                "{names}: a CA from a file is trusted there. If the new certificate has another issuer, choose the "
                "file of that one.",
                names=names_of(by_file),
            )
        )
    return _deadline(
        group,
        issuer,
        zone,
        kind=EndDateKind.ISSUING_CA,
        what=msg("CA certificate {subject}", subject=issuer.subject),
        meaning=msg(
            "It vouches for the certificate of {hosts} and ends before that one does. Afterwards nothing is sent "
            "through the server until it shows a certificate of another issuer.",
            hosts=_hosts(group),
        ),
        steps=steps,
    )


def _deadline(
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


def _hosts(group: Sequence[_Use]) -> str:
    return ", ".join(dict.fromkeys(use.host for use in group))
