"""Values as YAML that people read: in their order, and texts of several lines as such."""

import re
from collections.abc import Mapping

import yaml

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class _Writer(yaml.SafeDumper):
    """Writes items of lists indented, as most people do, and texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def yaml_text(document: Mapping[str, object]) -> str:
    """Returns the document as YAML. Where it holds characters that could control a terminal or turn the direction of
    text, all beyond ASCII is escaped."""
    text = _dumped(document, as_is=True)
    return _dumped(document, as_is=False) if _UNSAFE.search(text) else text


def _dumped(document: Mapping[str, object], *, as_is: bool) -> str:
    text: str = yaml.dump(dict(document), Dumper=_Writer, sort_keys=False, allow_unicode=as_is, width=10_000)
    return text
