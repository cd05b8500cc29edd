"""The labels of an SMTP's fields in its form, for other places that name these fields."""

from PySide6.QtCore import QCoreApplication


def field_labels() -> dict[str, str]:
    """Returns the labels by the fields' names in snake case."""
    return {
        "type": _tr("Type"),
        "is_default": _tr("Is Default"),
        "from_address": _tr("From Address"),
        "signature": _tr("Signature"),
        "description": _tr("Description"),
        "tags": _tr("Tags"),
        "host_name": _tr("Host Name"),
        "smtp_port": _tr("SMTP Port"),
        "tls": _tr("SMTP TLS/SSL"),
        "auth_required": _tr("Auth Required"),
        "user_name": _tr("User Name"),
        "password": _tr("Password"),
        "envelope_sender": _tr("Envelope sender"),
        "ehlo_name": _tr("Name in EHLO"),
        "trusted_ca_pem": _tr("Trusted CA"),
        "trusted_fingerprint": _tr("Trusted fingerprint"),
        "sign_in": _tr("Sign-in"),
        "tokens": _tr("Sign-in in the browser"),
        "provider": _tr("Provider"),
        "issuer": _tr("Issuer"),
        "authorize_url": _tr("Authorization address"),
        "token_url": _tr("Token address"),
        "device_url": _tr("Device code address"),
        "scope": _tr("Scope"),
        "app_credential": _tr("The app signs in with"),
        "app_certificate": _tr("Certificate"),
        "certificate": _tr("Key of the certificate"),
        "next_app_certificate": _tr("Next certificate"),
        "next_certificate": _tr("Key of the next certificate"),
        "service_account": _tr("Service account key"),
        "tenant_id": _tr("Tenant Id"),
        "client_id": _tr("Client Id"),
        "client_secret": _tr("Client Secret"),
        "cloud": _tr("Cloud"),
        "authority": _tr("Authority"),
        "graph_url": _tr("Graph address"),
        "client_secret_valid_until": _tr("Client secret valid until"),
        "per_minute": _tr("Messages per minute"),
        "per_hour": _tr("Messages per hour"),
        "per_day": _tr("Messages per day"),
        "connections": _tr("Connections at once"),
        "mails_per_connection": _tr("Messages per connection"),
    }


def _tr(source: str) -> str:
    return QCoreApplication.translate("FieldLabels", source)
