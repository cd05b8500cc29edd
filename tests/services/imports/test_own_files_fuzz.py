"""Files of ours that were altered at random: whatever they say, looking at them and importing what is left never fails
otherwise than by our own errors. SMTP_DESKTOP_TEST_OWN_FILES makes it try more."""

import json
import os
import random
from copy import deepcopy

import pytest
from services.imports.own_files_harness import NIGHTLY, SHOP, OwnFilesHarness

from smtp_desktop.domain.declared.yaml_writer import yaml_text
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.imports.preview import ImportState
from smtp_desktop.domain.imports.source_file import SourceFile

TRIES = int(os.environ.get("SMTP_DESKTOP_TEST_OWN_FILES", "5000"))
BOX = {
    "name": "Box",
    "type": "graph",
    "sign_in": "app-only",
    "user_name": "box@company.example",
    "tenant_id": "company.example",
    "client_id": "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20",
    "client_secret": {"env": "X"},
}
WHOLE = {
    "smtp_desktop": 1,
    "smtps": [
        {
            **SHOP,
            "id": "x",
            "smtp_port": 465,
            "tls": True,
            "tags": ["a"],
            "limits": {"per_day": 3},
            "password": {"env": "X"},
        },
        {**SHOP, "name": "Two", "trusted_fingerprint": "ab" * 32, "envelope_sender": "from", "ehlo_name": "a.b"},
        BOX,
    ],
    "default_smtp": "Two",
    "activities": [{**NIGHTLY, "id": "a", "smtp": "Shop", "backup": "Box", "expire_after_s": 60, "enabled": True}],
    "settings": {"retry_days": 3, "notify": True, "theme": "dark"},
}
VALUES = [
    None,
    True,
    0,
    -1,
    10**18,
    "",
    " ",
    "x",
    "é\u2028",
    "\x00",
    "a" * 5000,
    [],
    ["x"],
    [[]],
    {},
    {"env": "X"},
    {"value": "x"},
]


def altered(chance: random.Random) -> str:
    """Returns a file with other values in some places, as JSON or YAML, maybe with other characters in it."""
    document = deepcopy(WHOLE)
    for _ in range(chance.randint(0, 3)):
        _alter(chance, document)
    text = json.dumps(document) if chance.random() < 0.5 else yaml_text(document)
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice("{}[]:,\"'#&*!|>-\n\t é\x00") + text[at + chance.randint(0, 2) :]
    return text


def _alter(chance: random.Random, document: object) -> None:
    """Puts another value, or a key that may not be there, somewhere into the document."""
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
            place = place[key]
            continue
        if isinstance(place, dict) and chance.random() < 0.2:
            key = chance.choice(("id", "name", "smtp", "password", "limits", "other"))
        place[key] = deepcopy(chance.choice(VALUES))
        return


@pytest.mark.parametrize("tries", [pytest.param(150), pytest.param(TRIES, marks=pytest.mark.long)])
def test_no_file_fails_but_by_our_own_errors(tries):
    chance = random.Random(tries)
    imported = 0
    for number in range(tries):
        harness = OwnFilesHarness()
        if number % 2:
            harness.stored_shop(name=chance.choice(("Shop", "Two", "Other")))
        file = SourceFile(path=f"{number}.x", content=altered(chance).encode())
        if not harness.own.recognizes(file):
            continue
        preview = harness.seen(file)
        assert all(str(row.reason) for row in preview.rows if row.state is ImportState.UNREADABLE)
        try:
            imported += len(harness.imported(preview).rows)
        except SmtpDesktopError:
            continue
    assert imported > tries / 2, "most are still read"
