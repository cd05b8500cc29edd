"""Broken templates are explained without the terms of the template engine."""

import pytest

from smtp_desktop.domain.mail.sandbox import compile_template
from smtp_desktop.domain.mail.template import BadTemplate, Dialect


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Hello {{ name", "a placeholder is not closed"),
        ("Hello {{ }}", "a placeholder is empty"),
        ("Hello {{ first name }}", "contains more than a name: name can't be there"),
        ("{% if a %}Hello", "a block is not closed: {% endif %} is missing"),
        ("{% iff a %}", "there is no block called iff"),
        ("Hello {{ name | uper }}", "there is no filter called uper"),
        ("Hello {{ name) }}", ") closes nothing here"),
    ],
)
def test_a_fault_is_named_in_plain_words_with_its_line(source, said):
    with pytest.raises(BadTemplate) as refused:
        compile_template(f"\n{source}", Dialect.TEXT)
    message = str(refused.value)
    assert message.startswith("Line 2: ")
    assert said in message
    assert "statement" not in message
    assert "Jinja" not in message
