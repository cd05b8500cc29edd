"""A window to take pictures of."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QElapsedTimer, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QWidget

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.theme.theme import ThemeChoice, dressed, theme_for
from smtp_desktop.ui.window.main_window import MainWindow
from smtp_desktop.vault.memory import ProcessVault

Fill = Callable[[Application], Sequence[SmtpProfile]]
_W = TypeVar("_W", bound=QWidget)
_PATIENCE_MS = 20_000
_HOME = Path("/home/admin/.local/share/smtp-desktop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Where pictures go, and what they are taken of: a window of this size in this theme. `wanted` are the names, with
    the theme, of those that are kept; None keeps all."""

    folder: Path
    size: QSize
    choice: ThemeChoice
    wanted: Collection[str] | None = None

    def save(self, picture: QPixmap, name: str) -> None:
        """Saves a picture that is wanted in the folder, with its theme in its name."""
        path = self.folder / f"{name}-{self.choice.value}.png"
        if self.wanted is not None and path.stem not in self.wanted:
            return
        self.folder.mkdir(exist_ok=True, parents=True)
        if not picture.save(str(path)):
            raise OSError(path)
        print(path.name)


class Studio:
    """A window on a throw-away home."""

    def __init__(
        self,
        app: QApplication,
        home: Path,
        film: Film,
        fill: Fill = lambda _: (),
        preferences: Mapping[str, str] | None = None,
    ) -> None:
        """`fill` puts SMTPs into the store and returns them; `preferences` are those that the window starts with."""
        self._app, self._film = app, film
        self._bus, self._tasks = Bus(), Tasks()
        self.application = Application(home, events=self._bus, vault=ProcessVault())
        self.profiles = fill(self.application)
        # The pictures show what most people see, not the throw-away vault and home.
        application = self.application
        application.secret_place = lambda: msg("kept in the system keyring")  # type: ignore[method-assign]
        application.home, application.log_path = _HOME, _HOME / "logs" / application.log_path.name

        theme = theme_for(film.choice, dark=False)

        def make() -> MainWindow:
            window = MainWindow(theme=theme, kept={"theme": film.choice} | dict(preferences or {}))
            services = application.services
            window.attach(services=services, bus=self._bus, tasks=self._tasks, theme=theme, programs=WorkerPrograms())
            return window

        self.window = dressed(app, theme, make)
        # The window may be larger than the screen that dialogs keep within.
        self.window.resize(film.size)
        self.window.show()
        self.wait(lambda: self.window.cards.rowCount() == len(self.profiles))

    def wait(self, until: Callable[[], bool]) -> None:
        """Returns when `until` holds, and what follows from it is painted. Raises TimeoutError."""
        timer = QElapsedTimer()
        timer.start()
        while not until():
            self._app.processEvents()
            if timer.elapsed() > _PATIENCE_MS:
                raise TimeoutError(until)
        for _ in range(20):
            self._app.processEvents()

    def shoot(self, name: str, *fronts: QWidget) -> None:
        """Saves the window, with `fronts` in its middle or where they popped up, the last one in front."""
        self.wait(lambda: True)
        picture = self.window.grab()
        for front in fronts:
            middle = QPoint((self.window.width() - front.width()) // 2, (self.window.height() - front.height()) // 2)
            place = self.window.mapFromGlobal(front.pos()) if isinstance(front, QMenu) else middle
            painter = QPainter(picture)
            painter.drawPixmap(place, front.grab())
            painter.end()
        self._film.save(picture, name)

    def find(self, parent: QWidget, kind: type[_W], name: str) -> _W:
        """Returns the part of that name. Raises LookupError."""
        found = parent.findChild(kind, name)
        if found is None:
            raise LookupError(name)
        return found

    def click(self, parent: QWidget, name: str) -> None:
        """Presses the button of that name."""
        self.find(parent, QAbstractButton, name).click()

    def profile(self, name: str) -> SmtpProfile:
        """Returns the SMTP of that name."""
        return next(profile for profile in self.profiles if profile.name == name)

    def open_card(self, name: str) -> None:
        """Opens the panel on the SMTP of that name."""
        self.window.page.select(self.profile(name).id)
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
        """Closes window, tasks and data folder."""
        self._tasks.close()
        self.window.deleteLater()
        self.wait(lambda: True)
        self.application.close()
