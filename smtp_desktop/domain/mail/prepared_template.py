"""Templates that are prepared once and rendered again and again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import nodes
from markupsafe import escape

from smtp_desktop.domain.mail.sandbox import (
    JINJA_ERRORS,
    OUTPUT_LIMIT,
    WHOLE_RECIPIENT,
    WholeRecipient,
    compile_template,
    parse_template,
    path_part,
    placeholder_names,
    recipient_part,
    render_template,
)
from smtp_desktop.domain.mail.template import Dialect, written

_LONG = 1000
_Write = Callable[[object], str]
_WRITE: Mapping[Dialect, _Write] = {
    Dialect.TEXT: lambda value: value if type(value) is str else str(written(value)),
    Dialect.HTML: lambda value: escape(written(value)),
    Dialect.PATHS: path_part,
    Dialect.RECIPIENTS: recipient_part,
}


def _whole_recipient(value: object) -> str:
    if type(value) is str and value.isprintable():  # and so without control characters, the one thing to check for
        return value
    return recipient_part(WholeRecipient(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A placeholder: its position among the parts of the template, its name, and how its value is written."""

    position: int
    name: str
    write: _Write


class PreparedTemplate:
    """One template. Where it is nothing but text and placeholders, as most are, it is rendered here, in a tenth of
    Jinja's time. Safe from every thread."""

    def __init__(self, source: str, dialect: Dialect) -> None:
        """Raises BadTemplate."""
        self._source = source
        self._dialect = dialect
        self._parts: list[str] = []
        self._gaps: list[_Gap] = []
        self._is_simple = self._split(parse_template(source, dialect), frozenset(placeholder_names(source, dialect)))
        self._length_left = OUTPUT_LIMIT - sum(map(len, self._parts))

    @property
    def shared_texts(self) -> tuple[str, ...]:
        """The long texts between the tags, in their order: most templates render all of them into every mail."""
        found = parse_template(self._source, self._dialect).find_all(nodes.TemplateData)
        return tuple(data.data for data in found if len(data.data) >= _LONG)

    def render(self, values: Mapping[str, object]) -> str:
        """Returns the template with its values. Raises BadTemplate."""
        text = self._render_simple(values) if self._is_simple else None
        return render_template(compile_template(self._source, self._dialect), values) if text is None else text

    def _render_simple(self, values: Mapping[str, object]) -> str | None:
        """Returns None where anything goes wrong: Jinja then says what."""
        parts = self._parts.copy()
        left = self._length_left
        try:
            for gap in self._gaps:
                parts[gap.position] = text = gap.write(values[gap.name])
                left -= len(text)
                if left < 0:
                    return None
        except JINJA_ERRORS:
            return None
        return "".join(parts) if left >= 0 else None

    def _split(self, tree: nodes.Template, names: frozenset[str]) -> bool:
        """Splits the template into parts and gaps. Returns whether it is nothing but text and placeholders."""
        for output in tree.body:
            if not isinstance(output, nodes.Output):
                return False
            for node in output.nodes:
                if isinstance(node, nodes.TemplateData):
                    self._parts.append(node.data)
                elif (gap := self._gap_of(node)) and gap.name in names:
                    self._gaps.append(gap)
                    self._parts.append("")
                else:
                    return False
        return True

    def _gap_of(self, node: nodes.Expr) -> _Gap | None:
        position = len(self._parts)
        match node:
            case nodes.Name(name=name):
                return _Gap(position=position, name=name, write=_WRITE[self._dialect])
            case nodes.Filter(node=nodes.Name(name=name), name=filter_name) if filter_name == WHOLE_RECIPIENT:
                return _Gap(position=position, name=name, write=_whole_recipient)
        return None


@lru_cache(maxsize=256)
def prepare(source: str, dialect: Dialect) -> PreparedTemplate:
    """Returns the template in `source`, prepared. Raises BadTemplate."""
    return PreparedTemplate(source, dialect)
