"""The exit code tells a script what to do next."""

import pytest

from smtp_desktop.cli.exit_codes import code_of_error, code_of_failure
from smtp_desktop.domain.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.errors import (
    Cancelled,
    FieldErrors,
    NoSuchProfile,
    NotYet,
    StoreBusy,
    StoreError,
    StoreTooNew,
    VaultLocked,
)
from smtp_desktop.domain.text import text

WORDS = text("So it is.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FieldErrors(()), 65),
        (NotYet(WORDS), 69),
        (StoreBusy(WORDS), 75),
        (StoreTooNew(WORDS), 78),
        (StoreError(WORDS), 78),
        (VaultLocked(WORDS), 78),
        (NoSuchProfile(WORDS), 78),
        (Cancelled(WORDS), 130),
    ],
)
def test_an_error_has_its_code(error, code):
    assert code_of_error(error) == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FailureKind.HOST_NOT_FOUND, 68),
        (FailureKind.HOST_LOOKUP_FAILED, 75),
        (FailureKind.REFUSED, 69),
        (FailureKind.UNREACHABLE, 69),
        (FailureKind.TIMED_OUT, 75),
        (FailureKind.CLOSED, 69),
        (FailureKind.STARTTLS_MISSING, 76),
        (FailureKind.TLS_REFUSED, 76),
        (FailureKind.TLS_BROKEN, 76),
        (FailureKind.CERTIFICATE, 76),
        (FailureKind.AUTH_MISSING, 76),
        (FailureKind.REPLY, 76),
        (FailureKind.PROTOCOL, 76),
        (FailureKind.SMTPUTF8_MISSING, 65),
        (FailureKind.TOO_LARGE, 65),
        (FailureKind.CANCELLED, 130),
    ],
)
def test_a_failure_without_a_reply_goes_by_its_kind(kind, code):
    assert code_of_failure(Failure(stage=Stage.GREET, kind=kind, message=WORDS)) == code


def test_every_kind_of_failure_has_a_code():
    for kind in FailureKind:
        assert code_of_failure(Failure(stage=Stage.CONNECT, kind=kind, message=WORDS)) in range(64, 131)


@pytest.mark.parametrize(
    ("stage", "reply", "code"),
    [
        (Stage.GREET, Reply(code=421), 69),
        (Stage.GREET, Reply(code=554), 69),
        (Stage.GREET, Reply(code=450), 75),
        (Stage.SIGN_IN, Reply(code=535, enhanced_code="5.7.8"), 77),
        (Stage.SIGN_IN, Reply(code=454, enhanced_code="4.7.0"), 75),
        (Stage.SENDER, Reply(code=530, enhanced_code="5.7.0"), 77),
        (Stage.SENDER, Reply(code=553, enhanced_code="5.7.1"), 69),
        (Stage.RECIPIENT, Reply(code=550, enhanced_code="5.1.1"), 67),
        (Stage.RECIPIENT, Reply(code=550), 67),
        (Stage.RECIPIENT, Reply(code=450, enhanced_code="4.2.0"), 75),
        (Stage.CONTENT, Reply(code=550, enhanced_code="5.1.10"), 67),
        (Stage.CONTENT, Reply(code=550, enhanced_code="5.1.7"), 69),  # the sender's address, not the recipient's
        (Stage.CONTENT, Reply(code=554, enhanced_code="5.7.1"), 69),
        (Stage.CONTENT, Reply(code=421), 75),
    ],
)
def test_a_reply_goes_by_its_code_and_where_it_came(stage, reply, code):
    for kind in (FailureKind.REPLY, FailureKind.CLOSED):
        assert code_of_failure(Failure(stage=stage, kind=kind, message=WORDS, reply=reply)) == code


def test_a_passing_refusal_of_tls_is_temporary():
    reply = Reply(code=454, enhanced_code="4.7.0")
    assert code_of_failure(Failure(stage=Stage.SECURE, kind=FailureKind.TLS_REFUSED, message=WORDS, reply=reply)) == 75
