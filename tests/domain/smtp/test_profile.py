"""The values of an SMTP and the names of copies."""

import pytest

from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import (
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SignIn,
    SmtpProfile,
    copy_name,
)


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Shop", [], "Shop_copied"),
        ("Shop", ["Shop", "Other"], "Shop_copied"),
        ("Shop", ["Shop_copied"], "Shop_copied2"),
        ("Shop", ["SHOP_COPIED"], "Shop_copied2"),
        ("shop", ["Shop_Copied", "sHOP_copied2"], "shop_copied3"),
        ("Shop", ["Shop_copied2"], "Shop_copied"),
        ("Shop_copied", ["Shop_copied"], "Shop_copied_copied"),
        ("Shop", ["Shop_copied", *(f"Shop_copied{n}" for n in range(2, 12))], "Shop_copied12"),
        ("x" * 43, [], "x" * 43 + "_copied"),
        ("x" * 44, [], "x" * 43 + "_copied"),
        ("x" * 50, [], "x" * 43 + "_copied"),
        ("x" * 50, ["x" * 43 + "_copied"], "x" * 42 + "_copied2"),
        ("x" * 50, ["X" * 43 + "_COPIED", *("x" * 42 + f"_copied{n}" for n in range(2, 10))], "x" * 41 + "_copied10"),
    ],
)
def test_a_copy_gets_a_name_of_its_own(name: str, taken: list[str], expected: str) -> None:
    copied = copy_name(name, frozenset(taken))
    assert copied == expected
    assert len(copied) <= 50


def profile(server: GenericServer | GraphMailbox) -> SmtpProfile:
    return SmtpProfile(id=ProfileId("p1"), name="Shop", server=server)


def graph(**more: object) -> GraphMailbox:
    return GraphMailbox(user_name="a@b.example", tenant_id="t", client_id="c", **more)


@pytest.mark.parametrize(
    ("server", "kind", "needs_password"),
    [
        (GenericServer(host_name="h"), ProfileType.GENERIC, True),
        (GenericServer(host_name="h", auth_required=False), ProfileType.GENERIC, False),
        (graph(), ProfileType.GRAPH, True),
        (graph(sign_in=SignIn.APP_ONLY), ProfileType.GRAPH, False),
    ],
)
def test_type_and_need_of_a_password(
    server: GenericServer | GraphMailbox, kind: ProfileType, needs_password: bool
) -> None:
    assert profile(server).type is kind
    assert profile(server).needs_password is needs_password


def test_only_places_that_are_set_are_named() -> None:
    one, two = SecretRef("keyring:1"), SecretRef("keyring:2")
    assert profile(GenericServer(host_name="h")).secret_refs == {}
    assert profile(GenericServer(host_name="h", password_ref=one)).secret_refs == {"password": one}
    assert profile(graph(client_secret_ref=two)).secret_refs == {"client_secret": two}
    assert profile(graph(password_ref=one, client_secret_ref=two)).secret_refs == {
        "password": one,
        "client_secret": two,
    }
