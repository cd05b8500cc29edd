"""Templates that can do nothing but make text (Jinja2, sandboxed). Only `domain.template` and `domain.filling` use it,
and load it late: Jinja takes some 50 ms that the start of the window must not pay."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from smtp_desktop.domain.mail.template_fields import SEPARATOR, BadTemplate, Dialect
from smtp_desktop.domain.message_text import msg

OUTPUT_LIMIT = 10_000_000
"""Characters that one field may have once rendered."""
_BITS_LIMIT = 100_000
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
WHOLE = "whole recipient"  # the blank keeps templates from using this filter by themselves
_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_UNSAFE_IN_PATHS = re.compile(rf"[\x00{_LINE_ENDS}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSAFE_IN_RECIPIENTS = re.compile(r'[<>,;"()]|' + _CONTROL.pattern)
_SEPARATORS = re.compile(r'["\\,;\r\n]')
# All that Jinja, its filters, and the compiler of its output are known to raise; anything else is a bug of ours.
FAILURES = (
    TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,  # RecursionError is one
    SyntaxError,
    TypeError,
    ValueError,  # UnicodeError is one
)


class _UnsafeValue(ValueError):
    """A value holds what it may not hold in this field."""


class Whole:
    """The value, or values, that are a recipient each, all by themselves."""

    def __init__(self, value: object) -> None:
        self.items = list(value) if isinstance(value, list | tuple) else [value]


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuses what would take all memory before the output is measured."""
        if _grows_too_large(operator, left, right) or (operator == "*" and _grows_too_large(operator, right, left)):
            raise OverflowError("the result would be too large")
        return super().call_binop(context, operator, left, right)


def _grows_too_large(operator: str, left: object, right: object) -> bool:
    if not isinstance(right, int):
        return False
    if isinstance(left, int):
        size = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        return size > _BITS_LIMIT
    return isinstance(left, str | list | tuple) and len(left) * right > OUTPUT_LIMIT


def plain(value: object) -> object:
    return "" if value is None else value


def one_line(value: object) -> str:
    """Returns a value as it may stand in a path."""
    return _without(_UNSAFE_IN_PATHS, value, "a line end")


def part_of_a_recipient(value: object) -> str:
    """Returns a value as it may stand in a recipient, or as one."""
    if isinstance(value, Whole):
        return SEPARATOR.join(_without(_CONTROL, item, "a line end or control character") for item in value.items)
    return _without(_UNSAFE_IN_RECIPIENTS, value, 'one of < > , ; " ( ) or a control character')


def _without(unsafe: re.Pattern[str], value: object, what: str) -> str:
    shown = str(plain(value))
    if unsafe.search(shown):
        raise _UnsafeValue(f"a value holds {what}, which it can't have here")
    return shown


def _when_rendering(checked: Callable[[object], str]) -> Callable[[Context, object], str]:
    """Returns what is asked when rendering, not for constants when compiling."""
    return pass_context(lambda _context, value: checked(value))


_FINALIZERS: Mapping[Dialect, Callable[..., object]] = {
    Dialect.WORDS: plain,
    Dialect.HTML: plain,
    Dialect.PATHS: _when_rendering(one_line),
    Dialect.RECIPIENTS: _when_rendering(part_of_a_recipient),
}


@lru_cache(maxsize=len(Dialect))
def _sandbox(dialect: Dialect) -> _Sandbox:
    sandbox = _Sandbox(
        undefined=StrictUndefined,
        autoescape=dialect is Dialect.HTML,
        keep_trailing_newline=True,
        finalize=_FINALIZERS[dialect],
    )
    sandbox.globals.clear()  # so that every name is a placeholder
    sandbox.filters[WHOLE] = Whole
    return sandbox


@lru_cache(maxsize=256)
def compiled(source: str, dialect: Dialect) -> Template:
    """Returns the template in `source`. Raises BadTemplate."""
    sandbox = _sandbox(dialect)
    tree = parsed(source, dialect)
    try:
        return sandbox.template_class.from_code(sandbox, sandbox.compile(tree), {})
    except FAILURES as error:
        raise _bad(error) from error


@lru_cache(maxsize=256)
def names_in(source: str, dialect: Dialect) -> tuple[str, ...]:
    """Returns the names of its placeholders in the order of their first use. Raises BadTemplate."""
    tree = parsed(source, dialect)
    try:
        found = find_undeclared_variables(tree)
        tokens = [token for token in _sandbox(dialect).lex(source) if token[1] != "whitespace"]
    except FAILURES as error:
        raise _bad(error) from error
    # The tree has no columns, and holds `b` before `a` in `{{ a if b }}`.
    used = [
        value
        for (_, _, before), (_, kind, value) in zip([(0, "", ""), *tokens], tokens, strict=False)
        if kind == "name" and value in found and before not in {".", "|"}
    ]
    return tuple(dict.fromkeys([*used, *sorted(found)]))


def rendered(template: Template, values: Mapping[str, object]) -> str:
    """Returns the template with its values. Raises BadTemplate."""
    chunks: list[str] = []
    length = 0
    try:
        for chunk in template.generate(dict(values)):
            length += len(chunk)
            if length > OUTPUT_LIMIT:
                raise BadTemplate(msg("It becomes longer than {limit} characters.", limit=OUTPUT_LIMIT))
            chunks.append(chunk)
    except FAILURES as error:
        raise _bad(error) from error
    made = "".join(chunks)
    if not made.isascii() and _LONE_SURROGATE.search(made):
        raise BadTemplate(msg("It makes a character that is broken: nothing can write it down."))
    return made


def parsed(source: str, dialect: Dialect) -> nodes.Template:
    """Returns the template in `source`, a tree whose whole recipients are marked. Raises BadTemplate."""
    if _LONE_SURROGATE.search(source):
        raise BadTemplate(
            msg("It holds a character that is broken, as a paste in another encoding leaves. Type it again.")
        )
    sandbox = _sandbox(dialect)
    try:
        if dialect is not Dialect.RECIPIENTS:
            tree = sandbox.parse(source)
        else:
            items = recipient_items(source)
            tree = sandbox.parse(SEPARATOR.join("".join(value for _, value in item) for item in items))
            _mark_whole_recipients(tree, items)
    except FAILURES as error:
        raise _bad(error) from error
    if dialect in {Dialect.RECIPIENTS, Dialect.PATHS}:
        _refuse_unchecked_output(tree)
    return tree


Item = list[tuple[str, str]]
"""The tokens of one recipient: their kind and text."""


def recipient_items(source: str) -> list[Item]:
    """Returns the recipients of a template: it is split at commas, semicolons and line ends that are neither inside
    tags nor inside quotes. Raises TemplateSyntaxError."""
    items: list[Item] = [[]]
    quoted = False
    for _, kind, value in _sandbox(Dialect.RECIPIENTS).lex(source):
        if kind != "data":
            items[-1].append((kind, value))
            continue
        start = 0
        escaped = -1
        for match in _SEPARATORS.finditer(value):
            at, found = match.start(), match.group()
            if at == escaped:
                continue
            if found == "\\":
                escaped = at + 1 if quoted else -1
            elif found == '"':
                quoted = not quoted
            elif not quoted or found in "\r\n":
                items[-1].append(("data", value[start:at]))
                items.append([])
                # A line end stays, so that the lines of errors are right.
                start, quoted = at if found in "\r\n" else match.end(), False
        items[-1].append(("data", value[start:]))
    return items


def literal_recipients(source: str) -> list[str]:
    """Returns the recipients of a template that are not made by tags. Raises BadTemplate."""
    try:
        items = recipient_items(source)
    except FAILURES as error:
        raise _bad(error) from error
    literal = ["".join(value for _, value in item).strip() for item in items if all(kind == "data" for kind, _ in item)]
    return [words for words in literal if words]


def _mark_whole_recipients(tree: nodes.Template, items: Iterable[Item]) -> None:
    # Each {{ }} is one expression in an Output node; the order is that of the source.
    alone = [_is_alone(item) for item in items for kind, _ in item if kind == "variable_begin"]
    number = 0
    for output in tree.find_all(nodes.Output):
        for place, node in enumerate(output.nodes):
            if isinstance(node, nodes.TemplateData):
                continue
            if alone[number]:
                output.nodes[place] = nodes.Filter(node, WHOLE, [], [], None, None, lineno=node.lineno)
            number += 1


def _is_alone(item: Item) -> bool:
    kinds = [kind for kind, _ in item]
    words = "".join(value for kind, value in item if kind == "data")
    return kinds.count("variable_begin") == 1 and not words.strip()


def _refuse_unchecked_output(tree: nodes.Template) -> None:
    # What these two write does not go through `finalize`, so values could add a line there.
    for node in tree.find_all((nodes.FilterBlock, nodes.CallBlock)):
        raise BadTemplate(
            msg(
                "Line {line}: filter and call blocks can't be used here. Write a filter behind the value, as in "
                "{example}.",
                line=node.lineno,
                example="{{ name | lower }}",
            )
        )


def _bad(error: BaseException) -> BadTemplate:
    problem = str(error) or "it takes too much memory"
    if isinstance(error, TemplateSyntaxError):
        line: int | None = error.lineno
        problem = error.message or problem
    else:
        line = _line_of(error.__traceback__)
    if line is None:
        return BadTemplate(msg("It can't be filled in: {problem}.", problem=problem.rstrip(".")))
    return BadTemplate(msg("Line {line}: {problem}.", line=line, problem=problem.rstrip(".")))


def _line_of(traceback: TracebackType | None) -> int | None:
    """Returns the template's line that raised; Jinja names the file of what it compiles so."""
    line = None
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
