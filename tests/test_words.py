"""No text that a person sees has a word that docs/words.md retires."""

import re
from functools import cache

import pytest
from texts import WORD_LIST, Text, all_texts


@cache
def _retired() -> re.Pattern[str]:
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \|$", WORD_LIST.read_text(encoding="utf-8"), re.MULTILINE)
    words = [word for row in rows for word in re.findall(r"`([^`]+)`", row)]
    return re.compile("|".join(_whole(word) for word in words), re.IGNORECASE)


def _whole(word: str) -> str:
    """Returns what finds `word` where it is not a part of another one, or of an address."""
    before = r"(?<![\w-])" if word[0].isalnum() else ""
    after = r"(?![\w@])" if word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"


@cache
def _kept_names() -> re.Pattern[str]:
    page = WORD_LIST.read_text(encoding="utf-8")
    names = re.findall(r"`([^`]+)`", page.partition("Names that keep their words:")[2].partition("\n\n")[0])
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))


def _hits(text: Text) -> list[str]:
    return _retired().findall(_kept_names().sub("…", text.words))


def test_no_text_has_a_retired_word() -> None:
    found = [
        f"{text.path}:{text.line}: {', '.join(hits)}: {text.words}" for text in all_texts() if (hits := _hits(text))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("Cancel 2 mails?", ["mails"]),
        ("Choose a mail server, then send a mail.", ["a mail"]),
        ("Ask the admin for admin consent.", ["admin"]),
        ("Enter the Client Id: the client id of the app.", ["client id"]),
        ("Enter it ANEW.", ["ANEW"]),
        ("A message about recommended mail.", []),
    ],
)
def test_a_retired_word_is_found_unless_it_is_part_of_a_name(words: str, hits: list[str]) -> None:
    assert _hits(Text(path="", line=1, words=words)) == hits


def test_texts_come_from_every_place_where_a_person_reads() -> None:
    places = {text.path for text in all_texts()}

    assert places >= {
        "README.md",
        "smtp_desktop/cli/smtp/group.py",
        "smtp_desktop/domain/smtp/field_rules.py",
        "smtp_desktop/resources/advice.json",
        "smtp_desktop/resources/help/checks.md",
        "smtp_desktop/ui/window/about_dialog.py",
    }
