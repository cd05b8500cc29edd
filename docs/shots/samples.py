"""The SMTPs of most pictures: a company's, of both types."""

from datetime import UTC, datetime, timedelta

from fakes.certificates import a_certificate
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft

from shots.sample_outbox import fill
from smtp_desktop.composition.application import Application
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Security, Stage, TlsMode
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SmtpProfile
from smtp_desktop.store.health import SqliteHealth

DURATIONS_MS = (70, 90, 80, 100, 90, 70, 80, 120, 90, 80, 90, 70, 80)


def company(application: Application, servers: Microsoft) -> list[SmtpProfile]:
    """Returns the SMTPs, which are stored with the results of checks, and with an outbox."""
    port = application.inbox.start()

    def create(name: str, **fields: object) -> SmtpProfile:
        typed = {"name": name, "password": Secret("sample"), **fields}
        return application.services.profiles.create(ProfileDraft(**typed))  # the fields are this file's own

    profiles = [
        create(
            "Corporate_Relay",
            is_default=True,
            from_address="no-reply@northwind.example",
            host_name="smtp.northwind.example",
            user_name="relay-svc@northwind.example",
            signature="Northwind Operations — IT Services",
        ),
        create(
            "Invoices_Graph",
            type=ProfileType.GRAPH,
            from_address="invoices@northwind.example",
            user_name=USER_NAME,
            tenant_id=TENANT,
            client_id=CLIENT_ID,
            password=Secret(PASSWORD),
            client_secret=Secret(CLIENT_SECRET),
            client_secret_valid_until=(datetime.now(UTC) + timedelta(days=12)).date().isoformat(),
            cloud=Cloud.CUSTOM,
            authority=servers.entra.url,
            graph_url=servers.graph.url,
        ),
        create(
            "Alerts_Mail",
            from_address="alerts@northwind.example",
            user_name="alerts@northwind.example",
            host_name="localhost",
            smtp_port=str(port),
            trusted_ca_pem=application.inbox.ca_pem,
        ),
        create(
            "Plant_Floor",
            from_address="mes@plant.local",
            host_name="10.20.0.5",
            smtp_port="25",
            tls=False,
            auth_required=False,
        ),
        create(
            "Marketing_SES",
            from_address="news@northwind.example",
            user_name="AKIAEXAMPLE",
            host_name="email-smtp.eu-west-1.amazonaws.com",
        ),
        create(
            "HR_Letters",
            from_address="hr@northwind.example",
            user_name="hr@northwind.example",
            host_name="smtp.northwind.example",
            smtp_port="465",
        ),
        create(
            "Corporate_Relay_copied",
            from_address="no-reply@northwind.example",
            host_name="smtp.northwind.example",
            user_name="relay-svc@northwind.example",
        ),
    ]
    _history(application, profiles)
    fill(application, profiles)
    return profiles


def _history(application: Application, profiles: list[SmtpProfile]) -> None:
    health = SqliteHealth(application.database)
    now = datetime.now(UTC)
    for profile in profiles:
        if profile.type is ProfileType.GRAPH or profile.name.endswith("_copied"):
            continue
        for number, duration_ms in enumerate(DURATIONS_MS):
            failed = profile.name == "Alerts_Mail" and number > 8
            health.record(
                CheckResult(
                    profile_id=profile.id,
                    at=now - timedelta(minutes=4),
                    test_kind=TestKind.CHECK,
                    ok=not failed,
                    duration_ms=duration_ms,
                    stage=Stage.SIGN_IN if failed else None,
                    kind=FailureKind.REPLY if failed else None,
                )
            )
    chain = (a_certificate("smtp.northwind.example", valid_until=datetime(2027, 2, 3, tzinfo=UTC)),)
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain)
    health.learn(ServerFact(host="smtp.northwind.example", port=587, security=security))
