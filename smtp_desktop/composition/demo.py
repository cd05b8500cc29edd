"""The sample SMTPs and activities of the demo. Some fail on purpose, each differently; none leaves this computer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.profile import Cloud, ProfileId, ProfileType, SmtpProfile
from smtp_desktop.local_inbox.sample_mailbox import Account
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.profiles import Profiles

_SECRET_ENDS_DAYS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the demo plays: `inbox` is the SMTP of the local inbox, with its `password`; the others are the address of
    the sample mailbox, and what it is signed in to with."""

    inbox: SmtpProfile
    password: Secret
    graph_url: str
    account: Account


def fill(profiles: Profiles, activities: Activities, played: Played, today: date) -> None:
    """Creates the sample SMTPs and activities."""
    working, password, account = played.inbox, played.password, played.account
    like_it = replace(draft_of(working), is_default=False, password=password, description="")
    samples = (
        replace(
            like_it,
            name="HR_Letters",
            from_address="Human Resources <hr@northwind.example>",
            signature="Northwind Human Resources",
        ),
        replace(
            like_it,
            name="Wrong_Password",
            from_address="alerts@northwind.example",
            password=Secret("not the one"),
            description="Fails on purpose: the server refuses the password.",
        ),
        replace(
            like_it,
            name="Unknown_Issuer",
            from_address="reports@northwind.example",
            trusted_ca_pem="",
            description="Fails on purpose: the server's certificate is self-signed.",
        ),
        replace(
            like_it,
            name="Nothing_Listens",
            from_address="plant@northwind.example",
            smtp_port="1",
            description="Fails on purpose: the connection is refused.",
        ),
        ProfileDraft(
            name="Invoices_Graph",
            type=ProfileType.GRAPH,
            user_name=account.user_name,
            tenant_id=account.tenant_id,
            client_id=account.client_id,
            password=account.password,
            client_secret=account.client_secret,
            # Not Microsoft's own addresses: nothing of the demo may leave this computer.
            cloud=Cloud.CUSTOM,
            authority=played.graph_url,
            graph_url=played.graph_url,
            client_secret_valid_until=(today + timedelta(days=_SECRET_ENDS_DAYS)).isoformat(),
            description="A Microsoft 365 mailbox simulated by the demo: what it sends arrives in the local inbox, and "
            "Read mailbox in its menu shows its own messages.",
        ),
    )
    made = {profile.name: profile.id for profile in (working, *(profiles.create(sample) for sample in samples))}
    for activity in _activities(made):
        activities.create(activity)


def _activities(smtps: Mapping[str, ProfileId]) -> tuple[ActivityDraft, ...]:
    return (
        ActivityDraft(
            name="Nightly_Report",
            smtp_id=smtps["HR_Letters"],
            to="ops@northwind.example",
            subject="Nightly report for {{ day }}",
            text="Hello,\n\n{{ rows }} rows were loaded on {{ day }}.\n",
        ),
        ActivityDraft(
            name="Ticket_Closed",
            to="{{ customer }}",
            subject="Ticket {{ id }} is closed",
            text="Ticket {{ id }} is closed: {{ solution }}\n",
            html="<p>Ticket <b>{{ id }}</b> is closed:</p><p>{{ solution }}</p>",
        ),
        ActivityDraft(
            name="Alert_High",
            description="Its SMTP fails on purpose, so the backup takes over.",
            smtp_id=smtps["Wrong_Password"],
            backup_id=smtps["HR_Letters"],
            to="oncall@northwind.example",
            subject="{{ line }}: temperature high",
            text="{{ line }} is at {{ degrees }} degrees.\n",
        ),
    )
