"""Templates that are filled in with values again and again. Loaded late, as `domain.sandbox` is."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from jinja2 import nodes
from markupsafe import escape

from smtp_desktop.domain.mail.sandbox import (
    FAILURES,
    OUTPUT_LIMIT,
    WHOLE,
    Whole,
    compiled,
    names_in,
    one_line,
    parsed,
    part_of_a_recipient,
    plain,
    rendered,
)
from smtp_desktop.domain.mail.template_fields import Dialect

_LONG = 1000
_Write = Callable[[object], str]
_WRITE: Mapping[Dialect, _Write] = {
    Dialect.WORDS: lambda value: value if type(value) is str else str(plain(value)),
    Dialect.HTML: lambda value: escape(plain(value)),
    Dialect.PATHS: one_line,
    Dialect.RECIPIENTS: part_of_a_recipient,
}


def _whole_recipient(value: object) -> str:
    if type(value) is str and value.isprintable():  # and so without control characters, the one thing to look for
        return value
    return part_of_a_recipient(Whole(value))


class Filling:
    """One template. Safe from every thread."""

    def __init__(self, source: str, dialect: Dialect) -> None:
        """Raises BadTemplate."""
        self._source = source
        self._dialect = dialect
        self._words: list[str] = []
        self._gaps: list[tuple[int, str, _Write]] = []
        self._is_simple = self._has_been_split(parsed(source, dialect), frozenset(names_in(source, dialect)))
        self._left = OUTPUT_LIMIT - sum(map(len, self._words))

    @property
    def shared_texts(self) -> tuple[str, ...]:
        """The words between the tags that are long, in their order; of most templates, every mail has them all."""
        found = parsed(self._source, self._dialect).find_all(nodes.TemplateData)
        return tuple(data.data for data in found if len(data.data) >= _LONG)

    def filled(self, values: Mapping[str, object]) -> str:
        """Returns the template with its values. Raises BadTemplate."""
        # Most templates are nothing but words and placeholders: filled in here, they take a tenth of Jinja's time.
        made = self._simply_filled(values) if self._is_simple else None
        return rendered(compiled(self._source, self._dialect), values) if made is None else made

    def _simply_filled(self, values: Mapping[str, object]) -> str | None:
        """Returns nothing where anything goes wrong: Jinja then tells what."""
        words = self._words.copy()
        left = self._left
        try:
            for place, name, write in self._gaps:
                words[place] = word = write(values[name])
                left -= len(word)
                if left < 0:
                    return None
        except FAILURES:
            return None
        return "".join(words) if left >= 0 else None

    def _has_been_split(self, tree: nodes.Template, names: frozenset[str]) -> bool:
        """Whether the template is nothing but words and placeholders, which are noted."""
        for output in tree.body:
            if not isinstance(output, nodes.Output):
                return False
            for node in output.nodes:
                if isinstance(node, nodes.TemplateData):
                    self._words.append(node.data)
                elif (gap := self._gap_of(node)) and gap[0] in names:
                    self._gaps.append((len(self._words), *gap))
                    self._words.append("")
                else:
                    return False
        return True

    def _gap_of(self, node: nodes.Expr) -> tuple[str, _Write] | None:
        match node:
            case nodes.Name(name=name):
                return name, _WRITE[self._dialect]
            case nodes.Filter(node=nodes.Name(name=name), name=filter_name) if filter_name == WHOLE:
                return name, _whole_recipient
        return None


@lru_cache(maxsize=256)
def filling_of(source: str, dialect: Dialect) -> Filling:
    """Returns what fills in the template in `source`. Raises BadTemplate."""
    return Filling(source, dialect)
