"""The sandbox: Jinja2 templates that can do nothing but render text. Its users import it where they first need it:
Jinja takes 50 ms to load."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from smtp_desktop.domain.mail.rendering_limits import (
    budgeted,
    check_call,
    checked_operands,
    limit,
    limited,
    spend_on,
)
from smtp_desktop.domain.mail.template import SEPARATOR, BadTemplate, Dialect, written
from smtp_desktop.domain.mail.template_faults import fault_words
from smtp_desktop.domain.message_text import msg

OUTPUT_LIMIT = 10_000_000
"""How many characters a rendered field may have."""
_LONGEST_SOURCE, _MOST_TAGS, _MOST_TOKENS = 5_000_000, 3_000, 30_000
_BITS_LIMIT = 100_000
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
WHOLE_RECIPIENT = "whole recipient"  # a filter; the blank keeps templates from using it
_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_UNSAFE_IN_PATHS = re.compile(rf"[\x00{_LINE_ENDS}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSAFE_IN_RECIPIENTS = re.compile(r'[<>,;"()]|' + _CONTROL.pattern)
_SEPARATORS = re.compile(r'["\\,;\r\n]')
# All that Jinja, its filters, and the compiler of its output are known to raise; anything else is our bug.
JINJA_ERRORS = (
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
    """A value holds a character that it must not hold in this field."""


class WholeRecipient:
    """A value that is a recipient by itself, or a list of such values."""

    def __init__(self, value: object) -> None:
        self.items = list(value) if isinstance(value, list | tuple) else [value]


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with limits for what operators compute."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuses results that would take all memory before the length of the output is checked."""
        if _grows_too_large(operator, left, right) or (operator == "*" and _grows_too_large(operator, right, left)):
            raise OverflowError("the result would be too large")
        checked_operands(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja has it
        """Calls a macro, or a method of a value, from the budget."""
        check_call(__obj, (*args, *kwargs.values()))
        return super().call(__context, __obj, *args, **kwargs)


def _grows_too_large(operator: str, left: object, right: object) -> bool:
    if not isinstance(right, int):
        return False
    if isinstance(left, int):
        size = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        return size > _BITS_LIMIT
    return isinstance(left, str | bytes | list | tuple) and len(left) * right > OUTPUT_LIMIT


def path_part(value: object) -> str:
    """Returns the value as part of a path. Raises ValueError where it holds a line end."""
    return _checked(value, _UNSAFE_IN_PATHS, "a line end")


def recipient_part(value: object) -> str:
    """Returns the value as part of a recipient, or as one or several recipients where it is a WholeRecipient. Raises
    ValueError where it holds an unsafe character."""
    if isinstance(value, WholeRecipient):
        return SEPARATOR.join(_checked(item, _CONTROL, "a line end or control character") for item in value.items)
    return _checked(value, _UNSAFE_IN_RECIPIENTS, 'one of < > , ; " ( ) or a control character')


def _checked(value: object, unsafe: re.Pattern[str], name: str) -> str:
    text = str(written(value))
    if unsafe.search(text):
        raise _UnsafeValue(f"a value holds {name}, which it can't have here")
    return text


def _when_rendering(check: Callable[[object], str]) -> Callable[[Context, object], str]:
    """Returns a finalizer that Jinja calls when rendering only, and not for constants when compiling."""

    def checked(_context: Context, value: object) -> str:
        spend_on(value.items if isinstance(value, WholeRecipient) else value)
        return check(value)

    return pass_context(checked)


def _counted_text(value: object) -> object:
    spend_on(value)
    return written(value)


_FINALIZERS: Mapping[Dialect, Callable[..., object]] = {
    Dialect.TEXT: _counted_text,
    Dialect.HTML: _counted_text,
    Dialect.PATHS: _when_rendering(path_part),
    Dialect.RECIPIENTS: _when_rendering(recipient_part),
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
    limit(sandbox)
    sandbox.filters[WHOLE_RECIPIENT] = WholeRecipient
    return sandbox


@lru_cache(maxsize=256)
def compile_template(source: str, dialect: Dialect) -> Template:
    """Returns the template in `source`, compile_template. Raises BadTemplate."""
    sandbox = _sandbox(dialect)
    tree = parse_template(source, dialect)
    try:
        return sandbox.template_class.from_code(sandbox, sandbox.compile(limited(tree, sandbox)), {})
    except JINJA_ERRORS as error:
        raise _bad(error) from error


@lru_cache(maxsize=256)
def placeholder_names(source: str, dialect: Dialect) -> tuple[str, ...]:
    """Returns the names of the placeholders in `source`, in the order of their first use. Raises BadTemplate."""
    tree = parse_template(source, dialect)
    try:
        found = find_undeclared_variables(tree)
        tokens = [token for token in _sandbox(dialect).lex(source) if token[1] != "whitespace"]
    except JINJA_ERRORS as error:
        raise _bad(error) from error
    # Not by the tree: it has no columns, and `b` comes before `a` in `{{ a if b }}`.
    used = [
        value
        for (_, _, before), (_, kind, value) in zip([(0, "", ""), *tokens], tokens, strict=False)
        if kind == "name" and value in found and before not in {".", "|"}
    ]
    return tuple(dict.fromkeys([*used, *sorted(found)]))


@lru_cache(maxsize=256)
def optional_names(source: str, dialect: Dialect) -> frozenset[str]:
    """Returns the names of the placeholders in `source` that need no value: it asks whether they have one, or says what
    stands in for it. Raises BadTemplate."""
    tree = parse_template(source, dialect)
    asking = [
        each.node
        for each in tree.find_all((nodes.Filter, nodes.Test))
        if each.name in {"default", "d", "defined", "undefined"}
    ]
    return frozenset(node.name for node in asking if isinstance(node, nodes.Name))


def render_template(template: Template, values: Mapping[str, object]) -> str:
    """Returns the template with its values. Raises BadTemplate."""
    chunks: list[str] = []
    length = 0
    try:
        with budgeted():
            for chunk in template.generate(dict(values)):
                length += len(chunk)
                if length > OUTPUT_LIMIT:
                    raise BadTemplate(msg("The result is longer than {limit} characters.", limit=OUTPUT_LIMIT))
                chunks.append(chunk)
    except JINJA_ERRORS as error:
        raise _bad(error) from error
    text = "".join(chunks)
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise BadTemplate(msg("The result contains an invalid character that can't be encoded."))
    return text


def parse_template(source: str, dialect: Dialect) -> nodes.Template:
    """Returns the syntax tree of the template in `source`; in it, expressions that are recipients by themselves go
    through the filter WHOLE_RECIPIENT. Raises BadTemplate."""
    if _LONE_SURROGATE.search(source):
        raise BadTemplate(msg("It contains an invalid character (often from pasting). Type it again."))
    _refuse_large(source, dialect)
    sandbox = _sandbox(dialect)
    try:
        if dialect is not Dialect.RECIPIENTS:
            tree = sandbox.parse(source)
        else:
            items = recipient_items(source)
            tree = sandbox.parse(SEPARATOR.join("".join(value for _, value in item) for item in items))
            _mark_whole_recipients(tree, items)
    except JINJA_ERRORS as error:
        raise _bad(error) from error
    if dialect in {Dialect.RECIPIENTS, Dialect.PATHS}:
        _refuse_unchecked_output(tree)
    return tree


def _refuse_large(source: str, dialect: Dialect) -> None:
    """Raises BadTemplate where Jinja would take too long to read `source`."""
    if len(source) > _LONGEST_SOURCE:
        raise BadTemplate(msg("It is longer than {limit} characters.", limit=_LONGEST_SOURCE))
    if sum(map(source.count, ("{{", "{%", "{#"))) > _MOST_TAGS:
        raise BadTemplate(msg("It has more than {limit} tags.", limit=_MOST_TAGS))
    try:
        tokens = sum(1 for _ in islice(_sandbox(dialect).lex(source), _MOST_TOKENS + 1))
    except JINJA_ERRORS as error:
        raise _bad(error) from error
    if tokens > _MOST_TOKENS:
        raise BadTemplate(msg("Its tags contain more than {limit} words and symbols.", limit=_MOST_TOKENS))


Item = list[tuple[str, str]]
"""The tokens of one recipient, each as its kind and text."""


def recipient_items(source: str) -> list[Item]:
    """Splits a template of recipients at the commas, semicolons and line ends that are neither inside tags nor inside
    quotes. Raises TemplateSyntaxError."""
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
                # Line ends stay, so that the line numbers of errors are right.
                start, quoted = at if found in "\r\n" else match.end(), False
        items[-1].append(("data", value[start:]))
    return items


def typed_recipients(source: str) -> list[str]:
    """Returns the recipients of a template as they are typed, tags included. Raises BadTemplate."""
    return ["".join(value for _, value in item) for item in _readable_items(source)]


def _readable_items(source: str) -> list[Item]:
    _refuse_large(source, Dialect.RECIPIENTS)
    try:
        return recipient_items(source)
    except JINJA_ERRORS as error:
        raise _bad(error) from error


def literal_recipients(source: str) -> list[str]:
    """Returns the recipients of a template that have no tags in them. Raises BadTemplate."""
    items = _readable_items(source)
    literal = ["".join(value for _, value in item).strip() for item in items if all(kind == "data" for kind, _ in item)]
    return [text for text in literal if text]


def _mark_whole_recipients(tree: nodes.Template, items: Iterable[Item]) -> None:
    # Each {{ }} is one expression in an Output node, in the order of the source.
    alone = [_is_alone(item) for item in items for kind, _ in item if kind == "variable_begin"]
    number = 0
    for output in tree.find_all(nodes.Output):
        for position, node in enumerate(output.nodes):
            if isinstance(node, nodes.TemplateData):
                continue
            if alone[number]:
                output.nodes[position] = nodes.Filter(node, WHOLE_RECIPIENT, [], [], None, None, lineno=node.lineno)
            number += 1


def _is_alone(item: Item) -> bool:
    kinds = [kind for kind, _ in item]
    text = "".join(value for kind, value in item if kind == "data")
    return kinds.count("variable_begin") == 1 and not text.strip()


def _refuse_unchecked_output(tree: nodes.Template) -> None:
    # The output of these two bypasses `finalize`, so that values could add a line in it.
    for node in tree.find_all((nodes.FilterBlock, nodes.CallBlock)):
        raise BadTemplate(
            msg(
                "Line {line}: filter and call blocks can't be used here. Write a filter after the value, for "
                "example {example}.",
                line=node.lineno,
                example="{{ name | lower }}",
            )
        )


def _bad(error: BaseException) -> BadTemplate:
    problem = str(error) or "it needs too much memory"
    if isinstance(error, TemplateSyntaxError):
        line: int | None = error.lineno
        problem = error.message or problem
        plain = fault_words(problem)
        problem = str(plain) if plain else problem
    else:
        line = _line_of(error.__traceback__)
    if line is None:
        return BadTemplate(msg("It can't be filled in: {problem}.", problem=problem.rstrip(".")))
    return BadTemplate(msg("Line {line}: {problem}.", line=line, problem=problem.rstrip(".")))


def _line_of(traceback: TracebackType | None) -> int | None:
    """Returns the line of the template that raised, None where none did. Jinja compiles templates with "<template>" for
    a file name."""
    line = None
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
