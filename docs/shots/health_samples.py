"""SMTPs in every state that a card can show."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from fakes.certificates import a_certificate

from shots.network import ENDS_IN_DAYS, PASSWORD
from smtp_desktop.composition.application import Application
from smtp_desktop.domain.checks.check_settings import OFF, SENDER_CHECKS_KEY
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind, WarningKind
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Security, Stage, TlsMode
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox

_CHECKS = 36
_EVERY = timedelta(minutes=30)
_NEWS = (WarningKind.FOREIGN_FREEMAIL, WarningKind.CERTIFICATE_ENDS)
_REFUSED = "535 5.7.8 Authentication credentials invalid"
_WITHOUT_RESULTS = ("Lab_Relay", "Scanner_Floor2")
_APP = "16fd2706-8baf-433b-82eb-8c7fada847da"


def all_states(application: Application) -> Sequence[SmtpProfile]:
    """Returns the SMTPs, which are stored with what their cards tell."""
    # Nothing of a sender is looked up in DNS: only what its names tell is said.
    application.services.preferences.put(SENDER_CHECKS_KEY, OFF)
    profiles = tuple(application.services.profiles.create(draft) for draft in _drafts())
    health = SqliteHealth(application.database)
    for profile in profiles:
        if profile.name not in _WITHOUT_RESULTS:
            for result in _results(profile):
                health.record(result)
    for host, days in (
        ("hr.northwind.example", ENDS_IN_DAYS),
        ("smtp.northwind.example", 71),
        ("mail.old.example", -3),
    ):
        health.learn(_fact(host, days))
    ids = {profile.name: profile.id for profile in profiles}
    SqliteOutbox(application.database).hold(_hold(ids["Shop_Orders"]))
    return profiles


def _drafts() -> Iterator[ProfileDraft]:
    relay = {"host_name": "smtp.northwind.example", "user_name": "relay-svc@northwind.example"}
    yield _draft("Corporate_Relay", "no-reply@northwind.example", is_default=True, **relay)
    yield _draft("Alerts_Mail", "alerts@northwind.example", **{**relay, "user_name": "alerts@northwind.example"})
    yield _draft("Archive_Relay", "archive@northwind.example", host_name="mail.old.example")
    yield _draft(
        "HR_Letters", "hr@northwind.example", host_name="hr.northwind.example", user_name="hr@northwind.example"
    )
    yield _draft("Invoices_M365", "invoices@northwind.example", host_name="smtp.office365.com")
    yield _draft("Lab_Relay", "lab@northwind.example", host_name="lab.northwind.example")
    yield _draft("Newsletter", "northwind.news@gmail.com", **relay)
    yield _draft("Partner_Relay", "orders@fabrikam.example", host_name="relay.fabrikam.example")
    yield _draft(
        "Plant_Floor", "mes@plant.example", host_name="10.20.0.5", smtp_port="25", tls=False, auth_required=False
    )
    yield ProfileDraft(
        name="Reports_Graph",
        type=ProfileType.GRAPH,
        from_address="reports@northwind.example",
        user_name="svc-reports@northwind.example",
        tenant_id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        client_id=_APP,
        password=Secret(PASSWORD),
        client_secret=Secret(PASSWORD),
        client_secret_valid_until=(datetime.now(UTC) + timedelta(days=12)).date().isoformat(),
    )
    yield _draft(
        "Scanner_Floor2",
        "scan@contoso.example",
        host_name="mail.contoso.example",
        smtp_port="26",
        user_name="scan@contoso.example",
    )
    yield _draft("Shop_Orders", "orders@northwind.example", host_name="shop.northwind.example")
    yield _draft(
        "Warehouse",
        "stock@northwind.example",
        host_name="warehouse.northwind.example",
        trusted_fingerprint="5e" * 32,
        fingerprint_host="warehouse.northwind.example",
    )


def _draft(name: str, from_address: str, **fields: object) -> ProfileDraft:
    typed = {"name": name, "from_address": from_address, "user_name": from_address, "password": Secret(PASSWORD)}
    return ProfileDraft(**{**typed, **fields})  # the fields are this file's own


def _results(profile: SmtpProfile) -> Iterator[CheckResult]:
    now = datetime.now(UTC)
    for number in range(_CHECKS):
        age = timedelta(minutes=4) + _EVERY * (_CHECKS - 1 - number)
        yield _result(profile, number, now - age)


def _result(profile: SmtpProfile, number: int, at: datetime) -> CheckResult:
    tested = number % 9 == 4
    base = {
        "profile_id": profile.id,
        "at": at,
        "test_kind": TestKind.TEST if tested else TestKind.CHECK,
        "duration_ms": 70.0 + 11 * (number * 7 % 9) + (260 if tested else 0),
    }
    broken = {"ok": False, "stage": Stage.SIGN_IN, "kind": FailureKind.REPLY, "reply": _REFUSED}
    timed_out = {"ok": False, "stage": Stage.CONNECT, "kind": FailureKind.TIMED_OUT, "duration_ms": 900.0}
    of_name: dict[str, dict[str, object]] = {
        "Alerts_Mail": broken if number > _CHECKS - 4 else {},
        "Newsletter": {"warnings": _NEWS} if number > 20 else {},
        "Corporate_Relay": {11: timed_out, 24: timed_out, 29: broken, 33: timed_out}.get(number, {}),
    }
    return CheckResult(**{"ok": True, **base, **of_name.get(profile.name, {})})


def _fact(host: str, days: int) -> ServerFact:
    now = datetime.now(UTC)
    chain = (a_certificate(host, valid_until=now + timedelta(days=days), fingerprint=f"{days + 100:02x}" * 32),)
    return ServerFact(host=host, port=587, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


def _hold(profile_id: ProfileId) -> SmtpHold:
    now = datetime.now(UTC)
    return SmtpHold(
        profile_id=profile_id,
        since=now - timedelta(minutes=20),
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        reply=_REFUSED,
        until=now + timedelta(minutes=10),
    )
