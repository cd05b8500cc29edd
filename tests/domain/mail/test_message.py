"""Identities (the table of the specification), and signatures."""

import pytest

from smtp_desktop.domain.mail.address import BadAddress
from smtp_desktop.domain.smtp.identity import identity_of, with_signature
from smtp_desktop.domain.smtp.profile import EnvelopeSender, GenericServer, GraphMailbox, ProfileId, SignIn, SmtpProfile

FROM = "Ann Lee <ann@company.example>"
HEADER = '"Ann Lee" <ann@company.example>'
USER = "user@provider.example"


def generic(from_address: str, user: str, *, auth: bool = True, envelope: str = "user") -> SmtpProfile:
    server = GenericServer(host_name="h", auth_required=auth, user_name=user, envelope_sender=EnvelopeSender(envelope))
    return SmtpProfile(id=ProfileId("p"), name="Shop", server=server, from_address=from_address)


def graph(from_address: str, sign_in: SignIn = SignIn.PASSWORD) -> SmtpProfile:
    server = GraphMailbox(user_name=USER, tenant_id="t", client_id="c", sign_in=sign_in)
    return SmtpProfile(id=ProfileId("p"), name="Office", server=server, from_address=from_address)


@pytest.mark.parametrize(
    ("profile", "header", "envelope"),
    [
        (generic(FROM, USER), HEADER, USER),
        (generic(FROM, USER, envelope="from"), HEADER, "ann@company.example"),
        (generic(FROM, "apikey"), HEADER, "ann@company.example"),
        (generic(FROM, "apikey", envelope="from"), HEADER, "ann@company.example"),
        (generic("", USER), USER, USER),
        (generic("", USER, envelope="from"), USER, USER),
        (generic(FROM, "", auth=False), HEADER, "ann@company.example"),
        (generic(FROM, USER, auth=False), HEADER, "ann@company.example"),
        (generic(FROM, USER, auth=False, envelope="from"), HEADER, "ann@company.example"),
        (graph(FROM), HEADER, USER),
        (graph(""), USER, USER),
        (graph(FROM, SignIn.APP_ONLY), HEADER, USER),
    ],
)
def test_who_it_is_from(profile: SmtpProfile, header: str, envelope: str) -> None:
    identity = identity_of(profile)
    assert (str(identity.header_from), identity.envelope_sender.spec) == (header, envelope)


@pytest.mark.parametrize(
    "profile",
    [
        generic("", "apikey"),
        generic("", ""),
        generic("", "", auth=False),
        generic("", USER, auth=False),
        generic("?", USER),
    ],
)
def test_without_any_address_there_is_no_identity(profile: SmtpProfile) -> None:
    with pytest.raises(BadAddress):
        identity_of(profile)


@pytest.mark.parametrize(
    ("text", "signature", "ended"),
    [
        ("Hello", "Ann", "Hello\n\n-- \nAnn\n"),
        ("Hello\n\n\n", "Ann\nShop\n\n", "Hello\n\n-- \nAnn\nShop\n"),
        ("Hello", "  Ann", "Hello\n\n-- \n  Ann\n"),
        ("Hello", "", "Hello\n"),
        ("Hello  \n", " \n\t", "Hello\n"),
        ("  Hello", "", "  Hello\n"),
        ("", "Ann", "\n\n-- \nAnn\n"),
    ],
)
def test_the_signature_ends_the_text(text: str, signature: str, ended: str) -> None:
    assert with_signature(text, signature) == ended
