"""One window per home."""

import pytest

from smtp_desktop.ui.runtime.single_instance import SingleInstance


@pytest.fixture
def instances(qapp, tmp_path):
    made = []

    def make(home=tmp_path):
        made.append(SingleInstance(home))
        return made[-1]

    yield make
    for instance in made:
        instance.release()


def test_a_second_start_does_not_get_the_home_and_the_first_hears_of_it(instances, qtbot):
    first, second = instances(), instances()
    assert first.take()
    first.listen()
    with qtbot.waitSignal(first.raised, timeout=5000):
        assert not second.take()


def test_every_later_start_is_heard(instances, qtbot):
    first = instances()
    assert first.take()
    first.listen()
    for _ in range(3):
        with qtbot.waitSignal(first.raised, timeout=5000):
            assert not instances().take()


def test_another_home_has_a_window_of_its_own(instances, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    assert instances().take()
    assert instances(other).take()


def test_a_home_that_was_released_can_be_taken(instances, qtbot):
    first, second, third = instances(), instances(), instances()
    assert first.take()
    first.release()
    assert second.take()
    second.listen()
    with qtbot.waitSignal(second.raised, timeout=5000):
        assert not third.take()
