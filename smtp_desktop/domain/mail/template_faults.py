"""What is wrong with a template's syntax, in the words of somebody who writes mails instead of Jinja's."""

import re

from smtp_desktop.domain.message_text import MessageText, msg

_PRINT_END = "'?end of print statement'?"
_FAULTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"Unexpected end of template\..*?'(?P<tag>end\w+)'",
            "a block is not closed: {open} {tag} {close} is missing",
        ),
        (
            rf"unexpected end of template, expected {_PRINT_END}",
            "a placeholder is not closed: it begins with two braces and ends with two, as in {example}",
        ),
        (r"unexpected end of template", "a placeholder or a block is not closed"),
        (
            rf"Expected an expression, got {_PRINT_END}",
            "a placeholder is empty: its name is missing, as in {example}",
        ),
        (
            rf"expected token {_PRINT_END}, got '(?P<found>.*)'",
            "a placeholder holds more than a name: {found} does not fit there. Names have no blanks, as in {example}",
        ),
        (r"Encountered unknown tag '(?P<tag>\w+)'", "there is no block called {tag}"),
        (r"No filter named '(?P<tag>\w+)'", "there is no filter called {tag}"),
        (r"unexpected '(?P<found>.)'", "{found} stands where nothing is to be closed"),
        (r"unexpected char '?(?P<found>.)", "{found} can't stand in a placeholder or block"),
    )
)


def fault_words(problem: str) -> MessageText | None:
    """Returns Jinja's `problem` in plain words, without a full stop; None where Jinja's own have to do."""
    for pattern, words in _FAULTS:
        found = pattern.search(problem)
        if found:
            values = {"example": "{{ name }}", "open": "{%", "close": "%}", **found.groupdict()}
            return msg(words, **{name: value for name, value in values.items() if f"{{{name}}}" in words})
    return None
