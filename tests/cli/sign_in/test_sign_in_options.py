"""The options of smtp create, edit and set for a sign-in without a password."""

from datetime import UTC, datetime

import pytest
from fakes.transport import FakeTransport

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret

GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
GOOGLE = ("--host", "smtp.gmail.com", "--user", "shop@company.example", "--client-id", "id")
MICROSOFT = ("--host", "smtp.office365.com", "--user", "shop@company.example", "--client-id", GUID)
OWN = ("--host", "mail.company.example", "--user", "shop@company.example", "--client-id", "id")
KEYCLOAK = "https://login.company.example/realms/main"


@pytest.mark.parametrize(
    ("options", "provider"),
    [
        ((*GOOGLE, "--client-secret-stdin"), "google"),
        (MICROSOFT, "microsoft"),
        ((*OWN, "--issuer", KEYCLOAK), "other"),
        ((*GOOGLE, "--issuer", KEYCLOAK), "other"),
        ((*OWN, "--provider", "microsoft", "--client-id", GUID), "microsoft"),
    ],
)
def test_the_provider_is_proposed_by_the_host(smtp_desktop, options, provider):
    ran = smtp_desktop("smtp", "create", "Shop", *options, "--sign-in", "browser", "--json", stdin=b"secret")
    assert ran.code == 0, ran.err
    assert (ran.json["provider"], ran.json["sign_in"], ran.json["signed_in_as"]) == (provider, "browser", None)
    assert ran.json["has_client_secret"] == ("--client-secret-stdin" in options)
    assert ran.err == "Nobody has signed in for Shop yet. Run: smtp-desktop smtp sign-in Shop\n"


def test_other_addresses_are_kept_and_another_host_keeps_the_provider(smtp_desktop):
    own = ("--token-url", f"{KEYCLOAK}/token", "--device-url", f"{KEYCLOAK}/device", "--scope", "mail")
    ran = smtp_desktop("smtp", "create", "Shop", *OWN, *own, "--sign-in", "device", "--json")
    assert ran.code == 0, ran.err
    kept = {key: ran.json[key] for key in ("token_url", "device_url", "scope", "issuer", "authorize_url")}
    assert kept == {"token_url": own[1], "device_url": own[3], "scope": "mail", "issuer": None, "authorize_url": None}
    ran = smtp_desktop("smtp", "edit", "Shop", "--host", "smtp.gmail.com", "--json")
    assert ran.json[0]["smtp"]["provider"] == "other"


def test_an_smtp_with_a_password_changes_to_the_browser_and_back(smtp_desktop):
    smtp_desktop.create("Shop")
    ran = smtp_desktop("smtp", "edit", "Shop", *MICROSOFT, "--sign-in", "browser", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json[0]["smtp"]["sign_in"], ran.json[0]["smtp"]["has_password"]) == ("browser", False)
    ran = smtp_desktop("smtp", "set", "Shop", "--sign-in", "password", "--password-stdin", "--json", stdin=b"new")
    assert ran.code == 0, ran.err
    assert (ran.json["smtp"]["sign_in"], ran.json["smtp"]["client_id"]) == ("password", None)


def test_a_service_account_is_read_from_its_file(smtp_desktop, tmp_path):
    key = tmp_path / "key.json"
    key.write_text('{"client_email": "x", "private_key": "canary"}\n')
    options = ("--sign-in", "app-only", "--service-account", str(key))
    ran = smtp_desktop("smtp", "create", "Shop", *GOOGLE[:4], *options, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["has_service_account"] is True
    assert smtp_desktop.secrets() == [key.read_text().strip()]
    again = smtp_desktop("smtp", "set", "Shop", "--service-account", str(key), "--json")
    assert (again.code, again.json["changed"]) == (0, False)
    assert "canary" not in ran.out + ran.err + again.out + smtp_desktop("smtp", "show", "Shop").out


@pytest.mark.parametrize("server", [MICROSOFT, ("--type", "graph", *MICROSOFT[2:])])
def test_a_certificate_is_read_from_its_file(smtp_desktop, tmp_path, server):
    made = smtp_desktop.certificate_maker.make("Shop", months=1, now=datetime.now(UTC))
    file = tmp_path / "app.pem"
    file.write_text(made.secret.reveal())
    options = (*server, "--tenant-id", "company.example", "--sign-in", "app-only", "--certificate", str(file))
    ran = smtp_desktop("smtp", "create", "Shop", *options, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["app_credential"], ran.json["has_certificate"]) == ("certificate", True)
    assert ran.json["app_certificate"]["thumbprint"] == made.certificate.thumbprint
    assert smtp_desktop.secrets() == [made.secret.reveal()]
    again = smtp_desktop("smtp", "set", "Shop", *options[-2:], "--json")
    assert (again.code, again.json["changed"]) == (0, False), again.out
    by_secret = smtp_desktop("smtp", "edit", "Shop", "--client-secret-stdin", "--json", stdin=b"its secret")
    assert by_secret.json[0]["smtp"]["app_credential"] == "secret", by_secret.err


def test_a_managed_identity_needs_no_secret(smtp_desktop):
    options = ("--type", "graph", "--user", "box@company.example", "--sign-in", "app-only", "--managed-identity")
    ran = smtp_desktop("smtp", "create", "Box", *options, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["app_credential"] == "managed-identity"
    assert smtp_desktop.secrets() == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((*OWN, "--scope", "mail", "--password-stdin"), 64, "--scope has no effect with --sign-in password"),
        ((*OWN[:4], "--provider", "google", "--password-stdin"), 64, "--provider has no effect with"),
        ((*GOOGLE, "--issuer", "https://x.example", "--provider", "google", "--sign-in", "browser"), 64,
         "--issuer has no effect with --sign-in browser --provider google"),
        ((*GOOGLE, "--tenant-id", "x.example", "--sign-in", "browser"), 64, "--tenant-id has no effect"),
        (("--host", "h.example", "--no-auth", "--from", "a@b.example", "--sign-in", "browser"), 64,
         "--sign-in has no effect without sign-in"),
        ((*GOOGLE, "--sign-in", "browser", "--password-stdin"), 64, "This SMTP uses no password"),
        ((*MICROSOFT, "--sign-in", "browser", "--managed-identity"), 64, "--managed-identity is for"),
        ((*MICROSOFT, "--managed-identity", "--client-secret-stdin"), 64, "Use only one of"),
        ((*MICROSOFT, "--sign-in", "app-only", "--certificate-password-env", "X"), 64, "needs --certificate"),
        ((*MICROSOFT, "--sign-in", "app-only", "--certificate", "no such file"), 66, "no such file"),
        ((*GOOGLE, "--sign-in", "app-only", "--service-account", "no such file"), 66, "no such file"),
        ((*GOOGLE, "--sign-in", "browser"), 65, "No client secret."),
        ((*OWN, "--sign-in", "browser"), 65, "--authorize-url: "),
        ((*OWN, "--sign-in", "browser", "--issuer", "x"), 65, "--issuer: "),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(smtp_desktop, options, code, words):
    ran = smtp_desktop("smtp", "create", "Shop", *options, stdin=b"canary")
    assert ran.code == code, ran.err
    assert words in ran.err
    assert smtp_desktop.secrets() == []


def test_a_check_without_saving_signs_in_as_an_app(smtp_desktop, tmp_path):
    smtp_desktop.transport = FakeTransport()
    key = tmp_path / "key.json"
    key.write_text("{}")
    ran = smtp_desktop("smtp", "check", *GOOGLE[:4], "--sign-in", "app-only", "--service-account", str(key), "--json")
    assert (ran.code, ran.json[0]["ok"]) == (0, True)
    source = smtp_desktop.transport.conversations[0].token
    assert source is not None
    assert source(False, Cancel()).value == Secret("A1")
    assert [call.secrets for call in smtp_desktop.authorization_servers.calls] == [("service_account",)]


@pytest.mark.parametrize("sign_in", ["browser", "device"])
def test_a_check_without_saving_can_not_sign_in_by_browser(smtp_desktop, sign_in):
    ran = smtp_desktop("smtp", "check", *MICROSOFT, "--sign-in", sign_in)
    assert ran.code == 64
    assert "smtp sign-in" in ran.err


def test_the_password_of_a_certificates_file_comes_from_a_variable(smtp_desktop, tmp_path, monkeypatch):
    file = tmp_path / "app.pfx"
    file.write_text("x")
    app = (*MICROSOFT, "--tenant-id", "x.example", "--sign-in", "app-only", "--certificate", str(file))
    ran = smtp_desktop("smtp", "create", "Shop", *app, "--certificate-password-env", "PFX")
    assert (ran.code, "PFX is not set" in ran.err) == (64, True)
    monkeypatch.setenv("PFX", "the password")
    seen = []

    def read(paths, password, *, now):
        seen.append((paths, password))
        return smtp_desktop.certificate_maker.make("Shop", months=1, now=now)

    monkeypatch.setattr(smtp_desktop.certificate_maker, "read", read)  # the fake reads no PFX
    assert smtp_desktop("smtp", "create", "Shop", *app, "--certificate-password-env", "PFX").code == 0
    assert seen == [((file,), Secret("the password"))]
