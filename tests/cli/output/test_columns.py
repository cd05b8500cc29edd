"""Tables fit the terminal, count wide characters, and color states where there is a terminal."""

import sys

import pytest

from smtp_desktop.cli.output.columns import aligned, cut, display_width
from smtp_desktop.cli.output.output import Output, table

ROWS = [
    {"ID": "7", "STATE": "sent", "TO": "山田太郎 <y@example.com>", "SUBJECT": "Report of the whole year", "SMTP": ""},
    {"ID": "1,024", "STATE": "refused", "TO": "bob@example.com", "SUBJECT": "Short", "SMTP": "Reports"},
]


class Terminal:
    """Standard output as a terminal that is so wide."""

    def __init__(self, columns: int) -> None:
        self.columns = columns

    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_terminal(monkeypatch):
    def set_up(columns):
        monkeypatch.setattr(sys, "stdout", Terminal(columns))
        monkeypatch.setenv("COLUMNS", str(columns))

    return set_up


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("山田", 4), ("e\u0301", 1), ("\uff21", 2), ("ü", 1), ("👍", 2), ("a\u200bb", 2), ("", 0)],
)
def test_a_character_counts_as_many_columns_as_a_terminal_gives_it(text, columns):
    assert display_width(text) == columns


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("山田太郎", 6, "山田…"), ("山田太郎", 7, "山田太…")],
)
def test_a_text_is_cut_to_columns(text, width, shown):
    assert cut(text, width) == shown
    assert display_width(shown) <= width


def test_columns_stand_below_each_other_whatever_is_in_them():
    lines = table(ROWS)
    begin = display_width(lines[0][: lines[0].index("SUBJECT")])
    assert [
        display_width(line[: line.index(text)]) for line, text in zip(lines[1:], ("Report of", "Short"), strict=True)
    ] == [
        begin,
        begin,
    ]


def test_every_line_has_as_many_columns_and_numbers_end_below_each_other():
    lines = table([{"ID": "7", "A": "", "EMPTY": "", "B": "x"}, {"ID": "1,024", "A": "y", "EMPTY": "", "B": ""}])
    assert lines == ["   ID  A  EMPTY  B", "    7  -  -      x", "1,024  y  -      -"]


def test_without_a_terminal_nothing_is_cut():
    long = "x" * 500
    assert long in table([{"A": long, "B": "y"}])[1]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_table_is_as_wide_as_the_terminal_at_most(at_terminal, columns):
    at_terminal(columns)
    lines = table(ROWS)
    assert max(map(display_width, lines)) <= columns
    assert all(line.split()[0] in {"ID", "7", "1,024"} for line in lines)


def test_the_widest_column_is_cut_first():
    lines = aligned(["NAME", "SUBJECT"], [["Reports", "s" * 60]], 40)
    assert lines[1] == "Reports  " + "s" * 30 + "…"


def test_the_first_column_names_the_line_and_is_not_cut_to_a_few_letters():
    lines = aligned(["NAME", "A", "B"], [["Nothing_Listens", "a" * 40, "b" * 40]], 40)
    assert lines[1].startswith("Nothing_Listens  aaa")
    assert display_width(lines[1]) == 40


def test_the_last_columns_are_left_out_where_cutting_all_is_not_enough():
    heads = ["NAME", "STATUS", "AT", "SERVER", "USER NAME", "FROM"]
    row = ["Nothing_Listens", "works", "2026-11-24 13:00", "mail.example.com", "ann@example.com", "ann@example.com"]
    assert aligned(heads, [row], 60) == [
        "NAME             STATUS  AT                SERVER  …",
        "Nothing_Listens  works   2026-11-24 13:00  mail.example.…",
    ]


def test_times_stay_whole():
    lines = aligned(["AT", "SUBJECT"], [["2026-11-24 13:00+01:00", "s" * 60]], 40)
    assert lines[1] == "2026-11-24 13:00+01:00  " + "s" * 15 + "…"


def test_what_can_not_be_cut_any_further_is_longer_than_the_terminal():
    assert aligned(["NUMBER"], [["1,000,000,000"]], 5)[1] == "1,000,000,000"


@pytest.mark.parametrize(
    ("state", "color"),
    [("sent", 32), ("works", 32), ("works, but", 33), ("waiting, on hold", 33), ("fails: timeout", 31)],
)
def test_a_state_has_its_color(state, color):
    assert aligned(["STATE"], [[state]], None)[1].painted == f"\x1b[{color}m{state}\x1b[0m"


def test_other_columns_have_none():
    assert aligned(["NAME"], [["sent"]], None)[1].painted == "sent"


@pytest.mark.parametrize(
    ("variables", "no_color", "colored"),
    [({}, False, True), ({"NO_COLOR": "1"}, False, False), ({"TERM": "dumb"}, False, False), ({}, True, False)],
)
def test_there_are_colors_only_where_they_are_wanted(at_terminal, monkeypatch, variables, no_color, colored):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    at_terminal(80)
    output = Output()
    output.no_color = no_color
    assert output.has_color is colored


def test_there_are_none_in_a_file(capsys):
    Output().answer(None, *table(ROWS))
    assert "\x1b" not in capsys.readouterr().out
