"""Faults of certificates and of TLS handshakes, as errors with a sentence for the user."""

import ssl
from datetime import UTC, datetime

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureDetail, FailureKind
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MONTHS, MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate, spelled_in_two
from smtp_desktop.transports.session_error import SessionError


def day_words(moment: datetime) -> str:
    """Returns the day of `moment`, as in "3 Feb 2027"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


# OpenSSL's X509_V_ERR_… numbers; macOS and Windows give others.
_FAULTS = {
    9: CertificateFault.NOT_YET_VALID,
    10: CertificateFault.EXPIRED,
    18: CertificateFault.SELF_SIGNED,
    19: CertificateFault.SELF_SIGNED,
    20: CertificateFault.UNKNOWN_ISSUER,
    21: CertificateFault.UNKNOWN_ISSUER,
    62: CertificateFault.WRONG_HOST,
    64: CertificateFault.WRONG_HOST,
}
_WEAK = {66: FailureDetail.WEAK_KEY, 67: FailureDetail.WEAK_KEY, 68: FailureDetail.WEAK_SIGNATURE}

# OpenSSL's reasons where there is no common version: the server's alert, or its choice of a version below ours.
_TOO_OLD = frozenset({"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW"})

# OpenSSL's reasons for a key that is too short for the handshake itself.
_WEAK_KEY = frozenset({"DH_KEY_TOO_SMALL", "BAD_DH_VALUE", "DH_VALUE_TOO_SMALL"})
# Alerts of a server that wants a certificate from this computer.
_CLIENT_CERTIFICATE = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED", "PEER_DID_NOT_RETURN_A_CERTIFICATE"})

_NAMES_SHOWN = 5

_SENTENCES = {
    CertificateFault.EXPIRED: "The certificate of {host} has expired. Its administrator must renew it.",
    CertificateFault.NOT_YET_VALID: (
        "The certificate of {host} is not valid yet. Check this computer's date, or ask the server's administrator."
    ),
    CertificateFault.WRONG_HOST: (
        "The certificate is not for {host}. Use the name that it was issued for as the host name."
    ),
    CertificateFault.UNKNOWN_ISSUER: (
        "The certificate of {host} is not from an authority that this computer trusts. "
        "If it is your company's own CA, add that CA's certificate to this SMTP or to the computer."
    ),
    CertificateFault.SELF_SIGNED: (
        "The certificate of {host} is self-signed or from a CA that this computer does not know. "
        "If it is your company's own CA, add that CA's certificate to this SMTP or to the computer."
    ),
    CertificateFault.OTHER: "The certificate of {host} can't be trusted: {reason}.",
}


_WEAK_SENTENCES = {
    FailureDetail.WEAK_KEY: (
        "The key of the certificate of {host}, or of a CA that signed it, is too short to be safe. "
        "The server's administrator must renew the certificate."
    ),
    FailureDetail.WEAK_SIGNATURE: (
        "The certificate of {host} is signed with an old, weak method such as SHA-1, which is no longer safe. "
        "The server's administrator must renew it."
    ),
}


def handshake_error(error: ssl.SSLError, host: str) -> SessionError:
    """Returns the error for a failed handshake with `host`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        fault, weakness = certificate_fault(error), _WEAK.get(getattr(error, "verify_code", 0))
        if weakness:
            message = MessageText(template=_WEAK_SENTENCES[weakness], values={"host": host})
        else:
            message = _sentence(fault, host, error)
        return SessionError(FailureKind.CERTIFICATE, message, certificate_fault=fault, detail=weakness)
    if error.reason in _TOO_OLD:
        return SessionError(
            FailureKind.TLS_TOO_OLD,
            msg("The server supports only old, unsafe versions of TLS. Nothing was sent unencrypted."),
        )
    if error.reason in _WEAK_KEY:
        return SessionError(
            FailureKind.TLS_BROKEN,
            msg(
                "The server's encryption key (Diffie-Hellman) is too short to be safe. "
                "Nothing was sent unencrypted. The server's administrator must set up a longer one."
            ),
            detail=FailureDetail.WEAK_KEY,
        )
    if error.reason in _CLIENT_CERTIFICATE:
        return SessionError(
            FailureKind.TLS_BROKEN,
            msg(
                "The server wants a certificate from this computer, but this program has none to offer. "
                "Ask the server's administrator how to sign in with a user name and password."
            ),
            detail=FailureDetail.CLIENT_CERTIFICATE,
        )
    return SessionError(
        FailureKind.TLS_BROKEN,
        msg(
            "The encrypted connection could not be set up: {reason}. Nothing was sent unencrypted.",
            reason=(error.reason or "unknown reason").replace("_", " ").lower(),
        ),
    )


def certificate_fault(error: ssl.SSLCertVerificationError) -> CertificateFault:
    """Returns what is wrong with the certificate; OTHER where the platform's trust store does not report it as OpenSSL
    does."""
    return _FAULTS.get(getattr(error, "verify_code", 0), CertificateFault.OTHER)


def _sentence(fault: CertificateFault, host: str, error: ssl.SSLCertVerificationError) -> MessageText:
    reason = str(getattr(error, "verify_message", "") or "verification failed").rstrip(".")
    values: dict[str, str | int] = {"host": host}
    if fault is CertificateFault.OTHER:
        values["reason"] = reason
    return MessageText(template=_SENTENCES[fault], values=values)


def with_chain(error: SessionError, chain: tuple[Certificate, ...], host: str) -> SessionError:
    """Returns the same error with the certificates that the handshake with `host` failed for, and what they say."""
    message = (_message(error.certificate_fault, chain, host) if chain else None) or error.message
    for more in other_faults(error.certificate_fault, chain, host):
        message = MessageText(template=f"{message.template} {more.template}", values={**more.values, **message.values})
    return SessionError(
        error.kind,
        message,
        certificate_fault=error.certificate_fault,
        chain=chain,
        detail=error.detail,
    )


def other_faults(fault: CertificateFault | None, chain: tuple[Certificate, ...], host: str) -> tuple[MessageText, ...]:
    """Returns what else is wrong with the server's certificate, beside `fault`, the only one that OpenSSL names: who
    trusts it would meet that next."""
    if not chain or fault in {None, CertificateFault.CHANGED, CertificateFault.OTHER}:
        return ()
    found, now, leaf = [], datetime.now(UTC), chain[0]
    if fault is not CertificateFault.EXPIRED and leaf.valid_until <= now:
        found.append(msg("It also expired on {expired}.", expired=day_words(leaf.valid_until)))
    if fault is not CertificateFault.NOT_YET_VALID and leaf.valid_from > now:
        found.append(msg("It is also not valid before {begins}.", begins=day_words(leaf.valid_from)))
    if fault is not CertificateFault.WRONG_HOST and leaf.names and not _is_for(leaf, host):
        names = ", ".join(leaf.names[:_NAMES_SHOWN])
        found.append(msg("It is also for another name: {names}.", names=names))
    return tuple(found)


def _is_for(certificate: Certificate, host: str) -> bool:
    """Returns whether one of the certificate's names is `host`, or stands for it with a star (RFC 6125 6.4.3)."""
    try:
        wanted = ascii_host(host)
    except BadHost:
        return True
    rest = wanted.partition(".")[2]
    names = {name.lower().removesuffix(".") for name in certificate.names}
    return wanted in names or bool(rest and f"*.{rest}" in names)


def _message(fault: CertificateFault | None, chain: tuple[Certificate, ...], host: str) -> MessageText | None:
    match fault:
        case CertificateFault.EXPIRED:
            return _expired(chain, host)
        case CertificateFault.NOT_YET_VALID:
            return _not_yet_valid(chain, host)
        case CertificateFault.WRONG_HOST:
            return _wrong_host(chain[0], host)
        case CertificateFault.UNKNOWN_ISSUER:
            return _unknown_issuer(chain, host)
        case CertificateFault.SELF_SIGNED:
            return _self_signed(chain, host)
        case _:
            return None


def _expired(chain: tuple[Certificate, ...], host: str) -> MessageText:
    expired = [one for one in chain if one.valid_until <= datetime.now(UTC)]
    if not expired:
        return msg("The CA certificate behind {host} has expired. Ask the server's administrator.", host=host)
    if expired[0] is not chain[0]:
        return msg(
            "The certificate of {ca}, which signed that of {host}, expired on {day}. Its administrator must renew it.",
            ca=expired[0].subject,
            host=host,
            day=day_words(expired[0].valid_until),
        )
    return msg(
        "The certificate of {host} expired on {day}. Its administrator must renew it.",
        host=host,
        day=day_words(chain[0].valid_until),
    )


def _not_yet_valid(chain: tuple[Certificate, ...], host: str) -> MessageText:
    latest = max(chain, key=lambda one: one.valid_from)
    return msg(
        "The certificate of {host} is not valid before {day}. "
        "Check this computer's date, or ask the server's administrator.",
        host=host,
        day=day_words(latest.valid_from),
    )


def _wrong_host(certificate: Certificate, host: str) -> MessageText | None:
    if not certificate.names:
        return None
    names = ", ".join(certificate.names[:_NAMES_SHOWN])
    more = len(certificate.names) - _NAMES_SHOWN
    return msg(
        "The certificate is not for {host} but for {names}. Use one of these names as the host name.",
        host=host,
        names=names + (f" +{more} more" if more > 0 else ""),
    )


def _unknown_issuer(chain: tuple[Certificate, ...], host: str) -> MessageText:
    if len(chain) == 1:
        return msg(
            "The certificate of {host} is not from an authority that this computer trusts. The server did not send "
            "the certificate of its issuer, {issuer}. If that is your company's own CA, trust it for this SMTP; "
            "otherwise the server's administrator must add the missing intermediate certificate.",
            host=host,
            issuer=chain[0].issuer,
        )
    return msg(
        "The certificate of {host} is not from an authority that this computer trusts, but from {issuer}. "
        "If that is your company's own CA, trust it for this SMTP, or add it to the computer.",
        host=host,
        issuer=chain[-1].issuer,
    )


def _self_signed(chain: tuple[Certificate, ...], host: str) -> MessageText:
    if len(chain) == 1:
        return msg(
            "The certificate of {host} is self-signed, so no authority confirms it. "
            "Ask the server's administrator for its fingerprint before you trust it for this SMTP.",
            host=host,
        )
    return msg(
        "The certificate of {host} is from {issuer}, a CA that this computer does not know. "
        "If that is your company's own CA, trust it for this SMTP, or add it to the computer.",
        host=host,
        issuer=chain[-1].subject,
    )


def certificate_changed(host: str, *, trusted: str, found: str, chain: tuple[Certificate, ...]) -> SessionError:
    """Returns the error for a server that shows another certificate than the trusted one; both fingerprints are
    in hexadecimal."""
    return SessionError(
        FailureKind.CERTIFICATE,
        msg(
            "Alarm: {host} presents a different certificate from the one that this SMTP trusts. Nothing was sent. "
            "Trusted: {trusted}. Found: {found}. "
            "Unless the server's administrator has renewed it, someone may be intercepting the connection.",
            host=host,
            trusted=spelled_in_two(trusted),
            found=spelled_in_two(found),
        ),
        certificate_fault=CertificateFault.CHANGED,
        chain=chain,
    )
