"""What follows from a domain's own configuration."""

import pytest
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.discovery.configuration import Configuration, ConfiguredServer, SocketType, proposals_of
from smtp_desktop.domain.discovery.proposal import USUAL, Origin, ProposedOAuth, Source
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.smtp.profile import SignIn

ME = parse_address("me@contoso.example")
SOURCE = Source(origin=Origin.AUTOCONFIG, detail="autoconfig.contoso.example")


def server(host="smtp.contoso.example", port=465, socket=SocketType.SSL, user="%EMAILADDRESS%", methods=("plain",)):
    return ConfiguredServer(
        host_name=host, smtp_port=port, socket=socket, user_name=user, authentication=tuple(methods)
    )


def proposed(*servers, oauth=None, address=ME):
    return proposals_of(Configuration(servers=servers, oauth=oauth), address, SOURCE, PROVIDERS)


def test_servers_are_proposed_in_their_order_with_their_own_words():
    first, second = proposed(server(port=587, socket=SocketType.STARTTLS), server(user="%EMAILLOCALPART%"))

    assert (first.mode, first.user_name) == (TlsMode.STARTTLS, "me@contoso.example")
    assert (second.mode, second.user_name, second.sign_in) == (TlsMode.IMPLICIT, "me", SignIn.PASSWORD)
    assert set(first.sources.values()) == {SOURCE}


def test_placeholders_are_filled_in_host_and_user_name():
    (one,) = proposed(server(host="mail.%EMAILDOMAIN%", user="%EMAILLOCALPART%.%EMAILDOMAIN%"))

    assert (one.host_name, one.user_name) == ("mail.contoso.example", "me.contoso.example")


@pytest.mark.parametrize("user", ["%USERNAME%", "x\x00y", "x" * 300])
def test_a_user_name_that_only_the_user_knows_stays_empty(user):
    (one,) = proposed(server(user=user))

    assert one.user_name == ""


def test_without_a_user_name_the_address_is_usual():
    (one,) = proposed(server(user=None, methods=()))

    assert (one.user_name, one.user_name_source, one.sign_in_source) == (ME.spec, USUAL, USUAL)


@pytest.mark.parametrize(
    "bad",
    [
        server(socket=SocketType.PLAIN),
        server(host=""),
        server(host="localhost"),
        server(host="127.0.0.1"),
        server(host="192.0.2.1"),
        server(host="intranet"),
        server(host="mail.%REALNAME%.example"),
        server(host="evil.example:25/"),
        server(port=0),
        server(port=70_000),
        server(methods=["NTLM"]),
        server(methods=["GSSAPI", "TLS-client-cert"]),
        server(methods=["OAuth2"]),  # at a server whose authorization server nobody names
    ],
    ids=repr,
)
def test_what_can_not_or_must_not_be_used_is_not_proposed(bad):
    assert proposed(bad) == ()


@pytest.mark.parametrize(
    ("methods", "auth_required", "sign_in"),
    [
        (["password-cleartext"], True, SignIn.PASSWORD),
        (["password-encrypted"], True, SignIn.PASSWORD),
        (["OAuth2", "password-cleartext"], True, SignIn.PASSWORD),
        (["GSSAPI", "password-cleartext"], True, SignIn.PASSWORD),
        (["none"], False, SignIn.PASSWORD),
        (["client-IP-address"], False, SignIn.PASSWORD),
    ],
)
def test_the_first_way_to_sign_in_that_the_program_knows_is_taken(methods, auth_required, sign_in):
    (one,) = proposed(server(methods=methods))

    assert (one.auth_required, one.sign_in) == (auth_required, sign_in)
    assert one.auth_required or one.user_name == ""


def test_google_and_microsoft_are_signed_in_to_in_the_browser_where_that_comes_first():
    google, microsoft = proposed(
        server(host="smtp.gmail.com", methods=["OAuth2", "password-cleartext"]),
        server(host="smtp.office365.com", port=587, socket=SocketType.STARTTLS, methods=["OAuth2"]),
    )

    assert google.sign_in is microsoft.sign_in is SignIn.BROWSER
    assert (google.provider, microsoft.provider) == ("Gmail", "Microsoft 365")
    assert google.sign_in_source == SOURCE


def test_an_authorization_server_is_taken_over_only_by_addresses_with_tls():
    oauth = ProposedOAuth(
        issuer="login.contoso.example",
        authorize_url="https://login.contoso.example/authorize",
        token_url="http://login.contoso.example/token",
        scope="mail.send",
    )
    (one,) = proposed(server(methods=["OAuth2"]), oauth=oauth)

    assert one.sign_in is SignIn.BROWSER
    assert one.oauth == ProposedOAuth(authorize_url="https://login.contoso.example/authorize", scope="mail.send")


def test_a_server_elsewhere_comes_with_a_warning():
    (one,) = proposed(server(host="mail.hoster.example"))

    assert "outside contoso.example" in str(one.notes[0])
