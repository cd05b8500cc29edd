"""What is pasted into Host Name is taken apart."""

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.pasted_server import PastedServer, pasted_server


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("smtp.office365.com:587", PastedServer(host_name="smtp.office365.com", smtp_port="587")),
        (" smtp.office365.com:587 ", PastedServer(host_name="smtp.office365.com", smtp_port="587")),
        ("[::1]:2525", PastedServer(host_name="::1", smtp_port="2525")),
        ("smtp://mail.example", PastedServer(host_name="mail.example")),
        ("smtp://mail.example:25/", PastedServer(host_name="mail.example", smtp_port="25")),
        ("smtps://mail.example", PastedServer(host_name="mail.example", smtp_port="465", tls=True)),
        ("https://mail.example:8443/owa", PastedServer(host_name="mail.example")),
        (
            "smtps://ops%40mail.example:a%3Ab@mail.example:2465",
            PastedServer(
                host_name="mail.example",
                smtp_port="2465",
                tls=True,
                user_name="ops@mail.example",
                password=Secret("a:b"),
            ),
        ),
    ],
)
def test_it_is_taken_apart(typed, found):
    assert pasted_server(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mail.example",
        "::1",
        "[::1]",
        "192.0.2.1",
        "mail.example:",
        "mail.example:99999",
        "me@mail.example",
        "a b:1",
    ],
)
def test_a_name_stays_and_so_does_what_is_nothing_of_the_kind(typed):
    assert pasted_server(typed) is None


def test_a_password_in_it_is_not_printed():
    found = pasted_server("smtp://ops:s3cret@mail.example:25")
    assert "s3cret" not in repr(found)
