"""Files for other programs say what the SMTPs say, and are read back so by the program's own readers."""

import pytest

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat
from smtp_desktop.domain.imports.found import FoundSmtp
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import (
    GenericServer,
    GraphMailbox,
    ProfileId,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.formats.registry import Formats
from smtp_desktop.formats.writing.registry import Writers

PASSWORDS = [
    "simple",
    'p:w #1 "x"',
    "it's",
    r"back\slash",
    "$HOME/`id`",
    "a b",
    "100%",
    "ü€",
    "[x]{y}",
    "!!",
    "=",
    "'\"",
]


def exported(
    name: str = "Shop",
    *,
    port: int = 587,
    tls: bool = True,
    user: str = "shop@contoso.example",
    password: str | None = "pw",
    is_default: bool = False,
    host: str = "smtp.contoso.example",
    from_address: str = "",
) -> ExportedSmtp:
    server = GenericServer(host_name=host, smtp_port=port, tls=tls, auth_required=bool(user), user_name=user)
    profile = SmtpProfile(
        id=ProfileId(name), name=name, server=server, is_default=is_default, from_address=from_address
    )
    return ExportedSmtp(profile=profile, secrets={SecretField.PASSWORD: Secret(password)} if password else {})


def written(program_format: ProgramFormat, *smtps: ExportedSmtp) -> ProgramExport:
    return Writers().write(smtps, program_format)


def read_back(export: ProgramExport) -> list[FoundSmtp]:
    files = [SourceFile(path=f"out/{file.name}", content=file.text.encode()) for file in export.files]
    sources = Formats().read(files)
    assert [str(one.reason) for source in sources for one in source.unreadable] == []
    return [one for source in sources for one in source.found]


@pytest.mark.parametrize("program_format", ProgramFormat)
@pytest.mark.parametrize(("port", "tls"), [(587, True), (465, True), (25, False), (2525, True)])
def test_what_is_written_is_read_back(program_format: ProgramFormat, port: int, tls: bool) -> None:
    (smtp,) = read_back(written(program_format, exported(port=port, tls=tls)))
    draft = smtp.draft
    assert (draft.host_name, draft.smtp_port, draft.tls) == ("smtp.contoso.example", str(port), tls)
    assert (draft.auth_required, draft.user_name, draft.password) == (True, "shop@contoso.example", Secret("pw"))
    assert smtp.notes == ()


@pytest.mark.parametrize("program_format", ProgramFormat)
@pytest.mark.parametrize("password", PASSWORDS)
def test_passwords_may_hold_any_character(program_format: ProgramFormat, password: str) -> None:
    export = written(program_format, exported(password=password))
    if program_format is ProgramFormat.ENV and export.left_out:
        return  # what shells and python-dotenv would read differently
    assert export.left_out == []
    assert [smtp.draft.password for smtp in read_back(export)] == [Secret(password)]


@pytest.mark.parametrize("program_format", ProgramFormat)
def test_passwords_are_written_only_where_they_are_given(program_format: ProgramFormat) -> None:
    export = written(
        program_format, exported(password=None), exported("News", user="news@contoso.example", password=None)
    )
    for smtp in read_back(export):
        assert smtp.draft.password is None
    assert all("pw" not in file.text for file in export.files)


def test_several_accounts_of_msmtp_and_its_default() -> None:
    export = written(
        ProgramFormat.MSMTP, exported("One"), exported("Two", is_default=True, port=465, from_address="T <t@x.example>")
    )
    one, two = read_back(export)
    assert (one.draft.name, one.draft.is_default, one.draft.from_address) == ("One", False, "shop@contoso.example")
    assert (two.draft.name, two.draft.is_default, two.draft.smtp_port) == ("Two", True, "465")


def test_postfix_chooses_relays_by_the_sender() -> None:
    export = written(
        ProgramFormat.POSTFIX,
        exported("One", user="one@contoso.example", password="p1"),
        exported("Two", user="two@contoso.example", password="p2", is_default=True),
        exported("Three", user="", password=None, host="three.example", port=25, tls=False, from_address="t@x.example"),
        exported("Four", user="apikey", host="four.example"),
        exported("Five", user="one@contoso.example", host="five.example"),
        exported("Six", port=465, user="six@contoso.example"),
    )
    assert [file.name for file in export.files] == ["main.cf", "sasl_passwd", "sender_relay", "tls_policy"]
    found = read_back(export)
    assert [
        (one.draft.host_name, one.draft.smtp_port, one.draft.tls, one.draft.user_name, one.draft.password)
        for one in found
    ] == [
        ("smtp.contoso.example", "587", True, "two@contoso.example", Secret("p2")),
        ("smtp.contoso.example", "587", True, "one@contoso.example", Secret("p1")),
        ("three.example", "25", False, "", None),
    ]
    assert [(one.name, str(one.reason)) for one in export.left_out] == [
        ("Four", "It has no From Address, by which Postfix chooses a relay."),
        ("Five", "One has the same sender, by which Postfix chooses a relay."),
        ("Six", "Postfix speaks TLS at once with all relays or with none: this differs from the relay host."),
    ]


def test_urls_keep_what_else_they_can_say() -> None:
    smtp = exported(password="p/w#@:?", host="2001:db8::25", from_address="Shop <s@x.example>")
    (found,) = read_back(written(ProgramFormat.URL, smtp))
    assert (found.draft.host_name, found.draft.password) == ("2001:db8::25", Secret("p/w#@:?"))
    assert found.draft.from_address == '"Shop" <s@x.example>'


@pytest.mark.parametrize("program_format", ProgramFormat)
def test_what_a_format_has_no_words_for_is_left_out(program_format: ProgramFormat) -> None:
    graph = GraphMailbox(user_name="a@x.example", tenant_id="t", client_id="c")
    browser = GenericServer(host_name="h.example", user_name="u", sign_in=SignIn.BROWSER)
    profiles = [SmtpProfile(id=ProfileId(name), name=name, server=one) for name, one in (("G", graph), ("B", browser))]
    export = written(program_format, *(ExportedSmtp(profile=profile) for profile in profiles))
    assert [(one.name, one.whole) for one in export.left_out] == [("G", True), ("B", True)]
    assert list(export.files) == []


@pytest.mark.parametrize(
    ("program_format", "password"),
    [
        (ProgramFormat.MSMTP, "a\nb"),
        (ProgramFormat.MSMTP, "x" * 500),
        (ProgramFormat.POSTFIX, " blank"),
        (ProgramFormat.POSTFIX, "a\nb"),
        (ProgramFormat.ENV, "a${B}"),
        (ProgramFormat.ENV, "it's $x"),
    ],
)
def test_a_password_that_a_format_cannot_hold_is_left_out(program_format: ProgramFormat, password: str) -> None:
    export = written(program_format, exported(password=password))
    assert [(one.name, one.whole) for one in export.left_out] == [("Shop", False)]
    assert all(password not in file.text for file in export.files)


def test_several_smtps_in_one_env_file() -> None:
    export = written(ProgramFormat.ENV, exported("Shop"), exported("News_2", user="n@x.example", port=465))
    assert [(one.draft.name, one.draft.smtp_port, one.draft.user_name) for one in read_back(export)] == [
        ("Shop", "587", "shop@contoso.example"),
        ("News_2", "465", "n@x.example"),
    ]
