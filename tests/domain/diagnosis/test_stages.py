"""The stages of conversations, and replies."""

import pytest

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Stage, SupportId
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, GraphMailbox, Server, SignIn

BOTH = ("find_host", "connect")
MAILBOX = GraphMailbox(user_name="box@company.example", tenant_id="t", client_id="c")


def names(server: Server, *, sends: bool) -> tuple[str, ...]:
    return tuple(str(stage) for stage in stages_of(server, sends=sends))


@pytest.mark.parametrize(
    ("tls", "auth", "expected"),
    [
        (True, True, (*BOTH, "secure", "greet", "sign_in")),
        (True, False, (*BOTH, "secure", "greet")),
        (False, True, (*BOTH, "greet", "sign_in")),
        (False, False, (*BOTH, "greet")),
    ],
)
def test_a_server_has_the_stages_that_its_switches_ask_for(tls: bool, auth: bool, expected: tuple[str, ...]) -> None:
    server = GenericServer(host_name="h", tls=tls, auth_required=auth)
    assert names(server, sends=False) == expected
    assert names(server, sends=True) == (*expected, "sender", "recipient", "content")


@pytest.mark.parametrize("sign_in", [SignIn.BROWSER, SignIn.DEVICE, SignIn.APP_ONLY])
def test_an_access_token_is_taken_before_the_server_is_looked_for(sign_in: SignIn) -> None:
    server = GenericServer(host_name="h", tls=False, sign_in=sign_in)
    assert names(server, sends=False) == ("token", *BOTH, "greet", "sign_in")
    server = GenericServer(host_name="h", tls=False, sign_in=sign_in, auth_required=False)
    assert names(server, sends=False) == (*BOTH, "greet")


@pytest.mark.parametrize("sign_in", SignIn)
@pytest.mark.parametrize("cloud", Cloud)
def test_a_mailbox_has_the_same_stages_however_it_is_signed_in_to(sign_in: SignIn, cloud: Cloud) -> None:
    mailbox = GraphMailbox(user_name="b@c.example", tenant_id="t", client_id="c", sign_in=sign_in, cloud=cloud)
    assert names(mailbox, sends=False) == (*BOTH, "token", "mailbox")
    assert names(mailbox, sends=True) == (*BOTH, "token", "mailbox", "send")


def test_every_stage_belongs_to_a_server_or_a_mailbox() -> None:
    every = {*stages_of(GenericServer(host_name="h"), sends=True), *stages_of(MAILBOX, sends=True)}
    assert every == set(Stage)


@pytest.mark.parametrize(
    ("code", "positive", "temporary"),
    [
        *[(199, False, False), (200, True, False), (202, True, False), (299, True, False), (302, False, False)],
        *[(400, False, False), (401, False, False), (403, False, False), (404, False, False), (408, False, True)],
        *[(429, False, True), (500, False, False), (502, False, True), (503, False, True), (504, False, True)],
        (509, False, True),
    ],
)
def test_an_http_status_tells_whether_trying_again_helps(code: int, positive: bool, temporary: bool) -> None:
    reply = HttpReply(code=code)
    assert (reply.positive, reply.temporary) == (positive, temporary)


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (HttpReply(code=202), "202"),
        (
            HttpReply(code=403, error_code="ErrorAccessDenied", text=("Access", "", "is denied.")),
            "403 ErrorAccessDenied Access is denied.",
        ),
        (HttpReply(code=503, ids=(SupportId(name="request-id", value="1"),), retry_after_s=3.0), "503"),
    ],
)
def test_an_answer_is_shown_on_one_line(reply: HttpReply, shown: str) -> None:
    assert str(reply) == shown
