"""An SMTP server that is signed in to with a token: what has to be typed, what is stored, and which secrets stay."""

from dataclasses import replace
from datetime import date

import pytest
from drafts import GENERIC, GRAPH, GUID, profile_of, refused

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of, merged
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider, endpoints_of
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField, SignIn, with_refs

PEM = "-----BEGIN CERTIFICATE-----\neA==\n-----END CERTIFICATE-----\n"
CERTIFICATE = AppCertificate(pem=PEM, valid_until=date(2028, 1, 1))
BROWSER = replace(
    GENERIC,
    password=None,
    host_name="smtp.gmail.com",
    sign_in=SignIn.BROWSER,
    provider=OAuthProvider.GOOGLE,
    client_id="1234-abc.apps.googleusercontent.com",
    client_secret=Secret("two"),
)
MICROSOFT = replace(BROWSER, provider=OAuthProvider.MICROSOFT, client_id=GUID, client_secret=None)
OTHER = replace(BROWSER, provider=OAuthProvider.OTHER, client_id="jobs", client_secret=None)
APP = replace(
    MICROSOFT,
    sign_in=SignIn.APP_ONLY,
    tenant_id=GUID,
    app_credential=AppCredential.CERTIFICATE,
    app_certificate=CERTIFICATE,
    certificate=Secret("key and certificate"),
)
SERVICE = replace(
    GENERIC, password=None, sign_in=SignIn.APP_ONLY, provider=OAuthProvider.GOOGLE, service_account=Secret("{}")
)
REFS = {field: SecretRef(f"file:p1/{field}/1") for field in SecretField}


def stored(draft, *fields):
    """Returns the SMTP that a draft makes, with places for those secrets."""
    profile = profile_of(draft)
    return replace(profile, server=with_refs(profile.server, {field: REFS[field] for field in fields}))


@pytest.mark.parametrize(
    "draft",
    [
        BROWSER,
        MICROSOFT,
        replace(MICROSOFT, sign_in=SignIn.DEVICE, tenant_id="contoso.example"),
        replace(OTHER, issuer="https://login.company.example"),
        replace(OTHER, authorize_url="https://l.example/a", token_url="https://l.example/t"),
        replace(OTHER, sign_in=SignIn.DEVICE, device_url="https://l.example/d", token_url="http://localhost:8080/t"),
        replace(OTHER, sign_in=SignIn.APP_ONLY, token_url="https://l.example/t", client_secret=Secret("x")),
        APP,
        replace(APP, app_credential=AppCredential.MANAGED_IDENTITY, app_certificate=None, certificate=None),
        SERVICE,
    ],
)
def test_what_is_stored_is_shown_again(draft):
    assert refused(draft) == {}
    shown = draft_of(profile_of(draft))
    assert profile_of(replace(shown, **draft.typed_secrets)) == profile_of(draft)


def test_nobody_has_to_have_signed_in_to_store_it():
    assert profile_of(BROWSER).needed_secrets == {SecretField.TOKENS}
    assert profile_of(BROWSER).needs_token
    assert not profile_of(BROWSER).needs_password


@pytest.mark.parametrize(
    ("draft", "typed", "fields"),
    [
        (BROWSER, {"client_id": "", "client_secret": None}, {"client_id", "client_secret"}),
        (BROWSER, {"sign_in": SignIn.DEVICE}, {"sign_in"}),
        (BROWSER, {"client_id": "a b"}, {"client_id"}),
        (BROWSER, {"tls": False}, {"tls"}),
        (BROWSER, {"user_name": ""}, {"user_name"}),
        (MICROSOFT, {"client_id": "jobs", "tenant_id": "?"}, {"client_id", "tenant_id"}),
        (OTHER, {}, {"authorize_url", "token_url"}),
        (OTHER, {"sign_in": SignIn.DEVICE}, {"device_url", "token_url"}),
        (OTHER, {"issuer": "http://login.company.example"}, {"issuer"}),
        (OTHER, {"issuer": "https://l.example", "token_url": "t"}, {"token_url"}),
        (OTHER, {"sign_in": SignIn.APP_ONLY}, {"token_url", "client_secret"}),
        (APP, {"tenant_id": ""}, {"tenant_id"}),
        (APP, {"certificate": None}, {"certificate"}),
        (APP, {"app_certificate": None}, {"certificate"}),
        (APP, {"app_credential": AppCredential.SECRET}, {"client_secret"}),
        (APP, {"client_secret_valid_until": "soon"}, {"client_secret_valid_until"}),
        (SERVICE, {"service_account": None}, {"service_account"}),
        (GRAPH, {"sign_in": SignIn.BROWSER}, {"sign_in"}),
        (GRAPH, {"sign_in": SignIn.APP_ONLY, "app_credential": AppCredential.CERTIFICATE}, {"certificate"}),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_its_field(draft, typed, fields):
    assert set(refused(draft, **typed)) == fields


def test_without_tls_a_token_goes_to_this_computer_only():
    assert refused(BROWSER, tls=False, host_name="localhost") == {}


@pytest.mark.parametrize(
    ("typed", "lost"),
    [
        ({}, set()),
        ({"sign_in": SignIn.DEVICE}, set()),
        ({"smtp_port": "465", "from_address": "a@b.example"}, set()),
        ({"user_name": "OTHER@company.example"}, {SecretField.TOKENS}),
        ({"client_id": "other"}, {SecretField.TOKENS}),
        ({"scope": "mail"}, {SecretField.TOKENS}),
        ({"token_url": "https://evil.example/t"}, {SecretField.TOKENS, SecretField.CLIENT_SECRET}),
        ({"issuer": "https://evil.example"}, {SecretField.TOKENS, SecretField.CLIENT_SECRET}),
        ({"host_name": "smtp.evil.example"}, {SecretField.TOKENS, SecretField.CLIENT_SECRET}),
        ({"sign_in": SignIn.PASSWORD}, {SecretField.TOKENS, SecretField.CLIENT_SECRET}),
        ({"auth_required": False}, {SecretField.TOKENS, SecretField.CLIENT_SECRET}),
        ({"sign_in": SignIn.APP_ONLY}, {SecretField.TOKENS}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",  # the order of a set is each process's own
)
def test_tokens_and_secrets_stay_where_they_were_made_for(typed, lost):
    draft = replace(OTHER, issuer="https://login.company.example", client_secret=Secret("two"))
    before = stored(draft, SecretField.TOKENS, SecretField.CLIENT_SECRET)
    kept = kept_secrets(replace(draft_of(before), **typed), before)
    assert kept == {SecretField.TOKENS, SecretField.CLIENT_SECRET} - lost


def test_the_case_of_the_user_name_means_nothing_to_tokens():
    before = stored(BROWSER, SecretField.TOKENS)
    assert SecretField.TOKENS in kept_secrets(replace(draft_of(before), user_name="SHOP@Company.Example"), before)


@pytest.mark.parametrize("provider", [OAuthProvider.GOOGLE, OAuthProvider.OTHER])
def test_a_secret_never_goes_to_another_provider(provider):
    secrets = (SecretField.CLIENT_SECRET, SecretField.CERTIFICATE, SecretField.NEXT_CERTIFICATE)
    before = stored(replace(APP, next_app_certificate=CERTIFICATE), *secrets)
    assert kept_secrets(draft_of(before), before) == set(secrets)
    assert kept_secrets(replace(draft_of(before), provider=provider), before) == set()


def test_a_key_goes_with_its_certificate():
    draft = replace(APP, next_app_certificate=CERTIFICATE)
    before = stored(draft, SecretField.CERTIFICATE, SecretField.NEXT_CERTIFICATE)
    without_next = replace(draft_of(before), next_app_certificate=None)
    assert kept_secrets(without_next, before) == {SecretField.CERTIFICATE}
    other = replace(CERTIFICATE, valid_until=date(2029, 1, 1))
    assert kept_secrets(replace(draft_of(before), app_certificate=other), before) == {SecretField.NEXT_CERTIFICATE}


def test_an_smtp_that_signs_in_with_a_password_forgets_the_client():
    changed = profile_of(replace(draft_of(stored(BROWSER)), sign_in=SignIn.PASSWORD, password=Secret("one")))
    assert changed == profile_of(replace(GENERIC, host_name="smtp.gmail.com"))
    assert changed.server.oauth is None


def test_edits_of_the_client_and_of_other_fields_are_both_kept():
    before = stored(BROWSER, SecretField.CLIENT_SECRET)
    mine = edit_of(before, replace(draft_of(before), scope="https://mail.google.com/ openid"))
    theirs = replace(before, name="Renamed", server=replace(before.server, smtp_port=465))
    assert merged(mine, theirs) == replace(draft_of(theirs), scope="https://mail.google.com/ openid")


def test_the_addresses_are_the_providers():
    google = endpoints_of(OAuthClient(provider=OAuthProvider.GOOGLE), app_only=False)
    assert (google.token_url, google.scope) == ("https://oauth2.googleapis.com/token", "https://mail.google.com/")
    company = endpoints_of(OAuthClient(provider=OAuthProvider.MICROSOFT, tenant_id=" t "), app_only=True)
    assert company.token_url == "https://login.microsoftonline.com/t/oauth2/v2.0/token"
    assert company.scope == "https://outlook.office365.com/.default"
    anybody = endpoints_of(OAuthClient(provider=OAuthProvider.MICROSOFT), app_only=False)
    assert anybody.issuer == "https://login.microsoftonline.com/common/v2.0"
    assert anybody.scope == "https://outlook.office.com/SMTP.Send"
    own = endpoints_of(OAuthClient(provider=OAuthProvider.OTHER, token_url=" https://t ", scope=" m "), app_only=False)
    assert (own.token_url, own.device_url, own.scope) == ("https://t", "", "m")


def test_a_thumbprint_is_the_sha_256_of_the_certificate():
    assert CERTIFICATE.thumbprint == "2D711642B726B04401627CA9FBAC32F5C8530FB1903CC4DB02258717921A4881"
    assert replace(CERTIFICATE, pem="-----BEGIN CERTIFICATE-----\n?\n").thumbprint == ""
