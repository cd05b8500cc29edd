"""Proxies from the environment."""

import base64
from collections.abc import Iterator

import pytest
from graph_driver import GraphDriver, a_mail, failure_of, reply_of, statuses
from servers.proxy import ForwardProxy
from shown import everything_shown

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus

SECRET = "pr0xy-canary"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    with ForwardProxy(user="clerk", password=SECRET) as running:
        yield running


def test_the_proxy_of_the_environment_is_used(
    driver: GraphDriver, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//clerk:{SECRET}@"))
    timeline = driver.converse(a_mail())
    assert timeline.failure is None
    assert proxy.connects == [f"127.0.0.1:{driver.servers.entra.port}", f"127.0.0.1:{driver.servers.graph.port}"]
    (connect,) = (step for step in timeline.steps if step.stage is Stage.CONNECT)
    assert "through the proxy" in connect.detail
    assert SECRET not in repr(timeline)


@pytest.mark.parametrize("words", ["no {plain} here", "no {encoded} here"])
def test_a_proxy_s_own_password_is_not_shown(driver: GraphDriver, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ForwardProxy(user="clerk", password="other", wrong_password=words) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//clerk:kan4rien%2177@"))
        timeline = driver.converse()
    shown = everything_shown(timeline)
    assert failure_of(timeline).kind is FailureKind.PROXY
    assert "characters withheld" in shown
    assert "kan4rien" not in shown
    assert base64.b64encode(b"clerk:kan4rien!77").decode() not in shown


def test_no_proxy_is_honoured(driver: GraphDriver, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert driver.converse(a_mail()).failure is None
    assert proxy.connects == []


def test_a_proxy_that_wants_a_password_fails(
    driver: GraphDriver, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//clerk:wrong@"))
    timeline = driver.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.PROXY
    assert reply_of(timeline).code == 407
    assert statuses(timeline)[Stage.CONNECT] is StepStatus.FAILED


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "nonsense://127.0.0.1:1"])
def test_a_proxy_that_is_not_there_fails(driver: GraphDriver, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    failure = failure_of(driver.converse(a_mail()))
    assert failure.kind in {FailureKind.REFUSED, FailureKind.PROXY}
    assert driver.servers.entra.calls == []
