"""The local inbox at the next start of a window whose secrets are in an encrypted file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services

MASTER = Secret("opens it all")


@contextmanager
def started(home: Path) -> Iterator[Services]:
    with closing(Application(home)) as application:
        try:
            yield application.services
        finally:
            application.inbox.stop()


def test_it_listens_again_without_the_master_password_and_is_sent_to_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with started(tmp_path) as services:
        services.unlock(MASTER)
        before = services.inbox_setup.open()

    with started(tmp_path) as services:
        again = services.inbox_setup.reopen()
        assert again is not None
        assert (again.id, again.secret_refs) == (before.id, before.secret_refs)
        with pytest.raises(VaultLocked):
            services.vault.get(next(iter(again.secret_refs.values())))
        services.unlock(MASTER)
        report = services.tester.test(again.id, to="me@localhost", cancel=Cancel(), on_step=lambda _: None)
        assert report.timeline.failure is None
        assert len(services.inbox.all()) == 1
