"""Encryption as settings say it: by its meaning, since each program has its own words for it."""

from collections.abc import Iterable

from smtp_desktop.formats.applications.setting_words import Field, words_in
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption, plain_bool

# A word that is in none of these, `tls` among them, means implicit TLS on port 465, and STARTTLS elsewhere.
_IMPLICIT = words_in(
    "ssl, smtps, ssl/tls, ssltls, ssl_tls, implicit, implicit_tls, "
    "implicittls, force_tls, forcetls, force_ssl, smtp+ssl, "
    "sslv3, wrapped, tls_wrapped, tls-wrapped"
)
_STARTTLS = words_in(
    "starttls, start_tls, start-tls, smtp+starttls, smtp+tls, tls+starttls, "
    "explicit, starttls_required, required, require, "
    "mandatory, mandatorystarttls, always, encrypt"
)
_IF_OFFERED = words_in(
    "auto, opportunistic, opportunisticstarttls, starttls_if_offered, starttlswhenavailable, "
    "optional, may, when_available, "
    "if_available, ifavailable, prefer, preferred"
)
_NONE = words_in(
    "none, off, no, plain, plaintext, unencrypted, cleartext, insecure, "
    "never, nostarttls, disable, disabled, no_tls, notls, "
    "smtp+notls, no_encryption"
)
_OF_STARTTLS = frozenset({Field.STARTTLS, Field.STARTTLS_IF_OFFERED, Field.NO_STARTTLS, Field.NO_TLS})
# What a field means that is on or off; None leaves it to the port. Without implicit TLS there still is STARTTLS.
_ON = {Field.TLS: None, Field.IMPLICIT_TLS: Encryption.IMPLICIT, Field.STARTTLS: Encryption.STARTTLS}
_OFF = {Field.TLS: Encryption.NONE, Field.IMPLICIT_TLS: Encryption.UNSAID, Field.STARTTLS: Encryption.NONE}
_SAYS_NOTHING = frozenset({"", "null", "nil", "smtp", "default"})


def encryption_of(words: Iterable[tuple[Field, str]], port: int | None) -> Encryption:
    """Returns what fields with their values say together: what demands encryption counts before what does without."""
    said = [(field, _said(field, text.strip().lower(), port)) for field, text in words]
    every = {one for _, one in said}
    if Encryption.IMPLICIT in every or Encryption.STARTTLS in every:
        return Encryption.IMPLICIT if Encryption.IMPLICIT in every else Encryption.STARTTLS
    if any(field in _OF_STARTTLS and one is Encryption.NONE for field, one in said):
        return Encryption.NONE
    return next((one for one in (Encryption.IF_OFFERED, Encryption.NONE) if one in every), Encryption.UNSAID)


def _said(field: Field, word: str, port: int | None) -> Encryption:
    if word in _SAYS_NOTHING:
        return Encryption.UNSAID
    is_on = plain_bool(word)
    by_port = Encryption.IMPLICIT if port == IMPLICIT_PORT else Encryption.STARTTLS
    if field is Field.MODE or (is_on is None and field in _ON):
        return _mode(word, by_port)
    if field in _ON:
        return _ON[field] or by_port if is_on else _OFF[field]
    return Encryption.NONE if is_on is (field is not Field.STARTTLS_IF_OFFERED) else Encryption.IF_OFFERED


def _mode(word: str, by_port: Encryption) -> Encryption:
    if word in _IMPLICIT:
        return Encryption.IMPLICIT
    if word in _STARTTLS:
        return Encryption.STARTTLS
    if word in _IF_OFFERED:
        return Encryption.IF_OFFERED
    if word in _NONE:
        return Encryption.NONE
    is_on = plain_bool(word)
    if is_on is None:
        return by_port if word.startswith("tls") else Encryption.UNSAID
    # Nodemailer's `secure`: true is implicit TLS, false STARTTLS where the server offers it.
    return Encryption.IMPLICIT if is_on else Encryption.IF_OFFERED
