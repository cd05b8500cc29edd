"""Every dialog in the states in which it has buttons, and what each button does when Enter is pressed on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QWidget
from ui.backup.backup_dialogs import asked_passphrase as asked_backup_passphrase
from ui.backup.backup_dialogs import chosen_file, listed
from ui.dialog_makers import (
    OTHER,
    RELAY,
    a_delivery,
    a_failure,
    asked_test,
    edited_fields,
    ended_replace,
    ended_test,
    exported,
    found_settings,
    history_entry,
    locked_test,
    opened_help,
    opened_settings,
    replace_question,
    running_check,
    running_replace,
    several_tests,
    trust_question,
    typed,
)
from ui.exports.export_dialogs import EXPORT, program_export, sealed_export
from ui.imports.import_dialogs import asked_passphrase, asked_password, found_in_files, pasted, shown_details
from ui.sign_in.sign_in_dialogs import chosen_certificate, coded_sign_in, refused_sign_in, waiting_sign_in

from smtp_desktop.domain.checks.alert import AlertChoices
from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.sign_in.rbac import mailbox_permission_script, smtp_script
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.ui.activities.dialogs import DeleteActivityDialog, QueuedDialog, SaveFirstDialog, TriggerDialog
from smtp_desktop.ui.alerts.dialog import AlertsDialog
from smtp_desktop.ui.backup.back_up_dialog import BackUpDialog
from smtp_desktop.ui.backup.damaged_start import DamagedDialog
from smtp_desktop.ui.backup.restore_dialog import RestoreDialog
from smtp_desktop.ui.certificates.dialog import CertificateDialog, TrustDialog
from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog
from smtp_desktop.ui.checks.history.entry import HistoryEntryDialog
from smtp_desktop.ui.checks.history.model import CheckHistory
from smtp_desktop.ui.checks.test_dialog import TestDialog
from smtp_desktop.ui.checks.test_report import ReportDialog
from smtp_desktop.ui.deliveries.actions import CancelDialog, ResendAllDialog, ResendDialog
from smtp_desktop.ui.deliveries.export import ExportDialog
from smtp_desktop.ui.deliveries.send_elsewhere import SendElsewhereDialog
from smtp_desktop.ui.exports.dialog import SetupExportDialog
from smtp_desktop.ui.help.dialog import HelpDialog
from smtp_desktop.ui.imports.dialog import ImportDialog
from smtp_desktop.ui.imports.entry_dialogs import DetailsDialog, FoundPasswordDialog, PassphraseDialog, PasteDialog
from smtp_desktop.ui.mailbox.dialog import MailboxDialog
from smtp_desktop.ui.runtime.vault_unlocker import MasterPasswordDialog
from smtp_desktop.ui.selection.compare_dialog import CompareDialog
from smtp_desktop.ui.selection.edit_dialog import EditFieldsDialog
from smtp_desktop.ui.selection.replace_dialog import ReplacePasswordDialog
from smtp_desktop.ui.selection.tests_dialog import SeveralTestsDialog
from smtp_desktop.ui.sign_in.account_dialog import OtherAccountDialog
from smtp_desktop.ui.sign_in.certificate_dialog import ImportCertificateDialog
from smtp_desktop.ui.sign_in.change_dialog import ChangeSignInDialog
from smtp_desktop.ui.sign_in.dialog import SignInDialog
from smtp_desktop.ui.smtps.delete_dialog import DeleteDialog
from smtp_desktop.ui.smtps.duplicate_dialog import DuplicateDialog
from smtp_desktop.ui.smtps.exchange_scripts_dialog import ExchangeScriptsDialog
from smtp_desktop.ui.smtps.history import HistoryDialog
from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.widgets.conflict_dialog import ConflictDialog, ConflictRow
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.form_panel import FormTimes
from smtp_desktop.ui.widgets.message_dialog import MessageDialog, UnsavedDialog
from smtp_desktop.ui.widgets.table_columns import ColumnKeeper
from smtp_desktop.ui.window.about_dialog import AboutDialog
from smtp_desktop.ui.window.close_confirmation import CloseDialog
from smtp_desktop.ui.window.settings_dialog import SettingsDialog
from smtp_desktop.ui.window.shortcuts_dialog import Shortcut, ShortcutsDialog

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


def _case(
    kind: type[Dialog], first: str, buttons: Mapping[str, tuple[str, ...]], state: str = "", **named: Any
) -> DialogCase:
    """Returns the case of a dialog that `named` are the arguments of, or that `make` among them makes."""
    destroys = named.pop("destroys", False)
    made: Any = kind
    make = named.pop("make", lambda parent: made(parent, **named))
    return DialogCase(kind=kind, make=make, buttons=buttons, first=first, state=state, destroys=destroys)


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
    _case(
        ImportDialog,
        "addButton",
        {"addButton": (), "pasteButton": (), **_CANCEL},
        "empty",
        theme=LIGHT,
    ),
    _case(
        ImportDialog,
        "found",
        {"removeSourceButton": (), "addButton": (), "pasteButton": (), **_CANCEL, "okButton": ("confirmed",)},
        "found",
        make=found_in_files,
    ),
    _case(
        FoundPasswordDialog,
        "passwordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("accepted", "entered")},
        make=asked_password,
    ),
    _case(
        PassphraseDialog,
        "passphraseField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("accepted", "entered")},
        make=asked_passphrase,
    ),
    _case(PasteDialog, "pastedText", {**_CANCEL, "okButton": ("accepted", "entered")}, make=pasted),
    _case(DetailsDialog, "okButton", {"okButton": ("accepted",)}, make=shown_details),
    _case(
        BackUpDialog,
        "passphraseField",
        {
            "eyeButton": ("toggled",),
            "generateButton": (),
            "copyPassphraseButton": ("copied",),
            **_CANCEL,
            "okButton": ("confirmed",),
        },
        make=asked_backup_passphrase,
    ),
    _case(
        RestoreDialog,
        "backupTable",
        {"chooseFileButton": ("file_asked",), **_CANCEL, "okButton": ("confirmed",)},
        "listed",
        make=listed,
    ),
    _case(
        RestoreDialog,
        "passphraseField",
        {
            "chooseFileButton": ("file_asked",),
            "eyeButton": ("toggled",),
            **_CANCEL,
            "okButton": ("confirmed",),
        },
        "file",
        make=chosen_file,
    ),
    _case(
        DamagedDialog,
        "okButton",
        {"cancelButton": ("rejected",), "okButton": ("restore_asked",)},
        make=lambda parent: DamagedDialog("The database is damaged."),
    ),
    _case(SetupExportDialog, "selectedChoice", {**_CANCEL, "okButton": ("confirmed",)}, "plain", **EXPORT),
    _case(SetupExportDialog, "selectedChoice", {**_CANCEL, "okButton": ("confirmed",)}, "program", make=program_export),
    _case(
        SetupExportDialog,
        "selectedChoice",
        {
            "eyeButton": ("toggled",),
            "generateButton": (),
            "copyPassphraseButton": ("copied",),
            **_CANCEL,
            "okButton": ("confirmed",),
        },
        "sealed",
        make=sealed_export,
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
    _case(DeleteDialog, "cancelButton", _CONFIRM, "one", profiles=[OTHER], others=[RELAY], destroys=True),
    _case(DeleteDialog, "cancelButton", _CONFIRM, "default", profiles=[RELAY], others=[OTHER], destroys=True),
    _case(DeleteDialog, "cancelButton", _CONFIRM, "all", profiles=[RELAY, OTHER], others=[], destroys=True),
    _case(
        DuplicateDialog,
        "entityPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("confirmed",)},
        make=lambda parent: typed(
            DuplicateDialog(parent, name="Relay", copy_name="Relay_copied", needs_password=True),
            entityPasswordField="s3cret",
        ),
    ),
    _case(
        MasterPasswordDialog,
        "masterPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("accepted", "entered")},
        make=lambda parent: typed(MasterPasswordDialog(parent, new=False), masterPasswordField="m"),
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
    _case(CancelDialog, "cancelButton", _CONFIRM, "one", deliveries=[a_delivery(1)], destroys=True),
    _case(CancelDialog, "cancelButton", _CONFIRM, "two", deliveries=[a_delivery(1), a_delivery(2)], destroys=True),
    _case(ResendDialog, "cancelButton", _CONFIRM, sent=2, destroys=True),
    _case(ResendAllDialog, "okButton", _CONFIRM, count=3),
    _case(
        SendElsewhereDialog,
        "viaField",
        {**_CANCEL, "okButton": ("confirmed",)},
        delivery=a_delivery(1),
        profiles=[RELAY, OTHER],
    ),
    _case(
        ExportDialog,
        "cancelButton",
        {"cancelButton": ("rejected", "stopped")},
        "running",
        make=lambda parent: ExportDialog(parent, path="deliveries.csv"),
    ),
    _case(ExportDialog, "okButton", {"okButton": ("accepted",)}, "ended", make=exported),
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
        make=trust_question,
    ),
    _case(CertificateDialog, "okButton", {"okButton": ("accepted",)}, host="relay.example", chain=a_failure().chain),
    _case(
        FindSettingsDialog,
        "okButton",
        {**_CANCEL, "okButton": ("accepted", "chosen")},
        make=found_settings,
    ),
    _case(
        TestDialog,
        "toEmailAddressField",
        {**_CANCEL, "okButton": ("started",)},
        "asking",
        make=lambda parent: typed(asked_test(parent), toEmailAddressField="ops@company.example"),
    ),
    _case(TestDialog, "cancelButton", {"cancelButton": ("stopped",)}, "running", make=running_check),
    _case(TestDialog, "cancelButton", _CANCEL, "locked", make=locked_test),
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
        make=ended_test,
    ),
    _case(
        ReplacePasswordDialog,
        "newPasswordField",
        {"eyeButton": ("toggled",), **_CANCEL, "okButton": ("started",)},
        "asking",
        make=lambda parent: typed(replace_question(parent), newPasswordField="s3cret"),
    ),
    _case(ReplacePasswordDialog, "stopButton", {"stopButton": ("stopped",)}, "running", make=running_replace),
    _case(
        ReplacePasswordDialog, "closeDialogButton", {"closeDialogButton": ("rejected",)}, "ended", make=ended_replace
    ),
    _case(SeveralTestsDialog, "toEmailAddressField", {**_CANCEL, "okButton": ("started",)}, make=several_tests),
    _case(EditFieldsDialog, "hostNameTick", {**_CANCEL, "okButton": ("started",)}, make=edited_fields),
    _case(CompareDialog, "comparison", {"okButton": ("accepted",)}, profiles=[RELAY, OTHER]),
    _case(ReportDialog, "okButton", {**_CANCEL, "okButton": ("accepted", "copied")}, lines=["a", "b"]),
    _case(
        ExchangeScriptsDialog,
        "okButton",
        {"copyScript0Button": ("copied",), "copyScript1Button": ("copied",), "okButton": ("accepted",)},
        scripts=(
            smtp_script(client_id="1", mailbox="ann@company.example"),
            mailbox_permission_script(client_id="1", mailbox="ann@company.example"),
        ),
    ),
    _case(
        SignInDialog,
        "cancelButton",
        {
            "copyAddressButton": ("copied",),
            "openAddressButton": ("open_asked",),
            "otherWayButton": ("way_chosen",),
            **_CANCEL,
        },
        "waiting",
        make=waiting_sign_in,
    ),
    _case(
        SignInDialog,
        "cancelButton",
        {
            "copyCodeButton": ("copied",),
            "copyAddressButton": ("copied",),
            "openAddressButton": ("open_asked",),
            "otherWayButton": ("way_chosen",),
            **_CANCEL,
        },
        "code",
        make=coded_sign_in,
    ),
    _case(
        SignInDialog,
        "againButton",
        {"otherWayButton": ("way_chosen",), "againButton": ("way_chosen",), **_CANCEL},
        "refused",
        make=refused_sign_in,
    ),
    _case(
        OtherAccountDialog,
        "againChoice",
        {**_CANCEL, "okButton": ("accepted", "chosen")},
        account="boss@company.example",
        wanted="ann@company.example",
        may_differ=True,
    ),
    _case(
        ChangeSignInDialog,
        "graphChoice",
        {**_CANCEL, "okButton": ("accepted", "chosen")},
        name="Relay",
        provider=OAuthProvider.MICROSOFT,
    ),
    _case(
        ImportCertificateDialog,
        "chooseFilesButton",
        {
            "chooseFilesButton": (),
            "eyeButton": ("toggled",),
            **_CANCEL,
            "okButton": ("confirmed",),
        },
        make=chosen_certificate,
    ),
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
        make=history_entry,
    ),
    _case(
        MailboxDialog,
        "table",
        {"refreshButton": ("list_wanted",), "closeDialogButton": ("rejected",)},
        profile=RELAY,
        theme=LIGHT,
    ),
    _case(
        SettingsDialog,
        "themeField",
        {"alertsButton": ("alerts_asked",), "copyVersionsButton": ("copied",), "okButton": ("accepted",)},
        make=opened_settings,
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
        smtps=[RELAY],
        problems={},
    ),
    _case(HelpDialog, "helpSearchField", {"closeButton": ("rejected",)}, make=opened_help),
    _case(AboutDialog, "okButton", {"copyVersionsButton": ("copied",), "okButton": ("accepted",)}),
    _case(
        ShortcutsDialog,
        "shortcutSearchField",
        {"okButton": ("accepted",)},
        shortcuts=[Shortcut(keys="F1", words="Help")],
    ),
)
