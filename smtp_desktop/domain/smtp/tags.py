"""The tags of an SMTP: words by which it is found and chosen together with others."""

import re
from collections.abc import Iterable

from smtp_desktop.domain.message_text import MessageText, msg

TAG_LIMIT = 30
TAGS_LIMIT = 12
_SHOWN = 60
_TAG = re.compile(r"[\w.-]+")


def tags_of(typed: str) -> tuple[str, ...]:
    """Returns the tags that were typed, between blanks or commas: in lower case, each once, in their order."""
    return tuple(dict.fromkeys(typed.lower().replace(",", " ").split()))


def typed_tags(tags: Iterable[str]) -> str:
    """Returns tags as a form shows them."""
    return " ".join(tags)


def tags_problem(typed: str) -> MessageText | None:
    """Returns what is wrong with the tags that were typed, or None."""
    tags = tags_of(typed)
    for tag in tags:
        if not _TAG.fullmatch(tag):
            return msg("{tag} is not a tag: use only letters, digits, hyphens, dots and underscores.", tag=_shown(tag))
        if len(tag) > TAG_LIMIT:
            return msg("Shorten {tag}: a tag has at most {limit} characters.", tag=_shown(tag), limit=TAG_LIMIT)
    if len(tags) > TAGS_LIMIT:
        return msg("Too many tags: {n} of at most {limit}.", n=len(tags), limit=TAGS_LIMIT)
    return None


def _shown(tag: str) -> str:
    return tag if len(tag) <= _SHOWN else f"{tag[: _SHOWN - 1]}…"


def changed_tags(typed: str, *, added: Iterable[str] = (), removed: Iterable[str] = ()) -> str:
    """Returns the tags that were typed, without those that are removed and with those that are added."""
    dropped = set(tags_of(" ".join(removed)))
    return typed_tags(tag for tag in tags_of(" ".join((typed, *added))) if tag not in dropped)


def has_tags(tags: Iterable[str], wanted: Iterable[str]) -> bool:
    """Returns whether all wanted tags are among `tags`."""
    return set(tags_of(" ".join(wanted))) <= set(tags)
