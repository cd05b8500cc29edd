"""Limits and the name in EHLO: what may be typed, and what it means."""

from dataclasses import replace

import pytest
from domain.smtp.drafts import GENERIC, GRAPH, profile_of, refused

from smtp_desktop.domain.mail.address import BadHost
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.ehlo_name import ascii_ehlo_name
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS, MOST
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import GenericServer


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("", ""),
        ("  ", ""),
        ("pc7.company.example", "pc7.company.example"),
        (" PC7.Company.example. ", "pc7.company.example"),
        ("büro.firma.example", "xn--bro-hoa.firma.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
        ("[IPv6:::ffff:192.0.2.1]", "[IPv6:::ffff:192.0.2.1]"),
    ],
)
def test_a_name_in_ehlo_is_taken_and_goes_out_in_ascii(typed: str, sent: str) -> None:
    assert refused(GENERIC, ehlo_name=typed) == {}
    server = profile_of(GENERIC, ehlo_name=typed).server
    assert isinstance(server, GenericServer)
    assert server.ehlo_name == typed.strip()
    assert ascii_ehlo_name(server.ehlo_name) == sent


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("pc7", "Enter the full name, for example pc7.company.example, or leave the field empty."),
        ("192.0.2.1", "Enter the address as [192.0.2.1]."),
        ("2001:db8::1", "Enter the address as [IPv6:2001:db8::1]."),
        ("[2001:db8::1]", "Enter the address as [IPv6:2001:db8::1]."),
        ("[IPv6:192.0.2.1]", "Enter the address as [192.0.2.1]."),
        ("[192.0.2.1", "Enter the address as [192.0.2.1]."),
    ],
)
def test_a_name_in_ehlo_that_is_nearly_right_is_shown_as_it_would_be(typed: str, what: str) -> None:
    assert refused(GENERIC, ehlo_name=typed) == {"ehlo_name": what}


@pytest.mark.parametrize(
    "typed",
    [
        *("pc 7.company.example", "pc_7.company.example", "-a.company.example", "a..example", "a.example>", "🎉"),
        *("pc7.company.example\r\nMAIL FROM:<x@y.example>", "[]", "[", "[host.example]", "[IPv6:fe80::1%eth0]"),
        *("user@company.example", "192.0.2.999", f"{'a' * 64}.example", "a." * 130 + "example"),
    ],
    ids=lambda typed: typed[:20],
)
def test_what_no_server_takes_in_ehlo_is_refused(typed: str) -> None:
    (message,) = refused(GENERIC, ehlo_name=typed).values()
    assert message.startswith("Enter this computer's full name, such as pc7.company.example")
    with pytest.raises(BadHost):
        ascii_ehlo_name(typed)


@pytest.mark.parametrize("field", LIMIT_FIELDS)
@pytest.mark.parametrize(
    ("typed", "limit"), [("", 0), ("0", 0), ("0" * 5000, 0), (" 7 ", 7), ("0012", 12), ("50", 50)], ids=str
)
def test_a_limit_is_taken(field: str, typed: str, limit: int) -> None:
    assert refused(GENERIC, **{field: typed}) == {}
    assert profile_of(GENERIC, **{field: typed}).limits == replace(SendLimits(), **{field: limit})


@pytest.mark.parametrize("field", LIMIT_FIELDS)
@pytest.mark.parametrize("typed", ["-1", "+5", "1.5", "1,000", "1 000", "many", "1e3", "５", "²", "9" * 5000])
def test_what_is_no_whole_number_is_refused_as_a_limit(field: str, typed: str) -> None:
    (message,) = refused(GENERIC, **{field: typed}).values()
    assert message.startswith("Enter a whole number up to ")


@pytest.mark.parametrize("field", LIMIT_FIELDS)
def test_a_limit_has_a_largest_value(field: str) -> None:
    most = getattr(MOST, field)
    assert refused(GENERIC, **{field: str(most)}) == {}
    assert f"{most:,}" in refused(GENERIC, **{field: str(most + 1)})[field]


def test_a_mailbox_has_limits_but_neither_ehlo_nor_mails_on_a_connection() -> None:
    typed = {"ehlo_name": "?", "mails_per_connection": "?", "per_minute": "30", "connections": "3"}
    assert refused(GRAPH, **typed) == {}
    assert profile_of(GRAPH, **typed).limits == SendLimits(per_minute=30, connections=3)
    assert set(refused(GRAPH, per_hour="?", per_day="?")) == {"per_hour", "per_day"}


@pytest.mark.parametrize("draft", [replace(GENERIC, ehlo_name="pc7.company.example", mails_per_connection="20"), GRAPH])
def test_the_form_shows_what_was_stored(draft: ProfileDraft) -> None:
    limited = replace(draft, per_minute="30", per_hour="200", per_day="1000", connections="3")
    assert draft_of(profile_of(limited)) == replace(limited, password=None, client_secret=None)


def test_no_limit_is_an_empty_field() -> None:
    draft = draft_of(profile_of(GENERIC, per_minute="0"))
    assert [getattr(draft, field) for field in LIMIT_FIELDS] == [""] * 5
