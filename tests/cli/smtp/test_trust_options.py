"""Trust in a CA or a certificate for one SMTP, and what is printed of a certificate that fails."""

import ssl

import pytest
from servers.certificates import Authority, context_of, fingerprint_of
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.smtp.certificate import spelled, spelled_in_two

FINGERPRINT = "ab" * 32
USERS = {"boss@company.example": "secret"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA that nobody trusts yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def leaf(authority):
    return authority.issue()


@pytest.fixture
def server(leaf):
    with MailServer(starttls=context_of(leaf), users=USERS) as server:
        yield server


def shown(smtp_desktop, name="One"):
    document = smtp_desktop("smtp", "show", name, "--json").json
    return document["trusted_ca"], document["trusted_fingerprint"]


def test_an_untrusted_certificate_is_printed_in_full(smtp_desktop, server, leaf):
    smtp_desktop.create("One", "--port", str(server.port))
    ran = smtp_desktop("smtp", "check", "One")
    assert ran.code != 0
    shown = ran.err.splitlines()
    at = next(n for n, line in enumerate(shown) if line.startswith("Certificate of "))
    assert shown[at + 1].startswith("  Issued by Testing CA")
    assert shown[at + 2] == "  For localhost, 127.0.0.1, ::1"
    assert shown[at + 3].startswith("  Valid from ")
    assert shown[at + 4] == f"  SHA-256 {spelled(fingerprint_of(leaf))}"
    (certificate,) = smtp_desktop("smtp", "check", "One", "--json").json[0]["certificate"]
    assert certificate.keys() == {
        *("subject", "issuer", "names", "valid_from", "valid_until", "fingerprint", "self_signed")
    }
    assert certificate["names"] == ["localhost", "127.0.0.1", "::1"]
    assert certificate["fingerprint"] == spelled(fingerprint_of(leaf))
    assert server.sign_ins == []


def test_a_ca_is_trusted_from_its_file(smtp_desktop, server, authority):
    smtp_desktop.create("One", "--port", str(server.port))
    ran = smtp_desktop("smtp", "edit", "One", "--trust-ca", str(authority.path))
    assert ran.code == 0, ran.err
    assert "For this SMTP alone, any certificate of this CA is accepted" in ran.err
    assert "Certificate of Testing CA" in ran.err
    assert smtp_desktop("smtp", "check", "One").code == 0
    ca, fingerprint = shown(smtp_desktop)
    assert ca["subject"].startswith("Testing CA")
    assert ca.keys() == {"subject", "valid_until"}
    assert fingerprint is None
    assert f"{ca['subject']}, until {ca['valid_until'][:10]}" in smtp_desktop("smtp", "show", "One").out
    assert smtp_desktop("smtp", "list", "--json").json[0]["trusted_ca"] == ca
    # Saved again, it says nothing of what was trusted before.
    assert smtp_desktop("smtp", "edit", "One", "--description", "x").err == ""
    assert shown(smtp_desktop) == (ca, None)
    assert smtp_desktop("smtp", "edit", "One", "--no-trust").code == 0
    assert shown(smtp_desktop) == (None, None)
    assert smtp_desktop("smtp", "check", "One").code != 0


@pytest.mark.parametrize("write", [spelled, str.lower, lambda plain: spelled(plain).lower(), str.upper])
def test_a_certificate_is_trusted_by_its_fingerprint(smtp_desktop, server, leaf, write):
    fingerprint = fingerprint_of(leaf)
    ran = smtp_desktop(
        *("smtp", "create", "One", "--host", "127.0.0.1", "--port", str(server.port), "--password-stdin"),
        *("--user", "boss@company.example", "--trust-fingerprint", write(fingerprint)),
        stdin=b"secret",
    )
    assert ran.code == 0, ran.err
    assert spelled(fingerprint) in ran.err
    assert smtp_desktop("smtp", "check", "One").code == 0
    assert shown(smtp_desktop) == (None, spelled(fingerprint))
    assert spelled(fingerprint) in smtp_desktop("smtp", "show", "One").out


def test_another_certificate_raises_an_alarm(smtp_desktop, server):
    smtp_desktop.create("One", "--port", str(server.port), "--trust-fingerprint", FINGERPRINT)
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example")
    assert ran.code != 0
    assert "Alarm: 127.0.0.1 presents a different certificate" in ran.err
    assert spelled_in_two(FINGERPRINT) in ran.err
    assert server.sign_ins == []


def test_either_takes_the_place_of_the_other(smtp_desktop, authority):
    smtp_desktop.create("One", "--trust-fingerprint", FINGERPRINT)
    smtp_desktop("smtp", "edit", "One", "--trust-ca", str(authority.path))
    ca, fingerprint = shown(smtp_desktop)
    assert (ca is not None, fingerprint) == (True, None)
    smtp_desktop("smtp", "edit", "One", "--trust-fingerprint", FINGERPRINT)
    assert shown(smtp_desktop) == (None, spelled(FINGERPRINT))
    copy = smtp_desktop("smtp", "duplicate", "One", "--password-stdin", "--json", stdin=b"secret").json
    assert copy["trusted_fingerprint"] == spelled(FINGERPRINT)


def test_another_host_name_drops_the_fingerprint_and_says_so(smtp_desktop):
    smtp_desktop.create("One", "--trust-fingerprint", FINGERPRINT)
    ran = smtp_desktop("smtp", "edit", "One", "--host", "mail.example", "--password-stdin", stdin=b"secret")
    assert ran.code == 0
    assert ran.err == "The trusted certificate belongs to 127.0.0.1. It is not trusted for mail.example.\n"
    assert shown(smtp_desktop) == (None, None)
    given = ("--host", "other.example", "--trust-fingerprint", FINGERPRINT, "--password-stdin")
    smtp_desktop("smtp", "edit", "One", *given, stdin=b"secret")
    assert shown(smtp_desktop) == (None, spelled(FINGERPRINT))


@pytest.mark.parametrize(
    ("option", "content", "field"),
    [
        ("--trust-ca", b"nonsense", "trusted_ca_pem"),
        ("--trust-fingerprint", "12:34", "trusted_fingerprint"),
    ],
)
def test_bad_values_are_refused_and_nothing_saved(smtp_desktop, tmp_path, option, content, field):
    smtp_desktop.create("One")
    value = content if isinstance(content, str) else str(tmp_path / "ca")
    if isinstance(content, bytes):
        (tmp_path / "ca").write_bytes(content)
    ran = smtp_desktop("smtp", "edit", "One", option, value, "--description", "new", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, [field])
    assert ran.err.startswith(f"Error: {option}: ")
    assert smtp_desktop("smtp", "show", "One", "--json").json["description"] == ""


def test_a_servers_own_certificate_is_no_ca(smtp_desktop, leaf, tmp_path):
    (tmp_path / "leaf.der").write_bytes(ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode()))
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "edit", "One", "--trust-ca", str(tmp_path / "leaf.der"))
    assert ran.code == 65
    assert "is not a CA" in ran.err


@pytest.mark.parametrize(
    "options",
    [
        ("--trust-fingerprint", FINGERPRINT, "--no-trust"),
        ("--trust-fingerprint", FINGERPRINT, "--trust-ca", "x"),
        ("--trust-fingerprint", ""),
        ("--type", "graph", "--trust-fingerprint", FINGERPRINT),
    ],
)
def test_options_that_contradict_are_wrong_usage(smtp_desktop, options):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "edit", "One", *options).code == 64
    assert shown(smtp_desktop) == (None, None)


def create_untrusted(smtp_desktop, server):
    smtp_desktop.create("One", "--port", str(server.port))
    return smtp_desktop


def test_the_servers_certificate_is_shown_with_the_command_that_trusts_it(smtp_desktop, server, leaf):
    create_untrusted(smtp_desktop, server)
    fingerprint = spelled(fingerprint_of(leaf))
    ran = smtp_desktop("smtp", "trust", "One")
    assert (ran.code, ran.err) == (0, "")
    assert f"  SHA-256 {fingerprint}" in ran.out.splitlines()
    assert "Not trusted: " in ran.out
    assert ran.out.endswith(f"To trust it, run: smtp-desktop smtp trust One --fingerprint {fingerprint}\n")
    document = smtp_desktop("smtp", "trust", "One", "--show", "--json").json
    assert (document["is_trusted"], document["trusted_fingerprint"], document["changed"]) == (False, None, False)
    assert document["certificates"][0]["fingerprint"] == fingerprint
    assert (document["failure"]["kind"], document["failure"]["cause"]) == ("certificate", "certificate")
    assert server.sign_ins == []


def test_a_fingerprint_is_trusted_and_forgotten_again(smtp_desktop, server, leaf):
    create_untrusted(smtp_desktop, server)
    fingerprint = spelled(fingerprint_of(leaf))
    ran = smtp_desktop("smtp", "trust", "One", "--fingerprint", fingerprint, "--json")
    assert (ran.code, ran.json["changed"], ran.json["trusted_fingerprint"]) == (0, True, fingerprint)
    assert smtp_desktop("smtp", "trust", "One", "--fingerprint", fingerprint, "--json").json["changed"] is False
    shown = smtp_desktop("smtp", "trust", "One", "--json").json
    assert (shown["is_trusted"], shown["failure"]) == (True, None)
    assert "Trusted." in smtp_desktop("smtp", "trust", "One").out
    assert smtp_desktop("smtp", "check", "One").code == 0
    assert smtp_desktop("smtp", "trust", "One", "--clear", "--json").json["trusted_fingerprint"] is None
    assert smtp_desktop("smtp", "check", "One").code == 76


def test_a_ca_is_trusted(smtp_desktop, server, authority, tmp_path):
    create_untrusted(smtp_desktop, server)
    assert smtp_desktop("smtp", "trust", "One", "--ca", str(authority.path)).out == "Saved One.\n"
    assert smtp_desktop("smtp", "trust", "One", "--json").json["is_trusted"] is True
    assert smtp_desktop("smtp", "trust", "One", "--ca", str(tmp_path / "none.pem"), "--json").code == 66


def test_a_server_that_can_not_be_reached_shows_no_certificate(smtp_desktop):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "trust", "One")
    assert (ran.code, ran.out) == (69, "127.0.0.1 showed no certificate.\n")
    document = smtp_desktop("smtp", "trust", "One", "--json").json
    assert (document["is_trusted"], document["certificates"]) == (None, [])
    assert document["failure"]["cause"] == "server_unreachable"


@pytest.mark.parametrize("options", [("--show", "--clear"), ("--ca", "x", "--fingerprint", "y"), ("--fingerprint", "")])
def test_options_for_trust_that_contradict_are_wrong_usage(smtp_desktop, options):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "trust", "One", *options).code == 64


def test_a_mailbox_trusts_what_the_system_does(smtp_desktop):
    smtp_desktop.create_graph("Cloud")
    assert smtp_desktop("smtp", "trust", "Cloud").code == 64
