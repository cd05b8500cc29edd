"""Files of Jenkins' home, and of Configuration as Code: accounts, credentials and the admin's address in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.words import Findings, leaf
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, Tree, branch_at, branches, leaf_at, row_at
from smtp_desktop.formats.syntax.xml_tree import Element, xml_root
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees

_MAILER, _EXTENDED = "Jenkins", "Jenkins Extended Email"
_MAILER_ELEMENT = "hudson.tasks.Mailer_-DescriptorImpl"
_EXTENDED_ELEMENT = "hudson.plugins.emailext.ExtendedEmailPublisherDescriptor"
_ACCOUNT_ELEMENTS = frozenset({"mailAccount", "hudson.plugins.emailext.MailAccount"})
_LOCATION_ELEMENT = "jenkins.model.JenkinsLocationConfiguration"
_CREDENTIAL_ELEMENT = "com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl"
_OLD_NAMES = {"smtpAuthUsername": "username", "smtpAuthPassword": "password", "smtpAuthUserName": "username"}
_EXTENDED_KEYS = ("email-ext", "extendedEmailPublisher")

Values = Mapping[str, Leaf]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mail server of one of the plugins."""

    name: str
    values: Values
    file: str
    in_xml: bool


@dataclass(slots=True)
class JenkinsHome:
    """The findings in the files of one Jenkins; credentials by their ids."""

    accounts: list[Account] = field(default_factory=list)
    credentials: dict[str, Values] = field(default_factory=dict)
    admin: Leaf | None = None

    def keep(self, credential: Values) -> None:
        """Adds a credential by its id."""
        if "id" in credential:
            self.credentials[credential["id"].text] = credential


def look_at_xml(file: TextFile, home: JenkinsHome, findings: Findings) -> None:
    """Adds to the home what an XML file says."""
    try:
        root = xml_root(file.text)
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return
    if root.name == _LOCATION_ELEMENT:
        home.admin = _values_of(root).get("adminAddress")
    elif root.name == _MAILER_ELEMENT:
        values = {**_values_of(root), **_values_of(root.child("authentication"))}
        home.accounts.append(Account(name=_MAILER, values=values, file=file.path, in_xml=True))
    elif root.name == _EXTENDED_ELEMENT:
        elements = [one for one in _elements(root) if one.name in _ACCOUNT_ELEMENTS] or [root]
        home.accounts += [
            Account(name=_EXTENDED, values=_values_of(one), file=file.path, in_xml=True) for one in elements
        ]
    for element in _elements(root):
        if element.name == _CREDENTIAL_ELEMENT:
            home.keep(_values_of(element))


def look_at_code(file: TextFile, home: JenkinsHome, findings: Findings) -> None:
    """Adds to the home what a file of Configuration as Code says, also where it stands in the values of a chart."""
    try:
        trees = list(yaml_trees(file.text))
        for nested in [text for tree in trees for text in _leaves(tree) if "unclassified:" in text.text]:
            trees += yaml_trees("\n" * nested.line + nested.text)
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return
    for one in (branch for tree in trees for branch in branches(tree)):
        if settings := branch_at(one, "unclassified"):
            home.admin = leaf_at(settings, "location", "adminAddress") or home.admin
            _look_at_settings(settings, file, home)
        if credential := branch_at(one, "usernamePassword"):
            home.keep(_leaf_values(credential))


def _look_at_settings(settings: Branch, file: TextFile, home: JenkinsHome) -> None:
    if mailer := branch_at(settings, "mailer"):
        values = {**_leaf_values(mailer), **_leaf_values(branch_at(mailer, "authentication"))}
        home.accounts.append(Account(name=_MAILER, values=values, file=file.path, in_xml=False))
    for extended in [found for key in _EXTENDED_KEYS if (found := branch_at(settings, key))]:
        first = branch_at(extended, "mailAccount")
        accounts = [first or extended, *(one for one in row_at(extended, "addAccounts") if isinstance(one, Branch))]
        home.accounts += [
            Account(name=_EXTENDED, values=_leaf_values(one), file=file.path, in_xml=False) for one in accounts
        ]


def _values_of(element: Element | None) -> dict[str, Leaf]:
    children = element.children if element else []
    return {
        _OLD_NAMES.get(one.name, one.name): leaf(one.text, one.line)
        for one in children
        if one.text.strip() and not one.children
    }


def _leaf_values(branch: Branch | None) -> dict[str, Leaf]:
    return {_OLD_NAMES.get(key, key): value for key, value in branch or () if isinstance(value, Leaf)}


def _elements(root: Element) -> Iterator[Element]:
    waiting = [root]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(one.children))


def _leaves(tree: Tree) -> Iterator[Leaf]:
    for branch in branches(tree):
        yield from (value for _, value in branch if isinstance(value, Leaf))
