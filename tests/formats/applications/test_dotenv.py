"""Lines of .env files are read as the programs read them that such files are made for."""

import io

import dotenv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.formats.applications.dotenv import BadLine, DotenvText
from smtp_desktop.formats.applications.setting import Setting, defaulted, expanded, without_defaults

LINES = [
    "A=plain",
    "export A=exported",
    "A = spaced ",
    "'A'=quoted name",
    'A="two words"',
    "A='two words'",
    "A=pa #ss",
    "A=pa#ss",
    "A=#pass",
    "A= # nothing",
    "A=",
    "A=''",
    "A=null",
    "A=pa$word",
    "A=a=b==",
    'A="x" # comment',
    "A='x'# comment",
    r'A="a\"b\\c\nd\te"',
    r"A='a\'b\\c\n'",
    r"A=a\nb",
    r'A="a\qb"',
    r'A="a\$b"',
    "A=ünï",
    "A=`x`",
    'A=a"b"',
    'A="line\nline"',
    "A='line\nline'",
    "A=012345",
    "A=${B}",
    "  A=indented",
    "# A=x\nA=y",
    "A=one\nA=two",
    "A.b-c=d",
]


def settings_in(text: str, *, expands_dollars: bool = False) -> list[Setting]:
    return [one for one in DotenvText("x.env", text, expands_dollars).read() if isinstance(one, Setting)]


def values_in(text: str, *, expands_dollars: bool = False) -> dict[str, str]:
    return {one.name: one.value for one in settings_in(text, expands_dollars=expands_dollars)}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_as_python_dotenv_reads_it(line: str) -> None:
    text = f"FIRST=1\n{line}\nLAST=1\n"
    assert values_in(text) == dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)


@given(st.text(alphabet=list("aB=# \t'\"\\$n_")))
def test_an_unquoted_value_is_read_as_python_dotenv_reads_it(value: str) -> None:
    text = f"A=x{value}\n"
    assert values_in(text) == dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)


def test_names_that_the_file_itself_has_are_filled_in_and_no_others() -> None:
    text = "HOST=mail.example\nA=${HOST}\nB=\"smtp.${HOST}\"\nC=${HOME}\nD=${NONE:-x}\nE='${HOST}'\nF=${HOST:-x}\n"
    values = values_in(text)
    assert (values["A"], values["B"], values["F"]) == ("mail.example", "smtp.mail.example", "mail.example")
    assert (values["C"], values["D"], values["E"]) == ("${HOME}", "${NONE:-x}", "${HOST}")


def test_where_dollars_expand_an_unknown_name_stays_a_reference() -> None:
    values = values_in("A=1\nB=$A\nC=$NONE\nD=\"\\$A\"\nE='$A'\n", expands_dollars=True)
    assert values == {"A": "1", "B": "1", "C": "${NONE}", "D": "$A", "E": "$A"}


def test_a_value_that_programs_read_differently_is_marked() -> None:
    text = "A=a#b\nB=a b\nC=a$b\nD=\"a\\b\"\nE='a\\b'\nF='a#b'\nG=\"a#b\"\n"
    assert [one.name for one in settings_in(text) if one.is_ambiguous] == ["A", "C", "D", "E"]


def test_a_value_has_the_line_on_which_its_setting_begins() -> None:
    lines = [(one.name, one.line) for one in settings_in('# first\n\nA="one\ntwo"\nB=2\n')]
    assert lines == [("A", 3), ("B", 5)]


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ('A="open', "A", "The value of A has no closing quote."),
        ('A="x" y', "A", "The value of A goes on after its closing quote."),
        ("just words", "", "This line is not a setting such as NAME=value."),
    ],
)
def test_a_line_that_is_no_setting_is_named_and_the_next_one_is_read(line: str, name: str, reason: str) -> None:
    bad, good = DotenvText("x.env", f"{line}\nB=2\n").read()
    assert isinstance(bad, BadLine)
    assert (bad.name, bad.line, str(bad.reason)) == (name, 1, reason)
    assert isinstance(good, Setting)
    assert (good.name, good.value, good.line) == ("B", "2", 2)


def test_defaults_are_taken_or_hidden() -> None:
    assert defaulted("${HOST:-mail.example}:${PORT-587}") == "mail.example:587"
    assert defaulted("${HOST}${X:?needed}") == "${HOST}${X:?needed}"
    assert without_defaults("${PASS:-hunter2}") == "${PASS}"
    assert expanded("${A:-x}", {"A": ""}) == "${A:-x}"
