"""The usual jobs of an administrator take one command each."""

import pytest
from cli.command_line import GUID
from servers.certificates import Authority, context_of, fingerprint_of
from servers.smtp.mailserver import MailServer

PASSWORD = b"secret\n"
SIGN_IN = ("--user", "boss@company.example", "--password-stdin")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server():
    with MailServer(users={"boss@company.example": "secret"}) as server:
        yield server


@pytest.fixture
def one(smtp_desktop, server):
    """Does a job in one command; returns what came of it. There is an SMTP that works, and an activity."""
    at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls")
    smtp_desktop.create("Relay", *at, "--tag", "plant")
    smtp_desktop.create_activity("Greet")

    def do(*arguments, stdin=b""):
        ran = smtp_desktop(*arguments, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran

    return do


def test_an_smtp_is_created_whatever_its_kind(one):
    one("smtp", "create", "Server", "--host", "smtp.company.example", *SIGN_IN, stdin=PASSWORD)
    one(
        "smtp",
        "create",
        "Open",
        "--host",
        "192.0.2.7",
        "--port",
        "25",
        "--no-tls",
        "--no-auth",
        "--from",
        "a@b.example",
    )
    app = ("--tenant-id", "company.example", "--client-id", GUID, "--sign-in", "app-only", "--client-secret-stdin")
    one("smtp", "create", "Cloud", "--type", "graph", "--user", "box@company.example", *app, stdin=PASSWORD)


def test_an_smtp_is_made_sure_of_or_taken_away(one):
    wanted = ("smtp", "set", "Open", "--host", "192.0.2.7", "--no-tls", "--no-auth", "--from", "a@b.example", "--json")
    assert [one(*wanted).json["changed"] for _ in range(2)] == [True, False]
    assert one("smtp", "set", "Open", "--port", "2525", "--json").json["diff"]
    for _ in range(2):
        one("smtp", "delete", "Open", "--if-exists", "--yes")


def test_names_are_listed_and_a_field_a_default_and_passwords_are_changed(one, smtp_desktop):
    smtp_desktop.create("Other", "--tag", "plant")
    assert one("smtp", "list", "--names").out == "Relay\nOther\n"
    one("smtp", "edit", "Relay", "--signature", "Regards")
    one("smtp", "edit", "--tagged", "plant", "--password-stdin", stdin=b"new\n")
    one("smtp", "set-default", "Other")


def test_checks_and_tests_say_what_works(one, server):
    assert one("smtp", "check", "--all", "--quiet").out == ""
    assert one("smtp", "list", "--failing", "--names").out == ""
    one("smtp", "test", "Relay", "--to", "ann@x.example")
    unsaved = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", *SIGN_IN)
    one("smtp", "test", *unsaved, "--to", "ann@x.example", stdin=PASSWORD)
    assert len(server.received) == 2


def test_certificates_are_shown_trusted_and_watched(one, authority):
    leaf = authority.issue()
    with MailServer(starttls=context_of(leaf), users={"boss@company.example": "secret"}) as server:
        at = ("--host", "localhost", "--port", str(server.port))
        one("smtp", "create", "Own", *at, *SIGN_IN, stdin=PASSWORD)
        shown = one("smtp", "trust", "Own", "--show").out
        assert fingerprint_of(leaf) in shown.replace(":", "").lower()
        one("smtp", "trust", "Own", "--fingerprint", fingerprint_of(leaf))
        one("smtp", "trust", "Own", "--ca", str(authority.path))
        one("smtp", "check", "Own")
    one("smtp", "expiry", "--within", "30", "--exit-code")


def test_a_message_goes_out_and_its_fate_is_known(one, server):
    one("send", "--subject", "Backup", "--text", "Done.", "--wait", "ann@x.example")
    one("send", "-t", "-i", "-f", "boss@company.example", "--wait", stdin=b"To: ann@x.example\nSubject: Hi\n\nHello\n")
    assert len(server.received) == 2


def test_many_messages_are_made_looked_at_and_cleared(one):
    values = b'{"to": "ann@x.example", "who": "Ann"}\n{"to": "bob@x.example", "who": "Bob"}\n'
    assert one("trigger", "Greet", "--values", "-", "--json", stdin=values).json["queued"] == 2
    assert "Hello Ann" in one("trigger", "Greet", "-s", "to=ann@x.example", "-s", "who=Ann", "--dry-run").out
    assert len(one("outbox", "list", "--state", "waiting", "--json").json) == 2
    assert one("outbox", "cancel", "--all-waiting", "--yes", "--json").json["cancelled"] == 2


def test_all_of_it_is_written_to_a_file_and_compared_with_it(one, tmp_path):
    path = str(tmp_path / "smtps.yaml")
    one("export", path)
    assert one("apply", path, "--dry-run", "--json").json["changed"] is False
