"""The sizes that keep the code easy to find one's way in: of folders, files and constructors."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_FILES, MOST_LINES, MOST_PARAMETERS = 25, 330, 9

# What may be larger, and why.
LARGE_FOLDERS = {"smtp_desktop/resources/icons": "one list, which nobody has to read"}
LONG_FILES = {
    "smtp_desktop/composition/application.py": "every adapter, built in one place",
    "smtp_desktop/domain/mail/sandbox.py": "whether templates are safe is judged by all of it at once",
    "smtp_desktop/services/ports.py": "a list: what the services need from outside",
    "smtp_desktop/services/services.py": "a list: every use case, built in one place",
    "smtp_desktop/store/outbox/outbox.py": "the one object that writes the states of a delivery",
}


def test_no_folder_has_more_files_than_one_can_overlook() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for folder in ("smtp_desktop", "tests", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.name != "__init__.py"
    )

    assert {folder for folder, count in counts.items() if count > MOST_FILES} == LARGE_FOLDERS.keys()


def test_no_file_of_the_program_is_longer_than_its_subject_needs() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for path in _program()
        if path.read_text(encoding="utf-8").count("\n") > MOST_LINES
    }

    assert long == LONG_FILES.keys()


def test_no_constructor_takes_more_than_nine_parameters() -> None:
    large = {
        f"{path.relative_to(ROOT)}: {each.name}"
        for path in _program()
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.ClassDef) and _parameters(each) > MOST_PARAMETERS
    }

    assert large == set()


def _program() -> Iterator[Path]:
    return (ROOT / "smtp_desktop").rglob("*.py")


def _parameters(of: ast.ClassDef) -> int:
    """Returns the number of parameters of the constructor, besides self; 0 for values, which are built by fields."""
    for each in of.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return len(each.args.posonlyargs) + len(each.args.args) + len(each.args.kwonlyargs) - 1
    return 0
