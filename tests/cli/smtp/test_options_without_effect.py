"""Options that would do nothing are refused, and so is what would leave no default."""

import pytest

OPEN = ("--host", "127.0.0.1", "--port", "1", "--no-auth", "--from", "a@b.example")


@pytest.mark.parametrize(
    "options",
    [
        (*OPEN, "--user", "somebody"),
        (*OPEN, "--envelope-sender", "from"),
        (*OPEN, "--no-tls", "--trust-fingerprint", "ab" * 32),
        (*OPEN, "--authority", "https://login.example"),
        (*OPEN, "--password-stdin"),
    ],
)
def test_create_refuses_what_would_have_no_effect(smtp_desktop, options):
    ran = smtp_desktop("smtp", "create", "One", *options, stdin=b"x")
    assert ran.code == 64
    assert "has no effect" in ran.err or "uses no password" in ran.err
    assert smtp_desktop("smtp", "list", "--json").json == []


@pytest.mark.parametrize("options", [("--user", "somebody"), ("--envelope-sender", "from"), ()])
def test_edit_refuses_it_too_and_wants_an_option(smtp_desktop, options):
    assert smtp_desktop("smtp", "create", "One", *OPEN).code == 0
    before = smtp_desktop("smtp", "show", "One", "--json").json
    assert smtp_desktop("smtp", "edit", "One", *options).code == 64
    assert smtp_desktop("smtp", "show", "One", "--json").json == before


def test_what_has_an_effect_together_is_taken(smtp_desktop):
    assert smtp_desktop("smtp", "create", "One", *OPEN).code == 0
    ran = smtp_desktop("smtp", "edit", "One", "--auth", "--user", "me@b.example", "--password-stdin", stdin=b"x")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("command", ["edit", "set"])
def test_the_default_can_be_moved_but_not_taken_away(smtp_desktop, command):
    for name in ("One", "Two"):
        assert smtp_desktop("smtp", "create", name, *OPEN).code == 0
    ran = smtp_desktop("smtp", command, "One", "--no-default")
    assert ran.code == 64
    assert ran.err.endswith("To move it, run: smtp-desktop smtp set-default NAME\n")
    assert smtp_desktop("smtp", command, "Two", "--no-default").code == 0
    assert [one["is_default"] for one in smtp_desktop("smtp", "list", "--json").json] == [True, False]


def test_create_says_where_the_new_one_is_the_default(smtp_desktop):
    assert smtp_desktop("smtp", "create", "One", *OPEN).out == "Created One. It is the default, as there was none.\n"
    assert smtp_desktop("smtp", "create", "Two", *OPEN).out == "Created Two.\n"


def test_a_wrong_name_is_refused_by_the_option_that_gave_it(smtp_desktop):
    assert smtp_desktop("smtp", "create", "One", *OPEN).code == 0
    assert smtp_desktop("smtp", "edit", "One", "--name", "bad name").err.startswith("Error: --name: ")
    assert smtp_desktop("smtp", "create", "bad name", *OPEN).err.startswith("Error: NAME: ")
