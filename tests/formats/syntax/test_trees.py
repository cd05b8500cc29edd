"""JSON, YAML, XML, INI, Ruby and SQL become values with lines; what can't be read is refused with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.formats.syntax.ini_file import ini_file
from smtp_desktop.formats.syntax.json_tree import json_tree
from smtp_desktop.formats.syntax.ruby_literals import ruby_settings
from smtp_desktop.formats.syntax.sql_rows import option_rows
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, LeafKind, Row, Tree, branches, leaf_at, row_at
from smtp_desktop.formats.syntax.xml_tree import xml_root
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def plain(tree: Tree) -> object:
    match tree:
        case Leaf(kind=LeafKind.PLAIN):
            return json.loads(tree.text)
        case Leaf():
            return tree.text
        case Branch():
            return {key: plain(value) for key, value in tree.items}
        case Row():
            return [plain(value) for value in tree.items]


@given(VALUES, st.booleans())
def test_json_is_read_as_python_reads_it(value: object, ascii_only: bool) -> None:
    assert plain(json_tree(json.dumps(value, ensure_ascii=ascii_only, indent=1))) == value


def test_json_keeps_lines() -> None:
    tree = json_tree('{\n"a": {\r\n"b":\t[1,\n"x"]}}')
    assert [one.line for one in row_at(tree, "a", "b")] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{", 1),
        ('{"a"\n:1,}', 2),
        ("[1 2]", 1),
        ("{} {}", 1),
        ('"\\x"', 1),
        ("[" * 300, 1),
        ("NaN", 1),
        ("{a:1}", 1),
    ],
)
def test_what_is_no_json_is_refused(text: str, line: int) -> None:
    with pytest.raises(BadSyntax) as refused:
        json_tree(text)
    assert refused.value.line == line


def test_yaml_values_stay_as_they_are_written() -> None:
    (tree,) = yaml_trees("port: 012345\nauth: yes\nat: 22:30\npass: pa#ss\nquoted: 'null'\nnone: ~\n")
    assert isinstance(tree, Branch)
    assert {key: value.text for key, value in tree.items if isinstance(value, Leaf)} == {
        "port": "012345", "auth": "yes", "at": "22:30", "pass": "pa#ss", "quoted": "null", "none": "~"
    }  # fmt: skip
    assert leaf_at(tree, "none") is None
    assert leaf_at(tree, "quoted") is not None


def test_yaml_has_anchors_merges_tags_and_several_documents() -> None:
    first, second = yaml_trees("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: !secret mail\n---\n- d\n")
    assert [getattr(leaf_at(first, "b", key), "text", "") for key in "xy"] == ["1", "3"]
    code = leaf_at(first, "c")
    assert (code and code.is_code, code and code.text) == (True, "!secret mail")
    assert isinstance(second, Row)


def test_a_few_lines_of_yaml_do_not_stand_for_gigabytes() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    (tree,) = yaml_trees("\n".join(lines))
    assert len(list(branches(tree))) == 1
    merges = ["b0: &b0 {x: 1}"] + [f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}" for n in range(1, 40)]
    with pytest.raises(BadSyntax):
        yaml_trees("\n".join(merges))


@pytest.mark.parametrize("text", ["a: [", "a: *b", "\t- a", "[" * 200 + "]" * 200, "a: b: c"])
def test_what_is_no_yaml_is_refused(text: str) -> None:
    with pytest.raises(BadSyntax):
        yaml_trees(text)


def test_xml_of_either_version_is_read() -> None:
    root = xml_root("<?xml version='1.1' encoding='UTF-16'?>\n<a>\n <b> é &amp; </b>\n <c><d/></c></a>")
    found = root.child("b")
    assert (found and found.text, found and found.line) == (" é & ", 3)
    assert root.child("c", "x") is None


@pytest.mark.parametrize(
    "text", ["", "<a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
             "<a>" * 200 + "</a>" * 200, "<a>&x;</a>"]
)  # fmt: skip
def test_a_doctype_and_what_is_no_xml_are_refused(text: str) -> None:
    with pytest.raises(BadSyntax):
        xml_root(text)


def test_ini_values_are_read_by_the_rules_of_go_ini() -> None:
    text = (
        "top = 1\n[smtp]\n"
        ';host = no\n# host = no\nhost = h.example:587 ; c\npassword = """#p;%s"""\nquoted = \'a b\'\n'
        'half = "a#b"\nback = `x#y`\nlong = a\\\n  b\ncolon: c=d\n"key = x" = y\nempty =\n'
        'lines = """a\nb"""\nlast = 1\n'
        "[ smtp ]\nlast = 2"
    )
    values = {key: (leaf.text, leaf.line) for key, leaf in ini_file(text).section("smtp").items()}
    assert values == {
        "host": ("h.example:587", 5),
        "password": ("#p;%s", 6),
        "quoted": ("a b", 7),
        "half": ('"a', 8),
        "back": ("x#y", 9),
        "long": ("ab", 10),
        "colon": ("c=d", 12),
        "key = x": ("y", 13),
        "empty": ("", 14),
        "lines": ("a\nb", 15),
        "last": ("2", 19),
    }
    assert ini_file(text, continued=False).section("smtp")["long"].text == "a\\"


def test_ini_quotes_that_open_at_the_end_of_a_line_go_on_in_the_next() -> None:
    text = '[a]\nx = """\nb = c\n""" ; d\ny = `\n e`'
    assert {key: leaf.text for key, leaf in ini_file(text).section("a").items()} == {"x": "\nb = c\n", "y": "\n e"}


def test_ini_lines_that_can_not_be_read_are_named() -> None:
    ini = ini_file('[a\nword\n[b]\nx = """never')
    assert [[line for line, _ in ini.bad_in(name)] for name in ("", "b", "c")] == [[1, 2], [4], []]


def test_ruby_settings_are_read_where_they_are_written_out() -> None:
    text = (
        '# gitlab_rails[\'smtp_x\'] = 1\n  gitlab_rails["smtp_address"] = "smtp.contoso.example" # here\n'
        "gitlab_rails['smtp_password'] = 'it\\'s #{x}'\n=begin\ngitlab_rails['smtp_x'] = 1\n=end\n"
        "gitlab_rails[:smtp_port] = 5_87;\ngitlab_rails['a'] = {\n 'b' => [1,\n :c], d: \"e\\u00e9\" }\n"
        "gitlab_rails['smtp_user_name'] = ENV['USER']\ngitlab_rails['x'] = 'y' if z\ngitlab_rails['i'] = \"#{j}\"\n"
        "gitlab_rails['q'] = %q(a'b)\ngitlab_rails['k'] == 1\nregistry['l'] = nil"
    )
    found = {(one.group, one.key): one for one in ruby_settings(text)}
    assert [(key, one.line) for (_, key), one in found.items()] == [
        ("smtp_address", 2), ("smtp_password", 3), ("smtp_port", 7), ("a", 8), ("smtp_user_name", 11), ("x", 12),
        ("i", 13), ("q", 14), ("l", 16)
    ]  # fmt: skip
    values = [one.value for one in found.values()]
    assert [one.text for one in values if isinstance(one, Leaf) and not one.is_code] == [
        "smtp.contoso.example", "it's #{x}", "587", "a'b", "nil"
    ]  # fmt: skip
    assert [one.line for one in values if isinstance(one, Leaf) and one.is_code] == [11, 12, 13]


def test_rows_of_an_sql_dump_are_found() -> None:
    text = (
        "INSERT INTO `wp_options` VALUES (1,'siteurl','x','yes'),\n"
        "(2, 'mail', 'a:1:{s:3:\\\"it''s\\n\\\\\\';}', 'no');\n"
        "(3,'mail',NULL,'x'),(4,'mail','open"
    )
    (row,) = option_rows(text, ("mail",))
    assert (row.value, row.line) == ("a:1:{s:3:\"it's\n\\';}", 2)
    sqlite = "PRAGMA foreign_keys=OFF;\nINSERT INTO wp_options VALUES(2,'mail','a\\n''b','no');"
    assert [row.value for row in option_rows(sqlite, ("mail",))] == ["a\\n'b"]
