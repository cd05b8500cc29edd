"""SPF records."""

import ipaddress
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.checks.spf import BadSpf, Mechanism, SpfTerm, has_macro, parse_spf, spf_records

WORDS = st.sampled_from(
    [
        "v=spf1",
        "all",
        "-all",
        "include:",
        "a",
        "mx",
        "a/24//64",
        "ip4:",
        "ip6:",
        "1.2.3.4/8",
        "::1",
        "redirect=",
        "%{i}",
    ]
)
SPF_LIKE = st.lists(WORDS | st.text(max_size=8), max_size=8).map(" ".join)


@given(SPF_LIKE | st.text())
def test_any_text_is_read_or_refused(text):
    assert spf_records([text]) in {(), (text,)}
    with suppress(BadSpf):
        assert [term.mechanism for term in parse_spf(text).terms].count(Mechanism.ALL) <= 1


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("v=spf1", True),
        ("v=spf1 -all", True),
        ("V=SPF1 -all", True),
        ("v=spf10 -all", False),
        ("v=spf1-all", False),
        (" v=spf1 -all", False),
        ("spf2.0/pra -all", False),
        ("", False),
    ],
)
def test_an_spf_record_is_recognized_by_its_first_word(text, is_one):
    assert bool(spf_records([text])) is is_one


def test_every_mechanism_is_read():
    record = parse_spf(
        "v=spf1 +a mx:Mail.acme.io ?include:_spf.google.com ip4:192.0.2.77/24 ip6:2001:db8::/32  "
        "exists:%{ir}.acme.io ptr ~all"
    )
    assert record.terms == (
        SpfTerm(mechanism=Mechanism.A, passes=True),
        SpfTerm(mechanism=Mechanism.MX, passes=True, domain="Mail.acme.io"),
        SpfTerm(mechanism=Mechanism.INCLUDE, passes=False, domain="_spf.google.com"),
        SpfTerm(mechanism=Mechanism.IP4, passes=True, network=ipaddress.ip_network("192.0.2.0/24")),
        SpfTerm(mechanism=Mechanism.IP6, passes=True, network=ipaddress.ip_network("2001:db8::/32")),
        SpfTerm(mechanism=Mechanism.EXISTS, passes=True, domain="%{ir}.acme.io"),
        SpfTerm(mechanism=Mechanism.PTR, passes=True),
        SpfTerm(mechanism=Mechanism.ALL, passes=False),
    )


def test_prefixes_of_hosts_are_read():
    term = parse_spf("v=spf1 a:acme.io/24//64").terms[0]
    assert (term.domain, term.prefix4, term.prefix6) == ("acme.io", 24, 64)
    bare = parse_spf("v=spf1 mx//96").terms[0]
    assert (bare.domain, bare.prefix4, bare.prefix6) == ("", 32, 96)


def test_a_redirect_counts_only_without_all():
    assert parse_spf("v=spf1 redirect=_spf.mail.ru").redirect == "_spf.mail.ru"
    assert parse_spf("v=spf1 redirect=_spf.mail.ru -all").redirect == ""


def test_what_is_behind_all_is_not_looked_at():
    assert [term.mechanism for term in parse_spf("v=spf1 -all include:later.io").terms] == [Mechanism.ALL]


def test_modifiers_that_nobody_knows_are_ignored():
    assert (
        parse_spf("v=spf1 x-org.unit_1=any:thing/at=all include=a.io; exp=why.%{d} -all").terms[0].mechanism
        is Mechanism.ALL
    )


@pytest.mark.parametrize(
    "bad",
    [
        *("ipv4:192.0.2.1", "ip4:192.0.2.256", "ip4:192.0.2.1/33", "ip4:192.0.2.0/255.255.255.0", "ip4", "ip4:"),
        *("ip6:192.0.2.1", "ip6:fe80::1%eth0", "ip4:2001:db8::1", "ip6:2001:db8::/129"),
        *("include", "include:", "exists", "exists:", "include:a%b.io", "include:%{x.io", "all:acme.io", "all/8"),
        *("a:", "a/33", "a//129", "mx/x", "a:acme.io/", "ptr/24", "-", "--all"),
        *("redirect=", "exp=", "ünlaut", "mx:ümlaut.io", "all,", "include:café.io", "\u2013all"),
    ],
)
def test_what_breaks_the_grammar_is_named(bad):
    with pytest.raises(BadSpf) as caught:
        parse_spf(f"v=spf1 {bad} -all")
    assert str(caught.value) == bad


@pytest.mark.parametrize("twice", ["redirect=a.io redirect=b.io", "exp=a.io exp=b.io"])
def test_two_redirects_break_it(twice):
    with pytest.raises(BadSpf):
        parse_spf(f"v=spf1 {twice}")


def test_macros_are_distinguished_from_names():
    assert has_macro("%{i}._spf.acme.io")
    assert not has_macro("_spf.acme.io")
    assert parse_spf("v=spf1 a:%{d1r/}.acme.io -all").terms[0].domain == "%{d1r/}.acme.io"
