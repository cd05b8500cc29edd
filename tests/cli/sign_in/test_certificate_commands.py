"""smtp-desktop smtp certificate create|import|export|renew|switch|remove|check|show"""

import base64
from datetime import UTC, datetime

import pytest
from fakes.transport import FakeTransport


@pytest.fixture
def cloud(smtp_desktop, tmp_path, monkeypatch):
    """A mailbox that an app with a client secret signs in to."""
    monkeypatch.chdir(tmp_path)
    smtp_desktop.create_graph("Cloud")
    return smtp_desktop


def shown(command_line):
    document = command_line("smtp", "certificate", "show", "Cloud", "--json").json
    names = ("app_certificate", "next_app_certificate")
    return document["app_credential"], *(document[name] and document[name]["thumbprint"] for name in names)


def done(command_line, *arguments):
    ran = command_line("smtp", "certificate", *arguments, "--json")
    assert ran.code == 0, ran.err
    return ran.json


def test_create_signs_in_with_a_new_certificate_and_writes_its_public_part(cloud, tmp_path):
    ran = cloud("smtp", "certificate", "create", "Cloud", "--save", "cloud.cer", "--months", "6")
    assert ran.code == 0, ran.err
    assert "Upload cloud.cer" in ran.err
    credential, thumbprint, coming = shown(cloud)
    assert (credential, coming) == ("certificate", None)
    assert thumbprint in ran.out
    document = done(cloud, "show", "Cloud")
    assert "canary key" not in (tmp_path / "cloud.cer").read_bytes().decode(errors="replace")
    assert document["changed"] is False
    key = next(secret for secret in cloud.secrets() if "PRIVATE KEY" in secret)
    assert base64.b64decode(key.splitlines()[1]) not in (tmp_path / "cloud.cer").read_bytes()


def test_create_does_not_replace_a_certificate(cloud):
    done(cloud, "create", "Cloud")
    before = shown(cloud)
    ran = cloud("smtp", "certificate", "create", "Cloud")
    assert (ran.code, "renew" in ran.err, shown(cloud)) == (64, True, before)


def test_a_renewed_certificate_is_checked_and_then_switched_to(cloud):
    done(cloud, "create", "Cloud")
    _, first, _ = shown(cloud)
    renewed = cloud("smtp", "certificate", "renew", "Cloud", "--save", "next.cer")
    assert (renewed.code, "smtp certificate check Cloud" in renewed.err) == (0, True)
    credential, present, coming = shown(cloud)
    assert (credential, present) == ("certificate", first)
    cloud.transport = FakeTransport()
    checked = cloud("smtp", "certificate", "check", "Cloud", "--json")
    assert (checked.code, checked.json[0]["ok"]) == (0, True)
    done(cloud, "switch", "Cloud")
    assert shown(cloud) == ("certificate", coming, None)
    assert sum("PRIVATE KEY" in secret for secret in cloud.secrets()) == 1


def test_what_is_to_be_uploaded_is_the_new_certificate_whatever_else_there_is(cloud, tmp_path):
    created = cloud("smtp", "certificate", "create", "Cloud")
    assert "smtp certificate export Cloud FILE.cer" in created.err
    renewed = cloud("smtp", "certificate", "renew", "Cloud")
    assert "smtp certificate export --next Cloud FILE.cer" in renewed.err
    assert done(cloud, "export", "--next", "Cloud", str(tmp_path / "next.cer"))
    assert done(cloud, "export", "Cloud", str(tmp_path / "present.cer"))
    assert (tmp_path / "next.cer").read_bytes() != (tmp_path / "present.cer").read_bytes()


def test_the_next_one_is_dropped_alone(cloud):
    done(cloud, "create", "Cloud")
    before = shown(cloud)
    done(cloud, "renew", "Cloud")
    done(cloud, "remove", "Cloud", "--next")
    assert shown(cloud) == before


def test_without_its_certificate_it_signs_in_with_the_client_secret(cloud):
    done(cloud, "create", "Cloud")
    done(cloud, "remove", "Cloud")
    assert shown(cloud) == ("secret", None, None)
    assert cloud.secrets() == ["the client's"]


@pytest.mark.parametrize("as_next", [True, False])
def test_a_certificate_is_imported(cloud, tmp_path, as_next):
    made = cloud.certificate_maker.make("Other", months=1, now=datetime.now(UTC))
    (tmp_path / "app.pem").write_text(made.secret.reveal())
    done(cloud, "import", "Cloud", "app.pem", *(["--next"] if as_next else []))
    thumbprint = made.certificate.thumbprint
    assert shown(cloud) == (("secret", None, thumbprint) if as_next else ("certificate", thumbprint, None))
    done(cloud, "export", "Cloud", "app.cer", *(["--next"] if as_next else []))
    assert (tmp_path / "app.cer").read_bytes() == cloud.certificate_maker.der(made.certificate)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("switch", "Cloud"), 65),
        (("check", "Cloud"), 65),
        (("remove", "Cloud"), 65),
        (("remove", "Cloud", "--next"), 65),
        (("export", "Cloud", "x.cer"), 64),
        (("import", "Cloud", "no such file"), 66),
        (("create", "Plain"), 65),
        (("create", "Cloud", "--months", "25"), 65),
        (("create", "Cloud", "--save", "no such folder/x.cer"), 73),
        (("create", "Nobody"), 78),
    ],
)
def test_what_can_not_be_is_refused(cloud, arguments, code):
    cloud.create("Plain")
    ran = cloud("smtp", "certificate", *arguments, "--json")
    assert ran.code == code, ran.err
    assert ran.json["error"]["message"]


@pytest.mark.parametrize(
    ("options", "words"),
    [((), "Application Mail.Send"), (("--mailbox-permission",), "")],
)
def test_rbac_prints_powershell_with_the_ids(cloud, options, words):
    ran = cloud("smtp", "rbac", "Cloud", *options)
    assert ran.code == (64 if options else 0)
    assert words in ran.out
    if not options:
        lines = [line for line in ran.out.splitlines() if line and not line.startswith("#")]
        assert lines[0] == "Connect-ExchangeOnline"
        assert "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20" in ran.out
        assert cloud("smtp", "rbac", "Cloud", "--json").json["script"].splitlines() == lines


def test_rbac_of_an_smtp_server_gives_the_mailbox_right_where_that_is_asked_for(cloud):
    options = ("--host", "smtp.office365.com", "--user", "shop@company.example", "--sign-in", "app-only")
    app = ("--tenant-id", "company.example", "--client-id", "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20")
    assert cloud("smtp", "create", "Shop", *options, *app, "--client-secret-stdin", stdin=b"s").code == 0
    assert "SMTP.SendAsApp" in cloud("smtp", "rbac", "Shop").out
    assert "Add-MailboxPermission" in cloud("smtp", "rbac", "Shop", "--mailbox-permission").out
    cloud.create("Plain")
    assert cloud("smtp", "rbac", "Plain").code == 64


def test_create_makes_the_certificate_that_a_new_smtp_signs_in_with(cloud, tmp_path):
    mailbox = ("--type", "graph", "--user", "b@b.example", "--tenant-id", "b.example", "--sign-in", "app-only")
    app = ("--client-id", "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20", "--new-certificate", "box.cer")
    ran = cloud("smtp", "create", "Box", *mailbox, *app)
    assert ran.code == 0, ran.err
    assert "Upload box.cer" in ran.err
    assert (tmp_path / "box.cer").exists()
    assert cloud("smtp", "create", "Box2", *mailbox, *app, "--managed-identity").code == 64
    assert cloud("smtp", "create", "Plain", "--host", "h.example", *app[2:], "--user", "a").code == 64


def test_expiry_lists_the_certificates(cloud):
    done(cloud, "create", "Cloud", "--months", "2")
    done(cloud, "renew", "Cloud", "--months", "1")
    found = cloud("smtp", "expiry", "--json").json
    assert [(one["kind"], one["names"], one["days_left"] <= 60) for one in found] == [
        ("next_app_certificate", ["Cloud"], True),
        ("app_certificate", ["Cloud"], True),
    ]
