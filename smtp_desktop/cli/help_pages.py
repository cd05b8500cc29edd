"""The pages of the window's help that a terminal needs, too: how to register a client. As plain text."""

import re
from collections.abc import Iterator
from textwrap import wrap

from smtp_desktop.resources import FOLDER

PAGES = ("azure-app", "google-oauth", "microsoft-oauth", "other-oauth")
_WIDTH = 80
_FENCE = "```"
_ITEM = re.compile(r"(?P<indent> *)(?P<mark>- |\d+\. |> |)")
_MORE = re.compile(r" ?\[More\]\(help:[^)]*\)")
_WITHIN = re.compile(r"\[([^\]]*)\]\(help:[^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\((https://[^)]*)\)")
_MARKS = re.compile(r"\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|`")


def page_text(name: str) -> str:
    """Returns a page of `PAGES`, wrapped; commands stay as they are."""
    return "\n".join(_lines((FOLDER / "help" / f"{name}.md").read_text("utf-8")))


def _lines(source: str) -> Iterator[str]:
    within_commands = False
    for line in source.splitlines():
        if line.startswith(_FENCE):
            within_commands = not within_commands
        elif within_commands:
            yield f"    {line}"
        elif line.startswith("#"):
            yield line.lstrip("# ")
            yield "-" * len(line.lstrip("# "))
        else:
            yield from _wrapped(line)


def _wrapped(line: str) -> list[str]:
    item = _ITEM.match(line)
    indent = item["indent"] + (" " * len(item["mark"])) if item else ""
    text = _LINK.sub(r"\1 (\2)", _WITHIN.sub(r"\1", _MORE.sub("", line)))
    return wrap(_MARKS.sub("", text), _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
