"""The file of the autoconfig format (config-v1.1.xml), read with expat: never more of it than its bounds allow."""

from xml.parsers import expat

from smtp_desktop.domain.discovery.configuration import Configuration, ConfiguredServer, SocketType
from smtp_desktop.domain.discovery.proposal import ProposedOAuth

_ROOT = "clientConfig"
_MAX_DEPTH, _MAX_ELEMENTS, _MAX_TEXT, _MAX_SERVERS = 20, 2_000, 2_000, 8
_SOCKETS = {one.value.lower(): one for one in SocketType} | {
    "tls": SocketType.STARTTLS,
    "starttls": SocketType.STARTTLS,
}
_Element = tuple[str, dict[str, str]]


class NotConfiguration(Exception):
    """The bytes are no file of this format, or one that is not read: with a document type, or beyond all bounds."""


def read_configuration(content: bytes) -> Configuration:
    """Returns what the file says of servers for outgoing mail. Raises NotConfiguration."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotConfiguration from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know, or can't decode with
        raise NotConfiguration from error
    return Configuration(servers=tuple(reader.servers[:_MAX_SERVERS]), oauth=reader.oauth)


class _Reader:
    """Takes the events of the parser. Elements of other names are passed over, wherever they are."""

    def __init__(self) -> None:
        self.servers: list[ConfiguredServer] = []
        self.oauth: ProposedOAuth | None = None
        self._path: list[str] = []
        self._count = 0
        self._text: list[str] = []
        self._length = 0
        self._is_smtp = False
        self._fields: dict[str, list[str]] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._take

    def _refuse_doctype(self, *_: object) -> None:
        # What entities it defines could make a short file endless, or name other files.
        raise NotConfiguration

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if (not self._path and name != _ROOT) or len(self._path) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise NotConfiguration
        self._path.append(name)
        self._text, self._length = [], 0
        if name in {"outgoingServer", "oAuth2"}:
            self._is_smtp = name == "oAuth2" or attributes.get("type", "smtp").lower() == "smtp"
            self._fields = {}

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > _MAX_TEXT:
            raise NotConfiguration
        self._text.append(text)

    def _end(self, name: str) -> None:
        text = "".join(self._text).strip()
        self._text, self._length = [], 0
        self._path.pop()
        above = self._path[-1] if self._path else ""
        if name == "outgoingServer" and self._is_smtp:
            self._add_server()
        elif name == "oAuth2" and self.oauth is None:
            self._add_oauth()
        elif above in {"outgoingServer", "oAuth2"}:
            self._fields.setdefault(name, []).append(text)

    def _add_server(self) -> None:
        port, socket = self._first("port"), _SOCKETS.get(self._first("socketType").lower())
        if not (port.isascii() and port.isdigit() and len(port) < 6) or socket is None:  # noqa: PLR2004 - up to 65535
            return
        self.servers.append(
            ConfiguredServer(
                host_name=self._first("hostname"),
                smtp_port=int(port),
                socket=socket,
                user_name=self._first("username") or None,
                authentication=tuple(filter(None, self._fields.get("authentication", []))),
            )
        )

    def _add_oauth(self) -> None:
        self.oauth = ProposedOAuth(
            issuer=self._first("issuer"),
            authorize_url=self._first("authURL"),
            token_url=self._first("tokenURL"),
            scope=self._first("scope"),
        )

    def _first(self, name: str) -> str:
        return next(iter(self._fields.get(name, [])), "")
