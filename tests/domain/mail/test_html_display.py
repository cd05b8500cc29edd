"""HTML as the window shows it: sanitized, and bounded in what its layout costs."""

import os
import random
import re
from html.parser import HTMLParser

import pytest
from bombs import HTML_BOMBS
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.mail.html_display import LONGEST_WORD, MAX_CELLS, DisplayHtml, display_html
from smtp_desktop.domain.mail.html_tree import MAX_CHARACTERS, MAX_DEPTH, MAX_ELEMENTS, MAX_ITEMS

_FUZZED, _PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_FUZZ", "100000")), 8
_VOID = {"br", "hr"}


class _Counted(HTMLParser):
    """What a layout of HTML has to do."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements = self.items = self.grid = self.deepest = self.nested_tables = self.characters = 0
        self._rows = self._columns = self._widest = 0
        self._open: list[str] = []
        self.words = [""]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"img", "script", "style", "link", "iframe", "object", "svg"}
        assert not re.search(r"font-size:\s*(\d{3,}|[4-9][1-9])px", dict(attrs).get("style") or "")
        self.elements += 1
        self.items += tag == "li"
        self._open += [] if tag in _VOID else [tag]
        self.deepest = max(self.deepest, len(self._open))
        self.nested_tables = max(self.nested_tables, self._open.count("table"))
        spans = {name: int(value or 1) for name, value in attrs if name in {"colspan", "rowspan"}}
        if tag == "table":
            self._rows = self._columns = self._widest = 0
        elif tag == "tr":
            self._rows, self._columns = self._rows + 1, 0
        elif tag in {"td", "th"}:
            self._columns += spans.get("colspan", 1)
            self._widest = max(self._widest, self._columns)
            self._rows += spans.get("rowspan", 1) - 1 if self._columns == 1 else 0

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "table":
            self.grid += self._rows * self._widest

    def handle_data(self, data: str) -> None:
        self.characters += len(data)
        self.words += re.split(r"[\s\u200b\u2e80-\u9fff]+", data)


def _assert_bounded(shown: DisplayHtml) -> None:
    counted = _Counted(shown.html)
    assert counted.elements <= 2 * MAX_ELEMENTS  # what the sanitizer completes: a tbody for each table
    assert counted.items <= MAX_ITEMS
    assert counted.grid <= MAX_CELLS
    assert counted.nested_tables <= 1
    assert counted.deepest <= MAX_DEPTH + 5
    assert counted.characters <= 1.1 * MAX_CHARACTERS
    assert max(map(len, counted.words)) <= LONGEST_WORD


@pytest.mark.parametrize("name", tuple(HTML_BOMBS)[::5])
def test_what_is_laid_out_is_bounded_whatever_the_html(name: str) -> None:
    _assert_bomb_bounded(name)


@pytest.mark.long
@pytest.mark.parametrize("name", HTML_BOMBS)
def test_what_is_laid_out_is_bounded_for_each_bomb(name: str) -> None:
    _assert_bomb_bounded(name)


def _assert_bomb_bounded(name: str) -> None:
    shown = display_html(HTML_BOMBS[name])
    _assert_bounded(shown)
    if shown.text:
        assert [str(note) for note in shown.notes] == ["The HTML is too large to display. This is its text."]


def test_a_newsletter_of_nested_layout_tables_is_laid_out_with_all_its_words() -> None:
    body = "".join(
        f"<table><tr><td>Article {n}<td><a href='https://news.example/{n}'>Read</a></table>" for n in range(9)
    )
    for _ in range(14):
        body = f"<table width='100%'><tbody><tr><td align=center bgcolor='#eeeeee'>{body}</td></tr></tbody></table>"
    shown = display_html(f"<html><head><title>no</title><style>p{{}}</style></head><body>{body}</body></html>")

    assert shown.notes == ()
    assert shown.html.count("<table") == 9
    assert all(f"Article {n}" in shown.html for n in range(9))
    assert 'href="https://news.example/3"' in shown.html
    assert "no" not in _Counted(shown.html).words


def test_a_table_of_data_stays_a_table_and_a_huge_one_becomes_lines() -> None:
    def table(rows: int) -> str:
        return "<table border=1><tr><th>Job<th>State" + "<tr><td>nightly<td>ok" * rows + "</table>"

    small, huge = display_html(table(20)), display_html(table(900))

    assert small.html.count("<tr>") == 21
    assert small.notes == ()
    assert "<table" not in huge.html
    assert huge.html.count("nightly") == 900
    assert [str(note) for note in huge.notes] == ["The layout is simplified."]


def test_a_table_with_a_wide_cell_alone_counts_as_one_with_columns() -> None:
    inner = "<table><tr><td colspan=9>x</table>"
    _assert_bounded(display_html(f"<table><tr><td>{inner}<td>y</table>"))


def test_words_between_the_cells_of_a_table_are_kept() -> None:
    html = "<table>one<caption>two</caption><tr>three<td>four<td>five</tr>six</table>seven"
    assert _words(display_html(html)) == {"one", "two", "three", "four", "five", "six", "seven"}


@pytest.mark.parametrize(
    ("html", "style"),
    [
        ("<table bgcolor=black><tr><td><p style='color:#fff'>x</table>", "background-color:#000000"),
        ("<body bgcolor=#102030 text=white><p>x", "background-color:#102030"),
        ("<p style='font-weight:bold;position:fixed;color:RED'>x", "color:#ff0000"),
        ("<font color=navy size=5>x</font>", "color:#000080"),
        ("<p style='background: url(x) #FFA no-repeat'>x", "background-color:#ffffaa"),
    ],
)
def test_colours_are_kept_with_the_background_that_they_were_made_for(html: str, style: str) -> None:
    assert style in display_html(html).html.replace(": ", ":")


def test_a_colour_that_nobody_could_read_is_left_out() -> None:
    assert "color" not in display_html("<p style='color:#fefefe'>white on the white page").html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><p onclick='x()'>seen",
        "<a href='javascript:x()'>seen</a>",
        "<a href='file:///etc/passwd'>seen</a>",
        "<iframe src='https://x.example'></iframe>seen",
        "<object data='x'>seen</object><embed src=x><link rel=stylesheet href=x><base href=x>",
        "<form action='https://x.example'><input value=x><button>seen</button></form>",
        "<img src=x onerror=alert(1)>seen",
        "<p style='width:expression(1);background-image:url(https://x.example)'>seen",
        "<svg onload=x()><a xlink:href='javascript:x()'>seen</a></svg>",
        "<!--><script>alert(1)</script>-->seen",
        "<p title='</p><script>'>seen",
    ],
)
def test_nothing_that_acts_or_loads_is_left(html: str) -> None:
    shown = display_html(html).html
    assert "seen" in shown
    assert not re.search(
        r"<script|<form|<iframe|<object|<embed|<link|<base|<svg|<img| on\w+=|javascript:|file:|url\(", shown
    )


@pytest.mark.parametrize(
    ("html", "outside"),
    [
        ('<img src="https://x.example/a.png">', True),
        ("<body background='//x.example/c.png'>", True),
        ("<td style='background:url(&quot;https://x.example&quot;)'>", True),
        ("<style>@import url(https://x.example)</style>", True),
        ("<img srcset='https://x.example 2x'>", True),
        ("<IMG\nSRC =\n http://x.example>", True),
        ('<img src="cid:logo"><img src="data:image/png;base64,AAAA">', False),
        ("src=https://x.example in words", False),
        ("<a href='https://x.example'>a link</a>", False),
    ],
)
def test_pictures_from_outside_are_noticed(html: str, outside: bool) -> None:
    assert display_html(html).has_outside_pictures is outside


_PIECES = (
    *("<table>", "<tr>", "<td>", "<td colspan=9>", "<table width=100%><tr><td>", "</td>", "</tr>", "</table>", "<th>"),
    *("<div>", "</div>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<ol>", "<blockquote>", "<pre>", "</pre>", "<br>"),
    *("<b>", "</b>", "<i>", "<a href='https://x'>", "</a>", "<font color=#fff size=7>", "</font>", "<span style='"),
    *(
        "color:red;",
        "font-size:999px",
        "'>",
        '"',
        "'",
        ">",
        "<",
        "</",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?",
        "&",
        "&#",
        "&lt;",
    ),
    *("<script>", "</script>", "<style>", "</style>", "<title>", "<svg>", "<math>", "<img alt='x' src=", "<select>"),
    *(
        "word",
        "wörter und",
        " ",
        "\n",
        "漢字",
        "x" * 300,
        "\u202e",
        "\0",
        "\ud83d",
        "<template>",
        "<plaintext>",
        "</br>",
    ),
)


def _fuzzed(seed: int) -> str:
    choice = random.Random(seed)
    few = choice.sample(_PIECES, choice.randint(1, 12))
    return "".join(choice.choice(few) for _ in range(choice.choice((5, 20, 100, 400))))


def test_fuzzed_html_is_bounded() -> None:
    for seed in range(25):
        _assert_bounded(display_html(_fuzzed(seed)))


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_much_fuzzed_html_is_bounded(part: int) -> None:
    for seed in range(part, _FUZZED, _PARTS):
        _assert_bounded(display_html(_fuzzed(seed)))


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_any_text_is_shown(html: str) -> None:
    _assert_bounded(display_html(html))


def _words(shown: DisplayHtml) -> set[str]:
    return {word for word in _Counted(shown.html).words if word}
