"""Limits for what a template may take: memory and time, which the sandbox alone does not bound.

Whatever a template does spends from the budget of its rendering: each round of a loop, each call, and each character
that an operator, a filter, a test or a method reads or makes. The author of a template is the admin; but a mistake must
not freeze a window or end a courier either.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import BuiltinMethodType, GeneratorType
from typing import Any, cast

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.visitor import NodeTransformer

BUDGET = 30_000_000
"""How much one rendering may spend: about a second at most."""
_ROUND = 100  # of a loop: it costs as much as so many characters
_CALL = 300
_ITEM = 50  # of a list
_SLOW = frozenset({"indent", "pprint", "striptags", "title", "tojson", "urlize", "wordcount", "wordwrap", "xmlattr"})
_SLOWER = 25  # times what others take for a character
_PER_ITEM = frozenset({"batch", "dictsort", "groupby", "join", "list", "max", "min", "slice", "sort", "sum", "unique"})
# These look at no more than one item, or at one at a time.
_LAZY = frozenset({"attr", "count", "d", "default", "first", "items", "last", "length", "map", "random"}) | frozenset(
    {"reject", "rejectattr", "select", "selectattr"}
)
_WIDTHS = {"batch", "center", "indent", "slice", "tojson", "truncate", "urlize", "wordwrap"}
_WIDEST = 10_000
_WIDE = re.compile(r"[%{][^%{}a-zA-Z]*(?:\d{5}|\*)|:[^{}]*\d{5}|\{[^{}]*\{")  # widths too large to count, or hidden
_VALUE, _ROUNDS, _START = "counted value", "counted rounds", "counted start"  # blanks keep templates from using them

_left: ContextVar[list[int]] = ContextVar("left of the budget")


class _TooMuch(OverflowError):
    """The template takes more than it may."""

    def __init__(self) -> None:
        super().__init__("it needs too much memory or time")


@contextmanager
def budgeted() -> Iterator[None]:
    """Gives what is rendered inside the block a budget. Outside of one, nothing can be spent: so Jinja computes
    nothing when compiling."""
    token = _left.set([BUDGET])
    try:
        yield
    finally:
        _left.reset(token)


def spend(amount: int) -> None:
    """Takes `amount` from the budget. Raises OverflowError where it is used up."""
    left = _left.get()
    left[0] -= amount
    if left[0] < 0:
        raise _TooMuch


def spend_on(value: object, times: int = 1) -> None:
    """Takes the size of `value`, whatever is in it, from the budget."""
    if isinstance(value, str | bytes):
        spend(1 + len(value) * times)
    elif isinstance(value, Mapping):
        spend(1 + _ITEM * len(value))
        for item in value.items():
            spend_on(item, times)
    elif isinstance(value, list | tuple | set | frozenset):
        spend(1 + _ITEM * len(value))
        for item in value:
            spend_on(item, times)
    else:
        spend(1)


def counted(values: Iterable[Any]) -> Iterator[Any]:
    """Yields `values`, each from the budget."""
    for value in values:
        spend(_ROUND)
        yield value


def limit(environment: Environment) -> None:
    """Lets every filter and test of `environment` spend."""
    tables: tuple[dict[str, Any], ...] = (environment.filters, environment.tests)
    for table in tables:
        table.update({name: _limited(name, called) for name, called in table.items()})
    environment.filters[_VALUE] = _value
    environment.filters[_ROUNDS] = counted
    environment.filters[_START] = spend


def limited(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """Returns the syntax tree with what spends for operators, loops, macros and blocks. Changes `tree`."""
    _Limits().visit(tree)
    tree.set_environment(environment)
    return tree


def checked_operands(operator: str, left: object, right: object) -> None:
    """Spends for an operator. Raises OverflowError where its result would be too large."""
    if operator == "%" and isinstance(left, str):
        _check_format(left, "%", right)
    elif operator == "*" and not (isinstance(left, int | float) and isinstance(right, int | float)):
        for value, number in ((left, right), (right, left)):
            if isinstance(value, str | bytes | list | tuple) and isinstance(number, int):
                spend(max(0, len(value) * number))
    elif operator == "+":
        for value in (left, right):
            spend(len(value) if isinstance(value, str | bytes | list | tuple) else 1)


def check_call(called: object, arguments: tuple[object, ...]) -> None:
    """Spends for a call of a macro, or of a method of a value. Raises OverflowError where its result would be too
    large."""
    spend(_CALL)
    method = getattr(called, "__wrapped__", called)
    owner = getattr(method, "__self__", None)
    if not isinstance(method, BuiltinMethodType) or not isinstance(owner, str | bytes | int | list | tuple):
        return
    spend(len(owner) if isinstance(owner, str | bytes | list | tuple) else 1)
    if isinstance(owner, str) and method.__name__ in {"format", "format_map"}:
        _check_format(owner, "{", arguments)
        return
    for argument in arguments:
        spend_on(argument)
        if isinstance(argument, int):
            spend(abs(argument))  # a width
    if isinstance(owner, str):
        _check_method(owner, method.__name__, arguments)


def _check_method(owner: str, name: str, arguments: tuple[object, ...]) -> None:
    match name, arguments:
        case "replace", (str() as old, str() as new, *_):
            spend((owner.count(old) if old else len(owner) + 1) * len(new))
        case "join", (list() | tuple() | dict() as items, *_):
            spend(len(owner) * len(items))
        case "expandtabs", _:
            width = arguments[0] if arguments and isinstance(arguments[0], int) else 8
            spend(owner.count("\t") * abs(width))
        case "translate", (dict() as table, *_):
            spend(len(owner) * max((len(value) for value in table.values() if isinstance(value, str)), default=1))


def _check_format(form: str, sign: str, values: object) -> None:
    if _WIDE.search(form):
        raise _TooMuch
    places = form.count(sign)
    spend(len(form) + (places * _WIDEST if re.search(r"\d{3}", form) else 0))
    spend_on(values, max(1, places))


def _limited(name: str, called: Callable[..., Any]) -> Callable[..., Any]:
    skipped = 1 if hasattr(called, "jinja_pass_arg") else 0

    @wraps(called)
    def limited_call(*arguments: Any, **named: Any) -> Any:
        value, *others = (*arguments[skipped:], *named.values()) or ("",)
        spend(_ROUND)
        if name not in _LAZY:
            spend_on(value, _SLOWER if name in _SLOW else 1)
        _check_filter(name, value, others)
        found = called(*arguments, **named)
        return counted(found) if isinstance(found, GeneratorType) else found

    return limited_call


def _check_filter(name: str, value: object, others: list[object]) -> None:
    for other in others:
        spend_on(other)
        if name in _WIDTHS and isinstance(other, int) and abs(other) > _WIDEST:
            raise _TooMuch
    text = value if isinstance(value, str) else ""
    if name in _PER_ITEM:
        spend(len(text) * _ITEM)  # each character is one
    if name == "format":
        _check_format(str(value), "%", others)
    elif name == "sum" and any(isinstance(other, list | tuple | str) for other in others):
        spend(len(value) ** 2 if isinstance(value, list | tuple) else BUDGET)  # makes a new list for each item
    else:
        _check_longer(name, text, len(value) if isinstance(value, list | tuple | dict | str) else 0, others)


def _check_longer(name: str, text: str, items: int, others: list[object]) -> None:
    """Spends for a filter that puts something between what is in `text`, or between `items`."""
    longest = max((len(other) for other in others if isinstance(other, str)), default=0)
    match name, others:
        case "replace", [str() as old, str() as new, *_]:
            spend((text.count(old) if old else len(text) + 1) * len(new))
        case "join", _:
            spend(longest * items)
        case "indent", _:
            spend(text.count("\n") * max(longest, 4, *(one for one in others if isinstance(one, int))))
        case "wordwrap" | "truncate" | "urlize" | "tojson" | "pprint" | "xmlattr", _:
            spend(longest * len(text))
        case "center" | "slice" | "batch", _:
            spend(_WIDEST)


def _value(value: object) -> object:
    spend_on(value)
    return value


class _Limits(NodeTransformer):
    """Adds to a syntax tree what spends."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.nodes = [_counted(each) for each in node.nodes]
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.expr = _counted(node.expr)
        for operand in node.ops:
            operand.expr = _counted(operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _counted(node.node)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.iter = _counted(cast("nodes.Expr", node.iter), _ROUNDS)
        node.body.insert(0, _spending(node))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.body.insert(0, _spending(node))
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.body.insert(0, _spending(node))
        return node


def _counted(node: nodes.Expr, filter_name: str = _VALUE) -> nodes.Filter:
    return nodes.Filter(node, filter_name, [], [], None, None, lineno=node.lineno)


def _spending(node: nodes.Stmt) -> nodes.ExprStmt:
    cost = _ROUND + sum(len(data.data) for data in node.find_all(nodes.TemplateData))
    return nodes.ExprStmt(_counted(nodes.Const(cost, lineno=node.lineno), _START), lineno=node.lineno)
