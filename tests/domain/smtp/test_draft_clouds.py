"""Rules for a mailbox's cloud and client secret, and the draft of a stored SMTP."""

from dataclasses import replace
from datetime import date

import pytest
from domain.smtp.drafts import GENERIC, GRAPH, GUID, profile_of, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileId, ProfileType, SignIn
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

ADDRESSES = st.sampled_from(["", "https://l.example", " https://l.example/t/ ", "https://[::1]:8443/beta"])
DRAFTS = st.builds(
    ProfileDraft,
    name=st.sampled_from(["Shop", " Office ", "x" * 50]),
    type=st.sampled_from(ProfileType),
    is_default=st.booleans(),
    from_address=st.sampled_from(["a@b.example", " Ann <a@b.example> "]),
    signature=st.text(max_size=250),
    description=st.text(max_size=40),
    host_name=st.sampled_from(["smtp.company.example", " FASS.example. ", "::1"]),
    smtp_port=st.integers(1, 65535).map(str),
    tls=st.booleans(),
    auth_required=st.booleans(),
    user_name=st.sampled_from(["a@b.example", " a@b.example "]),
    envelope_sender=st.sampled_from(EnvelopeSender),
    tenant_id=st.sampled_from([GUID, f" {GUID.upper()}", "company.example"]),
    client_id=st.sampled_from([GUID, f"{GUID} "]),
    sign_in=st.sampled_from(SignIn),
    cloud=st.sampled_from(Cloud),
    authority=ADDRESSES,
    graph_url=ADDRESSES,
    client_secret_valid_until=st.one_of(st.just(" "), st.dates().map(str)),
    password=st.just(Secret("one")),
    client_secret=st.just(Secret("two")),
    trusted_ca_pem=st.sampled_from(["", "PEM"]),
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(DRAFTS)
def test_whatever_can_be_saved_fills_the_form_so_that_saving_it_changes_nothing(draft: ProfileDraft) -> None:
    if field_errors(draft, None):
        return
    stored = profile_from_draft(draft, profile_id=ProfileId("p1"), stored=None)
    again = replace(draft_of(stored), password=Secret("one"), client_secret=Secret("two"))
    assert profile_from_draft(again, profile_id=stored.id, stored=None) == stored
    assert draft_of(stored) == replace(again, password=None, client_secret=None)


def test_a_mailbox_is_of_the_global_cloud_until_another_is_chosen() -> None:
    assert ProfileDraft().cloud is Cloud.GLOBAL
    assert profile_of(GRAPH).server.cloud is Cloud.GLOBAL


@pytest.mark.parametrize("cloud", Cloud)
def test_addresses_are_asked_for_and_kept_for_the_custom_cloud_alone(cloud: Cloud) -> None:
    custom = cloud is Cloud.CUSTOM
    assert set(refused(GRAPH, cloud=cloud)) == ({"authority", "graph_url"} if custom else set())
    assert refused(GENERIC, cloud=cloud) == {}
    server = profile_of(
        GRAPH, cloud=cloud, authority=" https://l.example ", graph_url=" https://g.example/v1.0 "
    ).server
    expected = ("https://l.example", "https://g.example/v1.0") if custom else ("", "")
    assert (server.cloud, server.authority, server.graph_url) == (cloud, *expected)


@pytest.mark.parametrize("field", ["authority", "graph_url"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        *[("", "Enter the address"), (" ", "Enter the address"), ("http://l.example", "begins with https://")],
        *[("l.example", "begins with https://"), ("https://a@l.example", "begins with https://")],
        *[("https://l.example?x", "begins with https://"), ("https://l\udcfc.example", "begins with https://")],
    ],
)
def test_an_address_of_the_custom_cloud_is_refused(field: str, typed: str, words: str) -> None:
    draft = replace(GRAPH, cloud=Cloud.CUSTOM, authority="https://l.example", graph_url="https://g.example")
    assert refused(draft) == {}
    found = refused(draft, **{field: typed})
    assert set(found) == {field}
    assert words in found[field]


@pytest.mark.parametrize("typed", ["", " ", "2027-05-31", " 2027-05-31 ", "2020-02-29"])
def test_the_last_day_of_a_client_secret_is_taken(typed: str) -> None:
    expected = date.fromisoformat(typed.strip()) if typed.strip() else None
    assert profile_of(GRAPH, client_secret_valid_until=typed).server.client_secret_valid_until == expected


@pytest.mark.parametrize(
    "typed",
    ["x", "31.05.2027", "2027-02-29", "2027-13-01", "2027-5-31", "05/31/2027", "2027-05-31T00:00", "\udcfc" * 10],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    found = refused(GRAPH, client_secret_valid_until=typed)
    assert set(found) == {"client_secret_valid_until"}
    assert "2027-05-31" in found["client_secret_valid_until"]
    assert refused(GENERIC, client_secret_valid_until=typed) == {}
