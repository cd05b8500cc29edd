"""The commands in the code blocks of README, and the output that it shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[3] / "README.md"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENDS_WITH = re.compile(r"# exits with (\d+)")


@dataclass(frozen=True, kw_only=True)
class Command:
    """`text` is as it stands in README, comment and all; `code` the exit code that it announces there; `shown` the
    output that stands below it, if any."""

    text: str
    code: int
    shown: str | None


def commands(text: str) -> list[Command]:
    """Returns all commands of README's `text` in their order: those in blocks of `sh`, a line each. A block of `text`
    shows the output of the last command before it."""
    found: list[Command] = []
    for kind, block in _BLOCK.findall(text):
        if kind == "text":
            last = found.pop()
            found.append(Command(text=last.text, code=last.code, shown=block))
            continue
        assert kind == "sh", f"a block of {kind} is neither run nor compared"
        for line in block.replace("\\\n", "").splitlines():
            if not line or line.startswith("#"):
                continue
            announced = _ENDS_WITH.search(line)
            found.append(Command(text=line, code=int(announced[1]) if announced else 0, shown=None))
    return found


def has_shape(printed: str, shown: str) -> bool:
    """Whether `printed` is like `shown`, but for numbers and the width of columns. What is shown may leave out any
    number of lines by a line of `…`, and the rest of a line by `…` at its end."""
    pattern = "".join(_pattern(line) for line in _normalized(shown))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _normalized(printed))) is not None


def _pattern(line: str) -> str:
    if line == "…":
        return r"(?:.*\n)*?"
    return re.escape(line.removesuffix(" …")) + (r".*\n" if line.endswith(" …") else r"\n")


def _normalized(text: str) -> Sequence[str]:
    return [re.sub(r"\d+", "0", " ".join(line.split())) for line in text.splitlines()]
