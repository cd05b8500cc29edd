"""The help pages of the program, read into values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.resources import FOLDER

_FENCE = "```"
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_TENANT = re.compile(rf"{_GUID.pattern}|{_DOMAIN}")
# Fewer characters than an address may have: none that means something to a shell may get into a command.
_MAILBOX = re.compile(rf"[A-Za-z0-9._+-]+@{_DOMAIN}")


class HelpPage(StrEnum):
    """The name of a page: its file in `resources/help` without the suffix. In the order of the contents."""

    FIRST_STEPS = "first-steps"
    CHECKS = "checks"
    ACTIVITIES = "activities"
    DELIVERIES = "deliveries"
    IMPORT = "import"
    BACKUPS = "backups"
    BACKGROUND = "background"
    APP_PASSWORDS = "app-passwords"
    AZURE_APP = "azure-app"
    GOOGLE_OAUTH = "google-oauth"
    MICROSOFT_OAUTH = "microsoft-oauth"
    OTHER_OAUTH = "other-oauth"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpValues:
    """The values of the form, as typed, that commands on a page hold."""

    client_id: str = ""
    tenant_id: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """Show `page` at the section of that name, or from the top where it is empty."""

    page: HelpPage
    section: str = ""
    values: HelpValues = field(default_factory=HelpValues)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSection:
    """A section: its name in requests, and its title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpText:
    """A page: `parts` are Markdown without commands, and between two of them stands one of `commands`."""

    title: str
    sections: tuple[HelpSection, ...]
    parts: tuple[str, ...]
    commands: tuple[str, ...]


def help_text(page: HelpPage, values: HelpValues) -> HelpText:
    """Returns the page with those values filled in that are valid; for others `<client-id>` and the like stay."""
    return read_page(_filled((FOLDER / "help" / f"{page}.md").read_text("utf-8"), values))


def contents() -> dict[HelpPage, HelpText]:
    """Returns every page, with nothing filled in."""
    return {page: help_text(page, HelpValues()) for page in HelpPage}


def sections_with(text: HelpText, typed: str) -> tuple[int, ...]:
    """Returns the numbers of the sections in which every word of `typed` stands, ignoring case, in their titles and the
    title of the page as well. What precedes the first section belongs to that."""
    words = typed.lower().split()
    found = []
    for number, body in enumerate(_bodies(text)):
        searched = f"{text.title} {text.sections[number].title} {body}".lower()
        if all(word in searched for word in words):
            found.append(number)
    return tuple(found)


def _bodies(text: HelpText) -> Iterator[str]:
    """Yields what each section says as it is read: no marks of Markdown, no targets of links."""
    pairs = zip(text.parts, (*text.commands, ""), strict=True)
    source = "".join(f"{part}{command}\n" for part, command in pairs)
    first, *others = re.split(r"^## .*\n", re.sub(r"\]\([^)]*\)", "", source), flags=re.MULTILINE)
    plain = [re.sub(r"[*`\[]", "", body) for body in others]
    if plain:
        yield f"{first}{plain[0]}"
        yield from plain[1:]


def _filled(source: str, values: HelpValues) -> str:
    values_at = (
        ("<client-id>", values.client_id.strip(), _GUID),
        ("<tenant-id>", values.tenant_id.strip(), _TENANT),
        ("<mailbox>", values.mailbox.strip(), _MAILBOX),
    )
    for placeholder, typed, valid in values_at:
        if valid.fullmatch(typed):
            source = source.replace(placeholder, typed)
    return source


def read_page(source: str) -> HelpText:
    """Parses a page: a `#` title, `##` sections, and commands between fences."""
    sections = re.split(rf"^{_FENCE}\w*\n(.*?)^{_FENCE}\n", source, flags=re.MULTILINE | re.DOTALL)
    title, _, first = sections[0].partition("\n")
    parts = (first, *sections[2::2])
    return HelpText(
        title=title.removeprefix("# ").strip(),
        sections=tuple(_sections(parts)),
        parts=parts,
        commands=tuple(command.rstrip() for command in sections[1::2]),
    )


def _sections(parts: tuple[str, ...]) -> Iterator[HelpSection]:
    for part in parts:
        for line in part.splitlines():
            if line.startswith("## "):
                title = line.removeprefix("## ").strip()
                yield HelpSection(name="-".join(re.findall(r"[a-z0-9]+", title.lower())), title=title)
