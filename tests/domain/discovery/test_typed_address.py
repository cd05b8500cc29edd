"""What is typed or pasted where a mail address is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.discovery.typed_address import typed_address
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.smtp.pasted_server import PastedServer


@pytest.mark.parametrize(
    ("typed", "spec", "name"),
    [
        ("me@contoso.example", "me@contoso.example", ""),
        ("  me@contoso.example \n", "me@contoso.example", ""),
        ("Me at Work <me@contoso.example>", "me@contoso.example", "Me at Work"),
        ('"Work, Me" <me@contoso.example>', "me@contoso.example", "Work, Me"),
        ("<me@contoso.example>", "me@contoso.example", ""),
        ("me@contoso.example,", "me@contoso.example", ""),
        ("'me@contoso.example';", "me@contoso.example", ""),
        ("mailto:me@contoso.example", "me@contoso.example", ""),
        ("MAILTO:me%2Bshop@contoso.example?subject=Hello", "me+shop@contoso.example", ""),
        ("\u200bme@contoso.example\ufeff", "me@contoso.example", ""),
        ("me@M\u00dcNCHEN.example", "me@xn--mnchen-3ya.example", ""),
        ("j\u00f6rg@m\u00fcnchen.example", "j\u00f6rg@xn--mnchen-3ya.example", ""),
        ("me@plant.local", "me@plant.local", ""),
        ("me@[192.0.2.1]", "me@[192.0.2.1]", ""),
    ],
)
def test_an_address_in_any_form(typed, spec, name):
    found = typed_address(typed)

    assert isinstance(found, Address)
    assert (found.spec, found.display_name) == (spec, name)


@pytest.mark.parametrize(
    ("typed", "host", "port", "user", "password"),
    [
        ("smtp.contoso.example:587", "smtp.contoso.example", "587", "", None),
        (
            "smtp://me%40contoso.example:pw@smtp.contoso.example:587",
            "smtp.contoso.example",
            "587",
            "me@contoso.example",
            "pw",
        ),
        ("smtps://smtp.contoso.example", "smtp.contoso.example", "465", "", None),
        ("https://mail.contoso.example/owa/?x=1", "mail.contoso.example", "", "", None),
        ("[2001:db8::1]:25", "2001:db8::1", "25", "", None),
    ],
)
def test_a_server_in_its_place_is_taken_apart(typed, host, port, user, password):
    found = typed_address(typed)

    assert isinstance(found, PastedServer)
    assert (found.host_name, found.smtp_port, found.user_name) == (host, port, user)
    assert (found.password.reveal() if found.password else None) == password


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "me",
        "me@",
        "@contoso.example",
        "me@@contoso.example",
        "me@contoso..example",
        "me@contoso.example, you@contoso.example",
        "mailto:",
        "mailto:?subject=x",
        "mailto:me@contoso.example%0d%0aBcc:x@y.example",
        "what is this?",
        "contoso.example",
        "me@192.0.2.1",
        "a@" + "b" * 2_000,
        "\x00\x01",
    ],
)
def test_nonsense_is_nothing(typed):
    assert typed_address(typed) is None


@given(st.text(max_size=80))
def test_whatever_is_typed_it_never_fails(typed):
    typed_address(typed)
    typed_address(f"mailto:{typed}")
    typed_address(f"smtp://{typed}")
