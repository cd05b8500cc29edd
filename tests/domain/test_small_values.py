"""Message texts, cancels, replies, and errors."""

import threading

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.errors import FieldError, FieldErrors, StoreBusy, VaultLocked
from smtp_desktop.domain.message_text import MessageText, msg


def test_a_sentence_is_filled_and_keeps_its_template_for_translators() -> None:
    sentence = msg("{count} of {name}", count=3, name="{Shop}")
    assert str(sentence) == "3 of {Shop}"
    assert (sentence.template, sentence.values) == ("{count} of {name}", {"count": 3, "name": "{Shop}"})
    assert sentence == MessageText(template="{count} of {name}", values={"count": 3, "name": "{Shop}"})
    assert str(msg("plain")) == "plain"


def test_a_placeholder_without_value_is_a_bug() -> None:
    with pytest.raises(KeyError):
        str(msg("{name}"))


def test_field_errors_tell_every_sentence_even_with_braces_in_it() -> None:
    errors = (
        FieldError(field="name", message=msg("Not {typed}.", typed="{a}")),
        FieldError(field="host_name", message=msg("Enter it.")),
    )
    assert str(FieldErrors(errors)) == "Not {a}. Enter it."
    assert str(FieldErrors(errors).message) == "Not {a}. Enter it."
    assert FieldErrors(errors).errors == errors


def test_an_error_carries_its_sentence() -> None:
    error = StoreBusy(msg("{name} is busy.", name="Shop"))
    assert (str(error), error.message.template) == ("Shop is busy.", "{name} is busy.")
    assert not VaultLocked(msg("Unlock it.")).new
    assert VaultLocked(msg("Choose one."), new=True).new


def test_a_cancel_is_not_requested_at_first() -> None:
    assert not Cancel().requested


def test_a_request_wakes_the_work_once() -> None:
    cancel, woken = Cancel(), []
    cancel.set_waker(lambda: woken.append(cancel.requested))

    cancel.request()
    cancel.request()

    assert cancel.requested
    assert woken == [True]


def test_a_wait_that_begins_after_the_request_is_woken_at_once() -> None:
    cancel, woken = Cancel(), []
    cancel.request()
    cancel.set_waker(lambda: woken.append("late"))
    assert woken == ["late"]


def test_only_the_present_wait_is_woken() -> None:
    cancel, woken = Cancel(), []
    cancel.set_waker(lambda: woken.append("first"))
    cancel.set_waker(lambda: woken.append("second"))
    cancel.request()
    assert woken == ["second"]


def test_a_wait_that_ended_is_not_woken() -> None:
    cancel, woken = Cancel(), []
    cancel.set_waker(lambda: woken.append("ended"))
    cancel.set_waker(None)
    cancel.request()
    cancel.set_waker(None)
    assert woken == []


def test_a_wake_may_ask_the_cancel_itself() -> None:
    # The lock is not held while it runs.
    cancel, woken = Cancel(), []
    cancel.set_waker(lambda: cancel.set_waker(lambda: woken.append("inner")))
    cancel.request()
    assert woken == ["inner"]


def test_work_on_another_thread_is_woken() -> None:
    cancel, waiting, released = Cancel(), threading.Event(), threading.Event()

    def work() -> None:
        cancel.set_waker(released.set)
        waiting.set()
        released.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert waiting.wait(10)
    cancel.request()
    thread.join(10)
    assert released.is_set()


@pytest.mark.parametrize(
    ("code", "positive", "temporary"),
    [
        *[(199, False, False), (200, True, False), (354, True, False), (399, True, False)],
        *[(400, False, True), (499, False, True), (500, False, False), (550, False, False)],
    ],
)
def test_a_replys_class_is_its_first_digit(code: int, positive: bool, temporary: bool) -> None:
    assert (Reply(code=code).positive, Reply(code=code).temporary) == (positive, temporary)


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Reply(code=535, enhanced_code="5.7.8", text=("No such", "", "user")), "535 5.7.8 No such user"),
        (Reply(code=250), "250"),
        (Reply(code=250, text=("OK",)), "250 OK"),
    ],
)
def test_a_reply_is_shown_on_one_line(reply: Reply, shown: str) -> None:
    assert str(reply) == shown


def test_a_timeline_is_fine_without_a_failure() -> None:
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("No."))
    assert Timeline(steps=()).ok
    assert not Timeline(steps=(), failure=failure).ok
