"""Which arguments open the window, and how."""

import pytest

from smtp_desktop.composition.window_options import WindowOptions, window_options


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], WindowOptions()),
        (["--home", "/a"], WindowOptions(home="/a")),
        (["--home=/a", "--background"], WindowOptions(home="/a", background=True)),
        (["--demo"], WindowOptions(demo=True)),
        (["--demo", "--background"], None),
        (["--demo", "--home", "/a"], None),
        (["--background", "smtp", "list"], None),
        (["--home"], None),
    ],
)
def test_what_opens_the_window(arguments, options):
    assert window_options(arguments) == options
