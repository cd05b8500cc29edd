"""smtp-desktop smtp create --from-address: what is looked up, asked, shown, checked and saved."""

import json

import pytest
from cli.command_line import GUID
from fakes.discovery import FakeAutoconfig, FakeDns
from fakes.known_providers import PROVIDERS
from fakes.prober import FakeProber
from fakes.transport import FakeTransport
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.discovery.configuration import Configuration, ConfiguredServer, SocketType
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.services.discovery.discovery import Discovery

ME = "me@contoso.example"
MICROSOFT = {"contoso.example MX": ("contoso-example.mail.protection.outlook.com",)}
OWN = {"_submissions._tcp.contoso.example SRV": ("0 1 465 smtp.contoso.example",)}
STRANGE = {"_submission._tcp.contoso.example SRV": ("0 1 587 mail.evil.example",)}
SERVER = ConfiguredServer(host_name="smtp.contoso.example", smtp_port=465, socket=SocketType.SSL)


class Network:
    """What the program would meet outside."""

    def __init__(self):
        self.dns, self.autoconfig, self.prober = FakeDns(), FakeAutoconfig(), FakeProber()

    def put_into(self, services):
        services.discovery = Discovery(
            dns=self.dns,
            prober=self.prober,
            autoconfig=lambda: self.autoconfig,
            read_providers=lambda: PROVIDERS,
        )

    @property
    def was_left_alone(self):
        """Whether nothing but DNS was asked."""
        return not (self.autoconfig.asked or self.prober.calls)


@pytest.fixture
def network(smtp_desktop):
    network = Network()
    smtp_desktop.when_opened = network.put_into
    return network


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("PW", "secret")


def create(smtp_desktop, address, *options, password=b"secret\n", at_terminal=False, typed=b""):
    given = ("--password-env", "PW") if at_terminal else ("--password-stdin",)
    stdin = typed if at_terminal else password
    command = ("smtp", "create", "Mine", "--from-address", address)
    return smtp_desktop(*command, *given, *options, stdin=stdin, at_terminal=at_terminal)


def saved(smtp_desktop):
    """The one SMTP, or None."""
    listed = smtp_desktop("smtp", "list", "--json").json
    return listed[0] if listed else None


def test_a_listed_provider_needs_no_network(smtp_desktop, network):
    ran = create(smtp_desktop, "Shop <shop@web.de>")

    assert ran.code == 0, ran.err
    one = saved(smtp_desktop)
    assert (one["host_name"], one["smtp_port"], one["tls"], one["sign_in"]) == ("smtp.web.de", 465, True, "password")
    assert (one["from_address"], one["user_name"], one["name"]) == ('"Shop" <shop@web.de>', "shop", "Mine")
    assert network.dns.asked == []
    assert network.was_left_alone
    assert smtp_desktop.secrets() == ["secret"]


def test_each_value_is_shown_with_its_source(smtp_desktop, network):
    ran = create(smtp_desktop, "shop@web.de", "--user", "other")

    rows = {line.split("  ")[0]: line for line in ran.err.splitlines()}
    assert "smtp.web.de" in rows["Host"]
    assert "the list of providers" in rows["Host"]
    assert "other" in rows["User name"]
    assert "its option" in rows["User name"]
    assert "POP3 and IMAP access must be turned on" in ran.err
    assert "Nothing was looked up." in ran.err


def test_dns_alone_is_asked_where_nobody_can_be_asked(smtp_desktop, network):
    network.dns.records = MICROSOFT
    ran = create(smtp_desktop, ME, "--sign-in", "password")

    assert ran.code == 0, ran.err
    assert (saved(smtp_desktop)["host_name"], saved(smtp_desktop)["smtp_port"]) == ("smtp.office365.com", 587)
    assert {question.split()[0] for question in network.dns.asked} == {
        "contoso.example",
        "_submission._tcp.contoso.example",
        "_submissions._tcp.contoso.example",
    }
    assert network.was_left_alone
    assert "DNS (MX contoso-example.mail.protection.outlook.com)" in ran.err


def test_microsoft_is_signed_in_to_in_the_browser(smtp_desktop, network):
    network.dns.records = MICROSOFT
    ran = smtp_desktop("smtp", "create", "Mine", "--from-address", ME, "--client-id", GUID, "--look-up", "--check")

    assert ran.code == 69  # nothing answers the fake prober
    network.prober.answering = {("smtp.office365.com", 587)}
    ran = smtp_desktop("smtp", "create", "Mine", "--from-address", ME, "--client-id", GUID, "--look-up", "--check")
    assert ran.code == 0, ran.err
    one = saved(smtp_desktop)
    assert (one["sign_in"], one["provider"], one["user_name"]) == ("browser", "microsoft", ME)
    assert "Not checked: somebody has to sign in first." in ran.err


def test_looked_up_further_it_is_tried_and_checked_before_it_is_saved(smtp_desktop, network):
    network.autoconfig.files = {Origin.AUTOCONFIG: Configuration(servers=(SERVER,))}
    network.prober.answering = {("smtp.contoso.example", 465)}
    smtp_desktop.transport = FakeTransport()
    ran = create(smtp_desktop, ME, "--look-up")

    assert ran.code == 0, ran.err
    assert network.autoconfig.asked == [("contoso.example", Origin.AUTOCONFIG)]
    assert [call.password for call in network.prober.calls] == [None]
    assert "The server answered. Only the domain was looked up." in ran.err
    assert "Checked: the server answers and takes the sign-in." in ran.err
    assert saved(smtp_desktop)["host_name"] == "smtp.contoso.example"


def test_a_check_that_fails_saves_nothing(smtp_desktop, network):
    with MailServer(users={"shop": "another"}) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--check")
        ran = create(smtp_desktop, "shop@web.de", *options)

    assert ran.code == 77
    assert "Nothing was saved" in ran.err
    assert saved(smtp_desktop) is None
    assert smtp_desktop.secrets() == []
    assert "secret" not in ran.out + ran.err


def test_a_check_that_works_saves_it(smtp_desktop, network):
    with MailServer(users={"shop@web.de": "secret"}) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", "shop@web.de", "--check")
        ran = create(smtp_desktop, "shop@web.de", *options)

    assert ran.code == 0, ran.err
    assert saved(smtp_desktop)["host_name"] == "127.0.0.1"


def test_no_check_saves_it_unchecked(smtp_desktop, network):
    network.dns.records, network.prober.answering = OWN, {("smtp.contoso.example", 465)}
    ran = create(smtp_desktop, ME, "--look-up", "--no-check")

    assert ran.code == 0, ran.err
    assert "Checked" not in ran.err


def test_where_no_server_answers_nothing_is_saved_and_the_reason_is_said(smtp_desktop, network):
    network.dns.records = OWN
    ran = create(smtp_desktop, ME, "--look-up", "--json")

    assert ran.code == 69
    assert ran.json["error"]["code"] == "conversation_failed"
    assert saved(smtp_desktop) is None


def test_where_nothing_is_found_it_says_what_was_asked(smtp_desktop, network):
    ran = create(smtp_desktop, ME)

    assert ran.code == 65
    assert "--host: DNS names no server for contoso.example." in ran.err
    assert saved(smtp_desktop) is None


def test_where_nothing_is_found_a_host_can_be_given(smtp_desktop, network):
    ran = create(smtp_desktop, ME, "--host", "relay.contoso.example")

    assert ran.code == 0, ran.err
    one = saved(smtp_desktop)
    assert (one["host_name"], one["from_address"], one["user_name"]) == ("relay.contoso.example", ME, ME)


def test_options_win_and_a_host_of_ones_own_keeps_its_port(smtp_desktop, network):
    ran = create(smtp_desktop, "me@web.de", "--host", "relay.contoso.example", "--from", "x@y.example")

    assert ran.code == 0, ran.err
    one = saved(smtp_desktop)
    assert (one["host_name"], one["smtp_port"], one["from_address"]) == ("relay.contoso.example", 587, "x@y.example")


def test_a_port_that_is_given_wins(smtp_desktop, network):
    create(smtp_desktop, "me@web.de", "--port", "587")

    assert saved(smtp_desktop)["smtp_port"] == 587


def test_a_server_elsewhere_that_only_dns_names_is_not_taken_without_asking(smtp_desktop, network):
    network.dns.records = STRANGE
    ran = create(smtp_desktop, ME)

    assert ran.code == 65
    assert "mail.evil.example is outside contoso.example" in ran.err
    assert saved(smtp_desktop) is None
    assert create(smtp_desktop, ME, "--host", "mail.evil.example").code == 0


def test_at_a_terminal_it_asks_before_it_goes_beyond_dns(smtp_desktop, network):
    network.dns.records, network.prober.answering = OWN, {("smtp.contoso.example", 465)}
    smtp_desktop.transport = FakeTransport()
    ran = create(smtp_desktop, ME, at_terminal=True, typed=b"n\n")
    assert ran.code == 0, ran.err
    assert "Only the domain is sent" in ran.err
    assert "Checked" not in ran.err
    assert network.was_left_alone

    smtp_desktop("smtp", "delete", "Mine", "--yes")
    ran = create(smtp_desktop, ME, at_terminal=True, typed=b"y\n")

    assert ran.code == 0, ran.err
    assert network.prober.calls
    assert "Checked: the server answers" in ran.err


def test_at_a_terminal_it_asks_about_a_server_elsewhere(smtp_desktop, network):
    network.dns.records = STRANGE

    refused = create(smtp_desktop, ME, "--no-look-up", at_terminal=True, typed=b"n\n")
    assert (refused.code, saved(smtp_desktop)) == (1, None)
    assert create(smtp_desktop, ME, "--no-look-up", at_terminal=True, typed=b"y\n").code == 0


def test_json_says_where_each_value_comes_from(smtp_desktop, network):
    network.dns.records = OWN
    ran = create(smtp_desktop, ME, "--user", "me", "--json")

    assert ran.json["proposal"] == {
        "answered": None,
        "sources": {
            "host_name": {"origin": "srv", "detail": "_submissions._tcp.contoso.example"},
            "smtp_port": {"origin": "srv", "detail": "_submissions._tcp.contoso.example"},
            "auth_required": {"origin": "usual", "detail": None},
            "sign_in": {"origin": "usual", "detail": None},
            "tls": {"origin": "srv", "detail": "_submissions._tcp.contoso.example"},
        },
        "notes": [],
    }
    assert json.loads(ran.out) == ran.json


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("smtp.contoso.example:2525", "smtp.contoso.example", 2525),
        ("smtps://me%40contoso.example@smtp.contoso.example", "smtp.contoso.example", 465),
        ("https://mail.contoso.example/owa", "mail.contoso.example", 587),
    ],
)
def test_a_server_in_place_of_the_address_is_taken_apart(smtp_desktop, network, typed, host, port):
    ran = create(smtp_desktop, typed, "--user", ME)

    assert ran.code == 0, ran.err
    assert (saved(smtp_desktop)["host_name"], saved(smtp_desktop)["smtp_port"]) == (host, port)
    assert network.dns.asked == []


def test_a_password_is_never_taken_from_an_argument(smtp_desktop, network):
    ran = create(smtp_desktop, "smtp://me:hunter2@smtp.contoso.example:587")

    assert ran.code == 64
    assert "hunter2" not in ran.out + ran.err
    assert saved(smtp_desktop) is None


@pytest.mark.parametrize("typed", ["", "me", "me@", "what is this", "a@b, c@d"])
def test_nonsense_is_refused(smtp_desktop, network, typed):
    assert create(smtp_desktop, typed).code == 64
    assert network.dns.asked == []


def test_a_mailbox_has_no_server_to_look_up(smtp_desktop, network):
    assert create(smtp_desktop, ME, "--type", "graph").code == 64
    assert network.dns.asked == []


def test_look_up_without_an_address_is_refused(smtp_desktop):
    assert smtp_desktop("smtp", "create", "Mine", "--host", "a.example", "--look-up").code == 64


@pytest.mark.parametrize(
    ("host", "options", "saved_as"),
    [
        ("smtp.contoso.example:2525", (), ("smtp.contoso.example", 2525, True)),
        ("smtps://smtp.contoso.example", (), ("smtp.contoso.example", 465, True)),
        ("smtp.contoso.example:2525", ("--port", "587"), ("smtp.contoso.example", 587, True)),
        ("smtps://smtp.contoso.example", ("--no-tls",), ("smtp.contoso.example", 465, False)),
    ],
)
def test_a_host_with_a_port_or_a_scheme_is_taken_apart(smtp_desktop, host, options, saved_as):
    ran = smtp_desktop("smtp", "create", "Mine", "--host", host, "--no-auth", "--from", ME, *options)

    assert ran.code == 0, ran.err
    one = saved(smtp_desktop)
    assert (one["host_name"], one["smtp_port"], one["tls"]) == saved_as


def test_a_host_with_a_password_in_it_is_refused(smtp_desktop):
    ran = smtp_desktop("smtp", "create", "Mine", "--host", "smtp://me:hunter2@smtp.contoso.example", "--from", ME)

    assert ran.code == 64
    assert "hunter2" not in ran.out + ran.err
