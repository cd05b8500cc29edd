"""Names of mail settings: which of them say host, port, user and so on, and which belong together.

Every program has its own (SMTP_HOST, MAIL_SERVER, EMAIL_HOST_USER, mail__options__auth__pass, AUTHENTIK_EMAIL__FROM),
but they are made of few words: OWNER, a word for mail, ACCOUNT, and a word for the field.
"""

import re
from dataclasses import dataclass

from smtp_desktop.formats.applications.setting_words import (
    FIELDS,
    FILLERS,
    LONGEST_FIELD,
    MAIL_WORDS,
    OTHERS,
    SENDERS,
    Field,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingName:
    """A name taken apart: `owner` is what precedes the word for mail, `account` what stands between that and the
    field. The lower the `rank`, the more a name says that it is the one."""

    field: Field
    owner: tuple[str, ...]
    mail_word: str
    account: tuple[str, ...] = ()
    rank: int = 0


_PARTS = re.compile(r"[A-Z0-9]+(?![a-z])|[A-Z]?[a-z0-9]+")
_NUMBERED = re.compile(r"([a-z]+)([0-9]{1,3})")
_GLUED = re.compile(
    r"(smtp|mail|email|mailer|relay|from|force|enable|use|connection|auth|start|user|host|sender|password|pass|feedback)"
    r"(server|hostname|host|port|username|user|login|password|passwd|passphrase|pass|pwd|pw|from|sender|tls|ssl|security"
    r"|secure|encryption|auth|settings|addr|address|email|mail|name|type|method|file|url|dsn|uri|domain|relay|smtp)"
)
_WHOLE = frozenset({"username", "hostname", "password", "mailer", "mailserver", "starttls", "smtps", "passphrase"})
_MAIL_AT_END = frozenset({"email", "mail"})


def setting_name(name: str, value: str) -> SettingName | None:
    """Returns what a name stands for; None where it is no mail setting. The value helps where the name alone does not:
    an address, a URL."""
    words = _words(name)
    at = next((place for place, word in enumerate(words) if word in MAIL_WORDS), None)
    if at is None or OTHERS & set(words):
        return _bare_sender(words, value) if not OTHERS & set(words) else None
    if sender := _sender(words, value):
        return sender
    owner, mail_word = words[:at], words[at]
    rest = tuple(word for word in words[at + 1 :] if word not in MAIL_WORDS or word == "mailer")
    numbers = tuple(word for word in rest if word.isdigit())
    rest = tuple(word for word in rest if not word.isdigit())
    place = rest[-1:] in {("file",), ("command",), ("cmd",)}
    field, before = _field_of(rest[:-1] if place else rest, words[at:], value)
    if field is None or (place and field is not Field.PASSWORD):
        return None
    account = (*(word for word in before if word not in FILLERS), *numbers)
    return SettingName(
        field=Field.PASSWORD_PLACE if place else field,
        owner=owner,
        mail_word=mail_word,
        account=account,
        rank=1 if field is Field.FROM and "sender" in rest else 0,
    )


def _words(name: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _PARTS.findall(name[:200]):
        word, number = _without_number(part.lower())
        while word not in _WHOLE and (glued := _GLUED.match(word)):
            found.append(glued[1])
            word = word[len(glued[1]) :]
        found += [word, number] if number else [word]
    joined = (
        " ".join(found)
        .replace("start tls", "starttls")
        .replace("user name", "username")
        .replace("user pass", "user password")
    )
    return tuple(joined.split())


def _without_number(word: str) -> tuple[str, str]:
    """Returns the word and the number of an account that it ends with, as SMTP2 and HOST2 do, but N8N does not."""
    found = _NUMBERED.fullmatch(word)
    return (found[1], found[2]) if found and (found[1] in MAIL_WORDS or found[1] in FIELDS) else (word, "")


def _field_of(rest: tuple[str, ...], whole: tuple[str, ...], value: str) -> tuple[Field | None, tuple[str, ...]]:
    """Returns the field that the words end with, and the words before it."""
    if not rest:
        return _field_of_mail_word(whole, value), ()
    for length in range(min(LONGEST_FIELD, len(rest)), 0, -1):
        if field := FIELDS.get(" ".join(rest[-length:])):
            before = rest[:-length]
            return _field_by_value(field, rest[-1], before, whole, value), before
    return None, ()


def _field_by_value(
    field: Field, last: str, before: tuple[str, ...], whole: tuple[str, ...], value: str
) -> Field | None:
    """Returns the field, or what it is instead with this value or among these words; None where it is none."""
    match field:
        case Field.HELO if last == "domain" and not {"smtp", "helo", "local"} & set(whole):
            return Field.FROM_DOMAIN
        case Field.USER if last == "name" and ("smtp" not in whole or before):
            return None
        case Field.URL if not _is_mail_url(value, bare=not before):
            return None
        case Field.HOST if "@" in value and "://" not in value:
            return Field.FROM
        case Field.MODE if last == "protocol" and value.lower() == "smtp":
            return None
        case _:
            return field


def _is_mail_url(value: str, *, bare: bool) -> bool:
    """Whether the value may be the URL of a mail server; with `bare`, the name says so."""
    scheme, separator, _ = value.strip().lower().partition("://")
    if not separator:
        return bare
    return "smtp" in scheme or (bare and not scheme.startswith(("http", "redis", "postgres", "mysql", "amqp", "imap")))


def _field_of_mail_word(whole: tuple[str, ...], value: str) -> Field | None:
    """Returns the field of a name that consists of words for mail: SMARTHOST, SMTP_MAIL, MAILER."""
    if "://" in value:
        return Field.URL if _is_mail_url(value, bare=True) else None
    if "@" in value:
        return Field.FROM
    if whole[-1] in {"smarthost", "mailserver", "relay"} and value:
        return Field.HOST
    return Field.BACKEND if whole[-1] == "mailer" and value.isalpha() else None


def _sender(words: tuple[str, ...], value: str) -> SettingName | None:
    """Returns what a name is that ends with a word for mail, as FROM_EMAIL and SMTP_ADMIN_EMAIL do."""
    end = len(words) - (words[-1] in {"address", "addr"})
    if not words[1:end] or words[end - 1] not in _MAIL_AT_END or "@" not in value or "://" in value:
        return None
    rank = SENDERS.get(words[end - 2])
    if rank is None and words[end - 2] not in {"mailer", "smtp"}:
        return None
    start = next(place for place, word in enumerate(words) if word in MAIL_WORDS)
    if words[end - 2] == "admin" and start == end - 1:
        return None  # who is to be told, as in ADMIN_EMAIL
    owner = words[:start] if start < end - 1 else tuple(word for word in words[: end - 2] if word != "default")
    account = tuple(word for word in words[start + 1 : end - 2] if word not in MAIL_WORDS and word not in FILLERS)
    return SettingName(field=Field.FROM, owner=owner, mail_word=words[start], account=account, rank=rank or 3)


def _bare_sender(words: tuple[str, ...], value: str) -> SettingName | None:
    """Returns what a name without a word for mail is: DEFAULT_FROM, HELO_NAME."""
    field = FIELDS.get(" ".join(words[-2:])) or FIELDS.get(words[-1]) if words else None
    if field is Field.FROM and "@" in value:
        return SettingName(field=field, owner=(), mail_word="", rank=2)
    is_helo = field is Field.HELO and "helo" in words
    return SettingName(field=Field.HELO, owner=(), mail_word="") if is_helo else None
