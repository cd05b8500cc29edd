"""URLs and DSNs are taken apart as those who wrote them meant them."""

import pytest
from finding import notes_of, problems_of, server_of, smtp_in, source_in

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SignIn
from smtp_desktop.formats.url import UrlReader

URLS = UrlReader()


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtps://u:p@mail.contoso.example", "mail.contoso.example", "465", True),
        ("SMTP://u:p@mail.contoso.example:2525/", "mail.contoso.example", "2525", True),
        ("submission://u:p@mail.contoso.example", "mail.contoso.example", "587", True),
        ("smtp+tls://u:p@mail.contoso.example", "mail.contoso.example", "587", True),
        ("smtp+ssl://u:p@mail.contoso.example", "mail.contoso.example", "465", True),
        ("smtp+notls://mail.contoso.example", "mail.contoso.example", "25", False),
        ("smtp://u:p@mail.contoso.example:25?encryption=none", "mail.contoso.example", "25", False),
        ("smtp://u:p@mail.contoso.example:465?encryption=ssl", "mail.contoso.example", "465", True),
        ("smtp://u:p@mail.contoso.example:25?auto_tls=false", "mail.contoso.example", "25", False),
        ("smtp://u:p@mail.contoso.example?ssl=True", "mail.contoso.example", "465", True),
        ("smtp://u:p@[2001:db8::25]:587", "2001:db8::25", "587", True),
        ("smtp://localhost:1025", "localhost", "1025", False),
        ("smtp://127.0.0.1", "127.0.0.1", "25", False),
        ("smtp://u:p@localhost:1025", "localhost", "1025", True),
        ("smtp://h.example?username=u&password=p", "h.example", "587", True),
    ],
)
def test_a_url_says_host_port_and_tls(url: str, host: str, port: str, tls: bool) -> None:
    smtp = smtp_in(URLS, url)
    assert server_of(smtp)[:3] == (host, port, tls)


@pytest.mark.parametrize(
    ("credentials", "user", "password"),
    [
        ("shop%40contoso.example:p%2F%23w", "shop@contoso.example", "p/#w"),
        ("shop@contoso.example:p/w#1", "shop@contoso.example", "p/w#1"),
        ("u:p@ss:w@rd", "u", "p@ss:w@rd"),
        ("u:a+b", "u", "a+b"),
        ("u:100%", "u", "100%"),
        ("u:p?x=1", "u", "p?x=1"),
        ("u:p?a", "u", "p?a"),
        ("u:p w", "u", "p w"),
        ("u:[x]", "u", "[x]"),
        (":p", "", None),
    ],
)
def test_user_and_password_may_hold_any_character(credentials: str, user: str, password: str | None) -> None:
    draft = smtp_in(URLS, f"smtp://{credentials}@mail.contoso.example:587?from=a@contoso.example").draft
    assert (draft.user_name, draft.password) == (user, Secret(password) if password else None)
    assert (draft.host_name, draft.from_address) == ("mail.contoso.example", "a@contoso.example")


def test_names_comments_bullets_and_quotes_around_urls() -> None:
    source = source_in(
        URLS,
        "# relays\n"
        "shop = smtp://a:b@one.example:587\n"
        'Orders desk: "smtps://a:b@two.example",\n'
        "- smtp://a:b@three.example  # the old one\n"
        "\n"
        "smtp://a:b@four.example:99999\n"
        "call Bob\n"
        "news smtp://a:b@five.example\n",
    )
    assert [(one.line, one.draft.name) for one in source.found] == [
        (2, "Shop"),
        (3, "Orders_desk"),
        (4, "Three_example"),
        (8, "News"),
    ]
    assert problems_of(source) == [
        (6, "“99999” is not a port number."),
        (7, "This line is not a URL such as smtp://user@host:587."),
    ]


def test_encryption_where_offered_is_required_here_and_noted() -> None:
    smtp = smtp_in(URLS, "smtp://u:p@mail.contoso.example:587")
    assert smtp.draft.tls
    assert notes_of(smtp) == ["The file encrypts only where the server offers it. Here encryption is required."]


def test_a_check_that_is_off_stays_on() -> None:
    smtp = smtp_in(URLS, "smtps://u:p@mail.contoso.example?verify_peer=0")
    assert notes_of(smtp) == ["The file turns the check of the server's certificate off. Here it stays on."]
    assert notes_of(smtp_in(URLS, "smtps://u:p@mail.contoso.example?verify_peer=1")) == []


def test_a_sign_in_with_a_token_is_noted() -> None:
    smtp = smtp_in(URLS, "smtps://u@mail.contoso.example?auth_mode=xoauth2")
    assert notes_of(smtp)[0].startswith("There it signs in with OAuth 2.0.")


def test_a_fingerprint_is_taken_over() -> None:
    fingerprint = "ab" * 32
    draft = smtp_in(URLS, f"smtps://u:p@mail.contoso.example?peer_fingerprint={fingerprint}").draft
    assert (draft.trusted_fingerprint, draft.fingerprint_host) == (fingerprint, "mail.contoso.example")


@pytest.mark.parametrize(
    ("url", "missing"),
    [
        ("smtp://${USER}:${SMTP_PASS}@h.example", "The file says ${SMTP_PASS}"),
        ("smtp://u:******@h.example", "The file shows only ******"),
        ("smtp://u@h.example", "The file has no password"),
    ],
)
def test_a_password_that_is_elsewhere_is_missing(url: str, missing: str) -> None:
    smtp = smtp_in(URLS, url)
    assert smtp.draft.password is None
    assert str(smtp.missing) == missing


@pytest.mark.parametrize(
    "url",
    ["smtp://u:hunter2", "smtp://u:hunter2@", "smtp://u:hunter2@:587", "smtp://u:hunter2@h x", "smtp://u@h:hunter2"],
)
def test_a_url_without_its_server_is_named_without_its_password(url: str) -> None:
    source = source_in(URLS, url)
    assert not source.found
    ((line, reason),) = problems_of(source)
    assert line == 1
    assert "hunter2" not in reason


@pytest.mark.parametrize(
    ("dsn", "server", "password"),
    [
        ("gmail+smtp://me:pw@default", ("smtp.gmail.com", "465", True, "me"), "pw"),
        ("sendgrid+smtp://SG.key@default", ("smtp.sendgrid.net", "465", True, "apikey"), "SG.key"),
        (
            "ses+smtp://AK:s%2Fk@default?region=us-east-1",
            ("email-smtp.us-east-1.amazonaws.com", "465", True, "AK"),
            "s/k",
        ),
        ("mailgun+smtp://u:p@default?region=eu", ("smtp.eu.mailgun.org", "465", True, "u"), "p"),
        ("postmark+smtp://id@default", ("smtp.postmarkapp.com", "587", True, "id"), "id"),
    ],
)
def test_a_dsn_may_name_a_provider(dsn: str, server: tuple[str, str, bool, str], password: str) -> None:
    smtp = smtp_in(URLS, dsn)
    assert server_of(smtp) == server
    assert smtp.draft.password == Secret(password)


def test_every_dsn_of_a_failover_is_found() -> None:
    source = source_in(URLS, "failover(smtp://a:b@one.example:587 smtps://a:b@two.example)?retry_period=15")
    assert [server_of(one)[:2] for one in source.found] == [("one.example", "587"), ("two.example", "465")]


def test_a_dsn_of_microsoft_graph_becomes_a_mailbox() -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    smtp = smtp_in(URLS, f"microsoft-graph+api://abc:s%7Ecret@default?tenantId={tenant}&from=shop@contoso.example")
    draft = smtp.draft
    assert (draft.type, draft.sign_in, draft.cloud) == (ProfileType.GRAPH, SignIn.APP_ONLY, Cloud.GLOBAL)
    assert (draft.client_id, draft.tenant_id, draft.user_name) == ("abc", tenant, "shop@contoso.example")
    assert draft.client_secret == Secret("s~cret")


def test_other_ways_to_send_are_named() -> None:
    source = source_in(
        URLS,
        "smtp://h.example\nsmtp://i.example\nsmtp://j.example\nsendgrid+api://K@default\nnull://null\nsendmail://default",
    )
    assert problems_of(source) == [
        (4, "sendgrid+api is the provider's own interface, not SMTP."),
        (5, "null hands mail to a program of the computer that it runs on."),
        (6, "sendmail hands mail to a program of the computer that it runs on."),
    ]
