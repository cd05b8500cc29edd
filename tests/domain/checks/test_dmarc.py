"""DMARC records, and the walk up the DNS tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.checks.dmarc import (
    DmarcRecord,
    Policy,
    PublicSuffix,
    WalkStop,
    aligned,
    asked_policy,
    dmarc_records,
    ends_walk,
    misspelt_dmarc,
    organizational_domain,
    parse_dmarc,
    policy_stop,
    unreadable_part,
    walk_targets,
)

PARTS = st.sampled_from(["v=DMARC1", "p=reject", "p=", "=", ";", "psd=y", "t=y", "aspf=s", "v = DMARC1 ;", " "])
DMARC_LIKE = st.lists(PARTS | st.text(max_size=6), max_size=8).map(";".join)


def stop(domain, record="v=DMARC1; p=reject"):
    return WalkStop(domain=domain, record=parse_dmarc(record))


@given(DMARC_LIKE | st.text())
def test_any_text_is_read(text):
    assert isinstance(parse_dmarc(text), DmarcRecord)
    assert unreadable_part(text) in text
    assert not (dmarc_records([text]) and misspelt_dmarc([text]))


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=12).map(".".join))
def test_a_walk_asks_eight_times_at_most_and_ends_at_the_top(domain):
    targets = walk_targets(domain)
    assert len(targets) <= 8
    assert targets[0] == domain
    assert targets[-1] == domain.rpartition(".")[2]
    assert all(domain == target or domain.endswith(f".{target}") for target in targets)


@pytest.mark.parametrize(
    ("domain", "targets"),
    [
        ("a.b", ("ab", "b")),
        ("a.b.c.d", ("abcd", "bcd", "cd", "d")),
        ("A.b.c.d.e.f.g.h.", tuple("abcdefgh"[at:] for at in range(8))),
        # RFC 9989 4.10: from more than eight labels on, the walk goes on with seven
        ("a.b.c.d.e.f.g.h.i.j", ("abcdefghij", *("defghij"[at:] for at in range(7)))),
    ],
)
def test_the_walk(domain, targets):
    assert walk_targets(domain) == tuple(".".join(target) for target in targets)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("v=DMARC1", True),
        ("v=DMARC1; p=none", True),
        ("V = DMARC1 ;p=none", True),
        ("v=DMARC1;p=none;", True),
        ("v=dmarc1; p=none", False),
        ("v=DMARC10; p=none", False),
        ("v=DMARC1 p=none", False),
        ("p=none; v=DMARC1", False),
        (" v=DMARC1; p=none", False),
        ("v=spf1 -all", False),
    ],
)
def test_a_dmarc_record_is_recognized_by_its_first_tag(text, is_one):
    assert bool(dmarc_records([text])) is is_one


@pytest.mark.parametrize(
    "text", ["v=dmarc1; p=none", "v=DMARC1 p=none", "v:DMARC1; p=none", " v=DMARC1; p=none", "v= DMARC 1"]
)
def test_what_was_meant_to_be_one_is_noticed(text):
    assert misspelt_dmarc(["v=spf1 -all", text]) == text


@pytest.mark.parametrize("text", ["v=spf1 -all", "google-site-verification=dmarc", "", "v=DKIM1; p=abc"])
def test_what_was_not_is_left_alone(text):
    assert misspelt_dmarc([text]) == ""


def test_tags_are_read_in_any_order_and_case():
    record = parse_dmarc("v=DMARC1; T=Y;ASPF=S ;psd=N; np=none; sp = quarantine; P=Reject; rua=mailto:a@acme.io")
    assert record == DmarcRecord(
        policy=Policy.REJECT,
        subdomain_policy=Policy.QUARANTINE,
        missing_policy=Policy.NONE,
        strict_spf=True,
        testing=True,
        public_suffix=PublicSuffix.NO,
    )


def test_what_is_not_said_follows_from_what_is():
    record = parse_dmarc("v=DMARC1; p=reject")
    assert (record.subdomain_policy, record.missing_policy) == (Policy.REJECT, Policy.REJECT)
    assert parse_dmarc("v=DMARC1; p=reject; sp=none").missing_policy is Policy.NONE
    assert parse_dmarc("v=DMARC1; p=rejct; psd=maybe; aspf=x") == DmarcRecord()


@pytest.mark.parametrize(
    ("record", "part"),
    [
        ("v=DMARC1; p=none", ""),
        ("v=DMARC1; p=reject; fo=1; pct=50; unknown=tag;", ""),
        ("v=DMARC1", ""),
        ("v=DMARC1; p=rejct", "p=rejct"),
        ("v=DMARC1; p=none; sp=block", "sp=block"),
        ("v=DMARC1; p=none reject", "p=none reject"),
        ("v=DMARC1; p:none", "p:none"),
        ("v=DMARC1; p=", "p="),
    ],
)
def test_what_receivers_ignore_is_named(record, part):
    assert unreadable_part(record) == part


@pytest.mark.parametrize(
    ("domain", "stops", "organization"),
    [
        ("acme.io", [], "acme.io"),
        ("mail.acme.io", [], "mail.acme.io"),
        ("acme.io", [stop("acme.io")], "acme.io"),
        ("a.mail.acme.io", [stop("acme.io")], "acme.io"),
        ("a.mail.acme.io", [stop("a.mail.acme.io"), stop("mail.acme.io"), stop("acme.io")], "acme.io"),
        ("a.mail.acme.io", [stop("mail.acme.io", "v=DMARC1; psd=n")], "mail.acme.io"),
        ("a.acme.bank", [stop("a.acme.bank"), stop("bank", "v=DMARC1; psd=y")], "acme.bank"),
        ("a.acme.gov.io", [stop("gov.io", "v=DMARC1; psd=y")], "acme.gov.io"),
        # a public suffix that sends mail itself
        ("gov.io", [stop("gov.io", "v=DMARC1; psd=y")], "gov.io"),
    ],
)
def test_the_organizational_domain(domain, stops, organization):
    assert organizational_domain(domain, stops) == organization


@pytest.mark.parametrize(
    ("domain", "stops", "holder"),
    [
        ("acme.io", [], None),
        ("acme.io", [stop("acme.io")], "acme.io"),
        ("mail.acme.io", [stop("mail.acme.io"), stop("acme.io")], "mail.acme.io"),
        ("a.mail.acme.io", [stop("mail.acme.io"), stop("acme.io")], "acme.io"),
        ("acme.bank", [stop("bank", "v=DMARC1; psd=y; p=reject")], "bank"),
    ],
)
def test_whose_policy_holds(domain, stops, holder):
    found = policy_stop(domain, stops)
    assert (found.domain if found else None) == holder


@pytest.mark.parametrize(
    ("domain", "record", "exists", "policy"),
    [
        ("acme.io", "v=DMARC1; p=reject; sp=none", True, Policy.REJECT),
        ("mail.acme.io", "v=DMARC1; p=reject; sp=none", True, Policy.NONE),
        ("mail.acme.io", "v=DMARC1; p=none; np=reject", False, Policy.REJECT),
        ("mail.acme.io", "v=DMARC1; p=none; np=reject", True, Policy.NONE),
        ("acme.io", "v=DMARC1; p=reject; t=y", True, Policy.QUARANTINE),
        ("acme.io", "v=DMARC1; p=quarantine; t=y", True, Policy.NONE),
        ("acme.io", "v=DMARC1; p=none; t=y", True, Policy.NONE),
    ],
)
def test_what_receivers_are_asked_to_do(domain, record, exists, policy):
    assert asked_policy(domain, stop("acme.io", record), exists=exists) is policy


def test_only_a_marked_record_ends_the_walk():
    assert [ends_walk(parse_dmarc(f"v=DMARC1; psd={mark}")) for mark in "ynu"] == [True, True, False]


@pytest.mark.parametrize(
    ("domain", "other", "strict", "fits"),
    [
        ("acme.io", "acme.io", True, True),
        ("acme.io", "bounce.acme.io", True, False),
        ("acme.io", "bounce.acme.io", False, True),
        ("acme.io", "other.io", False, False),
    ],
)
def test_alignment(domain, other, strict, fits):
    organizations = {"acme.io": "acme.io", "bounce.acme.io": "acme.io", "other.io": "other.io"}
    assert fits is aligned(
        domain, other, strict=strict, organization=organizations[domain], other_organization=organizations[other]
    )
