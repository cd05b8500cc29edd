"""Two hundred servers that make everybody wait, checked with the program's own services."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from servers.smtp.many_servers import ManyServers

from smtp_desktop.bootstrap import make_room_for_connections
from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.services import Services
from smtp_desktop.vault.memory import ProcessVault

pytestmark = pytest.mark.long

SERVERS = 200


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    make_room_for_connections()
    with closing(Application(tmp_path, vault=ProcessVault())) as application:
        yield application.services


def test_two_hundred_are_checked_at_once_with_one_sign_in_each(services: Services) -> None:
    with ManyServers(SERVERS) as servers:
        ids = [relay(services, port) for port in servers.ports]
        ended: dict[ProfileId, list[CheckOutcome]] = {}
        # No server greets before all are connected to: this ends only if every check runs at the same time.
        services.bulk_check.run(
            [*ids, *ids], cancel=Cancel(), on_end=lambda of, outcome: ended.setdefault(of, []).append(outcome)
        )
    assert servers.sign_ins == dict.fromkeys(servers.ports, 1)
    assert ended.keys() == set(ids)
    assert all(isinstance(one, Report) and one.timeline.ok for (one,) in ended.values())
    recorded = {key: [one.ok for one in results] for key, results in services.tester.history(5).items()}
    assert recorded == {key: [True] for key in ids}


def relay(services: Services, port: int) -> ProfileId:
    """Returns the id of a new SMTP for the server at `port`."""
    draft = ProfileDraft(
        name=f"relay_{port}",
        host_name="127.0.0.1",
        smtp_port=str(port),
        tls=False,
        user_name="me@company.example",
        password=Secret("sesame"),
    )
    return services.profiles.create(draft).id
