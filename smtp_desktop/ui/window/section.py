"""What the window asks of SMTPs, activities, deliveries and dates alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.events import Event
from smtp_desktop.ui.theme.theme import Theme


class Section(Protocol):
    """A page, and the Info panel that belongs to it. It tells `panel_wanted(bool)` and `counts_changed()`."""

    @property
    def page(self) -> QWidget: ...

    @property
    def panel(self) -> QWidget: ...

    @property
    def count(self) -> int | str:
        """What the entity panel says of it; nothing where that is 0 or empty."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the panel shows something."""
        ...

    def load(self) -> None:
        """What is shown is as it is stored, soon."""
        ...

    def on_event(self, event: Event) -> None:
        """Shows what has happened."""
        ...

    def search(self, typed: str) -> None: ...

    def close_panel(self) -> None: ...

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """`go_on` is called once nothing typed can be lost by it; never, if the admin cancels."""
        ...

    def set_theme(self, theme: Theme) -> None: ...


def confirm_close_all(
    sections: Mapping[str, Section], keys: Sequence[str], *, asking: Callable[[str], None], then: Callable[[], None]
) -> None:
    """`then` is called once nothing typed can be lost in any of the sections `keys`; never, if the admin cancels.
    `asking` hears of each section, by its key, that asks what becomes of what was typed."""
    if not keys:
        then()
        return
    left: list[bool] = []

    def go_on() -> None:
        left.append(True)
        confirm_close_all(sections, keys[1:], asking=asking, then=then)

    sections[keys[0]].confirm_close(go_on)
    if not left:
        asking(keys[0])
