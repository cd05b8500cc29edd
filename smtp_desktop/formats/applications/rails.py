"""Rails: `smtp_settings` in Ruby and in YAML, as Redmine's configuration.yml has them."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.applications.tree_settings import tree_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.lines import LineCount
from smtp_desktop.formats.syntax.object_literal import ObjectLiterals
from smtp_desktop.formats.syntax.ruby_literals import ruby_settings
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, branches
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees
from smtp_desktop.formats.values import SMTP_PORT

_RUBY = re.compile(r"^[^#\n]{0,200}?\bsmtp_settings\s*+(?:=(?!=)\s*+|\.merge!?\(\s*+)(?P<value>\{)?", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]*+[\w.:]{0,100}\bsmtp_settings\[(?=[^\]\n]{1,60}\]\s*+=)", re.MULTILINE)
_GROUP = "smtp_settings"
_YAML = re.compile(r"^[ \t]*+:?(?:async_)?smtp_settings:[ \t]*+(?:[#{].*)?$", re.MULTILINE)
_FROM = re.compile(
    r"^[^#\n]{0,200}?(?:\bfrom:\s*+|mailer_sender\s*+=\s*+)(?P<quote>['\"])(?P<address>[^'\"\n#]{3,200})(?P=quote)",
    re.MULTILINE,
)
_NAMES = {
    "address": "host",
    "user_name": "username",
    "authentication": "auth_method",
    "domain": "helo",
    "enable_starttls": "starttls_required",
    "enable_starttls_auto": "enable_starttls_auto",
}


class RailsReader:
    """Reads the environments of Rails. Credentials and variables are named, and not filled in."""

    format = ImportFormat.RAILS

    def recognizes(self, file: TextFile) -> bool:
        """Whether it sets what Action Mailer sends by."""
        return any(pattern.search(file.text) for pattern in (_RUBY, _ENTRY, _YAML))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [
            source_of(self.format, (one.path,), list(_of_yaml(one) if _YAML.search(one.text) else _of_ruby(one)))
            for one in files
        ]


def _of_ruby(file: TextFile) -> Iterator[Result]:
    literals, lines = ObjectLiterals(file.text), LineCount(file.text)
    sender = _FROM.search(file.text)
    address = [("SMTP_FROM", sender["address"], lines.at(sender.start()))] if sender else []
    for found in _RUBY.finditer(file.text):
        line = lines.at(found.end() - 1)
        settings = literals.at(found.start("value"))[0] if found["value"] else None
        if settings is None:
            reason = msg("The settings are code, which only the program knows.")
            yield Unreadable(format=ImportFormat.RAILS, file=file.path, line=line, reason=reason)
            continue
        yield from _results(settings, file, "Rails", address)
    if entries := _entries(file.text):
        yield from _results(entries, file, "Rails", address)


def _entries(text: str) -> Branch | None:
    """Returns what `smtp_settings[:address] = …` and the like say together."""
    if not _ENTRY.search(text):
        return None
    every = ruby_settings(_ENTRY.sub(f"{_GROUP}[", text))
    found = tuple((one.key, one.value) for one in every if one.group == _GROUP)
    return Branch(items=found, line=found[0][1].line) if found else None


def _of_yaml(file: TextFile) -> Iterator[Result]:
    try:
        trees = yaml_trees(file.text)
    except BadSyntax as error:
        yield Unreadable(format=ImportFormat.RAILS, file=file.path, line=error.line, reason=error.reason)
        return
    for tree in trees:
        for branch in branches(tree):
            for key, value in branch:
                if key.lstrip(":").removeprefix("async_") == "smtp_settings" and isinstance(value, Branch):
                    yield from _results(value, file, _application(file), [])


def _application(file: TextFile) -> str:
    return "Redmine" if file.name == "configuration.yml" else "Rails"


def _results(settings: Branch, file: TextFile, name: str, more: Sequence[tuple[str, str, int]]) -> list[Result]:
    renamed = Branch(
        items=tuple((_NAMES.get(key.lstrip(":"), key.lstrip(":")), value) for key, value in settings),
        line=settings.line,
    )
    every = list(tree_settings(renamed, file.path, prefix="smtp", is_literal=True))
    every += [Setting(name=key, value=value, file=file.path, line=line, is_literal=True) for key, value, line in more]
    return results_of_settings(every, source_format=ImportFormat.RAILS, names=(name,), usual_port=SMTP_PORT)
