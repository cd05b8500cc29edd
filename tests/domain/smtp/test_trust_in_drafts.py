"""Trusting a CA or a certificate for one SMTP alone."""

from dataclasses import replace

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.smtp.certificate import Authority, plain_fingerprint, spelled
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of, trusting
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

FINGERPRINT = "ab" * 32
RELAY = ProfileDraft(name="Relay", host_name="mail.example", auth_required=False, from_address="a@b.example")
PINNED = trusting(RELAY, a_certificate("mail.example", fingerprint=FINGERPRINT))
CA = Authority(pem="PEM", certificate=a_certificate("Root"))


def profile_of(draft: ProfileDraft, stored: SmtpProfile | None = None) -> tuple[str, str]:
    server = profile_from_draft(draft, profile_id=ProfileId("1"), stored=stored).server
    return server.trusted_ca_pem, server.trusted_fingerprint


def test_either_takes_the_place_of_the_other() -> None:
    assert profile_of(PINNED) == ("", FINGERPRINT)
    assert profile_of(trusting(PINNED, CA)) == ("PEM", "")
    assert profile_of(trusting(trusting(RELAY, CA), a_certificate(fingerprint=FINGERPRINT))) == ("", FINGERPRINT)
    assert trusting(PINNED, None) == trusting(trusting(RELAY, CA), None) == RELAY


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("mail.example", True),
        (" MAIL.example ", True),
        ("mail.example.", True),
        ("other.example", False),
        ("", False),
        ("no host", False),
    ],
)
def test_a_fingerprint_does_not_travel_to_another_host(host: str, kept: bool) -> None:
    stored = profile_from_draft(PINNED, profile_id=ProfileId("1"), stored=None)
    for draft in (PINNED, draft_of(stored)):
        assert kept_fingerprint(replace(draft, host_name=host)) == (FINGERPRINT if kept else "")
    if host.strip() and " " not in host.strip():
        assert profile_of(replace(draft_of(stored), host_name=host), stored) == ("", FINGERPRINT if kept else "")


def test_a_ca_is_trusted_wherever_the_smtp_is_moved() -> None:
    assert profile_of(replace(trusting(RELAY, CA), host_name="other.example")) == ("PEM", "")


def test_a_stored_fingerprint_stays_when_the_smtp_is_saved_again() -> None:
    stored = profile_from_draft(PINNED, profile_id=ProfileId("1"), stored=None)
    again = profile_from_draft(replace(draft_of(stored), smtp_port="465"), profile_id=stored.id, stored=stored)
    assert again.server == replace(stored.server, smtp_port=465)


def test_a_fingerprint_is_taken_as_people_write_it() -> None:
    typed = spelled(FINGERPRINT).replace("AB:CD", "ab cd") + "\n"
    assert plain_fingerprint(typed) == FINGERPRINT
    assert profile_of(replace(RELAY, trusted_fingerprint=typed)) == ("", FINGERPRINT)


@pytest.mark.parametrize("typed", ["ab", "ab" * 31 + "ag", "ab" * 20, "ab" * 33])
def test_what_is_no_sha_256_is_refused(typed: str) -> None:
    draft = replace(RELAY, trusted_fingerprint=typed)
    assert [error.field for error in field_errors(draft, None)] == ["trusted_fingerprint"]
    # What is not used refuses nothing.
    assert field_errors(replace(draft, fingerprint_host="other.example"), None) == []
    graph = replace(draft, type=ProfileType.GRAPH)
    assert "trusted_fingerprint" not in [error.field for error in field_errors(graph, None)]
