"""Things in their order, and what a search finds among them."""

from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.ui.cards.card_list import Shelf

names = st.lists(st.text("abAB1 ", max_size=4), unique=True, max_size=8)


def shelf_of(things):
    return Shelf(things, order=lambda name: (name.lower(), name), text=lambda name: name)


@given(names, names, st.text("ab1", max_size=2))
def test_it_is_as_if_made_anew_after_every_change(before, after, search):
    shelf = shelf_of(before)
    for name in after:
        shelf.put(name, name if name in before else None)
    for name in set(before) - set(after):
        shelf.remove(name)
    assert shelf.things == shelf_of(after).things
    assert [shelf.place_of(name) for name in shelf.things] == list(range(len(shelf.things)))
    found = shelf.holding(search, range(len(shelf.things)))
    assert [shelf.things[place] for place in found] == [name for name in shelf.things if search in name.lower()]
    assert list(shelf.holding("a", found)) == [place for place in found if "a" in shelf.things[place].lower()]
