"""What probes and suggestions are called on screen."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.suggestion import Change, Probe, Suggestion, Sureness
from smtp_desktop.domain.diagnosis.conversation import Outcome
from smtp_desktop.domain.smtp.profile import EnvelopeSender


def place_words(candidate: Candidate) -> str:
    """Returns host and port."""
    host = candidate.draft.host_name.strip()
    return f"[{host}]:{candidate.draft.smtp_port}" if ":" in host else f"{host}:{candidate.draft.smtp_port}"


def heading(probe: Probe) -> str:
    """Returns what is looked at."""
    if probe.with_password:
        return _tr("Sign in at {place}").format(place=place_words(probe.candidate))
    return place_words(probe.candidate)


def outcome_of(probe: Probe) -> Outcome:
    """Returns which mark the probe gets."""
    if probe.timeline is None:
        return Outcome.RUNNING
    return Outcome.DONE if probe.works else Outcome.FAILED


def choice_words(suggestion: Suggestion) -> str:
    """Returns a suggestion on one line, to choose between several."""
    sure = {
        Sureness.SENDER_TAKEN: _tr("the sender was taken"),
        Sureness.SIGNED_IN: _tr("signed in there"),
        Sureness.ANSWERS: _tr("answers"),
        Sureness.OFFERS_SIGN_IN: _tr("answers and offers sign-in"),
        Sureness.SIGN_IN_REFUSED: _tr("answers, but refused the sign-in"),
        Sureness.OTHER_HOST: _tr("another host: the password has to be entered anew"),
    }
    return f"{place_words(suggestion.candidate)} · {sure[suggestion.sureness]}"


def field_name(change: Change) -> str:
    """Returns the field's label in the form."""
    names = {
        "from_address": _tr("From Address"),
        "host_name": _tr("Host Name"),
        "smtp_port": _tr("SMTP Port"),
        "tls": _tr("SMTP TLS/SSL"),
        "envelope_sender": _tr("Envelope sender"),
    }
    return names[change.field]


def value_words(change: Change) -> tuple[str, str]:
    """Returns what the field holds now and what is suggested."""
    return _value(change.before), _value(change.after)


def _value(value: str | bool | EnvelopeSender) -> str:
    if isinstance(value, bool):
        return _tr("On") if value else _tr("Off")
    if isinstance(value, EnvelopeSender):
        return _tr("User Name") if value is EnvelopeSender.USER else _tr("From Address")
    return value.strip() or "–"


def _tr(source: str) -> str:
    return QCoreApplication.translate("Suggestion", source)
