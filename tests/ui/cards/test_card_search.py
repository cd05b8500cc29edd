"""Which cards are shown: search, segments, and what is selected meanwhile."""

import pytest

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ALPHA", ["Alpha"]),
        ("mx.beta", ["Beta"]),
        ("Billing@", ["Gamma"]),
        ("gamma-user", ["Gamma"]),
        ("a", ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_search_looks_at_name_host_and_address(gui, typed, found):
    gui.have("Alpha", host_name="one.example", user_name="x@one.example")
    gui.have("Beta", host_name="MX.beta.example", user_name="y@two.example")
    gui.have("Gamma", host_name="h.example", user_name="gamma-user", from_address="billing@h.example")
    gui.open()
    gui.press("Ctrl+F")
    assert gui.focus().objectName() == "searchField"
    gui.write(typed)
    assert gui.names() == found


def test_search_without_a_match_says_so_and_is_taken_back(gui):
    gui.have("Alpha")
    gui.open()
    gui.enter("searchField", "zzz", gui.window)
    assert gui.visible("noMatchState")
    assert not gui.visible("emptyState")
    gui.enter("searchField", "", gui.window)
    assert gui.names() == ["Alpha"]
    assert not gui.visible("noMatchState")


def test_the_count_says_how_many_of_how_many_are_found(gui):
    for number in range(11):
        gui.have(f"Site_{number}")
    gui.open()
    assert "11" in gui.words(gui.window.page).splitlines()
    gui.enter("searchField", "site_1", gui.window)
    assert "2 of 11" in gui.words(gui.window.page).splitlines()


def test_numbers_in_names_count_by_their_value(gui):
    for name in ("Site_10", "site_2", "Site_1"):
        gui.have(name)
    gui.open()
    assert gui.names() == ["Site_1", "site_2", "Site_10"]


def test_search_looks_at_tags(gui):
    gui.have("Alpha", tags="prod eu")
    gui.have("Beta", tags="test")
    gui.open()
    gui.enter("searchField", "prod", gui.window)
    assert gui.names() == ["Alpha"]


def test_a_button_clears_the_search_that_finds_nothing(gui):
    gui.have("Alpha")
    gui.open()
    gui.enter("searchField", "zzz", gui.window)
    clear = gui.part("clearSearchButton")
    assert clear.text() == "Clear search"
    gui.click(clear)
    assert (gui.names(), gui.part("searchField").text()) == (["Alpha"], "")
    assert gui.focus() is gui.grid


def test_a_button_ends_the_filter_that_nothing_belongs_to(gui):
    gui.have("Alpha")
    gui.open()
    gui.click("graphSegment")
    clear = gui.part("clearSearchButton")
    assert clear.text() == "Show all"
    gui.click(clear)
    assert gui.names() == ["Alpha"]
    assert gui.part("allSegment").isChecked()


def test_the_selection_survives_a_search_that_hid_it(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.open_card("Beta")
    gui.enter("searchField", "bet", gui.window)
    assert gui.selected() == ["Beta"]
    gui.enter("searchField", "alp", gui.window)
    assert gui.selected() == []
    gui.enter("searchField", "", gui.window)
    assert gui.selected() == ["Beta"]
    assert gui.typed("nameField") == "Beta"


def test_the_selection_survives_a_change_of_segment(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.open_card("Beta")
    gui.click("genericSegment")
    assert gui.selected() == ["Beta"]
    gui.click("graphSegment")
    assert gui.names() == []
    gui.click("allSegment")
    assert gui.selected() == ["Beta"]


def test_segments(gui):
    bad = gui.have("Alpha")
    good = gui.have("Beta")
    gui.have_graph("Mailbox")
    gui.have_result(bad, ok=False, stage=Stage.CONNECT, kind=FailureKind.REFUSED)
    gui.have_result(good)
    gui.open()
    shown = {}
    for segment in ("generic", "graph", "failing", "all"):
        gui.click(f"{segment}Segment")
        shown[segment] = gui.names()
    assert shown == {
        "generic": ["Alpha", "Beta"],
        "graph": ["Mailbox"],
        "failing": ["Alpha"],
        "all": ["Alpha", "Beta", "Mailbox"],
    }
