"""The account of the local inbox, to which its clients sign in."""

import hashlib
import hmac
from dataclasses import dataclass

from smtp_desktop.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class InboxAccount:
    """Its user name, and the digests of the passwords that it accepts."""

    user_name: str
    password_digests: frozenset[str]

    def accepts(self, user_name: str, password: Secret) -> bool:
        """Returns whether a client may sign in."""
        digest = digest_of(password)
        return user_name == self.user_name and any(
            hmac.compare_digest(digest, known) for known in self.password_digests
        )


def digest_of(password: Secret) -> str:
    """Returns the digest of a password that is random and long: one that people choose would need a slow one."""
    return hashlib.sha256(password.reveal().encode()).hexdigest()
