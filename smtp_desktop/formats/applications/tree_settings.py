"""Settings that stand in a tree of values, under the names that lead to them."""

from collections.abc import Iterator

from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, Branch, Leaf, Tree


def tree_settings(tree: Tree, file: str, *, prefix: str = "", is_literal: bool = False) -> Iterator[Setting]:
    """Yields a setting for each value, in their order: `mail.smtp.host` for the host in `{mail: {smtp: {host: x}}}`.
    What stands in a row has no name of its own, and is left out."""
    if isinstance(tree, Branch):
        yield from _below(tree, file, prefix, is_literal=is_literal, depth=DEPTH_LIMIT)


def _below(branch: Branch, file: str, prefix: str, *, is_literal: bool, depth: int) -> Iterator[Setting]:
    if not depth:
        return
    for key, value in branch:
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Branch):
            yield from _below(value, file, name, is_literal=is_literal, depth=depth - 1)
        elif isinstance(value, Leaf) and not value.is_null:
            yield Setting(
                name=name,
                value=value.text,
                file=file,
                line=value.line,
                is_literal=is_literal and not value.is_code,
                is_code=value.is_code,
            )
