"""What is remembered of servers that offer SCRAM without a key of their users."""

from contextlib import closing
from pathlib import Path

from servers.smtp.scram import ScramScript
from servers.smtp.scripted import ScriptedServer

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField


def test_the_next_process_signs_in_without_scram_at_once(tmp_path: Path) -> None:
    script = ScramScript({"boss": "secret"}, without_key=("boss",))
    with ScriptedServer(script) as server:
        smtp = GenericServer(host_name="127.0.0.1", smtp_port=server.port, tls=False, user_name="boss")
        for _ in range(2):
            with closing(Application(tmp_path)) as application:
                timeline = application.transport.converse(
                    smtp,
                    secrets={SecretField.PASSWORD: Secret("secret")},
                    mail=None,
                    known_mode=None,
                    cancel=Cancel(),
                    on_step=lambda _: None,
                )
            assert timeline.ok
    assert script.attempts == ["SCRAM-SHA-256", "PLAIN", "PLAIN"]
