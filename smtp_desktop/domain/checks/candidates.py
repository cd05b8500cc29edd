"""Candidates: settings that may work in place of those that failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from smtp_desktop.domain.checks.check_detail import TriedServer
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.mail.address import BadAddress, BadHost, ascii_host, is_ip_address, parse_address
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import EnvelopeSender, ProfileType
from smtp_desktop.domain.smtp.providers import Preset, Provider, Providers, UserNameForm

SUBMISSION_PORTS = (587, 465, 25, 2525)
"""The usual ports for handing in mail, the best first. All are tried with TLS, whichever way the port turns it on."""
MAX_CANDIDATES = 12

# 25 is for mail between servers (RFC 6409 3.1) and often blocked on the way; 2525 is in no standard.
_LAST_PORTS = frozenset({25, 2525})
_MAIL_HOST_LABELS = frozenset(
    {"smtp", "mail", "imap", "pop", "pop3", "mx", "mx1", "outgoing", "webmail", "www", "exchange"}
)
_USUAL_LABELS = ("smtp", "mail")
_MAX_CERTIFICATE_NAMES = 3  # that are worth a try
_SERVER_STAGES = frozenset({Stage.FIND_HOST, Stage.CONNECT, Stage.SECURE, Stage.GREET})
_NO_SIGN_IN = frozenset({FailureKind.AUTH_MISSING, FailureKind.MECHANISM_MISSING})
# Where the connection is not encrypted: the server may want that first, or offer no sign-in before (RFC 4954 4).
_ENCRYPTION_MAY_HELP = frozenset({Cause.SIGN_IN_DEMANDED, Cause.SETTING, Cause.ENCRYPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Settings to try: `draft` is the form's content with them. It has no password where its host is another than the
    one that failed, since none was entered for that host. `notes` are what the user should know before using it."""

    draft: ProfileDraft
    reason: MessageText
    same_host: bool
    notes: tuple[MessageText, ...] = ()


def is_about_sender(failure: Failure, cause: Cause) -> bool:
    """Whether the server refused the sender before anything else, so that another From Address or envelope sender may
    help."""
    return failure.stage is Stage.SENDER and cause is Cause.SENDER_REFUSED


def is_about_server(draft: ProfileDraft, failure: Failure, cause: Cause) -> bool:
    """Whether another host, port or TLS mode may help."""
    if failure.kind is FailureKind.CANCELLED or failure.certificate_fault is CertificateFault.CHANGED:
        return False  # a changed certificate is an alarm: nothing else is tried on that server
    wants_encryption = not draft.tls and cause in _ENCRYPTION_MAY_HELP
    return failure.stage in _SERVER_STAGES or failure.kind in _NO_SIGN_IN or wants_encryption


def may_be_found(draft: ProfileDraft, failure: Failure, cause: Cause) -> bool:
    """Whether looking for settings that work makes sense after `failure`, whose diagnosis is `cause`. Needs neither the
    disk nor the network."""
    if draft.type is not ProfileType.GENERIC or failure.kind is FailureKind.INCOMPLETE:
        return False
    about_sender = is_about_sender(failure, cause) and bool(_sender_candidates(draft))
    return is_about_server(draft, failure, cause) or about_sender


def candidates_after(
    draft: ProfileDraft,
    failure: Failure,
    cause: Cause,
    *,
    providers: Providers,
    ports: Sequence[int],
    working: TriedServer | None = None,
) -> tuple[Candidate, ...]:
    """Returns what to try after `failure`, whose diagnosis is `cause`, the best first, 12 at most: never without TLS,
    never the same twice, never what has just failed. `ports` are the usual ones, the best first; with
    `working` it worked the last time."""
    if not may_be_found(draft, failure, cause):
        return ()
    if is_about_sender(failure, cause):
        return _sender_candidates(draft)
    seen = {(_ascii(draft.host_name), draft.smtp_port.strip())} if draft.tls else set()
    unlikely = list(_unseen(_unlikely(draft, failure, ports), seen))
    likely = list(_unseen(chain(_as_before(working), _likely(draft, failure, providers, ports)), seen))
    proposals = likely[: MAX_CANDIDATES - len(unlikely)] + unlikely
    return tuple(_candidate(draft, proposal) for proposal in proposals)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """A server that may be the right one. `notes` are what the user should know before using it."""

    host: str
    port: int
    reason: MessageText
    notes: tuple[MessageText, ...] = ()


def _unseen(proposals: Iterator[_Proposal], seen: set[tuple[str, str]]) -> Iterator[_Proposal]:
    for proposal in proposals:
        key = (_ascii(proposal.host), str(proposal.port))
        if key not in seen:
            seen.add(key)
            yield proposal


def _ascii(host: str) -> str:
    try:
        return ascii_host(host)
    except BadHost:
        return host


def _candidate(draft: ProfileDraft, proposal: _Proposal) -> Candidate:
    stays = same_host(proposal.host, draft.host_name)
    changed = replace(draft, smtp_port=str(proposal.port), tls=True)
    if not stays:
        # A certificate that is trusted for one server is not trusted for another.
        changed = replace(changed, host_name=proposal.host, password=None, trusted_fingerprint="")
    return Candidate(draft=changed, reason=proposal.reason, same_host=stays, notes=proposal.notes)


def _as_before(working: TriedServer | None) -> Iterator[_Proposal]:
    if working and working.tls:
        yield _Proposal(
            host=working.host_name,
            port=working.smtp_port,
            reason=msg("These settings worked last time."),
        )


def _likely(draft: ProfileDraft, failure: Failure, providers: Providers, ports: Sequence[int]) -> Iterator[_Proposal]:
    """Yields the likely servers, the likeliest first: small changes before large ones, since the password need not be
    entered again where the host stays."""
    likely = tuple(port for port in ports if port not in _LAST_PORTS)
    others = _at_other_hosts(draft, failure, providers, likely)
    if failure.kind is FailureKind.HOST_NOT_FOUND:
        yield from (proposal for proposal in others if not same_host(proposal.host, draft.host_name))
        return
    yield from _at_typed_host(draft, likely)
    yield from others


def _at_other_hosts(
    draft: ProfileDraft, failure: Failure, providers: Providers, ports: Sequence[int]
) -> Iterator[_Proposal]:
    yield from _by_certificate(draft, failure)
    # No provider's server for customers lets anybody send without signing in.
    if draft.auth_required:
        yield from _by_provider(draft, providers)
    if failure.stage in {Stage.FIND_HOST, Stage.CONNECT}:
        yield from _by_name(draft, providers, ports)


def _unlikely(draft: ProfileDraft, failure: Failure, ports: Sequence[int]) -> Iterator[_Proposal]:
    """Yields the ports that rarely take mail from programs, or are not meant for it."""
    if failure.kind is FailureKind.HOST_NOT_FOUND:
        return
    for port in ports:
        if port in _LAST_PORTS:
            yield _Proposal(host=draft.host_name.strip(), port=port, reason=_other_port(port))


def _at_typed_host(draft: ProfileDraft, ports: Sequence[int]) -> Iterator[_Proposal]:
    host, typed = draft.host_name.strip(), draft.smtp_port.strip()
    if not draft.tls and typed.isdecimal():
        yield _Proposal(host=host, port=int(typed), reason=msg("The same server and port, but encrypted."))
    for port in ports:
        yield _Proposal(host=host, port=port, reason=_other_port(port))


def _other_port(port: int) -> MessageText:
    return msg("The same server, on port {port}.", port=port)


def _by_certificate(draft: ProfileDraft, failure: Failure) -> Iterator[_Proposal]:
    """Yields the names in the server's certificate where that is not for the name that was typed."""
    names = failure.chain[0].names if failure.chain else ()
    others = [name for name in names if "*" not in name and not same_host(name, draft.host_name)]
    for name in others[:_MAX_CERTIFICATE_NAMES]:
        port = draft.smtp_port.strip()
        if port.isdecimal() and _is_host(name):
            yield _Proposal(host=name, port=int(port), reason=msg("The name in the server's certificate."))


def _is_host(name: str) -> bool:
    try:
        ascii_host(name)
    except BadHost:
        return False
    return True


def _by_provider(draft: ProfileDraft, providers: Providers) -> Iterator[_Proposal]:
    host = draft.host_name.strip()
    if _is_host(host):
        provider = providers.preset_for_host(ascii_host(host))
        if provider:
            reason = msg("{provider}'s server for mail from programs.", provider=provider.name)
            yield from _by_preset(provider, host, reason)
    for domain in _own_domains(draft):
        provider = providers.preset_for_domain(domain)
        if provider:
            reason = msg(
                "{provider}'s server, which hosts the mail of {domain}.", provider=provider.name, domain=domain
            )
            yield from _by_preset(provider, host, reason)


def _by_preset(provider: Provider, typed: str, reason: MessageText) -> Iterator[_Proposal]:
    if provider.preset:
        notes = preset_notes(provider.name, provider.preset)
        for port in provider.preset.ports:
            yield _Proposal(host=provider.host or typed, port=port, reason=reason, notes=notes)


def preset_notes(provider: str, preset: Preset) -> tuple[MessageText, ...]:
    """Returns what to know before the preset of `provider` is used: the form of the user name, and its own note."""
    wanted = {
        UserNameForm.LOCAL_PART: "For {provider}, the user name is only the part before the @.",
        UserNameForm.APIKEY: "For {provider}, the user name is the word apikey and the password is an API key.",
    }
    template = wanted.get(preset.user_name)
    notes = [msg(template, provider=provider)] if template else []
    return (*notes, preset.note) if preset.note else tuple(notes)


def _by_name(draft: ProfileDraft, providers: Providers, ports: Sequence[int]) -> Iterator[_Proposal]:
    """Yields smtp.DOMAIN and mail.DOMAIN for the typed host's domain and those of the addresses."""
    domains = [domain for domain in (_domain_of_host(draft.host_name), *_own_domains(draft)) if domain]
    for domain in dict.fromkeys(domains):
        # A provider's own servers are known: no need to guess.
        if providers.preset_for_domain(domain) or providers.preset_for_host(domain):
            continue
        for name in _USUAL_LABELS:
            host = f"{name}.{domain}"
            for port in ports if _is_host(host) else ():
                yield _Proposal(
                    host=host, port=port, reason=msg("A common name for the mail server of {domain}.", domain=domain)
                )


def _domain_of_host(typed: str) -> str:
    """Returns the domain that the host belongs to, or is; empty where none can be guessed, as in an intranet."""
    if not _is_host(typed):
        return ""
    host = ascii_host(typed)
    if is_ip_address(host) or "." not in host:
        return ""
    first, _, rest = host.partition(".")
    return rest if first in _MAIL_HOST_LABELS and "." in rest else host


def _own_domains(draft: ProfileDraft) -> Iterator[str]:
    """Yields the domains of the user name and the From Address."""
    typed = (draft.user_name if draft.auth_required else "", draft.from_address)
    found = []
    for address in typed:
        try:
            found.append(parse_address(address).domain)
        except BadAddress:
            continue
    # Nothing can be guessed from an address at an IP address or at a single label, as in demo@localhost.
    yield from (domain for domain in dict.fromkeys(found) if not domain.startswith("[") and "." in domain)


def _sender_candidates(draft: ProfileDraft) -> tuple[Candidate, ...]:
    """Returns the one way to send with another MAIL FROM than the refused one, if there is one."""
    try:
        user = parse_address(draft.user_name) if draft.auth_required else None
        written = parse_address(draft.from_address)
    except BadAddress:
        # There is no other address to choose.
        return ()
    if user is None or user.spec.lower() == written.spec.lower():
        return ()
    if draft.envelope_sender is EnvelopeSender.USER:
        # iCloud needs this for a custom domain: it refuses the user name as the sender.
        changed = replace(draft, envelope_sender=EnvelopeSender.FROM)
        reason = msg("Bounces go to the From address, not to the user name.")
    else:
        changed = replace(draft, from_address=str(replace(user, display_name=written.display_name)))
        reason = msg("The From address is the address that signs in.")
    return (Candidate(draft=changed, reason=reason, same_host=True),)
