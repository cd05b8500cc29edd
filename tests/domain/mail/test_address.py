"""Mail addresses and host names."""

import re
import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.mail.address import (
    MAX_ADDRESS,
    Address,
    BadAddress,
    BadHost,
    ascii_host,
    is_this_computer,
    parse_address,
)

# Random, but the same on every run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=150)
# Lone surrogates as well: a command line's bytes that are not UTF-8 arrive as those.
ANY_TEXT = st.text(st.characters())
NEAR_ADDRESSES = st.text(st.sampled_from("ab1.@-_<>[]\" %:\\ä漢😀\u202e\u00a0\udc80\r\n\t,;()'"), max_size=40)


@pytest.mark.parametrize(
    ("typed", "spec", "display_name"),
    [
        ("a@b.example", "a@b.example", ""),
        ("  a@b.example\n", "a@b.example", ""),
        ("A.B+c@B.Example", "A.B+c@b.example", ""),
        ("Ann Lee <a@b.example>", "a@b.example", "Ann Lee"),
        ("Ann Lee<a@b.example>", "a@b.example", "Ann Lee"),
        ('"Lee, Ann" <a@b.example>', "a@b.example", "Lee, Ann"),
        (r'"Ann \"A\" Lee" <a@b.example>', "a@b.example", 'Ann "A" Lee'),
        ('"a<b" <a@b.example>', "a@b.example", "a<b"),
        ("<a@b.example>", "a@b.example", ""),
        ('"john doe"@b.example', '"john doe"@b.example', ""),
        ('"a@b"@c.example', '"a@b"@c.example', ""),
        (r'"a\"b"@c.example', r'"a\"b"@c.example', ""),
        ('"john"@b.example', "john@b.example", ""),
        ('Jo <"john doe"@b.example>', '"john doe"@b.example', "Jo"),
        ("Ann < a@b.example >", "a@b.example", "Ann"),
        ("Jörg <jörg@faß.example>", "jörg@xn--fa-hia.example", "Jörg"),
        ("a@bücher.example", "a@xn--bcher-kva.example", ""),
        ("用户@例子.example", "用户@xn--fsqu00a.example", ""),
        ("root@localhost", "root@localhost", ""),
        ("a@plant.local", "a@plant.local", ""),
        ("a@b.example.", "a@b.example", ""),
        ("a@[192.0.2.1]", "a@[192.0.2.1]", ""),
        ("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]", ""),
    ],
)
def test_an_address_is_accepted(typed: str, spec: str, display_name: str) -> None:
    address = parse_address(typed)
    assert (address.spec, address.display_name) == (spec, display_name)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        '""@b.example',
        '"a b.example',
        '"a"b@c.example',
        '"a> SIZE=1"@b.example',
        "a",
        "@",
        "a@",
        "@b.example",
        "a@b@c.example",
        "a b@c.example",
        "a@b c.example",
        "a@b..example",
        "a@.example",
        "a@-b.example",
        "a..b@c.example",
        ".a@b.example",
        "a@192.0.2.1",
        "a@300.1.1.1",
        "a@2001:db8::1",
        "a@[300.1.1.1]",
        "a@[b.example]",
        "a@[]",
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "a@b.example <c@d.example",
        "<a@b.example> Ann",
        "<<a@b.example>>",
        "Ann <>",
        "a@b.example\r\nBcc: c@d.example",
        "Ann\r\nBcc: c@d.example <a@b.example>",
        "Ann\x00 <a@b.example>",
        "Ann\u2028Lee <a@b.example>",
        "Ann\x85Lee <a@b.example>",
        "a\u200b@b.example",
        "a@b.example> SIZE=1",
        "a@[fe80::1%1 SIZE=1]",
        "a@[fe80::1%<b>]",
        "a@[fe80::1%eth0]",
        "\udcff@b.example",
        "a@\udcff.example",
        "Ann\udcff <a@b.example>",
    ],
)
def test_a_text_that_is_not_one_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        parse_address(typed)


def test_the_longest_address_fits_and_one_more_does_not() -> None:
    labels = f"{'b' * 60}.{'c' * 60}.{'d' * 60}."
    fits = f"{'a' * 64}@{labels}{'e' * (MAX_ADDRESS - 65 - len(labels))}"

    assert len(parse_address(fits).spec) == MAX_ADDRESS
    with pytest.raises(BadAddress):
        parse_address(fits + "e")


def test_the_length_is_that_of_the_address_in_the_envelope() -> None:
    # Typed 3 times 50 characters of two bytes each; on the wire each label is longer.
    labels = ".".join(letter * 50 for letter in "äöü")
    assert len(parse_address(f"a@{labels}").spec) < MAX_ADDRESS
    with pytest.raises(BadAddress):
        parse_address(f"{'a' * 64}@{labels}.{'b' * 45}")


def test_the_length_counts_bytes() -> None:
    domain = f"{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 38}"
    assert len(parse_address(f"{'a' * 30}@{domain}").spec) == MAX_ADDRESS - 2
    with pytest.raises(BadAddress):
        parse_address(f"{'ä' * 30}@{domain}")


@given(ANY_TEXT | NEAR_ADDRESSES | st.emails())
@example("a@[fe80::1% b]")
@example("\ud800@b.example")
@repeatable
def test_anything_typed_is_an_address_or_a_bad_address(typed: str) -> None:
    try:
        address = parse_address(typed)
    except BadAddress:
        return
    assert not re.search(r"[\s<>]", address.spec)
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in str(address))
    assert address.spec.count("@") == 1
    assert address.domain.isascii()
    assert len(address.spec.encode()) <= MAX_ADDRESS


@given(st.text("ab-z09_+.-AÄ!", min_size=1, max_size=70))
@example("a" * 64)
@example("a" * 65)
@example("Postmaster")
@repeatable
def test_every_local_part_is_accepted_or_refused_as_by_email_validator(local: str) -> None:
    try:
        judged = validate_email(f"{local}@example.com", check_deliverability=False).local_part
    except EmailNotValidError:
        with pytest.raises(BadAddress):
            parse_address(f"{local}@example.com")
    else:
        assert parse_address(f"{local}@example.com").local == judged


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30))
@example('"')
@example('"a"')
@example("a\\")
@example("a, b <c@d.example>")
@repeatable
def test_an_address_as_text_is_parsed_to_itself(display_name: str) -> None:
    address = Address(local="a", domain="b.example", display_name=display_name)
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("typed", "needed"), [("a@faß.example", False), ("ä@b.example", True), ("Ä <a@b.example>", False)]
)
def test_smtputf8_is_needed_for_the_local_part_alone(typed: str, needed: bool) -> None:
    assert parse_address(typed).needs_smtputf8 is needed


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("smtp.company.example", "smtp.company.example"),
        (" SMTP.Company.Example. ", "smtp.company.example"),
        ("localhost", "localhost"),
        ("mail_1", "mail_1"),
        ("3com.example", "3com.example"),
        ("faß.de", "xn--fa-hia.de"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("例子。example", "xn--fsqu00a.example"),
        ("xn--fa-hia.de", "xn--fa-hia.de"),
        ("192.0.2.1", "192.0.2.1"),
        ("[192.0.2.1]", "192.0.2.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        (".".join(["a" * 49] * 5) + ".bcd", ".".join(["a" * 49] * 5) + ".bcd"),
    ],
)
def test_a_host_is_accepted(typed: str, host: str) -> None:
    assert ascii_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        " ",
        "a..b",
        ".a",
        "a b",
        "a.b..",
        "-a.example",
        "a-.example",
        "300.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "company.123",
        "１.1.1.1",
        "smtp.company.example:587",
        "smtp://company.example",
        "company.example/path",
        "user@company.example",
        "[company.example",
        "[::1",
        "::g",
        "fe80::1%",
        "fe80::1% a",
        "fe80::1%a\r\nb",
        "a" * 64 + ".example",
        ".".join(["a" * 49] * 5) + ".bcde",
        "\u0660.example",
        "a\udcff.example",
        "a\nb",
        "a\x00",
        "😀\u200b\u200d.",
    ],
)
def test_a_text_that_is_no_host_is_refused(typed: str) -> None:
    with pytest.raises(BadHost):
        ascii_host(typed)


@given(ANY_TEXT | NEAR_ADDRESSES)
@repeatable
def test_anything_typed_is_a_host_or_a_bad_host(typed: str) -> None:
    try:
        host = ascii_host(typed)
    except BadHost:
        return
    assert re.fullmatch(r"[a-z0-9._:%A-Z-]+", host)
    assert ascii_host(host) == host


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        " LOCALHOST ",
        "localhost.",
        "inbox.localhost",
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "[::1]",
        "ip6-localhost",
    ],
)
def test_this_computer(host: str) -> None:
    assert is_this_computer(host)


@pytest.mark.parametrize(
    "host", ["", "company.example", "localhost.example", "notlocalhost", "192.168.0.1", "::2", "0.0.0.0"]
)
def test_another_computer(host: str) -> None:
    assert not is_this_computer(host)
