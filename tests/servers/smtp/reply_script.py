"""A script for ScriptedServer that plays a whole mail server, but for what it is told to say or do instead.

script = ReplyScript(replies={"RCPT": "550 5.1.1 nobody"}, context=authority.context())
with ScriptedServer(script) as server:
    ...  # speak to server.port
assert script.heard.sender == "boss@corp.example"
"""

import base64
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from servers.smtp.scripted import Peer

_PATIENCE_S = 30.0
_USER_PROMPT = "334 VXNlcm5hbWU6"
_PASSWORD_PROMPT = "334 UGFzc3dvcmQ6"
_EHLO = "250-mail.test\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n250 SIZE 50000000"


@dataclass
class Heard:
    """All that the client said, over all connections of a script."""

    sign_ins: int = 0
    user: str = ""
    password: str = ""
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    taken: int = 0


@dataclass(kw_only=True)
class ReplyScript:
    """What the server says; each text may hold several lines, without the last one's end.

    `replies` are to commands that begin so; `ok` is to all others. `banner` None never greets. `ehlo` is the answer to
    EHLO, `ehlo_after_tls` the one after STARTTLS (by default without offering that again). `end` is the answer to the
    content, None where the server hangs up instead; `quit` None never answers QUIT.

    `pipelined` is what a server does that does not get along with a command right behind another one: "dropped", or a
    reply after which it hangs up. `behind_starttls` is what it says in clear behind its answer to STARTTLS, before it
    falls silent. `after_354`, `after_end` and `after_quit` are "hangs up", "resets" or "stays silent".
    """

    context: ssl.SSLContext | None = None
    tls_on_connect: bool = False
    banner: str | None = "220 mail.test ESMTP"
    banner_after_tls_try: bool = False
    ehlo: str = _EHLO
    ehlo_after_tls: str = ""
    ehlo_after_auth: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)
    ok: str = "250 2.0.0 OK"
    user_prompt: str = _USER_PROMPT
    password_prompt: str = _PASSWORD_PROMPT
    signed_in: str = "235 2.7.0 welcome"
    ignores_initial_response: bool = False
    end: str | None = "250 2.0.0 queued as 4711"
    quit: str | None = "221 2.0.0 bye"
    pipelined: str = ""
    behind_starttls: str = ""
    after_354: str = ""
    after_end: str = ""
    after_quit: str = ""
    bytewise: bool = False
    heard: Heard = field(default_factory=Heard)
    tls_tried: threading.Event = field(default_factory=threading.Event)
    connections: int = 0

    def __call__(self, peer: Peer) -> None:
        """Serves one connection."""
        self.connections += 1
        _Conversation(self, peer, first=self.connections == 1).run()


class _HangUp(Exception):
    """The server ends the connection."""


class _Conversation:
    def __init__(self, script: ReplyScript, peer: Peer, *, first: bool) -> None:
        self._script = script
        self._peer = peer
        self._first = first
        self._encrypted = self._signed_in = False

    def run(self) -> None:
        try:
            self._greet()
            while True:
                self._answer(self._peer.line())
        except _HangUp:
            self._peer.hang_up()

    def _greet(self) -> None:
        script = self._script
        if script.tls_on_connect and script.context:
            self._peer.start_tls(script.context)
        if script.banner is None:
            self._peer.hold()
        elif script.banner_after_tls_try and self._first:
            assert script.tls_tried.wait(_PATIENCE_S)
        elif script.banner_after_tls_try:
            self._peer.something()
            script.tls_tried.set()
            self._peer.hold()
        self._say(script.banner or "")

    def _say(self, text: str) -> None:
        """Says `text`, and hangs up after a 421 (RFC 5321 3.8)."""
        data = (text + "\r\n").encode("utf-8", "surrogateescape")  # which may be no UTF-8
        for part in [bytes([octet]) for octet in data] if self._script.bytewise else [data]:
            self._peer.send_bytes(part)
        if text.rpartition("\n")[2].startswith("421"):
            raise _HangUp

    def _answer(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        reply = next((text for start, text in self._script.replies.items() if line.upper().startswith(start)), "")
        if self._script.pipelined and self._peer.waiting():
            self._refuse_pipelining()
            return
        match verb:
            case "EHLO":
                self._say(reply or self._ehlo())
            case "STARTTLS":
                self._start_tls(reply)
            case "AUTH":
                self._sign_in(line, reply)
            case "DATA":
                self._data(reply)
            case "BDAT":
                self._bdat(line, reply)
            case "QUIT":
                self._quit()
            case _:
                self._note(verb, line)
                self._say(reply or self._script.ok)

    def _refuse_pipelining(self) -> None:
        self._peer.octets(len(self._peer.waiting()))
        if self._script.pipelined != "dropped":
            self._say(self._script.pipelined)
            raise _HangUp

    def _ehlo(self) -> str:
        script = self._script
        if self._signed_in and script.ehlo_after_auth:
            return script.ehlo_after_auth
        if not self._encrypted:
            return script.ehlo if script.context else _without_starttls(script.ehlo)
        return script.ehlo_after_tls or _without_starttls(script.ehlo)

    def _start_tls(self, reply: str) -> None:
        script = self._script
        if reply:
            self._say(reply)
            return
        if script.behind_starttls:
            self._say(f"220 2.0.0 go ahead\r\n{script.behind_starttls}")
            self._peer.hold()
        self._say("220 2.0.0 go ahead")
        assert script.context is not None
        self._peer.start_tls(script.context)
        self._encrypted = True

    def _sign_in(self, line: str, reply: str) -> None:
        _, mechanism, *initial = line.split(" ")
        heard = self._script.heard
        if mechanism.upper() == "PLAIN":
            response = initial[0] if initial else self._prompted("334 ")
            _, heard.user, heard.password = _decoded(response).split("\0")
        else:
            early = initial and not self._script.ignores_initial_response
            heard.user = _decoded(initial[0] if early else self._prompted(self._script.user_prompt))
            heard.password = _decoded(self._prompted(self._script.password_prompt))
        heard.sign_ins += 1
        self._signed_in = True
        self._say(reply or self._script.signed_in)

    def _prompted(self, prompt: str) -> str:
        self._say(prompt)
        return self._peer.line()

    def _note(self, verb: str, line: str) -> None:
        path = line.partition("<")[2].rpartition(">")[0]
        if verb == "MAIL":
            self._script.heard.sender = path
        elif verb == "RCPT":
            self._script.heard.recipients.append(path)

    def _data(self, reply: str) -> None:
        if reply:
            self._say(reply)
            return
        self._say("354 go ahead")
        self._then(self._script.after_354)
        self._take(self._peer.content())

    def _bdat(self, line: str, reply: str) -> None:
        content = self._peer.octets(int(line.split()[1]))
        if reply:
            self._say(reply)
        else:
            self._take(content)

    def _take(self, content: bytes) -> None:
        script = self._script
        script.heard.contents.append(content)
        if script.end is None:
            raise _HangUp
        script.heard.taken += script.end.startswith("2")
        self._say(script.end)
        self._then(script.after_end)

    def _quit(self) -> None:
        if self._script.quit is None:
            self._peer.hold()
        self._say(self._script.quit or "")
        self._then(self._script.after_quit)
        raise _HangUp

    def _then(self, what: str) -> None:
        match what:
            case "hangs up":
                raise _HangUp
            case "resets":
                self._peer.reset()
                raise _HangUp
            case "stays silent":
                self._peer.hold()


def _decoded(response: str) -> str:
    return base64.b64decode(response).decode()


def _without_starttls(ehlo: str) -> str:
    *lines, _ = kept = [line for line in ehlo.split("\r\n") if line[4:].strip().upper() != "STARTTLS"]
    return "\r\n".join([*lines, f"{kept[-1][:3]} {kept[-1][4:]}"])
