"""The syntax errors of a template, in the words of somebody who writes mails instead of Jinja's."""

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
            "a placeholder is not closed: it begins and ends with two braces, for example {example}",
        ),
        (r"unexpected end of template", "a placeholder or a block is not closed"),
        (
            rf"Expected an expression, got {_PRINT_END}",
            "a placeholder is empty: its name is missing, for example {example}",
        ),
        (
            rf"expected token {_PRINT_END}, got '(?P<found>.*)'",
            (
                "a placeholder contains more than a name: {found} can't be there. Names have no spaces, for "
                "example {example}"
            ),
        ),
        (r"Encountered unknown tag '(?P<tag>\w+)'", "there is no block called {tag}"),
        (r"No filter named '(?P<tag>\w+)'", "there is no filter called {tag}"),
        (r"unexpected '(?P<found>.)'", "{found} closes nothing here"),
        (r"unexpected char '?(?P<found>.)", "{found} is not allowed in a placeholder or block"),
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
