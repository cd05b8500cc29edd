"""The users of a mail server that takes the access tokens of an authorization server."""

from servers.oauth.grants import Grants


class AccountsOf(dict[str, str]):
    """For `TokenScript`: whom a token signs in, while it is good. That of an app signs in `of_apps`."""

    def __init__(self, grants: Grants, *, of_apps: str = "") -> None:
        super().__init__()
        self._grants = grants
        self._of_apps = of_apps

    def get(self, token: str, default: str = "") -> str:  # type: ignore[override]  # all that a script asks
        issued = self._grants.valid(token)
        return (issued.account or self._of_apps) if issued else default
