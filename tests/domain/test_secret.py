"""Secrets show nowhere, and are what was typed."""

import copy
import json
import pickle
from dataclasses import asdict, replace

import pytest

from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft

VALUE = "sesame-7Q"
NBSP = "\u00a0"


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(VALUE)),
        str(Secret(VALUE)),
        f"{Secret(VALUE)}",
        f"{Secret(VALUE)!r}",
        f"{Secret(VALUE)!s:>20}",
        "{0} {0!r}".format(Secret(VALUE)),
        "%s %r" % (Secret(VALUE), Secret(VALUE)),  # noqa: UP031 - the old formatting is what is tried
        repr([Secret(VALUE)]),
        repr({"password": Secret(VALUE)}),
        repr(ProfileDraft(password=Secret(VALUE), client_secret=Secret(VALUE))),
        json.dumps({"password": Secret(VALUE)}, default=str, ensure_ascii=False),
    ],
)
def test_it_shows_nowhere(shown: str) -> None:
    assert VALUE not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "leak",
    [
        json.dumps,
        pickle.dumps,
        lambda secret: pickle.dumps(secret, protocol=0),
        lambda secret: pickle.dumps([secret]),
        copy.deepcopy,
        lambda secret: asdict(ProfileDraft(password=secret)),
        vars,
        lambda secret: f"{secret:>20}",
        lambda secret: secret + "",
        lambda secret: "".join([secret]),
        iter,
        len,
    ],
)
def test_what_would_carry_it_away_fails_and_does_not_tell_it(leak: object) -> None:
    with pytest.raises(TypeError) as raised:
        leak(Secret(VALUE))
    assert VALUE not in str(raised.value)


def test_it_is_revealed_when_asked() -> None:
    assert Secret(VALUE).reveal() == VALUE


def test_equality_is_by_value_and_only_among_secrets() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret(VALUE + " ")
    assert Secret(VALUE) != VALUE
    assert hash(Secret(VALUE)) == hash(Secret("another"))


def test_it_is_true_when_something_was_typed() -> None:
    assert Secret(" ")
    assert not Secret("")


def test_a_draft_can_be_changed_without_touching_its_secret() -> None:
    draft = ProfileDraft(password=Secret(VALUE))
    assert replace(draft, name="Shop").password.reveal() == VALUE


@pytest.mark.parametrize(
    "typed",
    [
        "abcd efgh ijkl mnop",
        f"abcd{NBSP}efgh{NBSP}ijkl{NBSP}mnop",
        f"abcd efgh{NBSP}ijkl mnop",
        " abcd efgh ijkl mnop\n",
        f"{NBSP}abcd efgh ijkl mnop{NBSP}",
        "abcdefghijklmnop",
    ],
)
def test_a_pasted_app_password_loses_its_blanks(typed: str) -> None:
    assert Secret.typed(typed).reveal() == "abcdefghijklmnop"


@pytest.mark.parametrize(
    "typed",
    [
        " secret ",
        "two words",
        "\tsecret\n",
        f"secret{NBSP}",
        "abcd efgh ijkl",
        "abcd efgh ijkl mnop qrst",
        "abcd efgh ijkl mno",
        "abcd efgh ijkl mnopq",
        "abcd  efgh ijkl mnop",
        "abcd\tefgh ijkl mnop",
        "abcd-efgh-ijkl-mnop",
        "ABCD EFGH IJKL MNOP",
        "abc1 efgh ijkl mnop",
        "äbcd efgh ijkl mnop",
        " abcdefghijklmnop",
        "",
        " ",
    ],
)
def test_every_other_secret_stays_as_typed(typed: str) -> None:
    assert Secret.typed(typed).reveal() == typed
