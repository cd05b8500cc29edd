"""An SMTP from its creation to its end, as a script sees it."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from servers.smtp.mailserver import MailServer

pytestmark = pytest.mark.long

PASSWORD = "Gehe1m & more"
USER = "boss@company.example"


def test_the_life_of_an_smtp(program, authority):
    ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=40)
    with MailServer(starttls=authority.context_until(ends_at), users={USER: PASSWORD}) as server:
        created = program.smtp(
            *("create", "Relay", "--host", "127.0.0.1", "--port", str(server.port), "--user", USER),
            *("--from", "Jobs at Company <jobs@sub.company.example>", "--signature", "Bye", "--password-stdin"),
            stdin=f"{PASSWORD}\n",
        )
        assert created.pop("changed") is True
        assert program.smtp("list") == [created]
        assert (created["is_default"], created["tls"], created["has_password"]) == (True, True, True)

        assert program.smtp("expiry") == []  # its server was never spoken to

        (tested,) = program.smtp("test", "Relay", "--to", "me@company.example")
        assert (tested["reply"]["code"], tested["reply"]["text"]) == (250, "OK: mail 1")
        _assert_arrived(server.received, port=server.port)

        (checked,) = program.smtp("check", "Relay")
        assert checked["ok"]
        assert [step["outcome"] for step in checked["steps"]] == ["done"] * 5
        assert len(server.received) == 1

        (ending,) = program.smtp("expiry")
        assert (ending["kind"], ending["names"], ending["ended"]) == ("certificate", ["Relay"], False)
        assert datetime.fromisoformat(ending["ends_at"]) == ends_at

        copied = program("smtp", "duplicate", "Relay", "--password-env", "COPYS")
        assert copied.code == 64  # no such variable
        program.environment["COPYS"] = "wrong"
        assert program("smtp", "duplicate", "Relay", "--password-env", "COPYS").out == "Relay_copied\n"
        refused = program("smtp", "check", "--all", "--json")
        assert (refused.code, [one["ok"] for one in refused.json]) == (77, [True, False])

        moved = program("smtp", "edit", "Relay", "--host", "moved.company.example", "--json")
        assert (moved.code, list(moved.json["error"]["fields"])) == (65, ["password"])
        program.smtp("edit", "Relay", "--host", "127.0.0.1", "--password-stdin", stdin=PASSWORD)
        assert program.smtp("check", "Relay")[0]["ok"]

        assert program.smtp("set-default", "Relay_copied")["is_default"]
        assert program("smtp", "delete", "Relay_copied", "--yes").code == 64
        assert program.smtp("delete", "Relay_copied", "--yes", "--new-default", "Relay")[0]["new_default"] == "Relay"
        assert [(one["name"], one["is_default"]) for one in program.smtp("list")] == [("Relay", True)]
        assert program.smtp("delete", "Relay", "--yes")[0]["secrets_left"] is None
        assert program.smtp("list") == []
        assert program("smtp", "check", "Relay").code == 78


def _assert_arrived(received, *, port):
    (mail,) = received
    assert (mail.sender, mail.recipients, mail.encrypted, mail.user) == (USER, ("me@company.example",), True, USER)
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert message["From"] == "Jobs at Company <jobs@sub.company.example>"
    assert message["To"] == "me@company.example"
    assert message["Message-ID"].endswith("@sub.company.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_content().replace("\r\n", "\n")
    for line in ("Host Name: 127.0.0.1", f"SMTP Port: {port}", "Type: Generic", f"User Name: {USER}"):
        assert line in body.splitlines()
    assert body.endswith("\n-- \nBye\n")


def test_a_stripped_starttls_sends_nothing_in_the_clear(program):
    with MailServer(users={USER: PASSWORD}) as server:
        program.smtp(
            *("create", "Relay", "--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin"),
            stdin=PASSWORD,
        )
        ran = program("smtp", "test", "Relay", "--to", "me@company.example", "--json")
    assert (ran.code, ran.json[0]["stage"]) == (76, "secure")
    assert (server.sign_ins, server.received) == ([], [])


def test_an_unknown_issuer_is_refused(program, authority):
    del program.environment["SSL_CERT_FILE"]
    with MailServer(starttls=authority.context(), users={USER: PASSWORD}) as server:
        program.smtp(
            *("create", "Relay", "--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin"),
            stdin=PASSWORD,
        )
        ran = program("smtp", "check", "Relay", "--json")
    assert (ran.code, ran.json[0]["kind"], server.sign_ins) == (76, "certificate", [])


def test_a_host_that_does_not_exist(program):
    # RFC 6761 6.4: no name below .invalid ever exists; a computer without DNS can only say that it does not know
    program.smtp("create", "Gone", "--host", "smtp.invalid", "--no-auth", "--from", "a@b.example")
    ran = program("smtp", "check", "Gone", "--json")
    assert (ran.code, ran.json[0]["kind"]) in [(68, "host_not_found"), (75, "host_lookup_failed")]
