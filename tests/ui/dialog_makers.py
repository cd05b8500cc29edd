"""Dialogs in the states in which the tests look at them."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLineEdit, QRadioButton, QWidget
from services.reports import failed
from ui.certificates_driver import untrusted

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.check_detail import CheckDetail, tried_server
from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.checks.suggestion import Change, Confidence, SearchResult, Suggestion
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.outbox_settings import OutboxSettings
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.checks.last_failure import ResultInDetail
from smtp_desktop.ui.background.fields import BackgroundChoices
from smtp_desktop.ui.certificates.dialog import TrustDialog
from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog
from smtp_desktop.ui.checks.history.entry import HistoryEntryDialog
from smtp_desktop.ui.checks.test_dialog import TestDialog
from smtp_desktop.ui.deliveries.export import ExportDialog
from smtp_desktop.ui.help.dialog import HelpDialog
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest
from smtp_desktop.ui.selection.edit_dialog import EditFieldsDialog
from smtp_desktop.ui.selection.replace_dialog import ReplacePasswordDialog
from smtp_desktop.ui.selection.run_dialog import RunDialog
from smtp_desktop.ui.selection.tests_dialog import SeveralTestsDialog
from smtp_desktop.ui.theme.theme import LIGHT, ThemeChoice
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.window.settings_dialog import SettingsDialog, ShownSettings

RELAY = SmtpProfile(id=ProfileId("1"), name="Relay", is_default=True, server=GenericServer(host_name="relay.example"))


OTHER = SmtpProfile(id=ProfileId("2"), name="Other", server=GenericServer(host_name="other.example"))


def a_delivery(number: int) -> Delivery:
    return Delivery(
        id=DeliveryId(number),
        created_at=datetime(2026, 11, 30, 8, tzinfo=UTC),
        state=DeliveryState.WAITING,
        subject="Invoice",
        recipients=(),
        message_id=f"<{number}@x>",
        size_bytes=1,
    )


def typed(dialog: Dialog, **texts: str) -> Dialog:
    for name, text in texts.items():
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
    return dialog


def a_failure() -> Failure:
    failure = untrusted().failure
    assert failure is not None
    return failure


def history_entry(parent: QWidget) -> Dialog:
    result = CheckResult(
        profile_id=RELAY.id, at=datetime(2026, 11, 30, tzinfo=UTC), test_kind=TestKind.CHECK, ok=False, duration_ms=5
    )
    detail = CheckDetail(server=tried_server(RELAY.server), timeline=untrusted())
    entry = ResultInDetail(result=result, detail=detail, diagnosis=None)
    return HistoryEntryDialog(parent, profile=RELAY, entry=entry, theme=LIGHT)


def trust_question(parent: QWidget) -> Dialog:
    dialog = TrustDialog(parent, host="relay.example", failure=a_failure())
    choice = dialog.findChild(QRadioButton, "trustCertificateChoice")
    assert choice is not None
    choice.setChecked(True)
    return dialog


def asked_test(parent: QWidget, kind: TestKind = TestKind.TEST) -> TestDialog:
    return TestDialog(parent, profile=RELAY, kind=kind, unsaved=False, theme=LIGHT)


def ended_test(parent: QWidget) -> Dialog:
    dialog = asked_test(parent)
    typed(dialog, toEmailAddressField="ops@company.example")
    dialog.start_now()
    dialog.show_report(failed())
    return dialog


def running_check(parent: QWidget) -> Dialog:
    dialog = asked_test(parent, TestKind.CHECK)
    dialog.start_now()
    return dialog


def locked_test(parent: QWidget) -> Dialog:
    dialog = asked_test(parent)
    dialog.show_locked()
    return dialog


def found_settings(parent: QWidget) -> Dialog:
    dialog = FindSettingsDialog(parent, host="relay.example", signs_in=True, theme=LIGHT)
    candidate = Candidate(draft=ProfileDraft(smtp_port="465"), reason=msg("The usual port."), same_host=True)
    change = Change(field="smtp_port", before="1", after="465")
    suggestion = Suggestion(candidate=candidate, changes=(change,), confidence=Confidence.SIGNED_IN)
    dialog.show_found(SearchResult(probes=(), suggestions=(suggestion,)))
    return dialog


def exported(parent: QWidget) -> Dialog:
    dialog = ExportDialog(parent, path="/tmp/deliveries.csv")
    dialog.show_end("Exported", "1 delivery")
    return dialog


def opened_help(parent: QWidget) -> Dialog:
    dialog = HelpDialog(parent)
    dialog.show_help(HelpRequest(page=HelpPage.APP_PASSWORDS))
    return dialog


def opened_settings(parent: QWidget) -> Dialog:
    return SettingsDialog(
        parent,
        settings=ShownSettings(
            theme=ThemeChoice.LIGHT,
            days=OutboxSettings(retention_days=90, retry_days=5),
            checks=CheckChoices(every_minutes=30),
            sender_checks=True,
            ask_at_close=True,
        ),
        check_status="",
        background=BackgroundChoices(),
        home=Path("/data"),
        log_path=Path("/data/log"),
    )


def replace_question(parent: QWidget) -> ReplacePasswordDialog:
    return ReplacePasswordDialog(parent, profiles=[RELAY, OTHER], theme=LIGHT)


def running_replace(parent: QWidget) -> RunDialog:
    dialog = replace_question(parent)
    dialog.show_begun([RELAY.id, OTHER.id])
    return dialog


def ended_replace(parent: QWidget) -> Dialog:
    dialog = running_replace(parent)
    dialog.show_end()
    return dialog


def several_tests(parent: QWidget) -> Dialog:
    dialog = SeveralTestsDialog(parent, profiles=[RELAY, OTHER], theme=LIGHT)
    return typed(dialog, toEmailAddressField="ops@company.example")


def edited_fields(parent: QWidget) -> Dialog:
    dialog = EditFieldsDialog(parent, profiles=[RELAY, OTHER], theme=LIGHT)
    tick = dialog.findChild(QCheckBox, "hostNameTick")
    assert tick is not None
    tick.setChecked(True)
    return dialog
