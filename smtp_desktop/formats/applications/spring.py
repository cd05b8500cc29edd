"""Spring Boot: application.properties and application.yml, with their profiles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.applications.tree_settings import tree_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.properties import properties
from smtp_desktop.formats.syntax.tree import BadSyntax
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees
from smtp_desktop.formats.values import SMTP_PORT

_PROPERTIES = re.compile(r"^[ \t]*+(?:spring\.mail\.|(?:quarkus\.mailer|mail\.smtps?)\.[\w.-]++\s*+[=:])", re.MULTILINE)
_YAML = re.compile(r"^[ \t]*+spring(?:\.mail)?:", re.MULTILINE)
_MAIL = re.compile(r"^[ \t]++mail:|^[ \t]*+spring\.mail:|^[ \t]++mail\.\w", re.MULTILINE)
_DEFAULT = re.compile(r"\$\{([^{}:]++):(?!-)([^{}]*+)\}")
_PROFILE_KEYS = ("spring.config.activate.on-profile", "spring.profiles")
_FILE_PROFILE = re.compile(r"application-([\w-]++)\.")
_OURS = ("spring.mail.", "quarkus.mailer.", "mail.")


class SpringReader:
    """Reads each document of a file, which stands for a profile, as an SMTP. ENC(…) and ${…} are named."""

    format = ImportFormat.SPRING

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has `spring.mail`."""
        if _PROPERTIES.search(file.text):
            return True
        return _YAML.search(file.text) is not None and _MAIL.search(file.text) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each folder: application.yml holds for application-prod.yml beside it as well."""
        folders: dict[str, list[TextFile]] = {}
        for file in files:
            folders.setdefault(file.path.replace("\\", "/").rpartition("/")[0], []).append(file)
        return [source for each in folders.values() for source in _sources(each)]


def _sources(files: Sequence[TextFile]) -> Iterator[Source]:
    """Yields one source of the files where they have profiles, else one for each."""
    if len(files) > 1 and any(_FILE_PROFILE.match(file.name) for file in files):
        common_first = sorted(files, key=lambda file: _FILE_PROFILE.match(file.name) is not None)
        yield source_of(ImportFormat.SPRING, (file.path for file in files), list(_results(common_first)))
        return
    for file in files:
        yield source_of(ImportFormat.SPRING, (file.path,), list(_results([file])))


def _results(files: Sequence[TextFile]) -> Iterator[Result]:
    shared: list[Setting] = []
    for file in files:
        try:
            documents = list(_documents(file))
        except BadSyntax as error:
            yield Unreadable(format=ImportFormat.SPRING, file=file.path, line=error.line, reason=error.reason)
            continue
        found = _FILE_PROFILE.match(file.name)
        for every in documents:
            settings = [one for one in every if one.name.startswith(_OURS)]
            profile = _profile(every) or (found[1] if found else "")
            if not has_mail_settings((one.name, one.value) for one in [*shared, *settings]) or not settings:
                continue
            if not profile:
                shared = settings
            # A profile says only what differs from what holds for all.
            names = (f"Spring {profile}".strip(),)
            together = [*(shared if profile else ()), *settings]
            port = SMTP_PORT if any(one.name.startswith("spring.mail.") for one in together) else None
            yield from results_of_settings(together, source_format=ImportFormat.SPRING, names=names, usual_port=port)


def _documents(file: TextFile) -> Iterator[list[Setting]]:
    if not _YAML.search(file.text):
        yield from _of_properties(file)
        return
    for tree in yaml_trees(file.text):
        yield [replace(one, value=_with_default(one.value)) for one in tree_settings(tree, file.path)]


def _of_properties(file: TextFile) -> Iterator[list[Setting]]:
    document: list[Setting] = []
    for one in properties(file.text):
        if not one.key:
            yield document
            document = []
        else:
            document.append(Setting(name=one.key, value=_with_default(one.value), file=file.path, line=one.line))
    yield document


def _with_default(value: str) -> str:
    """Returns `${NAME:default}` as a shell writes it."""
    return _DEFAULT.sub(r"${\1:-\2}", value)


def _profile(settings: Sequence[Setting]) -> str:
    return next((one.value for key in _PROFILE_KEYS for one in settings if one.name == key), "")
