"""Fixtures of the SMTP client's tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from connection_driver import ConnectionDriver

from smtp_desktop.domain.smtp.profile import GenericServer


@pytest.fixture
def new_driver() -> Iterator[Callable[..., ConnectionDriver]]:
    """Returns a function that makes drivers, whose connections are closed when the test ends."""
    made: list[ConnectionDriver] = []

    def make(server: GenericServer, password: str = "", **changes: Any) -> ConnectionDriver:
        made.append(ConnectionDriver(server, password, **changes))
        return made[-1]

    yield make
    for driver in made:
        driver.connection.close()
