"""The interface between the window and its sections: SMTPs, activities, deliveries and dates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.events import Event
from smtp_desktop.ui.theme.theme import Theme


class Section(Protocol):
    """A page and its Info panel. Implementations have the signals `panel_wanted(bool)` and `counts_changed()`."""

    @property
    def page(self) -> QWidget: ...

    @property
    def panel(self) -> QWidget: ...

    @property
    def count(self) -> int | str:
        """The count beside the entry in the entity panel; 0 or an empty string shows none."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the panel shows something."""
        ...

    def load(self) -> None:
        """Reads the data of the page from the store, on a worker."""
        ...

    def on_event(self, event: Event) -> None:
        """Updates page and panel after `event`."""
        ...

    def search(self, typed: str) -> None:
        """Shows only the entries that contain `typed`."""
        ...

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        ...

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Calls `go_on` when no change is unsaved, after asking the user if need be; never if they cancel."""
        ...

    def set_theme(self, theme: Theme) -> None:
        """Repaints what style sheets do not cover in the colours of `theme`."""
        ...


def confirm_close_all(
    sections: Mapping[str, Section], keys: Sequence[str], *, asking: Callable[[str], None], then: Callable[[], None]
) -> None:
    """Calls `then` when no section of `keys` has unsaved changes any more; never if the user cancels. Calls `asking`
    with the key of each section that asks the user about unsaved changes."""
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
