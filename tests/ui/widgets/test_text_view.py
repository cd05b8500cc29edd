"""The bounds of what is laid out of a text from outside."""

import pytest
from PySide6.QtWidgets import QLabel
from ui.driver import tip_as_read

from smtp_desktop.domain.mail.received import Header
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.labels import Caption, ElidedLabel
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip
from smtp_desktop.ui.widgets.text_view import LONGEST_LINE, LONGEST_TEXT, MOST_LINES, TextView, bounded, header_lines


@pytest.mark.parametrize("text", ["", "one\n\ttwo\n", "Grüße 漢字 \u202eabc"])
def test_an_ordinary_text_is_shown_as_it_is(text):
    assert bounded(text) == text
    assert bounded("x" * LONGEST_LINE) == "x" * LONGEST_LINE
    assert bounded("a\n" * 9_000) == "a\n" * 9_000


@pytest.mark.parametrize(
    "text",
    ["x" * 5_000_000, "word " * 1_000_000, "\n" * 1_000_000, "a\n" * 300_000, "\u0301" * 900_000, "\t" * 700_000],
)
def test_a_text_without_end_is_cut_and_says_so(text):
    shown = bounded(text).split("\n")
    assert len(shown) <= MOST_LINES + LONGEST_TEXT // LONGEST_LINE + 3
    assert max(map(len, shown)) <= LONGEST_LINE
    assert sum(map(len, shown)) <= LONGEST_TEXT + 100
    left = int(shown[-1].split()[0].lstrip("["))
    assert shown[-1] == f"[{left} more characters are not shown.]"
    assert left + len("".join(shown[:-2]).replace("\n", "")) == pytest.approx(len(text), abs=MOST_LINES + 500)


def test_a_long_line_is_broken_and_nothing_of_it_is_lost():
    line = "".join(map(str, range(3_000)))
    assert bounded(f"first\n{line}\nlast").replace("\n", "") == f"first{line}last"


def test_controls_are_seen_as_their_pictures():
    assert bounded("a\0b\x1b[31m\rc\r\nd\x7f") == "a␀b␛[31m\nc\nd␡"


def test_a_view_shows_a_text_from_its_beginning(qtbot):
    view = TextView("someView", "Some text")
    qtbot.addWidget(view)
    view.show_text("one\n" * 500)
    assert view.toPlainText().startswith("one\none\n")
    assert view.verticalScrollBar().value() == 0
    assert view.isReadOnly()


def _styled() -> QLabel:
    return styled_label("", "muted", wrap=True)


def _caption() -> QLabel:
    return Caption("error", wraps=True)


@pytest.mark.parametrize("made", [_styled, _caption])
def test_a_label_lays_out_the_beginning_of_a_reply_of_megabytes(qtbot, made):
    label = made()
    qtbot.addWidget(label)
    label.setText("550 " + "x" * 5_000_000)
    assert len(label.text()) <= 4_001
    assert label.text().startswith("550 xxx")
    assert label.text().endswith("…")


def test_elided_labels_tips_and_cells_are_bounded_too(qtbot):
    words = "x" * 5_000_000
    label = ElidedLabel("muted")
    qtbot.addWidget(label)
    label.show_words(words)
    assert len(label.text()) <= 4_001
    assert len(tip_as_read(label.toolTip())) <= 1_001
    assert len(tip_as_read(plain_tip(words))) <= 1_001
    assert len(one_line(words)) <= 4_001


def test_headers_are_a_line_each_and_as_many_as_a_view_shows():
    assert (
        header_lines([Header(name="A", value="one\r\nX: two"), Header(name="B", value="\u202ethree")])
        == "A: one X: two\nB:  three"
    )
    many = header_lines(Header(name="X", value="y" * 100_000) for _ in range(100))
    assert len(many) <= LONGEST_TEXT + 10
    assert many.endswith("\n…")
