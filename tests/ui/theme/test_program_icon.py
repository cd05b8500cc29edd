"""The program's icon."""

import pytest

from smtp_desktop.ui.theme.program_icon import program_icon
from smtp_desktop.ui.theme.theme import LIGHT


@pytest.mark.parametrize("side", [16, 22, 24, 32, 48, 64, 128, 256])
def test_it_is_drawn_for_every_size(qapp, side):
    image = program_icon().pixmap(side, side).toImage()
    assert image.width() == side
    assert image.pixelColor(side // 2, side // 8) == LIGHT.color("accent")
    assert image.pixelColor(0, 0).alpha() == 0


def test_a_red_mark_says_that_something_fails(qapp):
    for side in (16, 48):
        marked = program_icon(failing=True).pixmap(side, side).toImage()
        assert marked.pixelColor(side * 3 // 4, side * 3 // 4) == LIGHT.color("bad")
        assert program_icon().pixmap(side, side).toImage() != marked
