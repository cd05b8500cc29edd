"""The system's trust store is read once, and again as soon as it has changed."""

import ssl
import sys
from pathlib import Path

import pytest
import trustme

from smtp_desktop.transports.net.tls import read_once, system_context

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the system verifies in its own way there")


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is the system's trust store, with one CA in it."""
    path = tmp_path / "bundle.pem"
    trustme.CA().cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_a_new_context_trusts_what_the_system_trusts_and_is_nobody_elses(bundle: Path) -> None:
    first, second = system_context(), system_context()
    first.load_verify_locations(cadata=trustme.CA().cert_pem.bytes().decode())
    assert len(second.get_ca_certs()) == 1
    assert len(first.get_ca_certs()) == 2
    assert (second.verify_mode, second.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_same_text_gives_the_same_context_until_the_bundle_changes(bundle: Path) -> None:
    made: list[str] = []

    def make(pem: str) -> ssl.SSLContext:
        made.append(pem)
        return system_context()

    context = read_once(make)
    first = context("a")
    assert context("a") is first
    assert context("b") is not first
    assert made == ["a", "b"]
    bundle.write_bytes(bundle.read_bytes() + trustme.CA().cert_pem.bytes())
    renewed = context("a")
    assert made == ["a", "b", "a"]
    assert len(renewed.get_ca_certs()) == 2


def test_another_bundle_is_another_trust_store(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = read_once(lambda _: system_context())
    first = context("")
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    assert context("").get_ca_certs() != first.get_ca_certs()
