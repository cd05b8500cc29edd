from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.attempt import last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Reply,
    Stage,
    Timeline,
)
from smtp_desktop.domain.message_text import msg

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def failed(stage, kind=FailureKind.REPLY, reply=None):
    return Timeline(steps=(), failure=Failure(stage=stage, kind=kind, message=msg("It failed."), reply=reply))


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
        assert self.next_try(age=timedelta(days=4, minutes=1), asked_s=86400.0) is None

    def test_no_server_makes_a_mail_wait_for_longer_than_a_day(self):
        assert self.next_try(asked_s=400 * 86400.0) == NOW + timedelta(days=1)

    def test_an_unknown_outcome_has_three_further_tries_hours_apart(self):
        hours = [(at - NOW) / timedelta(hours=1) for at in RetryPolicy().next_unknown_tries(now=NOW, jitter=0.5)]
        assert hours == pytest.approx([1, 4, 12])
        spread = [RetryPolicy().next_unknown_tries(now=NOW, jitter=jitter)[0] - NOW for jitter in (0.0, 1.0)]
        assert spread == [timedelta(minutes=48), timedelta(minutes=72)]

    def test_steps_and_lifetime_can_be_set(self):
        policy = RetryPolicy(steps_min=(2,), lifetime=timedelta(hours=1))
        assert self.next_try(policy, tries=3) == NOW + timedelta(minutes=2)
        assert self.next_try(policy, age=timedelta(minutes=59)) is None


class TestReplies:
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
