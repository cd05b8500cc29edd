"""What the window is given to work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Names alone: whoever has them has loaded them.
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.smtp.profile import SmtpProfile
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.checks.bulk_check import BulkCheck
    from smtp_desktop.services.checks.end_dates import EndDates
    from smtp_desktop.services.checks.settings_finder import SettingsFinder
    from smtp_desktop.services.checks.tester import Tester
    from smtp_desktop.services.delivery.ports import ChangeSignal
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.ports import Authorities, Inbox, Preferences
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.ui.runtime.notifications import Notifier


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowParts:
    """What the window works with. `secret_place` says where passwords are kept and may block; `open_inbox` starts the
    local inbox with an SMTP that points to it, `reopen_inbox` does so where it was open before. `courier_command` is
    the program that sends, with its arguments; empty where another process does. `next_work_at` says when there is
    something to do for it next, as `services.next_work` does. `round_command` is the one that checks
    many SMTPs; empty where this process does. `courier_secret` is the master password that they get where it is known
    without asking. `notifier` takes the place of the desktop's own."""

    profiles: Profiles
    tester: Tester
    finder: SettingsFinder
    rounds: BulkCheck
    mailbox_reader: MailboxReader
    activities: Activities
    end_dates: EndDates
    outbox: Outbox
    next_work_at: Callable[[], datetime | None]
    change_signal: ChangeSignal
    preferences: Preferences
    unlock: Callable[[Secret], None]
    secret_place: Callable[[], str]
    home: Path
    log_path: Path
    authorities: Authorities
    inbox: Inbox
    open_inbox: Callable[[], SmtpProfile]
    reopen_inbox: Callable[[], SmtpProfile | None]
    courier_command: tuple[str, ...] = ()
    round_command: tuple[str, ...] = ()
    courier_secret: Secret | None = None
    notifier: Notifier | None = None
