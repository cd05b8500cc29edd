"""Homes in which every kind of field has a value, and with every way to sign in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.command_line import GUID, CommandLine
from servers.certificates import Authority


def fill_home(command_line: CommandLine, tmp_path: Path) -> None:
    """Creates SMTPs and activities with every kind of field."""
    ca = Authority(tmp_path).path
    command_line.create("Site_10", "--trust-ca", str(ca), "--tag", "prod", "--tag", "eu", "--per-hour", "7")
    command_line.create(
        "Site_2", "--trust-fingerprint", "ab" * 32, "--signature", "-- \nAnn\n\n  Grüße  \n", "--port", "465"
    )
    command_line.create(
        "yes", "--description", "no", "--from", "Ann <ann@company.example>", "--envelope-sender", "from"
    )
    relay = (
        "--host",
        "[::1]",
        "--no-auth",
        "--from",
        "山田 <y@company.example>",
        "--no-tls",
        "--ehlo-name",
        "[192.0.2.1]",
    )
    assert command_line("smtp", "create", "Relay", *relay, "--default").code == 0
    command_line.create_graph("Box", "--client-secret-valid-until", "2027-05-31", "--cloud", "us-dod")
    custom = ("--authority", "https://login.example", "--graph-url", "https://graph.example")
    command_line.create_graph("Custom", "--cloud", "custom", *custom)
    command_line.create_activity("Greet", "--cc", '"Doe, Jane" <jane@company.example>; {{ more | join(", ") }}')
    everything = ("--smtp", "Box", "--backup", "Relay", "--html", "<p>{{ who }}</p>\n<p>\ttab</p>", "--disabled")
    command_line.create_activity("Full", *everything, "--attach", "/tmp/{{ day }}.pdf", "--expire-after", "36h")
    assert command_line("settings", "set", "check_every_minutes", "off").code == 0


SIGN_INS = f"""\
smtp_desktop: 1
smtps:
  - {{name: Shop, host_name: smtp.gmail.com, user_name: shop@company.example, sign_in: browser, client_id: id,
     client_secret: {{env: SECRET}}}}
  - {{name: Sheets, host_name: smtp.gmail.com, user_name: sheets@company.example, sign_in: app-only,
     service_account: {{file: key.json}}}}
  - {{name: Own, host_name: mail.company.example, user_name: own@company.example, sign_in: device,
     issuer: "https://login.company.example", scope: mail, client_id: id}}
  - {{name: Ends, host_name: mail.company.example, user_name: own@company.example, sign_in: app-only,
     token_url: "https://login.company.example/token", client_id: id, client_secret: {{env: SECRET}}}}
  - {{name: Office, host_name: smtp.office365.com, user_name: office@company.example, sign_in: app-only,
     tenant_id: company.example, client_id: {GUID}, certificate: {{file: app.pem}}}}
  - {{name: Azure, host_name: smtp.office365.com, user_name: azure@company.example, sign_in: app-only,
     tenant_id: company.example, client_id: {GUID}, app_credential: managed-identity}}
  - {{name: Mailbox, type: graph, user_name: mailbox@company.example, sign_in: app-only, tenant_id: company.example,
     client_id: {GUID}, certificate: {{file: app.pem}}}}
  - {{name: Person, type: graph, user_name: person@company.example, sign_in: password, tenant_id: company.example,
     client_id: {GUID}, password: {{env: SECRET}}, client_secret: {{env: SECRET}}}}
  - {{name: Identity, type: graph, user_name: identity@company.example, sign_in: app-only, tenant_id: company.example,
     client_id: {GUID}, app_credential: managed-identity}}
"""


def fill_sign_ins(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Creates an SMTP for every way to sign in."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SECRET", "geheim & more")
    made = command_line.certificate_maker.make("Cloud", months=1, now=datetime.now(UTC))
    (folder / "app.pem").write_text(made.secret.reveal(), encoding="ascii")
    (folder / "key.json").write_text('{"private_key": "canary"}\n', encoding="ascii")
    ran = command_line("apply", "-", stdin=SIGN_INS.encode())
    assert ran.code == 0, ran.err
