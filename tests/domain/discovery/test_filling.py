"""A proposal in the form: what it fills, and what it leaves alone."""

from dataclasses import replace

import pytest
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.discovery.filling import filled, proposed_name
from smtp_desktop.domain.discovery.known import listed_proposals
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn

EMPTY = ProfileDraft(is_default=True)


def proposal(address):
    return listed_proposals(parse_address(address), PROVIDERS)[0]


def put(address, onto=EMPTY, before=EMPTY, taken=()):
    return filled(proposal(address), parse_address(address), onto, before=before, taken=taken)


def test_an_empty_form_is_filled_whole():
    draft = put("Shop <shop@web.de>")

    assert draft == replace(
        EMPTY,
        name="Shop_web",
        from_address='"Shop" <shop@web.de>',
        host_name="smtp.web.de",
        smtp_port="465",
        user_name="shop",
    )


def test_an_international_domain_is_written_in_its_own_letters():
    address = parse_address("J\u00f6rg <shop@m\u00fcnchen.example>")
    draft = filled(proposal("me@gmail.com"), address, EMPTY, before=EMPTY)

    assert (draft.from_address, draft.name) == ('"J\u00f6rg" <shop@m\u00fcnchen.example>', "Shop_munchen")


def test_a_sign_in_in_the_browser_brings_its_provider():
    draft = put("me@outlook.com")

    assert (draft.sign_in, draft.provider) == (SignIn.BROWSER, OAuthProvider.MICROSOFT)


def test_what_was_typed_stays():
    typed = replace(EMPTY, name="Mine", from_address="Other <o@x.example>", user_name="u", description="d")
    draft = put("me@gmail.com", typed)

    assert (draft.name, draft.from_address, draft.user_name, draft.description) == (
        "Mine",
        "Other <o@x.example>",
        "u",
        "d",
    )
    assert draft.host_name == "smtp.gmail.com"


def test_a_port_that_was_typed_stays_with_the_proposed_host():
    assert put("me@gmail.com", replace(EMPTY, smtp_port="2525")).smtp_port == "2525"


def test_a_host_that_was_typed_keeps_port_tls_and_sign_in():
    typed = replace(EMPTY, host_name="relay.contoso.example")
    draft = put("me@outlook.com", typed)

    assert (draft.host_name, draft.smtp_port, draft.sign_in) == ("relay.contoso.example", "587", SignIn.PASSWORD)
    assert draft.from_address == "me@outlook.com"


def test_the_same_host_typed_by_hand_gets_the_rest():
    assert put("me@gmail.com", replace(EMPTY, host_name=" SMTP.gmail.com ")).smtp_port == "465"


def test_what_an_earlier_proposal_filled_is_replaced_but_not_what_was_changed_since():
    first = put("me@outlook.com")
    changed = replace(first, user_name="somebody@else.example")
    second = put("shop@web.de", changed, before=first)

    assert (second.host_name, second.smtp_port, second.sign_in) == ("smtp.web.de", "465", SignIn.PASSWORD)
    assert (second.from_address, second.user_name) == ("shop@web.de", "somebody@else.example")


def test_what_was_emptied_is_filled_again():
    first = put("me@outlook.com")

    assert put("shop@web.de", replace(first, name=""), before=first).name == "Shop_web"


def test_a_mailbox_of_graph_gets_no_server():
    draft = put("me@outlook.com", replace(EMPTY, type=ProfileType.GRAPH))

    assert (draft.host_name, draft.sign_in) == ("", SignIn.PASSWORD)
    assert draft.user_name == "me@outlook.com"


@pytest.mark.parametrize(
    ("address", "taken", "name"),
    [
        ("alerts@contoso.example", (), "Alerts_contoso"),
        ("alerts@contoso.example", ("alerts_contoso",), "Alerts_contoso_2"),
        ("a.b+c@mail.contoso.co.uk", (), "A_b_c_contoso"),
        ("me@plant.local", (), "Me_plant"),
        ("me@[192.0.2.1]", (), "Me_2"),
        ("\u90f5\u4ef6@contoso.example", (), "Contoso"),
    ],
)
def test_a_name_is_proposed_that_an_smtp_may_have(address, taken, name):
    assert proposed_name(parse_address(address), taken) == name
