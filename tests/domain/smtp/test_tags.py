"""Tags of SMTPs."""

import pytest
from domain.smtp.drafts import GENERIC, profile_of, refused

from smtp_desktop.domain.smtp.draft import content_of, draft_of
from smtp_desktop.domain.smtp.tags import changed_tags, has_tags, tags_of, tags_problem


@pytest.mark.parametrize("typed", ["Prod, eu", " prod  EU prod", "prod,eu,", "prod eu"])
def test_words_between_blanks_and_commas_are_tags_once_in_lower_case(typed):
    profile = profile_of(GENERIC, tags=typed)
    assert profile.tags == ("prod", "eu")
    assert draft_of(profile).tags == content_of(draft_of(profile)).tags == "prod eu"


@pytest.mark.parametrize("typed", ["", " , ", "größe-1", "a.b_c", "x" * 30])
def test_letters_of_any_language_are_fine(typed):
    assert refused(GENERIC, tags=typed) == {}


def test_what_is_no_word_is_named():
    (message,) = refused(GENERIC, tags="prod a!b").values()
    assert "a!b is not a tag" in message


def test_tags_are_added_behind_the_others_and_removed_whatever_their_case():
    assert changed_tags("prod eu", added=["EU", "new"], removed=["Prod"]) == "eu new"


def test_all_wanted_tags_must_be_there():
    assert has_tags(tags_of("prod eu"), ["EU"])
    assert has_tags(tags_of("prod eu"), [])
    assert not has_tags(tags_of("prod eu"), ["eu", "hr"])


def test_of_an_endless_tag_only_the_beginning_is_shown():
    assert len(str(tags_problem("x" * 100_000))) < 200
    assert len(str(tags_problem("(" * 100_000))) < 200
