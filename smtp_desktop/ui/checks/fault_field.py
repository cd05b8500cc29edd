"""The field that a failed test is about, as the buttons that lead to it call it."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.field_at_fault import field_at_fault
from smtp_desktop.domain.smtp.profile import Server


def fault_field(failure: Failure | None, diagnosis: Diagnosis | None, server: Server) -> str:
    """Returns the field in snake case; "" where there is none, or nothing failed."""
    return field_at_fault(failure, diagnosis.cause, server) if failure and diagnosis else ""


def edit_label(field: str) -> str:
    """Returns the text of a button that leads to that field; to the form, where it is "" or another one."""
    names = {
        "auth_required": _tr("Auth Required"),
        "client_id": _tr("Client Id"),
        "client_secret": _tr("Client Secret"),
        "cloud": _tr("Cloud"),
        "ehlo_name": _tr("Name in EHLO"),
        "from_address": _tr("From Address"),
        "host_name": _tr("Host Name"),
        "password": _tr("Password"),
        "smtp_port": _tr("SMTP Port"),
        "tenant_id": _tr("Tenant Id"),
        "tls": _tr("SMTP TLS/SSL"),
        "user_name": _tr("User Name"),
    }
    return _tr("Edit {field}").format(field=names.get(field, _tr("SMTP")))


def _tr(source: str) -> str:
    return QCoreApplication.translate("FaultField", source)
