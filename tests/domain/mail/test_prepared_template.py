"""Prepared templates: what they render without Jinja is what Jinja renders, and errors are Jinja's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.mail import prepared_template
from smtp_desktop.domain.mail.prepared_template import PreparedTemplate
from smtp_desktop.domain.mail.sandbox import compile_template, render_template
from smtp_desktop.domain.mail.template import BadTemplate, Dialect

NAMES = ["x", "y", "loop", "self", "_", "caller", "range", "none_"]
PIECES = st.lists(
    st.one_of(
        st.sampled_from([f"{{{{ {name} }}}}" for name in NAMES]),
        st.sampled_from(
            ["\r\n", "\n", " ", ",", ";", '"', "<", "<b>", "&amp;", "a@b.example", "é", "{# #}", "{", "%}"]
        ),
        st.sampled_from(["{{- x -}}", "{% raw %}{{ x }}{% endraw %}", "{{ x | upper }}", "{{ 'a' }}", "{{ y.z }}"]),
        st.text(max_size=3),
    ),
    max_size=6,
).map("".join)
VALUES = st.one_of(
    st.sampled_from(["<a href='\"'>&", "a\nb", "a\x00", "\x1d", "Ann <a@x.example>", "a,b", "\u2028", "é"]),
    st.sampled_from([None, True, 7, 1.5, 10**5000, [], ["a@x.example", "b\n", None], {"k": "<v>"}]),
    st.text(max_size=5),
)


def outcome(call, *arguments):
    try:
        return call(*arguments)
    except BadTemplate as bad:
        return f"refused: {bad}"


@settings(deadline=None, max_examples=100)
@given(source=PIECES, x=VALUES, y=VALUES, dialect=st.sampled_from(Dialect))
def test_it_renders_what_jinja_renders(source, x, y, dialect):
    values = dict.fromkeys(NAMES, y) | {"x": x}
    try:
        template = PreparedTemplate(source, dialect)
    except BadTemplate:
        return
    assert outcome(template.render, values) == outcome(
        lambda: render_template(compile_template(source, dialect), values)
    )


@pytest.fixture
def without_jinja(monkeypatch):
    """Makes every use of Jinja's rendering fail."""
    monkeypatch.setattr(prepared_template, "render_template", None)


@pytest.mark.parametrize(
    ("source", "dialect", "rendered_text"),
    [
        ("Dear {{ x }},\r\n{{ y }}\n", Dialect.TEXT, "Dear <b>,\n7\n"),
        ("<p>{{ x }}{# not this #}</p>{{ nothing }}", Dialect.HTML, "<p>&lt;b&gt;</p>"),
        ("{{ who }}, {{ y }}@x.example", Dialect.RECIPIENTS, "A <a@x.example>\x1d 7@x.example"),
        ("/tmp/{{ y }}.pdf", Dialect.PATHS, "/tmp/7.pdf"),
        ("no placeholder", Dialect.TEXT, "no placeholder"),
    ],
)
def test_text_and_placeholders_need_no_jinja(without_jinja, source, dialect, rendered_text):
    values = {"x": "<b>", "y": 7, "nothing": None, "who": "A <a@x.example>"}
    assert PreparedTemplate(source, dialect).render(values) == rendered_text


def test_an_output_that_is_too_long_is_refused_before_it_is_made():
    template = PreparedTemplate("{{ x }}" * 3, Dialect.TEXT)
    with pytest.raises(BadTemplate, match="longer than 10000000 characters"):
        template.render({"x": "y" * 4_000_000})


def test_a_lone_surrogate_is_refused():
    with pytest.raises(BadTemplate, match="invalid character"):
        PreparedTemplate(r"{{ '\ud800' }}", Dialect.TEXT).render({})
