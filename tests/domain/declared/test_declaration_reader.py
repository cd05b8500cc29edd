"""Files that declare: what is read of them, and what is refused, with its line."""

import json
from contextlib import suppress
from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.declared import keys
from smtp_desktop.domain.declared.difference import activity_fields
from smtp_desktop.domain.declared.document import SecretReference, SecretSource
from smtp_desktop.domain.declared.errors import DocumentErrors
from smtp_desktop.domain.declared.node import TextFormat, format_of, parsed
from smtp_desktop.domain.declared.reader import declared_in
from smtp_desktop.domain.declared.yaml_writer import yaml_text
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS
from smtp_desktop.domain.smtp.profile import ProfileType, SecretField

HEAD = "smtp_desktop: 1\n"
WHOLE = """\
smtp_desktop: 1
smtps:
  - name: Reports
    host_name: smtp.company.example
    smtp_port: 465
    user_name: reports@company.example
    tags: [prod, eu]
    limits: {per_hour: 100}
    signature: |-
      Ann
      of the office
    password: {env: PW}
  - name: Box
    type: graph
    user_name: box@company.example
    tenant_id: company.example
    client_id: c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20
    sign_in: app-only
    client_secret_valid_until: 2027-05-31
    client_secret: {command: [pass, show, box]}
default_smtp: Reports
activities:
  - name: Nightly
    smtp: Box
    to: [ops@company.example, '{{ boss }}']
    subject: Report
    text: Hello
    enabled: false
settings:
  retry_days: 3
  notify: off
  check_every_minutes: null
"""


def read(text, text_format=TextFormat.YAML):
    return declared_in(text, text_format)


def problems(text, text_format=TextFormat.YAML):
    with pytest.raises(DocumentErrors) as refused:
        read(text, text_format)
    return [(one.place, one.line, str(one.message)) for one in refused.value.problems]


def places(text):
    return [(place, line) for place, line, _ in problems(text)]


def test_everything_that_a_file_says_is_read():
    declared = read(WHOLE)
    reports, box = declared.smtps
    assert (reports.draft.smtp_port, reports.draft.tags, reports.draft.per_hour) == ("465", "prod eu", "100")
    assert reports.draft.signature == "Ann\nof the office"
    assert reports.secrets == {SecretField.PASSWORD: SecretReference(source=SecretSource.ENV, words=("PW",))}
    assert (box.draft.type, box.draft.client_secret_valid_until) == (ProfileType.GRAPH, "2027-05-31")
    assert box.secrets[SecretField.CLIENT_SECRET].words == ("pass", "show", "box")
    (nightly,) = declared.activities
    assert (nightly.smtp, nightly.draft.to, nightly.draft.enabled) == (
        "Box",
        "ops@company.example, {{ boss }}",
        False,
    )
    assert declared.is_default("reports")
    assert declared.settings == {"retry_days": 3, "notify": False, "check_every_minutes": None}


def test_every_field_of_an_smtp_and_of_an_activity_can_be_declared():
    # What is said in another way: the default at the top, limits below their key, the host by `host_name`.
    # Nor what only a sign-in or a certificate's key brings.
    elsewhere = {"is_default", "fingerprint_host", *LIMIT_FIELDS, "app_certificate"}
    elsewhere |= {"next_app_certificate", "next_certificate", "tokens"}
    assert keys.SMTP_KEYS - {"limits", "id"} == {one.name for one in fields(ProfileDraft)} - elsewhere
    by_name = {"smtp_id": "smtp", "backup_id": "backup"}
    of_activity = keys.ACTIVITY_KEYS - {"id"}
    assert {by_name.get(one.name, one.name) for one in fields(ActivityDraft)} == of_activity
    assert set(activity_fields(Activity(id=ActivityId("1"), name="A"), {})) == of_activity


def test_json_is_read_as_yaml_is():
    as_json = json.dumps({"smtp_desktop": 1, "smtps": [{"name": "A", "tls": False, "tags": ["x"]}]}, indent="\t")
    as_yaml = "smtp_desktop: 1\nsmtps:\n- {name: A, tls: false, tags: [x]}\n"
    assert read(as_json, TextFormat.JSON).smtps == read(as_yaml).smtps


def test_the_format_is_known_by_the_name_or_by_the_text():
    assert format_of("a.yml", "{}") is TextFormat.YAML
    assert format_of("a.JSON", "") is TextFormat.JSON
    assert format_of("-", ' {"a": 1}') is TextFormat.JSON
    assert format_of("-", "a: 1") is TextFormat.YAML


def test_all_that_is_wrong_is_said_at_once_with_its_line():
    text = (
        "smtp_desktop: 1\nsmtps:\n  - name: A\n    smtp_port: '25'\n    hostname: x\n    tls: maybe\n"
        "  - name: a\n    type: other\nactivities: none\nsettings: {retry_days: 0}\nmore: 1\n"
    )
    assert sorted(places(text), key=lambda one: one[1]) == [
        ("smtps[A].smtp_port", 4),
        ("smtps[A].hostname", 5),
        ("smtps[A].tls", 6),
        ("smtps[a].name", 7),
        ("smtps[a].type", 8),
        ("activities", 9),
        ("settings.retry_days", 10),
        ("more", 11),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "1234",
        "12.34",
        "'{env: X}'",
        "[hunter2]",
        "{hunter2}",
        "{hunter2: x}",
        "!hunter2",
        "&hunter2",
        "*hunter2",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(value):
    ((place, line, message),) = problems(f"{HEAD}smtps:\n  - name: A\n    password: {value}\n")
    assert (line, place) in {(4, "smtps[A].password"), (4, "file")}
    assert value.strip("'[]{}!&*").removesuffix(": x") not in message


def test_an_id_says_which_one_it_is():
    (smtp,), (activity,) = (
        getattr(read(f"{HEAD}{key}:\n  - {{name: A, id: '0a1B-2_3'}}\n"), key) for key in ("smtps", "activities")
    )
    assert (smtp.id, activity.id) == ("0a1B-2_3", "0a1B-2_3")
    assert read(f"{HEAD}smtps:\n  - name: A\n").smtps[0].id is None


def test_an_activity_has_the_ids_of_its_smtps_in_the_file():
    smtps = "smtps:\n  - {name: A, id: x}\n  - {name: B}\n"
    (activity,) = read(f"{HEAD}{smtps}activities:\n  - {{name: Nightly, smtp: a, backup: B}}\n").activities
    assert (activity.smtp_id, activity.backup_id) == ("x", None)


@pytest.mark.parametrize("value", ["1234", "''", "a/b", "'../x'", "a b", "a" * 65, "é"])
def test_an_id_is_a_word_of_letters_and_digits(value):
    text = f"{HEAD}smtps:\n  - name: A\n    id: {value}\n"
    assert places(text) == [("smtps[A].id", 4)]


@pytest.mark.parametrize("key", ["smtps", "activities"])
def test_two_of_one_id_are_refused(key):
    assert places(f"{HEAD}{key}:\n  - {{name: A, id: x}}\n  - {{name: B, id: x}}\n") == [(f"{key}[B].id", 4)]


def test_only_what_was_sealed_has_secrets_itself():
    text = f"{HEAD}smtps:\n  - name: A\n    password: {{value: hunter2}}\n"
    ((place, line, message),) = problems(text)
    assert (place, line, "hunter2" in message) == ("smtps[A].password", 4, False)
    (smtp,) = declared_in(text, TextFormat.YAML, sealed=True).smtps
    assert (smtp.secrets, smtp.values) == ({}, {SecretField.PASSWORD: Secret("hunter2")})


@pytest.mark.parametrize(
    "value", ["{}", "{env: A, file: /b}", "{vault: x}", "{env: ''}", "{command: pass show}", "{command: []}", "[env]"]
)
def test_a_secret_has_one_source(value):
    found = places(f"{HEAD}smtps:\n  - name: A\n    password: {value}\n")
    assert {line for _, line in found} == {4}
    assert all(place.startswith("smtps[A].password") for place, _ in found)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("auth_required: false", "user_name: someone"),
        ("type: graph", "smtp_port: 25"),
        ("type: graph", "tls: false"),
        ("type: generic", "tenant_id: company.example"),
        ("type: graph", "graph_url: https://graph.example"),
    ],
)
def test_what_has_no_effect_is_refused(kind, line):
    ((place, at, message),) = problems(f"{HEAD}smtps:\n  - name: A\n    {kind}\n    {line}\n")
    assert (place, at) == (f"smtps[A].{line.partition(':')[0]}", 5)
    assert "no effect" in message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "smtps: []\n",
        "smtp_desktop: 2\n",
        "smtp_desktop: true\n",
        "- smtp_desktop: 1\n",
        "smtp_desktop: 1\nsmtp_desktop: 1\n",
        "smtp_desktop: 1\n---\nsmtp_desktop: 1\n",
        "smtp_desktop: [\n",
        "smtp_desktop: 1.0\n",
        "smtp_desktop: 0x1\n",
        "smtp_desktop: !!python/object/apply:os.system [ls]\n",
        "smtp_desktop: !!binary aGk=\n",
        "? [a]\n: 1\n",
        "smtp_desktop: 1\nsmtps: &all []\nactivities: *all\n",
        "smtp_desktop: 1\nsmtps: " + "[" * 100_000,
        "smtp_desktop: 1\n\x00",
    ],
)
def test_a_file_that_is_not_one_is_refused(text):
    assert problems(text)


@pytest.mark.parametrize(
    "text",
    ["", "[1]", '{"smtp_desktop": 1.5}', '{"smtp_desktop": NaN}', '{"a": 1, "a": 1}', "[" * 100_000, '{"a": 1} x'],
)
def test_json_that_is_not_one_is_refused(text):
    assert problems(text, TextFormat.JSON)


def test_aliases_that_would_fill_the_memory_are_refused_at_the_first():
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghi"))
    assert problems(bomb)[0][1] == 1


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_from_yaml(text):
    node = parsed(yaml_text({"smtp_desktop": text}), TextFormat.YAML)
    assert node.value["smtp_desktop"].value == text


@settings(deadline=None)
@given(st.text())
def test_whatever_the_text_is_it_is_read_or_refused(text):
    for text_format in TextFormat:
        with suppress(DocumentErrors):
            declared_in(text, text_format)
