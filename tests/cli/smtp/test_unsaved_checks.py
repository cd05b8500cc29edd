"""smtp-desktop smtp check|test --host, which saves nothing, and --timeout."""

import pytest
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer, greet, quit_politely

USER = "boss@company.example"


@pytest.fixture
def server():
    with MailServer(users={USER: "secret"}) as server:
        yield server


def at(server, *options):
    return ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", *options)


def nothing_is_saved(smtp_desktop):
    return smtp_desktop("smtp", "list", "--json").json == [] and smtp_desktop.secrets() == []


def test_a_check_signs_in_as_the_user_that_is_named(smtp_desktop, server):
    ran = smtp_desktop("smtp", "check", *at(server, "--user", USER, "--password-stdin"), stdin=b"secret\n")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "127.0.0.1: signed in to 127.0.0.1. Nothing was sent."
    assert len(server.sign_ins) == 1
    assert nothing_is_saved(smtp_desktop)


def test_a_check_without_a_user_does_not_sign_in_and_needs_no_sender(smtp_desktop):
    def say_hello(peer):
        greet(peer)
        quit_politely(peer)

    with ScriptedServer(say_hello) as scripted:
        ran = smtp_desktop("smtp", "check", *at(scripted), "--json")
    assert ran.code == 0, ran.err
    (checked,) = ran.json
    assert (checked["name"], checked["ok"], checked["concerns"]) == (None, True, [])
    assert nothing_is_saved(smtp_desktop)


def test_a_test_sends_a_message(smtp_desktop, server):
    options = ("--user", USER, "--password-stdin", "--to", "me@company.example")
    ran = smtp_desktop("smtp", "test", *at(server, *options), "--json", stdin=b"secret\n")
    assert ran.code == 0, ran.err
    assert ran.json[0]["to"] == ["me@company.example"]
    (mail,) = server.received
    assert (mail.sender, mail.recipients) == (USER, ("me@company.example",))
    assert nothing_is_saved(smtp_desktop)


def test_a_failure_is_explained_as_that_of_a_saved_one(smtp_desktop, server):
    ran = smtp_desktop("smtp", "check", *at(server, "--user", USER, "--password-stdin"), stdin=b"wrong")
    assert ran.code == 77
    assert ran.err.startswith("127.0.0.1: failed at Sign in. ")
    assert "\n  1. " in ran.err
    assert "smtp-desktop smtp edit" not in ran.err


def test_a_missing_password_names_the_options(smtp_desktop, server):
    ran = smtp_desktop("smtp", "check", *at(server, "--user", USER))
    assert ran.code == 65
    assert ran.err.startswith("Error: No password. Use --password-stdin, ")
    assert server.sign_ins == []


@pytest.mark.parametrize(
    "words",
    [
        ("One", "--host", "127.0.0.1"),
        ("--all", "--type", "graph"),
        ("One", "--port", "25"),
        ("One", "--password-stdin"),
        ("One", "--trust-ca", "ca.pem"),
        ("--host", "127.0.0.1", "--tenant-id", "company.example"),
        ("One", "--timeout", "0"),
    ],
)
def test_options_that_contradict_are_wrong_usage(smtp_desktop, words):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "check", *words, stdin=b"x").code == 64


@pytest.mark.parametrize("command", [("check",), ("find-settings",), ("test", "--to", "me@company.example")])
def test_a_silent_server_is_given_up_after_the_timeout(smtp_desktop, command):
    with ScriptedServer(*[lambda peer: peer.hold()] * 9) as scripted:
        smtp_desktop("smtp", "create", "One", *at(scripted, "--no-auth", "--from", "a@b.example"))
        verb, *options = command
        ran = smtp_desktop("smtp", verb, "One", *options, "--timeout", "0.3")
    assert ran.code == 75
    assert "failed at Greet" in ran.err
