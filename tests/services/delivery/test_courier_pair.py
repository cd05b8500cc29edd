"""Two couriers, each with a database connection of its own, on one outbox."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from services.courier_harness import CourierHarness, RealClock, generic

MAILS = 2000


@pytest.mark.long
def test_two_couriers_send_each_mail_exactly_once(tmp_path):
    with (
        closing(CourierHarness(tmp_path / "db", generic("main", default=True), clock=RealClock())) as one,
        closing(CourierHarness(tmp_path / "db", clock=RealClock())) as two,
    ):
        two.vault.secrets = one.vault.secrets
        ids = one.add(MAILS)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(one.run, name="one", connections=2)
            second = pool.submit(two.run, name="two", connections=2)
            summaries = [first.result(), second.result()]
        sent = Counter(one.connector.subjects + two.connector.subjects)
        assert len(sent) == MAILS
        assert set(sent.values()) == {1}
        assert sum(summary.sent for summary in summaries) == MAILS
        assert min(summary.sent for summary in summaries) > 0
        assert set(one.states(ids)) == {"sent"}
        assert {len(one.store.attempts(each)) for each in ids} == {1}
