"""The fields of an SMTP as plain values, without secrets: to be shown, compared and exported."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, Server, SignIn, SmtpProfile

Plain = str | int | bool | list[str] | dict[str, int | None] | None


def fields_of(profile: SmtpProfile) -> dict[str, Plain]:
    """Returns all fields by name, in the order of the form; None where the SMTP's type does not have the field, or it
    has no value."""
    server = profile.server
    generic = server if isinstance(server, GenericServer) else None
    graph = None if isinstance(server, GenericServer) else server
    custom = graph if graph and graph.cloud is Cloud.CUSTOM else None
    valid_until = server.client_secret_valid_until
    client = generic.oauth if generic else None
    return {
        "name": profile.name,
        "type": profile.type.value,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "tags": list(profile.tags),
        "host_name": generic.host_name if generic else None,
        "smtp_port": generic.smtp_port if generic else None,
        "tls": generic.tls if generic else None,
        "auth_required": generic.auth_required if generic else None,
        "user_name": server.user_name,
        "envelope_sender": generic.envelope_sender.value if generic else None,
        "ehlo_name": generic.ehlo_name or None if generic else None,
        "trusted_ca_pem": generic.trusted_ca_pem or None if generic else None,
        "trusted_fingerprint": generic.trusted_fingerprint or None if generic else None,
        "sign_in": server.sign_in.value if graph or (generic and generic.auth_required) else None,
        "provider": client.provider.value if client else None,
        "tenant_id": graph.tenant_id if graph else (client.tenant_id or None if client else None),
        "client_id": graph.client_id if graph else (client.client_id or None if client else None),
        "issuer": client.issuer or None if client else None,
        "authorize_url": client.authorize_url or None if client else None,
        "token_url": client.token_url or None if client else None,
        "device_url": client.device_url or None if client else None,
        "scope": client.scope or None if client else None,
        "app_credential": server.app_credential.value if _has_credential(server) else None,
        "app_certificate": server.app_certificate.pem if server.app_certificate else None,
        "next_app_certificate": server.next_app_certificate.pem if server.next_app_certificate else None,
        "cloud": graph.cloud.value if graph else None,
        "authority": custom.authority if custom else None,
        "graph_url": custom.graph_url if custom else None,
        "client_secret_valid_until": valid_until.isoformat() if valid_until else None,
        "limits": {field: limit or None for field, limit in asdict(profile.limits).items()},
    }


def _has_credential(server: Server) -> bool:
    """Whether it signs in as an app at Microsoft, which takes several kinds of proof."""
    if server.sign_in is not SignIn.APP_ONLY:
        return False
    client = server.oauth if isinstance(server, GenericServer) else None
    return client is None or client.provider is OAuthProvider.MICROSOFT


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedField:
    """A field with its value in each of the SMTPs that are compared, in their order."""

    name: str
    values: tuple[Plain, ...]

    @property
    def differs(self) -> bool:
        return any(value != self.values[0] for value in self.values)


def compared(profiles: Sequence[SmtpProfile]) -> list[ComparedField]:
    """Returns the fields, but for the name, in which the SMTPs differ, and after them those in which they are alike.
    What none of them has is left out."""
    flat = [_flat(profile) for profile in profiles]
    found = [ComparedField(name=name, values=tuple(each[name] for each in flat)) for name in flat[0] if name != "name"]
    shown = [one for one in found if any(value not in (None, "", []) for value in one.values)]
    return sorted(shown, key=lambda one: not one.differs)


def _flat(profile: SmtpProfile) -> dict[str, Plain]:
    fields = fields_of(profile)
    limits = fields.pop("limits")
    return {**fields, **(limits if isinstance(limits, dict) else {})}
