"""docs/automation.md: its examples, as they are written there, with other folders in place of the system's.

Hosts of company.example are mail servers of this test, by a program `smtp-desktop` that resolves them so.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from e2e.program import MASTER, Program
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "automation.md").read_text(encoding="utf-8")
_PATIENCE_S = 90
# A block, and the file that the paragraph before it names, if any.
_FILE = r"`(?P<name>Dockerfile|[^`\s]*[./][^`]*)`[^\n]*\n(?:[^\n]+\n)*\n"
_FENCE = re.compile(rf"^(?:{_FILE})?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SHIM = """\
#!{python}
import socket, sys
sys.path.insert(0, {root!r})
real = socket.getaddrinfo
def resolve(host, port, *more, **others):
    if str(host).endswith("company.example"):
        return real("127.0.0.1", {ports!r}.get(port, port), *more, **others)
    return real(host, port, *more, **others)
socket.getaddrinfo = resolve
from smtp_desktop.bootstrap import program
program()
"""


def section(title: str) -> list[tuple[str, str, str]]:
    """Returns the blocks of a section: the file that each is, if any, its language and its text."""
    body = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [(found["name"] or "", found["kind"], found["text"]) for found in _FENCE.finditer(body)]


def file_of(title: str, name: str) -> str:
    return next(text for path, _, text in section(title) if path.endswith(name))


def scripts_of(title: str) -> list[str]:
    return [text for path, kind, text in section(title) if kind == "sh" and not path]


class Machine:
    """A computer with the program and the two servers that the page speaks of; `root` has its folders."""

    def __init__(self, folder: Path, program: Program, mail: MailServer, relay: MailServer) -> None:
        self.mail, self.relay = mail, relay
        self.root, self.work, self.binaries = folder / "root", folder / "work", folder / "bin"
        for path in (self.root / "etc/smtp-desktop", self.root / "run/secrets", self.work, self.binaries):
            path.mkdir(parents=True)
        self.home = self.root / "var/lib/smtp-desktop"
        shim = self.binaries / "smtp-desktop"
        ports = {587: mail.port, 25: relay.port}
        shim.write_text(_SHIM.format(python=sys.executable, root=str(ROOT), ports=ports))
        shim.chmod(0o755)
        self.environment = program.environment | {
            "PATH": f"{self.binaries}:{os.environ['PATH']}",
            "SMTP_DESKTOP_HOME": str(self.home),
            "SMTP_DESKTOP_VAULT_PASSWORD": MASTER,
        }
        (self.work / "smtps.yaml").write_text(file_of("One file", "smtps.yaml"))

    def here(self, text: str) -> str:
        """Returns a text of the page with the folders of this machine."""
        text = text.replace("/usr/local/bin/smtp-desktop", str(self.binaries / "smtp-desktop"))
        return re.sub(r"/(?:etc|var/lib)/smtp-desktop|/run/secrets", lambda found: f"{self.root}{found[0]}", text)

    def run(self, *command: str, without: tuple[str, ...] = (), **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {key: value for key, value in self.environment.items() if key not in without} | variables
        return subprocess.run(
            command,
            cwd=self.work,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )

    def script(self, text: str) -> str:
        """Runs lines of a shell, which must all succeed; returns what they print."""
        ran = self.run("sh", "-e", "-c", self.here(text))
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def json(self, *arguments: str) -> object:
        ran = self.run("smtp-desktop", *arguments, "--json")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout)

    def names(self, noun: str) -> list[str]:
        return [one["name"] for one in self.json(noun, "list")]  # type: ignore[attr-defined]


@pytest.fixture
def machine(tmp_path: Path, program: Program, authority: Authority) -> Iterator[Machine]:
    certificate = authority.context("smtp.company.example")
    users = {"reports@company.example": "secret"}
    with MailServer(starttls=certificate, users=users) as mail, MailServer() as relay:
        yield Machine(tmp_path / "machine", program, mail, relay)


def needs(command: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(command), reason=f"{command} is not here")


def test_one_file_is_applied_and_exported(machine):
    apply, compare = scripts_of("One file")
    lines = machine.script(apply).splitlines()
    assert lines.count("smtp Reports: created.") == 2, "the dry run, and then it"
    assert json.loads("\n".join(lines[lines.index("{") :]))["changed"] is False
    assert machine.names("smtp") == ["Reports", "Relay"]
    assert machine.run("smtp-desktop", "smtp", "check", "--all").returncode == 0
    printed = machine.script(compare).splitlines()
    assert "Relay: changed port 25 → 2525." in printed
    assert printed[-1] == "changed"
    assert {"<     smtp_port: 25", ">     smtp_port: 2525"} <= set(printed)


def test_everything_moves_to_another_computer(machine, tmp_path):
    machine.script(scripts_of("One file")[0])
    there, here = scripts_of("Another computer")
    assert "sealed with the passphrase" in machine.script(there)
    machine.environment["SMTP_DESKTOP_HOME"] = str(tmp_path / "other")
    machine.script(here)
    assert machine.names("smtp") == ["Reports", "Relay"]
    assert machine.names("activity") == ["Nightly"]
    assert machine.run("smtp-desktop", "smtp", "check", "--all").returncode == 0
    assert "skipped" in machine.script(here)


def test_one_smtp_is_set(machine):
    (script,) = scripts_of("One SMTP")
    assert machine.script(script).splitlines()[:2] == ["Reports: created.", "Nightly: created."]
    assert machine.script(script).splitlines()[:2] == ["Reports: unchanged.", "Nightly: unchanged."]


def test_an_app_signs_in_and_its_certificate_is_renewed(machine):
    title = "Sign-in without a password, on a server without a display"
    google, microsoft, renewal, own = scripts_of(title)
    (machine.root / "run/secrets/shop.json").write_text(
        '{"type": "service_account", "client_email": "x@y.example", "private_key": "x"}'
    )
    assert machine.script(google) == "Shop: created.\n"
    assert machine.script(google) == "Shop: unchanged.\n"
    assert machine.script(microsoft).startswith("Created Cloud.")
    assert (machine.work / "cloud.cer").stat().st_size > 500
    assert "Connect-ExchangeOnline" in (machine.work / "cloud.ps1").read_text().splitlines()
    renew, switch = renewal.splitlines()
    machine.script(renew)
    check, _, after = switch.partition(" && ")
    assert check.endswith("certificate check Cloud")  # asks Microsoft itself, which no test does
    machine.script(after)
    shown = machine.json("smtp", "certificate", "show", "Cloud")
    assert shown["next_app_certificate"] is None
    create, sign_in = own.rsplit("smtp-desktop ", 1)
    assert sign_in == "smtp sign-in Own --device\n"
    machine.script(create)
    shown = machine.json("smtp", "show", "Own")
    assert (shown["sign_in"], shown["provider"], shown["signed_in_as"]) == ("browser", "other", None)


@needs("ansible-playbook")
def test_ansible_changes_what_differs_once(machine):
    (machine.work / "site.yml").write_text(machine.here(file_of("Ansible", "site.yml")))
    (script,) = scripts_of("Ansible")

    def play(*options: str) -> str:
        ran = machine.run(*shlex.split(script), *options, without=("SMTP_DESKTOP_HOME", "SMTP_DESKTOP_VAULT_PASSWORD"))
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    assert "changed=2 " in play()
    assert "changed=0 " in play()
    machine.environment["SMTP_DESKTOP_VAULT_PASSWORD"] = "master"
    machine.json("smtp", "set", "Relay", "--port", "2525")
    assert "changed=1 " in play("--check")
    assert machine.json("smtp", "show", "Relay")["smtp_port"] == 2525
    assert "changed=1 " in play()
    assert machine.json("smtp", "show", "Relay")["smtp_port"] == 25


def applied(machine: Machine) -> None:
    (machine.root / "etc/smtp-desktop/environment").write_text(machine.here(file_of("cron", "environment")))
    machine.environment["SMTP_DESKTOP_VAULT_PASSWORD"] = "master"
    ran = machine.run("smtp-desktop", "apply", "smtps.yaml", REPORTS_PASSWORD="secret")
    assert ran.returncode == 0, ran.stderr
    del machine.environment["SMTP_DESKTOP_VAULT_PASSWORD"], machine.environment["SMTP_DESKTOP_HOME"]


def test_cron_hears_nothing_while_all_works_and_a_line_when_not(machine):
    applied(machine)
    table = [line.split(None, 6) for line in file_of("cron", "/etc/cron.d/smtp-desktop").splitlines() if "*" in line]
    check, send = (machine.here(" ".join(line[6:])) for line in table)
    for command in (check, send):
        ran = machine.run("/bin/sh", "-c", command)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    machine.run("/bin/sh", "-c", check.replace("smtp check --all -q", "smtp set Relay --host 127.0.0.1 --port 1"))
    ran = machine.run("/bin/sh", "-c", check)
    assert (ran.returncode, ran.stdout) == (69, "")
    assert "Relay" in ran.stderr
    assert "Reports" not in ran.stderr


def units(machine: Machine) -> dict[str, str]:
    named = {Path(path).name: machine.here(text) for path, kind, text in section("systemd") if kind == "ini"}
    for name, text in named.items():
        (machine.work / name).write_text(text)
    return named


def started(machine: Machine, unit: str) -> list[str]:
    return shlex.split(next(line for line in unit.splitlines() if line.startswith("ExecStart=")).partition("=")[2])


@needs("systemd-analyze")
def test_the_units_are_accepted_by_systemd(machine):
    for name in units(machine):
        ran = machine.run("systemd-analyze", "verify", f"./{name}")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def environment_file(machine: Machine) -> dict[str, str]:
    lines = (machine.root / "etc/smtp-desktop/environment").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_service_sends_what_comes_and_ends_in_order(machine):
    applied(machine)
    found = units(machine)
    variables = environment_file(machine)
    assert machine.run(*started(machine, found["smtp-desktop-check.service"]), **variables).returncode == 0
    service = started(machine, found["smtp-desktop-outbox.service"])
    sends_until(machine, service, variables, "smtp-desktop")


def sends_until(machine: Machine, command: list[str], variables: dict[str, str], program: str) -> None:
    """Starts a service, has it send one message, and stops it as systemd and Docker do."""
    environment = machine.environment | variables
    with subprocess.Popen(
        command, cwd=machine.work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as service:
        triggered = machine.run(program, "trigger", "Nightly", "-s", "day=Monday", **variables)
        assert triggered.returncode == 0, triggered.stderr
        assert service.stdout is not None
        line = service.stdout.readline()  # printed when it is sent
        service.send_signal(signal.SIGTERM)
        _, errors = service.communicate(timeout=_PATIENCE_S)
    assert service.returncode == 0, errors
    assert "Backup of Monday" in line or "sent" in line
    (mail,) = machine.mail.received
    assert b"Subject: Backup of Monday" in mail.content


def instructions(dockerfile: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in dockerfile.splitlines():
        word, _, rest = line.partition(" ")
        found.setdefault(word, []).append(rest)
    return found


def test_the_container_applies_the_file_and_sends(machine):
    lines = instructions(machine.here(file_of("Docker", "Dockerfile")))
    project = re.search(r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert project
    assert lines["RUN"][0] == f"pip install --no-cache-dir {project[1]}"
    entry, command = (json.loads(lines[word][0]) for word in ("ENTRYPOINT", "CMD"))
    services = yaml.safe_load(machine.here(file_of("Docker", "compose.yaml")))["services"]
    variables = dict(line.split("=", 1) for line in lines["ENV"])
    variables |= dict.fromkeys(services["outbox"]["environment"], "master")
    (machine.root / "run/secrets/reports_password").write_text("secret\n")
    declared = (machine.work / "smtps.yaml").read_text()
    declared = declared.replace("{env: REPORTS_PASSWORD}", machine.here("{file: /run/secrets/reports_password}"))
    (machine.root / "etc/smtp-desktop/smtps.yaml").write_text(declared)
    ran = machine.run(*entry, *services["apply"]["command"], **variables)
    assert ran.returncode == 0, ran.stderr
    sends_until(machine, [*entry, *command], variables, "smtp-desktop")
