"""SMTPs in text and JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from smtp_desktop.cli.output.certificates import trusted_ca_text, trusted_document
from smtp_desktop.cli.output.output import field_lines, table
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SecretField, SmtpProfile

_TYPE_NAMES = {"generic": "Generic", "graph": "MS Graph API"}


def profile_document(profile: SmtpProfile, ca: Certificate | None = None) -> dict[str, object]:
    """Returns an SMTP for `--json`. Every key is there, null if its type does not have the field. `ca` is the
    certificate of the CA that is trusted for it alone."""
    server = profile.server
    generic = server if isinstance(server, GenericServer) else None
    graph = None if isinstance(server, GenericServer) else server
    custom = graph if graph and graph.cloud is Cloud.CUSTOM else None
    valid_until = graph.client_secret_valid_until if graph else None
    return {
        "name": profile.name,
        "type": profile.type.value,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "host_name": generic.host_name if generic else None,
        "smtp_port": generic.smtp_port if generic else None,
        "tls": generic.tls if generic else None,
        "auth_required": generic.auth_required if generic else None,
        "user_name": server.user_name,
        "envelope_sender": generic.envelope_sender.value if generic else None,
        "ehlo_name": generic.ehlo_name or None if generic else None,
        **trusted_document(generic, ca),
        "sign_in": graph.sign_in.value if graph else None,
        "tenant_id": graph.tenant_id if graph else None,
        "client_id": graph.client_id if graph else None,
        "cloud": graph.cloud.value if graph else None,
        "authority": custom.authority if custom else None,
        "graph_url": custom.graph_url if custom else None,
        "client_secret_valid_until": valid_until.isoformat() if valid_until else None,
        "limits": {field: limit or None for field, limit in asdict(profile.limits).items()},
        "has_password": SecretField.PASSWORD in profile.secret_refs,
        "has_client_secret": SecretField.CLIENT_SECRET in profile.secret_refs,
    }


def profile_lines(profile: SmtpProfile, ca: Certificate | None = None) -> list[str]:
    """Returns an SMTP as lines `field: value`, without the fields that its type does not have."""
    document = profile_document(profile, ca)
    if document["trusted_ca"]:
        document["trusted_ca"] = trusted_ca_text(ca)
    document["limits"] = _limits_text(profile.limits)
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


def profile_table(profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns a heading and a line for each SMTP; the default has a star."""
    return table(
        [
            {
                "": "*" if profile.is_default else "",
                "NAME": profile.name,
                "TYPE": _TYPE_NAMES[profile.type],
                "SERVER": server_text(profile),
                "USER NAME": profile.server.user_name,
                "FROM": profile.from_address,
            }
            for profile in profiles
        ]
    )
