"""The redactor of one conversation with a server."""

import re
from collections.abc import Iterable, Sequence, Set

from smtp_desktop.transports.redaction.forms import LONG, SecretForms, forms_of
from smtp_desktop.transports.redaction.pieces import PIECE, pieces_of
from smtp_desktop.transports.redaction.reading import JoinedLines, alphanumeric, compacted, folded, readings

# Base64 follows, even if it was cut off or is somebody else's; unless it is a word.
_AUTH_ARGUMENT = re.compile(
    r"\b(?i:AUTH[ \t]+(?:PLAIN|LOGIN|CRAM-MD5|SCRAM-SHA-256(?:-PLUS)?|XOAUTH2|OAUTHBEARER))[ \t]+"
    r"(?![A-Z]?[a-z]+\b|[A-Z]+\b)[A-Za-z0-9+/=_-]{4,}"
)
_PROMPTS = re.compile(r"\b(?:VXNlcm5hbWU6|UGFzc3dvcmQ6)(?!\w)")  # "Username:" and "Password:" of AUTH LOGIN
_CONTEXT_CHARACTERS = 2000
_WORD = re.compile(r"[^\W_]+")
_LONG_LETTERS = 12  # this many letters in a row are no word of the server's own
_PART = 64  # this much of an access token, a thousand characters long, is too much to show
_OUTSIDE = r"\s'\"`()\[\]{}<>«»„“”‘’‚=:"  # stands beside a word


def withheld(text: str) -> str:
    """Returns the words in place of `text`, a line that gives a secret away."""
    return f"[{len(text)} characters withheld: they contain a secret]"


class SecretRedactor:
    """Withholds the lines that give a secret away; the package's docstring says which do. For one conversation, on one
    thread at a time."""

    def __init__(self) -> None:
        self._forms = SecretForms()
        self._words: re.Pattern[str] | None = None
        self._context: list[str] = []
        self._late: set[str] = set()

    def add_secrets(self, secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> None:
        """Looks from now on for `secrets` in all their forms, and for `encoded`, which are encodings of secrets."""
        self.add_forms(forms_of(secrets, encoded=encoded))

    def add_forms(self, forms: SecretForms) -> None:
        """Looks from now on for these forms."""
        self._forms |= forms
        words = "|".join(sorted(map(re.escape, self._forms.words), key=len, reverse=True))
        beyond = rf"(?=[{_OUTSIDE}]|[,.;!?]*(?:\s|$))"
        self._words = re.compile(rf"(?:^|(?<=[{_OUTSIDE}]))(?:{words}){beyond}", re.MULTILINE) if words else None

    def forget_context(self) -> None:
        """Begins a new transcript: what was redacted so far is not shown together with what comes."""
        self._context = []
        self._late.clear()

    def redact(self, text: str) -> str:
        """Returns `text`, or what stands in its place; see `redact_all`."""
        return self.redact_all((text,))[0]

    def redact_all(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Returns `texts`, which are shown one below the other, with other words in place of those that give a secret
        away.

        A secret may be spread over several of them, or over them and the last 2,000 characters before.
        """
        if not self._forms:
            return texts
        earlier = len(self._context)
        found = self._giving_away((*self._context, *texts))
        self._late |= {self._context[line] for line in found if line < earlier}
        shown = tuple(
            withheld(text) if text.strip() and line in found else text for line, text in enumerate(texts, earlier)
        )
        self._remember((line for number, line in enumerate(self._context) if number not in found), shown)
        return shown

    def gives_away(self, texts: Sequence[str]) -> bool:
        """Whether a secret occurs in `texts`, which are one transcript."""
        return bool(self._forms) and bool(self._giving_away(texts))

    @property
    def has_late(self) -> bool:
        """Whether `redact_again` may find something."""
        return bool(self._late)

    def redact_again(self, text: str) -> str:
        """Returns a text of this transcript without those earlier lines of which only later ones made a secret."""
        lines = sorted(filter(str.strip, self._late), key=len, reverse=True)
        return re.sub("|".join(map(_as_own_words, lines)), lambda match: withheld(match[0]), text) if lines else text

    def _remember(self, *shown: Iterable[str]) -> None:
        lines = [line for lines in shown for line in lines if line]
        size, first = 0, len(lines)
        while first and size + len(lines[first - 1]) <= _CONTEXT_CHARACTERS:
            first -= 1
            size += len(lines[first])
        self._context = lines[first:]

    def _giving_away(self, texts: Sequence[str]) -> set[int]:
        """Returns the indices of the texts in which a secret occurs, or over which it is spread."""
        lines = [_PROMPTS.sub("", text.replace("\n", " ")) for text in texts]
        found = {number for number, line in enumerate(lines) if _AUTH_ARGUMENT.search(line)}
        for reading in readings(lines):
            found |= self._in_reading([folded(line) for line in reading])
        return found

    def _in_reading(self, lines: Sequence[str]) -> set[int]:
        forms, found = self._forms, set[int]()
        plain_lines = [alphanumeric(line) for line in lines]
        text, plain = JoinedLines(lines, between="\n"), JoinedLines(plain_lines)
        if self._words:
            found |= {text.line_at(match.start()) for match in self._words.finditer(text.text)}
        found |= _with_any(forms.texts, text) | _with_any(forms.codes, plain)
        if forms.compact:
            found |= _with_any(forms.compact, JoinedLines(map(compacted, lines)))
        found |= _with_words(forms.texts, lines)
        for secret in forms.secrets:
            found |= _with_any((secret,), plain) | _with_half(secret, plain) | _with_spaced(secret, plain)
        if not forms.secrets:
            return found
        others = ["" if at in found else line for at, line in enumerate(lines)]
        plain_others = JoinedLines("" if at in found else line for at, line in enumerate(plain_lines))
        return found | _with_pieces(forms.secrets, others, plain_others)


def _with_any(parts: Iterable[str], lines: JoinedLines) -> set[int]:
    return {line for part in parts if part in lines for line in lines.with_part(part)}


def _with_spaced(secret: str, lines: JoinedLines) -> set[int]:
    """Returns the lines with one or two characters between those of `secret`."""
    return {line for step in (2, 3) for line in lines.with_part(secret, step=step)}


def _with_half(secret: str, lines: JoinedLines) -> set[int]:
    """Returns the lines with half of `secret`, as where a server cuts off what it repeats. Half of one may be a
    server's own word, so it counts only with both letters and digits in it, or where it is long. Of a very long one
    less than half counts."""
    length = min(max(LONG, -(-len(secret) // 2)), _PART)
    block = (length + 1) // 2  # each half holds one of these, at a multiple of its length
    if not any(secret[at : at + block] in lines for at in range(0, len(secret) - block + 1, block)):
        return set()
    halves = {half for half in _parts(secret, length) if _is_mixed(half)} | _parts(secret, max(length, _LONG_LETTERS))
    return _with_any(halves, lines)


def _with_pieces(secrets: Iterable[str], lines: Sequence[str], plain: JoinedLines) -> set[int]:
    """Returns which of `lines` hold pieces that make up all of a secret, short ones as words of their own. `plain` are
    the letters and digits of these lines."""
    words, found = _words("\n".join(lines)), set[int]()
    for secret in secrets:
        pieces = pieces_of(secret, plain.text, words)
        short = {piece for piece in pieces if len(piece) < PIECE}
        found |= _with_words(short, lines) | _with_any(pieces - short, plain)
    return found


def _with_words(words: Set[str], lines: Sequence[str]) -> set[int]:
    return {at for at, line in enumerate(lines) if not words.isdisjoint(_words(line))} if words else set()


def _words(text: str) -> set[str]:
    """Returns the words of `text`, and without the punctuation in them what white space separates."""
    return {*_WORD.findall(text), *map(alphanumeric, set(text.split()))}


def _parts(secret: str, length: int) -> set[str]:
    return {secret[at : at + length] for at in range(len(secret) - length + 1)}


def _is_mixed(part: str) -> bool:
    return not part.isdigit() and any(map(str.isdigit, part))


def _as_own_words(line: str) -> str:
    words = re.escape(line)
    return words if len(line) >= PIECE else rf"(?<!\w){words}(?!\w)"
