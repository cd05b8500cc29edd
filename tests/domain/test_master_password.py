"""A new master password is strong enough."""

import pytest

from smtp_desktop.domain.master_password import weakness_of


@pytest.mark.parametrize("typed", ["a", "123456789", "aaaaaaaaaaaa", "ababababab", "1234567890123"])
def test_a_weak_one_is_refused_with_the_reason(typed):
    assert weakness_of(typed) is not None


@pytest.mark.parametrize("typed", ["opens it all", "Tr0ub4dor&3", "größer als groß"])
def test_a_strong_one_is_taken(typed):
    assert weakness_of(typed) is None
