"""Passwords that a damaged or mistyped line would bring into words that are shown: what looks like one is withheld."""

import re
from collections.abc import Iterable
from dataclasses import replace

from smtp_desktop.domain.imports.found import FoundSmtp, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, one_line
from smtp_desktop.formats.values import is_mask, reference_in

WITHHELD = "…"
_SHORTEST = 4
# What follows a word such as SMTP_PASSWORD, `"pass":` or --auth-password on its line, a user name in a URL, or one that
# is an address.
_KEYED = re.compile(
    r"(?P<key>(?:pass|pwd|secret|token|credential)[\w.-]{0,60}+)"
    r"[ \t\"'`=:>,|\])]{1,12}+(?P<value>[^\s\"'`<>,;]{4,200}+)"
    r"|://[^:/@\s]{0,200}+:(?P<of_url>[^\s@]{4,200}+)@"
    r"|@[\w.|-]{1,200}+:(?P<of_user>[^\s\"'`<>,;]{5,200}+)",
    re.IGNORECASE,
)
_CALL = re.compile(r"[A-Za-z_][\w.:]*+[\[(]")  # of a function that has the password: `config('…')`
_ELSEWHERE = ("maps", "map", "file", "path", "command", "cmd", "eval", "evalfile", "ref", "name")


def secrets_in(text: str) -> frozenset[str]:
    """Returns what stands where passwords stand in files of any format: more rather than less."""
    # As they would be shown.
    found = {
        one_line(match["value"] or match["of_url"] or match["of_user"])
        for match in _KEYED.finditer(text)
        if not (match["key"] or "").lower().endswith(_ELSEWHERE)
    }
    return frozenset(
        value
        for value in found
        if len(value) >= _SHORTEST and not (is_mask(value) or reference_in(value) or _CALL.fullmatch(value))
    )


def without_secrets(source: Source, secrets: Iterable[str]) -> Source:
    """Returns the source with reasons and notes in which none of these stands."""
    known = frozenset(secrets)
    if not known:
        return source
    return replace(
        source,
        found=[_of_found(one, known) for one in source.found],
        unreadable=[_of_unreadable(one, known) for one in source.unreadable],
    )


def _of_found(found: FoundSmtp, secrets: frozenset[str]) -> FoundSmtp:
    return replace(found, notes=tuple(_words(note, secrets) for note in found.notes)) if found.notes else found


def _of_unreadable(problem: Unreadable, secrets: frozenset[str]) -> Unreadable:
    return replace(problem, reason=_words(problem.reason, secrets))


def _words(words: MessageText, secrets: frozenset[str]) -> MessageText:
    values = {name: _value(value, secrets) for name, value in words.values.items()}
    return words if values == words.values else replace(words, values=values)


def _value(value: str | int, secrets: frozenset[str]) -> str | int:
    if isinstance(value, int) or len(value) < _SHORTEST:
        return value
    shown = one_line(value)
    return WITHHELD if any(secret in shown for secret in secrets) else value
