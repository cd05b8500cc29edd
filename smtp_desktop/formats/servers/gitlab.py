"""GitLab: gitlab.rb (also within other files, as in GITLAB_OMNIBUS_CONFIG), gitlab.yml, and its Helm chart's values."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.oauth_words import graph_mailbox
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, has_any, is_yes, leaf, text_of
from smtp_desktop.formats.syntax.ruby_literals import ruby_settings
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, branch_at, branches, leaf_at
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees
from smtp_desktop.formats.values import SMTP_PORT, Encryption

_RUBY = re.compile(r"^[^#\n]*?gitlab_rails\[['\":](?:smtp_|microsoft_graph_mailer_)", re.MULTILINE)
_GRAPH_IN_YAML = re.compile(r"^[ \t]*microsoft_graph_mailer:", re.MULTILINE)
_CHART = re.compile(r"^[ \t]*smtp:\s*$", re.MULTILINE)
_CHART_KEYS = re.compile(r"^[ \t]*(?:user_name|starttls_auto|openssl_verify_mode):", re.MULTILINE)
_SMTP, _GRAPH = "smtp_", "microsoft_graph_mailer_"
_GRAPH_HOST = "graph.microsoft.com"
_OBJECT_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NOTHING = msg("No mail server is set: smtp_address has no value.")

_Values = Mapping[str, Leaf]


class GitLabReader:
    """Reads what GitLab sends mail through: a mail server, a Microsoft 365 mailbox, or both."""

    format = ImportFormat.GITLAB

    def recognizes(self, file: TextFile) -> bool:
        """Whether it sets what only GitLab's files set."""
        text = file.text
        if not has_any(text, "gitlab_rails", "microsoft_graph_mailer", "smtp:"):
            return False
        return bool(
            _RUBY.search(text) or _GRAPH_IN_YAML.search(text) or (_CHART.search(text) and _CHART_KEYS.search(text))
        )

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        if _RUBY.search(file.text):
            _read_ruby(file, findings)
        else:
            _read_yaml(file, findings)
        return findings.source(_NOTHING)


def _read_ruby(file: TextFile, findings: Findings) -> None:
    values: dict[str, Leaf] = {}
    for setting in ruby_settings(file.text):
        if setting.group == "gitlab_rails" and isinstance(setting.value, Leaf):
            values[setting.key] = setting.value
    sender, name = values.get("gitlab_email_from"), values.get("gitlab_email_display_name")
    _add_server(findings, file.path, _part(values, _SMTP), sender, name)
    _add_mailbox(findings, file.path, _part(values, _GRAPH), sender, name)


def _read_yaml(file: TextFile, findings: Findings) -> None:
    try:
        trees = yaml_trees(file.text)
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return
    every = [branch for tree in trees for branch in branches(tree)]
    sender = _first(every, ("email", "from"), ("gitlab", "email_from"))
    name = _first(every, ("email", "display_name"), ("gitlab", "email_display_name"))
    for one in every:
        if (server := branch_at(one, "smtp")) and server.get("address"):
            _add_server(findings, file.path, _of_chart(server), sender, name)
        if mailbox := branch_at(one, "microsoft_graph_mailer"):
            _add_mailbox(findings, file.path, _of_chart(mailbox), sender, name)


def _first(every: Sequence[Branch], *ways: tuple[str, str]) -> Leaf | None:
    return next((found for one in every for way in ways if (found := leaf_at(one, *way))), None)


def _of_chart(branch: Branch) -> _Values:
    """Returns the values by the names of gitlab.rb. A secret of Kubernetes is code: it is elsewhere."""
    found: dict[str, Leaf] = {}
    for key, value in branch:
        if isinstance(value, Leaf):
            found[{"starttls_auto": "enable_starttls_auto", "enabled": "enable"}.get(key, key)] = value
        elif isinstance(value, Branch) and (secret := leaf_at(value, "secret")):
            found[f"{key}_secret"] = secret
    return found


def _add_server(findings: Findings, path: str, values: _Values, sender: Leaf | None, sender_name: Leaf | None) -> None:
    host, user = values.get("address"), values.get("user_name")
    if host is None or (not text_of(host) and not host.is_code):
        return
    without = text_of(values.get("authentication")).strip().lower() in {"false", "none"}
    switched_off = is_yes(values.get("enable")) is False
    secret = text_of(values.get("password_secret"))
    findings.add(
        Words(
            names=("GitLab",),
            host=host,
            port=values.get("port"),
            default_port=SMTP_PORT,
            encryption=_encryption(values),
            sign_in=not without and bool(text_of(user) or _is_code(user)),
            user=user,
            password=values.get("password"),
            secret_at=f"Secret {secret}" if secret else "",
            from_address=sender,
            from_name=sender_name,
            ehlo_name=values.get("domain"),
            unverified=text_of(values.get("openssl_verify_mode")).strip().lower() in {"none", "0"},
            notes=(msg("Sending is switched off in the file."),) if switched_off else (),
        ),
        path,
    )


def _encryption(values: _Values) -> Encryption:
    if is_yes(values.get("tls")) or is_yes(values.get("ssl")):
        return Encryption.IMPLICIT
    if (offered := is_yes(values.get("enable_starttls_auto"))) is None:
        return Encryption.UNSAID
    return Encryption.IF_OFFERED if offered else Encryption.NONE


def _add_mailbox(findings: Findings, path: str, values: _Values, sender: Leaf | None, sender_name: Leaf | None) -> None:
    user = values.get("user_id")
    if user is None or user.is_null:
        return
    line, notes = user.line, []
    if is_yes(values.get("enable") or values.get("enabled")) is False:
        notes.append(msg("Sending is switched off in the file."))
    if _OBJECT_ID.fullmatch(text_of(user).strip()):
        address = address_or_none(text_of(sender))
        user = leaf(address.spec, line) if address else None
        notes.append(msg("The file names the mailbox by its object ID. Its User Name is an address."))
    secret = text_of(values.get("client_secret_secret"))
    words = Words(
        names=("GitLab Graph",),
        host=leaf(_GRAPH_HOST, line),
        sign_in=True,
        user=user,
        password=values.get("client_secret"),
        secret_at=f"Secret {secret}" if secret else "",
        from_address=sender,
        from_name=sender_name,
        notes=tuple(notes),
    )
    if findings.add(words, path, line):
        findings.change_last(
            partial(
                graph_mailbox,
                tenant=text_of(values.get("tenant")),
                client_id=text_of(values.get("client_id")),
                authority=text_of(values.get("azure_ad_endpoint")),
                graph_url=text_of(values.get("graph_endpoint")),
            )
        )


def _part(values: _Values, prefix: str) -> _Values:
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _is_code(value: Leaf | None) -> bool:
    return value is not None and value.is_code
