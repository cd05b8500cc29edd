"""What a server only quotes is masked, so that no rule matches inside it."""

import pytest

from smtp_desktop.domain.diagnosis.masking import addresses_in, folded, hosts_in, masked, pages_in


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("see http://help.example/spam?ip=1.2.3.4 now", "see // now"),
        ("<spam@virus.example>: no", "<@>: no"),
        ("listed by zen.blacklist.example.", "listed by ~."),
        ("mail from spam.net", "mail from ~"),
        ("client [203.0.113.5] and 2001:db8:42::1", "client [#] and #"),
        ("queued as B6F1A2C3D4, a1sm1234567wrt.5 - gsmtp", "queued as #, #.5 - gsmtp"),
        ("550e8400-e29b-41d4-a716-446655440000", "#"),
    ],
)
def test_what_is_quoted_is_masked(said: str, left: str) -> None:
    assert masked(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "authentication failed.Please check your password",
        "denied.See the manual",
        "550 5.7.515 Access denied",
        "rejected (#5.7.1)",
        "SMTPUTF8 CRAM-MD5 OFR006_102 IB401 RFC5322 8BITMIME POP3/IMAP/SMTP",
        "RFC.5321 from domain",
    ],
)
def test_words_and_codes_stay(said: str) -> None:
    assert masked(said) == said


def test_accents_of_latin_letters_do_not_count_and_others_stay() -> None:
    assert folded("Authentifizierung NÖTIG, größer, łódź, échouée") == "authentifizierung notig, grosser, lodz, echouee"
    assert folded("Ещё не принадлежит, パスワード, 메일함") == "еще не принадлежит, パスワード, 메일함"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("user <Svc@Corp.example> unknown", "user <@@> unknown"),
        ("user boss@other.example unknown", "user @ unknown"),
        ("boss@corp.example may not use corp.example, nor other.example", "@ may not use ~~, nor ~"),
        ("svc@corp.example.net is not svc@corp.example.", "@ is not @@."),
    ],
)
def test_the_smtps_own_addresses_and_domains_have_a_mask_of_their_own(said: str, left: str) -> None:
    assert masked(said, frozenset({"svc@corp.example", "corp.example"})) == left


def test_what_is_masked_can_be_had() -> None:
    said = "553 <A@corp.example> see (https://x.example/a?b=1). Not at mx.corp.example"
    assert pages_in(said) == ("https://x.example/a?b=1",)
    assert hosts_in(said) == ("mx.corp.example",)
    assert [address for _, address in addresses_in(said)] == ["A@corp.example"]
