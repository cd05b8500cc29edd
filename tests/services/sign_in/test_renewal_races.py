"""Processes that renew one sign-in at once, step by step: its refresh token works once, and is never lost.

Each round lets two or three writers take turns between the calls of store, vault, records and authorization server, in
an order of its own; in some, one is killed on the way. SMTP_DESKTOP_TEST_RACES is how many rounds the long run has.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from services.sign_in.sign_in_harness import Process, SignInHarness
from services.two_writers.stepping import Killed, Stepping, Turns

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import ChangedMeanwhile, NoSuchProfile, VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile

ROUNDS = 150
LONG_ROUNDS = int(os.environ.get("SMTP_DESKTOP_TEST_RACES", "1000"))
STEPS = range(20)


class SteppingVault(Stepping):
    """Waiting for a secret that another writer has is a step, too."""

    def __init__(self, port: Any, turns: Turns, held: set[SecretRef]) -> None:
        super().__init__(port, turns)
        self._held = held

    @contextmanager
    def exclusive(self, ref: SecretRef, cancel: Cancel) -> Iterator[None]:
        self._turns.step()
        while ref in self._held:
            if cancel.requested:
                with self._port.exclusive(ref, cancel):  # raises Cancelled, since the writer that has it holds it
                    raise AssertionError("two writers have one secret")
            self._turns.step()
        self._held.add(ref)
        try:
            with self._port.exclusive(ref, cancel):
                yield
        finally:
            self._held.discard(ref)


class Race(SignInHarness):
    """Somebody has signed in for an SMTP an hour ago."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns, self._held = turns, set[SecretRef]()
        self.shop = self.signed_in()
        self.pass_time(hours=1)
        self.servers.during = turns.step

    def another_process(self) -> Process:
        def wrapped(port: Any) -> Any:
            if port is self.vault:
                return SteppingVault(port, self.turns, self._held)
            return Stepping(port, self.turns)

        return Process(self, wrapped)


@dataclass(frozen=True)
class Act:
    name: str
    run: Callable[[Process, SmtpProfile, list[str]], object]


def gets_a_token(process: Process, shop: SmtpProfile, got: list[str]) -> None:
    source = process.tokens.source_of(shop)
    assert source
    got.append(source(False, Cancel()).value.reveal())


def edits(**typed: Any) -> Callable[[Process, SmtpProfile, list[str]], object]:
    return lambda process, shop, _: process.profiles.save(shop.id, edit_of(shop, replace(draft_of(shop), **typed)))


def signs_in(process: Process, shop: SmtpProfile, _: list[str]) -> None:
    process.sign_ins.sign_in(
        shop.id,
        by_device=False,
        keep_other_account=True,
        cancel=Cancel(),
        on_address=lambda _: None,
        on_code=lambda _: None,
    )


TOKEN = Act("token", gets_a_token)
ACTS = [
    TOKEN,
    Act("sign in", signs_in),
    Act("sign out", lambda process, shop, _: process.sign_ins.sign_out(shop.id)),
    Act("delete", lambda process, shop, _: process.profiles.delete(shop.id)),
    Act("copy", lambda process, shop, _: process.profiles.duplicate(shop.id, None)),
    Act("edit the signature", edits(signature="Bob")),
    Act("edit the user name", edits(user_name="till@company.example")),
    Act("edit the client secret", edits(client_secret=Secret("another"))),
]
TAKEN = (ChangedMeanwhile, NoSuchProfile, NoAccessToken, VaultError)
"""How writers end that others came before: they are told so."""


def race(acts: dict[str, Act], turns: Turns) -> tuple[Race, list[str], bool]:
    """Returns the race in its end, the tokens that were got, and whether a writer was killed."""
    it, got = Race(turns), list[str]()
    writers = {}
    for name, act in acts.items():
        process = it.another_process()
        writers[name] = lambda act=act, process=process: act.run(process, it.shop, got)
    ends = turns.run(writers)
    it.servers.during = lambda: None
    for name, end in ends.items():
        assert end is None or isinstance(end, (*TAKEN, Killed)), (name, end)
    return it, got, any(isinstance(end, Killed) for end in ends.values())


def assert_whole(it: Race, *, killed: bool) -> None:
    named = {ref for one in it.store.profiles.values() for ref in one.secret_refs.values()}
    assert not named & it.store.stale, "a secret that an SMTP names is to be erased"
    assert set(it.vault.secrets) <= named | it.store.stale, "a secret is left that nobody knows of"
    assert set(it.states.all()) <= set(it.store.profiles)
    it.store.pass_a_day()
    assert it.profiles.erase_abandoned_secrets() is None
    assert set(it.vault.secrets) <= named
    present = it.store.profiles.get(it.shop.id)
    if present and SecretField.TOKENS in present.secret_refs and not killed:
        assert it.token(present).value in {one.access_token for one in it.servers.issued}, "the sign-in was lost"


def orders(seed: str) -> Turns:
    chance = random.Random(seed)
    killed_at = {"a": chance.choice(STEPS)} if chance.random() < 0.3 else {}
    return Turns(chance.choice, killed_at)


@pytest.mark.parametrize("seed", range(40))
def test_three_that_need_a_token_at_once_renew_it_once(seed: int) -> None:
    it, got, _ = race(dict.fromkeys("abc", TOKEN), Turns(random.Random(seed).choice))
    assert got == ["A2"] * 3
    assert len(it.servers.refreshes) == 1
    assert it.stored(it.shop) == it.servers.issued[1]
    assert_whole(it, killed=False)


def test_whoever_is_killed_while_it_renews_lets_the_others_go_on() -> None:
    lost = 0
    for step in STEPS:
        it, got, killed = race(dict.fromkeys("abc", TOKEN), Turns(lambda names: names[0], {"a": step}))
        assert_whole(it, killed=killed)
        if got:
            assert got == ["A2"] * (2 if killed else 3)
            assert it.stored(it.shop) == it.servers.issued[1]
        else:
            assert it.stored(it.shop) is None
            lost += 1
    # Right between the server's answer and the vault: the new refresh token died with its process, and the old one had
    # been used. Nothing can help that, and the others say that somebody has to sign in again.
    assert lost == 1


@pytest.mark.parametrize("number", [ROUNDS, pytest.param(LONG_ROUNDS, marks=pytest.mark.long)])
def test_whatever_others_do_meanwhile_no_sign_in_is_lost_or_left_behind(number: int) -> None:
    chance = random.Random(number)
    for one in range(number):
        acts = {"a": TOKEN, "b": chance.choice(ACTS), "c": chance.choice(ACTS)}
        seed = f"{number}/{one}"
        try:
            it, _, killed = race(acts, orders(seed))
            assert_whole(it, killed=killed)
        except AssertionError as error:
            raise AssertionError(f"{seed}: {[act.name for act in acts.values()]}") from error
