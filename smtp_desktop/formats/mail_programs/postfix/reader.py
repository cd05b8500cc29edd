"""Postfix's files, and those of them that belong together."""

import re
from collections.abc import Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.formats.mail_programs.postfix.main_cf import MainCf
from smtp_desktop.formats.mail_programs.postfix.relays import Relays
from smtp_desktop.formats.mail_programs.postfix.setup import kind_of, setup_of
from smtp_desktop.formats.mail_programs.postfix.tables import table_file
from smtp_desktop.formats.mail_programs.siblings import folder_of, siblings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import source_of

_MAIN_NAME = re.compile(r"(?:.*[._-])?main\.cf(?:\..*)?")
_MASTER_NAME = re.compile(r"(?:.*[._-])?master\.cf(?:\..*)?")
_TABLE_NAME = re.compile(
    r"(?:smtp_)?sasl[_-]?(?:passwd|password|auth)s?(?:_maps?)?(?:\..*)?|sender[_-]?(?:dependent[_-]?)?relay.*"
    r"|relayhosts?[_-]?maps?.*|tls[_-]?policy.*"
)
_MANY = 9  # of a dump of all parameters, these are few
_MAIN_LINE = re.compile(
    r"(?:relayhost|myhostname|mydestination|mynetworks|inet_interfaces|smtpd?_tls_\w+|smtp_sasl_\w+|smtp_use_tls"
    r"|sender_dependent_\w+|compatibility_level|alias_maps|default_transport)\s*="
)


class PostfixReader:
    """Reads main.cf, with master.cf, and the text files of the tables that tell of relays."""

    format = ImportFormat.POSTFIX

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is main.cf, master.cf, or a table of passwords, senders or TLS policies."""
        if _MAIN_NAME.fullmatch(file.name) or _MASTER_NAME.fullmatch(file.name) or _TABLE_NAME.fullmatch(file.name):
            return True
        if _is_main(file):
            return True
        table = table_file(file.path, file.lines)
        return 0 < len(table.entries) >= len(table.broken) and kind_of(table) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each main.cf, with its tables: those in its folder, or all where there is one main.cf
        alone. Tables without a main.cf are one source for each folder."""
        mains = [file for file in files if not _is_master(file) and _is_main(file)]
        groups, left = siblings(mains, [file for file in files if file not in mains])
        sources = [self._source(main, own) for main, own in groups]
        folders = dict.fromkeys(map(folder_of, left))
        return sources + [self._source(None, [one for one in left if folder_of(one) == name]) for name in folders]

    def _source(self, main: TextFile | None, others: Sequence[TextFile]) -> Source:
        tables = [table_file(file.path, file.lines) for file in others if not _is_master(file)]
        masters = [(file.path, file.lines) for file in others if _is_master(file)]
        setup = setup_of(MainCf(main.path, main.lines) if main else None, tables, masters)
        return source_of(self.format, setup.files, Relays(setup).results())


def _is_master(file: TextFile) -> bool:
    return _MASTER_NAME.fullmatch(file.name) is not None


def _is_main(file: TextFile) -> bool:
    if _MAIN_NAME.fullmatch(file.name):
        return True
    lines = [line for line in file.lines if line.strip() and not line.startswith(("#", " ", "\t"))]
    known = sum(1 for line in lines if _MAIN_LINE.match(line))
    return (0 < len(lines) <= known * 3 or known > _MANY) and all("=" in line for line in lines)
