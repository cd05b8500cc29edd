"""SMTPs, activities and settings in a file that people can read, without secrets; `apply` takes it."""

from collections.abc import Mapping
from pathlib import Path

from smtp_desktop.domain.declared.export import written
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.services.private_file import os_errors_as_lost, private, replacing


def write_document(document: Mapping[str, object], path: Path, text_format: TextFormat) -> None:
    """Writes a document into the file, readable for its owner alone. Whatever goes wrong leaves an earlier one as it
    was. Raises OutputLost."""
    write_content(written(document, text_format).encode(), path)


def write_content(content: bytes, path: Path) -> None:
    """Writes the file as `write_document` does."""
    with os_errors_as_lost(path), replacing(path) as part, open(part, "wb", opener=private) as file:
        file.write(content)
