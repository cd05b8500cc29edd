"""Previews of the mail of an activity while it is typed, made on a worker thread."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.activity_template import RenderedMessage, placeholders, required_placeholders
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.errors import FieldError, FieldErrors, MissingValues, SmtpDesktopError
from smtp_desktop.domain.mail.html_display import DisplayHtml, display_html
from smtp_desktop.services.activities import Activities
from smtp_desktop.ui.runtime.tasks import Tasks

_DELAY_MS = 200
_RECIPIENTS = frozenset({"to", "cc", "bcc", "reply_to"})
_SAMPLE_RECIPIENT = "someone@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRequest:
    """The content of a form, and the values of placeholders so far.

    With `sampled`, placeholders without a value get a sample. `at_once` skips the delay that waits for more typing.
    """

    draft: ActivityDraft
    values: Mapping[str, str] = field(default_factory=dict)
    sampled: bool = True
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreview:
    """The answer to a request.

    `names` are the placeholders; None if the template is invalid. `values` are the values that were filled in. `mail`
    is None if it can't be made: `problems` say why, or what is wrong although it was made. `html` is its HTML as it may
    be laid out. `missing` are the placeholders without a value. `sizes` are those of the attachments whose paths have
    no placeholders, in bytes; None for one that is not there.
    """

    request: PreviewRequest
    route: Route
    names: tuple[str, ...] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    mail: RenderedMessage | None = None
    html: DisplayHtml = field(default_factory=DisplayHtml)
    problems: tuple[FieldError, ...] = ()
    missing: tuple[str, ...] = ()
    sizes: Mapping[str, int | None] = field(default_factory=dict)


def sample_value(name: str, draft: ActivityDraft) -> str:
    """Returns a sample for a placeholder: its name, or an address where the placeholder is a whole recipient."""
    alone = re.compile(rf"(?:^|[,;\n])\s*\{{\{{\s*{re.escape(name)}\s*\}}\}}\s*(?=$|[,;\n])")
    if any(alone.search(recipients) for recipients in (draft.to, draft.cc, draft.bcc, draft.reply_to)):
        return f"{name}@example.com"
    return name


def make_preview(activities: Activities, request: PreviewRequest) -> MailPreview:
    """Returns the preview. Blocks on the store. Raises StoreError."""
    draft = request.draft
    activity = Activity(id=ActivityId(""), name=draft.name, smtp_id=draft.smtp_id, backup_id=draft.backup_id)
    preview = MailPreview(request=request, route=activities.route(activity), sizes=_sizes(draft.attachments))
    try:
        names = placeholders(draft)
    except FieldErrors as error:
        return replace(preview, problems=error.errors)
    values = {name: request.values[name] for name in names if name in request.values}
    missing = tuple(name for name in required_placeholders(draft) if name not in values)
    if missing and not request.sampled:
        return replace(preview, names=names, values=values, missing=missing)
    values |= {name: sample_value(name, draft) for name in missing}
    return _with_mail(activities, replace(preview, names=names, values=values))


def _sizes(attachments: str) -> dict[str, int | None]:
    return {path: _size_bytes(path) for path in attachments.splitlines() if path.strip() and "{" not in path}


def _size_bytes(path: str) -> int | None:
    try:
        found = os.stat(path.strip())  # noqa: PTH116 - a Path would be made of what may be none
    except (OSError, ValueError):  # ValueError: the path holds a NUL
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _with_mail(activities: Activities, preview: MailPreview) -> MailPreview:
    try:
        return _of(preview, activities.preview(preview.request.draft, preview.values))
    except MissingValues as error:
        return replace(preview, missing=error.names)
    except FieldErrors as error:
        return _without_recipients(activities, replace(preview, problems=error.errors))


def _without_recipients(activities: Activities, preview: MailPreview) -> MailPreview:
    # A body that is written before there are recipients is previewed, too.
    if not {problem.field for problem in preview.problems} <= _RECIPIENTS:
        return preview
    draft = replace(preview.request.draft, to=_SAMPLE_RECIPIENT, cc="", bcc="", reply_to="")
    try:
        return _of(preview, replace(activities.preview(draft, preview.values), to=()))
    except (MissingValues, FieldErrors):
        return preview


def _of(preview: MailPreview, mail: RenderedMessage) -> MailPreview:
    return replace(preview, mail=mail, html=display_html(mail.html))


class MailPreviewer(QObject):
    """Answers the latest request, a moment after the last one came."""

    ready = Signal(object)
    """Carries a MailPreview."""
    failed = Signal(object)
    """No preview could be made. Carries an SmtpDesktopError."""

    def __init__(self, activities: Activities, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._activities = activities
        self._tasks = tasks
        self._wanted: PreviewRequest | None = None
        self._working = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    def request(self, request: PreviewRequest) -> None:
        """Requests a preview; `ready` or `failed` follows, unless another request comes first."""
        self._wanted = request
        if request.at_once:
            self._timer.stop()
            self._start()
        else:
            self._timer.start()

    def _start(self) -> None:
        # One at a time, so that a slow template does not pile up work.
        if self._working or self._wanted is None:
            return
        request, self._wanted = self._wanted, None
        self._working = True
        self._tasks.run(self, lambda: make_preview(self._activities, request), self._done, self._done)

    def _done(self, result: MailPreview | SmtpDesktopError) -> None:
        self._working = False
        if self._wanted is not None:
            if not self._timer.isActive():
                self._start()
            return
        (self.ready if isinstance(result, MailPreview) else self.failed).emit(result)
