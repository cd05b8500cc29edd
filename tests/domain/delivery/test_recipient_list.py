"""Recipients of an activity, from the text of a form to a list and back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.delivery.recipient_list import recipients_in, typed_list


@pytest.mark.parametrize(
    ("typed", "recipients"),
    [
        ("", []),
        (" , ;\n", []),
        ("a@b.example, c@d.example;\nAnn <g@h.example>", ["a@b.example", "c@d.example", "Ann <g@h.example>"]),
        ('"Doe, Jane" <jane@b.example>, x@y.example', ['"Doe, Jane" <jane@b.example>', "x@y.example"]),
        ('{{ boss }}; {{ all | join(", ") }}', ["{{ boss }}", '{{ all | join(", ") }}']),
        ("{% if x %}a@b.example{% endif %}", ["{% if x %}a@b.example{% endif %}"]),
        ("{{ broken, a@b.example", ["{{ broken, a@b.example"]),
    ],
)
def test_each_recipient_is_as_it_was_typed(typed, recipients):
    assert recipients_in(typed) == recipients


@settings(deadline=None)  # the first one loads Jinja
@given(st.text('a@.,;"\\\n{}%# <>', max_size=30))
@example('"{{ a }}\nb@c.example')
def test_a_list_is_typed_so_that_it_is_read_again(typed):
    recipients = recipients_in(typed)
    assert recipients_in(typed_list(recipients)) == recipients
