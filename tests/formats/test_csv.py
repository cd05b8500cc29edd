"""Tables come in as people and spreadsheets write them, and a broken row costs no other."""

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in

from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileType
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.registry import Formats
from smtp_desktop.formats.table.csv_reader import CsvReader

CSV = CsvReader()


def test_the_usual_headers() -> None:
    smtp = smtp_in(
        CSV,
        "Name,Host,Port,TLS,User,Password,From\n"
        'Shop,mail.contoso.example,587,yes,shop@contoso.example,"p,#""w:1 ",Shop <shop@contoso.example>\n',
    )
    draft = smtp.draft
    assert (smtp.line, draft.name) == (2, "Shop")
    assert server_of(smtp) == ("mail.contoso.example", "587", True, "shop@contoso.example")
    assert (draft.password, draft.from_address) == (Secret('p,#"w:1 '), "Shop <shop@contoso.example>")


@pytest.mark.parametrize(
    "table",
    [
        "Bezeichnung;Postausgangsserver (SMTP);Port;Verschlüsselung;Benutzername;Passwort;Absender\n"
        "Büro;mail.firma.example;465;SSL/TLS;buero@firma.example;geheim;buero@firma.example\n",
        "Nom;Serveur;Port;Chiffrement;Nom d'utilisateur;Mot de passe;Expéditeur\n"
        "Bureau;mail.firma.example;465;SSL;buero@firma.example;geheim;buero@firma.example\n",
        "Nombre;Servidor;Puerto;Cifrado;Usuario;Contraseña;Remitente\n"
        "Büro;mail.firma.example;465;Sí;buero@firma.example;geheim;buero@firma.example\n",
        "Nome\tServer\tPorta\tCrittografia\tNome utente\tParola chiave\tMittente\n"
        "Büro\tmail.firma.example\t465\tSSL\tbuero@firma.example\tgeheim\tbuero@firma.example\n",
        "nazwa|serwer|port|szyfrowanie|użytkownik|hasło|nadawca\n"
        "Büro|mail.firma.example|465|tak|buero@firma.example|geheim|buero@firma.example\n",
        "名前,サーバー,ポート,暗号化,ユーザー名,パスワード,差出人\n"
        "Büro,mail.firma.example,465,SSL,buero@firma.example,geheim,buero@firma.example\n",
        "name,host_name,smtp_port,tls,user_name,password,from_address\n"
        "Buero,mail.firma.example,465,true,buero@firma.example,geheim,buero@firma.example\n",
    ],
)
def test_headers_in_many_languages(table: str) -> None:
    smtp = smtp_in(CSV, table)
    assert server_of(smtp) == ("mail.firma.example", "465", True, "buero@firma.example")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("geheim"), "buero@firma.example")
    assert notes_of(smtp) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets(encoding: str) -> None:
    table = "sep=;\r\nName;Server;Port;Benutzer;Kennwort\r\nGrüße;mail.firma.example;587;jörg;schlüssel\r\n"
    (source,) = Formats().read([SourceFile(path="smtp.csv", content=table.encode(encoding))])
    (smtp,) = source.found
    assert (smtp.line, smtp.draft.user_name) == (3, "jörg")
    assert smtp.draft.password == Secret("schlüssel")


def test_broken_rows_are_named_and_cost_no_other_row() -> None:
    source = source_in(
        CSV,
        "Name,Host,Port,User,Password\n"
        "a,one.example,587,u,p\n"
        "b,two.example,587,u,hunter,2\n"
        'c,three.example,587,u,"hunter2\n'
        "d,four.example,587,u,p\n"
        "e,five.example,hunter2,u,p\n"
        "f,hunter 2,587,u,p\n"
        "g,six.example,587\n"
        "h\n"
        "i,,587,u,p\n"
        'j,seven.example,587,u,"p""q"\n',
    )
    assert [(one.line, one.draft.host_name) for one in source.found] == [
        (2, "one.example"),
        (5, "four.example"),
        (11, "seven.example"),
    ]
    assert problems_of(source) == [
        (3, "This row has more than 5 columns. A value with , in it needs quotes around it."),
        (4, "A quoted value in this row is not closed, or the row has not as many columns as the others."),
        (6, "The column “Port” holds no port number."),
        (7, "The column “Host” holds no host name."),
        (8, "This row has 3 of 5 columns: “User” is missing."),
        (9, "This row has 1 of 5 columns."),
        (10, "The column “Host” is empty."),
    ]


def test_line_breaks_in_quotes_count_as_lines() -> None:
    source = source_in(CSV, 'Name,"Host\nName",Port,User,Password\nx,one.example,25,u,"p\nq"\ny,two.example,25,u,p\n')
    assert [(one.line, one.draft.password) for one in source.found] == [(3, Secret("p\nq")), (5, Secret("p"))]


@pytest.mark.parametrize(
    ("row", "server", "sender"),
    [
        (
            "Shop,mail.contoso.example,465,SSL,u,p,a@contoso.example",
            ("mail.contoso.example", "465", True, "u"),
            "a@contoso.example",
        ),
        ("mail.contoso.example;587;u;p", ("mail.contoso.example", "587", True, "u"), ""),
        ("localhost,25,none,a@contoso.example", ("localhost", "25", False, ""), "a@contoso.example"),
        ("smtp.user.example,587,user@user.example,secret", ("smtp.user.example", "587", True, "user@user.example"), ""),
        ("192.0.2.7\t25\tno", ("192.0.2.7", "25", False, ""), ""),
    ],
)
def test_tables_without_headers(row: str, server: tuple[str, str, bool, str], sender: str) -> None:
    smtp = smtp_in(CSV, f"{row}\n")
    assert server_of(smtp) == server
    assert smtp.draft.from_address == sender


def test_titles_comments_and_blank_rows_around_the_table() -> None:
    source = source_in(
        CSV,
        "Mail servers 2026;;;\n;;;\nServer;Port;Login;Passwort\n# old ones;;;\none.example;587;u;p\n;;;\n"
        'Server;Port;Login;Passwort\ntwo.example;587.0;u;="0042"\n',
    )
    assert [(one.line, one.draft.smtp_port, one.draft.password) for one in source.found] == [
        (5, "587", Secret("p")),
        (8, "587", Secret("0042")),
    ]
    assert source.unreadable == []


@pytest.mark.parametrize(
    ("word", "tls", "port"),
    [
        ("STARTTLS", True, "587"),
        ("SSL", True, "465"),
        ("ja", True, "587"),
        ("x", True, "587"),
        ("keine", False, "25"),
        ("nein", False, "25"),
        ("0", False, "25"),
        ("opportunistic", True, "587"),
        ("", True, "587"),
    ],
)
def test_words_for_encryption(word: str, tls: bool, port: str) -> None:
    smtp = smtp_in(CSV, f"Host,TLS,User,Password\nh.example,{word},u,p\n")
    assert (smtp.draft.tls, smtp.draft.smtp_port) == (tls, port)


def test_a_word_that_is_not_understood_is_noted_without_it() -> None:
    smtp = smtp_in(CSV, "Host,Port,Sécurité,User,Password\nh.example,587,hunter2,u,p\n")
    assert smtp.draft.tls
    assert notes_of(smtp) == ["What the column “Sécurité” says is not understood."]


def test_one_column_of_addresses_is_user_and_from() -> None:
    draft = smtp_in(CSV, "E-Mail,Passwort,SMTP-Server,SMTP-Port\na@h.example,p,h.example,587\n").draft
    assert (draft.user_name, draft.from_address) == ("a@h.example", "")
    draft = smtp_in(CSV, "Email,User,Password,Host\na@h.example,u,p,h.example\n").draft
    assert (draft.user_name, draft.from_address) == ("u", "a@h.example")
    draft = smtp_in(CSV, "From name,From,Host,Port\nShop,a@h.example,localhost,25\n").draft
    assert (draft.auth_required, draft.from_address) == (False, '"Shop" <a@h.example>')


def test_headers_alone_are_named() -> None:
    assert problems_of(source_in(CSV, "Host,Port\n\n")) == [(1, "The table has no rows below its headers.")]


def test_columns_of_other_servers_are_left_out() -> None:
    smtp = smtp_in(CSV, "IMAP Server,IMAP Port,SMTP Server,SMTP Port,User\ni.example,993,s.example,465,u\n")
    assert server_of(smtp) == ("s.example", "465", True, "u")


def test_two_columns_that_say_the_same_thing_differently_are_named() -> None:
    source = source_in(CSV, "Host,Server,Port\na.example,a.example,25\na.example,,25\na.example,b.example,25\n")
    assert [one.line for one in source.found] == [2, 3]
    assert problems_of(source) == [(4, "Two columns say “Host”, and differ.")]


@pytest.mark.parametrize(
    ("cell", "missing"), [("********", "The file shows only ********"), ("", "The file has no password")]
)
def test_masks_and_empty_cells_are_no_passwords(cell: str, missing: str) -> None:
    smtp = smtp_in(CSV, f"Host,Port,User,Password\nh.example,587,u,{cell}\n")
    assert smtp.draft.password is None
    assert str(smtp.missing) == missing


def test_mailboxes_of_microsoft_graph() -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    smtp = smtp_in(
        CSV,
        "Name,Type,Host,User,Tenant Id,Client Id,Client Secret,Tags,Description\n"
        f"Office,MS Graph API,,o@contoso.example,{tenant},{tenant},s~1,prod eu,For orders\n",
    )
    draft = smtp.draft
    assert (draft.type, draft.user_name, draft.tenant_id) == (ProfileType.GRAPH, "o@contoso.example", tenant)
    assert (draft.client_secret, draft.tags, draft.description) == (Secret("s~1"), "prod eu", "For orders")


@pytest.mark.parametrize(
    "text",
    ["", "Email,Password\na@b.example,p\n", "Name,Port\nx,1\n", "a,b,c\n1,2,3\n", "Dear diary, today\nit rained.\n"],
)
def test_other_tables_are_not_taken(text: str) -> None:
    assert not CSV.recognizes(TextFile(path="x.csv", text=text))


def test_headers_of_several_words() -> None:
    smtp = smtp_in(
        CSV,
        "Shop,EMAIL_HOST,EMAIL_PORT,EMAIL_HOST_USER,EMAIL_HOST_PASSWORD,Server location,Last password change,Reply-To\n"
        "x,h.example,587,u,p,Rack 4,2026-01-01,r@h.example\n",
    )
    assert server_of(smtp) == ("h.example", "587", True, "u")
    assert (smtp.draft.password, smtp.draft.from_address) == (Secret("p"), "")


@pytest.mark.parametrize(
    "headers",
    ["Serveur d'envoi;Port;Utilisateur;Mot de passe", "서버;포트;사용자;비밀번호", "Sunucu;Port;Kullanıcı adı;Şifre"],
)
def test_further_languages(headers: str) -> None:
    smtp = smtp_in(CSV, f"{headers}\nh.example;587;u;p\n")
    assert (server_of(smtp), smtp.draft.password) == (("h.example", "587", True, "u"), Secret("p"))


@pytest.mark.parametrize(
    ("port", "ssl", "starttls", "tls", "expected"),
    [
        ("", "yes", "no", True, "465"),
        ("", "no", "yes", True, "587"),
        ("", "nein", "nein", False, "25"),
        ("465", "", "no", True, "465"),
        ("587", "no", "", True, "587"),
        ("2525", "STARTTLS", "", True, "2525"),
    ],
)
def test_columns_for_ssl_and_starttls_go_together(port: str, ssl: str, starttls: str, tls: bool, expected: str) -> None:
    smtp = smtp_in(CSV, f"Host,Port,SSL,STARTTLS,User,Password\nh.example,{port},{ssl},{starttls},u,p\n")
    assert (smtp.draft.tls, smtp.draft.smtp_port, notes_of(smtp)) == (tls, expected, [])


def test_several_columns_for_the_name_and_an_account_that_is_the_user() -> None:
    smtp = smtp_in(CSV, "Name,Account,Server,Port,Password\nShop,a@h.example,h.example,587,p\n")
    assert (smtp.draft.name, smtp.draft.password) == ("Shop", Secret("p"))
    smtp = smtp_in(CSV, "Konto;Server;Port;Passwort\na@h.example;h.example;587;p\n")
    assert server_of(smtp) == ("h.example", "587", True, "a@h.example")


def test_rows_without_headers_that_are_broken_are_named() -> None:
    source = source_in(
        CSV,
        "one.example,587x,u,p\n# a, comment, with, many, commas\n"
        "two.example,587,u,p\nthree.example,587,u,hunter,2\nx\n",
    )
    assert [one.draft.host_name for one in source.found] == ["two.example"]
    assert problems_of(source) == [
        (1, "The column “2” holds no port number."),
        (4, "This row has more than 4 columns. A value with , in it needs quotes around it."),
        (5, "This row has 1 of 4 columns."),
    ]
