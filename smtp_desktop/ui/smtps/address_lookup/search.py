"""The search for the settings of the address in the form of a new SMTP, and what of them goes into the form."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.discovery.filling import FILLED, filled
from smtp_desktop.domain.discovery.found import Found
from smtp_desktop.domain.discovery.typed_address import typed_address, written_domain
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.pasted_server import PastedServer
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.smtps.address_lookup.first_check import FirstCheck

if TYPE_CHECKING:
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.smtps.panel import SmtpPanel

REST_MS = 600
"""How long typing rests before what was typed is looked up."""


class AddressSearch(QObject):
    """Looks the address up when typing rests or the field is left, and shows what is found for the address that is in
    the field by then. Beyond DNS it goes only after the user has agreed, in this form."""

    def __init__(
        self,
        panel: SmtpPanel,
        *,
        services: Services,
        tasks: Tasks,
        names: Callable[[], Collection[str]],
    ) -> None:
        """`names` returns those of all SMTPs, in lower case."""
        super().__init__(panel)
        self._panel, self._services, self._tasks, self._names = panel, services, tasks, names
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._search)
        self._reset()
        self._connect(panel)

    def _connect(self, panel: SmtpPanel) -> None:
        part, box = panel.address, panel.address.box
        part.typed.connect(self._on_typed)
        part.left.connect(self._on_left)
        part.entered.connect(self._on_entered)
        box.use_asked.connect(self._use)
        box.option_asked.connect(self._show_option)
        box.further_asked.connect(self._go_further)
        box.refused.connect(self._refuse)
        box.by_hand_asked.connect(self._give_up)
        panel.stored_changed.connect(lambda _: self._start_anew())

    def _reset(self) -> None:
        self._cancel: Cancel | None = None
        self._address: Address | None = None
        self._found: Found | None = None
        self._at = 0
        self._agreed: bool | None = None
        self._by_hand = False
        self._before: ProfileDraft | None = None

    def _start_anew(self) -> None:
        self._stop()
        self._reset()
        self._panel.check_before = None

    def _stop(self) -> None:
        self._rest.stop()
        if self._cancel:
            self._cancel.request()
        self._cancel = None

    def _on_typed(self) -> None:
        part = self._panel.address
        part.field.set_hint("")
        meant = typed_address(part.editor.text())
        if not isinstance(meant, Address) or meant.domain != self._domain:
            # What is shown, or still comes, is about another address.
            self._stop()
            self._address = self._found = None
            part.box.hide()
        self._rest.start()

    @property
    def _domain(self) -> str:
        return self._address.domain if self._address else ""

    def _on_left(self) -> None:
        self._rest.stop()
        self._search()
        part = self._panel.address
        if part.editor.text().strip() and typed_address(part.editor.text()) is None:
            part.field.set_hint(self.tr("This is not a mail address. Example: name@company.example."), warns=True)

    def _on_entered(self) -> None:
        box = self._panel.address.box
        if self._found and self._found.best and box.use.isVisible():
            box.use.setFocus()

    def _search(self) -> None:
        meant = typed_address(self._panel.address.editor.text())
        match meant:
            case PastedServer():
                self._take_apart(meant)
            case Address() if meant == self._address:
                return
            case Address():
                self._look_up(meant)
            case None:
                return

    def _look_up(self, address: Address) -> None:
        if self._by_hand:
            return
        self._stop()
        self._address, self._found = address, None
        further = self._agreed is True
        cancel = self._cancel = Cancel()
        self._panel.address.box.show_searching(written_domain(address.domain))
        discovery = self._services.discovery

        def found(result: Found) -> None:
            if cancel is self._cancel:  # else it is about an older address, or another form
                self._cancel = None
                self._show(result)

        self._tasks.run(
            self,
            lambda: discovery.search(address, further=further, cancel=cancel),
            found,
            lambda _: self._panel.address.box.hide(),
        )

    def _show(self, found: Found) -> None:
        self._found, self._at = found, 0
        self._show_option(0)

    def _show_option(self, at: int) -> None:
        if self._found:
            self._at = at
            asks = self._agreed is None and self._found.asked_dns and not self._found.went_further
            self._panel.address.box.show_found(self._found, at, asks=asks)

    def _go_further(self) -> None:
        self._agreed = True
        self._panel.address.editor.setFocus()  # the buttons are hidden while it is looked up
        if self._address:
            self._look_up(self._address)

    def _refuse(self) -> None:
        self._agreed, self._panel.check_before = False, None
        self._show_option(self._at)
        self._panel.address.box.use.setFocus()

    def _give_up(self) -> None:
        self._stop()
        self._by_hand = True
        self._panel.address.box.hide()
        self._panel.focus_field("name")

    def _use(self) -> None:
        panel, found, address = self._panel, self._found, self._address
        if not found or not found.options or address is None:
            return
        before = self._before or panel.form.filled
        onto = panel.draft()
        draft = filled(found.options[self._at].proposal, address, onto, before=before, taken=self._names())
        changed = {name: getattr(draft, name) for name in FILLED if getattr(draft, name) != getattr(onto, name)}
        self._before = replace(before, **changed)
        panel.enter(draft)
        self._check_first(draft.host_name)
        self._focus_missing()

    def _check_first(self, host_name: str) -> None:
        if self._agreed is False:
            return  # nothing but DNS is to be asked
        services = self._services
        self._panel.check_before = FirstCheck(host_name, lambda: services.tester)
        words = self.tr("Create checks the settings first, up to the sign-in. No message is sent.")
        self._panel.address.field.set_hint(words)

    def _focus_missing(self) -> None:
        panel = self._panel
        missing = next((error.field for error in field_errors(panel.draft(), None)), None)
        if missing:
            panel.focus_field(missing)
        else:
            panel.focus_save()

    def _take_apart(self, pasted: PastedServer) -> None:
        self._stop()
        self._address = self._found = None
        panel = self._panel
        panel.form.take_server(pasted)
        # The field may hold a password.
        place = f"{pasted.host_name}:{pasted.smtp_port}" if pasted.smtp_port else pasted.host_name
        panel.address.clear(hint=self.tr("{server} is filled in below.").format(server=place))
