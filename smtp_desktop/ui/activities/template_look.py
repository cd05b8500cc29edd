"""What the mail of an activity looks like while it is typed, found out away from the GUI thread."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.activity_template import RenderedMessage, placeholders
from smtp_desktop.domain.delivery.delivery import Route
from smtp_desktop.domain.errors import FieldError, FieldErrors, MissingValues, SmtpDesktopError
from smtp_desktop.services.activities import Activities
from smtp_desktop.ui.runtime.tasks import Tasks

_AFTER_MS = 200
_RECIPIENTS = frozenset({"to", "cc", "bcc"})
_SOMEONE = "someone@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """The form's content, and the values that were given for placeholders so far. With `sampled` the others get
    samples. `at_once` is for what is not typed letter by letter."""

    draft: ActivityDraft
    values: Mapping[str, str] = field(default_factory=dict)
    sampled: bool = True
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of what was asked. `names` are the placeholders, None where the template can't be read; `values` is
    what they were given; `mail` is None where it can't be made; `problems` say why, or what is wrong with it all the
    same; `missing` are placeholders without a value."""

    request: LookRequest
    route: Route
    names: tuple[str, ...] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    mail: RenderedMessage | None = None
    problems: tuple[FieldError, ...] = ()
    missing: tuple[str, ...] = ()


def sample_value(name: str, draft: ActivityDraft) -> str:
    """Returns a readable value for a placeholder: its name, made an address where it is the whole of a recipient."""
    alone = re.compile(rf"(?:^|[,;\n])\s*\{{\{{\s*{re.escape(name)}\s*\}}\}}\s*(?=$|[,;\n])")
    if any(alone.search(recipients) for recipients in (draft.to, draft.cc, draft.bcc)):
        return f"{name}@example.com"
    return name


def look_at(activities: Activities, request: LookRequest) -> Look:
    """Returns what the mail looks like. Raises StoreError."""
    draft = request.draft
    asked = Activity(id=ActivityId(""), name=draft.name, smtp_id=draft.smtp_id, backup_id=draft.backup_id)
    look = Look(request=request, route=activities.route(asked))
    try:
        names = placeholders(draft)
    except FieldErrors as error:
        return replace(look, problems=error.errors)
    values = {name: request.values[name] for name in names if name in request.values}
    missing = tuple(name for name in names if name not in values)
    if missing and not request.sampled:
        return replace(look, names=names, values=values, missing=missing)
    values |= {name: sample_value(name, draft) for name in missing}
    return _with_mail(activities, replace(look, names=names, values=values))


def _with_mail(activities: Activities, look: Look) -> Look:
    try:
        return replace(look, mail=activities.preview(look.request.draft, look.values))
    except MissingValues as error:
        return replace(look, missing=error.names)
    except FieldErrors as error:
        return _without_recipients(activities, replace(look, problems=error.errors))


def _without_recipients(activities: Activities, look: Look) -> Look:
    # Who writes the body first, before any recipient, shall see it too.
    if not {problem.field for problem in look.problems} <= _RECIPIENTS:
        return look
    draft = replace(look.request.draft, to=_SOMEONE, cc="", bcc="")
    try:
        return replace(look, mail=replace(activities.preview(draft, look.values), to=()))
    except (MissingValues, FieldErrors):
        return look


class Looks(QObject):
    """Answers what was asked last, a moment after nothing more is asked."""

    seen = Signal(object)
    """Carries a Look."""
    failed = Signal(object)
    """Carries an SmtpDesktopError: nothing could be found out."""

    def __init__(self, activities: Activities, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._activities = activities
        self._tasks = tasks
        self._wanted: LookRequest | None = None
        self._working = False
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._start)

    def ask(self, request: LookRequest) -> None:
        """`seen` tells of it soon, unless something else is asked before."""
        self._wanted = request
        if request.at_once:
            self._timer.stop()
            self._start()
        else:
            self._timer.start()

    def _start(self) -> None:
        # One at a time: a template that takes long must not pile up work.
        if self._working or self._wanted is None:
            return
        request, self._wanted = self._wanted, None
        self._working = True
        self._tasks.run(self, lambda: look_at(self._activities, request), self._done, self._done)

    def _done(self, result: Look | SmtpDesktopError) -> None:
        self._working = False
        if self._wanted is not None:
            if not self._timer.isActive():
                self._start()
            return
        (self.seen if isinstance(result, Look) else self.failed).emit(result)
