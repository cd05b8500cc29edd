"""A home in which every kind of field has a value."""

from pathlib import Path

from cli.command_line import CommandLine
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
