"""Whether saving a draft would store something else than what its form was filled with."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, differs
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileType, SignIn

GENERIC = ProfileDraft(name="Shop", host_name="smtp.company.example", user_name="shop@company.example")
OPEN = replace(GENERIC, auth_required=False, user_name="", from_address="shop@company.example")
GRAPH = ProfileDraft(name="Office", type=ProfileType.GRAPH, user_name="office@company.example", tenant_id="t.example")


@pytest.mark.parametrize(
    ("filled", "typed"),
    [
        (GENERIC, {"name": "Shop 2"}),
        (GENERIC, {"signature": "Yours "}),
        (GENERIC, {"tls": False}),
        (GENERIC, {"ehlo_name": "pc7.company.example"}),
        (GENERIC, {"per_minute": "30"}),
        (replace(GENERIC, per_day="500"), {"per_day": ""}),
        (GENERIC, {"mails_per_connection": "5"}),
        (GRAPH, {"connections": "2"}),
        (GENERIC, {"password": Secret("one")}),
        (GENERIC, {"type": ProfileType.GRAPH}),
        (OPEN, {"auth_required": True}),
        (GRAPH, {"sign_in": SignIn.APP_ONLY}),
        (GRAPH, {"client_secret": Secret("two")}),
        (replace(GRAPH, cloud=Cloud.CUSTOM), {"authority": "https://login.example"}),
    ],
)
def test_what_would_be_stored_is_a_change(filled, typed):
    assert differs(replace(filled, **typed), filled)


@pytest.mark.parametrize(
    ("filled", "typed"),
    [
        (GENERIC, {}),
        (GENERIC, {"name": " Shop ", "host_name": "smtp.company.example\n"}),
        (GENERIC, {"tenant_id": "t.example", "client_id": "c", "scope": "mail", "client_secret": Secret("two")}),
        (OPEN, {"user_name": "typed before", "envelope_sender": EnvelopeSender.FROM, "password": Secret("one")}),
        (GRAPH, {"host_name": "smtp.company.example", "tls": False}),
        (GRAPH, {"ehlo_name": "pc7.company.example", "mails_per_connection": "5"}),
        (GENERIC, {"ehlo_name": " ", "per_minute": "0", "per_hour": " 00 ", "connections": " "}),
        (replace(GENERIC, per_day="500"), {"per_day": " 0500"}),
        (GRAPH, {"authority": "https://login.example", "graph_url": "https://graph.example"}),
        (replace(GRAPH, sign_in=SignIn.APP_ONLY), {"password": Secret("one")}),
    ],
)
def test_what_is_not_stored_is_no_change(filled, typed):
    assert not differs(replace(filled, **typed), filled)
