"""Every text that a person sees, with the file and the line where it stands."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORD_LIST = ROOT / "docs" / "words.md"
_PAGES = ("*.md", "docs/*.md", "smtp_desktop/resources/help/*.md")
_NO_TEXTS = frozenset(
    {
        "smtp_desktop/transports/redaction/forms.py",  # words that servers say
        "smtp_desktop/domain/diagnosis/waits.py",
        "smtp_desktop/formats/applications/setting_words.py",  # words that other programs say
        "smtp_desktop/formats/table/columns.py",  # words that other programs say
        "docs/diagnosis.md",  # made of the rules: it quotes what servers say
    }
)
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|AND|WHERE|PRAGMA)\b")
_ADVICE = frozenset({"title", "meaning", "steps", "step"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text and where it stands: the path from the root, and the line."""

    path: str
    line: int
    words: str


@cache
def all_texts() -> tuple[Text, ...]:
    """Returns the texts of the program, of its documentation, and of `dev.py`."""
    return tuple(_all_texts())


def _all_texts() -> Iterator[Text]:
    for path in sorted([*(ROOT / "smtp_desktop").rglob("*.py"), ROOT / "dev.py"]):
        if _name(path) not in _NO_TEXTS:
            yield from _of_python(path)
    for path in sorted((ROOT / "smtp_desktop" / "resources").glob("advice*.json")):
        yield from _of_advice(path)
    for pattern in _PAGES:
        for path in sorted(ROOT.glob(pattern)):
            if path != WORD_LIST and _name(path) not in _NO_TEXTS:
                yield from _of_page(path)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _of_python(path: Path) -> Iterator[Text]:
    """Yields the strings of a module that have more than one word, without SQL, and the docstrings that are help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(words), lineno=line) if " " in words.strip() and not (
                id(node) in unseen or _SQL.search(words)
            ):
                yield Text(path=_name(path), line=line, words=words)


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yields the strings that stand alone, but for the help of commands."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and not _is_command(node):
                yield statement.value


def _is_command(node: ast.AST) -> bool:
    """Whether `node` is a function that click calls, so that its docstring is help."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(re.search(r"\b(command|group)\b", ast.unparse(each)) for each in decorators)


def _of_advice(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    for words in dict.fromkeys(_advice_words(json.loads(source))):
        line = source[: source.find(json.dumps(words, ensure_ascii=False)[1:-1])].count("\n") + 1
        yield Text(path=_name(path), line=line, words=words)


def _advice_words(value: object, *, said: bool = False) -> Iterator[str]:
    """Yields what a person reads of the rules, which is what the keys in `_ADVICE` have."""
    match value:
        case str() if said:
            yield value
        case list():
            for each in value:
                yield from _advice_words(each, said=said)
        case dict():
            for key, each in value.items():
                yield from _advice_words(each, said=key in _ADVICE or (said and key != "if"))


def _of_page(path: Path) -> Iterator[Text]:
    """Yields the lines of a page, without what it shows as code."""
    in_block = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        in_block ^= line.startswith("```")
        words = re.sub(r"`[^`]*`|\]\([^)]*\)", " ", line)
        if not in_block and words.strip():
            yield Text(path=_name(path), line=number, words=words)
