"""Whether the window is meant, and how it is to open."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """`only_paint` is for benchmarks: the program ends, in order, once the cards are painted."""

    home: str | None = None
    demo: bool = False
    only_paint: bool = False


def window_options(arguments: Sequence[str]) -> WindowOptions | None:
    """Returns what to open the window with, or None where the command line is meant, or has to say what is wrong."""
    home, demo, only_paint = None, False, False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--demo":
            demo = True
        elif argument == "--exit-after-first-paint":
            only_paint = True
        elif argument == "--home":
            home = next(rest, "")
        elif argument.startswith("--home="):
            home = argument.removeprefix("--home=")
        else:
            return None
    return None if home == "" or (home and demo) else WindowOptions(home=home, demo=demo, only_paint=only_paint)
