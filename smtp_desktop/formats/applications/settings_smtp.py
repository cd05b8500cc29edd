"""From the settings of one server to an SMTP."""

import re
from collections.abc import Iterable
from dataclasses import replace

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Unreadable
from smtp_desktop.domain.mail.address import address_or_none, is_this_computer
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.domain.smtp.ehlo_name import ehlo_name_problem
from smtp_desktop.formats.applications.encryption_words import encryption_of
from smtp_desktop.formats.applications.setting import Setting, code_words, defaulted, without_defaults
from smtp_desktop.formats.applications.setting_groups import SettingGroup, setting_groups
from smtp_desktop.formats.applications.setting_words import Field, words_in
from smtp_desktop.formats.results import Result, noted, with_values
from smtp_desktop.formats.url import results_of
from smtp_desktop.formats.values import (
    SMTP_PORT,
    Encryption,
    SmtpParts,
    is_mask,
    plain_bool,
    port_of,
    reference_in,
    smtp_of,
)

_ENCRYPTION = (
    Field.MODE,
    Field.TLS,
    Field.IMPLICIT_TLS,
    Field.STARTTLS,
    Field.STARTTLS_IF_OFFERED,
    Field.NO_STARTTLS,
    Field.NO_TLS,
)
_NULLS = frozenset({"null", "nil", "undefined"})
_OAUTH = frozenset({"xoauth2", "oauth2", "oauth", "oauthbearer"})
_OTHER_BACKENDS = words_in(
    "log, array, sendmail, ses, mailgun, postmark, console, dummy, file, "
    "null, mail, php, local, resend, sendgrid, locmem, "
    "filebased, direct, noop, disabled"
)
_BRACKETS = re.compile(r"\[([^\[\]]+)\](?::(\w+))?")  # Postfix: no look-up of MX
_LONGEST_SHOWN = 60


def results_of_settings(
    settings: Iterable[Setting],
    *,
    source_format: ImportFormat,
    names: tuple[str, ...] = (),
    usual_port: int | None = None,
) -> list[Result]:
    """Returns what the settings describe. `names` are what the SMTPs may be called; of several each has its own name
    behind the first of these. `usual_port` is what the program takes where neither a port nor implicit TLS is set."""
    servers, incomplete = setting_groups(settings)
    results: list[Result] = []
    for group in servers:
        own = group.label
        several = len(servers) > 1
        wanted = (f"{names[0]} {own}".strip(), *names) if names and several else (*names, own)
        results += _results(group, source_format, tuple(name for name in wanted if name), usual_port)
    for group in incomplete:
        first = group.first
        reason = msg("{name} is there, but no server that belongs to it.", name=first.name)
        results.append(Unreadable(format=source_format, file=first.file, line=first.line, reason=reason))
    return results


def _results(
    group: SettingGroup, source_format: ImportFormat, names: tuple[str, ...], usual_port: int | None
) -> list[Result]:
    notes = [_backend_note(group), _mechanism_note(group)]
    server = group.get(Field.URL) or group.first
    if server.is_code:
        reason = msg("The server is {code}, which only the program knows.", code=shown(_code_of(server)))
        return [Unreadable(format=source_format, file=server.file, line=server.line, reason=reason)]
    url = group.get(Field.URL)
    if url is None and "://" in server.value and "@" in server.value:
        url = server
    from_address, from_note = _from(group)
    notes.append(from_note)
    if url is not None:
        text = defaulted(url.value.strip())
        if text == (reference := reference_in(text)):
            reason = msg("The server is {reference}, which is not filled in.", reference=shown(reference))
            return [Unreadable(format=source_format, file=url.file, line=url.line, reason=reason)]
        results = results_of(text, source_format=source_format, file=url.file, line=url.line, names=names)
        return [noted(_with_from(one, from_address), *notes) for one in results]
    parts, more = _parts(group, names)
    if usual_port and parts.encryption is not Encryption.IMPLICIT and group.get(Field.PORT) is None:
        parts = replace(parts, default_port=usual_port)
    parts, place = replace(parts, from_address=from_address), group.own or server
    result = smtp_of(parts, source_format=source_format, file=place.file, line=place.line)
    return [noted(result, *more, *notes)]


def _with_from(result: Result, from_address: str) -> Result:
    if isinstance(result, FoundSmtp) and not result.draft.from_address:
        return with_values(result, from_address=from_address)
    return result


def _parts(group: SettingGroup, names: tuple[str, ...]) -> tuple[SmtpParts, list[MessageText | None]]:
    host, port = _host_and_port(group)
    port_note = _port_code_note(group)
    notes = [_default_note(group.get(kind)) for kind in (Field.HOST, Field.PORT)]
    user, user_note = _user(group)
    notes += [user_note, port_note]
    password = group.get(Field.PASSWORD)
    if password and _is_null(password, group):
        password = None
    place = group.get(Field.PASSWORD_PLACE)
    if password and not user and user_note is None:
        user = _address_in(_text(group, Field.FROM))
        notes.append(msg("The file has no user name: the From address is taken for it.") if user else None)
    signs_in = _signs_in(group, user=user, has_user_elsewhere=user_note is not None)
    said = [(kind, _text(group, kind)) for kind in _ENCRYPTION]
    encryption = encryption_of(said, port_of(port))
    if encryption is Encryption.IF_OFFERED and signs_in is not True and not user and _is_near(host):
        encryption = Encryption.NONE  # a server for development, as Mailpit is
    if password and password.is_ambiguous and not password.is_code:
        notes.append(
            msg("Programs read the value of {name} in different ways. Check the password.", name=password.name)
        )
    helo = _text(group, Field.HELO)
    elsewhere = _elsewhere(password, place)
    parts = SmtpParts(
        names=names,
        host=host,
        port=port,
        default_port=SMTP_PORT if encryption is Encryption.UNSAID and not user else None,
        encryption=encryption,
        sign_in=signs_in,
        user=user,
        password=password.value if password and not elsewhere else None,
        password_is_literal=bool(password and password.is_literal and not is_mask(password.value)),
        password_elsewhere=elsewhere,
        ehlo_name="" if not helo or ehlo_name_problem(helo) else helo,
        unverified=_is_unverified(group),
    )
    return parts, notes


def _port_code_note(group: SettingGroup) -> MessageText | None:
    port = group.get(Field.PORT)
    if port is None or not port.is_code:
        return None
    return msg("The port is {code}, which only the program knows. The usual one was taken.", code=shown(_code_of(port)))


def _host_and_port(group: SettingGroup) -> tuple[str, str]:
    host, port = _text(group, Field.HOST), _text(group, Field.PORT)
    if (setting := group.get(Field.PORT)) and setting.is_code:
        port = ""
    bracketed = _BRACKETS.fullmatch(host)
    return (bracketed[1], port or bracketed[2] or "") if bracketed else (host, port)


def _text(group: SettingGroup, kind: Field) -> str:
    setting = group.get(kind)
    if setting is None or setting.value.strip().lower() in _NULLS:
        return ""
    return setting.value.strip() if setting.is_literal else defaulted(setting.value.strip())


def _user(group: SettingGroup) -> tuple[str, MessageText | None]:
    """Returns the user name, and a note where it is elsewhere."""
    setting = group.get(Field.USER)
    text = _text(group, Field.USER)
    if setting is None or not text:
        return "", None
    reference = _code_of(setting) if setting.is_code else "" if setting.is_literal else reference_in(text)
    if not reference:
        return text, _default_note(setting)
    return "", msg("The user name is {reference}, which is not filled in.", reference=shown(reference))


def _elsewhere(password: Setting | None, place: Setting | None) -> str:
    """Returns what says where the password is; empty where the file has it."""
    if password is None:
        return shown(f"{place.name}={place.value.strip()}") if place else ""
    if password.place:
        return shown(password.place)
    if password.is_code:
        return shown(code_words(password.value))
    reference = "" if password.is_literal else reference_in(password.value)
    return shown(without_defaults(reference)) if reference else ""


def _code_of(setting: Setting) -> str:
    return setting.place or code_words(setting.value)


def _is_null(password: Setting, group: SettingGroup) -> bool:
    """Whether the file says that there is no password. Beside a user name, `null` may be one."""
    return password.value.strip().lower() in _NULLS and not _text(group, Field.USER)


def _signs_in(group: SettingGroup, *, user: str, has_user_elsewhere: bool) -> bool | None:
    for kind in (Field.SIGNS_IN, Field.MECHANISM):
        word = _text(group, kind)
        if group.get(kind) and plain_bool(word) is False:
            return False
    return True if has_user_elsewhere else None if user else False


def _from(group: SettingGroup) -> tuple[str, MessageText | None]:
    setting = group.get(Field.FROM)
    text, domain = _text(group, Field.FROM), _text(group, Field.FROM_DOMAIN)
    if setting is None or not text:
        return "", None
    if setting.is_code or (not setting.is_literal and reference_in(text)):
        reference = _code_of(setting) if setting.is_code else text
        return "", msg("The From address is {reference}, which is not filled in.", reference=shown(reference))
    if domain and "@" not in text:
        text = f"{text}@{domain}"
    if address_or_none(text) is None:
        return "", msg("“{text}” is not a From address.", text=shown(text))
    name = _text(group, Field.FROM_NAME)
    if not name or "<" in text or reference_in(name):
        return text, None
    named = f"{_quoted(one_line(name))} <{text}>"
    return (named if address_or_none(named) is not None else text), None


def _quoted(name: str) -> str:
    if all(sign.isalnum() or sign in " -_'" for sign in name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _address_in(text: str) -> str:
    address = text.rpartition("<")[2].removesuffix(">").strip()
    return address if address_or_none(address) is not None else ""


def _is_unverified(group: SettingGroup) -> bool:
    verifies, unverified = _text(group, Field.VERIFIES), _text(group, Field.UNVERIFIED)
    off = bool(group.get(Field.VERIFIES)) and (plain_bool(verifies) is False)
    return off or (bool(unverified) and plain_bool(unverified) is True)


def _is_near(host: str) -> bool:
    return is_this_computer(host) or "." not in host


def _default_note(setting: Setting | None) -> MessageText | None:
    if setting is None or setting.is_literal or defaulted(setting.value) == setting.value:
        return None
    reference = shown(without_defaults(setting.value))
    return msg("The file says {reference}, with a default, which was taken.", reference=reference)


def _backend_note(group: SettingGroup) -> MessageText | None:
    backend = _text(group, Field.BACKEND)
    words = set(backend.lower().split("."))
    if "smtp" in words or not words & _OTHER_BACKENDS:
        return None  # Django's is named by its module: django.core.mail.backends.smtp
    return msg("The file sends by “{backend}”, not by this server.", backend=shown(backend))


def _mechanism_note(group: SettingGroup) -> MessageText | None:
    words = {_text(group, Field.MECHANISM).lower(), _text(group, Field.SIGNS_IN).lower()}
    return msg("The file signs in by OAuth 2.0. Choose that sign-in here.") if words & _OAUTH else None


def shown(text: str) -> str:
    """Returns a text of a file as one short line."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
