"""Symfony: the mailer's configuration in YAML. Its .env is read as such."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.applications.tree_settings import tree_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, branch_at, branches, leaf_at
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees

_MAILER = re.compile(
    r"^[ \t]*+mailer:[^\n]*+\n(?:[ \t]*+#[^\n]*+\n|[ \t]*+\n)*+[ \t]++(?:dsn|transports):", re.MULTILINE
)
_SWIFTMAILER = re.compile(r"^swiftmailer:", re.MULTILINE)
_OLD_NAMES = {"auth_mode": "auth_method", "sender_address": "from"}


class SymfonyReader:
    """Reads `framework.mailer` with its transports, and Swift Mailer's settings of older versions."""

    format = ImportFormat.SYMFONY

    def recognizes(self, file: TextFile) -> bool:
        """Whether it configures the mailer."""
        return _MAILER.search(file.text) is not None or _SWIFTMAILER.search(file.text) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), list(_results(file))) for file in files]


def _results(file: TextFile) -> Iterator[Result]:
    try:
        trees = yaml_trees(file.text)
    except BadSyntax as error:
        yield Unreadable(format=ImportFormat.SYMFONY, file=file.path, line=error.line, reason=error.reason)
        return
    for tree in trees:
        for branch in branches(tree):
            if mailer := branch_at(branch, "mailer"):
                yield from _of_mailer(mailer, file)
        if old := branch_at(tree, "swiftmailer"):
            yield from _of_swiftmailer(old, file)


def _of_mailer(mailer: Branch, file: TextFile) -> Iterator[Result]:
    sender = leaf_at(mailer, "envelope", "sender") or leaf_at(mailer, "headers", "From")
    found = [("", mailer.get("dsn"))]
    found += list(branch_at(mailer, "transports") or ())
    for name, dsn in found:
        if isinstance(dsn, Leaf) and not dsn.is_null:
            settings = [Setting(name="MAILER_DSN", value=dsn.text, file=file.path, line=dsn.line)]
            if sender:
                settings.append(Setting(name="MAILER_FROM", value=sender.text, file=file.path, line=sender.line))
            names = (f"Symfony {name}".strip(),)
            yield from results_of_settings(settings, source_format=ImportFormat.SYMFONY, names=names)


def _of_swiftmailer(old: Branch, file: TextFile) -> Iterator[Result]:
    mailers = branch_at(old, "mailers")
    for name, one in mailers or (("", old),):
        if isinstance(one, Branch):
            renamed = Branch(items=tuple((_OLD_NAMES.get(key, key), value) for key, value in one), line=one.line)
            settings = tree_settings(renamed, file.path, prefix="mailer")
            names = (f"Symfony {name}".strip(),)
            yield from results_of_settings(settings, source_format=ImportFormat.SYMFONY, names=names)
