"""Outside of `domain/diagnosis` nothing looks at a reply's digits again: what follows from a failure follows from its
cause. Transports look at them where the protocol itself asks whether a command was taken."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "smtp_desktop"
FREE = ("domain/diagnosis/", "transports/")
DIGITS = frozenset({"code", "enhanced_code"})
VERDICTS = frozenset({"temporary", "positive"})
TEXT_TESTS = frozenset({"startswith", "endswith", "partition", "rpartition", "split", "isdigit", "find", "index"})

# Each with the reason why it is no judgement on what failed.
ALLOWED = {
    "domain/smtp/providers.py: re.search(self.words, reply, re.IGNORECASE)": "recognizes whose server it is",
}


def test_no_part_of_the_program_judges_a_reply_for_itself() -> None:
    paths = {path.relative_to(PROGRAM).as_posix(): path for path in PROGRAM.rglob("*.py")}
    looks = {
        name: {f"{name}: {look}" for look in looks_in(path.read_text(encoding="utf-8"))}
        for name, path in paths.items()
        if not name.startswith(FREE)
    }

    assert set().union(*looks.values()) == ALLOWED.keys()


def test_a_look_at_the_digits_is_seen_in_every_form() -> None:
    forms = {
        "if reply.temporary: pass": "reply.temporary",
        "x = failure.reply.code // 100": "failure.reply.code // 100",
        "if 500 <= reply.code: pass": "500 <= reply.code",
        "x = reply.code in CODES": "reply.code in CODES",
        "x = KNOWN.get(reply.code)": "KNOWN.get(reply.code)",
        "x = KNOWN[reply.code]": "KNOWN[reply.code]",
        "x = str(reply)[0]": "str(reply)[0]",
        "x = result.reply[:1]": "result.reply[:1]",
        "x = delivery.last_reply.startswith('5')": "delivery.last_reply.startswith('5')",
        "x = re.match('5', hold.reply)": "re.match('5', hold.reply)",
        "x = int(hold.reply)": "int(hold.reply)",
        "match reply:\n case Reply(temporary=True): pass": "Reply(temporary=True)",
        "match reply.code:\n case 530: pass": "match reply.code",
    }

    assert {source: list(looks_in(source)) for source in forms} == {source: [look] for source, look in forms.items()}


def test_showing_a_reply_is_no_look_at_it() -> None:
    shown = "x = {'code': reply.code, 'text': str(reply)}; y = f'{reply.code}'; z = Reply(code=250); error.code == 3"

    assert list(looks_in(shown)) == []


def looks_in(source: str) -> Iterator[str]:
    """Returns the parts of `source` that judge a reply by its digits."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in VERDICTS and _is_reply(node.value):
            yield ast.unparse(node)
        elif _judges(node):
            yield f"match {ast.unparse(node.subject)}" if isinstance(node, ast.Match) else ast.unparse(node)


def _judges(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=left, comparators=others):
            return any(map(_is_digits, (left, *others)))
        case ast.BinOp(left=left, right=right):
            return _is_digits(left) or _is_digits(right)
        case ast.Match(subject=subject):
            return _is_digits(subject)
        case ast.Subscript(value=value, slice=index):
            return _is_reply_text(value) or _is_digits(index)
        case ast.Call(func=function, args=arguments):
            return _looks_up(function, arguments)
    return isinstance(node, ast.MatchClass) and not (DIGITS | VERDICTS).isdisjoint(node.kwd_attrs)


def _looks_up(function: ast.expr, arguments: list[ast.expr]) -> bool:
    of_text = any(map(_is_reply_text, arguments))
    match function:
        case ast.Attribute(attr="get"):
            return any(map(_is_digits, arguments))
        case ast.Attribute(value=ast.Name(id="re")) | ast.Name(id="int"):
            return of_text
        case ast.Attribute(value=value, attr=name):
            return name in TEXT_TESTS and _is_reply_text(value)
    return False


def _is_digits(node: ast.AST) -> bool:
    """Whether `node` is a reply's code, or a part of it."""
    return isinstance(node, ast.Attribute) and node.attr in DIGITS and _is_reply(node.value)


def _is_reply_text(node: ast.AST) -> bool:
    """Whether `node` is a reply in one piece, as the store and the cards have it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and node.args:
        node = node.args[0]
    return _is_reply(node)


def _is_reply(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lower().endswith(("reply", "refusal", "answer", "accepted"))
