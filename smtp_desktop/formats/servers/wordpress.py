"""WordPress with FluentSMTP or WP Mail SMTP: options, in dumps of the database or printed, and wp-config.php."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.fluent_smtp import FLUENT_OPTION, add_fluent_smtp
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import Findings, findings_of, has_any, joined
from smtp_desktop.formats.servers.wp_mail_smtp import KEY_OPTION, WPMS_OPTION, add_wp_mail_smtp
from smtp_desktop.formats.servers.wp_site import Constant, Option, WordPressSite
from smtp_desktop.formats.syntax.json_tree import json_tree
from smtp_desktop.formats.syntax.php_code import php_assignments
from smtp_desktop.formats.syntax.php_serialized import is_serialized, php_unserialized
from smtp_desktop.formats.syntax.sql_rows import option_rows
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, LeafKind, Tree, branch_at, branches, leaf_at

_OPTIONS = (FLUENT_OPTION, WPMS_OPTION, KEY_OPTION)
_WORDS = (
    "fluentmail-settings",
    "'wp_mail_smtp'",
    '"wp_mail_smtp"',
    "WPMS_",
    "FLUENTMAIL_",
    "provider_settings",
    "from_email_force",
)
# The option of WP Mail SMTP alone, as `wp option get` prints it.
_OPTION = re.compile(
    r"['\"]mail['\"]\s*(?::|=>)\s*[\[{(][^\[\]{}()]*['\"]mailer['\"]\s*(?::|=>)"
    r"|s:4:\"mail\";a:\d{1,3}:\{[^{}]{0,2000}s:6:\"mailer\";"
)
_SQL = re.compile(r"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO", re.IGNORECASE)
_CSV = re.compile(r"[\"](?:fluentmail-settings|wp_mail_smtp)\"[,;\t]\"[a{]")
_PHP = re.compile(r"\s*(?:<\?php|array\s*\(|\[\s*['\"])")
_NOTHING = msg("Neither FluentSMTP nor WP Mail SMTP is set up in the file.")


class WordPressReader:
    """Reads what WordPress sends mail through. A wp-config.php that is chosen too belongs to the other files: it has
    constants that override, and the keys of encrypted passwords."""

    format = ImportFormat.WP_MAIL_SMTP

    def recognizes(self, file: TextFile) -> bool:
        """Whether it names what only WordPress or its two plugins have."""
        if has_any(file.text, *_WORDS) or ("LOGGED_IN_KEY" in file.text and "define" in file.text):
            return True
        return "mailer" in file.text and _OPTION.search(file.text) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each site, of the format of the plugin that was found."""
        return [self._read(site) for site in _sites(files)]

    def _read(self, files: Sequence[TextFile]) -> Source:
        fluent = findings_of(ImportFormat.FLUENTSMTP, files)
        other = findings_of(ImportFormat.WP_MAIL_SMTP, files)
        site = WordPressSite()
        for file in files:
            _look(file, site, other)
        for option in site.options:
            if option.name == FLUENT_OPTION:
                add_fluent_smtp(fluent, site, option)
        add_wp_mail_smtp(other, site)
        if not (fluent.found or fluent.unreadable):
            return other.source(_NOTHING)
        if not (other.found or other.unreadable):
            return fluent.source(_NOTHING)
        return joined(fluent.source(_NOTHING), other.source(_NOTHING))


def _sites(files: Sequence[TextFile]) -> Sequence[Sequence[TextFile]]:
    """Returns the files by site: all are of one, unless there is a wp-config.php in more than one folder."""
    configs = {_folder(file) for file in files if "LOGGED_IN_KEY" in file.text and not _SQL.search(file.text)}
    if len(configs) <= 1:
        return [files]
    sites: dict[str, list[TextFile]] = {}
    for file in files:
        sites.setdefault(_folder(file), []).append(file)
    return list(sites.values())


def _folder(file: TextFile) -> str:
    return file.path[: len(file.path) - len(file.name)]


def _look(file: TextFile, site: WordPressSite, findings: Findings) -> None:
    """Adds to the site what one file says of it."""
    if _SQL.search(file.text) or _CSV.search(file.text):
        rows = [(row.name, row.value, row.line) for row in option_rows(file.text, _OPTIONS)]
    elif serialized := [(number, line) for number, line in enumerate(file.lines, 1) if is_serialized(line)]:
        rows = [("", line, number) for number, line in serialized]
    elif _PHP.match(file.text) or "define(" in file.text:
        _look_at_source(file, site)
        return
    else:
        for tree in trees_of(file, findings):
            _look_at_tree(tree, file, site, findings)
        return
    for name, value, line in rows:
        _add_value(name, Leaf(text=value, line=line), file, site, findings)


def _look_at_source(file: TextFile, site: WordPressSite) -> None:
    for assigned in php_assignments(file.text):
        match assigned.target, assigned.value:
            case (str(name),), Leaf() as value:
                site.define(name, Constant(value=value, file=file.path, nested=assigned.nested))
            case _, Branch() as branch:
                site.options.extend(_options_in(branch, file))
            case _:
                pass


def _look_at_tree(tree: Tree, file: TextFile, site: WordPressSite, findings: Findings) -> None:
    rows = [branch for branch in branches(tree) if leaf_at(branch, "option_name")]
    for row in rows:
        name, value = leaf_at(row, "option_name"), row.get("option_value")
        if name and value and name.text in _OPTIONS:
            _add_value(name.text, value, file, site, findings)
    if not rows:
        site.options.extend(_options_in(tree, file))


def _add_value(name: str, value: Tree, file: TextFile, site: WordPressSite, findings: Findings) -> None:
    if name == KEY_OPTION and isinstance(value, Leaf):
        site.keys.append(value.text)
        return
    try:
        tree = _unpacked(value) if isinstance(value, Leaf) else value
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, value.line)
        return
    if name:
        site.options.append(Option(name=name, tree=tree, file=file.path))
    else:
        site.options.extend(_options_in(tree, file))


def _unpacked(value: Leaf) -> Tree:
    text = value.text.strip()
    if text.startswith("{"):
        return _moved(json_tree(text), value.line)
    return php_unserialized(text, value.line)


def _moved(tree: Tree, line: int) -> Tree:
    """Returns the tree with every value in that line, in which the whole of it stands."""
    match tree:
        case Leaf():
            return Leaf(text=tree.text, line=line, kind=tree.kind)
        case Branch():
            return Branch(items=tuple((key, _moved(value, line)) for key, value in tree.items), line=line)
        case _:
            return Leaf(text="", line=line, kind=LeafKind.PLAIN)


def _options_in(tree: Tree, file: TextFile) -> Iterator[Option]:
    """Yields the options of the two plugins in a tree that does not name them, by what only they have."""
    for branch in branches(tree):
        if branch_at(branch, "connections") and any(
            branch_at(value, "provider_settings") for _, value in branch_at(branch, "connections") or ()
        ):
            yield Option(name=FLUENT_OPTION, tree=branch, file=file.path)
        elif leaf_at(branch, "mail", "mailer"):
            yield Option(name=WPMS_OPTION, tree=branch, file=file.path)
            return
