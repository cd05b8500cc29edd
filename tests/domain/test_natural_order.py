"""Names in natural order."""

import sqlite3
from contextlib import closing

import pytest

from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.store.database import schema_scripts


@pytest.mark.parametrize(
    "ordered",
    [
        ["Site_1", "site_2", "Site_10", "SITE_100"],
        ["a1b2", "a1b10", "a2b1"],
        ["2", "10", "a"],
        ["Relay", "relay2", "Relay_2"],
        ["x0", "x1", "x99999999999999999999", "x100000000000000000000"],
    ],
)
def test_numbers_count_by_their_value_and_case_does_not(ordered):
    backwards = ordered[::-1]
    assert sorted(backwards, key=natural_key) == ordered


def test_leading_zeros_make_no_difference():
    assert natural_key("Site_007") == natural_key("site_7")
    assert natural_key("x000") == natural_key("X0")


def test_the_upgrade_of_a_database_makes_the_same_keys():
    names = ["Site_1", "SITE_010", "x000", "x0y", "007", "0", "a1b22c333", "Relay", "z9", "9_00_1", "a" * 48 + "12"]
    (step,) = (script for script in schema_scripts() if script.name.endswith("natural_names_and_tags.sql"))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE smtp (id INTEGER, name TEXT COLLATE NOCASE, is_default INTEGER)")
        connection.executemany("INSERT INTO smtp VALUES (?, ?, 0)", list(enumerate(names)))
        connection.executescript(step.read_text(encoding="utf-8"))
        made = dict(connection.execute("SELECT name, sort_name FROM smtp").fetchall())
    assert made == {name: natural_key(name) for name in names}
