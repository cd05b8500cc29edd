"""Tokens as a vault keeps them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import BadTokens, TokenSet, to_secret, token_set_of

TOKENS = TokenSet(
    access_token=Secret("eyJ0.ünï"),
    expires_at=datetime(2026, 11, 30, 13, tzinfo=UTC),
    refresh_token=Secret("1//0g"),
    refresh_ends_at=datetime(2026, 12, 7, tzinfo=UTC),
    account="ann@company.example",
    scope="https://mail.google.com/",
)


@pytest.mark.parametrize("tokens", [TOKENS, replace(TOKENS, refresh_token=None, refresh_ends_at=None, account="")])
def test_they_are_read_as_they_were_written(tokens):
    assert token_set_of(to_secret(tokens)) == tokens


@pytest.mark.parametrize("damaged", ["", "x", "[]", "{}", "null", '{"access_token": "t"}', "[" * 5000])
def test_what_is_damaged_says_so_without_quoting_it(damaged):
    with pytest.raises(BadTokens) as raised:
        token_set_of(Secret(damaged))
    assert str(raised.value) == ""
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("moment", ["1e99", '"x"', "[]", "NaN"])
def test_a_damaged_moment_is_damage(moment):
    whole = to_secret(TOKENS).reveal()
    start = whole.index('"expires_at":') + len('"expires_at":')
    with pytest.raises(BadTokens):
        token_set_of(Secret(whole[:start] + moment + whole[whole.index(",", start) :]))


def test_they_are_not_printed():
    assert "eyJ0" not in f"{TOKENS} {to_secret(TOKENS)}"
