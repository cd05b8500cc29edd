"""Settings that may work in place of those that failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.address import BadAddress, BadHost, ascii_host, parse_address
from smtp_desktop.domain.conversation import CertificateFault, Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.draft import ProfileDraft, same_host
from smtp_desktop.domain.profile import EnvelopeSender, ProfileType
from smtp_desktop.domain.providers import Providers
from smtp_desktop.domain.sensible_places import Place, first_places, last_places
from smtp_desktop.domain.text import Text, text

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
    reason: Text
    same_host: bool
    notes: tuple[Text, ...] = ()


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


def _fresh(places: Iterator[Place], seen: set[tuple[str, str]]) -> Iterator[Place]:
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


def _moved(draft: ProfileDraft, place: Place) -> Candidate:
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
        reason = text("Bounces go to the From Address, not to the user name.")
    else:
        changed = replace(draft, from_address=str(replace(user, display_name=written.display_name)))
        reason = text("Mail is from the address that signs in.")
    return (Candidate(draft=changed, reason=reason, same_host=True),)
