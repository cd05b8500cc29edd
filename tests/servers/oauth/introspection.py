"""A server that says for a mail server whose access token is whose (RFC 7662).

with IntrospectionServer() as server:
    server.users["secret-token"] = "boss@example.com"
    ...  # a mail server asks server.url
"""

from collections.abc import Callable

from servers.https import HttpsServer
from servers.https_calls import Answer, Call


class IntrospectionServer(HttpsServer):
    """Knows the tokens in `users`, and those whose user `whose` returns, all for one scope; without TLS."""

    def __init__(self, *, whose: Callable[[str], str | None] = lambda _: None) -> None:
        super().__init__(None)
        self.users: dict[str, str] = {}
        self._whose = whose

    @property
    def endpoint(self) -> str:
        """The address to ask at, by POST."""
        return f"{self.url}/introspect"

    def handle(self, call: Call) -> Answer:
        """Answers as RFC 7662 2.2 has it."""
        token = call.form.get("token", "")
        user = self.users.get(token) or self._whose(token)
        if user is None:
            return Answer(json={"active": False})
        return Answer(json={"active": True, "username": user, "scope": "smtp"})
