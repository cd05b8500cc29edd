"""Nodemailer: the options of a transport, in JSON or where JavaScript makes one."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.applications.tree_settings import tree_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.json_tree import json_tree
from smtp_desktop.formats.syntax.lines import LineCount
from smtp_desktop.formats.syntax.object_literal import ObjectLiterals
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, Tree, branch_at, branches, leaf_at

_CALL = re.compile(
    r"\bcreateTransport\s*+\(\s*+(?:(?P<value>\{)|(?P<quote>['\"`])(?P<url>smtps?://[^'\"`\s]{1,1000})(?P=quote)"
    r"|(?P<name>[A-Za-z_$][\w$]{0,60}+)\s*+[,)])?"
)
_COMMENT = re.compile(r"^[ \t]*+(?://|\*|/\*)")
_FROM = re.compile(
    r"\b(?:from|defaultFrom)['\"]?\s*+:\s*+(?:'(?P<single>[^'\n$@\\]{1,100}@[^'\n$\\]{1,100})'"
    r"|\"(?P<double>[^\"\n$@\\]{1,100}@[^\"\n$\\]{1,100})\"|`(?P<back>[^`\n$@\\]{1,100}@[^`\n$\\]{1,100})`)"
)
_OBJECT = re.compile(
    r"(?:\b(?:smtp|mail|email|transport|mailer)\w*+['\"]?\s*+[:=]\s*+|module\.exports\s*+=\s*+)(?P<value>\{)",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(r"\b(?P<name>[A-Za-z_$][\w$]{0,60}+)(?:\s?:\s?[\w.]{1,80}+)?\s*+=\s*+(?P<value>\{)")
_MOST_BROKEN = 5
_PARTS = re.compile(r"['\"]?(?:auth|secure|requireTLS)['\"]?\s*+:")
_SERVICES = {  # of Nodemailer's well-known services, those that people use most
    "gmail": ("smtp.gmail.com", "465", "true"),
    "outlook365": ("smtp.office365.com", "587", "false"),
    "outlook": ("smtp-mail.outlook.com", "587", "false"),
    "hotmail": ("smtp-mail.outlook.com", "587", "false"),
    "yahoo": ("smtp.mail.yahoo.com", "465", "true"),
    "icloud": ("smtp.mail.me.com", "587", "false"),
    "zoho": ("smtp.zoho.com", "465", "true"),
    "sendgrid": ("smtp.sendgrid.net", "587", "false"),
    "mailgun": ("smtp.mailgun.org", "465", "true"),
    "postmark": ("smtp.postmarkapp.com", "2525", "false"),
    "fastmail": ("smtp.fastmail.com", "465", "true"),
    "mailjet": ("in.mailjet.com", "587", "false"),
    "sparkpost": ("smtp.sparkpostmail.com", "587", "false"),
    "qq": ("smtp.qq.com", "465", "true"),
    "163": ("smtp.163.com", "465", "true"),
}


class NodemailerReader:
    """Reads options of transports. What JavaScript computes is code, which is named."""

    format = ImportFormat.NODEMAILER

    def recognizes(self, file: TextFile) -> bool:
        """Whether it makes a transport, or is JSON with the options of one."""
        text = file.text
        if "createTransport" in text:
            return _CALL.search(text) is not None
        return _PARTS.search(text) is not None and any(_transports(file))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), list(_results(file))) for file in files]


def _results(file: TextFile) -> Iterator[Result]:
    found = False
    lines = LineCount(file.text)
    sender = _FROM.search(file.text)
    more = [_literal("SMTP_FROM", _address(sender), file, lines.at(sender.start()))] if sender else []
    for options in _transports(file):
        found = True
        settings = [*tree_settings(_with_service(options), file.path, prefix="smtp", is_literal=True), *more]
        yield from results_of_settings(settings, source_format=ImportFormat.NODEMAILER, names=("Nodemailer",))
    for call in _calls(file.text):
        if call["url"]:
            found = True
            settings = [_literal("SMTP_URL", call["url"], file, lines.at(call.start("url"))), *more]
            yield from results_of_settings(settings, source_format=ImportFormat.NODEMAILER, names=("Nodemailer",))
    first = next(_calls(file.text), None)
    if not found and first:
        reason = msg("The transport is code, which only the program knows.")
        line = lines.at(first.start())
        yield Unreadable(format=ImportFormat.NODEMAILER, file=file.path, line=line, reason=reason)


def _address(sender: re.Match[str]) -> str:
    return next(one for one in sender.groups() if one is not None)


def _literal(name: str, value: str, file: TextFile, line: int) -> Setting:
    return Setting(name=name, value=value, file=file.path, line=line, is_literal=True)


def _calls(text: str) -> Iterator[re.Match[str]]:
    """Yields the calls that make a transport, without those in a comment."""
    for found in _CALL.finditer(text):
        if not _COMMENT.match(text, text.rfind("\n", 0, found.start()) + 1):
            yield found


def _openings(text: str) -> Iterator[int]:
    """Yields where objects begin that may be a transport's options: in the call, or of the variable that it names."""
    if "createTransport" not in text:
        yield from (found.start("value") for found in _OBJECT.finditer(text))
        return
    names: set[str] = set()
    for call in _calls(text):
        if call["value"]:
            yield call.start("value")
        elif call["name"]:
            names.add(call["name"])
    for found in _ASSIGNED.finditer(text) if names else ():
        if found["name"] in names:
            yield found.start("value")


def _transports(file: TextFile) -> Iterator[Branch]:
    """Yields the objects that describe a connection to a server."""
    for tree in _objects(file):
        for branch in branches(tree):
            if isinstance(branch.get("host") or branch.get("service"), Leaf) and _is_transport(branch):
                yield branch


def _is_transport(branch: Branch) -> bool:
    signs_in = branch_at(branch, "auth")
    has_user = signs_in is not None and (signs_in.get("user") or signs_in.get("pass"))
    return bool(has_user) or (branch.get("secure") is not None and branch.get("port") is not None)


def _objects(file: TextFile) -> Iterator[Tree]:
    text = file.text
    if text.lstrip()[:1] in {"{", "["}:
        try:
            yield json_tree(text)
        except BadSyntax:
            literal, _ = ObjectLiterals(text).at(len(text) - len(text.lstrip()))
            yield from [literal] if literal else []
        return
    literals = ObjectLiterals(text)
    end = broken = 0
    for start in sorted(_openings(text)):
        if start < end:
            continue
        literal, end = literals.at(start)
        yield from [literal] if literal else []
        broken += literal is None
        if broken > _MOST_BROKEN:
            return  # each one may have been read to the end of the text


def _with_service(options: Branch) -> Branch:
    """Returns the options with the host that a well-known service stands for, where they have none, and without what
    is no setting of the server: a pool, limits, a logger."""
    service = leaf_at(options, "service")
    known = _SERVICES.get(service.text.lower().replace(" ", "")) if service else None
    items = [(key, value) for key, value in options if key in {"host", "port", "secure", "requireTLS", "ignoreTLS"}]
    auth = branch_at(options, "auth")
    for key, value in auth or ():
        if key in {"user", "pass", "type"}:
            items.append(({"user": "username", "pass": "password", "type": "auth_method"}[key], value))
    tls = branch_at(options, "tls")
    verifies = tls.get("rejectUnauthorized") if tls else None
    if verifies:
        items.append(("verify_peer", verifies))
    if service and known and not options.get("host"):
        names = ("host", "port", "secure")
        items = [
            *((name, Leaf(text=value, line=service.line)) for name, value in zip(names, known, strict=True)),
            *items,
        ]
    if name := leaf_at(options, "name"):
        items.append(("helo", name))
    renamed = {"requireTLS": "starttls_required", "ignoreTLS": "disable_starttls"}
    return Branch(items=tuple((renamed.get(key, key), value) for key, value in items), line=options.line)
