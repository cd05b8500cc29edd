"""What is blotted out of a server's words, and what is left of them."""

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.masks import Masks
from smtp_desktop.transports.smtp.auth import traces


def masks_for(password: str, *, user: str = "tim") -> Masks:
    masks = Masks()
    masks.hide((password,), encoded=traces(user, Secret(password)))
    return masks


def test_nothing_is_hidden_before_it_must_be() -> None:
    assert Masks().clean("AUTH PLAIN geheim") == "AUTH PLAIN geheim"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no geheim== here", "no •••• here"),
        ("GEHEIM==", "••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW09PQ==", "you sent AUTH PLAIN ••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW", "you sent AUTH PLAIN ••••"),
        ("AHRpbQBnZWhlaW09PQ is wrong", "•••• is wrong"),
        ("Z2VoZWltPT0=", "••••"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_what_a_server_repeats_is_hidden(said: str, shown: str) -> None:
    assert masks_for("geheim==").clean(said) == shown
