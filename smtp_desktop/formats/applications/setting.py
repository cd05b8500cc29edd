"""A setting by its name: a variable, or a key of a configuration file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_BRACED = re.compile(r"\$\{(?P<name>[A-Za-z_][\w.]*+)(?P<default>:?-[^{}]*+)?(?P<other>[^{}]*+)\}")
_CALLED = re.compile(
    r"""(?P<call>[A-Za-z_$][\w.:$]{0,60})\s?(?P<sign>[\[(])\s?(?P<name>['":]?+[A-Z][A-Z0-9_]*+\b['"]?+)?"""
)
_VARIABLE = re.compile(r"\b(?:process\.env|import\.meta\.env)\.[A-Za-z_]\w{0,60}")
_LONGEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A name and its value, as the program would have it. `is_literal` says that a `$` in it means nothing more;
    `is_ambiguous`, that programs which read such files differ in what this value is. `is_code` says that only its
    program knows the value: `value` is then what stands there. `place` is where the value is, where the file says that
    and nothing else."""

    name: str
    value: str = field(repr=False)
    file: str
    line: int | None
    is_literal: bool = False
    is_ambiguous: bool = False
    is_code: bool = False
    place: str = ""


def expanded(text: str, known: Mapping[str, str]) -> str:
    """Returns the text with `${NAME}` and `${NAME:-default}` replaced where the name is known from the files. All
    others stay: nothing is taken from the environment."""

    def value(found: re.Match[str]) -> str:
        text = known.get(found["name"])
        default = found["default"] or ""
        if text is None or found["other"] or (not text and default.startswith(":")):
            return found[0]
        return text

    return text if "${" not in text or len(text) > _LONGEST else _BRACED.sub(value, text)


def defaulted(text: str) -> str:
    """Returns the text with `${NAME:-default}` replaced by its default."""
    return _BRACED.sub(_default, text) if "${" in text else text


def without_defaults(text: str) -> str:
    """Returns a text to be shown: a default in it, which may be a secret, is left out."""
    return _BRACED.sub(lambda found: f"${{{found['name']}}}" if found["default"] else found[0], text)


def code_words(code: str) -> str:
    """Returns code to be shown: what it calls, with the name of a variable. All else in it may be a secret."""
    if variable := _VARIABLE.search(code):
        return variable[0]
    found = _CALLED.search(code)
    if found is None:
        return "…"
    return f"{found['call']}{found['sign']}{found['name'] or ''}…{']' if found['sign'] == '[' else ')'}"


def _default(found: re.Match[str]) -> str:
    default = found["default"]
    return found[0] if default is None or found["other"] else str(default).lstrip(":").removeprefix("-")
