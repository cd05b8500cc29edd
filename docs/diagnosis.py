"""Writes docs/diagnosis.md: what follows from each cause, and what there is to recognize it by.

    python3 dev.py diagnosis

Everything in it comes from the program, its resources and the corpus of the tests.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from smtp_desktop.cli.exit_codes import code_of_cause
from smtp_desktop.domain.diagnosis.consequences import consequence_of
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.resources import FOLDER

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "diagnosis.md"
_CORPUS = ROOT / "tests" / "corpus"
_SHARED = (FOLDER / "advice_managed_identity.json", FOLDER / "advice_entra.json")
_GRAPH = FOLDER / "advice_graph.json"
_OAUTH = FOLDER / "advice_oauth.json"
_CASES = ("replies.json", "cases.json")

_INTRODUCTION = """\
# Diagnosis

Generated from the program by `python3 dev.py diagnosis`. Change the program, not this page.

Every failure has one cause, which decides everything that follows. The first rule that matches gives the cause; rules
by words come before rules by codes. There are three sets of them in `smtp_desktop/resources`: for SMTP servers
(`advice_tokens.json`, `advice_providers.json`, `advice_delivery.json`, `advice.json`), for Microsoft 365 mailboxes
(`advice_graph.json`), and for the authorization servers that give tokens for SMTP servers (`advice_oauth.json`); the
last two share `advice_managed_identity.json` and `advice_entra.json`. If no rule matches, or the rule leaves the cause
open, the stage and the reply code decide (`smtp_desktop/domain/diagnosis/causes.py`). Nothing outside
`smtp_desktop/domain/diagnosis` looks at a reply's digits again (`tests/domain/diagnosis/test_one_diagnosis.py`).
"""
_CONSEQUENCES = """\
## What follows from a cause

From `smtp_desktop/domain/diagnosis/consequences.py` and `smtp_desktop/cli/exit_codes.py`. *Fault* is where the problem
can be solved.
"""
_COVERAGE = """\
## What it is recognized by

*Rules* counts the rules that give the cause, for SMTP servers, for Microsoft 365 and for authorization servers; those
in the last row leave it to the standards. *Wordings* counts the alternatives in their `words`; *providers* are those
that they name. *Replies* and *cases* count the entries of the corpus with that cause (`tests/corpus/replies.json`,
`tests/corpus/cases.json`); *languages* are those of the replies. `python3 dev.py corpus` prints how many come out
right.
"""
_ADVICE = """\
## How advice is worded

The rules hold a title, a meaning and steps. A step names no button, field or option. It lists the actions that it asks
for, and one table (`smtp_desktop/domain/diagnosis/actions.py`) says how each is done where the advice is read:

| place | a step |
| --- | --- |
| window | Set the envelope sender to the From address (Advanced > Envelope sender). |
| terminal, JSON | Set the envelope sender to the From address: `smtp-desktop smtp edit Plain --envelope-sender from` |

`tests/domain/diagnosis/test_advice_places.py` checks that every command and label exists.
"""


def page() -> str:
    """Returns the whole page."""
    return "\n".join((_INTRODUCTION, _CONSEQUENCES, *_consequences(), "", _COVERAGE, *_coverage(), "", _ADVICE))


def _consequences() -> list[str]:
    rows = []
    for cause in Cause:
        consequence = consequence_of(cause)
        backup = "takes over" if consequence.backup else "no"
        words = [name.replace("_", " ") for name in (consequence.mail, consequence.smtp, backup, consequence.fault)]
        rows.append([f"`{cause}`", *words, str(int(code_of_cause(cause)))])
    return _table(["cause", "mail", "SMTP", "backup", "fault", "exit code"], rows)


def _coverage() -> list[str]:
    smtp = _rules(path for path in sorted(FOLDER.glob("advice*.json")) if path not in {*_SHARED, _GRAPH, _OAUTH})
    graph, oauth = ([rule for path in (*_SHARED, own) for rule in _read(path)] for own in (_GRAPH, _OAUTH))
    replies, cases = (_read(_CORPUS / name) for name in _CASES)
    rows = []
    for cause in (*map(str, Cause), ""):
        conditions = [
            when for rule in (*smtp, *graph, *_read(_OAUTH)) if cause in _causes(rule) for when in _alternatives(rule)
        ]
        providers = sorted({when["provider"] for when in conditions if "provider" in when})
        languages = Counter(reply["language"] for reply in replies if reply.get("cause", "") == cause)
        rows.append(
            [
                f"`{cause}`" if cause else "not said",
                str(sum(cause in _causes(rule) for rule in smtp) or "-"),
                str(sum(cause in _causes(rule) for rule in graph) or "-"),
                str(sum(cause in _causes(rule) for rule in oauth) or "-"),
                str(sum(_wordings(when.get("words", "")) for when in conditions) or "-"),
                ", ".join(providers) or "-",
                _count(replies, cause),
                _count(cases, cause),
                ", ".join(sorted(languages)) or "-",
            ]
        )
    head = [
        "cause",
        "SMTP rules",
        "Graph rules",
        "OAuth rules",
        "wordings",
        "providers",
        "replies",
        "cases",
        "languages",
    ]
    return _table(head, rows)


def _count(documents: Iterable[Mapping[str, Any]], cause: str) -> str:
    return str(sum(document.get("cause", "") == cause for document in documents) or "-")


def _alternatives(rule: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    when = rule["when"]
    return when if isinstance(when, list) else [when]


def _rules(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Returns the rules in `files`; those that take another one's advice have its cause as well."""
    documents = [document for path in files for document in _read(path)]
    by_title = {document["title"]: document for document in documents if "title" in document}
    return [by_title.get(document.get("advice"), {}) | document for document in documents]


def _causes(rule: Mapping[str, Any]) -> set[str]:
    """Returns the rule's cause, or those of the rules whose place it takes; "" where the standards decide."""
    others = {cause for when in _alternatives(rule) for cause in when.get("causes", ())}
    return {rule["cause"]} if "cause" in rule else others or {""}


def _wordings(words: str | Sequence[str]) -> int:
    """Returns how many alternatives `words`, regular expressions, have outside of groups."""
    if not isinstance(words, str):
        return sum(map(_wordings, words))
    bare = re.sub(r"\\.|\[[^]]*\]", "", words)  # escapes and character classes hold no alternatives
    while (without := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = without
    return bare.count("|") + 1 if words else 0


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _read(path: Path) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return documents


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
