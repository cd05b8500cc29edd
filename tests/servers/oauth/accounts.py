"""The users of a mail server that takes the access tokens of an authorization server."""

from servers.oauth.grants import Grants


class AccountsOf(dict[str, str]):
    """For `TokenScript`: whom a token signs in, while it is good."""

    def __init__(self, grants: Grants) -> None:
        super().__init__()
        self._grants = grants

    def get(self, token: str, default: str = "") -> str:  # type: ignore[override]  # all that a script asks
        issued = self._grants.valid(token)
        return issued.account if issued else default
