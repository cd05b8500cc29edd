"""The local inbox's certificate."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from smtp_desktop.local_inbox.certificate import FILE_NAME, certificate_for, make_certificate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_names_this_computer_and_lasts_825_days() -> None:
    server, ca = x509.load_pem_x509_certificates(make_certificate(NOW).chain_pem)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert server.not_valid_after_utc == NOW + timedelta(days=825)
    server.verify_directly_issued_by(ca)


def test_the_key_does_not_show_in_its_repr() -> None:
    assert "PRIVATE KEY" not in repr(make_certificate(NOW))


def test_it_is_kept_for_its_owner_alone_and_used_again(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    first = certificate_for(folder, NOW)

    assert certificate_for(folder, NOW + timedelta(days=700)) == first
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
    if os.name == "posix":
        assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


def test_it_is_renewed_before_it_runs_out(tmp_path: Path) -> None:
    first = certificate_for(tmp_path, NOW)
    later = certificate_for(tmp_path, NOW + timedelta(days=800))

    assert later.ca_pem != first.ca_pem
    assert certificate_for(tmp_path, NOW + timedelta(days=801)) == later


@pytest.mark.parametrize("damage", ["cut", "empty", "other key", "rubbish"])
def test_a_damaged_file_is_replaced(tmp_path: Path, damage: str) -> None:
    first = certificate_for(tmp_path, NOW).chain_pem
    certificates = first[first.index(b"-----BEGIN CERT") :]
    other = make_certificate(NOW).chain_pem
    other_key = other[: other.index(b"-----BEGIN CERT")]
    damaged = {
        "cut": first[: len(first) // 2],
        "empty": b"",
        "other key": other_key + certificates,
        "rubbish": b"\xff\x00" * 50,
    }
    (tmp_path / FILE_NAME).write_bytes(damaged[damage])

    again = certificate_for(tmp_path, NOW)

    assert again.chain_pem != first
    again.server_context()
    assert (tmp_path / FILE_NAME).read_bytes() == again.chain_pem


def test_without_a_folder_each_is_new() -> None:
    assert certificate_for(None, NOW).ca_pem != certificate_for(None, NOW).ca_pem
