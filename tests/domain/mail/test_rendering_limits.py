"""Templates that would take all memory or never end: each is refused, and soon."""

import pytest

from smtp_desktop.domain.mail.sandbox import compile_template, render_template
from smtp_desktop.domain.mail.template import BadTemplate, Dialect

LARGE = "{% set x = 'x' * 9000000 %}"
NESTED = "{% set l = ['x'] %}" + "{% set l = [l, l] %}" * 60
BOMBS = {
    "a chain of ~": "{% set x = 'x' * 1000 %}" + "{% set x = x ~ x ~ x ~ x %}" * 20,
    "a chain of +": "{% set x = 'x' * 1000 %}" + "{% set x = x + x + x %}" * 20,
    "many large values": "".join(f"{{% set x{n} = 'x' * 9000000 %}}" for n in range(100)),
    "bytes": "{{ ('a'.encode() * 2000000000) | length }}",
    "powers": "{{ 10 ** 1000000 }}",
    "ljust": "{{ 'x'.ljust(2000000000) }}",
    "zfill": "{{ '1'.zfill(2000000000) }}",
    "center as a method": "{{ 'x'.center(2000000000) }}",
    "center": "{{ 'x' | center(2000000000) }}",
    "expandtabs": "{{ ('\t' * 1000000).expandtabs(100000) | length }}",
    "a width behind %": "{{ '%2000000000d' % 1 }}",
    "a width as a value": "{{ '%*d' % (2000000000, 1) }}",
    "format as a filter": "{{ '%2000000000d' | format(1) }}",
    "format as a method": "{{ '{:2000000000}'.format(1) }}",
    "format with a width as a value": "{{ '{:{w}}'.format(1, w=2000000000) }}",
    "format many times": LARGE + "{{ ('{0}' * 300).format(x) | length }}",
    "format_map": LARGE + "{{ ('{a}' * 300).format_map({'a': x}) | length }}",
    "to_bytes": "{{ (1).to_bytes(2000000000) | length }}",
    "replace": "{{ ('x' * 1000000) | replace('x', 'y' * 100000) | length }}",
    "replace as a method": "{{ ('x' * 1000000).replace('', 'y' * 100000) | length }}",
    "translate": "{{ ('x' * 1000000).translate({120: 'y' * 100000}) | length }}",
    "join": "{{ ('x' * 100000) | join('y' * 1000000) | length }}",
    "join as a method": "{{ ('y' * 1000000).join('x' * 100000) | length }}",
    "indent": "{{ ('x\n' * 100000) | indent(9000) | length }}",
    "tojson": "{{ [1] | tojson(indent=2000000000) }}",
    "truncate": "{{ 'x' | truncate(2000000000) }}",
    "slice": "{{ 'x' | slice(2000000000) | list | length }}",
    "batch": "{{ 'x' | batch(2000000000, 'y') | list | length }}",
    "sort": "{{ ('yx' * 4000000) | sort | length }}",
    "wordwrap": "{{ ('x ' * 1000000) | wordwrap(1) | length }}",
    "wordwrap with a long line end": "{{ ('x ' * 100000) | wordwrap(1, true, 'y' * 1000000) | length }}",
    "a filter block": "{% filter wordwrap(1) %}{{ 'x ' * 4000000 }}{% endfilter %}",
    "a set block of text": "{% set y %}{% for a in 'x' * 3000 %}" + "x" * 300000 + "{% endfor %}{% endset %}",
    "an endless macro": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "too many tags": "{{ 1 }}" * 200_000,
    "too many blocks": "{% set a = 1 %}" * 200_000,
    "too many comments": "{# #}" * 200_000,
    "one long tag": "{{ " + "a ~ " * 200_000 + "a }}",
}
SLOW_BOMBS = {
    "many long lists": "".join(f"{{% set x{n} = [1] * 9000000 %}}" for n in range(100)),
    "sum of lists": "{{ ([[1]] * 100000) | sum(start=[]) | length }}",
    "a set block": LARGE + "{% set y %}" + "{{ x }}" * 100 + "{% endset %}",
    "a list in itself": NESTED + "{{ l }}",
    "a list in itself, compared": NESTED + "{{ l in [[l, 1], l] }}",
    "nested loops": "{% set l = 'x' * 1000 %}" + "{% for a in l %}" * 4 + "{% endfor %}" * 4,
    "loops that leave all out": "{% set l = 'x' * 1000 %}{% for a in l %}{% for b in l %}{% for c in l if false %}"
    + "{% endfor %}" * 3,
    "a macro that calls itself twice": "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}"
    "{{ a(60) }}",
    "a macro of text": "{% macro a(n) %}"
    + "x" * 100000
    + "{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}"
    "{% set y %}{{ a(40) }}{% endset %}",
    "call blocks": "{% macro a() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + "{% call a() %}" * 60
    + "x"
    + "{% endcall %}" * 60,
    "in, again and again": LARGE + "{% for i in 'x' * 200000 %}{% if 'b' in x %}{% endif %}{% endfor %}",
    "in as a test": LARGE + "{{ ('x' * 200000) | select('in', x) | list }}",
    "find, again and again": LARGE + "{% for i in 'x' * 200000 %}{{ x.find('b') }}{% endfor %}",
    "slices of a text": LARGE + "{% for i in 'x' * 200000 %}{% set c = x[1:] %}{% endfor %}",
    "sort, again and again": "{% for i in 'x' * 1000 %}{{ ('yx' * 40000) | sort | length }}{% endfor %}",
    "wordwrap, again and again": "{% for i in 'x' * 1000 %}{{ ('x ' * 10000) | wordwrap(3) | length }}{% endfor %}",
    "cycle": "{% for i in 'x' * 9000000 %}{{ loop.cycle('a', 'b') }}{% endfor %}",
}


@pytest.mark.parametrize("dialect", [Dialect.TEXT, pytest.param(Dialect.HTML, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "source",
    [*BOMBS.values(), *(pytest.param(one, marks=pytest.mark.long) for one in SLOW_BOMBS.values())],
    ids=[*BOMBS, *SLOW_BOMBS],
)
def test_a_template_that_takes_too_much_is_refused(source: str, dialect: Dialect) -> None:
    with pytest.raises(BadTemplate):
        render_template(compile_template(source, dialect), {})


def test_a_large_table_is_rendered() -> None:
    source = (
        "{% macro cell(x) %}<td>{{ x }}</td>{% endmacro %}{% for row in rows if row.on %}"
        "{{ loop.index }}/{{ loop.length }} {{ row.name | upper | truncate(20) }}, {{ '%05d' % row.n }}, "
        "{{ '{:>8}'.format(row.n) }}, {{ row.name.ljust(20) ~ '|' }}, {{ row.name.replace('a', 'b') }}"
        "{% if loop.first or row.n in [1, 2, 3] %}{{ cell(row.n * 2 + 1) }}{% endif %}\n{% endfor %}"
        "{{ rows | sum(attribute='n') }} {{ rows | map(attribute='name') | join(', ') | length }}"
        "{% for letter, group in rows | groupby('letter') %}{{ letter }}{{ group | length }}{% endfor %}"
    )
    rows = [{"on": True, "name": f"name {n}", "n": n, "letter": "abc"[n % 3]} for n in range(300)]
    text = render_template(compile_template(source, Dialect.HTML), {"rows": rows})
    assert "300/300 NAME 299, 00299,      299, name 299            |, nbme 299" in text
    assert text.endswith("a100b100c100")
    assert "<td>3</td>" in text


def test_a_long_letter_is_rendered() -> None:
    source = (
        "Dear {{ name }},\n" + "words and words\n" * 60_000 + "{% if name is defined %}{{ name | title }}{% endif %}"
    )
    assert len(render_template(compile_template(source, Dialect.TEXT), {"name": "ann"})) > 900_000
