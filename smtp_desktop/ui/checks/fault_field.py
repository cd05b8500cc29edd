"""The field that a failed test is about, as the buttons that lead to it call it."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.field_at_fault import field_at_fault
from smtp_desktop.domain.smtp.profile import Server
from smtp_desktop.ui.cards.field_labels import field_labels


def fault_field(failure: Failure | None, diagnosis: Diagnosis | None, server: Server) -> str:
    """Returns the field in snake case; "" where there is none, or nothing failed."""
    return field_at_fault(failure, diagnosis.cause, server) if failure and diagnosis else ""


def edit_label(field: str) -> str:
    """Returns the text of a button that leads to that field; to the form, where it is "" or another one."""
    return _tr("Edit {field}").format(field=field_labels().get(field, _tr("SMTP")))


def _tr(source: str) -> str:
    return QCoreApplication.translate("FaultField", source)
