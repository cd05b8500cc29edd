"""Thunderbird: outgoing servers and identities of a prefs.js or user.js. Its passwords are elsewhere, encrypted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import Address, address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import OAUTH_NOTE, Result, noted, source_of, with_values
from smtp_desktop.formats.values import SUBMISSION_PORT, Encryption, SmtpParts, smtp_of

_PREFERENCE = re.compile(
    r"""^[ \t]*(?:user_pref|pref|lockPref|defaultPref)\(\s*(?P<quote>["'])(?P<name>[\w.@-]{1,300})(?P=quote)\s*,\s*
    (?P<value>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|-?\d{1,20}|true|false)\s*\)""",
    re.MULTILINE | re.VERBOSE,
)
_STARTS = re.compile(r"^[ \t]*(?:user_pref|pref|lockPref|defaultPref)\([\"']mail\.(?:smtp|identity)", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_SERVER = re.compile(r"mail\.smtpserver\.(?P<key>[\w@-]+)\.(?P<name>[\w.]+)")
_IDENTITY = re.compile(r"mail\.identity\.(?P<key>[\w@-]+)\.(?P<name>[\w.]+)")
_ENCRYPTION = {"0": Encryption.NONE, "1": Encryption.IF_OFFERED, "2": Encryption.STARTTLS, "3": Encryption.IMPLICIT}
_NO_SIGN_IN, _GSSAPI, _NTLM, _CERTIFICATE, _OAUTH = "1", "5", "6", "7", "10"
_ODD_SIGN_INS = {_GSSAPI: "Kerberos", _NTLM: "NTLM", _CERTIFICATE: "a client certificate"}
_MOST_SENDERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Preference:
    text: str
    line: int


class ThunderbirdReader:
    """Reads the preferences of a Thunderbird profile."""

    format = ImportFormat.THUNDERBIRD

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has preferences of outgoing mail, or is a profile's file of saved passwords."""
        if _is_passwords(file):
            return True
        return _STARTS.search(file.text) is not None or (
            file.name in {"prefs.js", "user.js"} and _PREFERENCE.search(file.text) is not None
        )

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), self._results(file)) for file in files]

    def _results(self, file: TextFile) -> list[Result]:
        if _is_passwords(file):
            return [_refused(file, None, msg("Thunderbird's saved passwords are encrypted. They are not read."))]
        preferences = _preferences(file)
        servers = _grouped(preferences, _SERVER)
        servers.pop("default", None)  # what all have in common
        listed = _listed(preferences, "mail.smtpservers")
        order = dict.fromkeys([*(key for key in listed if key in servers), *servers])
        senders, default = _senders_by_server(preferences), _default(preferences)
        kept = set(listed or servers)
        results: list[Result] = [
            _smtp(file, servers[key], senders.get(key, []), is_default=key == default, is_listed=key in kept)
            for key in order
        ]
        results += [_refused(file, line, msg("This preference is not complete.")) for line in _broken_lines(file)]
        return results or [_refused(file, None, msg("It has no outgoing server."))]


def _smtp(
    file: TextFile, server: dict[str, _Preference], senders: Sequence[Address], *, is_default: bool, is_listed: bool
) -> Result:
    line = min(one.line for one in server.values())

    def text(*names: str) -> str:
        return next((server[name].text for name in names if name in server), "")

    kind = text("type")
    if kind and kind != "smtp":
        return _refused(file, line, msg("It sends by {kind}, not by SMTP.", kind=one_line(kind)[:20]))
    method = text("authMethod", "auth_method")
    user = text("username")
    encryption = _ENCRYPTION.get(text("try_ssl", "socketType") or "0", Encryption.STARTTLS)
    parts = SmtpParts(
        names=tuple(name for name in (text("description"),) if name),
        host=f"[{text('hostname')}]" if text("hostname").count(":") > 1 else text("hostname"),
        port=text("port") if text("port") not in {"0", "-1"} else "",
        default_port=None if encryption is Encryption.IMPLICIT else SUBMISSION_PORT,
        encryption=encryption,
        sign_in=bool(user) and method != _NO_SIGN_IN and method not in _ODD_SIGN_INS,
        user=user,
        password_elsewhere="",
        from_address=str(senders[0]) if senders else "",
        ehlo_name=text("hello_argument"),
    )
    result = smtp_of(parts, source_format=ImportFormat.THUNDERBIRD, file=file.path, line=line)
    return noted(
        with_values(result, is_default=is_default or None),
        OAUTH_NOTE if method == _OAUTH else None,
        _odd_sign_in(method),
        _other_senders(senders),
        None if is_listed else msg("Thunderbird no longer lists it."),
    )


def _odd_sign_in(method: str) -> MessageText | None:
    mechanism = _ODD_SIGN_INS.get(method)
    return msg("It signs in with {mechanism}, which is not possible here.", mechanism=mechanism) if mechanism else None


def _other_senders(senders: Sequence[Address]) -> MessageText | None:
    others = [sender.spec for sender in senders[1 : _MOST_SENDERS + 1]]
    return msg("Other senders use it as well: {senders}.", senders=", ".join(others)) if others else None


def _senders_by_server(preferences: dict[str, _Preference]) -> dict[str, list[Address]]:
    """Returns the addresses of the identities that send through each server, those of the default account first. An
    identity that names no server has the default one."""
    identities = _grouped(preferences, _IDENTITY)
    account = preferences.get("mail.accountmanager.defaultaccount")
    first = _listed(preferences, f"mail.account.{account.text}.identities") if account else []
    default = _default(preferences)
    senders: dict[str, dict[str, Address]] = {}
    for one in dict.fromkeys([*(key for key in first if key in identities), *identities]):
        identity = {name: preference.text for name, preference in identities[one].items()}
        address = address_or_none(identity.get("useremail", ""))
        if address is None:
            continue
        named = Address(local=address.local, domain=address.domain, display_name=one_line(identity.get("fullName", "")))
        senders.setdefault(identity.get("smtpServer") or default, {}).setdefault(address.spec.lower(), named)
    return {server: list(addresses.values()) for server, addresses in senders.items()}


def _default(preferences: dict[str, _Preference]) -> str:
    """Returns the key of the default server: the first one, where no preference names it."""
    named = preferences.get("mail.smtp.defaultserver")
    listed = _listed(preferences, "mail.smtpservers")
    return named.text if named else listed[0] if listed else ""


def _listed(preferences: dict[str, _Preference], name: str) -> list[str]:
    preference = preferences.get(name)
    return [word.strip() for word in preference.text.split(",") if word.strip()] if preference else []


def _grouped(preferences: dict[str, _Preference], pattern: re.Pattern[str]) -> dict[str, dict[str, _Preference]]:
    groups: dict[str, dict[str, _Preference]] = {}
    for full_name, preference in preferences.items():
        if found := pattern.fullmatch(full_name):
            groups.setdefault(found["key"], {})[found["name"]] = preference
    return groups


def _preferences(file: TextFile) -> dict[str, _Preference]:
    """Returns the preferences by name; a later line overrides an earlier one."""
    preferences: dict[str, _Preference] = {}
    line, place = 1, 0
    for found in _PREFERENCE.finditer(file.text):
        line += file.text.count("\n", place, found.start())
        place = found.start()
        preferences[found["name"]] = _Preference(text=_plain(found["value"]), line=line)
    return preferences


def _plain(value: str) -> str:
    if value[0] not in "\"'":
        return value

    def replaced(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

    text = _ESCAPE.sub(replaced, value[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _broken_lines(file: TextFile) -> Iterator[int]:
    for number, line in enumerate(file.lines, 1):
        if "mail.smtpserver" in line and _STARTS.match(line) and not _PREFERENCE.match(line):
            yield number


def _is_passwords(file: TextFile) -> bool:
    return file.name == "logins.json" and '"encryptedPassword"' in file.text


def _refused(file: TextFile, line: int | None, reason: MessageText) -> Unreadable:
    return Unreadable(format=ImportFormat.THUNDERBIRD, file=file.path, line=line, reason=reason)
