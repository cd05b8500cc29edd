"""smtp-desktop smtp find-settings, against real servers on this computer."""

import threading

import pytest
from fakes.prober import FakeProber
from fakes.small import MemoryPipeliningDenylist, RecordedEvents
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer

from smtp_desktop.domain.diagnosis.conversation import Reply
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.transports.registry import Transports

USER = "boss@[127.0.0.1]"  # no domain to guess a host from: nothing is looked up in DNS
KEYS = {"name", "ok", "stage", "kind", "certificate", "message", "reply", "tried", "suggestions", "saved"}


@pytest.fixture
def look_on(smtp_desktop):
    """Sets the ports that are tried beside the typed one, and a prober in place of the network, if any."""

    def set_up(*ports, prober=None):
        def change(opened):
            opened.finder = SettingsFinder(
                store=opened._adapters.profile_store,
                health=opened._adapters.health_store,
                access=opened.server_access,
                prober=prober or Transports(MemoryPipeliningDenylist()),
                events=RecordedEvents([]),
                read_providers=Providers,
                ports=ports,
            )

        smtp_desktop.when_opened = change

    return set_up


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@pytest.fixture
def server(trusted):
    with MailServer(starttls=trusted.context(), users={USER: "secret"}) as server:
        yield server


def create(smtp_desktop, *options, **more):
    smtp_desktop.create("One", "--user", USER, *options, **more)


def shown(smtp_desktop, name="One"):
    return smtp_desktop("smtp", "show", name, "--json").json


def test_a_port_that_works_is_found_and_printed_but_not_saved(smtp_desktop, look_on, server):
    create(smtp_desktop)  # nothing listens on port 1
    look_on(server.port)
    ran = smtp_desktop("smtp", "find-settings", "one")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"ok       127.0.0.1:{server.port}: Answers with STARTTLS (TLSv1")
    assert lines[1] == f"ok       sign in at 127.0.0.1:{server.port}: Signed in."
    assert [line.split() for line in lines[3:5]] == [
        ["FIELD", "NOW", "SUGGESTED"],
        ["smtp_port", "1", str(server.port)],
    ]
    assert lines[-1] == f"To use it: smtp-desktop smtp edit One --port {server.port}"
    assert len(server.sign_ins) == 1
    assert server.received == []
    assert shown(smtp_desktop)["smtp_port"] == 1


def test_apply_saves_it(smtp_desktop, look_on, server):
    create(smtp_desktop)
    look_on(server.port)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply", "--json")
    assert ran.code == 0, ran.err
    assert ran.json.keys() == KEYS
    assert (ran.json["ok"], ran.json["saved"], ran.json["kind"]) == (False, True, "refused")
    (suggestion,) = ran.json["suggestions"]
    assert suggestion["changes"] == {"smtp_port": {"before": 1, "after": server.port}}
    assert (suggestion["sureness"], suggestion["needs_password"]) == ("signed_in", False)
    assert [(one["ok"], one["signed_in"]) for one in ran.json["tried"]] == [(True, False), (True, True)]
    assert shown(smtp_desktop)["smtp_port"] == server.port
    assert smtp_desktop("smtp", "check", "One").code == 0
    assert len(server.sign_ins) == 2
    assert smtp_desktop.secrets() == ["secret"]


def test_settings_that_work_are_left_alone(smtp_desktop, look_on, server):
    create(smtp_desktop, "--port", str(server.port))
    look_on(2)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply")
    assert ran.code == 0, ran.err
    assert ran.out == "One: the current settings work. Nothing was sent.\n"
    assert len(server.sign_ins) == 1
    assert server.received == []


def test_a_wrong_password_is_no_matter_of_other_settings(smtp_desktop, look_on, server):
    create(smtp_desktop, "--port", str(server.port), password=b"wrong")
    look_on(2)
    ran = smtp_desktop("smtp", "find-settings", "One", "--json")
    assert ran.code == 77
    assert (ran.json["stage"], ran.json["tried"], ran.json["suggestions"]) == ("sign_in", [], [])
    assert "Other settings would not help." in ran.err
    assert len(server.sign_ins) == 1


def test_nothing_found_ends_as_the_failure_does(smtp_desktop, look_on):
    create(smtp_desktop)
    look_on(2, 3)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply")
    assert ran.code == 69
    assert ran.out.count("FAILED") == 2
    assert "No other settings work either." in ran.err


def test_what_can_not_be_saved_says_how_to(smtp_desktop, look_on):
    create(smtp_desktop, "--host", "mail.company.example")
    prober = FakeProber(("smtp.company.example", 587))
    look_on(587, prober=prober)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply")
    assert ran.code == 78
    command = "smtp-desktop smtp edit One --host smtp.company.example --port 587 --password-stdin"
    assert ran.out.splitlines()[-1] == f"To use it: {command}"
    assert "enter it again for smtp.company.example" in ran.out
    assert shown(smtp_desktop)["host_name"] == "mail.company.example"
    signed_in_at = {look.server.host_name for look in prober.calls if look.password}
    assert signed_in_at == {"mail.company.example"}
    assert smtp_desktop("smtp", "find-settings", "One", "--json").json["suggestions"][0]["needs_password"]


def test_a_refused_sign_in_is_not_saved(smtp_desktop, look_on):
    create(smtp_desktop)
    prober = FakeProber(("127.0.0.1", 587))
    prober.refusal = Reply(code=535, text=("no",))
    look_on(587, prober=prober)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply")
    assert ran.code == 78
    assert ran.out.splitlines()[-1].endswith("--port 587 --password-stdin")


def test_a_sender_is_found(smtp_desktop, look_on):
    create(smtp_desktop, "--from", "ann@own.example")
    prober = FakeProber(("127.0.0.1", 1))
    prober.sender_refusal = Reply(code=550, text=("not you",))

    def allow_the_second(look):
        if len(prober.calls) > 1:
            prober.sender_refusal = None

    prober.during = allow_the_second
    look_on(587, prober=prober)
    ran = smtp_desktop("smtp", "find-settings", "One", "--apply")
    assert ran.code == 0, ran.err
    assert [look.sender.spec for look in prober.calls] == [USER, "ann@own.example"]
    assert shown(smtp_desktop)["envelope_sender"] == "from"


def test_a_mailbox_has_nothing_to_look_for(smtp_desktop):
    smtp_desktop.create_graph("Box")
    assert smtp_desktop("smtp", "find-settings", "Box").code == 64
    assert smtp_desktop("smtp", "find-settings", "Nobody").code == 78


def test_a_locked_vault_is_opened(smtp_desktop, look_on, monkeypatch):
    create(smtp_desktop)
    prober = FakeProber(("127.0.0.1", 587))
    look_on(587, prober=prober)
    smtp_desktop.vault.locked = True
    assert smtp_desktop("smtp", "find-settings", "One").code == 78
    assert prober.calls == []
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    assert smtp_desktop("smtp", "find-settings", "One").code == 0


def test_ctrl_c_ends_it(smtp_desktop, look_on, ctrl_c):
    spoken_to = threading.Event()

    def hold(peer):
        spoken_to.set()
        peer.hold()

    ctrl_c(spoken_to)
    with ScriptedServer(hold) as silent:
        create(smtp_desktop)
        look_on(silent.port)
        ran = smtp_desktop("smtp", "find-settings", "One", "--json")
    assert ran.code == 130
