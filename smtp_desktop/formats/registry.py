"""All formats that are read, and which file is of which."""

from collections.abc import Sequence

from smtp_desktop.domain.imports.found import Source, Unreadable
from smtp_desktop.domain.imports.source_file import NotText, SourceFile, decoded
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.applications.django import DjangoReader
from smtp_desktop.formats.applications.env import EnvReader
from smtp_desktop.formats.applications.kubernetes import KubernetesReader
from smtp_desktop.formats.applications.laravel import LaravelReader
from smtp_desktop.formats.applications.nodemailer import NodemailerReader
from smtp_desktop.formats.applications.rails import RailsReader
from smtp_desktop.formats.applications.spring import SpringReader
from smtp_desktop.formats.applications.symfony import SymfonyReader
from smtp_desktop.formats.mail_programs.dma import DmaReader
from smtp_desktop.formats.mail_programs.esmtp import EsmtpReader
from smtp_desktop.formats.mail_programs.msmtp import MsmtpReader
from smtp_desktop.formats.mail_programs.nullmailer import NullmailerReader
from smtp_desktop.formats.mail_programs.opensmtpd import OpenSmtpdReader
from smtp_desktop.formats.mail_programs.postfix.reader import PostfixReader
from smtp_desktop.formats.mail_programs.ssmtp import SsmtpReader
from smtp_desktop.formats.mail_programs.swaks import SwaksReader
from smtp_desktop.formats.mail_programs.thunderbird import ThunderbirdReader
from smtp_desktop.formats.reader import FormatReader, TextFile
from smtp_desktop.formats.servers.readers import SERVER_READERS
from smtp_desktop.formats.table.csv_reader import CsvReader
from smtp_desktop.formats.url import UrlReader
from smtp_desktop.formats.withheld import secrets_in, without_secrets

READERS: tuple[FormatReader, ...] = (
    *SERVER_READERS,
    KubernetesReader(),
    SpringReader(),
    SymfonyReader(),
    RailsReader(),
    DjangoReader(),
    LaravelReader(),
    NodemailerReader(),
    PostfixReader(),
    ThunderbirdReader(),
    OpenSmtpdReader(),
    SsmtpReader(),
    DmaReader(),
    EsmtpReader(),
    NullmailerReader(),
    MsmtpReader(),
    SwaksReader(),
    EnvReader(),
    UrlReader(),
    CsvReader(),
)
"""The most specific first: the first that recognizes a file gets it."""

_OF_NO_FORMAT = msg(
    "No mail settings were recognized. Looked for the files of mail programs and servers, for settings of "
    "applications, for CSV with a header line, and for URLs such as smtp://host:587."
)


class Formats:
    """The readers of all formats; see `FormatReaders`."""

    def read(self, files: Sequence[SourceFile]) -> Sequence[Source]:
        """Returns what the files say, in the order of the files."""
        order = {file.path: number for number, file in enumerate(files)}
        by_reader: dict[int, list[TextFile]] = {}
        sources: list[Source] = []
        for file in files:
            try:
                text = TextFile(path=file.path, text=decoded(file))
            except NotText as error:
                sources.append(_unknown(file.path, error.message))
                continue
            reader = next((number for number, one in enumerate(READERS) if one.recognizes(text)), None)
            if reader is None:
                sources.append(_unknown(file.path, _OF_NO_FORMAT))
            else:
                by_reader.setdefault(reader, []).append(text)
        secrets = frozenset[str]().union(*(secrets_in(one.text) for texts in by_reader.values() for one in texts))
        for number, texts in by_reader.items():
            sources += [without_secrets(source, secrets) for source in READERS[number].read(texts)]
        return sorted(sources, key=lambda source: min(order[path] for path in source.files))


def _unknown(path: str, reason: MessageText) -> Source:
    problem = Unreadable(format=None, file=path, line=None, reason=reason)
    return Source(format=None, files=(path,), unreadable=(problem,))
