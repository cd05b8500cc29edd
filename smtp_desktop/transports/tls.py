"""Encryption: what is trusted, what a certificate says, and what is wrong with one."""

import ssl

import truststore

from smtp_desktop.domain.certificate import Certificate
from smtp_desktop.domain.conversation import CertificateFault, FailureKind, Security, TlsMode
from smtp_desktop.domain.text import Text, text
from smtp_desktop.transports.certificates import certificate_from
from smtp_desktop.transports.ending import Ended

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

# OpenSSL's reasons where no common version was found: the server's alert, and a version that it chose below ours.
_TOO_OLD = frozenset({"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW"})

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # strftime translates

_SENTENCES = {
    CertificateFault.EXPIRED: "The certificate of {host} has expired. Its admin must renew it.",
    CertificateFault.NOT_YET_VALID: (
        "The certificate of {host} is not valid yet. Check this computer's date, or ask the server's admin."
    ),
    CertificateFault.WRONG_HOST: (
        "The certificate is not for {host}. Enter the name that it was issued for as Host Name."
    ),
    CertificateFault.UNKNOWN_ISSUER: (
        "Nobody this computer trusts has issued the certificate of {host}. "
        "For a company's own CA, add its certificate to this SMTP or to the computer."
    ),
    CertificateFault.SELF_SIGNED: (
        "The certificate of {host} is signed by itself or by a CA that this computer does not know. "
        "For a company's own CA, add its certificate to this SMTP or to the computer."
    ),
    CertificateFault.OTHER: "The certificate of {host} can't be trusted: {reason}.",
}


def client_context(trusted_ca_pem: str) -> ssl.SSLContext:
    """Returns what a connection is verified with: the system's trust store, read now, and `trusted_ca_pem` if any.

    Raises Ended where that is no certificate.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996: 1.0 and 1.1 must not be used
    if trusted_ca_pem.strip():
        try:
            context.load_verify_locations(cadata=trusted_ca_pem.encode("ascii").decode())
        except (ssl.SSLError, UnicodeEncodeError) as error:
            raise Ended(
                FailureKind.CERTIFICATE,
                text("The trusted CA of this SMTP is no certificate in PEM form. Paste it again."),
                certificate_fault=CertificateFault.OTHER,
            ) from error
        # What the admin trusts may be an issuing CA below the company's root.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def handshake_end(error: ssl.SSLError, host: str) -> Ended:
    """Returns the end that a failed handshake with `host` makes."""
    if isinstance(error, ssl.SSLCertVerificationError):
        fault = certificate_fault(error)
        return Ended(FailureKind.CERTIFICATE, _sentence(fault, host, error), certificate_fault=fault)
    if error.reason in _TOO_OLD:
        return Ended(
            FailureKind.TLS_TOO_OLD,
            text("The server speaks only old versions of TLS, which are no longer safe. Nothing was sent in clear."),
        )
    return Ended(
        FailureKind.TLS_BROKEN,
        text(
            "The encrypted connection could not be set up: {reason}. Nothing was sent in clear.",
            reason=(error.reason or "unknown reason").replace("_", " ").lower(),
        ),
    )


def certificate_fault(error: ssl.SSLCertVerificationError) -> CertificateFault:
    """Returns what is wrong with the certificate; OTHER where the platform's trust store does not say it as
    OpenSSL does."""
    return _FAULTS.get(getattr(error, "verify_code", 0), CertificateFault.OTHER)


def _sentence(fault: CertificateFault, host: str, error: ssl.SSLCertVerificationError) -> Text:
    reason = str(getattr(error, "verify_message", "") or "its check failed").rstrip(".")
    values: dict[str, str | int] = {"host": host}
    if fault is CertificateFault.OTHER:
        values["reason"] = reason
    return Text(_SENTENCES[fault], values)


def security_of(tls: ssl.SSLObject, mode: TlsMode) -> Security:
    """Returns how the connection is secured; its handshake is done."""
    return Security(mode=mode, version=tls.version() or "", chain=chain_of(tls))


def chain_of(tls: ssl.SSLObject) -> tuple[Certificate, ...]:
    """Returns the certificates that the server showed, its own first; none where they can't be read."""
    der = tls.getpeercert(binary_form=True)
    return (certificate_from(der),) if der else ()


def described(security: Security) -> str:
    """Returns `security` for a person: `TLS 1.3 · STARTTLS · smtp.example.com · valid until 3 Feb 2027`."""
    mode = "STARTTLS" if security.mode is TlsMode.STARTTLS else "TLS on connect"
    parts = [security.version.replace("TLSv", "TLS "), mode]
    if names := security.certificate_names:
        parts.append(names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1} more")
    if until := security.certificate_valid_until:
        parts.append(f"valid until {until.day} {_MONTHS[until.month - 1]} {until.year}")
    return " · ".join(parts)
