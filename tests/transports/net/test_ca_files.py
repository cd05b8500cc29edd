"""Files with the CAs that an SMTP can trust."""

import os
import ssl
from pathlib import Path

import pytest
import trustme
from fakes.certificates import a_certificate
from servers.certificates import Authority as CertificateAuthority

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.services.ports import Authorities
from smtp_desktop.transports.net.ca_files import CaFiles
from smtp_desktop.transports.net.certificates import certificate_from

FILES: Authorities = CaFiles()


def shown(leaf: trustme.LeafCert) -> tuple[Certificate, ...]:
    """Returns the chain that a server with `leaf` shows."""
    pems = [one.bytes().decode() for one in leaf.cert_chain_pems]
    return tuple(certificate_from(ssl.PEM_cert_to_DER_cert(pem)) for pem in pems)


def refusal(path: Path) -> str:
    with pytest.raises(FieldErrors) as caught:
        FILES.read(path)
    (error,) = caught.value.errors
    assert error.field == "trusted_ca_pem"
    return str(error.message)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some file"


@pytest.mark.parametrize("form", ["pem", "der", "pem with prose and a key", "with the server's own"])
def test_a_ca_is_read_from_a_file(authority: CertificateAuthority, file: Path, form: str) -> None:
    pem, leaf = authority.pem, authority.issue()
    content = {
        "pem": pem.encode(),
        "der": ssl.PEM_cert_to_DER_cert(pem),
        "pem with prose and a key": f"The CA of Example Ltd:\r\n{pem}".encode() + leaf.private_key_pem.bytes(),
        "with the server's own": leaf.cert_chain_pems[0].bytes() + pem.encode(),
    }[form]
    file.write_bytes(content)
    read = FILES.read(file)
    assert ssl.PEM_cert_to_DER_cert(read.pem) == ssl.PEM_cert_to_DER_cert(pem)
    assert "KEY" not in read.pem
    assert read.certificate == FILES.certificate(read.pem)
    assert read.certificate.self_signed


def test_what_is_no_ca_is_refused(authority: CertificateAuthority, file: Path) -> None:
    file.write_bytes(authority.issue("mail.example.com").cert_chain_pems[0].bytes())
    assert "is not a CA" in refusal(file)


def test_several_cas_are_refused(authority: CertificateAuthority, file: Path) -> None:
    bundle = "".join(trustme.CA(organization_name=f"CA {n}").cert_pem.bytes().decode() for n in range(4))
    file.write_text(bundle)
    assert "contains 4 CAs" in refusal(file)
    assert "CA 0" in refusal(file)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\x30\x03\x02"]
)
def test_what_is_no_certificate_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert "no readable certificate" in refusal(file)


def test_a_file_that_is_none_is_refused(file: Path, tmp_path: Path) -> None:
    assert "does not exist" in refusal(file)
    assert "is not a file" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    assert "is not a file" in refusal(file)


def test_a_huge_file_is_refused(file: Path) -> None:
    file.write_bytes(b"x" * 1_000_001)
    assert "too large" in refusal(file)


def test_issuers_are_recognized(authority: CertificateAuthority, file: Path) -> None:
    ca = FILES.read(authority.path)
    file.write_bytes(trustme.CA().cert_pem.bytes())
    other = FILES.read(file)
    direct, below = authority.issue(), authority.issue_below()
    assert FILES.issued(ca, shown(direct))
    assert FILES.issued(ca, shown(below))
    assert FILES.issued(ca, (ca.certificate,))
    assert not FILES.issued(ca, shown(below)[:1])
    assert not FILES.issued(other, shown(direct))
    # Stored certificates have no DER form to compare.
    assert FILES.issued(other, (a_certificate("mail.example.com"),))


@pytest.mark.parametrize("pem", ["", "PEM", "Grüße", "-----BEGIN CERTIFICATE-----"])
def test_a_stored_ca_that_can_not_be_read_is_none(pem: str) -> None:
    assert FILES.certificate(pem) is None
