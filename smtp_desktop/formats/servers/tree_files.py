"""Files that hold JSON or YAML, as trees."""

from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.words import Findings
from smtp_desktop.formats.syntax.json_tree import json_tree
from smtp_desktop.formats.syntax.tree import BadSyntax, Tree
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees


def trees_of(file: TextFile, findings: Findings) -> tuple[Tree, ...]:
    """Returns the values in the file; none where it can't be read, which is added to the findings then."""
    try:
        return (json_tree(file.text),) if file.text.lstrip()[:1] in {"{", "["} else yaml_trees(file.text)
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return ()
