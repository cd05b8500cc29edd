"""Random secrets in random forms among random words: none is shown, and no words of a server's own are withheld.

SMTP_DESKTOP_TEST_INPUTS is how many inputs the long run has.
"""

import os
import random
import string

import pytest
from echo_server import ENCODINGS as SAID
from leaks import ENCODINGS, SERVER_TEXTS, is_withheld, redactor_for

INPUTS, PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_INPUTS", "100000")), 8
LETTERS = string.ascii_letters + string.digits
FORMS = {**ENCODINGS, **SAID}


def secret_of(chance: random.Random) -> str:
    """Returns a password as people and generators make them, of at least eight characters."""
    marks = "".join(chance.choices("!#$%&*+-.=?@_~ äöüßé€", k=chance.randrange(4)))
    body = "".join(chance.choices(LETTERS, k=chance.randrange(8, 28)))
    return "".join(chance.sample(body + marks, k=len(body + marks))).strip()


def framed(chance: random.Random, said: str) -> list[str]:
    """Returns the lines of a reply with `said` in one, or broken over two or three, but not within an escape."""
    words = " ".join(chance.choices(" ".join(SERVER_TEXTS).split(), k=chance.randrange(8)))
    cuts = sorted(chance.choices(range(1, len(said)), k=0 if set("%&=\\") & set(said) else chance.choice([0, 0, 1, 2])))
    parts = [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    return [f'{words} "{parts[0]}', *parts[1:]] if len(parts) > 1 else [f'{words} "{said}" {words}']


def test_no_random_secret_is_shown() -> None:
    look_at(150, random.Random(150))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_none_of_many_random_secrets_is_shown(part: int) -> None:
    look_at(INPUTS // PARTS, random.Random(part))


def look_at(inputs: int, chance: random.Random) -> None:
    for _ in range(inputs):
        secret, form = secret_of(chance), chance.choice(sorted(FORMS))
        said = FORMS[form](secret)
        lines = framed(chance, said)
        shown = redactor_for(secret).redact_all(("Hello there", *lines, "Good bye"))
        seen = bare("".join(line for line in shown if not is_withheld(line)))
        assert bare(said) not in seen, (form, secret, lines)
        assert len(lines) > 1 or is_withheld(shown[1]), (form, secret, lines)
        assert redactor_for(secret).redact_all(SERVER_TEXTS) == SERVER_TEXTS, secret


def bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
