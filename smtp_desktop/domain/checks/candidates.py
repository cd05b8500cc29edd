"""Hosts and ports where a server that takes mail is likely to be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.mail.address import BadAddress, BadHost, ascii_host, is_ip_address, parse_address
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.draft import ProfileDraft, same_host
from smtp_desktop.domain.smtp.profile import EnvelopeSender, ProfileType
from smtp_desktop.domain.smtp.providers import Preset, Provider, Providers, UserNameForm

SUBMISSION_PORTS = (587, 465, 25, 2525)
"""Where programs hand in mail, the best first. All are tried with TLS, whichever way the port turns it on."""

# 25 is for mail between servers (RFC 6409 3.1) and often blocked on the way; 2525 is nobody's by any standard.
_LAST_PORTS = frozenset({25, 2525})
_OF_MAIL = frozenset({"smtp", "mail", "imap", "pop", "pop3", "mx", "mx1", "outgoing", "webmail", "www", "exchange"})
_USUAL = ("smtp", "mail")
_MAX_NAMES = 3  # of a certificate, that are worth a try


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEndpoint:
    """A server that may be the right one. `notes` are what to know before using it."""

    host: str
    port: int
    reason: MessageText
    notes: tuple[MessageText, ...] = ()


def first_places(
    draft: ProfileDraft, failure: Failure, providers: Providers, ports: Sequence[int]
) -> Iterator[ServerEndpoint]:
    """Yields the likely ones, the most likely first: the smallest change before a larger one, since the password need
    not be entered anew where the host stays."""
    likely = tuple(port for port in ports if port not in _LAST_PORTS)
    others = _at_other_hosts(draft, failure, providers, likely)
    if failure.kind is FailureKind.HOST_NOT_FOUND:
        yield from (place for place in others if not same_host(place.host, draft.host_name))
        return
    yield from _at_typed_host(draft, likely)
    yield from others


def _at_other_hosts(
    draft: ProfileDraft, failure: Failure, providers: Providers, ports: Sequence[int]
) -> Iterator[ServerEndpoint]:
    yield from _by_certificate(draft, failure)
    # What a provider runs for its customers lets nobody send without signing in.
    if draft.auth_required:
        yield from _by_provider(draft, providers)
    if failure.stage in {Stage.FIND_HOST, Stage.CONNECT}:
        yield from _by_name(draft, providers, ports)


def last_places(draft: ProfileDraft, failure: Failure, ports: Sequence[int]) -> Iterator[ServerEndpoint]:
    """Yields those that take programs' mail more rarely, or are not meant for it."""
    if failure.kind is FailureKind.HOST_NOT_FOUND:
        return
    for port in ports:
        if port in _LAST_PORTS:
            yield ServerEndpoint(host=draft.host_name.strip(), port=port, reason=_other_port(port))


def _at_typed_host(draft: ProfileDraft, ports: Sequence[int]) -> Iterator[ServerEndpoint]:
    host, typed = draft.host_name.strip(), draft.smtp_port.strip()
    if not draft.tls and typed.isdecimal():
        yield ServerEndpoint(host=host, port=int(typed), reason=msg("The same server and port, but encrypted."))
    for port in ports:
        yield ServerEndpoint(host=host, port=port, reason=_other_port(port))


def _other_port(port: int) -> MessageText:
    return msg("The same server, on port {port}.", port=port)


def _by_certificate(draft: ProfileDraft, failure: Failure) -> Iterator[ServerEndpoint]:
    """Yields the names that a server goes by whose certificate is not for the name that was typed."""
    names = failure.chain[0].names if failure.chain else ()
    plain = [name for name in names if "*" not in name and not same_host(name, draft.host_name)]
    for name in plain[:_MAX_NAMES]:
        port = draft.smtp_port.strip()
        if port.isdecimal() and _is_host(name):
            yield ServerEndpoint(host=name, port=int(port), reason=msg("The name in the server's certificate."))


def _is_host(name: str) -> bool:
    try:
        ascii_host(name)
    except BadHost:
        return False
    return True


def _by_provider(draft: ProfileDraft, providers: Providers) -> Iterator[ServerEndpoint]:
    host = draft.host_name.strip()
    if _is_host(host):
        typed_for = providers.preset_for_host(ascii_host(host))
        if typed_for:
            reason = msg("The server of {provider} that takes mail from programs.", provider=typed_for.name)
            yield from _by_preset(typed_for, host, reason)
    for domain in _own_domains(draft):
        home = providers.preset_for_domain(domain)
        if home:
            reason = msg("{provider}'s server: {domain} is there.", provider=home.name, domain=domain)
            yield from _by_preset(home, host, reason)


def _by_preset(provider: Provider, typed: str, reason: MessageText) -> Iterator[ServerEndpoint]:
    if provider.preset:
        notes = _notes(provider.name, provider.preset)
        for port in provider.preset.ports:
            yield ServerEndpoint(host=provider.host or typed, port=port, reason=reason, notes=notes)


def _notes(provider: str, preset: Preset) -> tuple[MessageText, ...]:
    wanted = {
        UserNameForm.LOCAL_PART: "{provider} takes as User Name only what stands before the @.",
        UserNameForm.APIKEY: "{provider} takes the word apikey as User Name, and an API key as the password.",
    }
    template = wanted.get(preset.user_name)
    notes = [msg(template, provider=provider)] if template else []
    return (*notes, preset.note) if preset.note else tuple(notes)


def _by_name(draft: ProfileDraft, providers: Providers, ports: Sequence[int]) -> Iterator[ServerEndpoint]:
    """Yields smtp.DOMAIN and mail.DOMAIN for the typed host's domain and those of the addresses."""
    domains = [domain for domain in (_domain_of_host(draft.host_name), *_own_domains(draft)) if domain]
    for domain in dict.fromkeys(domains):
        # A provider's own servers are known: no need to guess.
        if providers.preset_for_domain(domain) or providers.preset_for_host(domain):
            continue
        for name in _USUAL:
            host = f"{name}.{domain}"
            for port in ports if _is_host(host) else ():
                yield ServerEndpoint(
                    host=host, port=port, reason=msg("A usual name for the mail server of {domain}.", domain=domain)
                )


def _domain_of_host(typed: str) -> str:
    """Returns the domain that the host is in, or is; empty where there is none to guess from, as in an intranet."""
    if not _is_host(typed):
        return ""
    host = ascii_host(typed)
    if is_ip_address(host) or "." not in host:
        return ""
    first, _, rest = host.partition(".")
    return rest if first in _OF_MAIL and "." in rest else host


def _own_domains(draft: ProfileDraft) -> Iterator[str]:
    """Yields the domains of the addresses that sign in and that mail is from."""
    typed = (draft.user_name if draft.auth_required else "", draft.from_address)
    found = []
    for address in typed:
        try:
            found.append(parse_address(address).domain)
        except BadAddress:
            continue
    # No mail server is guessed from an address at an IP address or at a lone name, as in demo@localhost.
    yield from (domain for domain in dict.fromkeys(found) if not domain.startswith("[") and "." in domain)


MAX_CANDIDATES = 12
_OF_THE_SERVER = frozenset({Stage.FIND_HOST, Stage.CONNECT, Stage.SECURE, Stage.GREET})
_NO_SIGN_IN = frozenset({FailureKind.AUTH_MISSING, FailureKind.MECHANISM_MISSING})
# RFC 3207 4 and RFC 4954 6: the server wants an encrypted connection first
_ENCRYPTION_WANTED = frozenset({530, 538})
_AUTHENTICATION_REQUIRED = 530


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Settings to try: `draft` is what the form would hold. Where that is another host than the one that failed it
    has no password: none was entered for it. `notes` are what to know before using it."""

    draft: ProfileDraft
    reason: MessageText
    same_host: bool
    notes: tuple[MessageText, ...] = ()


def is_about_sender(failure: Failure) -> bool:
    """Whether the server did not like the sender for good, which another From Address or envelope sender may help."""
    reply = failure.reply
    return (
        failure.stage is Stage.SENDER
        and isinstance(reply, Reply)
        and not reply.temporary
        and reply.code != _AUTHENTICATION_REQUIRED
    )


def is_about_server(draft: ProfileDraft, failure: Failure) -> bool:
    """Whether another host, port or TLS mode may help."""
    if failure.kind is FailureKind.CANCELLED or failure.certificate_fault is CertificateFault.CHANGED:
        return False  # after an alarm nothing else is to be tried there
    reply = failure.reply
    wants_encryption = not draft.tls and isinstance(reply, Reply) and reply.code in _ENCRYPTION_WANTED
    return failure.stage in _OF_THE_SERVER or failure.kind in _NO_SIGN_IN or wants_encryption


def may_be_found(draft: ProfileDraft, failure: Failure) -> bool:
    """Whether it makes sense to look for settings that work. Nothing is read for that."""
    if draft.type is not ProfileType.GENERIC:
        return False
    return is_about_server(draft, failure) or bool(is_about_sender(failure) and _of_sender(draft))


def candidates_after(
    draft: ProfileDraft, failure: Failure, *, providers: Providers, ports: Sequence[int]
) -> tuple[Candidate, ...]:
    """Returns what to try after `failure`, the best first, 12 at most: never without TLS, never twice the same, never
    what has just failed. `ports` are the usual ones, the best first."""
    if not may_be_found(draft, failure):
        return ()
    if is_about_sender(failure):
        return _of_sender(draft)
    seen = {(_ascii(draft.host_name), draft.smtp_port.strip())} if draft.tls else set()
    last = list(_fresh(last_places(draft, failure, ports), seen))
    first = list(_fresh(first_places(draft, failure, providers, ports), seen))
    places = first[: MAX_CANDIDATES - len(last)] + last
    return tuple(_moved(draft, place) for place in places)


def _fresh(places: Iterator[ServerEndpoint], seen: set[tuple[str, str]]) -> Iterator[ServerEndpoint]:
    for place in places:
        key = (_ascii(place.host), str(place.port))
        if key not in seen:
            seen.add(key)
            yield place


def _ascii(host: str) -> str:
    try:
        return ascii_host(host)
    except BadHost:
        return host


def _moved(draft: ProfileDraft, place: ServerEndpoint) -> Candidate:
    stays = same_host(place.host, draft.host_name)
    moved = replace(draft, smtp_port=str(place.port), tls=True)
    if not stays:
        # Nor may whoever passes for one server by its certificate pass for another.
        moved = replace(moved, host_name=place.host, password=None, trusted_fingerprint="")
    return Candidate(draft=moved, reason=place.reason, same_host=stays, notes=place.notes)


def _of_sender(draft: ProfileDraft) -> tuple[Candidate, ...]:
    """Returns the one way to another MAIL FROM than the refused one, if there is one."""
    try:
        user = parse_address(draft.user_name) if draft.auth_required else None
        written = parse_address(draft.from_address)
    except BadAddress:
        # Without one of the two addresses there is no other to choose.
        return ()
    if user is None or user.spec.lower() == written.spec.lower():
        return ()
    if draft.envelope_sender is EnvelopeSender.USER:
        # As iCloud wants it for an own domain: there the log-in is refused as the sender.
        changed = replace(draft, envelope_sender=EnvelopeSender.FROM)
        reason = msg("Bounces go to the From Address, not to the user name.")
    else:
        changed = replace(draft, from_address=str(replace(user, display_name=written.display_name)))
        reason = msg("Mail is from the address that signs in.")
    return (Candidate(draft=changed, reason=reason, same_host=True),)
