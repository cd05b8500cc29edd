"""The options of the window, and the choice between window and command line."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """How to open the window. `only_paint`, for benchmarks, exits the program once the cards are painted; with
    `background` it stays hidden in the tray, where the settings let it."""

    home: str | None = None
    demo: bool = False
    only_paint: bool = False
    background: bool = False


def window_options(arguments: Sequence[str]) -> WindowOptions | None:
    """Returns the options of the window, or None if the arguments are for the command line, or are wrong."""
    home, demo, only_paint, background = None, False, False, False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--demo":
            demo = True
        elif argument == "--exit-after-first-paint":
            only_paint = True
        elif argument == "--background":
            background = True
        elif argument == "--home":
            home = next(rest, "")
        elif argument.startswith("--home="):
            home = argument.removeprefix("--home=")
        else:
            return None
    if home == "" or (demo and (home or background)):
        return None
    return WindowOptions(home=home, demo=demo, only_paint=only_paint, background=background)
