"""The contract of OutboxStore: adding, queries, results, and holds. A subclass gives the fixtures `profiles`,
`activities` and `outbox` on one store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from contracts.activity_store_contract import activity
from contracts.outbox_examples import (
    ANN,
    FULL_MESSAGE,
    LATER,
    LEASE,
    NOW,
    PDF,
    RAW_MESSAGE,
    REFUSED_TIMELINE,
    SENT_TIMELINE,
    address,
    attempt,
    entry,
    hold,
    message,
    recipient,
    to_smtp,
    update,
)
from contracts.profile_store_contract import generic, graph
from fakes.stored import put

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import (
    Delivery,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryOrder,
    DeliverySort,
    DeliveryState,
)
from smtp_desktop.domain.delivery.outbox_entry import StaleSetup
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import OutboxStore

ALL = DeliveryFilter()
GONE = DeliveryId(999_999)


def add(outbox, *submissions):
    return list(outbox.add(submissions or [entry()]))


def claim(outbox, courier=ANN, *, limit=10, now=LATER, lease_ends_at=LEASE, **excluding):
    found = outbox.claim(courier, now=now, lease_ends_at=lease_ends_at, limit=limit, **excluding)
    return [delivery.id for delivery in found]


def finished(outbox, result=None):
    """Returns a delivery with that update. Nothing else may be due."""
    (delivery_id,) = add(outbox)
    assert claim(outbox, now=NOW) == [delivery_id]
    assert outbox.finish(ANN, {delivery_id: result or update()})
    return delivery_id


def found(outbox, **wanted):
    return [delivery.id for delivery in outbox.page(DeliveryFilter(**wanted), before=None, limit=100)]


class OutboxFixtures:
    @pytest.fixture(autouse=True)
    def smtps(self, profiles, activities):
        put(profiles, generic("main", default=True))
        put(profiles, generic("spare"))
        put(profiles, graph("box"))
        put(activities, activity("job"))


class OutboxStoreContract(OutboxFixtures):
    def test_a_new_mail_waits_and_is_due_at_once(self, outbox: OutboxStore):
        (delivery_id,) = add(
            outbox,
            entry(
                FULL_MESSAGE,
                activity_id=ActivityId("job"),
                activity_name="Job",
                smtp_id=ProfileId("main"),
                backup_id=ProfileId("box"),
            ),
        )
        specs = ("ünï@x.example", "b@x.example", "c@x.example", "d@x.example")
        assert outbox.get(delivery_id) == Delivery(
            id=delivery_id,
            created_at=NOW,
            state=DeliveryState.WAITING,
            subject="Größe 🎉 it's %_\\",
            recipients=tuple(recipient("waiting", spec) for spec in specs),
            message_id="<full@x>",
            size_bytes=123,
            activity_id=ActivityId("job"),
            activity_name="Job",
            smtp_id=ProfileId("main"),
            backup_id=ProfileId("box"),
            next_try_at=NOW,
            retry_from=NOW,
        )

    @pytest.mark.parametrize(
        "mail",
        [
            FULL_MESSAGE,
            RAW_MESSAGE,
            message(),
            message(to=("a@x.example", "ü@x.example"), text="t", html="h"),
            message(to=("a@x.example", "a@x.example")),
            message(cc=(address("c@x.example"),)),
            message(to=(), bcc=(address("d@x.example"),)),
            message(to=()),
            message(attachments=(PDF,)),
            message("\udcff", text="\udcff"),
            message("\udcff", text="t"),
            message("\udcff", text="\udcff", headers=(("X-Job", "\udcff"),)),
            message(reply_to=(address("r@x.example"),)),
            replace(message(), to=(address("a@x.example", "Ann"),)),
            replace(message(), date=FULL_MESSAGE.date),
        ],
        ids=lambda mail: type(mail).__name__,
    )
    def test_returns_every_message_as_it_was(self, outbox: OutboxStore, mail):
        (delivery_id,) = add(outbox, entry(mail))
        again = outbox.message(delivery_id)
        assert again == mail
        assert type(again) is type(mail)

    def test_a_batch_has_one_number_after_the_other(self, outbox: OutboxStore):
        first = add(outbox)
        ids = add(outbox, *(entry(message(f"mail {n}")) for n in range(20)))
        assert ids == sorted(ids)
        assert ids[0] > first[0]
        assert [outbox.get(each).subject for each in ids] == [f"mail {n}" for n in range(20)]
        assert [outbox.message(each).subject for each in ids] == [f"mail {n}" for n in range(20)]
        assert [each.subject for each in outbox.messages([ids[7], ids[3]])] == ["mail 7", "mail 3"]
        with pytest.raises(NoSuchDelivery):
            outbox.messages([ids[0], GONE])

    def test_an_empty_batch_adds_nothing(self, outbox: OutboxStore):
        assert list(outbox.add([])) == []
        assert outbox.count(ALL) == 0

    def test_is_seen_at_once_and_the_same_after_its_promotion(self, outbox: OutboxStore):
        finished(outbox)
        bound = {"activity_id": "job", "activity_name": "Job", "smtp_id": ProfileId("main")}
        yesterday = NOW - timedelta(days=1)
        ids = add(outbox, entry(FULL_MESSAGE, **bound), entry(RAW_MESSAGE, at=yesterday), entry())

        def seen():
            return (
                [outbox.get(each) for each in ids],
                [outbox.page(wanted, before=before, limit=limit) for wanted, before, limit in looks],
                [outbox.count(wanted) for wanted, _, _ in looks],
                outbox.counts(midnight=NOW),
                outbox.latest_by_activity(),
                outbox.messages(ids),
                [outbox.attempts(each) for each in ids],
            )

        wanted = [
            DeliveryFilter(),
            DeliveryFilter(search="größe"),
            DeliveryFilter(search="JOB"),
            DeliveryFilter(activity_id=ActivityId("job")),
            DeliveryFilter(states=frozenset({DeliveryState.WAITING, DeliveryState.SENT})),
            DeliveryFilter(states=frozenset({DeliveryState.SENT})),
        ]
        looks = [(one, before, limit) for one in wanted for before in (None, ids[1]) for limit in (1, 2, 100)]
        at_once = seen()
        assert [each.id for each in at_once[1][2]] == [*ids[::-1], ids[0] - 1]
        assert at_once[2][:3] == [4] * 3
        assert at_once[3] == DeliveryCounts(total=4, today=3, waiting=3)
        assert outbox.next_due_at(now=NOW) == yesterday
        assert seen() == at_once
        assert claim(outbox, limit=1) == [ids[1]]

    @pytest.mark.parametrize("order", ["cancel", "send_now", "resend"])
    def test_commands_work_at_once(self, outbox: OutboxStore, order):
        ids = add(outbox, entry(), entry(at=LATER))
        changed = getattr(outbox, order)(ids, now=NOW)
        assert changed == (0 if order == "resend" else 2)
        assert (
            claim(outbox, now=NOW) == {"cancel": [], "send_now": ids, "resend": ids}[order]
        )  # a moment in the future counts as now

    def test_nothing_is_added_by_a_stale_setup(self, outbox: OutboxStore, activities):
        before = outbox.setup_version()
        put(activities, activity("other"))
        with pytest.raises(StaleSetup):
            outbox.add([entry()], setup_version=before)
        assert outbox.count(ALL) == 0
        assert len(outbox.add([entry()], setup_version=outbox.setup_version())) == 1

    def test_a_number_is_never_used_again(self, outbox: OutboxStore):
        gone = finished(outbox)
        assert outbox.prune(finished_before=LATER, limit=10) == 1
        assert add(outbox)[0] > gone

    def test_deleted_activities_and_smtps_are_left_out(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox, entry(activity_id="gone", activity_name="Gone", smtp_id=ProfileId("gone")))
        delivery = outbox.get(delivery_id)
        assert (delivery.activity_id, delivery.activity_name, delivery.smtp_id) == (None, "Gone", None)

    def test_a_lone_surrogate_harms_nothing(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox, entry(message("bad \udc80", text="x \udc80")))
        assert outbox.get(delivery_id).subject == "bad ?"
        stored = outbox.message(delivery_id)
        assert isinstance(stored, TemplateMessage)
        assert stored.text == "x \udc80"

    def test_shared_texts_are_joined_again(self, outbox: OutboxStore):
        paragraph, other = "All is well. " * 90, "<p>Größe</p>" * 90
        mails = [
            message(text=f"Dear {n},\n{paragraph}{n}{paragraph}", html=f"{other}{n}{paragraph}{other}" if n % 3 else "")
            for n in range(20)
        ]
        mails += [message(text=paragraph), message(text=paragraph[:-1]), message(text="", html=other), RAW_MESSAGE]
        ids = add(outbox, *(entry(mail, shared_texts=(paragraph, other, "nowhere")) for mail in mails))
        assert [outbox.message(each) for each in ids] == mails

    def test_the_setup_version_changes_with_smtps_and_activities(self, outbox: OutboxStore, activities, profiles):
        seen = [outbox.setup_version()]

        def is_another() -> bool:
            seen.append(outbox.setup_version())
            return seen[-1] not in seen[:-1]

        finished(outbox)
        outbox.hold(hold("main"))
        assert not is_another()
        put(profiles, generic("main", default=True, user_name="new"))
        assert is_another()
        put(profiles, generic("fourth"))
        assert is_another()
        profiles.delete(ProfileId("main"), new_default=ProfileId("spare"))
        assert is_another()
        put(activities, activity("second"))
        assert is_another()
        put(activities, activity("second", subject="new"))
        assert is_another()
        activities.delete("second")
        assert is_another()

    def test_a_missing_delivery_is_refused(self, outbox: OutboxStore):
        for ask in (outbox.get, outbox.message):
            with pytest.raises(NoSuchDelivery):
                ask(GONE)
        assert list(outbox.attempts(GONE)) == []

    def test_keeps_every_attempt_with_its_timeline(self, outbox: OutboxStore):
        (delivery_id,) = add(outbox)
        claim(outbox)
        outbox.finish(ANN, {delivery_id: update("waiting", next_try_at=LATER, timeline=REFUSED_TIMELINE)})
        claim(outbox)
        outbox.finish(ANN, {delivery_id: update("sent", recipient("sent", reply="later"), number=2)})
        assert list(outbox.attempts(delivery_id)) == [
            attempt("waiting", timeline=REFUSED_TIMELINE, number=1),
            attempt("sent", timeline=SENT_TIMELINE, number=2),
        ]
        assert outbox.get(delivery_id).attempts == 2

    def test_a_finished_mail_says_how_it_went(self, outbox: OutboxStore):
        results = (recipient("sent"), recipient("refused", "b@x.example", "550 nö"))
        delivery = outbox.get(finished(outbox, update("sent", *results)))
        assert (delivery.state, delivery.recipients) == (DeliveryState.SENT, results)
        assert (delivery.smtp_name, delivery.by_backup, delivery.attempts) == ("Main", True, 1)
        assert (delivery.next_try_at, delivery.finished_at) == (None, NOW)
        assert (delivery.last_stage, delivery.last_kind, delivery.last_reply) == (None, None, "250 2.0.0 queued as 7")

    def test_a_failed_mail_says_why(self, outbox: OutboxStore):
        result = update("waiting", next_try_at=LATER, timeline=REFUSED_TIMELINE)
        delivery = outbox.get(finished(outbox, result))
        assert (delivery.last_stage, delivery.last_kind) == (Stage.SEND, FailureKind.GRAPH_REFUSED)
        assert (delivery.last_reply, delivery.next_try_at) == ("429 Slow", LATER)

    def test_pages_run_from_the_newest_to_the_oldest(self, outbox: OutboxStore):
        ids = add(outbox, *(entry() for _ in range(7)))
        pages, before = [], None
        while page := outbox.page(ALL, before=before, limit=3):
            pages.append([delivery.id for delivery in page])
            before = page[-1].id
        assert pages == [ids[:3:-1], ids[3:0:-1], ids[:1]]

    @pytest.mark.parametrize("search", ["gröSSE", "GRÖßE", "size%_", "X.EXAMPLE", "nightly", "ünï@", "it's \\ 'q'"])
    def test_a_search_ignores_case_and_knows_no_wild_cards(self, outbox: OutboxStore, search):
        mail = message("Größe size%_ it's \\ 'q'", to=("ünï@x.example",))
        (wanted,) = add(outbox, entry(mail, activity_name="Nightly Job"))
        other = entry(message("sizeXX its", to=("ann@y.example",)), activity_name="Daily")
        add(outbox, other)
        assert found(outbox, search=search) == [wanted]
        assert outbox.count(DeliveryFilter(search=search)) == 1

    @pytest.mark.parametrize("search", ["waiting", "sent", "550", "x" * 60_000, "a\nb"])
    def test_a_search_finds_nothing_else(self, outbox: OutboxStore, search):
        finished(outbox, update("sent", recipient("sent", reply="550 no")))
        assert found(outbox, search=search) == []

    def test_a_search_finds_the_smtp(self, outbox: OutboxStore):
        assert found(outbox, search="mAI") == []
        delivery_id = finished(outbox)
        assert found(outbox, search="mAI") == [delivery_id]

    def test_filters_narrow_each_other(self, outbox: OutboxStore):
        mine = {"activity_id": "job"}
        ids = add(outbox, entry(**mine), entry(), entry(message("Other"), **mine), entry(**mine))
        outbox.cancel([ids[3]], now=NOW)
        waiting, cancelled = DeliveryState.WAITING, DeliveryState.CANCELLED
        assert found(outbox, activity_id=ActivityId("job")) == [ids[3], ids[2], ids[0]]
        assert found(outbox, states=frozenset({waiting})) == [ids[2], ids[1], ids[0]]
        assert found(outbox, states=frozenset({waiting, cancelled})) == ids[::-1]
        assert found(outbox, states=frozenset({waiting, cancelled}), activity_id=ActivityId("job"), search="hello") == [
            ids[3],
            ids[0],
        ]
        wanted = DeliveryFilter(states=frozenset({waiting, cancelled}), activity_id=ActivityId("job"), search="hello")
        assert outbox.count(wanted) == 2
        assert [d.id for d in outbox.page(wanted, before=ids[3], limit=5)] == [ids[0]]
        assert [d.id for d in outbox.page(wanted, before=None, limit=1)] == [ids[3]]

    def test_pages_by_the_smtp_that_was_tried_or_would_be(self, outbox: OutboxStore):
        tried = finished(outbox, update("refused"))  # through Main
        main, spare, default = add(outbox, to_smtp("main"), to_smtp("spare"), entry())
        outbox.cancel([main], now=NOW)
        assert found(outbox, smtp_name="MAIN") == [default, main, tried]
        assert found(outbox, smtp_name="spare") == [spare]
        assert found(outbox, smtp_name="main", states=frozenset({DeliveryState.REFUSED})) == [tried]
        assert found(outbox, smtp_name="nobody") == []

    def test_pages_by_time(self, outbox: OutboxStore):
        (first,) = add(outbox, entry())
        (second,) = add(outbox, entry(at=LATER))
        assert found(outbox, since=LATER) == [second]
        assert found(outbox, until=LATER) == [first]
        assert found(outbox, since=NOW, until=LATER) == [first]
        outbox.cancel([first], now=NOW)
        assert found(outbox, finished_before=NOW) == []
        assert found(outbox, finished_before=LATER) == [first]
        assert outbox.count(DeliveryFilter(finished_before=LATER)) == 1

    def test_the_first_in_each_order(self, outbox: OutboxStore):
        sent = finished(outbox, update("sent"))  # through main
        refused = finished(outbox, update("refused"))
        ids = add(
            outbox,
            entry(message("beta", to=("Z@x.example",)), activity_name="a"),
            entry(message("Alpha", to=("y@x.example",)), smtp_id=ProfileId("spare")),
            entry(message("gamma", to=("x@x.example",)), smtp_id=ProfileId("box"), activity_name="B"),
        )

        def first(by, *, descending=False, limit=10, **wanted):
            order = DeliveryOrder(by=DeliverySort(by), descending=descending)
            return [delivery.id for delivery in outbox.first(DeliveryFilter(**wanted), order, limit=limit)]

        beta, alpha, gamma = ids
        assert first("time") == [sent, refused, *ids]
        assert first("time", descending=True) == [*reversed(ids), refused, sent]
        assert first("subject") == [alpha, beta, gamma, refused, sent]
        assert first("subject", descending=True, limit=3) == [refused, sent, gamma]
        assert first("to", limit=3) == [refused, sent, gamma]
        assert first("activity", descending=True)[:2] == [gamma, beta]
        assert first("smtp") == [gamma, beta, refused, sent, alpha]
        assert first("state") == [gamma, alpha, beta, refused, sent]
        assert first("state", states=frozenset({DeliveryState.SENT, DeliveryState.REFUSED})) == [refused, sent]
        assert first("subject", search="ALPHA") == [alpha]

    def test_counts_by_state_and_day(self, outbox: OutboxStore):
        assert outbox.counts(midnight=NOW) == DeliveryCounts()
        finished(outbox, update("refused"))
        finished(outbox, update("unknown"))
        finished(outbox)
        add(outbox, entry(at=NOW - timedelta(microseconds=1)), entry())
        assert len(claim(outbox, limit=1)) == 1
        assert outbox.counts(midnight=NOW) == DeliveryCounts(
            total=5, today=4, waiting=2, sending=1, refused=1, unknown=1
        )

    def test_the_newest_delivery_of_each_activity(self, outbox: OutboxStore, activities):
        put(activities, activity("idle"))
        put(activities, activity("other"))
        ids = add(outbox, *(entry(activity_id=name) for name in ("job", "other", "job", None)))
        latest = outbox.latest_by_activity()
        assert {name: delivery.id for name, delivery in latest.items()} == {"job": ids[2], "other": ids[1]}

    def test_deliveries_outlive_their_activity_and_their_smtp(self, outbox: OutboxStore, activities, profiles):
        (delivery_id,) = add(
            outbox,
            entry(
                activity_id=ActivityId("job"),
                activity_name="Job",
                smtp_id=ProfileId("spare"),
                backup_id=ProfileId("box"),
            ),
        )
        activities.delete("job")
        for name in ("spare", "box"):
            profiles.delete(ProfileId(name), new_default=None)
        delivery = outbox.get(delivery_id)
        assert (delivery.activity_id, delivery.activity_name) == (None, "Job")
        assert (delivery.smtp_id, delivery.backup_id) == (None, None)
        # It goes out through the default one now.
        assert claim(outbox) == [delivery_id]

    def test_drops_only_contents_of_mails_that_were_sent_to_all(self, outbox: OutboxStore):
        sent, refused, unknown = (finished(outbox, update(state)) for state in ("sent", "refused", "unknown"))
        partly = finished(outbox, update("sent", recipient("sent"), recipient("refused", "b@x.example")))
        waiting = finished(outbox, update("waiting", next_try_at=LATER))
        assert outbox.first_content_at() == NOW
        before = outbox.message(sent), outbox.attempts(sent)
        assert not outbox.drop_contents(finished_before=NOW, now=LATER, limit=10)
        assert (outbox.message(sent), outbox.attempts(sent)) == before
        assert not outbox.drop_contents(finished_before=LATER, now=LATER, limit=10)
        assert outbox.first_content_at() is None
        # The record stays.
        assert (outbox.get(sent).content_dropped, outbox.get(sent).state) == (True, "sent")
        assert outbox.attempts(sent) == before[1]
        with pytest.raises(NoSuchDelivery):
            outbox.message(sent)
        assert outbox.resend([sent], now=LATER) == 0
        for each in (refused, unknown, partly, waiting):
            assert not outbox.get(each).content_dropped
            assert outbox.message(each)
        assert outbox.resend([refused, partly], now=LATER) == 2
        # A later mail gets no number again that another one had.
        assert add(outbox)[0] == waiting + 1

    def test_drops_contents_in_small_steps_each_looked_at_once(self, outbox: OutboxStore):
        ids = add(outbox, *(entry(at=NOW) for _ in range(7)))
        assert len(claim(outbox, now=NOW)) == 7
        outbox.finish(ANN, {each: update("sent") for each in ids[:5]})
        outbox.finish(ANN, {each: update("refused") for each in ids[5:]})
        dropped = []
        while outbox.drop_contents(finished_before=LATER, now=LATER, limit=3):
            dropped.append(sum(outbox.get(each).content_dropped for each in ids))
        # All of one moment are one step: the next one begins after that.
        assert dropped == [5]
        (late,) = (finished(outbox) for _ in range(1))
        assert not outbox.drop_contents(finished_before=NOW, now=NOW, limit=3)
        assert outbox.message(late)

    def test_a_clock_that_ran_ahead_keeps_no_content(self, outbox: OutboxStore):
        assert not outbox.drop_contents(finished_before=LATER, now=LATER, limit=3)
        sent = finished(outbox)
        assert not outbox.drop_contents(finished_before=NOW + timedelta(seconds=1), now=NOW, limit=3)
        assert outbox.get(sent).content_dropped

    def test_prunes_only_finished_mails_the_oldest_first(self, outbox: OutboxStore):
        states = ("sent", "refused", "unknown", "sent")
        done = [finished(outbox, update(state)) for state in states]
        open_ones = [finished(outbox, update(state, next_try_at=LATER)) for state in ("waiting", "unknown")]
        (cancelled,) = add(outbox)
        outbox.cancel([cancelled], now=LATER)
        assert outbox.first_finished_at() == NOW
        assert outbox.prune(finished_before=NOW, limit=10) == 0
        assert outbox.prune(finished_before=LATER, limit=3) == 3
        assert found(outbox) == [cancelled, *open_ones[::-1], done[3]]
        assert outbox.prune(finished_before=LATER + timedelta(seconds=1), limit=10) == 2
        assert found(outbox) == open_ones[::-1]
        assert outbox.first_finished_at() is None
        for each in done:
            assert list(outbox.attempts(each)) == []
            with pytest.raises(NoSuchDelivery):
                outbox.message(each)

    def test_deletes_only_those_that_are_named_and_were_finished_before(self, outbox: OutboxStore):
        sent, refused = (finished(outbox, update(state)) for state in ("sent", "refused"))
        tried_again = finished(outbox, update("unknown", next_try_at=LATER))
        (waiting,) = add(outbox)
        named = [sent, tried_again, waiting]
        assert outbox.delete_finished(named, finished_before=NOW) == 0
        assert outbox.delete_finished(named, finished_before=LATER) == 1
        assert found(outbox) == [waiting, tried_again, refused]
        assert list(outbox.attempts(sent)) == []

    def test_holds_are_kept_until_they_are_released(self, outbox: OutboxStore):
        outbox.hold(hold("spare", since=LATER))
        outbox.hold(hold("main"))
        assert list(outbox.holds()) == [hold("main"), hold("spare", since=LATER)]
        outbox.hold(hold("main", kind=FailureKind.CERTIFICATE, stage=Stage.SECURE, reply=""))
        assert outbox.holds()[0].kind is FailureKind.CERTIFICATE
        assert outbox.release(ProfileId("main")) is True
        assert outbox.release(ProfileId("main")) is False
        assert [held.profile_id for held in outbox.holds()] == ["spare"]

    def test_no_smtp_that_is_gone_is_held(self, outbox: OutboxStore, profiles):
        outbox.hold(hold("gone"))
        outbox.hold(hold("spare"))
        profiles.delete(ProfileId("spare"), new_default=None)
        assert list(outbox.holds()) == []

    @pytest.mark.parametrize(
        "change",
        [
            *({"host_name": "new.example"}, {"password_ref": "file:2"}, {"user_name": "u"}, {"tls": False}),
            {"ehlo_name": "pc7.main.example"},
        ],
    )
    def test_changing_how_an_smtp_is_spoken_to_releases_it(self, outbox: OutboxStore, profiles, change):
        outbox.hold(hold("main"))
        outbox.hold(hold("spare"))
        put(profiles, generic("main", "Renamed", default=True))
        assert len(outbox.holds()) == 2
        put(profiles, generic("main", default=True, **change))
        assert [held.profile_id for held in outbox.holds()] == ["spare"]

    @pytest.mark.parametrize("change", [{"client_secret_ref": "file:2"}, {"tenant_id": "t2"}, {"client_id": "c2"}])
    def test_changing_how_a_mailbox_signs_in_releases_it(self, outbox: OutboxStore, profiles, change):
        outbox.hold(hold("box"))
        put(profiles, graph("box"))
        assert len(outbox.holds()) == 1
        put(profiles, graph("box", **change))
        assert list(outbox.holds()) == []

    def test_a_released_smtp_sends_what_waited(self, outbox: OutboxStore, profiles):
        ids = add(outbox, to_smtp("spare"))
        outbox.hold(hold("spare"))
        assert claim(outbox) == []
        put(profiles, generic("spare", user_name="new"))
        assert claim(outbox) == ids
