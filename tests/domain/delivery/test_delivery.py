from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.attempt import Disposition, disposition_of, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy, retry_after_s
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureKind,
    HttpReply,
    Reply,
    Stage,
    Timeline,
)
from smtp_desktop.domain.message_text import msg

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def failed(stage, kind=FailureKind.REPLY, reply=None):
    return Timeline(steps=(), failure=Failure(stage=stage, kind=kind, message=msg("It failed."), reply=reply))


def graph(code, error_code="", *, stage=Stage.SEND, kind=FailureKind.GRAPH_REFUSED, **more):
    return failed(stage, kind, HttpReply(code=code, error_code=error_code, **more))


class TestDisposition:
    @pytest.mark.parametrize("fault", CertificateFault)
    def test_a_certificate_that_is_not_trusted_holds_the_smtp(self, fault):
        failure = Failure(
            stage=Stage.SECURE, kind=FailureKind.CERTIFICATE, message=msg("Alarm."), certificate_fault=fault
        )
        assert disposition_of(Timeline(steps=(), failure=failure)) is Disposition.HOLD

    def test_an_accepted_mail_is_sent(self):
        assert disposition_of(Timeline(steps=(), accepted=Reply(code=250))) is Disposition.SENT

    @pytest.mark.parametrize(
        ("stage", "code", "disposition"),
        [
            (Stage.CONNECT, 421, Disposition.RETRY),
            (Stage.CONNECT, 554, Disposition.RETRY),
            (Stage.GREET, 421, Disposition.RETRY),
            (Stage.GREET, 554, Disposition.RETRY),
            (Stage.SIGN_IN, 535, Disposition.HOLD),
            (Stage.SIGN_IN, 534, Disposition.HOLD),
            (Stage.SIGN_IN, 454, Disposition.HOLD),
            (Stage.SENDER, 451, Disposition.RETRY),
            (Stage.SENDER, 553, Disposition.REFUSED),
            (Stage.SENDER, 530, Disposition.HOLD),
            (Stage.RECIPIENT, 450, Disposition.RETRY),
            (Stage.RECIPIENT, 452, Disposition.RETRY),
            (Stage.RECIPIENT, 550, Disposition.REFUSED),
            (Stage.RECIPIENT, 530, Disposition.HOLD),
            (Stage.CONTENT, 421, Disposition.RETRY),
            (Stage.CONTENT, 452, Disposition.RETRY),
            (Stage.CONTENT, 552, Disposition.REFUSED),
            (Stage.CONTENT, 554, Disposition.REFUSED),
        ],
    )
    def test_by_the_smtp_reply(self, stage, code, disposition):
        assert disposition_of(failed(stage, reply=Reply(code=code))) is disposition

    @pytest.mark.parametrize(
        ("kind", "disposition"),
        [
            (FailureKind.HOST_NOT_FOUND, Disposition.RETRY),
            (FailureKind.HOST_LOOKUP_FAILED, Disposition.RETRY),
            (FailureKind.REFUSED, Disposition.RETRY),
            (FailureKind.UNREACHABLE, Disposition.RETRY),
            (FailureKind.TIMED_OUT, Disposition.RETRY),
            (FailureKind.CLOSED, Disposition.RETRY),
            (FailureKind.PROTOCOL, Disposition.RETRY),
            (FailureKind.PROXY, Disposition.RETRY),
            (FailureKind.STARTTLS_MISSING, Disposition.HOLD),
            (FailureKind.TLS_REFUSED, Disposition.HOLD),
            (FailureKind.TLS_BROKEN, Disposition.HOLD),
            (FailureKind.TLS_TOO_OLD, Disposition.HOLD),
            (FailureKind.CERTIFICATE, Disposition.HOLD),
            (FailureKind.AUTH_MISSING, Disposition.HOLD),
            (FailureKind.MECHANISM_MISSING, Disposition.HOLD),
            (FailureKind.FEDERATED, Disposition.HOLD),
            (FailureKind.NOT_GRAPH, Disposition.HOLD),
            (FailureKind.TOO_LARGE, Disposition.REFUSED),
            (FailureKind.SMTPUTF8_MISSING, Disposition.REFUSED),
            (FailureKind.OUTCOME_UNKNOWN, Disposition.UNKNOWN),
            (FailureKind.CANCELLED, Disposition.STOPPED),
        ],
    )
    @pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.SIGN_IN, Stage.CONTENT, Stage.SEND])
    def test_by_the_kind_of_failure_without_a_reply(self, kind, stage, disposition):
        assert disposition_of(failed(stage, kind)) is disposition

    def test_tls_that_is_unavailable_for_now_is_tried_again(self):
        assert disposition_of(failed(Stage.SECURE, FailureKind.TLS_REFUSED, Reply(code=454))) is Disposition.RETRY
        assert disposition_of(failed(Stage.SECURE, FailureKind.TLS_REFUSED, Reply(code=554))) is Disposition.HOLD

    def test_a_lost_answer_is_unknown_whatever_came_before(self):
        assert (
            disposition_of(failed(Stage.CONTENT, FailureKind.OUTCOME_UNKNOWN, Reply(code=354))) is Disposition.UNKNOWN
        )

    @pytest.mark.parametrize(
        ("code", "error_code", "disposition"),
        [
            (429, "ApplicationThrottled", Disposition.RETRY),
            (500, "InternalServerError", Disposition.RETRY),
            (503, "ServiceUnavailable", Disposition.RETRY),
            (504, "", Disposition.RETRY),
            (507, "QuotaExceeded", Disposition.RETRY),
            (401, "InvalidAuthenticationToken", Disposition.HOLD),
            (403, "ErrorAccessDenied", Disposition.HOLD),
            (403, "ErrorSendAsDenied", Disposition.REFUSED),
            (400, "ErrorInvalidRecipients", Disposition.REFUSED),
            (413, "", Disposition.REFUSED),
        ],
    )
    def test_by_the_graph_reply(self, code, error_code, disposition):
        assert disposition_of(graph(code, error_code)) is disposition

    def test_a_missing_mailbox_holds_the_smtp(self):
        assert disposition_of(graph(404, "ErrorInvalidUser", stage=Stage.MAILBOX)) is Disposition.HOLD
        assert disposition_of(graph(503, stage=Stage.MAILBOX)) is Disposition.RETRY

    def test_a_refused_token_holds_the_smtp_unless_entra_id_fails(self):
        refused = {"stage": Stage.TOKEN, "kind": FailureKind.TOKEN_REFUSED}
        assert disposition_of(graph(400, "AADSTS50126", aadsts=(50126,), **refused)) is Disposition.HOLD
        assert disposition_of(graph(400, "AADSTS90033", aadsts=(90033,), **refused)) is Disposition.RETRY


class TestRetries:
    def next_try(self, policy=RetryPolicy(), *, age=timedelta(), tries=1, asked_s=None, jitter=0.5):  # noqa: B008 - frozen
        return policy.next_try(since=NOW - age, now=NOW, tries=tries, asked_s=asked_s, jitter=jitter)

    @pytest.mark.parametrize(
        ("tries", "minutes"), [(0, 0), (1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60), (1000, 60)]
    )
    def test_the_waits_grow(self, tries, minutes):
        assert self.next_try(tries=tries) == NOW + timedelta(minutes=minutes)

    def test_jitter_spreads_them_by_a_fifth(self):
        assert self.next_try(tries=5, jitter=0.0) == NOW + timedelta(minutes=54)
        assert self.next_try(tries=5, jitter=1.0) == NOW + timedelta(minutes=66)

    def test_the_server_may_ask_for_more_but_not_for_less(self):
        assert self.next_try(asked_s=600.0) == NOW + timedelta(seconds=600)
        assert self.next_try(asked_s=1.0) == NOW + timedelta(minutes=1)

    def test_it_ends_with_the_lifetime_of_the_mail(self):
        age = timedelta(days=5) - timedelta(minutes=1)
        assert self.next_try(age=age) == NOW + timedelta(minutes=1)
        assert self.next_try(age=age + timedelta(seconds=1)) is None
        assert self.next_try(asked_s=6 * 86400.0) is None

    def test_steps_and_lifetime_can_be_set(self):
        policy = RetryPolicy(steps_min=(2,), lifetime=timedelta(hours=1))
        assert self.next_try(policy, tries=3) == NOW + timedelta(minutes=2)
        assert self.next_try(policy, age=timedelta(minutes=59)) is None


class TestReplies:
    def test_how_long_graph_asks_to_wait(self):
        assert retry_after_s(graph(429, retry_after_s=17.0)) == 17.0
        assert retry_after_s(graph(429)) is None
        assert retry_after_s(failed(Stage.CONTENT, reply=Reply(code=451))) is None
        assert retry_after_s(Timeline(steps=())) is None

    def test_the_last_reply(self):
        assert last_reply(failed(Stage.CONTENT, reply=Reply(code=552, enhanced_code="5.2.2", text=("Full",)))) == (
            "552 5.2.2 Full"
        )
        assert last_reply(failed(Stage.CONNECT, FailureKind.TIMED_OUT)) == "It failed."
        assert last_reply(Timeline(steps=(), accepted=Reply(code=250, text=("Queued",)))) == "250 Queued"
        assert last_reply(Timeline(steps=())) == ""

    def test_a_deliverys_recipients(self):
        delivery = Delivery(
            id=DeliveryId(1),
            created_at=NOW,
            state=DeliveryState.SENT,
            subject="s",
            recipients=(
                RecipientState(address="a@x.example", state=DeliveryState.SENT),
                RecipientState(address="b@x.example", state=DeliveryState.REFUSED, reply="550"),
            ),
            message_id="<1@x.example>",
            size_bytes=1,
        )
        assert (delivery.to, delivery.refused_count) == ("a@x.example, b@x.example", 1)
