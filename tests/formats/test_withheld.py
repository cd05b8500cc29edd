import pytest

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.withheld import secrets_in, without_secrets


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("SMTP_PASSWORD=s3cret", {"s3cret"}),
        ('"pass": "s3cret",', {"s3cret"}),
        ("<password>s3cret</password>", {"s3cret"}),
        ("--auth-password s3cret", {"s3cret"}),
        ("'client_secret' => 's3cret'", {"s3cret"}),
        ("smtp://ann:s3cret@h.example", {"s3cret"}),
        ("[h.example]:587 ann@b.example:s3cret", {"s3cret"}),
        ("ann@b.example|h.example:s3cret", {"s3cret"}),
        ("ann@b.example:587", set()),
        ("password s3cret\x1b", {"s3cret"}),
        ("password = ********", set()),
        ("password: ${SMTP_PASS}", set()),
        ("smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd", set()),
        ("password_file: /run/secrets/smtp", set()),
        ("host = smtp.company.example", set()),
    ],
)
def test_what_looks_like_a_password_is_found(text, secrets):
    assert secrets_in(text) == secrets


def test_it_is_withheld_wherever_it_would_be_shown():
    problem = Unreadable(
        format=ImportFormat.MSMTP, file="a", line=1, reason=msg("“{word}” is no command.", word="password=s3cret")
    )
    source = Source(format=ImportFormat.MSMTP, files=("a",), unreadable=(problem,))
    (shown,) = without_secrets(source, {"s3cret"}).unreadable
    assert str(shown.reason) == "“…” is no command."
    assert without_secrets(source, ()) is source


@pytest.mark.long
@pytest.mark.parametrize("part", ["password", "pass ", "://a:", "@a:", "secret=", "x", "\"'"])
def test_a_long_text_takes_linear_time(part):
    assert secrets_in(part * (3_000_000 // len(part))) is not None
