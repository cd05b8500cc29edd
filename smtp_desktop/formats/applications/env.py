"""Files of variables: .env, what systemd's EnvironmentFile names, and the .env of Laravel and Symfony."""

from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.formats.applications.dotenv import BadLine, DotenvText
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings, is_mail_setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of

_LARAVEL = frozenset({"MAIL_MAILER", "MAIL_DRIVER", "APP_KEY", "LARAVEL_ECHO_SERVER"})
_SYMFONY = frozenset({"MAILER_DSN"})
_MOST_OTHER_LINES = 0.3


class EnvReader:
    """Reads files of `NAME=value` lines. Names that the file itself has are filled in; all others are references."""

    format = ImportFormat.ENV

    def recognizes(self, file: TextFile) -> bool:
        """Whether nearly all lines are settings, and some of them are of a mail server."""
        every = list(DotenvText(file.path, file.text).read())
        settings = [one for one in every if isinstance(one, Setting)]
        if len(every) - len(settings) > _MOST_OTHER_LINES * len(every):
            return False
        return has_mail_settings((one.name, one.value) for one in settings)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [_source(file) for file in files]


def _source(file: TextFile) -> Source:
    names = {one.name for one in DotenvText(file.path, file.text).read()}
    found = ImportFormat.LARAVEL if names & _LARAVEL else ImportFormat.SYMFONY if names & _SYMFONY else ImportFormat.ENV
    every = list(DotenvText(file.path, file.text, expands_dollars=found is not ImportFormat.ENV).read())
    settings = [one for one in every if isinstance(one, Setting)]
    results: list[Result] = results_of_settings(settings, source_format=found)
    return source_of(found, (file.path,), [*results, *_bad(every, file, found)])


def _bad(every: Sequence[Setting | BadLine], file: TextFile, found: ImportFormat) -> Iterator[Unreadable]:
    for one in every:
        if isinstance(one, BadLine) and is_mail_setting(one.name):
            yield Unreadable(format=found, file=file.path, line=one.line, reason=one.reason)
