"""Readers of one format, driven by a text."""

from smtp_desktop.domain.imports.found import FoundSmtp, Source
from smtp_desktop.formats.reader import FormatReader, TextFile


def source_in(reader: FormatReader, text: str, path: str = "file.txt") -> Source:
    """Returns what the reader finds in a file with this text, which it has to recognize."""
    return sources_in(reader, {path: text})[0]


def sources_in(reader: FormatReader, texts: dict[str, str]) -> list[Source]:
    """Returns what the reader finds in these files, by path, which it has to recognize."""
    files = [TextFile(path=path, text=text) for path, text in texts.items()]
    assert [file.path for file in files if not reader.recognizes(file)] == []
    return list(reader.read(files))


def smtp_in(reader: FormatReader, text: str, path: str = "file.txt") -> FoundSmtp:
    """Returns the only SMTP that the reader finds in the text, in which it can read everything."""
    source = source_in(reader, text, path)
    assert [str(one.reason) for one in source.unreadable] == []
    (smtp,) = source.found
    return smtp


def server_of(smtp: FoundSmtp) -> tuple[str, str, bool, str]:
    """Returns host, port, TLS and user."""
    draft = smtp.draft
    return draft.host_name, draft.smtp_port, draft.tls, draft.user_name


def problems_of(source: Source) -> list[tuple[int | None, str]]:
    """Returns the line and the reason of each thing that can't be read."""
    return [(one.line, str(one.reason)) for one in source.unreadable]


def notes_of(smtp: FoundSmtp) -> list[str]:
    """Returns the notes as sentences."""
    return [str(note) for note in smtp.notes]
