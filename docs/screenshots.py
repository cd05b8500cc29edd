"""Makes the screenshots in docs/screenshots anew, from the real window on a throw-away home.

    python3 dev.py shots

Nothing leaves this computer: the failing test talks to the program's own local inbox, and Microsoft is played by the
servers of the tests. The pictures show what the
`offscreen` platform draws, with dialogs laid where a window manager would put them.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.certificates import a_certificate
from PySide6.QtCore import QElapsedTimer, QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTextBrowser,
    QWidget,
)
from sample_outbox import fill
from servers.certificates import Authority
from servers.graph_inbox import made_up_messages
from servers.microsoft import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft, microsoft

from smtp_desktop.bootstrap import window_parts
from smtp_desktop.domain.conversation import FailureKind, Security, Stage, TlsMode
from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.domain.health import CheckResult, ServerFact, Trial
from smtp_desktop.domain.profile import Cloud, ProfileType, SmtpProfile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.parts import Parts, build
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.ui.bus import Bus
from smtp_desktop.ui.main_window import MainWindow
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.theme import ThemeChoice, dressed
from smtp_desktop.vault.memory import ProcessVault

FOLDER = Path(__file__).parent / "screenshots"
PATIENCE_MS = 20_000
DURATIONS_MS = (70, 90, 80, 100, 90, 70, 80, 120, 90, 80, 90, 70, 80)


class Studio:
    """A window with samples in it."""

    def __init__(self, app: QApplication, home: Path, choice: ThemeChoice, servers: Microsoft | None) -> None:
        self.app = app
        self.bus, self.tasks = Bus(), Tasks()
        self.parts = build(home, events=self.bus, vault=ProcessVault())
        self.profiles = _samples(self.parts, servers) if servers else []
        # The samples' vault is the throw-away one; the pictures show what most people see.
        window_has = replace(window_parts(self.parts), secret_place=lambda: "kept in the system keyring")
        self.window = dressed(
            app,
            choice,
            lambda theme: MainWindow(
                parts=window_has, bus=self.bus, tasks=self.tasks, theme=theme, choice=choice, kept={}
            ),
        )
        # The offscreen platform's screen is smaller than the window would like to be.
        self.window.resize(1440, 900)
        self.window.show()
        self.wait(lambda: self.window.cards.rowCount() == len(self.profiles))

    def wait(self, until: Callable[[], bool]) -> None:
        """Returns when `until` holds. Raises TimeoutError."""
        timer = QElapsedTimer()
        timer.start()
        while not until():
            self.app.processEvents()
            if timer.elapsed() > PATIENCE_MS:
                raise TimeoutError(until)
        for _ in range(20):
            self.app.processEvents()

    def shoot(self, name: str, front: QWidget | None = None) -> None:
        """Saves the window, with `front` in its middle or where it popped up."""
        self.wait(lambda: True)
        picture = self.window.grab()
        if front:
            middle = QPoint((self.window.width() - front.width()) // 2, (self.window.height() - front.height()) // 2)
            place = self.window.mapFromGlobal(front.pos()) if isinstance(front, QMenu) else middle
            painter = QPainter(picture)
            painter.drawPixmap(place, front.grab())
            painter.end()
        _save(picture, name)

    def click(self, parent: QWidget, name: str) -> None:
        """Presses the button of that name."""
        button = parent.findChild(QPushButton, name)
        if button is None:
            raise LookupError(name)
        button.click()

    def open_card(self, name: str) -> None:
        """The panel is open on the SMTP of that name."""
        profile = next(profile for profile in self.profiles if profile.name == name)
        self.window.page.select(profile.id)
        self.window.page.grid.opened.emit(self.window.page.grid.currentIndex())

    def dialog(self, name: str) -> QDialog:
        """Returns the open dialog of that name."""
        found: list[QDialog] = []

        def there() -> bool:
            found[:] = [d for d in self.window.findChildren(QDialog, name) if d.isVisible()]
            return bool(found)

        self.wait(there)
        return found[0]

    def close(self) -> None:
        """Nothing of it is left."""
        self.tasks.close()
        self.window.deleteLater()
        self.wait(lambda: True)
        self.parts.close()


def _save(picture: QPixmap, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    if not picture.save(str(FOLDER / f"{name}.png")):
        raise OSError(name)
    print(f"docs/screenshots/{name}.png")


def _samples(parts: Parts, servers: Microsoft) -> list[SmtpProfile]:
    port = parts.inbox.start()

    def create(name: str, **fields: object) -> SmtpProfile:
        typed = {"name": name, "password": Secret("sample"), **fields}
        return parts.profiles.create(ProfileDraft(**typed))  # the fields are this file's own

    profiles = [
        create(
            "Corporate_Relay",
            is_default=True,
            from_address="no-reply@northwind.example",
            host_name="smtp.northwind.example",
            user_name="relay-svc@northwind.example",
            signature="Northwind Operations — IT Services",
        ),
        create(
            "Invoices_Graph",
            type=ProfileType.GRAPH,
            from_address="invoices@northwind.example",
            user_name=USER_NAME,
            tenant_id=TENANT,
            client_id=CLIENT_ID,
            password=Secret(PASSWORD),
            client_secret=Secret(CLIENT_SECRET),
            client_secret_valid_until=(datetime.now(UTC) + timedelta(days=12)).date().isoformat(),
            cloud=Cloud.CUSTOM,
            authority=servers.entra.url,
            graph_url=servers.graph.url,
        ),
        create(
            "Alerts_Mail",
            from_address="alerts@northwind.example",
            user_name="alerts@northwind.example",
            host_name="localhost",
            smtp_port=str(port),
            trusted_ca_pem=parts.inbox.ca_pem,
        ),
        create(
            "Plant_Floor",
            from_address="mes@plant.local",
            host_name="10.20.0.5",
            smtp_port="25",
            tls=False,
            auth_required=False,
        ),
        create(
            "Marketing_SES",
            from_address="news@northwind.example",
            user_name="AKIAEXAMPLE",
            host_name="email-smtp.eu-west-1.amazonaws.com",
        ),
        create(
            "HR_Letters",
            from_address="hr@northwind.example",
            user_name="hr@northwind.example",
            host_name="smtp.northwind.example",
            smtp_port="465",
        ),
        create(
            "Corporate_Relay_copied",
            from_address="no-reply@northwind.example",
            host_name="smtp.northwind.example",
            user_name="relay-svc@northwind.example",
        ),
    ]
    _history(parts, profiles)
    fill(parts, profiles)
    return profiles


def _history(parts: Parts, profiles: list[SmtpProfile]) -> None:
    health = SqliteHealth(parts.database)
    now = datetime.now(UTC)
    for profile in profiles:
        if profile.type is ProfileType.GRAPH or profile.name.endswith("_copied"):
            continue
        for number, duration_ms in enumerate(DURATIONS_MS):
            failed = profile.name == "Alerts_Mail" and number > 8
            health.record(
                CheckResult(
                    profile_id=profile.id,
                    at=now - timedelta(minutes=4),
                    trial=Trial.CHECK,
                    ok=not failed,
                    duration_ms=duration_ms,
                    stage=Stage.SIGN_IN if failed else None,
                    kind=FailureKind.REPLY if failed else None,
                )
            )
    chain = (a_certificate("smtp.northwind.example", valid_until=datetime(2027, 2, 3, tzinfo=UTC)),)
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain)
    health.learn(ServerFact(host="smtp.northwind.example", port=587, security=security))


def _with_samples(studio: Studio, theme: str) -> None:
    window = studio.window
    studio.open_card("Corporate_Relay")
    studio.shoot(f"grid-{theme}")
    for name, button in (("delete-default", "deleteButton"),):
        studio.click(window.panel, button)
        dialog = studio.dialog("deleteDialog")
        studio.shoot(f"{name}-{theme}", dialog)
        dialog.reject()
    window.actions_of_smtps.duplicate_current()
    dialog = studio.dialog("duplicateDialog")
    field = dialog.findChild(QLineEdit, "entityPasswordField")
    if field:
        field.setText("placeholder")
    studio.shoot(f"duplicate-{theme}", dialog)
    dialog.reject()
    index = window.page.grid.currentIndex()
    window.page.grid.menu_asked.emit(index, window.page.grid.mapToGlobal(QPoint(215, 48)))
    menu = window.findChild(QMenu, "moreActionsMenu")
    studio.shoot(f"more-actions-{theme}", menu)
    if menu:
        menu.close()
    studio.open_card("Alerts_Mail")
    studio.click(window.panel, "testButton")
    dialog = studio.dialog("testDialog")
    to = dialog.findChild(QLineEdit, "toEmailAddressField")
    if to:
        to.setText("ops@northwind.example")
    studio.click(dialog, "okButton")
    again = dialog.findChild(QPushButton, "againButton")
    studio.wait(lambda: again is not None and again.isVisible())
    studio.shoot(f"test-failed-{theme}", dialog)
    dialog.reject()


def _with_graph(studio: Studio, servers: Microsoft, theme: str) -> None:
    window = studio.window
    studio.open_card("Invoices_Graph")
    studio.shoot(f"graph-panel-{theme}")
    servers.entra.refuse_with(50076, description=_MFA)
    studio.click(window.panel, "testButton")
    dialog = studio.dialog("testDialog")
    to = dialog.findChild(QLineEdit, "toEmailAddressField")
    if to:
        to.setText("ops@northwind.example")
    studio.click(dialog, "okButton")
    again = dialog.findChild(QPushButton, "againButton")
    studio.wait(lambda: again is not None and again.isVisible())
    studio.shoot(f"graph-test-failed-{theme}", dialog)
    dialog.reject()
    servers.entra.accept_again()
    window.page.grid.menu_asked.emit(window.page.grid.currentIndex(), QPoint(0, 0))
    menu = next(menu for menu in window.findChildren(QMenu, "moreActionsMenu") if menu.isVisible())
    next(action for action in menu.actions() if action.objectName() == "readMailboxAction").trigger()
    menu.close()
    dialog = studio.dialog("mailboxDialog")
    table = dialog.findChild(QTableView, "table")
    if table is None:
        raise LookupError("table")
    studio.wait(lambda: table.model().rowCount() > 0)
    table.setCurrentIndex(table.model().index(0, 0))
    table.activated.emit(table.currentIndex())
    body = dialog.findChild(QTextBrowser, "htmlView")
    studio.wait(lambda: body is not None and bool(body.toPlainText()))
    studio.shoot(f"mailbox-{theme}", dialog)
    dialog.reject()


def _with_outbox(studio: Studio, theme: str) -> None:
    window = studio.window
    window.entities.chosen.emit("activities")
    activity = next(one for one in studio.parts.activities.all() if one.name == "Nightly_Report")
    window.activities.edit(activity.id)
    studio.wait(lambda: window.activities.is_open)
    studio.shoot(f"activities-{theme}")
    window.activities.trigger_current()
    dialog = studio.dialog("triggerDialog")
    for field, typed in zip(dialog.findChildren(QLineEdit), ("23 November", "4,982"), strict=False):
        QTest.keyClicks(field, typed)
    texts = dialog.findChildren(QPlainTextEdit)
    studio.wait(lambda: any("4,982 rows" in text.toPlainText() for text in texts))
    studio.shoot(f"trigger-{theme}", dialog)
    dialog.reject()
    window.entities.chosen.emit("deliveries")
    table = window.deliveries.page.findChild(QTableView, "table")
    if table is None:
        raise LookupError("table")
    studio.wait(lambda: table.model().rowCount() > 2)
    refused = next(
        row for row in range(table.model().rowCount()) if "Welcome" in str(table.model().index(row, 1).data())
    )
    table.selectRow(refused)
    table.setCurrentIndex(table.model().index(refused, 0))
    table.activated.emit(table.currentIndex())
    studio.wait(lambda: window.deliveries.is_open)
    studio.shoot(f"deliveries-{theme}")
    window.close()
    dialog = studio.dialog("leavingDialog")
    studio.shoot(f"leaving-{theme}", dialog)
    dialog.reject()


_MFA = "Due to a policy of the tenant this account has to confirm sign-ins with a second factor."
_MAILS = (
    ("Erika Berg", "erika@contoso.example", "Re: Invoice 2026-1187", "Thank you, it is approved and goes out today."),
    ("Purchasing", "purchasing@fabrikam.example", "Order 55120 confirmed", "We confirm your order of 12 November."),
    ("Mail Delivery", "postmaster@northwind.example", "Undeliverable: Invoice 2026-1179", "The address is not known."),
    (
        "Tomás Ruiz",
        "tomas@contoso.example",
        "Question on invoice 2026-1164",
        "Is its delivery date right?",
    ),
    ("Accounts", "accounts@adatum.example", "Remittance advice", "Your invoices of October were paid."),
)


def _fill(servers: Microsoft) -> None:
    """The mailbox holds mails that could be somebody's."""
    servers.graph.inbox[:] = made_up_messages(25, USER_NAME)
    for number, mail in enumerate(servers.graph.inbox):
        name, address, subject, words = _MAILS[number % len(_MAILS)]
        mail["from"] = {"emailAddress": {"name": name, "address": address}}
        mail["subject"] = subject
        mail["body"] = {"contentType": "html", "content": f"<p>Hello,</p><p>{words}</p><p>Kind regards<br>{name}</p>"}


@contextmanager
def _microsoft(folder: Path) -> Iterator[Microsoft]:
    authority = Authority(folder)
    os.environ["SSL_CERT_FILE"] = str(authority.path)
    with microsoft(authority, permissions={"Mail.Send", "Mail.Read"}) as servers:
        _fill(servers)
        yield servers


def main() -> None:
    """Every picture in docs/screenshots is new."""
    app = QApplication(sys.argv[:1])
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        with tempfile.TemporaryDirectory() as folder, _microsoft(Path(folder)) as servers:
            studio = Studio(app, Path(folder) / "home", choice, servers)
            _with_samples(studio, choice.value)
            _with_graph(studio, servers, choice.value)
            _with_outbox(studio, choice.value)
            studio.close()
        with tempfile.TemporaryDirectory() as folder:
            studio = Studio(app, Path(folder), choice, None)
            studio.shoot(f"empty-{choice.value}")
            studio.close()


if __name__ == "__main__":
    main()
