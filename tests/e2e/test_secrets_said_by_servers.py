"""A server that knows the password says it, wherever and however: it is in no file and on no terminal."""

from contextlib import ExitStack

import echo_server
import pytest
from servers.smtp.scripted import ScriptedServer

SECRET = "kan4rien-Vogel!77"
USER = "boss@company.example"
PLACES = ("greeting 220", "EHLO in TLS 250", "certificate of another host", "AUTH 535", "RCPT 550", "content 250")
MAIL = ("--to", "me@company.example", "--subject", "x", "--text", "x")


def bare(content: bytes) -> str:
    return "".join(filter(str.isalnum, content.decode("utf-8", "replace").lower()))


@pytest.mark.long
def test_no_file_and_no_output_holds_what_servers_say_of_the_password(program, authority, tmp_path):
    said = [encode(SECRET) for encode in echo_server.ENCODINGS.values()]
    with ExitStack() as servers:
        for number, place in enumerate(PLACES):
            context = echo_server.contexts(
                place, SECRET if "cert" in place or place == "issuer" else " ".join(said), authority
            )
            server = servers.enter_context(ScriptedServer(echo_server.echo(place, said, context)))
            options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin")
            name, report = f"S{number}", tmp_path / f"{number}.txt"
            assert program("smtp", "create", name, *options, stdin=SECRET).code == 0
            program("smtp", "test", name, "--to", "me@company.example", "--report", str(report))
            assert "characters withheld: they contain a secret]" in report.read_text("utf-8"), place
            assert report.stat().st_mode & 0o077 == 0
            assert program("activity", "create", name, "--smtp", name, *MAIL).code == 0
            assert program("trigger", name).code == 0
        program("smtp", "check", "--all", "--json")
        program("outbox", "run")
    program("smtp", "history", "S0", "--json")
    for one in program("outbox", "list", "--json").json:
        program("outbox", "show", str(one["id"]), "--json")
    program("outbox", "list", "--csv", str(tmp_path / "all.csv"))
    traces = {bare(words.encode()) for words in said}
    for path in (path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".pem"):
        assert not [trace for trace in traces if trace in bare(path.read_bytes())], path
    for text in program.printed:
        assert not [trace for trace in traces if trace in bare(text.encode())], text
