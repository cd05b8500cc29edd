"""Keys of the file that declares, and the kinds of their values. docs/export.schema.json is made of them."""

from smtp_desktop.domain.declared.document import (
    ACTIVITIES_KEY,
    DECLARED_SECRETS,
    DEFAULT_KEY,
    ID_KEY,
    SETTINGS_KEY,
    SMTPS_KEY,
    VERSION_KEY,
)
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, Cloud, EnvelopeSender, ProfileType, SignIn

SMTP_TEXTS = (
    *("name", "from_address", "signature", "description", "host_name", "user_name", "ehlo_name"),
    *("trusted_ca_pem", "trusted_fingerprint", "tenant_id", "client_id", "authority", "graph_url"),
    *("client_secret_valid_until", "issuer", "authorize_url", "token_url", "device_url", "scope"),
)
SMTP_FLAGS = ("tls", "auth_required")
SMTP_CHOICES = {
    "type": ProfileType,
    "envelope_sender": EnvelopeSender,
    "sign_in": SignIn,
    "provider": OAuthProvider,
    "app_credential": AppCredential,
    "cloud": Cloud,
}
SMTP_KEYS = {ID_KEY, *SMTP_TEXTS, *SMTP_FLAGS, *SMTP_CHOICES, *DECLARED_SECRETS, "smtp_port", "tags", "limits"}
ACTIVITY_TEXTS = ("name", "description", "subject", "text", "html")
ACTIVITY_LISTS = ("to", "cc", "bcc", "reply_to", "attachments", "headers")
ACTIVITY_KEYS = {ID_KEY, *ACTIVITY_TEXTS, *ACTIVITY_LISTS, "smtp", "backup", "expire_after_s", "enabled"}
FILE_KEYS = {VERSION_KEY, SMTPS_KEY, DEFAULT_KEY, ACTIVITIES_KEY, SETTINGS_KEY}
ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
"""Of an id: it becomes a part of where secrets are kept."""
