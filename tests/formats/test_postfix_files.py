"""Postfix's files come in as Postfix itself understands them."""

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in, sources_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.mail_programs.postfix.main_cf import MainCf, Unresolved
from smtp_desktop.formats.mail_programs.postfix.reader import PostfixReader
from smtp_desktop.formats.reader import TextFile

POSTFIX = PostfixReader()
MAIN = """\
# a satellite
compatibility_level = 3.6
myhostname = web1.contoso.example
mydestination = $myhostname, localhost
relayhost =
    [smtp.contoso.example]
# the port of submission
    :587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = encrypt
"""


def test_relayhost_with_its_password() -> None:
    main = MAIN.replace("    [smtp.contoso.example]\n# the port of submission\n    :587", " [smtp.contoso.example]:587")
    (source,) = sources_in(
        POSTFIX,
        {
            "etc/main.cf": main,
            "etc/sasl_passwd": "# passwords\n[smtp.contoso.example]:587  shop@contoso.example:p:w d#1\n",
        },
    )
    (smtp,) = source.found
    assert source.files == ("etc/main.cf", "etc/sasl_passwd")
    assert (smtp.file, smtp.line) == ("etc/main.cf", 5)
    assert server_of(smtp) == ("smtp.contoso.example", "587", True, "shop@contoso.example")
    assert smtp.draft.password == Secret("p:w d#1")
    assert (source.unreadable, notes_of(smtp)) == ([], [])


def test_a_password_in_a_table_that_was_not_given_is_missing() -> None:
    smtp = smtp_in(POSTFIX, MAIN.replace("\n# the port of submission\n    :587", ":587"), "main.cf")
    assert smtp.draft.auth_required
    assert smtp.draft.password is None
    assert str(smtp.missing) == "The file says hash:/etc/postfix/sasl_passwd"


@pytest.mark.parametrize(
    ("relayhost", "host", "port"),
    [
        ("[smtp.contoso.example]:submission", "smtp.contoso.example", "587"),
        ("[smtp.contoso.example]:smtps", "smtp.contoso.example", "465"),
        ("[192.0.2.25]", "192.0.2.25", "25"),
        ("[2001:db8::25]:587", "2001:db8::25", "587"),
        ("[ipv6:2001:db8::25]:587", "2001:db8::25", "587"),
        ("$relay_name:587", "smtp.contoso.example", "587"),
        ("[${relay_port?smtp.contoso.example}]:${relay_port}", "smtp.contoso.example", "2525"),
        ("[${nothing:{smtp.contoso.example}}]", "smtp.contoso.example", "25"),
        ("[mail.$mydomain]", "mail.contoso.example", "25"),
    ],
)
def test_next_hops(relayhost: str, host: str, port: str) -> None:
    smtp = smtp_in(
        POSTFIX,
        "myhostname = web1.contoso.example\n"
        "relay_name = [smtp.contoso.example]\n"
        f"relay_port = 2525\nrelayhost = {relayhost}\n",
        "main.cf",
    )
    assert server_of(smtp)[:2] == (host, port)


def test_a_domain_without_brackets_is_noted() -> None:
    smtp = smtp_in(POSTFIX, "relayhost = contoso.example:587\n", "main.cf")
    assert notes_of(smtp) == [
        "Postfix asks the DNS for the mail servers of contoso.example. Here contoso.example is the server."
    ]


@pytest.mark.parametrize(
    ("lines", "tls", "note"),
    [
        (
            "smtp_tls_security_level = may",
            True,
            "The file encrypts only where the server offers it. Here encryption is required.",
        ),
        ("smtp_use_tls = yes", True, "The file encrypts only where the server offers it. Here encryption is required."),
        ("smtp_enforce_tls = yes", True, None),
        ("smtp_tls_security_level = none", False, None),
        ("smtp_tls_security_level = secure", True, None),
        ("smtp_tls_security_level = encrypt\nsmtp_tls_wrappermode = yes", True, None),
        ("", False, None),
        ("smtp_tls_policy_maps = inline:{ {[h.example] = encrypt protocols=!SSLv3} }", True, None),
        ("smtp_tls_security_level = hunter", False, "“hunter” is not a TLS security level."),
    ],
)
def test_tls_by_its_meaning(lines: str, tls: bool, note: str | None) -> None:
    smtp = smtp_in(POSTFIX, f"relayhost = [h.example]\n{lines}\n", "main.cf")
    assert smtp.draft.tls is tls
    assert notes_of(smtp) == ([note] if note else [])


def test_senders_have_relays_and_passwords_of_their_own() -> None:
    (source,) = sources_in(
        POSTFIX,
        {
            "main.cf": "relayhost = [one.example]:587\n"
            "smtp_sender_dependent_authentication = yes\n"
            "sender_dependent_relayhost_maps = hash:/etc/postfix/sender_relay\n"
            "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = texthash:/etc/postfix/sasl_passwd\n"
            "smtp_tls_security_level = may\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n",
            "sender_relay": "a@contoso.example [two.example]:465\n@news.example smtp:[three.example]\n"
            "x@contoso.example DUNNO\n",
            "sasl_passwd": "[one.example]:587 one:p1\nA@contoso.example two:p2\nb@contoso.example b:p3\n"
            "[three.example] three:p4\n[four.example]:587 four:p5\n",
            "tls_policy": "[two.example]:465 encrypt\n",
        },
    )
    assert source.unreadable == []
    assert [
        (one.draft.host_name, one.draft.smtp_port, one.draft.user_name, one.draft.password, one.draft.from_address)
        for one in source.found
    ] == [
        ("one.example", "587", "one", Secret("p1"), ""),
        ("two.example", "465", "two", Secret("p2"), "a@contoso.example"),
        ("three.example", "25", "three", Secret("p4"), ""),
        ("one.example", "587", "b", Secret("p3"), "b@contoso.example"),
        ("four.example", "587", "four", Secret("p5"), ""),
    ]
    assert notes_of(source.found[1]) == []
    assert "It is for senders at @news.example. Enter the From Address." in notes_of(source.found[2])
    assert [(one.file, one.line) for one in source.found] == [
        ("main.cf", 1),
        ("sender_relay", 1),
        ("sender_relay", 2),
        ("sasl_passwd", 3),
        ("sasl_passwd", 5),
    ]


def test_passwords_alone_are_servers_too() -> None:
    source = source_in(
        POSTFIX, "[smtp.contoso.example]:587 u:p\nme@contoso.example u:hunter2\n[x]:99x u:hunter2\n", "sasl_passwd"
    )
    assert [server_of(one) for one in source.found] == [("smtp.contoso.example", "587", True, "u")]
    assert problems_of(source) == [
        (
            2,
            "It is for the sender me@contoso.example. The server is in main.cf or in the table of relay hosts, "
            "which are not among the files.",
        ),
        (3, "A relay host such as [host]:587 is expected here."),
    ]


@pytest.mark.parametrize(
    ("main", "problems"),
    [
        (
            "myhostname = a.example\n",
            [(None, "It names no relay host: mail goes straight to the servers of the recipients.")],
        ),
        ("relayhost =\n", [(None, "It names no relay host: mail goes straight to the servers of the recipients.")]),
        ("relayhost = [$smart]:587\n", [(1, "relayhost names $smart, which the file does not set.")]),
        ("relayhost = http://x/y\n", [(1, "A relay host such as [host]:587 is expected here.")]),
        ("relayhost = [h.example]\nwhat is this\n", [(2, "A line such as name = value is expected here.")]),
        (
            "relayhost = [h.example]\nsender_dependent_relayhost_maps = hash:/x/y, ldap:/x/z\n",
            [
                (2, "sender_dependent_relayhost_maps names hash:/x/y, which is not among the files."),
                (2, "sender_dependent_relayhost_maps names ldap:/x/z. Only text files are read."),
            ],
        ),
    ],
)
def test_what_cannot_be_read_is_named(main: str, problems: list[tuple[int | None, str]]) -> None:
    assert problems_of(source_in(POSTFIX, main, "main.cf")) == problems


def test_without_sign_in_the_password_is_not_taken() -> None:
    (source,) = sources_in(
        POSTFIX,
        {
            "main.cf": "relayhost = [h.example]\nsmtp_sasl_auth_enable = no\n"
            "smtp_sasl_password_maps = hash:/x/sasl_passwd\n",
            "sasl_passwd": "[h.example] u:p\n",
        },
    )
    (smtp,) = source.found
    assert (smtp.draft.auth_required, smtp.draft.password) == (False, None)
    assert notes_of(smtp) == ["smtp_sasl_auth_enable is off: Postfix does not sign in."]


def test_a_relay_without_a_password_in_the_table_is_noted() -> None:
    (source,) = sources_in(
        POSTFIX,
        {
            "main.cf": "relayhost = [h.example]:587\nsmtp_sasl_auth_enable = yes\n"
            "smtp_sasl_password_maps = hash:/x/sasl_passwd\n",
            "sasl_passwd": "h.example:587 u:p\n",
        },
    )
    assert [one.draft.auth_required for one in source.found] == [False, True]
    assert notes_of(source.found[0]) == [
        "The table of passwords has none for this relay host: Postfix does not sign in."
    ]


def test_services_of_master_cf_decide_for_their_transport() -> None:
    (source,) = sources_in(
        POSTFIX,
        {
            "main.cf": "relayhost = [h.example]\nsmtp_tls_security_level = none\n"
            "sender_dependent_default_transport_maps = inline:{ {a@b.example = smtps:[s.example]:465} }\n",
            "master.cf": "smtps unix - - n - - smtp\n"
            "  -o smtp_tls_wrappermode=yes -o smtp_tls_security_level=encrypt\n",
        },
    )
    assert [server_of(one)[:3] for one in source.found] == [("h.example", "25", False), ("s.example", "465", True)]


def test_several_postfixes_are_several_sources() -> None:
    sources = sources_in(
        POSTFIX,
        {
            "a/main.cf": "relayhost = [a.example]\nsmtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\n",
            "b/main.cf": "relayhost = [b.example]\n",
            "a/sasl_passwd": "[a.example] ua:pa\n",
            "b/sasl_passwd": "[b.example] ub:pb\n",
        },
    )
    assert [source.files for source in sources] == [("a/main.cf", "a/sasl_passwd"), ("b/main.cf", "b/sasl_passwd")]
    assert [one.draft.user_name for source in sources for one in source.found] == ["ua", "ub"]


def test_names_that_name_themselves_end() -> None:
    doubled = [f"x{n} = $x{n + 1}$x{n + 1}" for n in range(19)]
    main = MainCf("main.cf", ["a = $b$b$b$b", "b = $a$a$a$a", "c = $c", *doubled, "x19 ="])
    for name in ("a", "c"):
        with pytest.raises(Unresolved):
            main.value(name)
    assert main.value("x0") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host smtp.example\nport 25\n",
        "root=me@x.example\nmailhub=h.example\n",
        "label user:password\n",
        "a = b\nc = d\n",
    ],
)
def test_other_files_are_not_taken(text: str) -> None:
    assert not POSTFIX.recognizes(TextFile(path="file.conf", text=text))


@pytest.mark.parametrize(
    "main",
    [
        "relayhost = u:hunter2@h.example\n",
        "relayhost = [h.example]\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = pipemap:{static:u:hunter2}\n",
        "relayhost = [h.example]\nsender_dependent_relayhost_maps = inline:{ {a@x.example = u:hunter2} }\n",
        "relayhost = [h.example]\nhunter2\n",
    ],
)
def test_what_is_named_is_never_a_password(main: str) -> None:
    source = source_in(POSTFIX, main, "main.cf")
    words = [str(one.reason) for one in source.unreadable] + [str(one.missing) for one in source.found]
    assert "hunter2" not in "".join(words)


def test_a_key_that_is_there_twice_is_named() -> None:
    source = source_in(POSTFIX, "[h.example]:587 a:p\n[h.example]:587 b:q\n", "sasl_passwd")
    assert [one.draft.user_name for one in source.found] == ["a"]
    assert problems_of(source) == [(2, "Its key is there twice. Postfix takes the first.")]


def test_a_dump_of_all_parameters_is_read() -> None:
    dump = "".join(f"parameter{n} = x\n" for n in range(900)) + "".join(f"smtpd_tls_x{n} = no\n" for n in range(12))
    assert server_of(smtp_in(POSTFIX, f"{dump}relayhost = [h.example]\n"))[0] == "h.example"


def test_a_line_without_a_value_costs_no_other() -> None:
    source = source_in(POSTFIX, "[a.example]:587 u:p\n[b.example]:587\n")
    assert [one.draft.host_name for one in source.found] == ["a.example"]
    assert problems_of(source) == [(2, "A key, white space and a value are expected here.")]


def test_a_table_of_comments_alone_is_named() -> None:
    assert problems_of(source_in(POSTFIX, "# nothing\n", "sasl_passwd")) == [(None, "It says nothing of an SMTP.")]
