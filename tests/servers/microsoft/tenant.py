"""Entra ID and Graph together, with a tenant, an app and a mailbox that tests share.

with microsoft(authority, permissions={"Mail.Send", "Mail.Read"}) as servers:
    ...  # sign in at servers.entra.url, call servers.graph.url
assert servers.graph.sent[0].recipients == ("anna@contoso.example",)
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from servers.certificates import Authority
from servers.microsoft.entra import EntraServer
from servers.microsoft.graph import GraphServer

TENANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CLIENT_ID = "16fd2706-8baf-433b-82eb-8c7fada847da"
CLIENT_SECRET = "cs~canary.8Q_secret-value"
USER_NAME = "svc-mail@northwind.example"
PASSWORD = "canary password 4711"


@dataclass(frozen=True, slots=True, kw_only=True)
class Microsoft:
    """The two servers."""

    entra: EntraServer
    graph: GraphServer

    @property
    def scope(self) -> str:
        """The scope to ask for tokens with."""
        return f"{self.graph.url}/.default"


@contextmanager
def microsoft(
    authority: Authority,
    *,
    permissions: Iterable[str] = ("Mail.Send",),
    mailbox: str = USER_NAME,
    send_as: Iterable[str] = (),
    tenant: str = TENANT,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    user_name: str = USER_NAME,
    password: str = PASSWORD,
) -> Iterator[Microsoft]:
    """Runs both servers during the block; tokens of the one are valid for the other."""
    tls = authority.context("localhost", "127.0.0.1")
    entra = EntraServer(
        tls, tenant=tenant, client_id=client_id, client_secret=client_secret, user_name=user_name, password=password
    )
    with entra, GraphServer(tls, entra, mailbox=mailbox, permissions=permissions, send_as=send_as) as graph:
        entra.graph_url = graph.url
        yield Microsoft(entra=entra, graph=graph)
