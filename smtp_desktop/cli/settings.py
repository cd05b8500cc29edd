"""smtp-desktop settings: list, get, set"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.alert_settings import alerts
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.lazy_group import LazyGroup
from smtp_desktop.cli.output.output import table
from smtp_desktop.domain.settings import SETTINGS, Choice, Number, Setting, SettingValue, Switch, setting_values

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other as contract

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_DEFAULTS = setting_values({})


@click.group(cls=LazyGroup)
def settings() -> None:
    """Show and change the settings of the program."""


settings.add_command(alerts)


@settings.command("list", epilog=examples("settings list", "settings list --json"))
@click.pass_obj
def list_all(session: Session) -> None:
    """List every setting with its value."""
    with session.open() as services:
        values = setting_values(services.preferences.all())
    rows = [
        {
            "NAME": one.name,
            "VALUE": _shown(values[one.name]),
            "DEFAULT": _shown(_DEFAULTS[one.name]),
            "POSSIBLE": _possible(one),
            "MEANING": one.meaning,
        }
        for one in SETTINGS
    ]
    session.output.answer([_document(one, values) for one in SETTINGS], *table(rows))


@settings.command(epilog=examples("settings get retention_days"))
@click.argument("name")
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Print the value of a setting."""
    setting = _find(name)
    with session.open() as services:
        values = setting_values(services.preferences.all())
    session.output.answer(_document(setting, values), _shown(values[setting.name]))


@settings.command("set", epilog=examples("settings set retention_days 30", "settings set notify off"))
@click.argument("name")
@click.argument("value")
@click.pass_obj
def set_one(session: Session, name: str, value: str) -> None:
    """Change a setting. An open window applies it at once."""
    setting = _find(name)
    wanted = setting.parsed(value)
    session.output.field_labels = {setting.name: setting.name}
    with session.open() as services:
        before = setting_values(services.preferences.all())
        changed = before[setting.name] != wanted
        if changed:
            services.preferences.put(setting.key, setting.stored(wanted))
    after = before | {setting.name: wanted}
    words = f"{setting.name} is {_shown(wanted)}" + (" now." if changed else " already.")
    document: contract.SavedSetting = {**_document(setting, after), "changed": changed}
    session.output.result(document, words)


def _find(name: str) -> Setting:
    """Returns the setting of that name, in which blanks and dashes may stand for underscores."""
    found = _BY_NAME.get(name.strip().lower().replace("-", "_"))
    if found is None:
        raise click.UsageError(f"There is no setting {name}. These are: {', '.join(_BY_NAME)}.")
    return found


def _document(setting: Setting, values: Mapping[str, SettingValue]) -> contract.Setting:
    """Returns a setting for `--json`; what its kind does not have is null."""
    kind = setting.kind
    return {
        "name": setting.name,
        "value": values[setting.name],
        "default": _DEFAULTS[setting.name],
        "type": "number" if isinstance(kind, Number) else "switch" if isinstance(kind, Switch) else "choice",
        "minimum": kind.least if isinstance(kind, Number) else None,
        "maximum": kind.most if isinstance(kind, Number) else None,
        "choices": list(kind.words) if isinstance(kind, Choice) else None,
        "can_be_off": isinstance(kind, Number) and kind.can_be_off,
        "meaning": setting.meaning,
    }


def _shown(value: SettingValue) -> str:
    return "off" if value is None or value is False else "on" if value is True else str(value)


def _possible(setting: Setting) -> str:
    match setting.kind:
        case Switch():
            return "on, off"
        case Choice(words=words):
            return ", ".join(words)
        case Number(least=least, most=most, can_be_off=can_be_off):
            return f"{least} to {most}" + (", off" if can_be_off else "")
