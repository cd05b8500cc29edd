"""SMTPs in text and JSON."""

from collections.abc import Mapping, Sequence

from smtp_desktop.cli.output.certificates import trusted_ca_text, trusted_document
from smtp_desktop.cli.output.holds import hold_document, hold_text, words_for
from smtp_desktop.cli.output.output import field_lines, table
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.profile_fields import fields_of

_TYPE_NAMES = {"generic": "Generic", "graph": "MS Graph API"}


def profile_document(
    profile: SmtpProfile, ca: Certificate | None = None, hold: SmtpHold | None = None
) -> dict[str, object]:
    """Returns an SMTP for `--json`. Every key is there, null if its type does not have the field. `ca` is the
    certificate of the CA that is trusted for it alone, `hold` is what keeps its mails back."""
    fields = {key: value for key, value in fields_of(profile).items() if not key.startswith("trusted_")}
    server = profile.server
    return {
        **fields,
        **trusted_document(server if isinstance(server, GenericServer) else None, ca),
        "has_password": SecretField.PASSWORD in profile.secret_refs,
        "has_client_secret": SecretField.CLIENT_SECRET in profile.secret_refs,
        "hold": hold_document(hold),
    }


def profile_lines(profile: SmtpProfile, ca: Certificate | None = None, hold: SmtpHold | None = None) -> list[str]:
    """Returns an SMTP as lines `field: value`, without the fields that its type does not have."""
    document = profile_document(profile, ca)
    if document["trusted_ca"]:
        document["trusted_ca"] = trusted_ca_text(ca)
    document["tags"] = " ".join(profile.tags) or None
    document["limits"] = _limits_text(profile.limits)
    document["hold"] = hold_text(hold, profile.name) if hold else None
    return field_lines(document)


def _limits_text(limits: SendLimits) -> str | None:
    texts = (
        (limits.per_minute, "mails a minute"),
        (limits.per_hour, "mails an hour"),
        (limits.per_day, "mails a day"),
        (limits.connections, "connections at once"),
        (limits.mails_per_connection, "mails a connection"),
    )
    return ", ".join(f"{limit:,} {unit}" for limit, unit in texts if limit) or None


def server_text(profile: SmtpProfile) -> str:
    """Returns host and port of an SMTP, or the tenant of a Microsoft 365 mailbox."""
    server = profile.server
    if not isinstance(server, GenericServer):
        return server.tenant_id
    host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
    return f"{host}:{server.smtp_port}"


def profile_table(profiles: Sequence[SmtpProfile], holds: Mapping[ProfileId, SmtpHold]) -> list[str]:
    """Returns a heading and a line for each SMTP; the default has a star, STATE is what keeps mails back."""
    tagged = any(profile.tags for profile in profiles)
    return table(
        [
            {
                "": "*" if profile.is_default else "",
                "NAME": profile.name,
                "TYPE": _TYPE_NAMES[profile.type],
                "SERVER": server_text(profile),
                "USER NAME": profile.server.user_name,
                "FROM": profile.from_address,
                **({"TAGS": " ".join(profile.tags)} if tagged else {}),
                "STATE": words_for(holds[profile.id]).title if profile.id in holds else "",
            }
            for profile in profiles
        ]
    )
