"""Certificates of apps: made, imported, renewed with an overlap, switched, removed."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from contracts.certificate_maker_contract import CertificateMakerContract
from fakes.certificate_maker import FakeCertificateMaker
from fakes.small import FixedClock
from services.profiles_harness import OFFICE, SHOP, ProfilesHarness, edit

from smtp_desktop.domain.errors import FieldErrors, VaultError
from smtp_desktop.domain.events import ProfileSaved
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.edit import ProfileChanged
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField, SignIn, SmtpProfile
from smtp_desktop.services.private_file import CantWrite
from smtp_desktop.services.sign_in.certificates import Certificates
from smtp_desktop.services.sign_in.ports import CertificateMaker

APP = replace(OFFICE, sign_in=SignIn.APP_ONLY, password=None)
SMTP_APP = replace(
    SHOP,
    host_name="smtp.office365.com",
    sign_in=SignIn.APP_ONLY,
    provider=OAuthProvider.MICROSOFT,
    tenant_id=OFFICE.tenant_id,
    client_id=OFFICE.client_id,
    client_secret=Secret("app"),
    password=None,
)


class TestFakeMaker(CertificateMakerContract):
    @pytest.fixture
    def maker(self) -> CertificateMaker:
        return FakeCertificateMaker()


@dataclass
class Harness(ProfilesHarness):
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.certificates = Certificates(
            profiles=self.profiles,
            store=self.store,
            vault=self.vault,
            maker=FakeCertificateMaker(),
            events=self.events,
            clock=FixedClock(),
        )

    def with_certificate(self, draft: ProfileDraft = APP) -> SmtpProfile:
        """Returns an SMTP that signs in with a certificate."""
        made = self.certificates.make(draft.name)
        return self.certificates.use(self.saved(draft).id, made)

    def renewed(self, draft: ProfileDraft = APP) -> SmtpProfile:
        """Returns an SMTP that signs in with a certificate and has a next one."""
        profile = self.with_certificate(draft)
        return self.certificates.renew(profile.id, self.certificates.make(draft.name))

    def keys(self) -> int:
        return sum("PRIVATE KEY" in secret for secret in self.kept().values())


@pytest.fixture
def harness() -> Harness:
    return Harness()


@pytest.mark.parametrize("months", [0, 25, -1])
def test_a_certificate_is_made_for_1_to_24_months(harness: Harness, months: int) -> None:
    with pytest.raises(FieldErrors) as refused:
        harness.certificates.make("Box", months=months)
    assert [error.field for error in refused.value.errors] == ["certificate_months"]


@pytest.mark.parametrize("draft", [APP, SMTP_APP])
def test_an_smtp_signs_in_with_a_certificate_and_keeps_its_client_secret(harness: Harness, draft: ProfileDraft) -> None:
    stored, made = harness.saved(draft), harness.certificates.make("Office")
    saved = harness.certificates.use(stored.id, made)
    assert saved.server.app_credential is AppCredential.CERTIFICATE
    assert saved.server.app_certificate == made.certificate
    assert harness.vault.secrets[saved.secret_refs[SecretField.CERTIFICATE]] == made.secret
    assert SecretField.CLIENT_SECRET in saved.secret_refs
    assert saved.needed_secrets == {SecretField.CERTIFICATE}
    assert harness.events.published == [ProfileSaved(profile=saved)]


def test_another_certificate_in_its_place_erases_the_first_ones_key(harness: Harness) -> None:
    profile = harness.with_certificate()
    harness.certificates.use(profile.id, harness.certificates.make("Office"))
    assert harness.keys() == 1
    assert not harness.store.stale


def test_a_renewed_certificate_waits_beside_the_present_one(harness: Harness) -> None:
    present = harness.with_certificate()
    renewed = harness.certificates.renew(present.id, harness.certificates.make("Office"))
    assert renewed.server.app_certificate == present.server.app_certificate
    assert renewed.server.next_app_certificate not in {None, present.server.app_certificate}
    assert renewed.secret_refs[SecretField.CERTIFICATE] == present.secret_refs[SecretField.CERTIFICATE]
    assert harness.keys() == 2


def test_a_renewal_leaves_results_and_holds_alone_until_the_switch(harness: Harness) -> None:
    profile = harness.with_certificate()
    renewed = harness.certificates.renew(profile.id, harness.certificates.make("Office"))
    assert renewed.settings_version == profile.settings_version
    assert harness.certificates.switch(renewed).settings_version == profile.settings_version + 1


def test_the_next_certificate_can_be_tested_before_the_switch(harness: Harness) -> None:
    profile = harness.renewed()
    draft = harness.certificates.draft_with_next(profile.id)
    assert draft.app_certificate == profile.server.next_app_certificate
    assert draft.typed_secrets == {
        SecretField.CERTIFICATE: harness.vault.secrets[profile.secret_refs[SecretField.NEXT_CERTIFICATE]]
    }


def test_a_lost_key_of_the_next_certificate_is_said(harness: Harness) -> None:
    profile = harness.renewed()
    harness.vault.secrets.clear()
    with pytest.raises(VaultError, match="Renew it again"):
        harness.certificates.draft_with_next(profile.id)


@pytest.mark.parametrize("draft", [APP, SMTP_APP])
def test_a_switch_takes_the_next_certificate_and_erases_the_old_key(harness: Harness, draft: ProfileDraft) -> None:
    profile = harness.renewed(draft)
    harness.events.published.clear()
    switched = harness.certificates.switch(profile)
    assert switched.server.app_certificate == profile.server.next_app_certificate
    assert switched.server.next_app_certificate is None
    assert switched.secret_refs[SecretField.CERTIFICATE] == profile.secret_refs[SecretField.NEXT_CERTIFICATE]
    assert SecretField.NEXT_CERTIFICATE not in switched.secret_refs
    assert harness.keys() == 1
    assert not harness.store.stale
    assert harness.events.published == [ProfileSaved(profile=switched)]


def test_a_switch_from_a_client_secret_goes_over_to_the_certificate(harness: Harness) -> None:
    stored = harness.saved(APP)
    renewed = harness.certificates.renew(stored.id, harness.certificates.make("Office"))
    assert renewed.server.app_credential is AppCredential.SECRET
    switched = harness.certificates.switch(renewed)
    assert switched.server.app_credential is AppCredential.CERTIFICATE
    assert SecretField.CLIENT_SECRET in switched.secret_refs


def test_a_switch_keeps_what_others_changed_meanwhile(harness: Harness) -> None:
    profile = harness.renewed()
    harness.profiles.save(profile.id, edit(profile, name="Renamed"))
    assert harness.certificates.switch(profile).name == "Renamed"


def test_a_switch_is_refused_where_somebody_renewed_again(harness: Harness) -> None:
    profile = harness.renewed()
    harness.certificates.renew(profile.id, harness.certificates.make("Office"))
    before = harness.state()
    with pytest.raises(ProfileChanged) as refused:
        harness.certificates.switch(profile)
    assert refused.value.fields == ("next_app_certificate",)
    assert harness.state() == before


def test_of_two_switches_the_second_is_refused(harness: Harness) -> None:
    profile = harness.renewed()
    harness.certificates.switch(profile)
    before = harness.state()
    with pytest.raises(ProfileChanged):
        harness.certificates.switch(profile)
    assert harness.state() == before


def test_a_key_that_cant_be_erased_now_does_not_undo_the_switch(harness: Harness) -> None:
    profile = harness.renewed()
    harness.vault.locked = True
    switched = harness.certificates.switch(profile)
    assert switched.server.app_certificate == profile.server.next_app_certificate
    harness.vault.locked = False
    harness.profiles.erase_abandoned_secrets()
    assert harness.keys() == 1


def test_the_next_certificate_is_removed_with_its_key(harness: Harness) -> None:
    profile = harness.renewed()
    left = harness.certificates.remove_next(profile.id)
    assert left.server.next_app_certificate is None
    assert left.server.app_certificate == profile.server.app_certificate
    assert harness.keys() == 1


def test_without_its_certificate_an_smtp_signs_in_with_its_client_secret(harness: Harness) -> None:
    left = harness.certificates.remove(harness.with_certificate().id)
    assert left.server.app_credential is AppCredential.SECRET
    assert left.server.app_certificate is None
    assert harness.keys() == 0


def test_the_only_credential_is_not_removed(harness: Harness) -> None:
    made = harness.certificates.make("Office")
    draft = replace(
        APP,
        client_secret=None,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=made.certificate,
        certificate=made.secret,
    )
    stored = harness.saved(draft)
    before = harness.state()
    with pytest.raises(FieldErrors) as refused:
        harness.certificates.remove(stored.id)
    assert [error.field for error in refused.value.errors] == ["client_secret"]
    assert harness.state() == before


@pytest.mark.parametrize("draft", [OFFICE, SHOP])
def test_only_an_app_at_microsoft_has_certificates(harness: Harness, draft: ProfileDraft) -> None:
    stored, made = harness.saved(draft), harness.certificates.make("x")
    for action in (harness.certificates.use, harness.certificates.renew):
        with pytest.raises(FieldErrors, match="Change the sign-in first"):
            action(stored.id, made)
    assert harness.keys() == 0


def test_what_is_not_there_is_neither_switched_nor_removed(harness: Harness) -> None:
    stored = harness.saved(APP)
    for action in (
        lambda: harness.certificates.switch(stored),
        lambda: harness.certificates.remove_next(stored.id),
        lambda: harness.certificates.remove(stored.id),
        lambda: harness.certificates.draft_with_next(stored.id),
    ):
        with pytest.raises(FieldErrors):
            action()


def test_a_key_that_was_not_stored_leaves_everything_as_it_was(harness: Harness) -> None:
    stored = harness.with_certificate()
    before = harness.state()
    harness.vault.locked = True
    with pytest.raises(VaultError):
        harness.certificates.renew(stored.id, harness.certificates.make("Office"))
    harness.vault.locked = False
    harness.store.pass_a_day()
    harness.profiles.erase_abandoned_secrets()
    assert harness.state() == before


def test_the_public_part_is_saved_as_der_and_readable_for_others(harness: Harness, tmp_path: Path) -> None:
    made, path = harness.certificates.make("Office"), tmp_path / "office.cer"
    harness.certificates.save_public_part(made.certificate, path)
    assert path.read_bytes() == b"certificate 1 of Office"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cant_be_written_is_said(harness: Harness, tmp_path: Path) -> None:
    with pytest.raises(CantWrite, match="Choose another location"):
        harness.certificates.save_public_part(harness.certificates.make("x").certificate, tmp_path / "no" / "x.cer")


def test_no_key_is_printed_with_an_smtp_or_an_event(harness: Harness) -> None:
    profile = harness.renewed()
    key = harness.certificates.make("Office").secret.reveal().splitlines()[1]
    assert key in "".join(harness.kept().values())
    assert key not in repr((profile, harness.events.published, harness.certificates.draft_with_next(profile.id)))
