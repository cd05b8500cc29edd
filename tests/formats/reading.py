"""Files read through the registry, and what was found in them, in short."""

from collections.abc import Mapping, Sequence

from smtp_desktop.domain.imports.found import FoundSmtp, Source
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.formats.registry import Formats


def read(files: Mapping[str, str | bytes]) -> Sequence[Source]:
    """Returns the sources of the files, by path."""
    return Formats().read(
        [
            SourceFile(path=path, content=content if isinstance(content, bytes) else content.encode())
            for path, content in files.items()
        ]
    )


def only(path: str, content: str | bytes) -> Source:
    """Returns the one source of a file."""
    (source,) = read({path: content})
    return source


def server(found: FoundSmtp) -> str:
    """Returns the server: `user:password@host:port`, with + before it where the connection is encrypted."""
    draft = found.draft
    password = draft.password.reveal() if draft.password else "-"
    user = f"{draft.user_name}:{password}@" if draft.auth_required else ""
    return f"{'+' if draft.tls else ''}{user}{draft.host_name}:{draft.smtp_port}"


def servers(source: Source) -> list[tuple[int | None, str]]:
    """Returns each SMTP's line and server."""
    return [(found.line, server(found)) for found in source.found]


def reasons(source: Source) -> list[tuple[int | None, str]]:
    """Returns each line that can't be read, and why."""
    return [(one.line, str(one.reason)) for one in source.unreadable]


def missing(source: Source) -> list[str]:
    """Returns why each SMTP has no secret; empty where it has one, or needs none."""
    return [str(found.missing or "") for found in source.found]


def notes(found: FoundSmtp) -> list[str]:
    """Returns its notes."""
    return [str(note) for note in found.notes]
