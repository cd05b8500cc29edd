"""From the files of one Postfix to the SMTPs that it relays through."""

from collections.abc import Iterator
from dataclasses import dataclass

from smtp_desktop.domain.imports.found import ImportFormat, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.mail_programs.postfix.main_cf import MainCf, Unresolved, words_of
from smtp_desktop.formats.mail_programs.postfix.next_hop import NextHop, next_hop
from smtp_desktop.formats.mail_programs.postfix.setup import Setup, TableKind
from smtp_desktop.formats.mail_programs.postfix.tables import Entry, by_key, lookup
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted
from smtp_desktop.formats.values import SMTP_PORT, Encryption, SmtpParts, smtp_of

_FORMAT = ImportFormat.POSTFIX
_LONGEST = 60
_MOST_HOPS = 10  # that a sender with a password of its own is shown for
_LEVELS = {
    "none": Encryption.NONE,
    "may": Encryption.IF_OFFERED,
    "dane": Encryption.IF_OFFERED,
    "half-dane": Encryption.IF_OFFERED,
    "dane-only": Encryption.STARTTLS,
    "encrypt": Encryption.STARTTLS,
    "fingerprint": Encryption.STARTTLS,
    "verify": Encryption.STARTTLS,
    "secure": Encryption.STARTTLS,
}
_NO_RELAY = msg("It names no relay host: mail goes straight to the servers of the recipients.")
# What is there is not repeated: in a wrong place, it may be a password.
_NO_HOP = msg("A relay host such as [host]:587 is expected here.")
_TWICE = msg("Its key is there twice. Postfix takes the first.")
_NO_TABLE_LINE = msg("A key, white space and a value are expected here.")
_NO_PARAMETER = msg("A line such as name = value is expected here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """A way that mail goes: to a next hop, of every sender (then `sender` is empty) or of one."""

    hop: NextHop
    sender: str
    file: str
    line: int | None


class Relays:
    """Makes the SMTPs of one Postfix."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._problems: list[Unreadable] = []
        self._used: set[tuple[str, int | None]] = set()
        self._by_key = {kind: by_key(table.entries) for kind, table in setup.tables.items()}

    def results(self) -> list[Result]:
        """Returns the SMTPs, in the order of the files, and what can't be read."""
        self._name_broken_lines()
        routes = list(self._routes())
        smtps = [self._smtp(route) for route in routes]
        # Passwords of servers that nothing else names: those of a main.cf that was not given, or of earlier ones.
        for entry in self._entries(TableKind.PASSWORDS):
            if (entry.file, entry.line) in self._used or entry.key == "*":
                continue
            if self._by_key[TableKind.PASSWORDS][entry.key] is not entry:
                self._refuse(entry.file, entry.line, _TWICE)
                continue
            hop = None if "@" in entry.key else next_hop(entry.key)
            if hop:
                smtps.append(self._smtp(_Route(hop=hop, sender="", file=entry.file, line=entry.line)))
            else:
                self._refuse(entry.file, entry.line, self._no_server(entry))
        if not smtps and not self._problems and self._setup.main:
            self._refuse(self._setup.main.path, None, _NO_RELAY)
        return [*smtps, *self._problems]

    def _routes(self) -> Iterator[_Route]:
        main = self._setup.main
        relay_hops: list[_Route] = []
        if main:
            for parameter in ("relayhost", "default_transport"):
                relay_hops = relay_hops or list(self._hops_of(main, parameter))
        yield from relay_hops
        senders: set[str] = set()
        for entry in (*self._entries(TableKind.SENDERS), *self._entries(TableKind.SENDER_TRANSPORTS)):
            senders.add(entry.key)
            if entry.value.upper() != "DUNNO":
                yield from self._hops_in(entry.value, entry.key, entry.file, entry.line)
        if not self._looks_up_senders:
            return
        for entry in self._entries(TableKind.PASSWORDS):
            if "@" in entry.key and entry.key not in senders:
                for route in relay_hops[:_MOST_HOPS]:
                    yield _Route(hop=route.hop, sender=entry.key, file=entry.file, line=entry.line)

    def _hops_of(self, main: MainCf, parameter: str) -> Iterator[_Route]:
        line = main.line_of(parameter)
        try:
            value = main.value(parameter) or ""
        except Unresolved as error:
            reason = msg("{parameter} names {name}, which the file does not set.", parameter=parameter, name=error.name)
            self._refuse(main.path, line, reason)
            return
        if parameter == "relayhost" or "[" in value:  # else a transport, such as smtp, without a next hop
            yield from self._hops_in(value, "", main.path, line)

    def _hops_in(self, value: str, sender: str, file: str, line: int | None) -> Iterator[_Route]:
        for word in words_of(value):
            hop = next_hop(word)
            if hop and hop.transport.lower() != "lmtp":
                yield _Route(hop=hop, sender=sender, file=file, line=line)
            else:
                self._refuse(file, line, _NO_HOP)

    def _smtp(self, route: _Route) -> Result:
        hop = route.hop
        is_address = address_or_none(route.sender) is not None
        encryption, note = self._encryption(hop)
        sign_in, entry, elsewhere = self._credentials(route)
        user, colon, password = entry.value.partition(":") if entry else ("", "", "")
        parts = SmtpParts(
            names=(route.sender or hop.host,),
            host=f"[{hop.host}]" if ":" in hop.host else hop.host,
            port=hop.port,
            default_port=None if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=sign_in,
            user=user,
            password=password if colon else None,
            password_elsewhere=elsewhere,
            from_address=route.sender if is_address else "",
            ehlo_name=self._text("smtp_helo_name"),
        )
        result = smtp_of(parts, source_format=_FORMAT, file=route.file, line=route.line)
        return noted(result, note, *self._notes(route, is_address=is_address), self._sign_in_note(sign_in=sign_in))

    def _credentials(self, route: _Route) -> tuple[bool, Entry | None, str]:
        """Returns whether it signs in, the entry of its user and password, and where else that may be."""
        main = self._setup.main
        keys = [route.hop.host, route.hop.text]
        if route.sender and self._looks_up_senders:
            keys = [route.sender, f"@{route.sender.rpartition('@')[2]}", *keys]
        entry = lookup(self._by_key[TableKind.PASSWORDS], *keys)
        if entry:
            self._used.add((entry.file, entry.line))
        if main and main.yes("smtp_sasl_auth_enable") is False:
            return False, None, ""
        if entry:
            return True, entry, ""
        absent = self._setup.tables[TableKind.PASSWORDS].absent
        is_on = main is not None and main.yes("smtp_sasl_auth_enable") is True
        return (True, None, absent[0].text) if absent and is_on else (False, None, "")

    def _encryption(self, hop: NextHop) -> tuple[Encryption, MessageText | None]:
        options = self._setup.services.get(hop.transport.lower(), {})
        if (options.get("smtp_tls_wrappermode") or self._text("smtp_tls_wrappermode")).lower() == "yes":
            return Encryption.IMPLICIT, None
        keys = [hop.text, hop.host] if hop.is_domain else [hop.text]
        labels = hop.host.split(".")
        keys += [f".{'.'.join(labels[at:])}" for at in range(1, len(labels))] if hop.is_domain else []
        policy = lookup(self._by_key[TableKind.POLICIES], *keys)
        level = policy.value if policy else options.get("smtp_tls_security_level") or self._level()
        word = level.split()[0].lower() if level.split() else ""
        if not word:
            return Encryption.UNSAID, None
        encryption = _LEVELS.get(word)
        if encryption is None:
            return Encryption.UNSAID, msg("“{level}” is not a TLS security level.", level=one_line(word)[:_LONGEST])
        return encryption, None

    def _level(self) -> str:
        if level := self._text("smtp_tls_security_level"):
            return level
        main = self._setup.main
        if main and main.yes("smtp_enforce_tls"):
            return "encrypt"
        return "may" if main and main.yes("smtp_use_tls") else ""

    def _notes(self, route: _Route, *, is_address: bool) -> Iterator[MessageText]:
        if route.hop.is_domain:
            yield msg(
                "Postfix asks the DNS for the mail servers of {host}. Here {host} is the server.", host=route.hop.host
            )
        if route.sender and not is_address:
            yield msg(
                "It is for senders at {domain}. Enter the From Address.", domain=one_line(route.sender)[:_LONGEST]
            )
        if self._text("smtp_tls_cert_file"):
            yield CLIENT_CERTIFICATE_NOTE

    def _sign_in_note(self, *, sign_in: bool) -> MessageText | None:
        main = self._setup.main
        if main and self._entries(TableKind.PASSWORDS) and main.yes("smtp_sasl_auth_enable") is False:
            return msg("smtp_sasl_auth_enable is off: Postfix does not sign in.")
        if main and not sign_in and self._entries(TableKind.PASSWORDS) and main.yes("smtp_sasl_auth_enable"):
            return msg("The table of passwords has none for this relay host: Postfix does not sign in.")
        if main and sign_in and main.yes("smtp_sasl_auth_enable") is None:
            return msg("smtp_sasl_auth_enable is not on in main.cf: Postfix itself would not sign in.")
        return None

    @property
    def _looks_up_senders(self) -> bool:
        main = self._setup.main
        return main is None or main.yes("smtp_sender_dependent_authentication") is True

    def _entries(self, kind: TableKind) -> list[Entry]:
        return self._setup.tables[kind].entries

    def _text(self, parameter: str) -> str:
        try:
            return (self._setup.main.value(parameter) or "") if self._setup.main else ""
        except Unresolved:
            return ""

    def _no_server(self, entry: Entry) -> MessageText:
        if "@" not in entry.key:
            return _NO_HOP
        if self._setup.main:
            return msg("It is for the sender {key}, whom main.cf does not look up.", key=one_line(entry.key)[:_LONGEST])
        return msg(
            "It is for the sender {key}. The server is in main.cf or in the table of relay hosts, which are not "
            "among the files.",
            key=one_line(entry.key)[:_LONGEST],
        )

    def _name_broken_lines(self) -> None:
        main = self._setup.main
        for file, line in self._setup.broken:
            self._refuse(file, line, _NO_PARAMETER if main and file == main.path else _NO_TABLE_LINE)
        if main is None:
            return
        for kind, name in self._setup.unresolved:
            reason = msg("{parameter} names {name}, which the file does not set.", parameter=kind.value, name=name)
            self._refuse(main.path, main.line_of(kind), reason)
        for kind, table in self._setup.tables.items():
            if kind is TableKind.PASSWORDS:
                continue  # each SMTP says that its password is there
            for reference in table.absent:
                text = one_line(reference.text)[:_LONGEST]
                reason = (
                    msg("{parameter} names {text}, which is not among the files.", parameter=kind.value, text=text)
                    if reference.is_text_file
                    else msg("{parameter} names {text}. Only text files are read.", parameter=kind.value, text=text)
                )
                self._refuse(main.path, main.line_of(kind), reason)

    def _refuse(self, file: str, line: int | None, reason: MessageText) -> None:
        self._problems.append(Unreadable(format=_FORMAT, file=file, line=line, reason=reason))
