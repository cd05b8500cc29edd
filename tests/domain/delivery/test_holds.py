from datetime import UTC, datetime, timedelta

import pytest

from smtp_desktop.domain.delivery.holds import (
    HoldState,
    SmtpHold,
    Trouble,
    hold_after,
    hold_after_probe,
    hold_by_hand,
    next_check_at,
    pause_s,
)
from smtp_desktop.domain.delivery.refusals import refusal_pattern
from smtp_desktop.domain.diagnosis.connections import asks_for_fewer_connections
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAIN = ProfileId("main")


def failure(words="no", code=421):
    return Failure(stage=Stage.GREET, kind=FailureKind.REPLY, message=msg("No."), reply=Reply(code=code, text=(words,)))


def trouble(cause=Cause.SERVER_BUSY, *, at=NOW, retry_after_s=None, words="no", connections=1, repeated=False):
    return Trouble(
        profile_id=MAIN,
        started_at=at,
        diagnosis=Diagnosis(
            cause=cause,
            retry_after_s=retry_after_s,
            fewer_connections=asks_for_fewer_connections(failure(words).reply),
        ),
        failure=failure(words),
        reply=f"421 {words}",
        connections=connections,
        repeated=repeated,
    )


def after(found, present=None, *, now=NOW, jitter=0.5):
    return hold_after(found, present, now=now, jitter=jitter)


def paused(**fields):
    values = {"profile_id": MAIN, "state": HoldState.PAUSED, "since": NOW, "until": NOW + timedelta(seconds=30)}
    return SmtpHold(**(values | {"cause": Cause.SERVER_BUSY, "failures": 1} | fields))


class TestAHold:
    def test_lasts_until_a_check_that_a_courier_makes(self):
        hold = after(trouble(Cause.SIGN_IN_REFUSED))
        assert (hold.state, hold.until, hold.stops) == (HoldState.HELD, NOW + timedelta(minutes=15), True)
        assert (hold.cause, hold.stage, hold.reply) == (Cause.SIGN_IN_REFUSED, Stage.GREET, "421 no")

    def test_for_the_networks_address_is_looked_at_every_hour(self):
        hold = after(trouble(Cause.NETWORK_REFUSED))
        for _ in range(3):
            assert hold.until == NOW + timedelta(hours=1)
            assert next_check_at(hold, hold.until) == hold.until + timedelta(hours=1)

    def test_is_no_news_to_one_that_is_there(self):
        held = after(trouble(Cause.SIGN_IN_REFUSED))
        later = NOW + timedelta(hours=1)
        assert after(trouble(Cause.SERVER_BUSY, at=later), held, now=later) == held
        assert after(trouble(Cause.CERTIFICATE, at=later), held, now=later) == held

    def test_takes_the_place_of_a_pause_but_not_of_the_users(self):
        assert after(trouble(Cause.SIGN_IN_REFUSED), paused()).state is HoldState.HELD
        by_hand = hold_by_hand(MAIN, now=NOW)
        assert after(trouble(Cause.SIGN_IN_REFUSED), by_hand) == by_hand

    def test_for_refusals_that_are_alike_waits_for_the_user(self):
        hold = after(trouble(Cause.MAIL_REFUSED, repeated=True))
        assert (hold.state, hold.until) == (HoldState.HELD, None)

    def test_does_not_follow_from_what_is_the_mails_or_the_recipients(self):
        for cause in (Cause.MAIL_REFUSED, Cause.RECIPIENT_FULL, Cause.GREYLISTED, Cause.OUTCOME_UNKNOWN):
            assert after(trouble(cause)) is None


class TestAPause:
    def test_grows_from_half_a_minute_to_half_an_hour(self):
        assert [pause_s(failures, 0.5) for failures in range(1, 10)] == [30, 60, 120, 300, 600, 1200, 1800, 1800, 1800]
        assert (pause_s(1, 0.0), pause_s(1, 1.0)) == (pytest.approx(24), pytest.approx(36))

    def test_is_as_long_as_the_server_asks_up_to_a_day(self):
        assert after(trouble(Cause.LIMIT, retry_after_s=7200)).until == NOW + timedelta(hours=2)
        assert after(trouble(Cause.LIMIT, retry_after_s=400 * 86400)).until == NOW + timedelta(days=1)

    def test_keeps_its_begin_while_it_grows(self):
        later = NOW + timedelta(minutes=1)
        hold = after(trouble(at=later), paused(state=HoldState.PROBING), now=later)
        assert (hold.since, hold.failures, hold.until) == (NOW, 2, later + timedelta(minutes=1))

    def test_is_not_made_longer_by_attempts_from_before_it(self):
        before = paused(since=NOW + timedelta(seconds=5))
        assert after(trouble(at=NOW), before, now=NOW + timedelta(seconds=9)) == before


class TestConnections:
    @pytest.mark.parametrize(
        "words",
        [
            "Too many connections, slow down",
            "4.7.0 Too many concurrent SMTP connections from this IP address",
            "too many sessions",
            "sender thread limit exceeded",
            "Maximum number of connections reached",
            "simultaneous connections exceeded",
        ],
    )
    def test_are_too_many_in_many_words(self, words):
        assert asks_for_fewer_connections(failure(words).reply)
        assert after(trouble(Cause.LIMIT, words=words, connections=4)).connections == 2

    @pytest.mark.parametrize("words", ["Too many mails", "connection closed", "hourly limit exceeded"])
    def test_are_not_meant_by_others(self, words):
        assert not asks_for_fewer_connections(failure(words).reply)

    def test_stay_fewer_for_an_hour_after_a_pause(self):
        hold = hold_after_probe(paused(connections=1), now=NOW)
        assert (hold.state, hold.connections, hold.until) == (HoldState.SLOWED, 1, NOW + timedelta(hours=1))
        assert not hold.stops
        assert hold_after_probe(paused(), now=NOW) is None


class TestRefusalPatterns:
    def pattern(self, words, code=554, enhanced="5.7.1", cause=Cause.MAIL_REFUSED):
        return refusal_pattern(cause, Reply(code=code, enhanced_code=enhanced, text=(words,)))

    def test_mask_addresses_hosts_pages_ids_and_numbers(self):
        one = self.pattern("<a@x.example>: blocked 192.0.2.1, see id 4Fz1kq-99, try 17")
        other = self.pattern("<bob@other.example>: Blocked 198.51.100.7, see id 9Xy7ab-12, try 3")
        assert one == other
        assert self.pattern("refused by mx-1.pool.example, see https://x.example/?id=abc") == self.pattern(
            "refused by mx-two.pool.example, see https://x.example/?id=def"
        )
        assert self.pattern("spam") != self.pattern("virus")
        assert self.pattern("spam") != self.pattern("spam", code=550)
        assert self.pattern("spam") != self.pattern("spam", cause=Cause.RECIPIENT_REFUSED)

    def test_do_not_count_what_speaks_of_one_address(self):
        assert not self.pattern("user unknown", code=550, enhanced="5.1.1", cause=Cause.RECIPIENT_REFUSED)

    def test_do_not_count_mails_that_are_too_large(self):
        assert not self.pattern("too large", code=552, enhanced="5.3.4", cause=Cause.MAIL_TOO_LARGE)

    def test_need_a_reply(self):
        assert not refusal_pattern(Cause.MAIL_REFUSED, None)
        assert refusal_pattern(Cause.MAIL_REFUSED, HttpReply(code=400, error_code="ErrorX", text=("no",)))
