"""The end dates of ways to sign in: of passwords at Microsoft, and of sign-ins in a browser."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta, tzinfo

from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.health import endpoint_of
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import INTERACTIVE, GenericServer, ProfileId, SignIn, SmtpProfile
from smtp_desktop.domain.smtp.providers import app_password_provider

# Exchange Team Blog, 27 January 2026 (techcommunity 4489835): unchanged until then, off by default afterwards.
COMPANY_PASSWORDS_END = date(2026, 12, 31)
PERSONAL_PASSWORDS_ENDED = date(2024, 9, 16)
# Where company mailboxes are signed in to. Not smtp-hve.office365.com: High Volume Email has rules of its own.
_COMPANY_HOSTS = frozenset({"smtp.office365.com", "smtp-legacy.office365.com", "outlook.office365.com"})
# Google, "Using OAuth 2.0", Refresh token expiration: an app in Testing, and a token or client that nobody uses.
_TESTING = timedelta(days=7)
_IDLE = timedelta(days=180)
_A_DAY = timedelta(days=1)


def password_dates(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    """Yields when Microsoft ends, or has ended, the sign-in by password."""
    company = _by_password(profiles, lambda host: host in _COMPANY_HOSTS)
    if company:
        yield _company_passwords(company)
    personal = _by_password(profiles, _takes_no_password)
    if personal:
        yield _personal_passwords(personal)


def sign_in_dates(
    profiles: Sequence[SmtpProfile], signed_in: Mapping[ProfileId, SignedIn], zone: tzinfo | None
) -> Iterator[EndDate]:
    """Yields when somebody has to sign in again, as far as `signed_in` shows it."""
    for profile in profiles:
        state = signed_in.get(profile.id)
        if state is None or profile.server.sign_in not in INTERACTIVE:
            continue
        if state.problem:
            yield _not_renewed(profile, state, zone)
        elif state.ends_at:
            yield _ending(profile, state, zone)
        elif _is_google(profile):
            yield _unused(profile, state, zone)


def _company_passwords(group: Sequence[SmtpProfile]) -> EndDate:
    smtps = affected(group)
    return EndDate(
        kind=EndDateKind.PASSWORD_SIGN_IN,
        ends_on=COMPANY_PASSWORDS_END,
        may_go_on=True,
        smtps=smtps,
        what=msg("Password sign-in at {hosts}", hosts=_hosts(group)),
        meaning=msg(
            "At the end of December 2026, Microsoft turns off password sign-in by default; an administrator "
            "can turn it back on. For tenants created later, it is unavailable by default. Microsoft will announce "
            "the final removal date in the second half of 2027. OAuth sign-in is not affected."
        ),
        steps=(
            msg(
                "Change to the browser sign-in, or to type MS Graph API, then test: {names}. Activities and history "
                "stay.",
                names=names_of(smtps),
            ),
            msg(
                "If that takes longer, a Microsoft 365 administrator can turn password sign-in back on until it "
                "is finally removed."
            ),
        ),
    )


def _personal_passwords(group: Sequence[SmtpProfile]) -> EndDate:
    return EndDate(
        kind=EndDateKind.PASSWORD_SIGN_IN,
        ends_on=PERSONAL_PASSWORDS_ENDED,
        smtps=affected(group),
        what=msg("Password sign-in at {hosts}", hosts=_hosts(group)),
        meaning=msg(
            "Since 16 September 2024, Microsoft no longer accepts passwords, including app passwords, for "
            "personal mailboxes (Outlook.com, Hotmail, Live)."
        ),
        steps=(
            msg(
                "Change to the browser sign-in, or send from a Microsoft 365 mailbox in your company (type MS Graph "
                "API)."
            ),
        ),
    )


def _not_renewed(profile: SmtpProfile, state: SignedIn, zone: tzinfo | None) -> EndDate:
    return EndDate(
        kind=EndDateKind.SIGN_IN,
        ends_on=state.valid_until.astimezone(zone).date(),
        ends_at=state.valid_until,
        smtps=affected([profile]),
        what=_sign_in_of(profile, state),
        meaning=msg("The access token could not be renewed: {why}.", why=_why(state.problem)),
        steps=(_again(profile),),
    )


def _ending(profile: SmtpProfile, state: SignedIn, zone: tzinfo | None) -> EndDate:
    ends_at = state.ends_at or state.valid_until
    in_testing = _is_google(profile) and ends_at - state.signed_in_at < _TESTING + _A_DAY
    return EndDate(
        kind=EndDateKind.SIGN_IN,
        ends_on=ends_at.astimezone(zone).date(),
        ends_at=ends_at,
        smtps=affected([profile]),
        what=_sign_in_of(profile, state),
        meaning=(
            msg("Your Google app is in Testing: Google signs out its users 7 days after each sign-in.")
            if in_testing
            else msg("The authorization server ends the sign-in then. After that, nothing is sent.")
        ),
        steps=(*(_PUBLISHING if in_testing else ()), _again(profile)),
    )


def _unused(profile: SmtpProfile, state: SignedIn, zone: tzinfo | None) -> EndDate:
    ends_at = state.valid_until + _IDLE
    return EndDate(
        kind=EndDateKind.UNUSED_SIGN_IN,
        ends_on=ends_at.astimezone(zone).date(),
        smtps=affected([profile]),
        what=msg("Unused sign-in of {account}", account=_account(profile, state)),
        meaning=msg(
            "Google ends a sign-in, and deletes a client, that nobody uses for 6 months. Each message and each check "
            "postpones this date."
        ),
        steps=(msg("Run a check: {names}.", names=profile.name),),
    )


_PUBLISHING = (
    msg(
        "In the Google Cloud console, open Google Auth Platform, Audience. If all users are in your Google Workspace, "
        "choose Make internal; otherwise choose Publish app."
    ),
)


def _again(profile: SmtpProfile) -> MessageText:
    return msg("Sign in again: {names}.", names=profile.name)


def _sign_in_of(profile: SmtpProfile, state: SignedIn) -> MessageText:
    return msg("Sign-in of {account}", account=_account(profile, state))


def _account(profile: SmtpProfile, state: SignedIn) -> str:
    return state.account or profile.server.user_name


def _why(problem: str) -> str:
    try:
        return str(words_of(Cause(problem)).clause)
    except ValueError:  # a newer version wrote it
        return problem


def _is_google(profile: SmtpProfile) -> bool:
    server = profile.server
    return (
        isinstance(server, GenericServer)
        and server.oauth is not None
        and (server.oauth.provider is OAuthProvider.GOOGLE)
    )


def _takes_no_password(host: str) -> bool:
    provider = app_password_provider(host)
    return provider is not None and not provider.takes_passwords


def _by_password(profiles: Sequence[SmtpProfile], at: Callable[[str], bool]) -> list[SmtpProfile]:
    """Returns the profiles that sign in with a password to a server whose host name satisfies `at`."""
    return [
        profile
        for profile in profiles
        if isinstance(profile.server, GenericServer)
        and profile.server.auth_required
        and profile.server.sign_in is SignIn.PASSWORD
        and at(_host(profile))
    ]


def _host(profile: SmtpProfile) -> str:
    endpoint = endpoint_of(profile.server)
    return endpoint.host if endpoint else ""


def _hosts(profiles: Iterable[SmtpProfile]) -> str:
    return ", ".join(dict.fromkeys(map(_host, profiles)))
