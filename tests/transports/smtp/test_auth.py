import pytest

from smtp_desktop.transports.smtp.auth import choose_mechanism
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN"), Mechanism.SCRAM_SHA_256_PLUS),
        (("LOGIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"), Mechanism.SCRAM_SHA_256),
        (("LOGIN", "CRAM-MD5", "PLAIN", "SCRAM-SHA-1"), Mechanism.PLAIN),
        (("CRAM-MD5", "LOGIN", "XOAUTH2"), Mechanism.LOGIN),
        (("XOAUTH2", "CRAM-MD5"), Mechanism.CRAM_MD5),
        (("XOAUTH2", "GSSAPI", "PLAIN-CLIENTTOKEN"), None),
        ((), None),
    ],
)
def test_the_mechanism(offered: tuple[str, ...], chosen: Mechanism | None) -> None:
    assert choose_mechanism(offered) is chosen
