"""The cases of both corpora: how an SMTP is set, what its server does, and what the program should make of that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from smtp_desktop.domain.diagnosis.kinds import Cause

_FOLDER = Path(__file__).parent
FILES = ("cases.json", "replies.json")
NEUTRAL_HOST = "mail.corp.example"
"""The host of a case that may be anywhere: no provider's."""

USER = "svc@corp.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. `host`, `user`, `sender` (the From Address) and so on are what the form holds.

    `reply`, without its last line's end, is what the server says at `stage`; `server` is what else it does, named as
    the fields of `ReplyScript`, or how the network fails. The rest is what should come of it, where that is known:
    `exit` are possible exit codes; `first_step` is found in title, meaning and first step of the advice, and `must_not`
    is not; `words` are in what is shown; `state` are possible states of the mail in the outbox; `server_gets` is what
    has to arrive.
    """

    id: str
    source: str
    host: str
    stage: str
    reply: str = ""
    server: Mapping[str, Any] = field(default_factory=dict)
    port: int = 587
    tls: bool = True
    auth: bool = True
    user: str = USER
    password: str = "s3cret-canary"
    sender: str = USER
    envelope: str = "user"
    signature: str = ""
    to: str = "a@other.example"
    mails: int = 1
    line_octets: int = 0
    cause: Cause | None = None
    exit: tuple[int, ...] = ()
    first_step: str = ""
    must_not: str = ""
    words: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    backup_used: bool | None = None
    server_gets: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.id

    @property
    def works(self) -> bool:
        """Whether the conversation is to end well."""
        return self.exit == (0,)


@cache
def cases_of(name: str) -> tuple[Case, ...]:
    """Returns the cases in the corpus `name`."""
    return tuple(_case_of(document) for document in json.loads((_FOLDER / name).read_text(encoding="utf-8")))


def _case_of(document: Mapping[str, Any]) -> Case:
    kept = {name: value for name, value in document.items() if name not in {"reply_hex", "language"}}
    if "reply_hex" in document:
        kept["reply"] = bytes.fromhex(document["reply_hex"]).decode("utf-8", "surrogateescape")
    if kept.get("cause"):
        kept["cause"] = Cause(kept["cause"])
    kept["host"] = kept["host"] or NEUTRAL_HOST
    for name in ("exit", "words", "state"):
        kept[name] = tuple(kept.get(name, ()))
    return Case(**kept)
