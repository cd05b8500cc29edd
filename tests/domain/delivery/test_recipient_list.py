"""Recipients of an activity, from the text of a form to a list and back."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.delivery.recipient_list import recipients_in, typed_list
from smtp_desktop.domain.mail.sandbox import parse_template
from smtp_desktop.domain.mail.template import BadTemplate, Dialect


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


PIECES = ["a", "@", ".", ",", ";", '"', "\n", "{{ x }}", "{% if x %}", "{% endif %}", "{# ", "#}", " ", "<", ">"]


@settings(deadline=None)  # the first one loads Jinja
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example('"{{ a }}\nb@c.example')
def test_a_list_is_typed_so_that_it_is_read_again(typed):
    assume(is_readable(typed))
    recipients = recipients_in(typed)
    assert recipients_in(typed_list(recipients)) == recipients


def is_readable(typed):
    try:
        parse_template(typed, Dialect.RECIPIENTS)
    except BadTemplate:
        return False
    return True
