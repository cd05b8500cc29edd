"""The documentation names only what is there, and says what it is."""

import ast
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
PICTURES = ROOT / "docs" / "screenshots"
ROOMS = "|".join(sorted(folder.name for folder in (ROOT / "smtp_desktop").iterdir() if folder.is_dir()))

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@each_page
def test_its_links_lead_somewhere(page: Path) -> None:
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target]

    assert [target for target in local if not (page.parent / target).exists()] == []


@each_page
def test_the_paths_it_names_are_there(page: Path) -> None:
    named = re.findall(r"`([\w.-]+/[\w./*-]+)`", page.read_text(encoding="utf-8"))
    ours = re.compile(rf"(?:(?:smtp_desktop|tests|docs|benchmarks|\.ci)|(?P<room>{ROOMS}))/")
    found = [(path, match) for path in named if (match := ours.match(path))]
    missing = [
        path
        for path, match in found
        if not any((ROOT / "smtp_desktop" if match["room"] else ROOT).glob(path.rstrip("/")))
    ]

    assert missing == []


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    rows = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([\w.-]+)[^|]* \| \w", rows, re.MULTILINE))

    assert {re.split(r"[^\w.-]", one)[0] for one in asked} <= explained


def test_every_picture_that_is_kept_is_shown() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }

    assert {path.resolve() for path in PICTURES.iterdir() if path.suffix == ".png"} <= shown


def test_a_module_says_what_it_is_instead_of_asking() -> None:
    first_words = {
        path: (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition(" ")[0]
        for path in (ROOT / "smtp_desktop").rglob("*.py")
    }
    asking = {"How", "What", "When", "Where", "Whether", "Which", "Who", "Why"}

    assert sorted(path for path, word in first_words.items() if word in asking) == []


def test_the_glossary_has_few_coined_words() -> None:
    glossary = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("\n## Glossary\n")[2]
    _head, _line, *words = re.findall(r"^\| ([^|]+) \|", glossary, re.MULTILINE)

    assert "SMTP" in words
    assert len(words) <= 25


def script(name: str) -> ModuleType:
    """A script in docs/, imported."""
    spec = importlib.util.spec_from_file_location(f"{name}_script", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_about_diagnosis_is_as_the_program_has_it() -> None:
    diagnosis = script("diagnosis")

    # python3 dev.py diagnosis
    assert diagnosis.PAGE.read_text(encoding="utf-8") == diagnosis.page()


def test_the_reference_of_the_command_line_is_as_the_program_has_it() -> None:
    cli = script("cli")

    # python3 dev.py cli
    assert cli.SCHEMA.read_text(encoding="utf-8") == cli.schema_text()
    assert cli.PAGE.read_text(encoding="utf-8") == cli.page()


def test_the_format_of_exported_files_is_as_the_program_has_it() -> None:
    export = script("export")

    # python3 dev.py cli
    assert export.SCHEMA.read_text(encoding="utf-8") == export.schema_text()
    assert export.PAGE.read_text(encoding="utf-8") == export.page()
