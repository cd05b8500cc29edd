"""What the first paint of a window needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # Names alone: the first paint waits for none of it.
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from smtp_desktop.domain.checks.health import Overview
    from smtp_desktop.domain.smtp.profile import ProfileId
    from smtp_desktop.ui.window.window_parts import WindowParts


class OpenHome(NamedTuple):
    """A data folder that is open. `kept` are its preferences and `overview` the SMTPs that are shown first, with why
    nothing goes through some of them; `parts` returns what the window works with, once that is painted."""

    kept: dict[str, str]
    overview: Overview
    holds: Mapping[ProfileId, str]
    log_path: Path
    parts: Callable[[], WindowParts]
