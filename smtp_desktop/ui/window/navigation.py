"""Ways from one page of the window to another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_desktop.domain.delivery.activity import ActivityId
    from smtp_desktop.domain.smtp.profile import ProfileId
    from smtp_desktop.ui.window.frame import WindowFrame
    from smtp_desktop.ui.window.sections import Sections


class Navigation:
    """Shows what a page asks for on the page that has it."""

    def __init__(self, frame: WindowFrame, sections: Sections) -> None:
        self._frame = frame
        self._smtps, self._activities, self._deliveries = sections.smtps, sections.activities, sections.deliveries
        for key, section in (
            ("smtp", self._smtps),
            ("activities", self._activities),
            ("deliveries", self._deliveries),
        ):
            section.panel_wanted.connect(partial(self._show_panel, key))
        for asking in (sections.dates, sections.deliveries):
            asking.smtp_asked.connect(self._edit_smtp)
        sections.dates.change_asked.connect(self._change_sign_in)
        sections.dates.sign_in_asked.connect(self._sign_in)
        self._smtps.waiting_mails_asked.connect(self._show_waiting)
        self._activities.deliveries_asked.connect(self._show_deliveries)

    def create_new(self) -> None:
        """Opens an empty form of what the page shows."""
        # The local inbox creates an SMTP, as the first page does; deliveries and dates have nothing to create.
        smtp, activity = self._smtps.editor.create, self._activities.create
        creates: dict[str, Callable[[], None]] = {"smtp": smtp, "activities": activity, "inbox": smtp}
        creates.get(self._frame.current, lambda: None)()

    def _show_panel(self, key: str, wanted: bool) -> None:
        if wanted or self._frame.current == key:
            self._frame.show_page(key)

    def _edit_smtp(self, profile_id: ProfileId) -> None:
        # A question about unsaved changes is asked on the page of the open form.
        self._frame.show_page("smtp")
        self._smtps.editor.edit(profile_id)

    def _change_sign_in(self, profile_id: ProfileId) -> None:
        self._frame.show_page("smtp")
        self._smtps.sign_ins.change(profile_id)

    def _sign_in(self, profile_id: ProfileId) -> None:
        self._frame.show_page("smtp")
        self._smtps.sign_ins.sign_in(profile_id)

    def _show_waiting(self) -> None:
        self._frame.show_page("deliveries")
        self._deliveries.show_waiting()

    def _show_deliveries(self, activity_id: ActivityId) -> None:
        self._frame.show_page("deliveries")
        self._deliveries.show_activity(activity_id)
