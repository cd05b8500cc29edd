"""A private key and its certificate in PFX or PEM files, as they came from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret

_LEAST_KEY_BITS = 2048  # Entra ID refuses shorter ones
_PEM_BEGINS, _PEM_ENDS = b"-----BEGIN ", b"-----END "
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
# RFC 7292 4: a PFX is a SEQUENCE that begins with the INTEGER 3. Long ones have a length of up to five octets.
_SEQUENCE, _PFX_VERSION, _PFX_HEADER_BYTES = b"\x30", b"\x02\x01\x03", 9


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A file that was chosen: its name for messages, and its content."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAndCertificate:
    """A private key with the certificate of its public part."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate


def key_and_certificate(files: Sequence[KeyFile], password: Secret | None) -> KeyAndCertificate:
    """Returns the key in these files and the certificate that belongs to it, whatever other certificates there are.
    `password` opens a PFX or an encrypted key, and is ignored where nothing is encrypted. Raises FieldErrors."""
    keys: list[PrivateKeyTypes] = []
    certificates: list[x509.Certificate] = []
    for file in files:
        found_keys, found_certificates = _contents(file, password)
        keys += found_keys
        certificates += found_certificates
    names = ", ".join(file.name for file in files)
    if not keys:
        raise refused(_no_key(names) if certificates else _neither(names))
    key = _usable(keys, names)
    if not certificates:
        raise refused(
            msg("{names} contains a private key but no certificate. Add the file with its certificate.", names=names)
        )
    public = key.public_key()
    for certificate in certificates:
        if certificate.public_key() == public:
            return KeyAndCertificate(key=key, certificate=certificate)
    raise refused(msg("The private key in {names} does not belong to the certificate there.", names=names))


def refused(message: MessageText, field_name: str = "certificate") -> FieldErrors:
    """Returns the error for the certificate that was chosen, or for its password."""
    return FieldErrors((FieldError(field=field_name, message=message),))


def _usable(keys: Iterable[PrivateKeyTypes], names: str) -> rsa.RSAPrivateKey:
    rsa_keys = [key for key in keys if isinstance(key, rsa.RSAPrivateKey)]
    if not rsa_keys:
        raise refused(
            msg("The private key in {names} is not an RSA key. Microsoft accepts only RSA keys here.", names=names)
        )
    if len(rsa_keys) > 1:
        raise refused(msg("{names} contains several private keys. Choose a file with only one.", names=names))
    if rsa_keys[0].key_size < _LEAST_KEY_BITS:
        raise refused(
            msg(
                "The private key in {names} has only {bits} bits. Microsoft requires at least {least}.",
                names=names,
                bits=rsa_keys[0].key_size,
                least=_LEAST_KEY_BITS,
            )
        )
    return rsa_keys[0]


def _contents(file: KeyFile, password: Secret | None) -> tuple[list[PrivateKeyTypes], list[x509.Certificate]]:
    if _PEM_BEGINS in file.content:
        return _in_pem(file, password)
    if file.content.startswith(_SEQUENCE) and _PFX_VERSION in file.content[:_PFX_HEADER_BYTES]:
        return _in_pfx(file, password)
    try:
        return [], [x509.load_der_x509_certificate(file.content)]
    except (ValueError, x509.InvalidVersion) as error:
        raise refused(_neither(file.name)) from error


def _in_pfx(file: KeyFile, password: Secret | None) -> tuple[list[PrivateKeyTypes], list[x509.Certificate]]:
    found: pkcs12.PKCS12KeyAndCertificates | None = None
    # Without a password a PFX may still be encrypted with an empty one.
    for tried in (password.reveal().encode(),) if password else (None, b""):
        try:
            found = pkcs12.load_pkcs12(file.content, tried)
            break
        except UnsupportedAlgorithm as error:
            raise refused(
                msg(
                    "{name} is encrypted with a method that can't be read here. Export it again with AES256-SHA256.",
                    name=file.name,
                )
            ) from error
        except ValueError:  # another password, or damaged
            continue
    if found is None:
        raise _password_error(file, password)
    certificates = [one.certificate for one in (found.cert, *found.additional_certs) if one]
    return [found.key] if found.key else [], certificates


def _in_pem(file: KeyFile, password: Secret | None) -> tuple[list[PrivateKeyTypes], list[x509.Certificate]]:
    keys: list[PrivateKeyTypes] = []
    certificates: list[x509.Certificate] = []
    for block in _blocks(file.content):
        first_line = block.partition(b"\n")[0].strip()
        if first_line == _CERTIFICATE:
            try:
                certificates.append(x509.load_pem_x509_certificate(block))
            except (ValueError, x509.InvalidVersion) as error:
                raise refused(msg("The certificate in {name} is damaged.", name=file.name)) from error
        elif b"PRIVATE KEY" in first_line:
            keys.append(_pem_key(file, block, password))
    return keys, certificates


def _pem_key(file: KeyFile, block: bytes, password: Secret | None) -> PrivateKeyTypes:
    encrypted = b"ENCRYPTED" in block
    if encrypted and not password:
        raise _password_error(file, password)
    try:
        return load_pem_private_key(block, password.reveal().encode() if password and encrypted else None)
    except (ValueError, UnsupportedAlgorithm) as error:
        if encrypted:
            raise _password_error(file, password) from error
        raise refused(
            msg("The private key in {name} can't be read: it is damaged, or not in PKCS #8 or #1.", name=file.name)
        ) from error


def _blocks(content: bytes) -> Iterator[bytes]:
    """Yields each block of a PEM file, from its BEGIN to its END."""
    block: list[bytes] | None = None
    for line in content.splitlines(keepends=True):
        if line.lstrip().startswith(_PEM_BEGINS):
            block = []
        if block is not None:
            block.append(line)
            if line.lstrip().startswith(_PEM_ENDS):
                yield b"".join(block)
                block = None


def _password_error(file: KeyFile, password: Secret | None) -> FieldErrors:
    if password:
        return refused(msg("This password does not open {name}.", name=file.name), "certificate_password")
    return refused(msg("{name} is protected by a password. Enter it.", name=file.name), "certificate_password")


def _no_key(names: str) -> MessageText:
    return msg(
        "{names} contains only the certificate, which is the public part. Choose a file that also contains its "
        "private key, such as a PFX, or add the file with the key.",
        names=names,
    )


def _neither(names: str) -> MessageText:
    return msg("{names} is neither a PFX nor a PEM file with a private key.", names=names)
