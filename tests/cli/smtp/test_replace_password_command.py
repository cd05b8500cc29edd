"""smtp-desktop smtp replace-password, against a real server on this computer."""

import pytest
from servers.smtp.mailserver import MailServer


@pytest.fixture
def command_line(smtp_desktop):
    """Three SMTPs that sign in with the old password at a server that takes the new one."""
    with MailServer(users={"boss@company.example": "new"}) as server:
        smtp_desktop.port = server.port
        for number in (1, 2, 10):
            smtp_desktop.create(f"Site_{number}", "--port", str(server.port), "--no-tls", "--tag", "site")
        yield smtp_desktop


def test_each_is_tried_and_gets_it(command_line):
    ran = command_line("smtp", "replace-password", "--tag", "site", "--password-stdin", stdin=b"new\n")
    assert (ran.code, ran.out.splitlines()) == (0, ["Site_1: Works", "Site_2: Works", "Site_10: Works"])
    assert sorted(command_line.secrets()) == ["new"] * 3 + ["secret"] * 3  # the old ones are the backup's
    assert command_line("smtp", "check", "--all").code == 0


def test_all_of_one_account_get_it_by_naming_one(command_line):
    command_line("smtp", "edit", "Site_10", "--user", "other@company.example")
    ran = command_line("smtp", "replace-password", "Site_2", "--same-account", "--password-stdin", stdin=b"new")
    assert (ran.code, ran.out.splitlines(), ran.err) == (0, ["Site_2: Works", "Site_1: Works"], "")


def test_none_that_fails_needs_no_password(command_line):
    assert command_line("smtp", "replace-password", "--failing", "--json").json == []


def test_those_of_the_account_that_keep_the_old_one_are_named(command_line):
    ran = command_line("smtp", "replace-password", "Site_2", "--password-stdin", stdin=b"new")
    words = "These sign in as the same user with the old password: Site_1, Site_10. See --same-account.\n"
    assert (ran.code, ran.err) == (0, words)


def test_a_wrong_one_is_tried_once_and_changes_nothing(command_line):
    ran = command_line("smtp", "replace-password", "--all", "--password-stdin", "--json", stdin=b"wrong")
    assert ran.code == 77
    assert [(one["name"], one["outcome"], one["changed"]) for one in ran.json] == [
        ("Site_1", "refused", False),
        ("Site_2", "untouched", False),
        ("Site_10", "untouched", False),
    ]
    assert ran.json[0]["check"]["cause"] == "sign_in_refused"
    assert command_line.secrets() == ["secret"] * 3
    assert "Site_2: the old password is still set" in ran.err
    assert "wrong" not in ran.err + ran.out


def test_a_server_that_is_down_keeps_the_new_one_and_says_so(command_line):
    command_line("smtp", "edit", "Site_2", "--port", "1")
    ran = command_line("smtp", "replace-password", "--all", "--password-stdin", stdin=b"new")
    assert ran.code == 69
    assert ran.out.splitlines() == ["Site_1: Works", "Site_10: Works"]
    assert ran.err.startswith("Site_2: Replaced, but the check failed: ")
    assert sorted(command_line.secrets()) == ["new"] * 3 + ["secret"] * 3  # the old ones are the backup's


@pytest.mark.long
def test_one_alone_is_an_object(command_line):
    ran = command_line("smtp", "replace-password", "Site_1", "--password-stdin", "--json", stdin=b"new")
    assert (ran.code, [(one["name"], one["outcome"]) for one in ran.json]) == (0, [("Site_1", "works")])
    assert sorted(command_line.secrets()) == ["new", "secret", "secret"]


def test_different_users_are_refused_and_said(command_line):
    command_line("smtp", "edit", "Site_2", "--user", "other@company.example")
    ran = command_line("smtp", "replace-password", "--all", "--password-stdin", "--json", stdin=b"new")
    assert ran.code == 65
    assert "different users" in ran.json["error"]["fields"]["password"]
    assert command_line.secrets() == ["secret"] * 3


@pytest.mark.long
def test_without_a_password_and_a_terminal_it_is_wrong_usage(command_line):
    assert command_line("smtp", "replace-password", "--all").code == 64


@pytest.mark.long
def test_the_environment_opens_the_vault_first(command_line, monkeypatch):
    command_line.vault.locked = True
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    assert command_line("smtp", "replace-password", "--all", "--password-stdin", stdin=b"new").code == 0
    assert sorted(command_line.secrets()) == ["new"] * 3 + ["secret"] * 3  # the old ones are the backup's
