"""The geometry of the cells of a grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from smtp_desktop.ui.cards.cells import Cells


def cells(count=10, columns=3, *, mirrored=False):
    return Cells(count=count, columns=columns, cell_width=50, cell_height=20, width=160, mirrored=mirrored)


@given(st.integers(1, 30), st.integers(1, 3), st.booleans(), st.tuples(st.integers(-5, 170), st.integers(-5, 700)))
def test_a_point_is_in_the_cell_that_lies_there(count, columns, mirrored, at):
    all_cells, point = cells(count, columns, mirrored=mirrored), QPoint(*at)
    there = [number for number in range(count) if all_cells.rect(number).contains(point)]
    found = all_cells.at(point)
    assert ([] if found is None else [found]) == there
    area = QRect(point, point + QPoint(60, 30))
    assert list(all_cells.touching(area)) == [n for n in range(count) if all_cells.rect(n).intersects(area)]


@pytest.mark.parametrize(
    ("number", "rows", "reached"),
    [(4, 1, 7), (4, -1, 1), (4, 9, 7), (3, 9, 9), (4, -9, 1), (7, 1, 7), (9, 1, 9), (0, -1, 0)],
)
def test_up_and_down_stay_in_the_column(number, rows, reached):
    assert cells().beside(number, rows=rows) == reached


def test_the_last_row_counts_and_is_mirrored_where_it_is_read_so():
    assert cells().height == 80
    assert cells(0).height == 0
    assert cells().rect(9) == QRect(0, 60, 50, 20)
    assert cells(mirrored=True).rect(9) == QRect(110, 60, 50, 20)
    assert cells().nearest(QPoint(155, 65)) == 9
