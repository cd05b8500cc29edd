"""Two processes that change SMTPs at once, step by step: what both were told is what is stored.

Each round lets two writers take turns between the calls of store and vault, in an order of its own; in some, one is
killed on the way. What is stored afterwards must be what the writers that were told "saved" would have stored one
after the other. SMTP_DESKTOP_TEST_RACES is how many rounds the long run has; for
100,000 of them pytest needs `-o faulthandler_timeout=0`.
"""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from fakes.small import RecordedEvents, numbered_ids
from fakes.store import MemoryProfileStore
from fakes.vault import MemoryVault
from services.profiles_harness import OFFICE, RELAY, SHOP, WEB
from services.two_writers.stepping import Killed, Stepping, Turns

from smtp_desktop.domain.errors import ChangedMeanwhile, NoSuchProfile, SmtpDesktopError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SignIn, SmtpProfile, default_id_of
from smtp_desktop.services.profiles import Profiles

ROUNDS = 150
LONG_ROUNDS = int(os.environ.get("SMTP_DESKTOP_TEST_RACES", "4000"))
STEPS = range(10)
SHOP_ID, OFFICE_ID, RELAY_ID, WEB_ID = map(ProfileId, ("p1", "p2", "p3", "p4"))
OTHER_GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
Act = Callable[[Profiles, dict[ProfileId, SmtpProfile]], object]


@dataclass(frozen=True)
class Operation:
    """`act` gets the SMTPs as they were before anybody wrote: a form stood open since then."""

    name: str
    act: Act


def by_command(profile_id: ProfileId, **typed: Any) -> Operation:
    """A command that reads the SMTP, and changes the fields that it names."""

    def act(profiles: Profiles, _: object) -> None:
        seen = profiles.get(profile_id)
        profiles.save(profile_id, edit_of(seen, replace(draft_of(seen), **typed), named=typed))

    return Operation(f"command on {profile_id}: {', '.join(typed)}", act)


def by_form(profile_id: ProfileId, **typed: Any) -> Operation:
    """A form that stood open, in which these fields were changed."""

    def act(profiles: Profiles, before: dict[ProfileId, SmtpProfile]) -> None:
        seen = before[profile_id]
        profiles.save(profile_id, edit_of(seen, replace(draft_of(seen), **typed)))

    return Operation(f"form of {profile_id}: {', '.join(typed)}", act)


EDITS: list[tuple[ProfileId, dict[str, Any]]] = [
    (SHOP_ID, {"smtp_port": "2525"}),
    (SHOP_ID, {"smtp_port": "465", "tls": False}),
    (SHOP_ID, {"signature": "Bob"}),
    (SHOP_ID, {"name": "Kiosk"}),
    (SHOP_ID, {"password": Secret("new of a")}),
    (SHOP_ID, {"password": Secret("new of b"), "user_name": "kiosk@company.example"}),
    (SHOP_ID, {"host_name": "moved.example", "password": Secret("of moved")}),
    (SHOP_ID, {"auth_required": False, "from_address": "shop@company.example"}),
    (SHOP_ID, {"user_name": "till@company.example"}),
    (SHOP_ID, {"trusted_fingerprint": "ab" * 32, "fingerprint_host": "smtp.company.example"}),
    (SHOP_ID, {"trusted_ca_pem": "a CA"}),
    (SHOP_ID, {"is_default": True}),
    (SHOP_ID, {"is_default": False}),
    (OFFICE_ID, {"password": Secret("new mailbox")}),
    (OFFICE_ID, {"client_secret": Secret("new app")}),
    (OFFICE_ID, {"password": Secret("mailbox 3"), "client_secret": Secret("app 3")}),
    (OFFICE_ID, {"tenant_id": OTHER_GUID, "password": Secret("there"), "client_secret": Secret("app there")}),
    (OFFICE_ID, {"sign_in": SignIn.APP_ONLY}),
    (OFFICE_ID, {"client_id": OTHER_GUID, "client_secret": Secret("of the new app")}),
    (OFFICE_ID, {"is_default": True, "description": "The default"}),
    (WEB_ID, {"tokens": Secret("tokens of a")}),
    (WEB_ID, {"tokens": Secret("tokens of b"), "user_name": "till@company.example"}),
    (WEB_ID, {"client_secret": Secret("new client")}),
    (WEB_ID, {"client_id": "other", "client_secret": Secret("of the other")}),
    (WEB_ID, {"issuer": "https://elsewhere.example", "client_secret": Secret("of elsewhere")}),
    (WEB_ID, {"scope": "smtp"}),
    (WEB_ID, {"sign_in": SignIn.DEVICE}),
    (WEB_ID, {"sign_in": SignIn.PASSWORD, "password": Secret("a password again")}),
    (WEB_ID, {"signature": "Bob"}),
    (RELAY_ID, {"is_default": True}),
    (RELAY_ID, {"name": "Kiosk"}),
    (RELAY_ID, {"description": "Anew"}),
    (RELAY_ID, {"auth_required": True, "user_name": "relay@company.example", "password": Secret("of the relay")}),
]
OPERATIONS = [
    *(make(profile_id, **typed) for make in (by_command, by_form) for profile_id, typed in EDITS),
    *(
        Operation(f"default {one}", lambda profiles, _, one=one: profiles.set_default(one))
        for one in (SHOP_ID, OFFICE_ID, RELAY_ID)
    ),
    Operation("delete the default, next is the relay", lambda p, _: p.delete(SHOP_ID, new_default=RELAY_ID)),
    Operation("delete the default alone", lambda p, _: p.delete(SHOP_ID)),
    *(Operation(f"delete {one}", lambda p, _, one=one: p.delete(one)) for one in (OFFICE_ID, RELAY_ID, WEB_ID)),
    Operation("sign out", lambda p, _: p.drop_tokens(WEB_ID)),
    Operation("copy the one with tokens", lambda p, _: p.duplicate(WEB_ID, None)),
    Operation("copy the mailbox", lambda p, _: p.duplicate(OFFICE_ID, Secret("of the copy"))),
    Operation("copy the shop", lambda p, _: p.duplicate(SHOP_ID, Secret("of the copy"))),
    Operation("create Kiosk", lambda p, _: p.create(replace(SHOP, name="Kiosk"), default_if_none=True)),
    Operation("create a default", lambda p, _: p.create(replace(RELAY, name="Kiosk2", is_default=True))),
    Operation("clear up", lambda p, _: p.erase_abandoned_secrets()),
]


class TwoWritersHarness:
    """Four SMTPs, the first of which is the default, and processes that change them."""

    def __init__(self, turns: Turns) -> None:
        self.store, self.vault, self.turns = MemoryProfileStore(), MemoryVault(), turns
        profiles, secrets = _set_up()
        self.store.profiles |= profiles
        self.vault.secrets |= secrets
        new_id = numbered_ids()
        for _ in secrets:  # ids and places that are taken already
            self.vault.new_ref(new_id(), SecretField.PASSWORD)
        self._new_id, self.before = new_id, dict(profiles)

    def process(self) -> Profiles:
        return Profiles(
            store=Stepping(self.store, self.turns),  # type: ignore[arg-type]  # it passes every call on
            vault=Stepping(self.vault, self.turns),  # type: ignore[arg-type]  # as above
            events=RecordedEvents(),
            new_id=self._new_id,
        )

    def run(self, **operations: Operation) -> dict[str, SmtpDesktopError | Killed | None]:
        def writer(operation: Operation) -> Callable[[], object]:
            profiles = self.process()
            return lambda: operation.act(profiles, self.before)

        return self.turns.run({name: writer(operation) for name, operation in operations.items()})

    def stored(self) -> dict[str, tuple[ProfileDraft, dict[SecretField, str]]]:
        """All that is stored, with the secrets; without ids, which differ from run to run."""
        return {
            one.name: (
                draft_of(one),
                {field: self.vault.secrets[ref].reveal() for field, ref in one.secret_refs.items()},
            )
            for one in self.store.profiles.values()
        }

    def assert_whole(self) -> None:
        named = {ref for one in self.store.profiles.values() for ref in one.secret_refs.values()}
        assert named <= set(self.vault.secrets), "an SMTP names a secret that is gone"
        assert not named & self.store.stale, "a secret that an SMTP names is to be erased"
        assert set(self.vault.secrets) <= named | self.store.stale, "a secret is left that nobody knows of"
        assert not self.store.profiles or default_id_of(self.store.profiles.values()), "there is no default"
        self.store.pass_a_day()
        assert self.process().erase_abandoned_secrets() is None
        assert set(self.vault.secrets) == named


@cache
def _set_up() -> tuple[dict[ProfileId, SmtpProfile], dict[SecretRef, Secret]]:
    store, vault = MemoryProfileStore(), MemoryVault()
    profiles = Profiles(store=store, vault=vault, events=RecordedEvents(), new_id=numbered_ids())
    for draft in (replace(SHOP, is_default=True), OFFICE, RELAY, WEB):
        profiles.create(draft)
    return store.profiles, vault.secrets


@cache
def one_after_the_other(*operations: Operation) -> Any:
    """Returns what is stored once these were done one after the other; None where one is refused."""
    harness = TwoWritersHarness(Turns(lambda names: names[0]))
    try:
        for operation in operations:
            operation.act(harness.process(), harness.before)
    except SmtpDesktopError:
        return None
    return harness.stored()


def assert_both_hold(first: Operation, second: Operation, turns: Turns) -> None:
    """Runs both at once. What is stored then is what those that were done make of it one after the other."""
    harness = TwoWritersHarness(turns)
    ends = harness.run(first=first, second=second)
    operations = {"first": first, "second": second}
    done = [operations[name] for name, end in ends.items() if end is None]
    killed = [operations[name] for name, end in ends.items() if isinstance(end, Killed)]
    stored = harness.stored()
    subsets = [[*done, *some] for count in range(len(killed) + 1) for some in itertools.combinations(killed, count)]
    serial = [one_after_the_other(*order) for subset in subsets for order in itertools.permutations(subset)]
    assert stored in serial, f"{first.name} + {second.name}: {ends}"
    harness.assert_whole()
    for name, end in ends.items():
        if isinstance(end, ChangedMeanwhile) and one_after_the_other(operations[name]) is not None:
            assert done or killed, f"{first.name} + {second.name}: both were refused"


def rounds(count: int, seed: str) -> Iterator[tuple[Operation, Operation, Turns]]:
    chance = random.Random(seed)
    for number in range(count):
        first, second = chance.choices(OPERATIONS, k=2)
        killed_at = {chance.choice(("first", "second")): chance.randint(1, 12)} if number % 4 == 0 else {}
        yield first, second, Turns(chance.choice, killed_at)


def test_two_writers_at_once_keep_what_both_said_or_one_is_refused() -> None:
    for first, second, turns in rounds(ROUNDS, "quick"):
        assert_both_hold(first, second, turns)


@pytest.mark.long
def test_thousands_of_rounds_of_two_writers_lose_nothing() -> None:
    for first, second, turns in rounds(LONG_ROUNDS, "long"):
        assert_both_hold(first, second, turns)


@pytest.mark.long
def test_every_two_operations_hold_whichever_comes_in_between() -> None:
    # One writer runs up to a step, then the other runs to its end: the shape of every lost update.
    chance, more = random.Random("pairs"), "SMTP_DESKTOP_TEST_RACES" in os.environ
    pairs = list(itertools.product(OPERATIONS, repeat=2))
    for first, second in pairs if more else chance.sample(pairs, k=3000):
        for steps in STEPS if more else chance.sample(STEPS, k=1):
            left = itertools.chain(["first"] * steps, itertools.repeat("second"))
            assert_both_hold(first, second, Turns(lambda names, left=left: next(left)))


PASSWORD, CLIENT_SECRET = by_command(OFFICE_ID, password=Secret("1")), by_command(OFFICE_ID, client_secret=Secret("2"))


@pytest.mark.parametrize("steps", STEPS)
def test_two_secrets_of_one_smtp_changed_at_once_are_both_kept(steps: int) -> None:
    left = itertools.chain(["first"] * steps, itertools.repeat("second"))
    harness = TwoWritersHarness(Turns(lambda _: next(left)))
    assert harness.run(first=PASSWORD, second=CLIENT_SECRET) == {"first": None, "second": None}
    assert harness.stored()["Office"][1] == {SecretField.PASSWORD: "1", SecretField.CLIENT_SECRET: "2"}
    harness.assert_whole()


def test_an_edit_beside_a_new_default_leaves_one() -> None:
    # The edit has read the default when that becomes another one.
    left = itertools.chain(["first"] * 2, itertools.repeat("second"))
    harness = TwoWritersHarness(Turns(lambda _: next(left)))
    edit, move = by_command(SHOP_ID, signature="Bob"), Operation("move", lambda p, _: p.set_default(RELAY_ID))
    assert harness.run(first=edit, second=move) == {"first": None, "second": None}
    assert [(one.name, one.is_default) for one in harness.process().all()] == [
        ("Relay", True),
        ("Office", False),
        ("Shop", False),
        ("Web", False),
    ]


def test_a_secret_that_waited_too_long_is_not_named_by_any_smtp() -> None:
    # While the keyring asked, a day went by, and another process cleared up.
    left = itertools.chain(["first"] * 7, itertools.repeat("second"))
    harness = TwoWritersHarness(Turns(lambda _: next(left)))

    def clear_up(profiles: Profiles, _: object) -> None:
        harness.store.pass_a_day()
        profiles.erase_abandoned_secrets()

    ends = harness.run(first=by_command(SHOP_ID, password=Secret("late")), second=Operation("clear up", clear_up))
    assert isinstance(ends["first"], ChangedMeanwhile)
    assert harness.stored()["Shop"][1] == {SecretField.PASSWORD: "old"}
    harness.assert_whole()


def test_saving_what_was_deleted_meanwhile_is_refused() -> None:
    left = itertools.chain(["first"] * 4, itertools.repeat("second"))
    harness = TwoWritersHarness(Turns(lambda _: next(left)))
    gone = Operation("delete", lambda p, _: p.delete(OFFICE_ID))
    assert isinstance(harness.run(first=PASSWORD, second=gone)["first"], NoSuchProfile)
    harness.assert_whole()
