"""What an app needs in the form, by what it proves itself with."""

from dataclasses import replace
from datetime import date

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, ProfileType, SignIn

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
MAILBOX = ProfileDraft(
    name="Office",
    type=ProfileType.GRAPH,
    user_name="office@company.example",
    tenant_id=GUID,
    client_id=GUID,
    sign_in=SignIn.APP_ONLY,
)
SERVER = replace(
    MAILBOX,
    type=ProfileType.GENERIC,
    host_name="smtp.office365.com",
    provider=OAuthProvider.MICROSOFT,
)
CERTIFICATE = AppCertificate(pem="public", valid_until=date(2028, 11, 20))


def refused(draft: ProfileDraft) -> list[str]:
    return [error.field for error in field_errors(draft, None)]


@pytest.mark.parametrize("draft", [MAILBOX, SERVER])
def test_a_certificate_or_a_client_secret_is_enough(draft: ProfileDraft) -> None:
    assert refused(draft) == ["client_secret"]
    assert refused(replace(draft, client_secret=Secret("x"))) == []
    by_certificate = replace(draft, app_credential=AppCredential.CERTIFICATE)
    assert refused(by_certificate) == ["certificate"]
    assert refused(replace(by_certificate, app_certificate=CERTIFICATE, certificate=Secret("key"))) == []


@pytest.mark.parametrize("draft", [MAILBOX, SERVER])
def test_a_managed_identity_needs_neither_ids_nor_secrets(draft: ProfileDraft) -> None:
    managed = replace(draft, app_credential=AppCredential.MANAGED_IDENTITY, tenant_id="", client_id="")
    assert refused(managed) == []
    assert refused(replace(managed, client_id="not an id")) == ["client_id"]
    assert refused(replace(managed, tenant_id="not a tenant")) == ["tenant_id"]


def test_beside_a_password_no_managed_identity_is_possible() -> None:
    draft = replace(MAILBOX, sign_in=SignIn.PASSWORD, app_credential=AppCredential.MANAGED_IDENTITY, client_id="")
    assert "client_id" in refused(draft)
