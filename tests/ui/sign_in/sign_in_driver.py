"""A user who signs in: the browser that was opened, and the authorization server that answers when it is let."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ui.window_driver import WindowDriver

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileId, SignIn

CLIENT_ID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
USER = "shop@company.example"
_WAIT_S = 20


class SignInDriver:
    """Signs in at a window that is open. `opened` are the addresses that the browser was sent to."""

    def __init__(self, gui: WindowDriver, *, has_browser: bool = True) -> None:
        self.gui = gui
        self.opened: list[str] = []
        self._has_browser = has_browser
        gui.window.smtps.sign_ins.runs.open_address = self._open

    def _open(self, address: str) -> bool:
        self.opened.append(address)
        return self._has_browser

    @property
    def servers(self) -> Any:
        return self.gui.adapters.authorization_servers

    @contextmanager
    def unanswered(self) -> Iterator[threading.Event]:
        """The authorization server answers only once the event is set, at the latest at the end."""
        answer = threading.Event()
        self.servers.during = lambda: answer.wait(_WAIT_S)
        try:
            yield answer
        finally:
            answer.set()
            self.servers.during = lambda: None

    def title(self) -> str:
        return str(self.gui.field("signInTitle").text())

    def fill_new(self, name: str = "Shop", *, host: str = "smtp.office365.com", user: str = USER) -> None:
        """The panel is open to create an SMTP that signs in by browser."""
        gui = self.gui
        gui.click("createButton")
        gui.until(gui.panel.isVisible)
        gui.enter("nameField", name)
        gui.enter("hostNameField", host)
        gui.pick("signInField", "Browser (OAuth2)")
        gui.enter("userNameField", user)
        gui.enter("clientIdField", CLIENT_ID)


def have_browser_smtp(gui: WindowDriver, name: str = "Shop", *, host: str = "smtp.office365.com") -> ProfileId:
    """An SMTP that signs in by browser is stored; nobody has signed in for it yet."""
    draft = ProfileDraft(
        name=name,
        host_name=host,
        user_name=USER,
        sign_in=SignIn.BROWSER,
        provider=OAuthProvider.MICROSOFT,
        client_id=CLIENT_ID,
    )
    return gui.profiles.create(draft).id
