"""Rules for the fields of a draft: every row of the table of fields."""

from dataclasses import replace

import pytest
from domain.smtp.drafts import GENERIC, GRAPH, GUID, profile_of, refused

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.field_rules import address_problem, field_errors, hints, name_problem
from smtp_desktop.domain.smtp.profile import (
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft


@pytest.mark.parametrize("draft", [GENERIC, GRAPH], ids=["generic", "graph"])
def test_a_whole_draft_is_accepted(draft: ProfileDraft) -> None:
    assert refused(draft) == {}


def test_a_new_form_begins_as_specified() -> None:
    draft = ProfileDraft()
    assert (draft.type, draft.smtp_port, draft.tls, draft.auth_required) == (ProfileType.GENERIC, "587", True, True)
    assert draft.envelope_sender is EnvelopeSender.USER
    assert draft.sign_in is SignIn.PASSWORD
    assert not draft.is_default


@pytest.mark.parametrize("name", ["a", "A1_b", "_", "0", "x" * 50, "  Shop\t", " " + "x" * 50 + " "])
def test_a_name_is_taken(name: str) -> None:
    assert name_problem(name) is None
    assert refused(GENERIC, name=name) == {}


@pytest.mark.parametrize("name", ["", "  ", "a b", "a-b", "a.b", "Büro", "a\nb", "漢", "a😀", "a٣", "x" * 51])
@pytest.mark.parametrize("draft", [GENERIC, GRAPH], ids=["generic", "graph"])
def test_a_name_is_refused(draft: ProfileDraft, name: str) -> None:
    assert set(refused(draft, name=name)) == {"name"}


@pytest.mark.parametrize("draft", [GENERIC, GRAPH], ids=["generic", "graph"])
@pytest.mark.parametrize(("field", "limit"), [("signature", 250), ("description", 1000)])
@pytest.mark.parametrize("character", ["a", "😀", "ä", "\n", " "])
def test_a_limit_counts_code_points(draft: ProfileDraft, field: str, limit: int, character: str) -> None:
    assert refused(draft, **{field: character * limit}) == {}
    assert refused(draft, **{field: character * (limit + 1)}) == {
        field: f"Shorten it by 1: the limit is {limit} characters."
    }
    assert "by 7:" in refused(draft, **{field: character * (limit + 7)})[field]


def test_a_name_that_is_too_long_says_by_how_much() -> None:
    assert refused(GENERIC, name="x" * 53) == {"name": "Shorten it by 3: the limit is 50 characters."}


@pytest.mark.parametrize(("typed", "port"), [("1", 1), ("25", 25), ("65535", 65535), (" 587 ", 587), ("00025", 25)])
def test_a_port_is_taken(typed: str, port: int) -> None:
    assert profile_of(GENERIC, smtp_port=typed).server.smtp_port == port


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "0", "-1", "+25", "65536", "99999", "abc", "58 7", "25.0", "1e3", "0x19", "5_87", "５８７", "²"),
        *("0000065536", "00000000011111111", "9" * 5000),
    ],
    ids=lambda typed: typed[:10],
)
def test_a_port_is_refused(typed: str) -> None:
    assert set(refused(GENERIC, smtp_port=typed)) == {"smtp_port"}


@pytest.mark.parametrize(
    "typed", ["smtp.company.example", "faß.de", "例子.example", "localhost", "192.0.2.1", "::1", "[2001:db8::1]", " h "]
)
def test_a_host_name_is_taken_as_typed(typed: str) -> None:
    assert profile_of(GENERIC, host_name=typed).server.host_name == typed.strip()


@pytest.mark.parametrize(
    "typed", ["", " ", "300.1.1.1", "a b", "https://company.example", "company.example:587", "a@b.example", "::g"]
)
def test_a_host_name_is_refused(typed: str) -> None:
    assert set(refused(GENERIC, host_name=typed)) == {"host_name"}


@pytest.mark.parametrize("typed", ["", "a@b.example", " Ann Lee <a@b.example> ", "用户@例子.example"])
@pytest.mark.parametrize("draft", [GENERIC, GRAPH], ids=["generic", "graph"])
def test_a_from_address_is_taken(draft: ProfileDraft, typed: str) -> None:
    assert profile_of(draft, from_address=typed).from_address == typed.strip()


@pytest.mark.parametrize("typed", ["a", "a@", "a@b.example, c@d.example", "Ann <a>", "a@b.example\nBcc: c@d.example"])
@pytest.mark.parametrize("draft", [GENERIC, GRAPH], ids=["generic", "graph"])
def test_a_from_address_is_refused(draft: ProfileDraft, typed: str) -> None:
    assert set(refused(draft, from_address=typed)) == {"from_address"}


def test_the_from_address_is_required_without_auth() -> None:
    no_auth = replace(GENERIC, auth_required=False, user_name="", password=None)
    assert set(refused(no_auth)) == {"from_address"}
    # What stands in the hidden field is no substitute.
    assert set(refused(no_auth, user_name="shop@company.example")) == {"from_address"}
    assert refused(no_auth, from_address="a@b.example") == {}


def test_the_from_address_is_required_where_the_user_name_is_another_word() -> None:
    assert set(refused(GENERIC, user_name="apikey")) == {"from_address"}
    assert refused(GENERIC, user_name="apikey", from_address="a@b.example") == {}


def test_a_user_name_that_is_a_word_gets_a_hint_and_no_error() -> None:
    draft = replace(GENERIC, user_name="apikey", from_address="a@b.example")
    assert refused(draft) == {}
    assert set(hints(draft)) == {"user_name"}
    assert "apikey" in str(hints(draft)["user_name"])
    assert hints(GENERIC) == {}
    assert hints(replace(draft, user_name=" ")) == {}
    assert hints(replace(draft, auth_required=False)) == {}


@pytest.mark.parametrize(
    ("typed", "warned"),
    [
        ({"tls": False}, True),
        ({"tls": True}, False),
        ({"tls": False, "auth_required": False}, False),
        ({"tls": False, "host_name": "localhost"}, False),
        ({"tls": False, "host_name": "127.0.0.1"}, False),
        ({"tls": False, "host_name": "[::1]"}, False),
        ({"tls": False, "host_name": " "}, False),
        ({"tls": False, "host_name": "192.168.0.1"}, True),
    ],
    ids=str,
)
def test_a_password_in_clear_text_is_warned_of(typed: dict[str, object], warned: bool) -> None:
    assert ("tls" in hints(replace(GENERIC, **typed))) is warned


@pytest.mark.parametrize(("sign_in", "words"), [(SignIn.PASSWORD, "retiring"), (SignIn.APP_ONLY, "Mail.Send")])
def test_a_mailbox_gets_no_hints_of_a_server_but_one_of_its_sign_in(sign_in: SignIn, words: str) -> None:
    found = hints(replace(GRAPH, sign_in=sign_in, tls=False, host_name="smtp.gmail.com", user_name="apikey"))
    assert set(found) == {"sign_in"}
    assert words in str(found["sign_in"])
    assert hints(replace(GENERIC, sign_in=sign_in)) == {}


@pytest.mark.parametrize("typed", ["", " \t", "a\x00b", "a\nb", "a\x7fb"])
def test_a_user_name_is_refused(typed: str) -> None:
    assert "user_name" in refused(GENERIC, user_name=typed, from_address="a@b.example")


@pytest.mark.parametrize("password", [None, Secret("")])
def test_auth_needs_a_password(password: Secret | None) -> None:
    assert refused(GENERIC, password=password) == {"password": "Enter the password."}
    assert refused(GENERIC, password=password, auth_required=False, from_address="a@b.example") == {}


def test_a_password_of_blanks_is_a_password() -> None:
    assert refused(GENERIC, password=Secret("  ")) == {}


@pytest.mark.parametrize("typed", ["", "office", "Office <office@company.example>", "<office@company.example>", "a@"])
def test_a_mailbox_is_one_plain_address(typed: str) -> None:
    assert set(refused(GRAPH, user_name=typed)) == {"user_name"}


@pytest.mark.parametrize("typed", [GUID, GUID.upper(), f" {GUID} ", "company.onmicrosoft.example", "faß.example"])
def test_a_tenant_is_taken(typed: str) -> None:
    assert profile_of(GRAPH, tenant_id=typed).server.tenant_id == typed.strip()


@pytest.mark.parametrize(
    "typed", ["", "company", GUID[:-1], GUID + "0", GUID.replace("-", ""), "g" + GUID[1:], "a b.c"]
)
def test_a_tenant_is_refused(typed: str) -> None:
    # Without dashes and one character short or long a GUID would also be a host's label: it has no dot.
    assert set(refused(GRAPH, tenant_id=typed)) == {"tenant_id"}


@pytest.mark.parametrize("typed", ["", "company.example", GUID[:-1], GUID + "0", "{" + GUID + "}"])
def test_a_client_is_a_guid_only(typed: str) -> None:
    assert set(refused(GRAPH, client_id=typed)) == {"client_id"}
    assert refused(GRAPH, client_id=f" {GUID.upper()}\n") == {}


def test_graph_needs_its_secrets_by_the_way_of_signing_in() -> None:
    assert set(refused(GRAPH, password=None, client_secret=None)) == {"password", "client_secret"}
    assert set(refused(GRAPH, password=None, client_secret=None, sign_in=SignIn.APP_ONLY)) == {"client_secret"}
    assert refused(GRAPH, password=None, sign_in=SignIn.APP_ONLY) == {}


def test_each_type_is_judged_by_its_own_fields() -> None:
    assert refused(GENERIC, tenant_id="?", client_id="?", sign_in=SignIn.PASSWORD) == {}
    assert refused(GRAPH, host_name="?", smtp_port="?", auth_required=False) == {}


def test_all_errors_come_at_once_and_nothing_is_made_of_them() -> None:
    draft = ProfileDraft(name="a b", host_name="?", smtp_port="x", signature="a" * 251, description="a" * 1001)
    with pytest.raises(FieldErrors) as raised:
        profile_from_draft(draft, profile_id=ProfileId("p1"), stored=None)

    fields = [error.field for error in raised.value.errors]
    assert sorted(fields) == ["description", "host_name", "name", "password", "signature", "smtp_port", "user_name"]
    for error in raised.value.errors:
        assert str(error.message) in str(raised.value)


def test_all_errors_of_a_mailbox_come_at_once() -> None:
    fields = set(refused(ProfileDraft(type=ProfileType.GRAPH, from_address="?")))
    assert fields == {"name", "from_address", "user_name", "password", "tenant_id", "client_id", "client_secret"}


def test_a_server_is_made_with_one_line_fields_trimmed() -> None:
    draft = ProfileDraft(
        name=" Shop ",
        is_default=True,
        from_address=" Ann <a@b.example> ",
        signature="  Kind regards\n Ann \n",
        description=" two\n lines ",
        host_name=" SMTP.Company.example ",
        smtp_port=" 465 ",
        tls=False,
        user_name=" shop@company.example ",
        envelope_sender=EnvelopeSender.FROM,
        password=Secret(" blanks count "),
        trusted_ca_pem="PEM",
    )
    assert profile_from_draft(draft, profile_id=ProfileId("p1"), stored=None) == SmtpProfile(
        id=ProfileId("p1"),
        name="Shop",
        is_default=True,
        from_address="Ann <a@b.example>",
        signature="  Kind regards\n Ann \n",
        description=" two\n lines ",
        server=GenericServer(
            host_name="SMTP.Company.example",
            smtp_port=465,
            tls=False,
            auth_required=True,
            user_name="shop@company.example",
            envelope_sender=EnvelopeSender.FROM,
            trusted_ca_pem="PEM",
        ),
    )
    assert draft.typed_secrets[SecretField.PASSWORD].reveal() == " blanks count "


def test_a_mailbox_is_made_with_one_line_fields_trimmed() -> None:
    profile = profile_of(GRAPH, user_name=" office@company.example ", tenant_id=f" {GUID}", client_id=f"{GUID} ")
    assert profile.server == GraphMailbox(
        user_name="office@company.example", tenant_id=GUID, client_id=GUID, sign_in=SignIn.PASSWORD
    )


def test_no_user_name_stays_without_auth() -> None:
    profile = profile_of(GENERIC, auth_required=False, from_address="a@b.example")
    assert (profile.server.user_name, profile.needs_password) == ("", False)


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (GENERIC, {"password"}),
        (replace(GENERIC, client_secret=Secret("x")), {"password"}),
        (replace(GENERIC, password=Secret("")), set()),
        (replace(GENERIC, password=None), set()),
        (replace(GENERIC, auth_required=False), set()),
        (GRAPH, {"password", "client_secret"}),
        (replace(GRAPH, sign_in=SignIn.APP_ONLY), {"client_secret"}),
        (replace(GRAPH, auth_required=False), {"password", "client_secret"}),
    ],
)
def test_only_secrets_that_are_used_are_kept_of_what_was_typed(draft: ProfileDraft, fields: set[str]) -> None:
    assert set(draft.typed_secrets) == fields


@pytest.mark.parametrize(
    "draft",
    [
        replace(GENERIC, tls=False, smtp_port="2525", signature="s", description="d", is_default=True),
        replace(GENERIC, envelope_sender=EnvelopeSender.FROM, from_address="a@b.example", trusted_ca_pem="PEM"),
        replace(GENERIC, auth_required=False, user_name="", from_address="a@b.example"),
        GRAPH,
        replace(GRAPH, sign_in=SignIn.APP_ONLY, from_address="a@b.example"),
        replace(GRAPH, cloud=Cloud.US_DOD, client_secret_valid_until="2027-05-31"),
        replace(GRAPH, cloud=Cloud.CUSTOM, authority="https://l.example/t/", graph_url="https://g.example:8443"),
    ],
)
def test_a_stored_smtp_fills_the_form_so_that_saving_it_changes_nothing(draft: ProfileDraft) -> None:
    stored = profile_of(draft)
    shown = draft_of(stored)

    assert shown == replace(draft, password=None, client_secret=None)
    again = replace(shown, password=Secret("one"), client_secret=Secret("two"))
    assert profile_from_draft(again, profile_id=stored.id, stored=None) == stored


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("", "Enter an"), (" ", "Enter an"), ("a", "not an email"), ("a@b.example,c@d.example", "not an email")],
)
def test_one_address_is_asked_for(typed: str, refusal: str) -> None:
    assert refusal in str(address_problem(typed))
    assert address_problem(" a@b.example ") is None


@pytest.mark.parametrize("field", ["signature", "description", "user_name"])
def test_a_broken_character_is_refused_beside_its_field(field: str) -> None:
    # What Python makes of bytes on the command line that are not UTF-8; neither database nor mail can hold it.
    draft = replace(GENERIC, from_address="a@b.example", **{field: "Gr\udcfc\udcdfe"})
    assert [error.field for error in field_errors(draft, None)] == [field]
