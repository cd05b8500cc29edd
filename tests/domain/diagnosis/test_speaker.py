"""The words for whoever gave an answer: no authorization server's words are Microsoft's but Microsoft's own."""

import pytest

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.diagnosis.speaker import speaker_words
from smtp_desktop.domain.message_text import msg

ENTRA = HttpReply(code=400, error_code="AADSTS70000", aadsts=(70000,))
OTHER = HttpReply(code=400, error_code="invalid_grant")


@pytest.mark.parametrize(
    ("kind", "stage", "reply", "words"),
    [
        (FailureKind.TOKEN_REFUSED, Stage.TOKEN, ENTRA, "Microsoft said"),
        (FailureKind.TOKEN_REFUSED, Stage.TOKEN, OTHER, "The authorization server said"),
        (FailureKind.GRAPH_REFUSED, Stage.SEND, HttpReply(code=403, error_code="ErrorAccessDenied"), "Microsoft said"),
        (FailureKind.PROXY, Stage.CONNECT, HttpReply(code=407), "The proxy said"),
        (FailureKind.NOT_AUTHORIZATION_SERVER, Stage.TOKEN, HttpReply(code=200, text=("Hotel",)), "The answer was"),
        (FailureKind.NOT_GRAPH, Stage.TOKEN, HttpReply(code=200, text=("Hotel",)), "The answer was"),
        (FailureKind.REPLY, Stage.SIGN_IN, Reply(code=535, text=("No",)), "The server said"),
    ],
)
def test_an_answer_has_its_author(kind: FailureKind, stage: Stage, reply: Reply | HttpReply, words: str) -> None:
    failure = Failure(stage=stage, kind=kind, message=msg("It failed."), reply=reply)
    assert str(speaker_words(failure)) == words
