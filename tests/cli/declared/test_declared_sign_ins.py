"""Sign-ins without a password in files: keys by reference, and who is signed in left to a person."""

import json
from datetime import UTC, datetime

import pytest
from cli.command_line import GUID, CommandLine

CONFIG = f"""
smtp_desktop: 1
smtps:
  - name: Shop
    host_name: smtp.gmail.com
    user_name: shop@company.example
    sign_in: browser
    client_id: id
    client_secret: {{env: SECRET}}
  - name: Sheets
    host_name: smtp.gmail.com
    user_name: sheets@company.example
    sign_in: app-only
    service_account: {{file: key.json}}
  - name: Own
    host_name: mail.company.example
    user_name: own@company.example
    sign_in: device
    issuer: https://login.company.example
    scope: mail
    client_id: id
  - name: Cloud
    type: graph
    user_name: box@company.example
    sign_in: app-only
    tenant_id: company.example
    client_id: {GUID}
    certificate: {{file: app.pem}}
"""
SIGNED_IN = "Nobody has signed in for {name} yet. Run: smtp-desktop smtp sign-in {name}\n"


@pytest.fixture
def command_line(smtp_desktop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", "of the client")
    made = smtp_desktop.certificate_maker.make("Cloud", months=1, now=datetime.now(UTC))
    (tmp_path / "app.pem").write_text(made.secret.reveal())
    (tmp_path / "key.json").write_text('{"private_key": "canary"}\n')
    (tmp_path / "smtps.yaml").write_text(CONFIG)
    return smtp_desktop


def shown(command_line):
    return {one["name"]: one for one in command_line("smtp", "list", "--json").json}


def test_they_are_made_once_and_say_who_has_to_sign_in(command_line):
    ran = command_line("apply", "smtps.yaml", "--json")
    assert (ran.code, {one["action"] for one in ran.json["results"]}) == (0, {"created"}), ran.err
    assert ran.err == SIGNED_IN.format(name="Shop") + SIGNED_IN.format(name="Own")
    found = shown(command_line)
    assert [found[name]["provider"] for name in ("Shop", "Sheets", "Own", "Cloud")] == [
        "google",
        "google",
        "other",
        None,
    ]
    assert (found["Sheets"]["has_service_account"], found["Cloud"]["app_credential"]) == (True, "certificate")
    assert found["Cloud"]["app_certificate"]["thumbprint"]
    again = command_line("apply", "smtps.yaml", "--json")
    assert (again.code, again.json["changed"]) == (0, False), again.out


def test_another_apply_keeps_who_is_signed_in_and_the_next_certificate(command_line):
    assert command_line("apply", "smtps.yaml").code == 0
    assert command_line("smtp", "sign-in", "Shop").code == 0
    assert command_line("smtp", "certificate", "renew", "Cloud").code == 0
    before = shown(command_line)
    again = command_line("apply", "smtps.yaml", "--json")
    assert (again.code, again.json["changed"], shown(command_line)) == (0, False, before)
    assert again.err == SIGNED_IN.format(name="Own")


def test_a_dry_run_needs_no_key(command_line, tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET")
    for name in ("app.pem", "key.json"):
        (tmp_path / name).unlink()
    ran = command_line("apply", "smtps.yaml", "--dry-run", "--json")
    assert (ran.code, ran.json["changed"]) == (0, True), ran.err
    assert shown(command_line) == {}


def test_an_export_is_applied_elsewhere_by_its_variables(command_line, tmp_path, monkeypatch, capsys):
    assert command_line("apply", "smtps.yaml").code == 0
    assert command_line("smtp", "sign-in", "Shop").code == 0
    ran = command_line("export", "all.json")
    assert "sign in again for Own, Shop" in ran.err
    text = (tmp_path / "all.json").read_text()
    assert not any(secret[:40] in text for secret in command_line.secrets())
    assert "PRIVATE" not in text
    declared = {one["name"]: one for one in json.loads(text)["smtps"]}
    assert declared["Cloud"]["certificate"] == {"env": "SMTP_CLOUD_CERTIFICATE"}
    monkeypatch.setenv("SMTP_CLOUD_CERTIFICATE", (tmp_path / "app.pem").read_text())
    monkeypatch.setenv("SMTP_SHEETS_SERVICE_ACCOUNT", (tmp_path / "key.json").read_text().strip())
    monkeypatch.setenv("SMTP_SHOP_CLIENT_SECRET", "of the client")
    again = command_line("apply", "all.json", "--json")
    assert again.json["changed"] is False, again.out
    other = CommandLine(tmp_path / "other", monkeypatch, capsys)
    assert other("apply", "all.json").code == 0
    assert other("export", "again.json").code == 0
    assert (tmp_path / "again.json").read_text() == text
    assert shown(other)["Shop"]["signed_in_as"] is None


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("{file: app.pem}", "{file: key.json}", "smtps[Cloud].certificate"),
        ("{file: app.pem}", "x", "smtps[Cloud].certificate"),
        ("    scope: mail\n", "    scope: mail\n    tokens: {env: SECRET}\n", "smtps[Own].tokens"),
        ("    sign_in: browser\n", "", "smtps[Shop].client_id"),
        ("    issuer: https://login.company.example\n", "", "smtps[Own].device_url"),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_place(command_line, tmp_path, before, after, place):
    (tmp_path / "smtps.yaml").write_text(CONFIG.replace(before, after))
    ran = command_line("apply", "smtps.yaml", "--json")
    assert ran.code == 65
    assert place in ran.json["error"]["fields"]
    assert "canary" not in ran.out + ran.err
    assert shown(command_line) == {}
