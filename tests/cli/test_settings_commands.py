"""smtp-desktop settings"""

import pytest

from smtp_desktop.domain.checks.check_settings import CheckChoices, check_choices
from smtp_desktop.domain.delivery.outbox_settings import OutboxSettings, outbox_settings
from smtp_desktop.domain.settings import SETTINGS

DEFAULTS = {
    "theme": "system",
    "check_every_minutes": None,
    "notify": True,
    "sender_checks": True,
    "ask_at_close": True,
    "background": False,
    "retention_days": 90,
    "content_days": 7,
    "retry_days": 5,
}


def test_every_setting_is_listed_with_what_it_may_be(smtp_desktop):
    listed = smtp_desktop("settings", "list", "--json").json
    assert {one["name"]: one["value"] for one in listed} == DEFAULTS
    assert {one["name"]: one["default"] for one in listed} == DEFAULTS
    assert {one["name"]: one["type"] for one in listed} == {
        "theme": "choice",
        "check_every_minutes": "number",
        "notify": "switch",
        "sender_checks": "switch",
        "ask_at_close": "switch",
        "background": "switch",
        "retention_days": "number",
        "content_days": "number",
        "retry_days": "number",
    }
    (retention,) = [one for one in listed if one["name"] == "retention_days"]
    assert (retention["minimum"], retention["maximum"], retention["choices"]) == (1, 3650, None)
    shown = smtp_desktop("settings", "list")
    assert shown.out.splitlines()[0].split() == ["NAME", "VALUE", "DEFAULT", "POSSIBLE", "MEANING"]
    assert len(shown.out.splitlines()) == 1 + len(SETTINGS)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("theme", "Dark", "dark"),
        ("check_every_minutes", "15", 15),
        ("check-every-minutes", "off", None),
        ("notify", "off", False),
        ("sender_checks", "no", False),
        ("ask_at_close", "off", False),
        ("background", "on", True),
        ("retention_days", "3650", 3650),
        ("content_days", "0", 0),
        ("retry_days", "30", 30),
    ],
)
def test_a_setting_is_set_and_got(smtp_desktop, name, typed, value):
    before = DEFAULTS[name.replace("-", "_")]
    ran = smtp_desktop("settings", "set", name, typed, "--json")
    assert (ran.code, ran.json["value"], ran.json["changed"]) == (0, value, value != before)
    assert smtp_desktop("settings", "set", name, typed, "--json").json["changed"] is False
    assert smtp_desktop("settings", "get", name, "--json").json["value"] == value


def test_what_is_printed_can_be_set_again(smtp_desktop):
    for one in SETTINGS:
        shown = smtp_desktop("settings", "get", one.name).out.strip()
        ran = smtp_desktop("settings", "set", one.name, shown)
        assert (ran.code, ran.out) == (0, f"{one.name} is {shown} already.\n")


@pytest.mark.parametrize(
    ("name", "typed", "rule"),
    [
        ("retention_days", "0", "Enter a whole number from 1 to 3650."),
        ("retention_days", "3651", "Enter a whole number from 1 to 3650."),
        ("retention_days", "ten", "Enter a whole number from 1 to 3650."),
        ("retention_days", "1.5", "Enter a whole number from 1 to 3650."),
        ("retention_days", "٣", "Enter a whole number from 1 to 3650."),
        ("retention_days", "off", "Enter a whole number from 1 to 3650."),
        ("content_days", "-1", "Enter a whole number from 0 to 3650."),
        ("retry_days", "", "Enter a whole number from 1 to 30."),
        ("check_every_minutes", "4", "Enter a whole number from 5 to 1440, or off."),
        ("notify", "2", "Enter on or off."),
        ("theme", "pink", "Enter one of: system, light, dark, more-contrast-light, more-contrast-dark."),
    ],
)
def test_a_wrong_value_is_refused_with_the_rule(smtp_desktop, name, typed, rule):
    # After -- a value may begin with a dash.
    ran = smtp_desktop("settings", "set", "--json", "--", name, typed)
    assert (ran.code, ran.json["error"]["fields"]) == (65, {name: rule})
    assert ran.err == f"Error: {name}: {rule}\n"
    assert smtp_desktop("settings", "get", name, "--json").json["value"] == DEFAULTS[name]


def test_an_unknown_name_is_wrong_usage(smtp_desktop):
    for command in (("get", "colour"), ("set", "colour", "red")):
        ran = smtp_desktop("settings", *command)
        assert ran.code == 64
        assert "There is no setting colour. These are: theme, check_every_minutes," in ran.err


def test_what_is_set_is_what_the_program_goes_by(smtp_desktop):
    for name, value in {
        "check_every_minutes": "15",
        "notify": "off",
        "retention_days": "30",
        "content_days": "1",
    }.items():
        assert smtp_desktop("settings", "set", name, value).code == 0
    kept = {}
    smtp_desktop.when_opened = lambda services: kept.update(services.preferences.all())
    smtp_desktop("settings", "list")
    assert check_choices(kept) == CheckChoices(every_minutes=15, notify=False)
    assert outbox_settings(kept) == OutboxSettings(retention_days=30, content_days=1, retry_days=5)
