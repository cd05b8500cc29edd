"""The redactor of one conversation with a server."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.transports.redaction.encodings import SecretEncoding, encodings_by_text
from smtp_desktop.transports.redaction.fragments import FRAGMENT_LENGTH
from smtp_desktop.transports.redaction.matches import matches, merged
from smtp_desktop.transports.redaction.normalized_text import Span

# Base64 follows, even if it was cut off or is somebody else's; unless it is a word.
_AUTH_ARGUMENT = re.compile(
    r"\b(?i:AUTH[ \t]+(?:PLAIN|LOGIN|CRAM-MD5))[ \t]+(?![A-Z]?[a-z]+\b|[A-Z]+\b)([A-Za-z0-9+/=_-]{4,})"
)
_CONTEXT_CHARACTERS = 2000


class SecretRedactor:
    """Puts •••• in place of secrets; the package's docstring says what is found.

    Knows no secret until the first one is about to be sent: before that no server can repeat it, and a password such as
    `auth` must not redact what the server offers. For one conversation, on one thread at a time.
    """

    def __init__(self) -> None:
        self._encodings: dict[str, SecretEncoding] = {}
        self._context = ""
        self._fragments: set[str] = set()

    def add_secrets(self, secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> None:
        """Redacts `secrets` from now on, in every encoding, and `encoded`, which are encodings of secrets."""
        self.add_encodings(encodings_by_text(secrets, encoded=encoded))

    def add_encodings(self, encodings: Mapping[str, SecretEncoding]) -> None:
        """Redacts these encodings from now on, which are those of `encodings_by_text`."""
        self._encodings = {**encodings, **self._encodings}

    def forget_context(self) -> None:
        """Begins a new transcript: what was redacted so far is not shown together with what comes."""
        self._context = ""
        self._fragments.clear()

    def redact(self, text: str) -> str:
        """Returns `text` with every secret redacted; see `redact_all`."""
        return self.redact_all((text,))[0]

    def redact_all(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Returns `texts`, which are shown one below the other, with •••• in place of every secret.

        A secret may be spread over several of them, or over them and the last 2,000 characters that were redacted
        before.
        """
        if not self._encodings:
            return texts
        joined = "\n".join((self._context, *texts))
        found = merged(
            [*matches(joined, list(self._encodings.values())), *(m.span(1) for m in _AUTH_ARGUMENT.finditer(joined))]
        )
        if not found:  # as almost always
            self._remember(self._context, *texts)
            return texts
        earlier = [joined[start : min(end, len(self._context))] for start, end in found if start < len(self._context)]
        self._fragments |= {line.strip() for part in earlier for line in part.splitlines()} - {""}
        lines = iter(_replaced(joined, found).split("\n"))
        context, *redacted = ("\n".join(islice(lines, text.count("\n") + 1)) for text in (self._context, *texts))
        self._remember(context, *redacted)
        return tuple(redacted)

    def _remember(self, *shown: str) -> None:
        self._context = "\n".join(filter(None, shown))[-_CONTEXT_CHARACTERS:]

    @property
    def has_fragments(self) -> bool:
        """Whether `redact_again` may find something."""
        return bool(self._fragments)

    def redact_again(self, redacted: str) -> str:
        """Returns a text of this transcript with •••• also in place of what turned out later to be a fragment."""
        for fragment in sorted(self._fragments, key=len, reverse=True):
            around = ("", "") if len(fragment) >= FRAGMENT_LENGTH else (r"(?<!\w)", r"(?!\w)")
            redacted = re.sub(re.escape(fragment).join(around), REDACTED, redacted)
        return redacted


def _replaced(text: str, spans: list[Span]) -> str:
    """Returns `text` with •••• in place of the spans, once in each line that they touch."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += text[done:start], "\n".join(map(_redact_line, text[start:end].split("\n")))
        done = end
    return "".join((*parts, text[done:]))


def _redact_line(secret: str) -> str:
    """Returns •••• between the white space at both ends of `secret`."""
    if not secret or secret.isspace():
        return secret and REDACTED
    return secret[: len(secret) - len(secret.lstrip())] + REDACTED + secret[len(secret.rstrip()) :]
