"""A subject of the window: SMTPs, activities, deliveries or dates, as the window sees each of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.events import Event
from smtp_desktop.ui.theme.theme import Theme


class Section(Protocol):
    """A page, and the Info panel that belongs to it. It has the signals `panel_wanted(bool)` and `counts_changed()`."""

    @property
    def page(self) -> QWidget: ...

    @property
    def panel(self) -> QWidget: ...

    @property
    def count(self) -> int | str:
        """The count beside its entry in the entity panel; none is shown where it is 0 or empty."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the panel shows something."""
        ...

    def load(self) -> None:
        """Reads what is shown from the store, on a worker."""
        ...

    def on_event(self, event: Event) -> None:
        """Shows what has happened."""
        ...

    def search(self, typed: str) -> None:
        """Shows only what holds `typed`."""
        ...

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        ...

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Calls `go_on` once nothing typed can be lost by it; never, if the user cancels."""
        ...

    def set_theme(self, theme: Theme) -> None:
        """Paints by hand in the colours of `theme`."""
        ...


def confirm_close_all(
    sections: Mapping[str, Section], keys: Sequence[str], *, asking: Callable[[str], None], then: Callable[[], None]
) -> None:
    """Calls `then` once nothing typed can be lost in any of the sections `keys`; never, if the user cancels. Calls
    `asking` with the key of each section that asks what becomes of what was typed."""
    if not keys:
        then()
        return
    confirmed: list[bool] = []

    def go_on() -> None:
        confirmed.append(True)
        confirm_close_all(sections, keys[1:], asking=asking, then=then)

    sections[keys[0]].confirm_close(go_on)
    if not confirmed:
        asking(keys[0])
