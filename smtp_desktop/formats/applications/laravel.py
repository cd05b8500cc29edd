"""Laravel: config/mail.php, as far as it is written out. Its .env is read as such."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.applications.tree_settings import tree_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.php_code import php_assignments
from smtp_desktop.formats.syntax.tree import Branch, branch_at, leaf_at

_KEYS = re.compile(r"['\"](?:mailers|transport|driver|encryption|scheme)['\"]\s*+=>")
_HOST = re.compile(r"['\"]host['\"]\s*+=>")


class LaravelReader:
    """Reads the mailers that are written out. What env() would say is code, which is named."""

    format = ImportFormat.LARAVEL

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is PHP that returns mailers."""
        text = file.text
        if "=>" not in text or "<?" not in text or not _HOST.search(text) or not _KEYS.search(text):
            return False
        return "'mailers'" in text or '"mailers"' in text or file.name == "mail.php"

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), list(_results(file))) for file in files]


def _results(file: TextFile) -> Iterator[Result]:
    for assigned in php_assignments(file.text):
        if isinstance(assigned.value, Branch) and not assigned.target:
            yield from _of_config(assigned.value, file)


def _of_config(config: Branch, file: TextFile) -> Iterator[Result]:
    sender = list(_sender(config, file))
    mailers = branch_at(config, "mailers")
    for name, mailer in mailers or (("smtp", config),):
        if isinstance(mailer, Branch) and mailer.get("host"):
            settings = [*tree_settings(mailer, file.path, prefix="mail", is_literal=True), *sender]
            names = ("Laravel",) if name == "smtp" else (f"Laravel {name}",)
            yield from results_of_settings(settings, source_format=ImportFormat.LARAVEL, names=names)


def _sender(config: Branch, file: TextFile) -> Iterator[Setting]:
    for key, name in (("address", "MAIL_FROM_ADDRESS"), ("name", "MAIL_FROM_NAME")):
        if value := leaf_at(config, "from", key):
            yield Setting(
                name=name, value=value.text, file=file.path, line=value.line, is_code=value.is_code, is_literal=True
            )
