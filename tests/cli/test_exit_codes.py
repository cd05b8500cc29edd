"""The exit code tells a script what to do next."""

import pytest

from smtp_desktop.cli.exit_codes import _BY_ERROR, ErrorCode, ExitCode, code_of_cause, code_of_error, error_code_of
from smtp_desktop.domain import errors
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.errors import (
    ActivityOff,
    BadAttachment,
    Cancelled,
    FieldErrors,
    MissingValues,
    NoSmtp,
    NoSuchActivity,
    NoSuchDelivery,
    NoSuchProfile,
    NotAMailbox,
    SmtpDesktopError,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreTooNew,
    VaultLocked,
    WrongMasterPassword,
    WrongState,
)
from smtp_desktop.domain.message_text import msg

WORDS = msg("So it is.")


def code_of_failure(failure):
    """The code where no rule knows more."""
    return code_of_cause(cause_by_standard(failure))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FieldErrors(()), 65),
        (NotAMailbox(WORDS), 78),
        (StoreBusy(WORDS), 75),
        (StoreTooNew(WORDS), 78),
        (StoreError(WORDS), 78),
        (VaultLocked(WORDS), 78),
        (NoSuchProfile(WORDS), 78),
        (Cancelled(WORDS), 130),
        (MissingValues(WORDS, ("who",)), 65),
        (BadAttachment(WORDS), 65),
        (WrongState(WORDS), 65),
        (NoSuchActivity(WORDS), 78),
        (NoSuchDelivery(WORDS), 78),
        (NoSmtp(WORDS), 78),
        (ActivityOff(WORDS), 78),
    ],
)
def test_an_error_has_its_code(error, code):
    assert code_of_error(error) == code


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (FieldErrors(()), "refused_data"),
        (NoSuchProfile(WORDS), "not_found"),
        (StoreError(WORDS), "store_failed"),
        (StoreBusy(WORDS), "busy"),
        (StoreFull(WORDS), "disk_full"),
        (VaultLocked(WORDS), "vault_locked"),
        (WrongMasterPassword(WORDS), "wrong_master_password"),
        (SmtpDesktopError(WORDS), "failed"),
    ],
)
def test_a_program_can_tell_what_is_absent_from_what_is_broken(error, name):
    assert error_code_of(error) == name


def test_each_kind_of_error_has_a_code_of_its_own():
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SmtpDesktopError)}
    known = {kind for kind, _ in _BY_ERROR}
    # VaultDamaged and StoreGone need no other answer than the kind that they are of.
    assert kinds - known == {SmtpDesktopError, errors.VaultDamaged, errors.StoreGone}
    assert {code for _, code in _BY_ERROR} | {ErrorCode.USAGE, ErrorCode.BUG, ErrorCode.FAILED} == set(ErrorCode)


def test_every_error_code_has_an_exit_code():
    assert all(code.exit_code in ExitCode for code in ErrorCode)


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
        (FailureKind.TLS_TOO_OLD, 76),
        (FailureKind.CERTIFICATE, 76),
        (FailureKind.AUTH_MISSING, 76),
        (FailureKind.MECHANISM_MISSING, 76),
        (FailureKind.REPLY, 76),
        (FailureKind.PROTOCOL, 76),
        (FailureKind.SMTPUTF8_MISSING, 65),
        (FailureKind.TOO_LARGE, 65),
        (FailureKind.CANCELLED, 130),
        (FailureKind.TOKEN_REFUSED, 77),
        (FailureKind.FEDERATED, 77),
        (FailureKind.GRAPH_REFUSED, 69),
        (FailureKind.DRAFT_REFUSED, 69),
        (FailureKind.NOT_GRAPH, 76),
        (FailureKind.NOT_AUTHORIZATION_SERVER, 76),
        (FailureKind.NOT_SIGNED_IN, 77),
        (FailureKind.PROXY, 69),
        (FailureKind.OUTCOME_UNKNOWN, 75),
        (FailureKind.RECIPIENTS_DIFFER, 65),
        (FailureKind.INCOMPLETE, 78),
        (FailureKind.NOT_STARTED, 78),
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
        (Stage.GREET, Reply(code=421), 75),
        (Stage.GREET, Reply(code=554), 69),
        (Stage.GREET, Reply(code=450), 75),
        (Stage.SIGN_IN, Reply(code=535, enhanced_code="5.7.8"), 77),
        (Stage.SIGN_IN, Reply(code=454, enhanced_code="4.7.0"), 75),
        (Stage.SENDER, Reply(code=530, enhanced_code="5.7.0"), 77),
        (Stage.SENDER, Reply(code=553, enhanced_code="5.7.1"), 77),
        (Stage.RECIPIENT, Reply(code=550, enhanced_code="5.1.1"), 67),
        (Stage.RECIPIENT, Reply(code=550), 67),
        (Stage.RECIPIENT, Reply(code=450, enhanced_code="4.2.0"), 75),
        (Stage.CONTENT, Reply(code=550, enhanced_code="5.1.10"), 67),
        (Stage.CONTENT, Reply(code=550, enhanced_code="5.1.7"), 77),  # the sender's address, not the recipient's
        (Stage.CONTENT, Reply(code=554, enhanced_code="5.7.1"), 65),
        (Stage.CONTENT, Reply(code=421), 75),
    ],
)
def test_a_reply_goes_by_its_code_and_where_it_came(stage, reply, code):
    for kind in (FailureKind.REPLY, FailureKind.CLOSED):
        assert code_of_failure(Failure(stage=stage, kind=kind, message=WORDS, reply=reply)) == code


def test_a_passing_refusal_of_tls_is_temporary():
    reply = Reply(code=454, enhanced_code="4.7.0")
    assert code_of_failure(Failure(stage=Stage.SECURE, kind=FailureKind.TLS_REFUSED, message=WORDS, reply=reply)) == 75


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (HttpReply(code=400, error_code="AADSTS50126", aadsts=(50126,)), 77),
        (HttpReply(code=401, error_code="AADSTS7000215", aadsts=(7000215,)), 77),
        (HttpReply(code=400, error_code="AADSTS50076", aadsts=(50076,)), 77),
        (HttpReply(code=400, error_code="AADSTS65001", aadsts=(65001,)), 77),
        (HttpReply(code=400, error_code="invalid_grant"), 77),
        *((HttpReply(code=400, aadsts=(number,)), 75) for number in (90033, 90006, 50033, 90024, 50087, 50196)),
        *((HttpReply(code=400, aadsts=(number,)), 78) for number in (700016, 700011, 90002, 900023, 90038, 900382)),
        *((HttpReply(code=400, aadsts=(number,)), 78) for number in (500011, 70011, 28002, 9002313, 900144, 90014)),
        *((HttpReply(code=400, aadsts=(number,)), 78) for number in (9001023, 50194)),
        (HttpReply(code=429), 75),
        (HttpReply(code=503, aadsts=(90002,)), 75),
        (HttpReply(code=500), 75),
    ],
)
def test_a_refused_token_prints_the_sign_in_from_the_configuration(reply, code):
    failure = Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=WORDS, reply=reply)
    assert code_of_failure(failure) == code


@pytest.mark.parametrize("kind", [FailureKind.GRAPH_REFUSED, FailureKind.DRAFT_REFUSED])
@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (HttpReply(code=400, error_code="ErrorInvalidParameter"), 65),
        (HttpReply(code=400, error_code="ErrorInvalidRecipients"), 67),
        (HttpReply(code=400, error_code="ErrorMessageSizeExceeded"), 65),
        (HttpReply(code=401, error_code="InvalidAuthenticationToken"), 77),
        (HttpReply(code=403, error_code="ErrorAccessDenied"), 77),
        (HttpReply(code=403, error_code="ErrorSendAsDenied"), 77),
        (HttpReply(code=403, error_code="ErrorQuotaExceeded"), 75),
        (HttpReply(code=400, error_code="ErrorExceededMessageLimit"), 75),
        (HttpReply(code=404, error_code="MailboxNotEnabledForRESTAPI"), 78),
        (HttpReply(code=404, error_code="ErrorInvalidUser"), 78),
        (HttpReply(code=404, error_code="ErrorItemNotFound"), 65),
        (HttpReply(code=413), 65),
        (HttpReply(code=500), 75),
        (HttpReply(code=405), 76),
        *((HttpReply(code=status), 75) for status in (408, 429, 502, 503, 504, 509)),
    ],
)
def test_a_refusal_of_graph_goes_by_its_word_and_its_status(kind, reply, code):
    assert code_of_failure(Failure(stage=Stage.SEND, kind=kind, message=WORDS, reply=reply)) == code


def test_a_reply_of_the_other_protocol_changes_nothing():
    for kind, code in ((FailureKind.CLOSED, 69), (FailureKind.PROXY, 69), (FailureKind.NOT_GRAPH, 76)):
        failure = Failure(stage=Stage.CONNECT, kind=kind, message=WORDS, reply=HttpReply(code=407))
        assert code_of_failure(failure) == code
