"""What every maker of certificates does."""

from abc import ABC, abstractmethod
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.services.sign_in.ports import CertificateMaker

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


class CertificateMakerContract(ABC):
    @abstractmethod
    @pytest.fixture
    def maker(self) -> CertificateMaker: ...

    def test_the_secret_is_a_key_and_the_certificate_after_it(self, maker: CertificateMaker) -> None:
        made = maker.make("Box", months=1, now=NOW)
        assert made.secret.reveal().startswith("-----BEGIN PRIVATE KEY-----\n")
        assert made.secret.reveal().endswith(made.certificate.pem)
        assert made.certificate.pem.startswith("-----BEGIN CERTIFICATE-----\n")

    def test_nothing_that_it_makes_prints_the_key(self, maker: CertificateMaker) -> None:
        made = maker.make("Box", months=1, now=NOW)
        key = made.secret.reveal().splitlines()[1]
        assert key not in repr(made)
        assert key not in made.certificate.pem

    def test_each_certificate_is_another_one(self, maker: CertificateMaker) -> None:
        one, other = (maker.make("Box", months=1, now=NOW).certificate for _ in range(2))
        assert one != other
        assert one.thumbprint != other.thumbprint

    def test_a_month_has_30_days(self, maker: CertificateMaker) -> None:
        assert maker.make("Box", months=1, now=NOW).certificate.valid_until == date(2026, 12, 30)

    def test_the_thumbprint_is_the_sha256_of_the_der_form(self, maker: CertificateMaker) -> None:
        certificate = maker.make("Box", months=1, now=NOW).certificate
        assert sha256(maker.der(certificate)).hexdigest().upper() == certificate.thumbprint

    def test_what_it_makes_it_reads_again(self, maker: CertificateMaker, tmp_path: Path) -> None:
        made, path = maker.make("Box", months=1, now=NOW), tmp_path / "box.pem"
        path.write_text(made.secret.reveal(), encoding="ascii")
        assert maker.read([path], None, now=NOW) == made

    def test_what_it_makes_it_parses_again(self, maker: CertificateMaker) -> None:
        made = maker.make("Box", months=1, now=NOW)
        assert maker.parse(made.secret, now=NOW) == made

    def test_a_file_without_a_key_is_refused(self, maker: CertificateMaker, tmp_path: Path) -> None:
        path = tmp_path / "box.cer"
        path.write_text(maker.make("Box", months=1, now=NOW).certificate.pem, encoding="ascii")
        with pytest.raises(FieldErrors) as refused:
            maker.read([path], None, now=NOW)
        assert [error.field for error in refused.value.errors] == ["certificate"]
