"""Proxies from the environment."""

from collections.abc import Iterator

import pytest
from graph_hand import Hand, a_mail, failure_of, outcomes, reply_of
from servers.proxy import ForwardProxy

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


def test_the_proxy_of_the_environment_is_used(hand: Hand, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//clerk:{SECRET}@"))
    timeline = hand.converse(a_mail())
    assert timeline.failure is None
    assert proxy.connects == [f"127.0.0.1:{hand.servers.entra.port}", f"127.0.0.1:{hand.servers.graph.port}"]
    (connect,) = (step for step in timeline.steps if step.stage is Stage.CONNECT)
    assert "through the proxy" in connect.detail
    assert SECRET not in repr(timeline)


def test_no_proxy_is_honoured(hand: Hand, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert hand.converse(a_mail()).failure is None
    assert proxy.connects == []


def test_a_proxy_that_wants_a_password_is_told(
    hand: Hand, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//clerk:wrong@"))
    timeline = hand.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.PROXY
    assert reply_of(timeline).code == 407
    assert outcomes(timeline)[Stage.CONNECT] is StepStatus.FAILED


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "nonsense://127.0.0.1:1"])
def test_a_proxy_that_is_not_there_is_told(hand: Hand, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    failure = failure_of(hand.converse(a_mail()))
    assert failure.kind in {FailureKind.REFUSED, FailureKind.PROXY}
    assert hand.servers.entra.calls == []
