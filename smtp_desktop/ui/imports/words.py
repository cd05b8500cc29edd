"""A preview of an import in the words of the window."""

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.imports.found import FORMAT_NAMES, Source, Unreadable
from smtp_desktop.domain.imports.preview import (
    ImportAction,
    ImportKind,
    ImportOutcome,
    ImportPreview,
    ImportRow,
    ImportState,
)
from smtp_desktop.domain.smtp.draft import ProfileDraft, usable_secrets
from smtp_desktop.domain.smtp.profile import ProfileType, SecretField, SignIn
from smtp_desktop.ui.cards.field_labels import field_labels
from smtp_desktop.ui.imports.found import Found, FoundRow, FoundSource, FoundTone, Place
from smtp_desktop.ui.widgets.message_text import error_text, shown

_MOST_FIELDS = 3
_TONES = {
    ImportState.NEW: FoundTone.NEW,
    ImportState.EXISTS: FoundTone.THERE,
    ImportState.NEEDS_PASSWORD: FoundTone.LACKS,
    ImportState.UNREADABLE: FoundTone.BAD,
    ImportState.CHANGED: FoundTone.THERE,
    ImportState.SAME: FoundTone.THERE,
    ImportState.CONFLICTING: FoundTone.LACKS,
}


def found_of(preview: ImportPreview, *, besides: Collection[str] = (), unread: Sequence[Unreadable] = ()) -> Found:
    """Returns what the dialog shows of the preview. `besides` are files that lay in a folder which was added: those of
    no known format are only counted. `unread` are files that could not be read at all. Safe on a worker."""
    unknown = {file for source in preview.sources if source.format is None for file in source.files} & set(besides)
    rows = [row for row in preview.rows if row.file not in unknown]
    per_file = Counter(row.file for row in rows)
    sources = [source for source in preview.sources if not unknown.issuperset(source.files)]
    reasons = () if any(row.actions for row in preview.rows) else [row.reason for row in preview.rows if row.reason]
    return Found(
        sources=(
            *(_source(source, sum(per_file[file] for file in source.files)) for source in sources),
            *(FoundSource(files=(one.file,), words=_tr("not read")) for one in unread),
        ),
        rows=(*map(_row, rows), *(_unread(one, number) for number, one in enumerate(unread, start=1))),
        # Where nothing can be imported at all, why is said in full: a cell has no room for it.
        summary=" ".join((*map(shown, reasons[:1]), *([_unknown_words(len(unknown))] if unknown else ()))),
    )


def _source(source: Source, count: int) -> FoundSource:
    if source.format is None:
        return FoundSource(files=source.files, words=_tr("not recognized"))
    found = _tr("1 found") if count == 1 else _tr("{n} found").format(n=f"{count:,}")
    return FoundSource(files=source.files, words=f"{_tr(FORMAT_NAMES[source.format])} · {found}")


def _row(row: ImportRow) -> FoundRow:
    return FoundRow(
        number=row.number,
        place=Place(file=row.file, line=row.line),
        name=_tr("Settings") if row.kind is ImportKind.SETTINGS else row.name,
        server=_server(row),
        user=_user(row.draft),
        state=_state_words(row.state),
        more=_more(row),
        notes=tuple(map(shown, row.notes)),
        tone=_TONES[row.state],
        actions=row.actions,
        needs_password=row.needs_secret,
        another_needs_password=_lacks_secret(row.draft),
        secret=_secret_label(row.draft),
    )


def _unread(one: Unreadable, number: int) -> FoundRow:
    return FoundRow(
        number=-number,  # of no row of the preview
        place=Place(file=one.file, line=one.line),
        state=_state_words(ImportState.UNREADABLE),
        more=shown(one.reason),
        tone=FoundTone.BAD,
    )


def _server(row: ImportRow) -> str:
    match row.kind:
        case ImportKind.ACTIVITY:
            return _tr("Activity")
        case ImportKind.SETTINGS:
            return _tr("Of the window and the outbox")
        case ImportKind.SMTP if row.draft:
            graph = row.draft.type is ProfileType.GRAPH
            return _tr("MS Graph API") if graph else f"{row.draft.host_name}:{row.draft.smtp_port}"
        case _:
            return ""


def _user(draft: ProfileDraft | None) -> str:
    return (draft.user_name or draft.from_address) if draft else ""


def _lacks_secret(draft: ProfileDraft | None) -> bool:
    return draft is not None and bool(usable_secrets(draft)) and not draft.typed_secrets


def _secret_label(draft: ProfileDraft | None) -> str:
    is_password = draft is None or draft.sign_in is SignIn.PASSWORD
    return "" if is_password else field_labels()[SecretField.CLIENT_SECRET]


def _state_words(state: ImportState) -> str:
    return {
        ImportState.NEW: _tr("New"),
        ImportState.EXISTS: _tr("Already there"),
        ImportState.NEEDS_PASSWORD: _tr("Needs a password"),
        ImportState.UNREADABLE: _tr("Can't be read"),
        ImportState.CHANGED: _tr("Changed"),
        ImportState.SAME: _tr("The same"),
        ImportState.CONFLICTING: _tr("Name is taken"),
    }[state]


def _more(row: ImportRow) -> str:
    """Returns why a row stands so, in a few words."""
    names_fields = bool(row.differing) and ImportAction.UPDATE in row.actions
    if row.reason and not names_fields:
        return shown(row.reason)
    match row.state:
        case ImportState.EXISTS | ImportState.CHANGED | ImportState.SAME:
            return _difference(row)
        case ImportState.CONFLICTING:
            return _tr("Another one has this name")
        case _:
            return shown(row.notes[0]) if row.notes else ""


def _difference(row: ImportRow) -> str:
    differing = [field for field in row.differing if field != "name"]
    if differing == ["password"]:
        return _tr("Other password in the file")
    if differing:
        return _tr("Other {fields}").format(fields=_field_words(differing))
    if row.stored_name in ("", row.name):
        return _tr("Nothing differs")
    return _tr("It is called {name}").format(name=row.stored_name)


def _field_words(fields: Sequence[str]) -> str:
    labels = field_labels()
    named = [labels.get(field, field.replace("_", " ")) for field in fields]
    more = _tr("{n} more").format(n=len(named) - _MOST_FIELDS + 1)
    return ", ".join(named if len(named) <= _MOST_FIELDS else [*named[: _MOST_FIELDS - 1], more])


def _unknown_words(count: int) -> str:
    if count == 1:
        return _tr("1 other file of the folder is of no format that can be read.")
    return _tr("{n} other files of the folder are of no format that can be read.").format(n=f"{count:,}")


def outcome_words(outcome: ImportOutcome) -> str:
    """Returns in a sentence what an import did."""
    count, secrets = len(outcome.rows), set(SecretField)
    parts = [_tr("1 imported") if count == 1 else _tr("{n} imported").format(n=f"{count:,}")]
    lacking = {row.profile_id: row.missing for row in outcome.rows if row.missing}
    without = sum(bool(secrets.intersection(missing)) for missing in lacking.values())
    others = len(lacking) - without
    if without:
        words = _tr("1 needs a password") if without == 1 else _tr("{n} need a password")
        parts.append(words.format(n=f"{without:,}"))
    if others:
        words = _tr("1 needs a From Address or user name")
        parts.append(words if others == 1 else _tr("{n} need a From Address or user name").format(n=f"{others:,}"))
    done = "; ".join(parts)
    default = _tr("{name} is the default SMTP.").format(name=outcome.default) if outcome.default else ""
    left = error_text(outcome.secrets_left) if outcome.secrets_left else ""
    return " ".join(part for part in (f"{done}.", default, left) if part)


def _tr(source: str) -> str:
    return QCoreApplication.translate("ImportWords", source)
