"""The check that nothing is cut sees what is."""

import pytest
from pseudo_language import pseudo
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QScrollArea, QWidget
from ui.fitting import faults, untranslated


@pytest.fixture
def room(qtbot):
    """A widget of 200 x 100."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(200, 100)
    widget.show()
    return widget


def put(part, parent, *place):
    """Shows the part at this place of its parent: left, top, width, height."""
    part.setParent(parent)
    part.setGeometry(*place)
    part.show()


def test_what_fits_is_right(room):
    put(QLabel("short"), room, 0, 0, 200, 30)
    put(QPushButton("Ok"), room, 0, 40, 100, 40)
    assert faults(room) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [(QLabel, "has 30"), (QPushButton, "has 30"), (QCheckBox, "has 30")],
)
def test_a_text_wider_than_its_widget_is_seen(room, part, words):
    put(part("far too long for that"), room, 0, 0, 30, 40)
    assert len(faults(room)) == 1
    assert words in faults(room)[0]


def test_lines_that_are_cut_below_are_seen(room):
    label = QLabel("some words that need a few lines here")
    label.setWordWrap(True)
    put(label, room, 0, 0, 80, 20)
    assert "its lines need" in faults(room)[0]


def test_widgets_that_lie_over_each_other_are_seen(room):
    put(QLabel("one"), room, 0, 0, 100, 30)
    put(QLabel("two"), room, 60, 10, 100, 30)
    assert "overlap by 40 x 20" in faults(room)[0]


def test_a_label_over_the_text_of_its_button_is_seen(room):
    button = QPushButton("Deliveries")
    put(button, room, 0, 0, 120, 40)
    put(QLabel("150 waiting"), button, 40, 0, 75, 40)
    assert "lies over" in faults(room)[0]


def test_what_is_beside_the_window_is_seen(room):
    put(QPushButton("Save"), room, 150, 0, 100, 30)
    assert "which is 200 wide" in faults(room)[0]


def test_what_scrolls_may_be_below_but_not_beside(room):
    area, content = QScrollArea(), QWidget()
    area.setWidget(content)
    content.resize(180, 500)
    put(area, room, 0, 0, 200, 100)
    put(QLabel("below"), content, 0, 400, 100, 30)
    assert faults(room) == []
    content.resize(400, 500)
    put(QLabel("beside"), content, 300, 0, 80, 30)
    assert any("beside" in words for words in faults(room))


def test_a_text_that_bypasses_the_translation_is_seen(room):
    put(QLabel(pseudo("translated")), room, 0, 0, 200, 30)
    put(QLabel("42"), room, 0, 30, 200, 30)
    assert untranslated(room, frozenset()) == []
    put(QLabel("English, some data"), room, 0, 60, 200, 30)
    assert len(untranslated(room, frozenset())) == 1
    assert untranslated(room, frozenset({"some data"})) == []
