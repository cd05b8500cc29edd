"""The secrets that a file refers to: read from variables, files and commands."""

import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from smtp_desktop.cli.options.secret_sources import command_output, file_content, first_line, without_line_end
from smtp_desktop.domain.declared.document import Declared, SecretReference, SecretSource
from smtp_desktop.domain.declared.errors import DocumentErrors, Problem
from smtp_desktop.domain.errors import FieldErrors, NoInput
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.services.declared.wanted import Wanted


def wanted_of(declared: Declared, parse: Callable[[Secret], KeyedCertificate], *, prune: bool, dry_run: bool) -> Wanted:
    """Returns what the file asks for, with its secrets. Raises DocumentErrors for all that can't be read. A dry run
    goes without those, and runs no command: whoever compares a file with what is there need not know the secrets."""
    secrets: dict[str, dict[SecretField, Secret]] = defaultdict(dict)
    unread: dict[str, set[SecretField]] = defaultdict(set)
    problems: list[Problem] = []
    for one in declared.smtps or ():
        for field, reference in one.secrets.items():
            if reference.source is SecretSource.COMMAND and dry_run:
                unread[one.place].add(field)
                continue
            try:
                secrets[one.place][field] = _read(reference)
            except NoInput as error:
                if dry_run:
                    unread[one.place].add(field)
                    continue
                place = f"{one.place}.{field}"
                problems.append(Problem(place=place, message=error.message, line=declared.lines.get(place)))
    if problems:
        raise DocumentErrors(problems)
    certificates = _with_certificates(declared, secrets, parse)
    return Wanted(declared=declared, secrets=secrets, certificates=certificates, unread=unread, prune=prune)


def _with_certificates(
    declared: Declared,
    secrets: dict[str, dict[SecretField, Secret]],
    parse: Callable[[Secret], KeyedCertificate],
) -> dict[str, AppCertificate]:
    """Puts keys of certificates into the form in which they are stored, and returns the public parts by place. Raises
    DocumentErrors."""
    found: dict[str, AppCertificate] = {}
    problems: list[Problem] = []
    for place, read in secrets.items():
        if SecretField.CERTIFICATE not in read:
            continue
        try:
            keyed = parse(read[SecretField.CERTIFICATE])
        except FieldErrors as error:
            at = f"{place}.{SecretField.CERTIFICATE}"
            problems.append(Problem(place=at, message=error.errors[0].message, line=declared.lines.get(at)))
            continue
        read[SecretField.CERTIFICATE], found[place] = keyed.secret, keyed.certificate
    if problems:
        raise DocumentErrors(problems)
    return found


def _read(reference: SecretReference) -> Secret:
    match reference.source:
        case SecretSource.ENV:
            value = os.environ.get(reference.words[0])
            if value is None:
                raise NoInput(msg("Environment variable {name} is not set.", name=reference.words[0]))
            text = _text(os.fsencode(value))
        case SecretSource.FILE:
            text = _text(without_line_end(file_content(Path(reference.words[0]))))
        case SecretSource.COMMAND:
            text = _text(first_line(command_output(reference.words)))
    if not text:
        raise NoInput(msg("The secret from {source} is empty.", source=" ".join(reference.words[:1])))
    return Secret.typed(text)


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise NoInput(msg("The secret is not UTF-8 text.")) from error
    return text
