"""The view of one mail."""

import pytest

from smtp_desktop.ui.widgets.mail_view import file_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "__.._etc_passwd"),
        ("C:\\x\\y.exe", "C__x_y.exe"),
        (".bashrc", "_bashrc"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("line\nend", "line_end"),
        ("dots...", "dots_"),
        ("  ", "mail"),
        ("ü" * 300, "ü" * 100),
    ],
)
def test_the_name_of_a_stranger_leads_nowhere_and_hides_nothing(name, safe):
    assert file_name(name, without="mail") == safe
