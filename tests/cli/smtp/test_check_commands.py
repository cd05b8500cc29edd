"""smtp-desktop smtp test|check, against real servers on this computer."""

import threading

import pytest
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer, answer_ehlo, greet, quit_politely

from smtp_desktop.domain.secret import Secret

KEYS = {
    *(
        "name",
        "trial",
        "to",
        "ok",
        "outcome",
        "stage",
        "kind",
        "message",
        "cause",
        "reply",
        "advice",
        "concerns",
        "steps",
    ),
    *("certificate", "security", "transcript", "error"),
}
STEP_KEYS = {"stage", "outcome", "detail", "started_ms", "duration_ms"}


@pytest.fixture
def server():
    with MailServer(users={"boss@company.example": "secret"}) as server:
        yield server


def create(smtp_desktop, name, port, *options):
    smtp_desktop.create(name, "--port", str(port), "--no-tls", *options)


def test_a_test_prints_each_step_and_who_accepted_the_mail(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    ran = smtp_desktop("smtp", "test", "one", "--to", "me@company.example")
    assert ran.code == 0, ran.err
    (mail,) = server.received
    assert (mail.sender, mail.recipients) == ("boss@company.example", ("me@company.example",))
    lines = ran.out.splitlines()
    steps, chart = lines[: lines.index("")], lines[lines.index("") + 1 : -2]
    assert [step.split("  ")[0] for step in steps] == ["ok"] * 7
    assert [line.split("  ")[1].strip() for line in chart] == [step[9:18].strip() for step in steps]
    assert all("#" in line for line in chart)
    assert lines[-1] == "One: accepted by 127.0.0.1: 250 2.0.0 OK: mail 1"
    assert "deliver" not in ran.out


def test_a_test_as_json(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example", "--json")
    (tested,) = ran.json
    assert tested.keys() == KEYS
    assert (tested["ok"], tested["stage"], tested["advice"], tested["error"]) == (True, None, None, None)
    assert (tested["reply"]["code"], tested["reply"]["enhanced_code"]) == (250, "2.0.0")
    assert tested["reply"]["text"] == "OK: mail 1"
    assert [step["stage"] for step in tested["steps"]][-1] == "content"
    assert all(step.keys() == STEP_KEYS for step in tested["steps"])
    assert (tested["trial"], tested["to"], tested["outcome"]) == ("test", ["me@company.example"], "works")
    assert (tested["concerns"], tested["security"]) == ([], None)
    assert {"at_ms", "party", "text"} == tested["transcript"][0].keys()
    said = [(line["party"], line["text"]) for line in tested["transcript"]]
    assert ("client", "RCPT TO:<me@company.example>") in said
    assert ("server", "250 2.0.0 OK: mail 1") in said


def test_several_recipients_are_tested_one_after_the_other(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    create(smtp_desktop, "Two", server.port)
    both = ("--to", "a@company.example", "--to", "b@company.example", "--to", "a@company.example")
    ran = smtp_desktop("smtp", "test", "One", "Two", *both, "--json")
    assert ran.code == 0, ran.err
    assert [(one["name"], one["to"]) for one in ran.json] == [
        *[("One", ["a@company.example"]), ("One", ["b@company.example"])],
        *[("Two", ["a@company.example"]), ("Two", ["b@company.example"])],
    ]
    assert (
        sorted(mail.recipients for mail in server.received)
        == [("a@company.example",)] * 2 + [("b@company.example",)] * 2
    )
    head, first, *_ = smtp_desktop("smtp", "test", "One", *both).out.splitlines()
    assert head.split() == ["SMTP", "OUTCOME", "TOOK", "TO", "DETAILS"]
    assert " a@company.example " in first


def test_a_check_sends_nothing(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    ran = smtp_desktop("smtp", "check", "One")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "One: signed in to 127.0.0.1. Nothing was sent."
    assert len(server.sign_ins) == 1
    assert server.received == []


def test_a_refused_sign_in_is_printed_word_for_word_with_advice(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    smtp_desktop("smtp", "edit", "One", "--password-stdin", stdin=b"wrong")
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example")
    assert ran.code == 77
    lines = ran.out.splitlines()
    assert lines[lines.index("") - 1].startswith("FAILED   Sign in ")
    assert lines[-2] == f"  Content    [{' ' * 40}]  not reached"
    assert "!" in lines[-5]
    assert ran.err.startswith("One: failed at Sign in. ")
    assert "127.0.0.1 said: 535 5.7.8 Authentication credentials invalid" in ran.err
    assert "\n  1. " in ran.err
    assert server.received == []
    (document,) = smtp_desktop("smtp", "check", "One", "--json").json
    assert (document["ok"], document["stage"], document["kind"]) == (False, "sign_in", "reply")
    assert document["cause"] == "sign_in_refused"
    assert (document["trial"], document["to"], document["outcome"]) == ("check", [], "failed")
    assert (document["reply"]["code"], document["reply"]["enhanced_code"]) == (535, "5.7.8")
    assert document["reply"]["text"] == "Authentication credentials invalid"
    assert document["advice"].keys() == {"title", "meaning", "steps"}
    assert document["advice"]["steps"]


def test_a_bad_recipient_is_refused_before_anything_is_sent(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    ran = smtp_desktop("smtp", "test", "One", "--to", "nobody", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["to"])
    assert ran.err.startswith("Error: --to: ")
    assert server.sign_ins == []


def test_all_are_checked_at_once(smtp_desktop):
    # Each server waits until all of them were spoken to: one after the other would never get through.
    together = threading.Barrier(5, timeout=30)

    def wait_for_the_others(peer):
        together.wait()
        greet(peer)
        quit_politely(peer)

    with ScriptedServer(*[wait_for_the_others] * 5) as scripted:
        for number in range(5):
            smtp_desktop(
                *("smtp", "create", f"Relay{number}", "--host", "127.0.0.1", "--port", str(scripted.port)),
                *("--no-tls", "--no-auth", "--from", "a@b.example"),
            )
        ran = smtp_desktop("smtp", "check", "--all")
    assert ran.code == 0, ran.err
    assert ran.out.count("127.0.0.1 answered (no sign-in configured)") == 5
    _, *shown, space, last = ran.out.splitlines()
    assert all(line.startswith("Relay") for line in shown)
    assert (space, last) == ("", "5 checked: 5 work.")


def test_one_failure_hides_no_other_result(smtp_desktop, server):
    create(smtp_desktop, "Good", server.port)
    smtp_desktop.create("Deaf")  # nothing listens on port 1
    ran = smtp_desktop("smtp", "check", "Good", "Deaf", "good", "--json")
    assert ran.code == 69
    assert [(one["name"], one["ok"]) for one in ran.json] == [("Good", True), ("Deaf", False)]
    assert smtp_desktop("smtp", "check", "--all", "--json").json[0].keys() == KEYS


def test_a_missing_password_fails_that_one_alone(smtp_desktop, server):
    create(smtp_desktop, "Good", server.port)
    create(smtp_desktop, "Bare", server.port)
    (ref,) = list(smtp_desktop.vault.secrets)[1:]
    del smtp_desktop.vault.secrets[ref]
    ran = smtp_desktop("smtp", "check", "--all", "--json")
    assert ran.code == 78
    assert [one["ok"] for one in ran.json] == [True, False]
    assert ran.json[1].keys() == KEYS
    assert "Bare: The password of Bare" in ran.err


def test_a_locked_vault_is_opened_once_for_all(smtp_desktop, server, monkeypatch):
    create(smtp_desktop, "One", server.port)
    create(smtp_desktop, "Two", server.port)
    smtp_desktop.vault.locked = True
    failed = smtp_desktop("smtp", "check", "--all", "--json")
    assert failed.code == 78
    assert [one["ok"] for one in failed.json] == [False, False]
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    assert [one["ok"] for one in smtp_desktop("smtp", "check", "--all", "--json").json] == [True, True]
    assert smtp_desktop.vault.master == Secret("master")
    assert len(server.sign_ins) == 2


def test_a_locked_vault_does_not_stop_who_needs_none_of_it(smtp_desktop, server):
    create(smtp_desktop, "One", server.port)
    create(smtp_desktop, "Free", server.port)
    assert smtp_desktop("smtp", "edit", "Free", "--no-auth", "--from", "a@b.example").code == 0
    smtp_desktop.vault.locked = True
    ran = smtp_desktop("smtp", "check", "--all", "--json")
    assert ran.code == 78
    assert {one["name"]: one["ok"] for one in ran.json} == {"One": False, "Free": True}
    assert server.sign_ins == []


def test_what_the_server_says_can_not_control_the_terminal(smtp_desktop):
    def refuse(peer):
        peer.send("220 scripted.test")
        answer_ehlo(peer, "AUTH PLAIN")
        peer.expect("AUTH")
        peer.send("535 5.7.8 \x1b[2Jgone")
        quit_politely(peer)

    with ScriptedServer(refuse) as scripted:
        create(smtp_desktop, "One", scripted.port)
        ran = smtp_desktop("smtp", "check", "One")
    assert ran.code == 77
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("words", [("check",), ("check", "One", "--all"), ("test", "One")])
def test_wrong_usage_contacts_no_server(smtp_desktop, server, words):
    create(smtp_desktop, "One", server.port)
    assert smtp_desktop("smtp", *words).code == 64
    assert server.sign_ins == []


def test_ctrl_c_ends_the_conversations_first_and_does_not_call_them_failed(smtp_desktop, ctrl_c):
    spoken_to = threading.Event()
    peers = []

    def hold(peer):
        peers.append(peer)
        spoken_to.set()
        peer.hold()

    ctrl_c(spoken_to)
    with ScriptedServer(hold, hold) as scripted:
        create(smtp_desktop, "One", scripted.port)
        ran = smtp_desktop("smtp", "check", "One", "--json")
        assert peers[0].gone.wait(30)
        spoken_to.clear()
        shown = smtp_desktop("smtp", "check", "One")
    assert ran.code == shown.code == 130
    assert ran.json["error"]["message"] == "Stopped."
    assert "FAILED" not in shown.out + shown.err


def test_several_are_tested_by_a_mail_through_each(smtp_desktop, server):
    for name, tag in (("One", "eu"), ("Two", "eu"), ("Three", "us")):
        create(smtp_desktop, name, server.port, "--tag", tag)
    ran = smtp_desktop("smtp", "test", "--tag", "eu", "--to", "me@company.example")
    assert ran.code == 0, ran.err
    assert len(server.received) == 2
    assert ran.out.splitlines()[-1] == "2 tested: 2 work."
    refused = smtp_desktop("smtp", "test", "One", "Two", "--to", "nobody", "--json")
    assert (refused.code, list(refused.json["error"]["fields"])) == (65, ["to"])
    assert len(server.received) == 2
