"""Files that belong to a main file, by their folders."""

from collections.abc import Sequence

from smtp_desktop.formats.reader import TextFile


def siblings(
    mains: Sequence[TextFile], others: Sequence[TextFile]
) -> tuple[list[tuple[TextFile, list[TextFile]]], list[TextFile]]:
    """Returns each main file with the others of its folder, or with all others where there is one main file alone; and
    those that are left."""
    left = list(others)
    groups: list[tuple[TextFile, list[TextFile]]] = []
    for main in mains:
        own = [file for file in left if len(mains) == 1 or folder_of(file) == folder_of(main)]
        left = [file for file in left if file not in own]
        groups.append((main, own))
    return groups, left


def folder_of(file: TextFile) -> str:
    """Returns the folder that a file is in, as the user named it."""
    return file.path.replace("\\", "/").rpartition("/")[0]
