"""Finding out what will stop working when."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, tzinfo

from smtp_desktop.domain.checks.certificate_end_dates import certificate_end_dates
from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SmtpProfile
from smtp_desktop.domain.smtp.providers import app_password_provider

# Exchange Team Blog, 27 January 2026 (techcommunity 4489835): unchanged until then, off by default afterwards.
COMPANY_PASSWORDS_END = date(2026, 12, 31)
PERSONAL_PASSWORDS_ENDED = date(2024, 9, 16)
# Where company mailboxes are signed in to. Not smtp-hve.office365.com: High Volume Email has rules of its own.
_COMPANY_HOSTS = frozenset({"smtp.office365.com", "smtp-legacy.office365.com", "outlook.office365.com"})


def end_dates(
    profiles: Iterable[SmtpProfile], facts: Iterable[ServerFact], zone: tzinfo | None = None
) -> tuple[EndDate, ...]:
    """Returns all that is known to end, the soonest first. What ends for several SMTPs at once stands there once.

    `zone` is where the days are counted; None is this computer's own.
    """
    stored = sorted(profiles, key=lambda profile: profile.name.lower())
    found = (
        *certificate_end_dates(stored, facts, zone),
        *_client_secrets(stored),
        *_company_passwords(stored),
        *_personal_passwords(stored),
    )
    return tuple(sorted(found, key=_order))


def _order(deadline: EndDate) -> tuple[date, bool, float, str]:
    # What ends at a known moment ends before what lasts for the whole day.
    moment = deadline.ends_at
    return deadline.ends_on, moment is None, moment.timestamp() if moment else 0.0, deadline.names.lower()


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
            "This is its last day, as it was entered here. Afterwards Microsoft refuses the sign-in, and nothing is "
            "sent until a new client secret is entered."
        ),
        steps=(
            msg(
                "In Entra ID open the app under App registrations, then Certificates & secrets, and create a new "
                "client secret."
            ),
            msg("Enter its value and its last day here, and test: {names}.", names=names_of(smtps)),
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
        what=msg("Password sign-in at {hosts}", hosts=_hosts(signing_in)),
        meaning=msg(
            "At the end of December 2026 Microsoft switches sign-in with a password off by default; an administrator "
            "can switch it on again. Tenants that are created later do without it from the start. The day on which it "
            "is removed for good is to be announced in the second half of 2027. Sign-in with OAuth goes on."
        ),
        steps=(
            msg(
                "Change to the type MS Graph API, which signs in with OAuth, and test: {names}.", names=names_of(smtps)
            ),
            msg(
                "Where that takes longer, an administrator of your Microsoft 365 can switch sign-in with a password on "
                "again. That helps until it is removed for good."
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
        what=msg("Password sign-in at {hosts}", hosts=_hosts(signing_in)),
        meaning=msg(
            "Since 16 September 2024 Microsoft takes no passwords for personal mailboxes (Outlook.com, Hotmail, Live) "
            "any more, app passwords included."
        ),
        steps=(
            msg("Send through another provider, or from a Microsoft 365 mailbox of your company (type MS Graph API)."),
        ),
    )


def _takes_no_password(host: str) -> bool:
    provider = app_password_provider(host)
    return provider is not None and not provider.takes_passwords


def _signing_in(profiles: Sequence[SmtpProfile], at: Callable[[str], bool]) -> list[SmtpProfile]:
    """Returns those that sign in to a server whose host name is one of `at`."""
    return [
        profile
        for profile in profiles
        if isinstance(profile.server, GenericServer) and profile.server.auth_required and at(_host(profile))
    ]


def _hosts(profiles: Sequence[SmtpProfile]) -> str:
    return ", ".join(dict.fromkeys(map(_host, profiles)))


def _host(profile: SmtpProfile) -> str:
    place = endpoint_of(profile.server)
    return place[0] if place else ""
