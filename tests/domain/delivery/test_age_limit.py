"""The age past which a mail is not sent any more, as people write it."""

import pytest

from smtp_desktop.domain.delivery.age_limit import age_limit_problem, age_limit_s, age_limit_text


@pytest.mark.parametrize(
    ("typed", "seconds", "text"),
    [("12h", 43_200, "12h"), (" 2 d ", 172_800, "2d"), ("48 Hours", 172_800, "2d"), ("1 day", 86_400, "1d")],
)
def test_hours_and_days_are_read_and_written(typed, seconds, text):
    assert age_limit_s(typed) == seconds
    assert age_limit_text(seconds) == text
    assert age_limit_problem(seconds) is None


def test_nothing_leaves_it_to_the_settings():
    assert age_limit_s("  ") is None
    assert age_limit_problem(None) is None


@pytest.mark.parametrize("typed", ["soon", "2", "2w", "1.5h", "-1h", "0h", "0d", "366d", "9999999h", "٣h٣"])
def test_anything_else_is_refused(typed):
    assert age_limit_problem(age_limit_s(typed))
