"""Names for imported SMTPs."""

import pytest

from smtp_desktop.domain.imports.naming import free_name, smtp_name
from smtp_desktop.domain.smtp.field_rules import name_problem


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("shop orders",), "Shop_orders"),
        (("", "smtp.contoso.example"), "Smtp_contoso_example"),
        (("Büro – Étage",), "Buro_Etage"),
        (("郵件", "h.example"), "H_example"),
        (("郵件",), "SMTP"),
        (("_a_" * 40,), ("A" + "_a" * 30)[:49]),
    ],
)
def test_any_words_make_a_name(words: tuple[str, ...], name: str) -> None:
    made = smtp_name(*words)
    assert made == name
    assert name_problem(made) is None


def test_a_taken_name_gets_a_number() -> None:
    assert free_name("Shop", {"shop", "shop_2"}) == "Shop_3"
    assert len(free_name("S" * 50, {"s" * 50})) == 50


def test_thousands_of_one_name_are_numbered_in_no_time():
    taken: set[str] = set()
    for _ in range(5_000):
        taken.add(free_name("Relay", taken).lower())
    assert {"relay", "relay_2", "relay_5000"} <= taken
