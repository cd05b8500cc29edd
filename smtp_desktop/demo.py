"""The demo's content: sample SMTPs that all point at the local inbox, some of which fail on purpose."""

from dataclasses import replace

from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.domain.profile import ProfileType
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.server import LocalInbox
from smtp_desktop.services.profiles import Profiles

_TENANT = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
_CLIENT = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"


def fill(profiles: Profiles, inbox: LocalInbox, port: int) -> None:
    """The samples are saved; `inbox` listens on `port`."""
    works = ProfileDraft(
        name="Local_Inbox",
        is_default=True,
        from_address="Northwind Operations <no-reply@northwind.example>",
        signature="Northwind Operations\nIT Services",
        description="Takes every mail and shows it on the page Local inbox. Nothing leaves this computer.",
        host_name="localhost",
        smtp_port=str(port),
        user_name=inbox.user_name,
        password=inbox.password,
        trusted_ca_pem=inbox.ca_pem,
    )
    samples = (
        works,
        replace(works, name="HR_Letters", is_default=False, from_address="hr@northwind.example", description=""),
        replace(
            works,
            name="Wrong_Password",
            is_default=False,
            from_address="alerts@northwind.example",
            password=Secret("not the password"),
            description="Fails on purpose: the server refuses the password.",
        ),
        replace(
            works,
            name="Untrusted_Server",
            is_default=False,
            from_address="reports@northwind.example",
            trusted_ca_pem="",
            description="Fails on purpose: nobody vouches for the server's certificate.",
        ),
        replace(
            works,
            name="Nothing_Listens",
            is_default=False,
            from_address="plant@northwind.example",
            smtp_port="1",
            description="Fails on purpose: nothing listens on this port.",
        ),
        ProfileDraft(
            name="Invoices_Graph",
            type=ProfileType.GRAPH,
            from_address="invoices@northwind.example",
            user_name="invoices@northwind.example",
            tenant_id=_TENANT,
            client_id=_CLIENT,
            password=Secret("sample"),
            client_secret=Secret("sample"),
        ),
    )
    for sample in samples:
        profiles.create(sample)
