import pytest

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.activity_template import placeholders, render, required_placeholders, template_errors
from smtp_desktop.domain.errors import FieldErrors, MissingValues
from smtp_desktop.domain.mail.address import Address


def draft(**typed):
    return ActivityDraft(**{"name": "Report", "to": "ann@a.example", "subject": "Report", "text": "Hello"} | typed)


def refused(call, *arguments):
    """Returns the messages of the errors, by field."""
    with pytest.raises(FieldErrors) as caught:
        call(*arguments)
    return {error.field: str(error.message) for error in caught.value.errors}


def specs(addresses):
    return [address.spec for address in addresses]


class TestPlaceholders:
    def test_they_come_in_the_order_of_first_use_each_once(self):
        templates = draft(
            to="{{ who }}",
            cc="{{ boss }}; {{ who }}",
            bcc="{{ archive }}",
            subject="{{ second if first else third }}",
            text="{% for row in rows %}{{ row.name }}{{ loop.index }}{% endfor %}",
            html="{{ who }}{{ last }}",
            attachments="/tmp/{{ file }}.pdf",
        )
        assert placeholders(templates) == (
            *("who", "boss", "archive", "second", "first", "third", "rows", "last", "file"),
        )

    def test_variables_that_the_template_sets_are_no_placeholders(self):
        assert placeholders(draft(text="{% set total = price * 2 %}{{ total }}")) == ("price",)

    def test_attributes_filters_and_texts_are_no_placeholders(self):
        assert placeholders(draft(text="{{ job.upper.job }} {{ name | upper }} {# note #} {{ 'quoted' }} plain")) == (
            "job",
            "name",
        )

    @pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "joiner", "namespace"])
    def test_jinjas_own_names_are_placeholders_as_any_other(self, name):
        assert placeholders(draft(text="{{ " + name + " }}")) == (name,)

    def test_an_activity_has_the_same_as_its_draft(self):
        activity = Activity(id=ActivityId("a"), name="A", to="{{ who }}")
        assert placeholders(activity) == ("who",)

    def test_every_field_that_cant_be_read_is_reported(self):
        assert set(refused(placeholders, draft(to="{{", text="{% if %}"))) == {"to", "text"}


class TestSyntax:
    def test_a_readable_draft_has_no_errors(self):
        assert template_errors(draft(text="{{ a }}", html="{% if b %}{{ b }}{% endif %}")) == []

    @pytest.mark.parametrize("field", ["to", "cc", "bcc", "subject", "text", "html", "attachments"])
    def test_an_error_has_the_field_the_line_and_what_is_wrong(self, field):
        (error,) = template_errors(draft(**{field: "a@b.example\n{{ one two }}"}))
        assert error.field == field
        assert str(error.message) == (
            "Line 2: a placeholder contains more than a name: two can't be there. Names have no spaces, for example "
            "{{ name }}."
        )

    @pytest.mark.parametrize(
        "source",
        [
            "{{ x | nofilter }}",
            "{{ x is notest }}",
            "{% nosuchtag %}",
            "{{ 99999999999 ** }}",
            "{{ " + "9" * 5000 + " }}",
            "{{ " + "(" * 300 + "1" + ")" * 300 + " }}",
            "{{ " + "-" * 5000 + "1 }}",
            "{% for x in y %}",
            "broken \ud800",
        ],
    )
    def test_no_syntax_error_crashes(self, source):
        assert [error.field for error in template_errors(draft(text=source))] == ["text"]

    @pytest.mark.parametrize("source", ["{% filter upper %}{{ x }}{% endfilter %}", "{% call x() %}{% endcall %}"])
    def test_blocks_whose_output_is_not_checked_are_refused_where_lines_count(self, source):
        (error,) = template_errors(draft(to=source))
        assert "can't be used here" in str(error.message)
        assert template_errors(draft(text=source)) == []


class TestValues:
    def test_all_missing_values_are_reported_first(self):
        with pytest.raises(MissingValues) as missing:
            render(draft(to="{{ 1 / 0 }}{{ who }}", text="{{ a }}{{ b }}"), {"a": object()})
        assert missing.value.names == ("who", "b")
        assert str(missing.value) == "Enter a value for who, b."

    def test_extra_values_are_ignored(self):
        assert render(draft(text="{{ a }}"), {"a": 1, "b": object()}).text == "1"

    def test_every_plain_type_is_accepted(self):
        values = {"rows": [{"name": "x", "n": 1.5}, {"name": "y", "n": 2}], "on": True, "nothing": None}
        source = "{% for r in rows %}{{ r.name }}={{ r.n }};{% endfor %}{{ on }}[{{ nothing }}]"
        assert render(draft(text=source), values).text == "x=1.5;y=2;true[]"

    def test_a_text_that_claims_to_be_html_is_escaped_all_the_same(self):
        class Claims(str):
            def __html__(self):
                return self

        assert render(draft(html="{{ a }}"), {"a": Claims("<b>")}).html == "&lt;b&gt;"

    @pytest.mark.parametrize(
        "value", [object(), b"bytes", {1, 2}, {1: "x"}, "\ud800", ["deep", {"er": "\udfff"}], len, Ellipsis]
    )
    def test_other_types_are_refused(self, value):
        assert "The value of a" in refused(render, draft(text="{{ a }}"), {"a": value})["values"]

    def test_a_list_in_itself_is_refused(self):
        endless = []
        endless.append(endless)
        assert "nested too deeply" in refused(render, draft(text="{{ a }}"), {"a": endless})["values"]

    @pytest.mark.parametrize(
        "source",
        [
            "{{ a.missing }}",
            "{{ a.missing.more }}",
            "{{ a[5] }}",
            "{{ 1 / zero }}",
            "{{ 10.0 ** 400 * zero }}",
            "{{ a + 1 }}",
            "{{ a() }}",
            "{{ a.__class__ }}",
            "{{ a | attr('__class__') | list }}",
            "{{ '%d' | format(a) }}",
            "{{ '{0.__class__.__mro__}'.format(a) }}",
            "{{ a | int(base=99) | batch('x') | list }}",
            "{{ nothing.append(1) }}",
            "{% include 'x' %}",
            "{% import 'x' as y %}",
            "{% extends a %}",
            "{{ 9 ** (9 ** 9) }}",
            "{{ a * 999999999999 }}",
            "{{ 999999999999 * a }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ big ** 2000 }}",
        ],
    )
    def test_every_runtime_error_is_reported_on_its_field(self, source):
        values = {"a": "text", "zero": 0, "nothing": [], "big": 10**30}
        message = refused(render, draft(text="\n" + source), values)["text"]
        assert message.startswith(("Line ", "It can't be filled in: "))

    def test_the_failed_line_is_reported(self):
        assert refused(render, draft(text="one\ntwo\n{{ 1 / a }}"), {"a": 0}) == {"text": "Line 3: division by zero."}

    def test_all_failed_fields_are_reported_together(self):
        templates = draft(to="{{ a }}", subject="{{ a.x }}", html="{{ a / 0 }}", attachments="{{ a }}")
        assert set(refused(render, templates, {"a": "no\naddress"})) == {"to", "subject", "html", "attachments"}

    def test_output_is_bounded(self):
        source = "{% for a in x %}{% for b in x %}{% for c in x %}{{ x }}{% endfor %}{% endfor %}{% endfor %}"
        errors = refused(render, draft(text=source), {"x": "y" * 3000})
        assert errors == {"text": "The result is longer than 10000000 characters."}


class TestBodies:
    def test_html_is_escaped_and_text_is_not(self):
        mail = render(draft(text="{{ a }}", html="<b>{{ a }}</b>"), {"a": "<&\"'>"})
        assert (mail.text, mail.html) == ("<&\"'>", "<b>&lt;&amp;&#34;&#39;&gt;</b>")

    def test_line_ends_become_lf_and_the_last_one_stays(self):
        mail = render(draft(text="a\r\n{{ x }}\n", html="<p>\r\n"), {"x": "b\rc\r\nd"})
        assert (mail.text, mail.html) == ("a\nb\nc\nd\n", "<p>\n")

    def test_a_value_is_no_template(self):
        assert render(draft(text="{{ a }}"), {"a": "{{ 7 * 7 }}"}).text == "{{ 7 * 7 }}"


class TestSubject:
    @pytest.mark.parametrize(
        "value", ["one\r\nBcc: evil@x.example", "one\nBcc: evil@x.example", "one\x00\x0b\u2028Bcc: evil@x.example"]
    )
    def test_line_ends_and_controls_become_one_blank(self, value):
        assert render(draft(subject="[{{ a }}]"), {"a": value}).subject == "[one Bcc: evil@x.example]"

    def test_line_ends_of_the_template_become_one_blank_too(self):
        assert render(draft(subject="one\ntwo\t{{ a }}\n"), {"a": "3"}).subject == "one two 3"

    def test_an_empty_subject_is_refused_unless_its_template_is_empty(self):
        assert set(refused(render, draft(subject="{{ a }}"), {"a": " \n"})) == {"subject"}
        assert render(draft(subject=""), {}).subject == ""


class TestAttachments:
    def test_each_line_is_a_path(self):
        mail = render(draft(attachments="/a/{{ n }}.pdf\r\n\n  /b c/{{ n }}  \n{{ none }}"), {"n": "1", "none": ""})
        assert mail.attachments == ("/a/1.pdf", "/b c/1")

    def test_a_loop_gives_several(self):
        mail = render(draft(attachments="{% for f in files %}{{ f }}\n{% endfor %}"), {"files": ["/a", "/b"]})
        assert mail.attachments == ("/a", "/b")

    @pytest.mark.parametrize("value", ["/a\n/b", "/a\r/b", "/a\x00", "/a\u2028/b", "/a\x85/b"])
    def test_a_value_adds_no_line(self, value):
        assert "a value holds a line end" in refused(render, draft(attachments="{{ a }}"), {"a": value})["attachments"]


def test_an_empty_value_gives_no_address():
    assert render(draft(to="{{ a }}", cc="x@y.example"), {"a": ""}).cc == (Address(local="x", domain="y.example"),)


class TestValuesAsPeopleWriteThem:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (["a", "b"], "a, b"),
            (["a", ["b", 1, None], True], "a, b, 1, , true"),
            ({"a": 1, "b": [2, 3]}, "a: 1, b: 2, 3"),
            (True, "true"),
            (False, "false"),
            (None, ""),
            (0, "0"),
            (1.5, "1.5"),
            (3.0, "3.0"),
            (1e16, "10000000000000000"),
            (1e-7, "0.0000001"),
            ([], ""),
        ],
    )
    @pytest.mark.parametrize("source", ["{{ v }}", "{% if true %}{{ v }}{% endif %}"])
    def test_in_text_and_html(self, source, value, written):
        mail = render(draft(text=source, html=source), {"v": value})
        assert (mail.text, mail.html) == (written, written)

    def test_in_html_they_are_escaped(self):
        assert render(draft(html="{{ v }}"), {"v": ["<b>", {"&": "'"}]}).html == "&lt;b&gt;, &amp;: &#39;"

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")], {"a": float("nan")}])
    def test_what_is_no_number_is_refused(self, value):
        assert set(refused(render, draft(text="{{ v }}"), {"v": value})) == {"values"}

    @pytest.mark.parametrize("field", ["text", "html"])
    @pytest.mark.parametrize("value", ["a\0b", ["\0"]])
    def test_nul_is_refused(self, field, value):
        assert set(refused(render, draft(**{field: "{{ v }}"}), {"v": value})) == {field}

    def test_a_subject_that_is_far_too_long_is_refused(self):
        assert set(refused(render, draft(subject="{{ v }}"), {"v": "x" * 999})) == {"subject"}
        assert render(draft(subject="{{ v }}"), {"v": "x" * 998}).subject == "x" * 998


class TestPlaceholdersThatNeedNoValue:
    @pytest.mark.parametrize(
        ("source", "text"),
        [
            ("{{ v | default('none') }}", "none"),
            ("{{ v|d('none') }}", "none"),
            ("{% if v is defined %}{{ v }}{% else %}none{% endif %}", "none"),
            ("{{ 'none' if v is undefined else v }}", "none"),
        ],
    )
    def test_are_those_that_the_template_asks_for(self, source, text):
        assert render(draft(text=source), {}).text == text
        assert render(draft(text=source), {"v": "given"}).text == "given"
        assert placeholders(draft(text=source)) == ("v",)
        assert required_placeholders(draft(text=source)) == ()

    def test_another_field_may_need_it(self):
        with pytest.raises(MissingValues) as caught:
            render(draft(text="{{ v | default('x') }}", html="{{ v }}"), {})
        assert caught.value.names == ("v",)

    def test_one_that_is_used_all_the_same_is_said(self):
        assert set(refused(render, draft(text="{{ v | default('x') }} {{ v }}"), {})) == {"text"}
