"""The arguments of `smtp import`: files, folders, standard input, and URLs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from smtp_desktop.cli.streams import announce_standard_input, read_standard_input
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import NoInput
from smtp_desktop.domain.imports.source_file import LARGEST_BYTES, SourceFile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.imports.source_files import SourceFiles, read_source_files

STANDARD_INPUT, ARGUMENTS = "-", "command line"
"""What stands for the place of what came from standard input, and of URLs: one may hold a password."""


def read_sources(arguments: Sequence[str]) -> SourceFiles:
    """Returns what the arguments name, each once. Raises NoInput where one can't be read: nothing is imported by half.
    The URLs are one file, a line each."""
    wanted = list(dict.fromkeys(arguments))
    urls = [one for one in wanted if is_url(one)]
    paths = [Path(one) for one in wanted if one != STANDARD_INPUT and not is_url(one)]
    found = read_source_files(paths, Cancel())
    if found.unread:
        first = found.unread[0]
        raise NoInput(msg("{path}: {reason} Nothing was imported.", path=first.file, reason=_sentence(first.reason)))
    extra = []
    if STANDARD_INPUT in wanted:
        announce_standard_input(None, "what to import")
        content = read_standard_input(lambda stream: stream.read(LARGEST_BYTES + 1))
        if len(content) > LARGEST_BYTES:
            raise NoInput(msg("Standard input is too large. Nothing was imported."))
        extra.append(SourceFile(path=STANDARD_INPUT, content=content))
    if urls:
        extra.append(SourceFile(path=ARGUMENTS, content="\n".join(urls).encode(errors="surrogateescape")))
    return replace(found, files=(*found.files, *extra))


def is_url(argument: str) -> bool:
    """Whether the argument is a URL, and no path of a file that there is."""
    return "://" in argument and not Path(argument).exists()


def _sentence(reason: object) -> str:
    text = str(reason)
    return text if text.endswith(".") else f"{text}."
