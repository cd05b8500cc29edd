"""SMTPs and servers for which something ends."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.domain.checks.end_dates import end_dates
from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, ProfileId, SignIn, SmtpProfile

BERLIN, APIA, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Honolulu")
HOST = "smtp.company.example"
END = datetime(2027, 2, 3, 12, 0, tzinfo=UTC)
CA_NAME = "Example CA, Example Ltd"  # who issued what `a_certificate` makes
LEAF = a_certificate(HOST, valid_until=END)


def generic(name: str, **server: Any) -> SmtpProfile:
    return SmtpProfile(id=ProfileId(name.lower()), name=name, server=GenericServer(**({"host_name": HOST} | server)))


def by_oauth(name: str, provider: OAuthProvider, sign_in: SignIn, **server: Any) -> SmtpProfile:
    """Returns an SMTP of a server that is signed in to without a password."""
    client = OAuthClient(provider=provider, client_id="ABC", tenant_id="company.example", issuer="https://id.example")
    return generic(name, **{"user_name": "box@company.example", "oauth": client, "sign_in": sign_in} | server)


def graph(name: str, valid_until: date | None, **server: Any) -> SmtpProfile:
    values = {"user_name": "box@company.example", "tenant_id": "company.example", "client_id": "ABC"} | server
    return SmtpProfile(
        id=ProfileId(name.lower()), name=name, server=GraphMailbox(**values, client_secret_valid_until=valid_until)
    )


def fact(*chain: Certificate, host: str = HOST, port: int = 587) -> ServerFact:
    return ServerFact(host=host, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


def found(
    profiles: Iterable[SmtpProfile],
    facts: Iterable[ServerFact] = (),
    zone: tzinfo = UTC,
    signed_in: Iterable[SignedIn] = (),
) -> list[tuple[str, date, str]]:
    return [(one.kind.value, one.ends_on, one.names) for one in end_dates(profiles, facts, signed_in, zone=zone)]


def only(
    profiles: Iterable[SmtpProfile],
    facts: Iterable[ServerFact] = (),
    zone: tzinfo = UTC,
    signed_in: Iterable[SignedIn] = (),
) -> EndDate:
    (end_date,) = end_dates(profiles, facts, signed_in, zone=zone)
    return end_date


def advice(end_date: EndDate) -> str:
    return "\n".join(map(str, (end_date.what, end_date.meaning, *end_date.steps)))
