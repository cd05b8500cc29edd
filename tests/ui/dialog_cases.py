"""Every dialog in the states in which it has buttons, and what each button does when Enter is pressed on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QRadioButton, QWidget
from services.reports import failed
from ui.certificates_driver import untrusted

from smtp_desktop.domain.checks.alert import AlertChoices
from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.check_detail import CheckDetail, tried_server
from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.checks.suggestion import Change, Confidence, SearchResult, Suggestion
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.outbox_settings import OutboxSettings
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.checks.last_failure import ResultInDetail
from smtp_desktop.ui.activities.dialogs import DeleteActivityDialog, QueuedDialog, SaveFirstDialog, TriggerDialog
from smtp_desktop.ui.alerts.dialog import AlertsDialog
from smtp_desktop.ui.background.fields import BackgroundChoices
from smtp_desktop.ui.certificates.dialog import CertificateDialog, TrustDialog
from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog
from smtp_desktop.ui.checks.history_entry import HistoryEntryDialog
from smtp_desktop.ui.checks.history_model import CheckHistory
from smtp_desktop.ui.checks.test_dialog import TestDialog
from smtp_desktop.ui.checks.test_report import ReportDialog
from smtp_desktop.ui.deliveries.actions import CancelDialog, ResendAllDialog, ResendDialog
from smtp_desktop.ui.deliveries.export import ExportDialog
from smtp_desktop.ui.deliveries.send_elsewhere import SendElsewhereDialog
from smtp_desktop.ui.help.dialog import HelpDialog
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest
from smtp_desktop.ui.mailbox.dialog import MailboxDialog
from smtp_desktop.ui.runtime.vault_unlocker import MasterPasswordDialog
from smtp_desktop.ui.selection.compare_dialog import CompareDialog
from smtp_desktop.ui.selection.edit_dialog import EditFieldsDialog
from smtp_desktop.ui.selection.replace_dialog import ReplacePasswordDialog
from smtp_desktop.ui.selection.run_dialog import RunDialog
from smtp_desktop.ui.selection.tests_dialog import SeveralTestsDialog
from smtp_desktop.ui.smtps.delete_dialog import DeleteDialog
from smtp_desktop.ui.smtps.duplicate_dialog import DuplicateDialog
from smtp_desktop.ui.smtps.history import HistoryDialog
from smtp_desktop.ui.theme.theme import LIGHT, ThemeChoice
from smtp_desktop.ui.widgets.conflict_dialog import ConflictDialog, ConflictRow
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.form_panel import FormTimes
from smtp_desktop.ui.widgets.message_dialog import MessageDialog, UnsavedDialog
from smtp_desktop.ui.widgets.table_columns import ColumnKeeper
from smtp_desktop.ui.window.about_dialog import AboutDialog
from smtp_desktop.ui.window.close_confirmation import CloseDialog
from smtp_desktop.ui.window.settings_dialog import SettingsDialog
from smtp_desktop.ui.window.shortcuts_dialog import Shortcut, ShortcutsDialog

_RELAY = SmtpProfile(id=ProfileId("1"), name="Relay", is_default=True, server=GenericServer(host_name="relay.example"))
_OTHER = SmtpProfile(id=ProfileId("2"), name="Other", server=GenericServer(host_name="other.example"))
_CANCEL = {"cancelButton": ("rejected",)}
_CONFIRM = {**_CANCEL, "okButton": ("accepted", "confirmed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogCase:
    """A dialog in one state.

    `buttons` are all that Tab reaches, by object name, with what Enter does there: `accepted` and `rejected` close it,
    `toggled` and `copied` speak for themselves, all else is a signal of the dialog, or the name of a dialog that opens.
    `first` has the focus at first; where something is destroyed that is *Cancel*.
    """

    kind: type[Dialog]
    make: Callable[[QWidget], Dialog]
    buttons: Mapping[str, tuple[str, ...]]
    first: str
    state: str = ""
    destroys: bool = False

    @property
    def id(self) -> str:
        return f"{self.kind.__name__}-{self.state}" if self.state else self.kind.__name__


def _delivery(number: int) -> Delivery:
    return Delivery(
        id=DeliveryId(number),
        created_at=datetime(2026, 11, 30, 8, tzinfo=UTC),
        state=DeliveryState.WAITING,
        subject="Invoice",
        recipients=(),
        message_id=f"<{number}@x>",
        size_bytes=1,
    )


def _typed(dialog: Dialog, **texts: str) -> Dialog:
    for name, text in texts.items():
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
    return dialog


def _failure() -> Failure:
    failure = untrusted().failure
    assert failure is not None
    return failure


def _history_entry(parent: QWidget) -> Dialog:
    result = CheckResult(
        profile_id=_RELAY.id, at=datetime(2026, 11, 30, tzinfo=UTC), test_kind=TestKind.CHECK, ok=False, duration_ms=5
    )
    detail = CheckDetail(server=tried_server(_RELAY.server), timeline=untrusted())
    entry = ResultInDetail(result=result, detail=detail, diagnosis=None)
    return HistoryEntryDialog(parent, profile=_RELAY, entry=entry, theme=LIGHT)


def _trust(parent: QWidget) -> Dialog:
    dialog = TrustDialog(parent, host="relay.example", failure=_failure())
    choice = dialog.findChild(QRadioButton, "trustCertificateChoice")
    assert choice is not None
    choice.setChecked(True)
    return dialog


def _test(parent: QWidget, kind: TestKind = TestKind.TEST) -> TestDialog:
    return TestDialog(parent, profile=_RELAY, kind=kind, unsaved=False, theme=LIGHT)


def _ended_test(parent: QWidget) -> Dialog:
    dialog = _test(parent)
    _typed(dialog, toEmailAddressField="ops@company.example")
    dialog.start_now()
    dialog.show_report(failed())
    return dialog


def _running_check(parent: QWidget) -> Dialog:
    dialog = _test(parent, TestKind.CHECK)
    dialog.start_now()
    return dialog


def _locked_test(parent: QWidget) -> Dialog:
    dialog = _test(parent)
    dialog.show_locked()
    return dialog


def _found(parent: QWidget) -> Dialog:
    dialog = FindSettingsDialog(parent, host="relay.example", signs_in=True, theme=LIGHT)
    candidate = Candidate(draft=ProfileDraft(smtp_port="465"), reason=msg("The usual port."), same_host=True)
    change = Change(field="smtp_port", before="1", after="465")
    suggestion = Suggestion(candidate=candidate, changes=(change,), confidence=Confidence.SIGNED_IN)
    dialog.show_found(SearchResult(probes=(), suggestions=(suggestion,)))
    return dialog


def _exported(parent: QWidget) -> Dialog:
    dialog = ExportDialog(parent, path="/tmp/deliveries.csv")
    dialog.show_end("Exported", "1 delivery")
    return dialog


def _help(parent: QWidget) -> Dialog:
    dialog = HelpDialog(parent)
    dialog.show_help(HelpRequest(page=HelpPage.APP_PASSWORDS))
    return dialog


def _settings(parent: QWidget) -> Dialog:
    return SettingsDialog(
        parent,
        theme=ThemeChoice.LIGHT,
        days=OutboxSettings(retention_days=90, retry_days=5),
        sender_checks=True,
        ask_at_close=True,
        checks=CheckChoices(every_minutes=30),
        check_status="",
        background=BackgroundChoices(),
        home=Path("/data"),
        log_path=Path("/data/log"),
    )


def _case(
    kind: type[Dialog], first: str, buttons: Mapping[str, tuple[str, ...]], state: str = "", **named: Any
) -> DialogCase:
    """Returns the case of a dialog that `named` are the arguments of, or that `make` among them makes."""
    destroys = named.pop("destroys", False)
    made: Any = kind
    make = named.pop("make", lambda parent: made(parent, **named))
    return DialogCase(kind=kind, make=make, buttons=buttons, first=first, state=state, destroys=destroys)


def _replace(parent: QWidget) -> ReplacePasswordDialog:
    return ReplacePasswordDialog(parent, profiles=[_RELAY, _OTHER], theme=LIGHT)


def _running_replace(parent: QWidget) -> RunDialog:
    dialog = _replace(parent)
    dialog.show_begun([_RELAY.id, _OTHER.id])
    return dialog


def _ended_replace(parent: QWidget) -> Dialog:
    dialog = _running_replace(parent)
    dialog.show_end()
    return dialog


def _several_tests(parent: QWidget) -> Dialog:
    dialog = SeveralTestsDialog(parent, profiles=[_RELAY, _OTHER], theme=LIGHT)
    return _typed(dialog, toEmailAddressField="ops@company.example")


def _edited_fields(parent: QWidget) -> Dialog:
    dialog = EditFieldsDialog(parent, profiles=[_RELAY, _OTHER], theme=LIGHT)
    tick = dialog.findChild(QCheckBox, "hostNameTick")
    assert tick is not None
    tick.setChecked(True)
    return dialog


_ACTIVITY = Activity(id=ActivityId("1"), name="Nightly", to="ops@company.example", subject="{{ day }}")
_SHOW_TRANSCRIPT = {"showTranscriptButton": ("toggled",), "copyReportButton": ("reportDialog",)}

CASES = (
    _case(
        ConflictDialog,
        "cancelButton",
        {
            "takeTheirsButton": ("accepted", "chosen"),
            "keepMineButton": ("accepted", "chosen"),
            **_CANCEL,
            "okButton": ("accepted", "chosen"),
        },
        name="Relay",
        times=FormTimes(opened_at=datetime.now(UTC)),
        rows=[ConflictRow(key="signature", label="Signature", mine="Yours", theirs="", before="Ours")],
    ),
    _case(MessageDialog, "okButton", {"okButton": ("accepted",)}, title="Duplicated", text="Relay was copied."),
    _case(
        UnsavedDialog,
        "okButton",
        {
            "discardButton": ("accepted", "answered"),
            "cancelButton": ("answered", "rejected"),
            "okButton": ("accepted", "answered"),
        },
        name="Relay",
    ),
    _case(DeleteDialog, "cancelButton", _CONFIRM, "one", profiles=[_OTHER], others=[_RELAY], destroys=True),
    _case(DeleteDialog, "cancelButton", _CONFIRM, "default", profiles=[_RELAY], others=[_OTHER], destroys=True),
    _case(DeleteDialog, "cancelButton", _CONFIRM, "all", profiles=[_RELAY, _OTHER], others=[], destroys=True),
    _case(
        DuplicateDialog,
        "entityPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("confirmed",)},
        make=lambda parent: _typed(
            DuplicateDialog(parent, name="Relay", copy_name="Relay_copied", needs_password=True),
            entityPasswordField="s3cret",
        ),
    ),
    _case(
        MasterPasswordDialog,
        "masterPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("accepted", "entered")},
        make=lambda parent: _typed(MasterPasswordDialog(parent, new=False), masterPasswordField="m"),
    ),
    _case(DeleteActivityDialog, "cancelButton", _CONFIRM, name="Nightly", destroys=True),
    _case(
        TriggerDialog,
        "valueField_day",
        {**_CANCEL, "okButton": ("confirmed",)},
        activity=_ACTIVITY,
        names=("day",),
    ),
    _case(
        QueuedDialog,
        "okButton",
        {"showDeliveriesButton": ("accepted", "show_asked"), "okButton": ("accepted",)},
        name="Nightly",
        to="ops@company.example",
    ),
    _case(
        SaveFirstDialog,
        "okButton",
        {
            "triggerStoredButton": ("accepted", "answered"),
            "okButton": ("accepted", "answered"),
            **_CANCEL,
        },
        stored=True,
    ),
    _case(CancelDialog, "cancelButton", _CONFIRM, "one", deliveries=[_delivery(1)], destroys=True),
    _case(CancelDialog, "cancelButton", _CONFIRM, "two", deliveries=[_delivery(1), _delivery(2)], destroys=True),
    _case(ResendDialog, "cancelButton", _CONFIRM, sent=2, destroys=True),
    _case(ResendAllDialog, "okButton", _CONFIRM, count=3),
    _case(
        SendElsewhereDialog,
        "viaField",
        {**_CANCEL, "okButton": ("confirmed",)},
        delivery=_delivery(1),
        profiles=[_RELAY, _OTHER],
    ),
    _case(
        ExportDialog,
        "cancelButton",
        {"cancelButton": ("rejected", "stopped")},
        "running",
        make=lambda parent: ExportDialog(parent, path="deliveries.csv"),
    ),
    _case(ExportDialog, "okButton", {"okButton": ("accepted",)}, "ended", make=_exported),
    _case(
        CloseDialog,
        "okButton",
        {**_CANCEL, "sendNowButton": ("send_asked",), "okButton": ("accepted", "kept")},
        waiting=2,
    ),
    _case(
        TrustDialog,
        "trustCaChoice",
        _CONFIRM,
        make=_trust,
    ),
    _case(CertificateDialog, "okButton", {"okButton": ("accepted",)}, host="relay.example", chain=_failure().chain),
    _case(
        FindSettingsDialog,
        "okButton",
        {**_CANCEL, "okButton": ("accepted", "chosen")},
        make=_found,
    ),
    _case(
        TestDialog,
        "toEmailAddressField",
        {**_CANCEL, "okButton": ("started",)},
        "asking",
        make=lambda parent: _typed(_test(parent), toEmailAddressField="ops@company.example"),
    ),
    _case(TestDialog, "cancelButton", {"cancelButton": ("stopped",)}, "running", make=_running_check),
    _case(TestDialog, "cancelButton", _CANCEL, "locked", make=_locked_test),
    _case(
        TestDialog,
        "okButton",
        {
            **_SHOW_TRANSCRIPT,
            "okButton": ("accepted",),
            "editButton": ("accepted", "edit_asked"),
            "againButton": ("started",),
        },
        "ended",
        make=_ended_test,
    ),
    _case(
        ReplacePasswordDialog,
        "newPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("started",)},
        "asking",
        make=lambda parent: _typed(_replace(parent), newPasswordField="s3cret"),
    ),
    _case(ReplacePasswordDialog, "stopButton", {"stopButton": ("stopped",)}, "running", make=_running_replace),
    _case(
        ReplacePasswordDialog, "closeDialogButton", {"closeDialogButton": ("rejected",)}, "ended", make=_ended_replace
    ),
    _case(SeveralTestsDialog, "toEmailAddressField", {**_CANCEL, "okButton": ("started",)}, make=_several_tests),
    _case(EditFieldsDialog, "hostNameTick", {**_CANCEL, "okButton": ("started",)}, make=_edited_fields),
    _case(CompareDialog, "comparison", {"okButton": ("accepted",)}, profiles=[_RELAY, _OTHER]),
    _case(ReportDialog, "okButton", {**_CANCEL, "okButton": ("accepted", "copied")}, lines=["a", "b"]),
    _case(
        HistoryDialog,
        "historyTable",
        {"okButton": ("accepted",)},
        make=lambda parent: HistoryDialog(
            parent, name="Relay", history=CheckHistory(parent), columns=ColumnKeeper({}, lambda *_: None)
        ),
    ),
    _case(
        HistoryEntryDialog,
        "okButton",
        {"copyReportButton": ("reportDialog",), "okButton": ("accepted",)},
        make=_history_entry,
    ),
    _case(
        MailboxDialog,
        "table",
        {"refreshButton": ("list_wanted",), "closeDialogButton": ("rejected",)},
        profile=_RELAY,
        theme=LIGHT,
    ),
    _case(
        SettingsDialog,
        "themeField",
        {"alertsButton": ("alerts_asked",), "copyVersionsButton": ("copied",), "okButton": ("accepted",)},
        make=_settings,
    ),
    _case(
        AlertsDialog,
        "alertSmtpField",
        {
            "showWebhookButton": ("toggled",),
            "testAlertButton": ("test_asked",),
            **_CANCEL,
            "okButton": ("save_asked",),
        },
        choices=AlertChoices(),
        smtps=[_RELAY],
        problems={},
    ),
    _case(HelpDialog, "helpSearchField", {"closeButton": ("rejected",)}, make=_help),
    _case(AboutDialog, "okButton", {"copyVersionsButton": ("copied",), "okButton": ("accepted",)}),
    _case(
        ShortcutsDialog,
        "shortcutSearchField",
        {"okButton": ("accepted",)},
        shortcuts=[Shortcut(keys="F1", words="Help")],
    ),
)
