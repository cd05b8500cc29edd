"""smtp-desktop smtp create|edit for a mailbox behind MS Graph API."""

import pytest

CUSTOM = ("--cloud", "custom", "--authority", "https://login.example", "--graph-url", "https://graph.example:8443")
FIELDS = ("cloud", "authority", "graph_url", "client_secret_valid_until")


def shown(smtp_desktop, name="Cloud"):
    document = smtp_desktop("smtp", "show", name, "--json").json
    return tuple(document[field] for field in FIELDS)


def test_a_mailbox_is_in_the_global_cloud_unless_stated_otherwise(smtp_desktop):
    smtp_desktop.create_graph("Cloud")
    assert shown(smtp_desktop) == ("global", None, None, None)


@pytest.mark.parametrize("cloud", ["us-l4", "us-dod", "china"])
def test_a_mailbox_can_be_in_another_cloud(smtp_desktop, cloud):
    smtp_desktop.create_graph("Cloud", "--cloud", cloud, "--client-secret-valid-until", "2027-05-31")
    assert shown(smtp_desktop) == (cloud, None, None, "2027-05-31")
    assert "2027-05-31" in smtp_desktop("smtp", "show", "Cloud").out


def test_the_custom_cloud_keeps_its_addresses(smtp_desktop):
    smtp_desktop.create_graph("Cloud", *CUSTOM)
    assert shown(smtp_desktop) == ("custom", "https://login.example", "https://graph.example:8443", None)
    # The stored one is custom already, so nothing is dropped.
    ran = smtp_desktop("smtp", "edit", "Cloud", "--graph-url", "https://graph.example:8443/beta")
    assert ran.code == 0, ran.err
    assert shown(smtp_desktop)[2] == "https://graph.example:8443/beta"


def test_the_last_day_can_be_taken_back(smtp_desktop):
    smtp_desktop.create_graph("Cloud", "--client-secret-valid-until", "2027-05-31")
    assert smtp_desktop("smtp", "edit", "Cloud", "--client-secret-valid-until", "").code == 0
    assert shown(smtp_desktop)[3] is None


def test_leaving_the_custom_cloud_wants_the_secret_again(smtp_desktop):
    smtp_desktop.create_graph("Cloud", *CUSTOM)
    refused = smtp_desktop("smtp", "edit", "Cloud", "--cloud", "global", "--json")
    assert (refused.code, list(refused.json["error"]["fields"])) == (65, ["client_secret"])
    taken = smtp_desktop("smtp", "edit", "Cloud", "--cloud", "global", "--client-secret-stdin", stdin=b"new")
    assert taken.code == 0, taken.err
    assert shown(smtp_desktop) == ("global", None, None, None)
    assert smtp_desktop.secrets() == ["new"]


def test_wrong_values_are_printed_by_their_options(smtp_desktop):
    smtp_desktop.create_graph("Cloud")
    ran = smtp_desktop(
        *("smtp", "edit", "Cloud", "--cloud", "custom", "--authority", "http://login.example", "--json"),
        *("--client-secret-valid-until", "31.5.2027", "--client-secret-stdin"),
        stdin=b"x",
    )
    assert ran.code == 65
    assert list(ran.json["error"]["fields"]) == ["client_secret_valid_until", "authority", "graph_url"]
    assert [line.split(": ")[1] for line in ran.err.splitlines()] == [
        *("--client-secret-valid-until", "--authority", "--graph-url")
    ]
    assert shown(smtp_desktop) == ("global", None, None, None)


@pytest.mark.parametrize(
    "options",
    [
        ("--authority", "https://login.example"),
        ("--graph-url", "https://graph.example"),
        ("--cloud", "china", "--graph-url", "https://graph.example"),
        ("--cloud", "mars"),
        ("--host", "h.example"),
    ],
)
def test_what_would_be_dropped_is_wrong_usage(smtp_desktop, options):
    smtp_desktop.create_graph("Cloud")
    assert smtp_desktop("smtp", "edit", "Cloud", *options).code == 64
    assert shown(smtp_desktop) == ("global", None, None, None)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cloud", "global"),
        ("--authority", "https://login.example"),
        ("--graph-url", "https://graph.example"),
        ("--client-secret-valid-until", "2027-05-31"),
    ],
)
def test_a_server_takes_none_of_them(smtp_desktop, option, value):
    smtp_desktop.create("One")
    ran = smtp_desktop("smtp", "edit", "One", option, value)
    assert ran.code == 64
    assert f"{option} has no effect with " in ran.err


def test_the_help_names_both_types(smtp_desktop):
    shown = " ".join(smtp_desktop("smtp", "create", "--help").out.split())
    assert "[generic|graph]" in shown
    assert "yet" not in shown
