"""The forms of SMTPs that sign in without a password, one after the other, for tests of how all of it fits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from PySide6.QtWidgets import QAbstractButton, QComboBox
from ui.window_driver import WindowDriver

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.oauth import AppCertificate

_PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def sign_in_forms(gui: WindowDriver) -> Iterator[str]:
    """Shows one form after the other, and yields what it is."""
    editor, panel = gui.window.smtps.editor, gui.panel
    editor.create()
    for way in ("browserSegment", "app-onlySegment"):
        _press(gui, way)
        providers = panel.findChild(QComboBox, "providerField")
        assert providers is not None
        for number in range(providers.count()):
            providers.setCurrentIndex(number)
            yield f"{way}, provider {number}"
            editor.save()
            yield f"{way}, provider {number}, refused"
    tokens = TokenSet(
        access_token=Secret("a"), expires_at=datetime.now(UTC) + timedelta(hours=1), account="ops@company.example"
    )
    _press(gui, "browserSegment")
    panel.form.sign_in.take_tokens(tokens, "ops@company.example")
    yield "signed in"
    types = panel.findChild(QComboBox, "typeField")
    assert types is not None
    types.setCurrentIndex(1)
    _press(gui, "app-onlySegment")
    _press(gui, "certificateSegment")
    for number in range(2):
        certificate = AppCertificate(pem=_PEM.format("AAAA"), valid_until=date(2028 + number, 2, 3))
        panel.form.sign_in.certificate.take(certificate, Secret("key"))
    yield "certificates"
    editor.start_create()
    editor.close_panel()


def _press(gui: WindowDriver, name: str) -> None:
    button = gui.panel.findChild(QAbstractButton, name)
    assert button is not None
    button.click()
