"""What the window says of certificates."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.smtp.certificate import Certificate, spelled, spelled_in_two
from smtp_desktop.ui.text import day_text, one_line

_NAMES_TOLD = 10


def written_day(moment: datetime) -> str:
    """Returns the day of `moment` at the place of the person, as in "3 Feb 2027"."""
    return day_text(moment.astimezone().date())


def certificate_rows(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """Returns what a certificate says as labels and values, the fingerprint last."""
    issuer = _tr("itself") if certificate.self_signed else one_line(certificate.issuer)
    dates = _tr("{first} until {last}").format(
        first=written_day(certificate.valid_from), last=written_day(certificate.valid_until)
    )
    rows = [(_tr("Issued to"), one_line(certificate.subject)), (_tr("Issued by"), issuer)]
    if certificate.names:
        rows.append((_tr("Names"), _names(certificate)))
    return (*rows, (_tr("Valid from"), dates), (_tr("SHA-256"), spelled_in_two(certificate.fingerprint)))


def certificate_text(certificate: Certificate) -> str:
    """Returns what a certificate says as lines of text."""
    return "\n".join(f"{label}: {value}" for label, value in certificate_rows(certificate))


def short_fingerprint(fingerprint: str) -> str:
    """Returns the beginning of a fingerprint, enough to tell it from others by eye."""
    return f"{spelled(fingerprint[:16])}:…"


def _names(certificate: Certificate) -> str:
    names = ", ".join(one_line(name) for name in certificate.names[:_NAMES_TOLD])
    more = len(certificate.names) - _NAMES_TOLD
    return _tr("{names} and {n} more").format(names=names, n=more) if more > 0 else names


def _tr(source: str) -> str:
    return QCoreApplication.translate("Certificate", source)
