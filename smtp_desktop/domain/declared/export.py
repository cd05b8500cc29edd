"""SMTPs, activities and settings as a file that people read, and that `apply` and the import take.

What an object leaves out has its default, so a file holds only what is set. Where a secret belongs, it says from which
variable it is to come; what is sealed afterwards has the secret itself.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from smtp_desktop.domain.declared.difference import activity_fields
from smtp_desktop.domain.declared.document import (
    ACTIVITIES_KEY,
    DECLARED_SECRETS,
    DEFAULT_KEY,
    ID_KEY,
    SETTINGS_KEY,
    SMTPS_KEY,
    VALUE_KEY,
    VERSION,
    VERSION_KEY,
    SecretSource,
)
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import SettingValue
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
    default_of,
)
from smtp_desktop.domain.smtp.profile_fields import fields_of

_ENVELOPE_DEFAULT = "user"
_CLOUD_DEFAULT = "global"
# Said where they are as they would be without being said, too: a reader looks for them.
_LEFT_OUT = {
    "is_default": None,
    "envelope_sender": _ENVELOPE_DEFAULT,
    "cloud": _CLOUD_DEFAULT,
    "app_credential": AppCredential.SECRET,
    # It comes with the secret that is its key; the next one stays on this computer.
    "app_certificate": None,
    "next_app_certificate": None,
}


Secrets = Mapping[ProfileId, Mapping[SecretField, Secret]]
"""The secrets of SMTPs."""


def smtps_document(profiles: Sequence[SmtpProfile], secrets: Secrets | None = None) -> dict[str, object]:
    """Returns a file with these SMTPs alone, which says nothing of the others and of the default. With `secrets` it has
    those in it, and must be sealed."""
    return {
        VERSION_KEY: VERSION,
        SMTPS_KEY: [_smtp(profile, secrets) for profile in sorted(profiles, key=_by_name)],
    }


def whole_document(
    profiles: Sequence[SmtpProfile],
    activities: Sequence[Activity],
    settings: Mapping[str, SettingValue],
    secrets: Secrets | None = None,
) -> dict[str, object]:
    """Returns a file with all there is, with `secrets` as `smtps_document` does."""
    default = default_of(profiles)
    names = {profile.id: profile.name for profile in profiles}
    return {
        **smtps_document(profiles, secrets),
        DEFAULT_KEY: default.name if default else None,
        ACTIVITIES_KEY: [_activity(activity, names) for activity in sorted(activities, key=_by_name)],
        SETTINGS_KEY: dict(settings),
    }


def written(document: Mapping[str, object], text_format: TextFormat) -> str:
    """Returns the text of a file."""
    if text_format is TextFormat.JSON:
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    from smtp_desktop.domain.declared.yaml_writer import yaml_text  # noqa: PLC0415 - JSON needs no YAML

    return yaml_text(document)


def signed_in_anew(profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns the names of those SMTPs for which somebody has to sign in again where a file is applied: tokens are in
    no file."""
    return [one.name for one in sorted(profiles, key=_by_name) if SecretField.TOKENS in one.needed_secrets]


def variable_of(name: str, secret: SecretField) -> str:
    """Returns the variable that stands for a secret in a file: SMTP_REPORTS_PASSWORD."""
    return f"SMTP_{name}_{secret}".upper()


def _by_name(one: SmtpProfile | Activity) -> tuple[str, str]:
    return natural_key(one.name), one.name


def _smtp(profile: SmtpProfile, known: Secrets | None) -> dict[str, object]:
    fields: dict[str, Any] = {
        key: value for key, value in fields_of(profile).items() if not _is_empty(value) and _is_said(key, value)
    }
    if fields["type"] == ProfileType.GENERIC and fields.get("sign_in") == SignIn.PASSWORD:
        del fields["sign_in"]  # the default; that of a mailbox is another one
    if not fields.get("auth_required", True):
        fields.pop("envelope_sender", None)  # it has no effect, which `apply` refuses
    if limits := {key: limit for key, limit in fields.pop("limits").items() if limit}:
        fields["limits"] = limits
    return {"name": fields.pop("name"), ID_KEY: profile.id, **fields, **_secrets(profile, known)}


def _secrets(profile: SmtpProfile, known: Secrets | None) -> dict[str, object]:
    if known is not None:
        own = known.get(profile.id, {})
        return {str(one): {VALUE_KEY: own[one]} for one in DECLARED_SECRETS if one in own}
    used = profile.needed_secrets | set(profile.secret_refs)
    return {
        str(one): {str(SecretSource.ENV): variable_of(profile.name, one)} for one in DECLARED_SECRETS if one in used
    }


def _activity(activity: Activity, names: Mapping[ProfileId, str]) -> dict[str, object]:
    fields = {key: value for key, value in activity_fields(activity, names).items() if not _is_empty(value)}
    return {"name": fields.pop("name"), ID_KEY: activity.id, **fields}


def _is_said(key: str, value: object) -> bool:
    return key not in _LEFT_OUT or (_LEFT_OUT[key] is not None and value != _LEFT_OUT[key])


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])
