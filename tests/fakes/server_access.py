"""Access to servers with nothing but the secrets in a vault."""

from smtp_desktop.services.ports import Vault
from smtp_desktop.services.server_access import ServerAccess


def access_by(vault: Vault) -> ServerAccess:
    """Returns the access that nobody signs in for with a token."""
    return ServerAccess(vault=vault, source_of=lambda *_: None)
