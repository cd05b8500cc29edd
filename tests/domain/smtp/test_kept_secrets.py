"""A stored secret is used only for the server that it was entered for."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import (
    Cloud,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
OTHER_GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
SHOP = SmtpProfile(
    id=ProfileId("p1"),
    name="Shop",
    server=GenericServer(
        host_name="smtp.faß.example", user_name="shop@company.example", password_ref=SecretRef("keyring:1")
    ),
)
OFFICE = SmtpProfile(
    id=ProfileId("p2"),
    name="Office",
    server=GraphMailbox(
        user_name="office@company.example",
        tenant_id=GUID,
        client_id=GUID,
        password_ref=SecretRef("keyring:2"),
        client_secret_ref=SecretRef("keyring:3"),
    ),
)
GLOBAL_TYPED = {
    "cloud": Cloud.CUSTOM,
    "authority": "https://login.microsoftonline.com",
    "graph_url": "https://graph.microsoft.com/v1.0",
}
PLANT = replace(
    OFFICE,
    server=replace(
        OFFICE.server,
        cloud=Cloud.CUSTOM,
        authority="https://login.plant.example:8443/one",
        graph_url="https://graph.plant.example",
    ),
)
BOTH = {SecretField.PASSWORD, SecretField.CLIENT_SECRET}


@pytest.mark.parametrize(
    "host",
    ["smtp.faß.example", "SMTP.faß.EXAMPLE", "smtp.faß.example.", " smtp.faß.example ", "smtp.xn--fa-hia.example"],
)
def test_the_same_host_keeps_the_password(host: str) -> None:
    draft = replace(draft_of(SHOP), host_name=host)
    assert kept_secrets(draft, SHOP) == {SecretField.PASSWORD}
    assert profile_from_draft(draft, profile_id=SHOP.id, stored=SHOP).server.password_ref == "keyring:1"


@pytest.mark.parametrize(
    "change", [{"smtp_port": "25"}, {"user_name": "other@company.example"}, {"name": "New"}], ids=str
)
def test_other_fields_keep_the_password(change: dict[str, str]) -> None:
    assert kept_secrets(replace(draft_of(SHOP), **change), SHOP) == {SecretField.PASSWORD}


@pytest.mark.parametrize("host", ["smtp.fass.example", "faß.example", "evil.example", "smtp.faß.example.evil.example"])
def test_another_host_asks_for_the_password_again(host: str) -> None:
    draft = replace(draft_of(SHOP), host_name=host)
    (error,) = field_errors(draft, SHOP)

    assert kept_secrets(draft, SHOP) == frozenset()
    assert error.field == "password"
    assert "smtp.faß.example" in str(error.message)
    with pytest.raises(FieldErrors):
        profile_from_draft(draft, profile_id=SHOP.id, stored=SHOP)
    typed = profile_from_draft(replace(draft, password=Secret("new")), profile_id=SHOP.id, stored=SHOP)
    assert typed.server.password_ref is None


@pytest.mark.parametrize("host", ["", "not a host", "300.1.1.1"])
def test_what_is_no_host_keeps_nothing(host: str) -> None:
    assert kept_secrets(replace(draft_of(SHOP), host_name=host), SHOP) == frozenset()


def test_a_stored_host_that_is_none_keeps_nothing() -> None:
    broken = replace(SHOP, server=replace(SHOP.server, host_name="not a host"))
    assert kept_secrets(draft_of(broken), broken) == frozenset()


def test_without_auth_the_password_is_dropped() -> None:
    draft = replace(draft_of(SHOP), auth_required=False, from_address="a@b.example")
    assert kept_secrets(draft, SHOP) == frozenset()
    assert profile_from_draft(draft, profile_id=SHOP.id, stored=SHOP).secret_refs == {}


def test_a_new_smtp_has_nothing_to_keep() -> None:
    assert kept_secrets(draft_of(SHOP), None) == frozenset()


def test_another_type_keeps_nothing_and_asks_as_for_a_new_one() -> None:
    to_graph = replace(draft_of(OFFICE), type=ProfileType.GRAPH)
    to_generic = replace(draft_of(SHOP), type=ProfileType.GENERIC)

    assert kept_secrets(to_graph, SHOP) == frozenset()
    assert kept_secrets(to_generic, OFFICE) == frozenset()
    assert [str(error.message) for error in field_errors(to_generic, OFFICE)] == ["Enter the password."]


def test_another_type_keeps_nothing_even_where_the_hidden_fields_still_hold_the_place() -> None:
    to_graph = replace(draft_of(SHOP), type=ProfileType.GRAPH, tenant_id=GUID, client_id=GUID)
    to_generic = replace(draft_of(OFFICE), type=ProfileType.GENERIC, host_name="smtp.company.example")
    assert kept_secrets(to_graph, SHOP) == frozenset()
    assert kept_secrets(to_generic, OFFICE) == frozenset()


@pytest.mark.parametrize("tenant", [GUID, GUID.upper(), f" {GUID} "])
def test_the_same_tenant_keeps_both_secrets(tenant: str) -> None:
    draft = replace(draft_of(OFFICE), tenant_id=tenant)
    profile = profile_from_draft(draft, profile_id=OFFICE.id, stored=OFFICE)

    assert kept_secrets(draft, OFFICE) == BOTH
    assert profile.secret_refs == OFFICE.secret_refs


def test_another_tenant_asks_for_both_secrets_again() -> None:
    draft = replace(draft_of(OFFICE), tenant_id=OTHER_GUID)
    errors = field_errors(draft, OFFICE)

    assert kept_secrets(draft, OFFICE) == frozenset()
    assert {error.field for error in errors} == BOTH
    assert all(GUID in str(error.message) for error in errors)


@pytest.mark.parametrize(
    ("stored", "change"),
    [
        (OFFICE, {"cloud": Cloud.US_L4}),
        (OFFICE, {"cloud": Cloud.US_DOD}),
        (OFFICE, {"cloud": Cloud.CHINA}),
        (OFFICE, GLOBAL_TYPED | {"authority": "https://evil.example"}),
        (OFFICE, GLOBAL_TYPED | {"authority": "https://login.microsoftonline.com:8443"}),
        (OFFICE, GLOBAL_TYPED | {"authority": f"https://login.microsoftonline.com/{OTHER_GUID}"}),
        (OFFICE, GLOBAL_TYPED | {"graph_url": "https://graph.microsoft.com.evil.example"}),
        (OFFICE, GLOBAL_TYPED | {"graph_url": "https://graph.microsoft.us"}),
        (OFFICE, GLOBAL_TYPED | {"authority": ""}),
        (OFFICE, GLOBAL_TYPED | {"graph_url": "http://graph.microsoft.com"}),
        (OFFICE, GLOBAL_TYPED | {"tenant_id": OTHER_GUID}),
        (PLANT, {"authority": "https://login.plant.example/one"}),
        (PLANT, {"authority": "https://login.plant.example:8443/two"}),
        (PLANT, {"authority": "https://login.plant.example:8443"}),
        (PLANT, {"authority": "https://"}),
        (PLANT, {"graph_url": "https://graph.plant.example:8443"}),
        (PLANT, {"graph_url": "https://graph.plant.example@evil.example"}),
        (PLANT, {"cloud": Cloud.GLOBAL}),
    ],
    ids=lambda value: "" if isinstance(value, SmtpProfile) else str(value),
)
def test_another_cloud_asks_for_both_secrets_again(stored: SmtpProfile, change: dict[str, object]) -> None:
    draft = replace(draft_of(stored), **change)
    assert kept_secrets(draft, stored) == frozenset()
    assert {error.field for error in field_errors(draft, stored)} >= BOTH
    with pytest.raises(FieldErrors):
        profile_from_draft(draft, profile_id=stored.id, stored=stored)


@pytest.mark.parametrize(
    ("stored", "change"),
    [
        (OFFICE, GLOBAL_TYPED),
        (OFFICE, {"authority": "https://evil.example", "graph_url": "https://evil.example"}),  # not of this cloud
        (OFFICE, {"client_secret_valid_until": "2027-05-31"}),
        (PLANT, {"authority": " HTTPS://Login.Plant.Example:8443/one/ "}),
        (PLANT, {"graph_url": "https://graph.plant.example/beta"}),
    ],
    ids=lambda value: "" if isinstance(value, SmtpProfile) else str(value),
)
def test_the_same_cloud_keeps_both_secrets(stored: SmtpProfile, change: dict[str, object]) -> None:
    draft = replace(draft_of(stored), **change)
    assert kept_secrets(draft, stored) == BOTH
    assert profile_from_draft(draft, profile_id=stored.id, stored=stored).secret_refs == stored.secret_refs


def test_app_only_sign_in_drops_the_password_alone() -> None:
    draft = replace(draft_of(OFFICE), sign_in=SignIn.APP_ONLY)
    assert kept_secrets(draft, OFFICE) == {SecretField.CLIENT_SECRET}
    assert profile_from_draft(draft, profile_id=OFFICE.id, stored=OFFICE).secret_refs == {
        SecretField.CLIENT_SECRET: "keyring:3"
    }


def test_what_was_not_stored_is_not_kept() -> None:
    app_only = replace(OFFICE, server=replace(OFFICE.server, sign_in=SignIn.APP_ONLY, password_ref=None))
    draft: ProfileDraft = replace(draft_of(app_only), sign_in=SignIn.PASSWORD)

    assert kept_secrets(draft, app_only) == {SecretField.CLIENT_SECRET}
    assert [str(error.message) for error in field_errors(draft, app_only)] == ["Enter the password."]
