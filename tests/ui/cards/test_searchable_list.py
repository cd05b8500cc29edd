"""SearchableList: its order, and what a search finds."""

from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.ui.cards.card_list import SearchableList

names = st.lists(st.text("abAB1 ", max_size=4), unique=True, max_size=8)


def list_of(items):
    return SearchableList(items, order=lambda name: (name.lower(), name), text=lambda name: name)


@given(names, names, st.text("ab1", max_size=2))
def test_it_is_as_if_made_anew_after_every_change(before, after, search):
    changed = list_of(before)
    for name in after:
        changed.put(name, name if name in before else None)
    for name in set(before) - set(after):
        changed.remove(name)
    assert changed.items == list_of(after).items
    assert [changed.position_of(name) for name in changed.items] == list(range(len(changed.items)))
    found = changed.matching(search, range(len(changed.items)))
    assert [changed.items[position] for position in found] == [name for name in changed.items if search in name.lower()]
    assert list(changed.matching("a", found)) == [n for n in found if "a" in changed.items[n].lower()]
