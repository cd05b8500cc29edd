"""PHP source and serialized values, compared with what PHP makes of them where it is installed."""

import json
import shutil
import subprocess

import pytest

from smtp_desktop.formats.syntax.php_code import php_assignments
from smtp_desktop.formats.syntax.php_serialized import php_unserialized
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, LeafKind, Row, Tree

PHP = shutil.which("php")
SOURCE = r"""<?php
/* set-up of 'the cloud', "quoted" */
$CONFIG = array (
  'host' => 'smtp.contoso.example', // 'not' this
  'pass' => 'it\'s a \\ back\nslash',
  "dollar" => "a\$b #c; \x41\u{e9}\101 \q",
  'joined' => 'a' . "b" . 'c',
  'port' => (int) '587', 'minus' => -1,
  'nested' => ['ssl' => ['verify_peer' => false, 'x' => null]],
  'list' => array('a', 'b',),
  # the last
  'plain' => 2_525,
);
$CONFIG['later'] = 'on'; $CONFIG["deep"]['er'] = "é";
define( 'WPMS_ON', true );
if (!defined('B')) { define('B', 'inside'); }
defined( 'C' ) || define( 'C', getenv('C_OF') );
const D = 'const';
$mail->Host = "mail.contoso.example";
$text = <<<EOT
it's define('NO', 'no');
EOT;
$after = "after $CONFIG[host]";
"""


def plain(tree: Tree) -> object:
    match tree:
        case Leaf(kind=LeafKind.TEXT):
            return tree.text
        case Leaf():
            return {"true": True, "false": False, "null": None}.get(tree.text, tree.text)
        case Branch():
            return {key: plain(value) for key, value in tree.items}
        case Row():
            return [plain(value) for value in tree.items]


def test_what_source_assigns_is_read_with_its_lines() -> None:
    found = {one.target: one for one in php_assignments(SOURCE)}
    config = found[("CONFIG",)].value
    assert isinstance(config, Branch)
    assert plain(config) == {
        "host": "smtp.contoso.example",
        "pass": r"it's a \ back\nslash",
        "dollar": "a$b #c; A\xe9A \\q",
        "joined": "abc",
        "port": "587",
        "minus": "-1",
        "nested": {"ssl": {"verify_peer": False, "x": None}},
        "list": ["a", "b"],
        "plain": "2525",
    }
    assert [value.line for _, value in config.items] == [4, 5, 6, 7, 8, 8, 9, 10, 12]
    assert plain(found[("CONFIG", "later")].value) == "on"
    assert plain(found[("CONFIG", "deep", "er")].value) == "é"
    assert plain(found[("mail", "Host")].value) == "mail.contoso.example"
    assert found[("WPMS_ON",)].line == 15
    assert [found[(name,)].nested for name in "BC"] == [True, False]
    assert ("NO",) not in found


def test_what_only_php_could_say_is_code() -> None:
    found = {one.target: one.value for one in php_assignments(SOURCE)}
    assert found[("C",)] == Leaf(text="getenv('C_OF')", line=17, kind=LeafKind.CODE)
    assert [found[(name,)].is_code for name in ("text", "after") if isinstance(found[(name,)], Leaf)] == [True, True]


@pytest.mark.parametrize(
    "source",
    ["<?php $a = 'open", "<?php $a = array('b' => ", "<?php define('A', ", "$a[", "<?php $a = <<<X\nno end", ""],
)
def test_source_that_breaks_off_is_no_error(source: str) -> None:
    assert [one.value for one in php_assignments(source) if not isinstance(one.value, Leaf)] == []


def test_a_deep_array_is_code() -> None:
    (one,) = php_assignments("<?php $a = " + "[" * 500 + "]" * 500 + ";")
    assert one.target == ("a",)


@pytest.mark.skipif(PHP is None, reason="PHP is not installed")
def test_php_reads_the_same_source_alike() -> None:
    script = (
        SOURCE + "\n$all = ['CONFIG' => $CONFIG, 'B' => B, 'D' => D, 'WPMS_ON' => WPMS_ON]; echo json_encode($all);"
    )
    ran = subprocess.run(
        [PHP or "", "-d", "error_reporting=0"],
        input=script.replace("$mail->Host", "$mail = new stdClass; $mail->Host"),
        capture_output=True,
        text=True,
        check=True,
    )
    config = json.loads(ran.stdout)["CONFIG"]
    (ours, *_) = [one.value for one in php_assignments(SOURCE) if one.target == ("CONFIG",)]
    read = plain(ours)
    assert isinstance(read, dict)
    said = {key: str(value) if isinstance(value, int) else value for key, value in config.items()}
    assert read == {key: said[key] for key in read}


def test_serialized_values_are_read() -> None:
    text = 'a:5:{s:4:"host";s:2:"é";s:1:"p";i:587;s:1:"t";b:1;s:1:"n";N;i:0;a:1:{i:0;d:0.5;}}'
    assert plain(php_unserialized(text)) == {"host": "é", "p": "587", "t": True, "n": None, "0": {"0": "0.5"}}


@pytest.mark.parametrize(
    "text",
    ["", "a:1:{", 's:9:"abc";', 'O:8:"stdClass":0:{}', "a:1:{i:0;R:1;}", "a:99:{}", "a:1:{a:0:{}i:1;}", "a:1:{" * 200],
)
def test_objects_and_damaged_values_are_refused(text: str) -> None:
    with pytest.raises(BadSyntax):
        php_unserialized(text)


@pytest.mark.skipif(PHP is None, reason="PHP is not installed")
def test_what_php_serialized_is_read_as_what_it_was() -> None:
    script = (
        "<?php echo serialize(['a' => \"é\\\"';}\", 'n' => null, 'yes' => true, 'list' => ['x', 'y'], 'p' => 587]);"
    )
    ran = subprocess.run([PHP or ""], input=script, capture_output=True, text=True, check=True)
    assert plain(php_unserialized(ran.stdout)) == {
        "a": "é\"';}",
        "n": None,
        "yes": True,
        "list": {"0": "x", "1": "y"},
        "p": "587",
    }
