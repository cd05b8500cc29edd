"""The line of a place in a text."""

import re
from bisect import bisect_right


class LineCount:
    """Finds lines by where they begin."""

    def __init__(self, text: str) -> None:
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def at(self, place: int) -> int:
        """Returns the line of that place, from 1."""
        return bisect_right(self._ends, place - 1) + 1
