"""smtp-desktop smtp list|show|create|edit|duplicate|delete|default"""

import click
import pytest

from smtp_desktop.cli.app import app, run
from smtp_desktop.composition.command_line import open_demo, open_home
from smtp_desktop.domain.errors import StoreBusy, VaultError, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"


def names(smtp_desktop):
    return [one["name"] for one in smtp_desktop("smtp", "list", "--json").json]


def test_an_empty_home_lists_nothing(smtp_desktop):
    assert smtp_desktop("smtp", "list", "--json").json == []
    ran = smtp_desktop("smtp", "list")
    assert (ran.code, ran.out) == (0, "")


def test_create_keeps_every_field(smtp_desktop):
    ran = smtp_desktop(
        *("smtp", "create", "Relay", "--type", "generic", "--host", "smtp.company.example", "--port", "465"),
        *("--user", "apikey", "--from", "Jobs <jobs@company.example>", "--signature", "Bye\nJobs", "--no-default"),
        *("--description", "for the jobs", "--envelope-sender", "from", "--tls", "--password-stdin", "--json"),
        *("--ehlo-name", "pc7.company.example", "--per-minute", "30", "--per-hour", "200", "--per-day", "1000"),
        *("--connections", "3", "--mails-per-connection", "50", "--tag", "Prod", "--tag", "eu"),
        stdin=b"pa ss\n",
    )
    assert ran.code == 0, ran.err
    shown = smtp_desktop("smtp", "show", "relay", "--json").json
    assert ran.json == shown | {"changed": True}
    assert shown == {
        "name": "Relay",
        "type": "generic",
        "is_default": False,
        "from_address": "Jobs <jobs@company.example>",
        "signature": "Bye\nJobs",
        "description": "for the jobs",
        "tags": ["prod", "eu"],
        "host_name": "smtp.company.example",
        "smtp_port": 465,
        "tls": True,
        "auth_required": True,
        "user_name": "apikey",
        "envelope_sender": "from",
        "ehlo_name": "pc7.company.example",
        "trusted_ca": None,
        "trusted_fingerprint": None,
        "sign_in": "password",
        "provider": None,
        "issuer": None,
        "authorize_url": None,
        "token_url": None,
        "device_url": None,
        "scope": None,
        "app_credential": None,
        "tenant_id": None,
        "client_id": None,
        "cloud": None,
        "authority": None,
        "graph_url": None,
        "client_secret_valid_until": None,
        "limits": {
            "per_minute": 30,
            "per_hour": 200,
            "per_day": 1000,
            "connections": 3,
            "mails_per_connection": 50,
        },
        "has_password": True,
        "has_client_secret": False,
        "has_service_account": False,
        "has_certificate": False,
        "app_certificate": None,
        "next_app_certificate": None,
        "signed_in_as": None,
        "signed_in_at": None,
        "signed_in_until": None,
        "sign_in_problem": None,
        "missing": [],
        "state": "never_tested",
        "last_check": None,
        "held_since": None,
        "held_reason": None,
        "waiting": 0,
        "hold": None,
    }
    assert smtp_desktop.secrets() == ["pa ss"]


def test_a_mailbox_takes_both_secrets(smtp_desktop, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "the client's")
    ran = smtp_desktop(
        *("smtp", "create", "Cloud", "--type", "graph", "--user", "box@company.example", "--sign-in", "password"),
        *("--tenant-id", "company.example", "--client-id", GUID, "--client-secret-env", "MY_SECRET"),
        *("--password-stdin", "--json"),
        stdin=b"the box's",
    )
    assert ran.code == 0, ran.err
    assert (ran.json["has_password"], ran.json["has_client_secret"]) == (True, True)
    assert sorted(smtp_desktop.secrets()) == ["the box's", "the client's"]


def test_the_first_one_is_the_default(smtp_desktop):
    assert smtp_desktop.create("One", "--json").json["is_default"] is True
    assert smtp_desktop.create("Two", "--json").json["is_default"] is False
    assert smtp_desktop.create("Three", "--default", "--json").json["is_default"] is True
    assert names(smtp_desktop) == ["Three", "One", "Two"]


def test_every_refused_field_is_printed_at_once_and_nothing_saved(smtp_desktop):
    ran = smtp_desktop("smtp", "create", "not good", "--host", "a b", "--port", "70000", "--json")
    assert ran.code == 65
    assert list(ran.json["error"]["fields"]) == ["name", "host_name", "smtp_port", "user_name", "password"]
    assert [line.split(":")[1].strip() for line in ran.err.splitlines()] == [
        *("NAME", "--host", "--port", "--user"),
        "No password. Use --password-stdin, --password-env VAR, --password-file FILE or --password-command COMMAND, "
        "or run this in a terminal.",
    ]
    assert "--user: Enter the user name, or use --no-auth." in ran.err
    assert names(smtp_desktop) == []


def test_a_taken_name_is_refused(smtp_desktop):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "create", "ONE", "--host", "h.example", "--no-auth", "--from", "a@b.example", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["name"])


@pytest.mark.parametrize(
    "options",
    [
        ("--tenant-id", "company.example"),
        ("--type", "graph", "--host", "h.example"),
        ("--type", "graph", "--no-tls"),
        ("--type", "graph", "--name-in-ehlo", "pc7.company.example"),
        ("--type", "graph", "--mails-per-connection", "5"),
        ("--no-auth", "--password-stdin"),
        ("--client-secret-stdin",),
        ("--password-stdin", "--password-env", "PATH"),
        ("--password-stdin", "--client-secret-stdin"),
        ("--password-env", "NO_SUCH_VARIABLE_HERE"),
        ("--type", "carrier-pigeon"),
        ("--password", "secret"),
        ("--password=secret",),
        ("--client-secret", "secret"),
    ],
)
def test_options_that_contradict_are_wrong_usage(smtp_desktop, options):
    ran = smtp_desktop("smtp", "create", "One", *options, "--json", stdin=b"secret")
    assert ran.code == 64, ran.err
    assert "secret\n" not in ran.err
    assert names(smtp_desktop) == []


def test_edit_changes_only_what_is_given(smtp_desktop):
    smtp_desktop.create("One", "--signature", "Bye", "--from", "a@b.example")
    before = smtp_desktop("smtp", "show", "One", "--json").json
    ran = smtp_desktop("smtp", "edit", "one", "--port", "2525", "--name", "First", "--json")
    assert ran.code == 0, ran.err
    after = before | {"smtp_port": 2525, "name": "First"}
    assert ran.json == [{"name": "First", "changed": True, "smtp": after, "error": None}]
    again = smtp_desktop("smtp", "edit", "First", "--port", "2525", "--json")
    assert again.json == [{"name": "First", "changed": False, "smtp": after, "error": None}]
    assert smtp_desktop("smtp", "edit", "First", "--port", "2525").out == "First is unchanged: it was so already.\n"
    assert smtp_desktop.secrets() == ["secret"]


def test_an_empty_option_empties_the_field(smtp_desktop):
    smtp_desktop.create("One", "--signature", "Bye")
    assert smtp_desktop("smtp", "edit", "One", "--signature", "", "--json").json[0]["smtp"]["signature"] == ""


def test_a_new_password_takes_the_old_ones_place(smtp_desktop):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "edit", "One", "--password-stdin", stdin=b"other\r\n").code == 0
    assert smtp_desktop.secrets() == ["other"]


def test_another_host_wants_the_password_again(smtp_desktop):
    smtp_desktop.create("One")
    refused = smtp_desktop("smtp", "edit", "One", "--host", "evil.example", "--json")
    assert (refused.code, list(refused.json["error"]["fields"])) == (65, ["password"])
    assert smtp_desktop("smtp", "show", "One", "--json").json["host_name"] == "127.0.0.1"
    taken = smtp_desktop("smtp", "edit", "One", "--host", "good.example", "--password-stdin", stdin=b"new")
    assert taken.code == 0, taken.err
    assert smtp_desktop.secrets() == ["new"]


def test_a_password_that_is_no_longer_needed_is_erased(smtp_desktop):
    smtp_desktop.create("One", "--from", "a@b.example")
    smtp_desktop.vault.locked = True
    refused = smtp_desktop("smtp", "edit", "One", "--no-auth")
    assert (refused.code, smtp_desktop.secrets()) == (78, ["secret"])
    smtp_desktop.vault.locked = False
    assert smtp_desktop("smtp", "edit", "One", "--no-auth", "--json").json[0]["smtp"]["has_password"] is False
    assert smtp_desktop.secrets() == []


def test_duplicate_prints_the_copys_name(smtp_desktop):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "duplicate", "one", "--password-stdin", stdin=b"the copy's\n")
    assert (ran.code, ran.out) == (0, "One_copied\n")
    assert sorted(smtp_desktop.secrets()) == ["secret", "the copy's"]
    again = smtp_desktop("smtp", "duplicate", "One", "--password-stdin", "--json", stdin=b"x")
    assert (again.json["name"], again.json["is_default"]) == ("One_copied2", False)


def test_duplicate_without_a_password_is_refused(smtp_desktop):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "duplicate", "One", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["password"])
    assert names(smtp_desktop) == ["One"]


def test_duplicate_takes_no_password_where_there_is_none(smtp_desktop):
    smtp_desktop("smtp", "create", "Open", "--host", "h.example", "--no-auth", "--from", "a@b.example")
    assert smtp_desktop("smtp", "duplicate", "Open", "--password-stdin", stdin=b"x").code == 64
    assert smtp_desktop("smtp", "duplicate", "Open").out == "Open_copied\n"


@pytest.mark.parametrize("command", ["set-default", "default"])
def test_the_default_moves(smtp_desktop, command):
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    ran = smtp_desktop("smtp", command, "two", "--json")
    assert (ran.code, ran.json["name"], ran.json["is_default"], ran.json["changed"]) == (0, "Two", True, True)
    assert [(o["name"], o["is_default"]) for o in smtp_desktop("smtp", "list", "--json").json] == [
        ("Two", True),
        ("One", False),
    ]
    assert smtp_desktop("smtp", command, "Two", "--json").json["changed"] is False
    assert smtp_desktop("smtp", command, "Two").out == "Two is already the default.\n"


GONE = {
    "deleted": True,
    "changed": True,
    "new_default": None,
    "activities": [],
    "backup_of": [],
    "secrets_left": None,
    "error": None,
}


def test_delete_leaves_no_secret(smtp_desktop):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "delete", "one", "--yes", "--json")
    assert (ran.code, ran.json) == (0, [{"name": "One", **GONE}])
    assert (names(smtp_desktop), smtp_desktop.secrets()) == ([], [])


def test_one_that_is_gone_already_is_accepted_where_asked_for(smtp_desktop):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "delete", "One", "Nobody", "--yes").code == 78
    assert names(smtp_desktop) == ["One"]
    ran = smtp_desktop("smtp", "delete", "One", "Nobody", "--yes", "--if-exists", "--json")
    gone = {"name": "Nobody", **GONE, "deleted": False, "changed": False}
    assert (ran.code, ran.json) == (0, [{"name": "One", **GONE}, gone])
    ran = smtp_desktop("smtp", "delete", "Nobody", "--if-exists")
    assert (ran.code, ran.out) == (0, "There is no SMTP named Nobody: nothing to delete.\n")
    assert smtp_desktop("smtp", "delete", "Nobody", "--if-exists", "--json").json == [gone]


def test_nothing_is_deleted_without_a_yes(smtp_desktop):
    smtp_desktop.create("One")
    assert smtp_desktop("smtp", "delete", "One").code == 64
    refused = smtp_desktop("smtp", "delete", "One", stdin=b"n\n", at_terminal=True)
    assert (refused.code, refused.err.splitlines()[-1].endswith("Nothing was deleted.")) == (1, True)
    assert "Delete One (127.0.0.1:1)" in refused.err
    assert names(smtp_desktop) == ["One"]
    assert smtp_desktop("smtp", "delete", "One", stdin=b"y\n", at_terminal=True).code == 0
    assert names(smtp_desktop) == []


def test_deleting_the_default_names_the_next(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    missing = smtp_desktop("smtp", "delete", "One", "--yes")
    assert missing.code == 64
    assert "takes its place: Two" in missing.err
    assert smtp_desktop("smtp", "delete", "One", "--yes", "--new-default", "one").code == 64
    assert smtp_desktop("smtp", "delete", "One", "--yes", "--new-default", "Nobody").code == 78
    assert smtp_desktop("smtp", "delete", "Two", "--yes", "--new-default", "One").code == 64
    assert names(smtp_desktop) == ["One", "Two"]
    ran = smtp_desktop("smtp", "delete", "One", "--yes", "--new-default", "Two", "--json")
    assert ran.json[0]["new_default"] == "Two"
    assert smtp_desktop("smtp", "show", "Two", "--json").json["is_default"] is True


def test_a_locked_vault_keeps_the_smtp_so_that_no_secret_stays_behind(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.vault.locked = True
    assert smtp_desktop("smtp", "delete", "One", "--yes").code == 78
    assert names(smtp_desktop) == ["One"]


def test_a_broken_vault_lets_the_smtp_go_and_says_so(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.vault.failure = VaultError(msg("The keyring is broken."))
    ran = smtp_desktop("smtp", "delete", "One", "--yes", "--json")
    assert ran.code == 0
    assert ran.json[0]["secrets_left"]["message"] == "The keyring is broken."
    assert "the next start tries again: The keyring is broken." in ran.err
    assert names(smtp_desktop) == []


@pytest.mark.parametrize("verb", ["show", "edit", "duplicate", "delete", "default", "check", "mailbox"])
def test_an_smtp_that_does_not_exist_is_a_wrong_configuration(smtp_desktop, verb):
    options = ("--port", "25") if verb == "edit" else ()
    ran = smtp_desktop("smtp", verb, "Nobody", *options, "--json")
    assert ran.code == 78
    error = ran.json["error"]
    assert (error["code"], error["message"]) == ("not_found", "There is no SMTP named Nobody.")
    assert ran.err == "Error: There is no SMTP named Nobody.\n"


def test_home_is_handed_on(smtp_desktop, tmp_path):
    smtp_desktop("--home", str(tmp_path / "other"), "smtp", "list")
    smtp_desktop("smtp", "list")
    assert smtp_desktop.chosen_homes == [tmp_path / "other", None]


@pytest.mark.parametrize("words", [("--demo", "smtp", "list"), ("--colour",), ("mail",)])
def test_other_words_are_wrong_usage(smtp_desktop, words):
    ran = smtp_desktop(*words)
    assert (ran.code, smtp_desktop.chosen_homes) == (64, [])
    assert ran.err


def test_help_opens_no_home(smtp_desktop):
    for words in (("--help",), ("smtp", "-h"), ("smtp", "create", "--help")):
        assert smtp_desktop(*words).code == 0
    assert smtp_desktop.chosen_homes == []


def commands_of(command):
    if not isinstance(command, click.Group):
        return [command]
    context = click.Context(command)
    inner = [command.get_command(context, name) for name in command.list_commands(context)]
    return [each for one in inner for each in commands_of(one)]


def test_no_option_takes_a_secret_itself():
    options = [
        (command.name, option.name, option.is_flag)
        for command in commands_of(app)
        for option in command.params
        if ("password" in option.name or "secret" in option.name)
        and option.name not in {"client_secret_valid_until", "with_secrets"}
    ]
    assert len(options) == 60
    assert all(is_flag or name.endswith(("_env", "_file", "_command")) for _, name, is_flag in options)
    assert all(is_flag == name.endswith("_stdin") for _, name, is_flag in options)


def test_the_secret_is_what_was_typed(smtp_desktop):
    smtp_desktop.create("Spaces", password=b"  two \n\n")
    smtp_desktop.create("Google", password=b"abcd efgh ijkl mnop\n")
    smtp_desktop.create("Windows", password="pässwört\r\n".encode())
    assert smtp_desktop.secrets() == ["  two \n", "abcdefghijklmnop", "pässwört"]


def test_a_secret_that_is_not_utf_8_is_refused(smtp_desktop):
    ran = smtp_desktop("smtp", "create", "One", "--password-stdin", "--json", stdin=b"\xe4\xf6\n")
    assert (ran.code, ran.json["error"]["fields"]) == (65, {"password": "It is not UTF-8 text."})


def test_the_environment_opens_the_vault(smtp_desktop, monkeypatch):
    smtp_desktop.vault.locked = True
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    smtp_desktop.create("One")
    assert smtp_desktop.vault.master == Secret("master")


def test_a_wrong_master_password_in_the_environment_is_named_by_its_variable(smtp_desktop, monkeypatch):
    def refuse(_master):
        raise WrongMasterPassword(msg("This is wrong. Try again."))

    smtp_desktop.create("One")
    smtp_desktop.vault.locked = True
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "mistyped")
    smtp_desktop.when_opened = lambda services: setattr(services, "unlock", refuse)
    ran = smtp_desktop("smtp", "edit", "One", "--password-stdin", stdin=b"x")
    assert (ran.code, ran.err) == (78, "Error: The master password in SMTP_DESKTOP_VAULT_PASSWORD is wrong.\n")


def test_without_a_master_password_it_says_where_to_put_it(smtp_desktop):
    smtp_desktop.vault.locked = True
    ran = smtp_desktop(
        *("smtp", "create", "One", "--host", "h.example", "--user", "a@b.example", "--password-stdin"), stdin=b"x"
    )
    assert ran.code == 78
    assert "SMTP_DESKTOP_VAULT_PASSWORD" in ran.err
    assert names(smtp_desktop) == []


def test_a_database_in_use_is_temporary(capsys):
    def busy(home):
        raise StoreBusy(msg("Another program is using the database. Try again in a moment."))

    assert run(("smtp", "list"), busy, open_demo, open_home) == 75
    assert capsys.readouterr() == ("", "Error: Another program is using the database. Try again in a moment.\n")
