"""Lists of addresses: all of them, or a refusal."""

import random

import pytest

from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in, names_in


def specs(text: str) -> list[str]:
    return [address.spec for address in addresses_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@x.example; b@x.example", "ab"),
        ("A <a@x.example>; B <b@x.example>", "ab"),
        ("Jo <a@x.example>, b@x.example; c@x.example", "abc"),
        ("a@x.example b@x.example\tc@x.example", "abc"),
        ("< a@x.example >,,<b@x.example>;", "ab"),
        ("a @ x . example", "a"),
        ("a@x.example (Ann, (really)), (and) b@x.example", "ab"),
        ('"b@x.example, q" <a@x.example>', "a"),
        ("<@r.example,@s.example:a@x.example>", "a"),
        ('Team: a@x.example, "B, C" <b@x.example>;, c@x.example', "abc"),
        ("undisclosed-recipients:;", ""),
        ("a@x.example <A@X.example>", "A"),
        ("=?utf-8?q?M=C3=BC=2C?= <a@x.example>", "a"),
        ("Grüße <a@x.example>", "a"),
        (" , ;", ""),
    ],
)
def test_what_can_be_read_in_one_way_is_read(text: str, expected: str) -> None:
    assert specs(text) == [f"{name}@x.example" for name in expected]


@pytest.mark.parametrize(
    "text",
    [
        *("a@x.example, <b@x.example> <c@x.example>", "a@x.example <b@x.example>", "<a@x.example> b@x.example"),
        *("Name, First <a@x.example>", "nobody", "a@x.example, nobody", "nobody a@x.example", "a@@x", "<>", "A <>"),
        *(
            "<a@x.example",
            "a@x.example>",
            '"A <a@x.example>',
            "(A a@x.example",
            "A) <a@x.example>",
            "a@[x <a@x.example>",
        ),
        *(
            "a@x.example: b@x.example",
            '"a@x.example"',
            "=?utf-8?q?a?=@x.example",
            "a@x.example\0",
            "a@x.example,\udcff",
        ),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        addresses_in(text)


def test_names_and_comments_are_read() -> None:
    (named, commented, plain) = addresses_in('"Müller, J." <a@x.example>, b@x.example (Bo), c@x.example')
    assert [named.display_name, commented.display_name, plain.display_name] == ["Müller, J.", "Bo", ""]
    assert names_in("root (Cron Daemon), Ann <ann>") == ["Cron Daemon", "Ann"]


def test_literals_and_quoted_local_parts_are_read() -> None:
    text = 'a@[192.0.2.1], b@[IPv6:2001:db8::1], "a; b"@x.example'
    assert specs(text) == ["a@[192.0.2.1]", "b@[IPv6:2001:db8::1]", '"a; b"@x.example']


def test_nothing_is_lost_whatever_is_written() -> None:
    """Every address that was put into a list comes out of it, or the list is refused."""
    pieces = (
        "{}@x.example",
        "<{}@x.example>",
        "N <{}@x.example>",
        '"N; (" <{}@x.example>',
        "{}@x.example (c)",
        "{} @x.example",
    )
    noise = (", ", ";", " ", "\t", "Team:", ";", ")", "<", ">", " x ", ",", "=? ", "\\", "@", ":")
    for seed in range(1000):
        chance = random.Random(seed)
        names, text = [], ""
        for number in range(chance.randint(1, 4)):
            names.append(f"n{number}")
            text += chance.choice(pieces).format(names[-1]) + chance.choice((", ", "; ", " ", *noise))
        try:
            found = specs(text)
        except BadAddress:
            continue
        assert [spec.partition("@")[0].strip('"').split(" ")[-1] for spec in found] == names, text


@pytest.mark.parametrize("piece", ['"', "(", "<", "[", "\\", "a ", "(" * 3, '"x', ",", ":"])
def test_a_long_list_takes_no_longer_than_it_is_long(piece: str) -> None:
    try:
        addresses_in(piece * 100_000)
    except BadAddress:
        return
