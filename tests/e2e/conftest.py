"""Set-up that the end-to-end tests share."""

import pytest
from e2e.running import Program
from servers.certificates import Authority


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def program(tmp_path, authority) -> Program:
    return Program(tmp_path, authority.path)
