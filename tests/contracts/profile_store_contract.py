"""The contract of ProfileStore. A subclass gives the fixture `profiles`."""

from dataclasses import replace
from datetime import date

import pytest
from fakes.stored import put

from smtp_desktop.domain.errors import ChangedMeanwhile, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.services.ports import ProfileStore


def generic(identifier, name=None, *, default=False, **server):
    server = {"host_name": "mail.example.test", "user_name": "ann@example.test", **server}
    return SmtpProfile(
        id=ProfileId(identifier), name=name or identifier, server=GenericServer(**server), is_default=default
    )


def graph(identifier, **server):
    server = {"user_name": "box@example.test", "tenant_id": "t", "client_id": "c", **server}
    return SmtpProfile(id=ProfileId(identifier), name=identifier, server=GraphMailbox(**server))


FULL_GENERIC = SmtpProfile(
    id=ProfileId("11"),
    name="Plant_7",
    server=GenericServer(
        host_name="bücher.example",
        smtp_port=2525,
        tls=False,
        auth_required=False,
        user_name="apikey",
        envelope_sender=EnvelopeSender.FROM,
        password_ref=SecretRef("file:11/password/1"),
        trusted_ca_pem="-----BEGIN CERTIFICATE-----\nx\n",
        trusted_fingerprint="ab" * 32,
        ehlo_name="pc7.bücher.example",
    ),
    is_default=True,
    from_address="Ünï <a@b.example>",
    signature="one\ntwo — 🎉",
    description='it\'s "quoted"; DROP TABLE smtp',
    tags=("prod", "größe-1"),
    limits=SendLimits(per_minute=1, per_hour=20, per_day=300, connections=4, mails_per_connection=5000),
)
FULL_GRAPH = SmtpProfile(
    id=ProfileId("22"),
    name="M365",
    server=GraphMailbox(
        user_name="box@example.test",
        tenant_id="contoso.example",
        client_id="0b0c",
        sign_in=SignIn.APP_ONLY,
        cloud=Cloud.CUSTOM,
        authority="https://sign-in.plant.example:8443/tenant/",
        graph_url="https://graph.plant.example/beta",
        client_secret_valid_until=date(2027, 5, 31),
        password_ref=SecretRef("file:22/password/1"),
        client_secret_ref=SecretRef("file:22/client_secret/1"),
    ),
    from_address="c@d.example",
    limits=SendLimits(per_minute=30, per_day=10_000, connections=3),
)


def always(profile):
    return lambda _: profile


CERTIFICATE = AppCertificate(pem="-----BEGIN CERTIFICATE-----\neA==\n", valid_until=date(2028, 2, 29))
FULL_BROWSER = replace(
    FULL_GENERIC,
    id=ProfileId("33"),
    name="Browser",
    server=GenericServer(
        host_name="smtp.company.example",
        user_name="jobs@company.example",
        sign_in=SignIn.BROWSER,
        oauth=OAuthClient(
            provider=OAuthProvider.OTHER,
            client_id="jobs",
            issuer="https://login.company.example",
            authorize_url="https://login.company.example/authorize",
            token_url="https://login.company.example/token",
            device_url="https://login.company.example/device",
            scope="mail offline_access",
        ),
        client_secret_ref=SecretRef("file:33/client_secret/1"),
        tokens_ref=SecretRef("file:33/tokens/1"),
    ),
)
FULL_APP = replace(
    FULL_GENERIC,
    id=ProfileId("44"),
    name="App",
    server=GenericServer(
        host_name="smtp.office365.com",
        user_name="jobs@company.example",
        sign_in=SignIn.APP_ONLY,
        oauth=OAuthClient(provider=OAuthProvider.MICROSOFT, client_id="c", tenant_id="t"),
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=CERTIFICATE,
        next_app_certificate=replace(CERTIFICATE, valid_until=date(2030, 1, 1)),
        client_secret_valid_until=date(2027, 5, 31),
        client_secret_ref=SecretRef("file:44/client_secret/1"),
        certificate_ref=SecretRef("file:44/certificate/1"),
        next_certificate_ref=SecretRef("file:44/next_certificate/1"),
        service_account_ref=SecretRef("file:44/service_account/1"),
    ),
)


class ProfileStoreContract:
    @pytest.mark.parametrize("profile", [FULL_GENERIC, FULL_GRAPH, FULL_BROWSER, FULL_APP, generic("g"), graph("m")])
    def test_returns_every_field_as_it_was(self, profiles: ProfileStore, profile):
        put(profiles, profile)
        assert profiles.get(profile.id) == profile
        assert list(profiles.all()) == [profile]

    @pytest.mark.parametrize("cloud", Cloud)
    @pytest.mark.parametrize("day", [None, date(1, 1, 1), date(2028, 2, 29), date(9999, 12, 31)], ids=str)
    def test_returns_every_cloud_and_day(self, profiles: ProfileStore, cloud, day):
        put(profiles, graph("m", cloud=cloud, client_secret_valid_until=day))
        (server,) = (profile.server for profile in profiles.all())
        assert isinstance(server, GraphMailbox)
        assert (server.cloud, server.client_secret_valid_until) == (cloud, day)
        assert type(server.cloud) is Cloud

    def test_a_mailbox_can_become_a_server_and_back(self, profiles: ProfileStore):
        others = (replace(one, id=FULL_GRAPH.id) for one in (FULL_GENERIC, FULL_BROWSER, FULL_APP))
        for profile in (FULL_GRAPH, *others, FULL_GRAPH):
            put(profiles, profile)
            assert list(profiles.all()) == [profile]

    def test_is_empty_at_first(self, profiles: ProfileStore):
        assert list(profiles.all()) == []
        assert list(profiles.stale_secrets()) == []

    def test_numbers_in_names_count_by_their_value_also_after_a_rename(self, profiles: ProfileStore):
        for name in ("Site_10", "site_2", "Site_1", "Site_100"):
            put(profiles, generic(name))
        profiles.change(ProfileId("Site_1"), lambda one: replace(one, name="Site_30"))
        assert [p.name for p in profiles.all()] == ["site_2", "Site_10", "Site_30", "Site_100"]

    def test_the_default_is_first_then_by_name_in_any_case(self, profiles: ProfileStore):
        for name in ("delta", "Alpha", "charlie", "_x", "Bravo"):
            put(profiles, generic(name, default=name == "charlie"))
        assert [p.name for p in profiles.all()] == ["charlie", "_x", "Alpha", "Bravo", "delta"]

    def test_putting_again_updates(self, profiles: ProfileStore):
        put(profiles, generic("a", "first"))
        put(profiles, replace(graph("a"), name="second"))
        assert [p.name for p in profiles.all()] == ["second"]
        assert profiles.get(ProfileId("a")).server == graph("a").server

    def test_a_missing_smtp_is_refused(self, profiles: ProfileStore):
        with pytest.raises(NoSuchProfile):
            profiles.get(ProfileId("none"))
        with pytest.raises(NoSuchProfile):
            profiles.delete(ProfileId("none"), new_default=None)

    def test_a_new_default_takes_it_from_the_other(self, profiles: ProfileStore):
        put(profiles, generic("a", default=True))
        put(profiles, generic("b", default=True))
        assert [(p.name, p.is_default) for p in profiles.all()] == [("b", True), ("a", False)]
        put(profiles, generic("b", default=False))
        assert not any(p.is_default for p in profiles.all())

    def test_a_name_is_taken_in_any_case(self, profiles: ProfileStore):
        put(profiles, generic("a", "Main", default=True))
        with pytest.raises(FieldErrors) as caught:
            put(profiles, generic("b", "mAIN", default=True))
        (error,) = caught.value.errors
        assert (error.field, str(error.message)) == ("name", "Another SMTP already has this name.")
        assert [(p.id, p.is_default) for p in profiles.all()] == [("a", True)]

    def test_is_found_by_its_name_in_any_case(self, profiles: ProfileStore):
        put(profiles, generic("1", "Site_1"))
        put(profiles, generic("2", "Site_2"))
        assert profiles.named("sITE_1") == profiles.get(ProfileId("1"))
        for name in ("Site", "Site%", "", "Sité_1", "\udcff"):
            assert profiles.named(name) is None

    def test_may_keep_or_recase_its_own_name(self, profiles: ProfileStore):
        put(profiles, generic("a", "Main"))
        put(profiles, generic("a", "MAIN"))
        assert profiles.get(ProfileId("a")).name == "MAIN"

    def test_deleting_names_the_new_default(self, profiles: ProfileStore):
        for name in ("a", "b", "c"):
            put(profiles, generic(name, default=name == "a"))
        profiles.delete(ProfileId("a"), new_default=ProfileId("c"))
        assert [(p.id, p.is_default) for p in profiles.all()] == [("c", True), ("b", False)]

    def test_deleting_takes_the_default_from_no_other(self, profiles: ProfileStore):
        for name in ("a", "b", "c"):
            put(profiles, generic(name, default=name == "a"))
        with pytest.raises(ChangedMeanwhile):
            profiles.delete(ProfileId("b"), new_default=ProfileId("c"))
        assert [(p.id, p.is_default) for p in profiles.all()] == [("a", True), ("b", False), ("c", False)]

    def test_the_default_is_not_deleted_without_a_new_one_while_there_are_others(self, profiles: ProfileStore):
        put(profiles, generic("a", default=True))
        put(profiles, generic("b"))
        with pytest.raises(ChangedMeanwhile):
            profiles.delete(ProfileId("a"), new_default=None)
        assert [(p.id, p.is_default) for p in profiles.all()] == [("a", True), ("b", False)]
        profiles.delete(ProfileId("b"), new_default=None)
        assert profiles.delete(ProfileId("a"), new_default=None).is_default
        assert list(profiles.all()) == []

    def test_a_change_is_made_of_what_is_stored(self, profiles: ProfileStore):
        stored = profiles.add(lambda _: generic("a"))
        put(profiles, generic("a", "renamed"))
        changed = profiles.change(stored.id, lambda present: replace(present, description=f"was {present.name}"))
        assert changed == profiles.get(stored.id) == replace(stored, name="renamed", description="was renamed")

    def test_a_new_one_may_depend_on_those_that_are_there(self, profiles: ProfileStore):
        put(profiles, generic("a", default=True))
        put(profiles, generic("b"))
        added = profiles.add(lambda stored: generic("c", f"after_{'_'.join(one.name for one in stored)}"))
        assert (added.name, [one.name for one in profiles.all()]) == ("after_a_b", ["a", "after_a_b", "b"])

    def test_each_change_gives_another_version(self, profiles: ProfileStore):
        put(profiles, generic("a", default=True))
        versions = [profiles.add(lambda _: generic("b")).version]
        versions.append(profiles.change(ProfileId("b"), lambda one: replace(one, signature="new")).version)
        versions.append(profiles.change(ProfileId("b"), lambda one: replace(one, is_default=True)).version)
        profiles.change(ProfileId("a"), lambda one: replace(one, is_default=True))
        versions.append(profiles.get(ProfileId("b")).version)
        profiles.delete(ProfileId("a"), new_default=ProfileId("b"))
        versions.append(profiles.get(ProfileId("b")).version)
        assert versions == sorted(set(versions))
        assert versions[0] > 0
        assert {one.version for one in profiles.all()} == {versions[-1]}

    def test_only_a_change_of_what_a_test_depends_on_gives_another_settings_version(self, profiles: ProfileStore):
        def changed(change):
            return profiles.change(ProfileId("b"), change).settings_version

        assert profiles.add(lambda _: generic("b")).settings_version == 1
        unlike = [
            lambda one: replace(one, name="c", signature="new", description="new", is_default=True),
            lambda one: replace(one, limits=SendLimits(per_minute=1)),
            lambda one: one,
        ]
        assert [changed(change) for change in unlike] == [1, 1, 1]
        alike = [
            lambda one: replace(one, from_address="a@b.example"),
            lambda one: replace(one, server=replace(one.server, smtp_port=2525)),
            lambda one: replace(one, server=replace(one.server, ehlo_name="pc7.example")),
            lambda one: replace(one, server=replace(one.server, trusted_fingerprint="ab" * 32)),
        ]
        assert [changed(change) for change in alike] == [2, 3, 4, 5]

    def test_what_is_not_changed_keeps_its_version(self, profiles: ProfileStore):
        stored = profiles.add(lambda _: generic("a", default=True))
        profiles.change(stored.id, lambda one: replace(one, is_default=True))
        put(profiles, generic("b"))
        profiles.change(ProfileId("b"), lambda one: replace(one, signature="new"))
        assert profiles.get(stored.id).version == stored.version

    def test_a_change_that_fails_changes_nothing(self, profiles: ProfileStore):
        stored = profiles.add(lambda _: generic("a"))

        def fail(_: object) -> SmtpProfile:
            raise NoSuchProfile(msg("No."))

        for act in (lambda: profiles.change(stored.id, fail), lambda: profiles.add(fail)):
            with pytest.raises(NoSuchProfile, match="No"):
                act()
        assert [(one, one.version) for one in profiles.all()] == [(stored, stored.version)]

    def test_a_missing_smtp_is_not_changed(self, profiles: ProfileStore):
        with pytest.raises(NoSuchProfile):
            profiles.change(ProfileId("none"), lambda one: one)

    def test_a_secret_that_was_not_announced_or_given_up_is_refused(self, profiles: ProfileStore):
        put(profiles, generic("a", password_ref="file:first"))
        put(profiles, generic("a", password_ref="file:second"))
        for ref in ("file:never", "file:first"):
            changed, new = generic("a", password_ref=ref), generic("b", password_ref=ref)
            with pytest.raises(ChangedMeanwhile):
                profiles.change(ProfileId("a"), always(changed))
            with pytest.raises(ChangedMeanwhile):
                profiles.add(always(new))
        assert list(profiles.all()) == [generic("a", password_ref="file:second")]

    @pytest.mark.parametrize("successor", ["none", "a"])
    def test_a_missing_new_default_deletes_nothing(self, profiles: ProfileStore, successor):
        put(profiles, generic("a", default=True, password_ref="file:a"))
        with pytest.raises(NoSuchProfile):
            profiles.delete(ProfileId("a"), new_default=ProfileId(successor))
        assert profiles.get(ProfileId("a")).is_default
        assert list(profiles.stale_secrets()) == []

    def test_an_announced_secret_is_stale_until_it_is_used(self, profiles: ProfileStore):
        profiles.announce_secret(SecretRef("file:a"))
        profiles.announce_secret(SecretRef("file:a"))
        assert list(profiles.stale_secrets()) == ["file:a"]
        put(profiles, generic("a", password_ref="file:a"))
        assert list(profiles.stale_secrets()) == []

    def test_only_what_nobody_may_be_about_to_use_is_abandoned(self, profiles: ProfileStore):
        put(profiles, generic("p1", password_ref="file:p1"))
        profiles.announce_secret(SecretRef("file:a"))
        assert list(profiles.abandon_secrets()) == []
        profiles.delete(ProfileId("p1"), new_default=None)
        assert list(profiles.abandon_secrets()) == ["file:p1"]

    def test_secrets_that_are_used_no_more_become_stale(self, profiles: ProfileStore):
        put(profiles, graph("a", password_ref="file:p1", client_secret_ref="file:c1"))
        put(profiles, graph("a", password_ref="file:p2", client_secret_ref="file:c1"))
        assert list(profiles.stale_secrets()) == ["file:p1"]
        put(profiles, graph("a", password_ref=None, client_secret_ref="file:c1"))
        assert sorted(profiles.stale_secrets()) == ["file:p1", "file:p2"]

    def test_deleting_makes_its_secrets_stale(self, profiles: ProfileStore):
        put(profiles, graph("a", password_ref="file:p", client_secret_ref="file:c"))
        profiles.delete(ProfileId("a"), new_default=None)
        assert sorted(profiles.stale_secrets()) == ["file:c", "file:p"]

    def test_a_secret_that_another_uses_is_never_stale(self, profiles: ProfileStore):
        put(profiles, graph("a", client_secret_ref="file:c"))
        put(profiles, graph("b", client_secret_ref="file:c"))
        profiles.delete(ProfileId("a"), new_default=None)
        assert list(profiles.stale_secrets()) == []

    def test_a_refused_put_leaves_the_announced_secret_stale(self, profiles: ProfileStore):
        put(profiles, generic("a"))
        profiles.announce_secret(SecretRef("file:new"))
        with pytest.raises(FieldErrors):
            put(profiles, generic("b", "A", password_ref="file:new"))
        assert list(profiles.stale_secrets()) == ["file:new"]

    def test_an_erased_secret_is_forgotten(self, profiles: ProfileStore):
        profiles.announce_secret(SecretRef("file:a"))
        profiles.announce_secret(SecretRef("file:b"))
        profiles.forget_secret(SecretRef("file:a"))
        profiles.forget_secret(SecretRef("file:unknown"))
        assert list(profiles.stale_secrets()) == ["file:b"]
