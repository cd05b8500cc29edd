"""Files of variables: .env, those of Laravel and Symfony among them, with the compose files that they belong to."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.compose import compose_sources, is_compose, plain_path
from smtp_desktop.formats.applications.dotenv import BadLine, DotenvText
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings, is_mail_setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of

_LARAVEL = frozenset({"MAIL_MAILER", "MAIL_DRIVER", "APP_KEY", "LARAVEL_ECHO_SERVER"})
_SYMFONY = frozenset({"MAILER_DSN"})
_MOST_OTHER_LINES = 0.3
_NAME = re.compile(r"(?:.*\.)?env(?:\..*)?|.*\.env|.*\.environment|environment")


class EnvReader:
    """Reads files of `NAME=value` lines, and compose files, to which those may belong. Names that the files themselves
    have are filled in; all others are references."""

    format = ImportFormat.ENV

    def recognizes(self, file: TextFile) -> bool:
        """Whether nearly all lines are settings, and it is called .env or some of them are of a mail server; or it has
        services such as those of Docker Compose."""
        if is_compose(file):
            return True
        every = list(DotenvText(file.path, file.text).read())
        settings = [one for one in every if isinstance(one, Setting)]
        if not settings or len(every) - len(settings) > _MOST_OTHER_LINES * len(every):
            return False
        return bool(_NAME.fullmatch(file.name)) or has_mail_settings((one.name, one.value) for one in settings)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each compose file, with those that it names, and one for each other file."""
        composes = [file for file in files if is_compose(file)]
        others = {plain_path(file.path): file for file in files if not is_compose(file)}
        sources = compose_sources(composes, others)
        used = {path for source in sources for path in source.files}
        return [*sources, *(_source(file) for file in others.values() if file.path not in used)]


def _source(file: TextFile) -> Source:
    names = {one.name for one in DotenvText(file.path, file.text).read()}
    found = ImportFormat.LARAVEL if names & _LARAVEL else ImportFormat.SYMFONY if names & _SYMFONY else ImportFormat.ENV
    every = list(DotenvText(file.path, file.text, expands_dollars=found is not ImportFormat.ENV).read())
    settings = [one for one in every if isinstance(one, Setting)]
    results: list[Result] = results_of_settings(settings, source_format=found)
    results += _bad(every, file, found)
    if not results:
        reason = msg("It has no settings of a mail server, such as SMTP_HOST.")
        results.append(Unreadable(format=found, file=file.path, line=None, reason=reason))
    return source_of(found, (file.path,), results)


def _bad(every: Sequence[Setting | BadLine], file: TextFile, found: ImportFormat) -> Iterator[Unreadable]:
    for one in every:
        if isinstance(one, BadLine) and is_mail_setting(one.name):
            yield Unreadable(format=found, file=file.path, line=one.line, reason=one.reason)
