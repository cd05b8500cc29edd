import pytest
from domain.delivery.test_template import draft, refused, specs

from smtp_desktop.domain.delivery.activity_template import literal_address_errors, render
from smtp_desktop.domain.mail.address import Address


def rendered_to(to, **values):
    return render(draft(to=to), values).to


class TestSeparators:
    def test_commas_semicolons_and_line_ends_separate(self):
        assert specs(rendered_to("a@x.example, b@x.example;c@x.example\r\nd@x.example\n\n,;e@x.example,")) == [
            f"{message}@x.example" for message in "abcde"
        ]

    def test_quoted_separators_separate_nothing(self):
        (address,) = rendered_to('"Meier, Ann; \\"A, B\\" {{ n }}" <ann@x.example>', n="Bo")
        assert address == Address(local="ann", domain="x.example", display_name='Meier, Ann; "A, B" Bo')

    def test_a_quote_ends_with_its_line(self):
        assert specs(rendered_to('"Ann, <a@x.example>\nb@x.example')) == ["a@x.example", "b@x.example"]

    def test_separators_in_tags_and_comments_separate_nothing(self):
        source = "{# a, b; c #}{{ {'x': 'a@x.example', 'y': 1}.x }}, {{ ['b@x.example', 'z'][0] }}"
        assert specs(rendered_to(source)) == ["a@x.example", "b@x.example"]

    def test_errors_count_the_lines_of_the_template(self):
        assert refused(render, draft(to="a@x.example\nb@x.example, \n{{ 1 / n }}"), {"n": 0})["to"].startswith(
            "Line 3:"
        )

    def test_conditions_and_loops_go_over_several(self):
        source = "{% if boss %}{{ boss }}, chief@x.example, {% endif %}{% for p in people %}{{ p.mail }}\n{% endfor %}"
        people = [{"mail": "Ann <a@x.example>"}, {"mail": ""}, {"mail": "b@x.example"}]
        assert specs(rendered_to(source, boss="q@x.example", people=people)) == [
            *("q@x.example", "chief@x.example", "a@x.example", "b@x.example"),
        ]
        assert specs(rendered_to(source, boss="", people=people)) == ["a@x.example", "b@x.example"]

    def test_white_space_control_and_raw_blocks_are_understood(self):
        assert specs(rendered_to("{% raw %}a@x.example,b@x.example{% endraw %}\n{{- n -}}\n", n="")) == [
            *("a@x.example", "b@x.example"),
        ]


class TestLonePlaceholder:
    def test_its_value_may_have_a_display_name(self):
        expected = Address(local="a", domain="x.example", display_name="Meier, Ann")
        assert rendered_to(" {{ who }} ", who='"Meier, Ann" <a@x.example>') == (expected,)

    def test_a_list_gives_several_recipients(self):
        assert specs(rendered_to("{{ who }}, z@x.example", who=["a@x.example", "B <b@x.example>", ""])) == [
            *("a@x.example", "b@x.example", "z@x.example"),
        ]

    @pytest.mark.parametrize(
        "value",
        [
            "a@x.example, b@x.example",
            "a@x.example; b@x.example",
            "a@x.example b@x.example",
            "a@x.example\nb@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "a@x.example\x1db@x.example",
            "<a@x.example> <b@x.example>",
            "A <a@x.example>, B <b@x.example>",
            "a@x.example, B <b@x.example>",
            '"A" <a@x.example> "B" <b@x.example>',
            "nobody",
            7,
            {"a@x.example": "b@x.example"},
            [["a@x.example", "b@x.example"]],
            ["a@x.example", "b@x.example, c@x.example"],
            ["a@x.example\x1db@x.example"],
        ],
    )
    def test_a_text_never_gives_several_recipients(self, value):
        assert set(refused(render, draft(to="{{ who }}"), {"who": value})) == {"to"}


class TestPartOfARecipient:
    def test_a_name_and_an_address_are_joined(self):
        (address,) = rendered_to('"{{ name }}" <{{ user }}@x.example>', name="Zoë O'Neil", user="zoe")
        assert (address.display_name, address.spec) == ("Zoë O'Neil", "zoe@x.example")

    @pytest.mark.parametrize("forbidden", [*'<>,;"()', "\r", "\n", "\x00", "\x1d", "\x7f", "\u2028"])
    def test_a_value_cant_end_it(self, forbidden):
        errors = refused(render, draft(to="{{ name }} <a@x.example>"), {"name": f"x{forbidden}y"})
        assert 'a value holds one of < > , ; " ( ) or a control character' in errors["to"]

    def test_a_list_is_no_list_of_recipients_here(self):
        errors = refused(render, draft(to="{{ name }}@x.example"), {"name": ["a", "b"]})
        assert set(errors) == {"to"}

    @pytest.mark.parametrize("user", ["evil@other.example", "", "a b", "a@b.example x"])
    def test_the_whole_must_be_an_address(self, user):
        assert "not an email address" in refused(render, draft(to="{{ user }}@x.example"), {"user": user})["to"]

    @pytest.mark.parametrize(
        "source",
        [
            "{% macro m(x) %}{{ x }}{% endmacro %},{{ m(who) }}",
            "{% set y %}{{ who }}{% endset %}, {{ y }}",
            "x{% set y %}{{ who }}{% endset %}{{ y }}@x.example",
            "{{ who | join(', ') }}",
            "{{ who }}{{ who }}",
        ],
    )
    def test_no_block_gives_several_recipients(self, source):
        assert set(refused(render, draft(to=source), {"who": ["a@x.example", "b@x.example"]})) == {"to"}


ENCODED = "=?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?="


class TestEncodedWords:
    """Python's `email` decodes them when it writes a header, with the line ends in them."""

    @pytest.mark.parametrize("to", ["{{ a }} <a@x.example>", "{{ a }}@x.example", '"{{ a }}" <a@x.example>'])
    def test_no_address_holds_one(self, to):
        assert set(refused(render, draft(to=to), {"a": ENCODED})) == {"to"}
        assert set(refused(render, draft(to="{{ a }}"), {"a": to.replace("{{ a }}", ENCODED)})) == {"to"}

    def test_in_a_subject_they_are_broken_up(self):
        mail = render(draft(subject="{{ a }}?= {{ b }}{{ c }}"), {"a": ENCODED, "b": "=", "c": "?utf-8?q?=0D=0Ax?="})
        assert mail.subject == "= ?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?= ?= = ?utf-8?q?=0D=0Ax?="


class TestLongNames:
    def test_one_that_needs_quotes_is_taken(self):
        (quoted,) = rendered_to("{{ a }}", a=f'"{"x" * 50}, y" <a@x.example>')
        assert quoted.display_name == f"{'x' * 50}, y"

    def test_others_stay(self):
        (plain,) = rendered_to("{{ a }}", a=f"{'x ' * 50}y <a@x.example>")
        assert plain.display_name == f"{'x ' * 50}y"
        (short,) = rendered_to("{{ a }}", a=f'"{"x" * 40}, y" <a@x.example>')
        assert short.display_name == f"{'x' * 40}, y"


class TestNoRecipient:
    def test_no_recipient_at_all_is_refused(self):
        errors = refused(render, draft(to="{{ a }}", cc="{{ b }}"), {"a": "", "b": []})
        assert errors == {"to": "No recipients: with these values there is no one to send to."}

    def test_one_in_any_field_is_enough(self):
        mail = render(draft(to="{{ a }}", bcc="z@x.example"), {"a": None})
        assert (mail.to, specs(mail.bcc)) == ((), ["z@x.example"])


class TestLiteral:
    def test_those_without_placeholder_are_checked(self):
        errors = literal_address_errors(draft(to="a@x.example, {{ b }} <no>, nobody", cc="{{ c }}; Ann <b@x.example>"))
        assert [error.field for error in errors] == ["to"]
        assert "“nobody” is not an email address" in str(errors[0].message)

    def test_a_template_that_cant_be_read_is_skipped(self):
        assert literal_address_errors(draft(to="{{ x", cc="nobody")) != []
