"""Entra ID and Graph on this computer, whose CA the system trusts; every request is checked against the contract."""

from collections.abc import Iterator

import pytest
from graph_driver import GraphDriver
from servers.certificates import Authority
from servers.microsoft.graph_contract import check_against_contract, contract_path
from servers.microsoft.tenant import Microsoft, microsoft


@pytest.fixture
def servers(trusted: Authority) -> Iterator[Microsoft]:
    """Both servers; the app may send mail and nothing else."""
    with microsoft(trusted) as both:
        yield both
        if contract_path():
            check_against_contract(both.graph.calls)


@pytest.fixture
def driver(servers: Microsoft) -> GraphDriver:
    """Drives a transport for the servers' mailbox."""
    return GraphDriver(servers)
