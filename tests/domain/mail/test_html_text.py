"""HTML as plain text."""

import pytest

from smtp_desktop.domain.mail.html_text import plain_text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        ("just words", "just words"),
        ("<p>One\r\n two<br>three</p>  <p>four</p>", "One two\nthree\n\nfour"),
        ("<div>One</div><div><div>two</div></div>", "One\ntwo"),
        ("5 &lt; 6&nbsp;&amp;&#x20ac;", "5 < 6 &€"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<table><tr><td> 1 </td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("a<pre>  x\n    y</pre>b", "a\n\n  x\n    y\n\nb"),
        ("<title>no</title><style>p{}</style><p>yes</p><script>if (1<2) alert('</p>')</script>", "yes"),
        ('<img src="https://t.example/1.gif" alt="logo"><img src="https://t.example/2.gif">', "logo"),
        ('<a href="https://evil.example">https://bank.example</a>', "https://bank.example <https://evil.example>"),
        ('<a href="HTTPS://evil.example">here</a>', "here <HTTPS://evil.example>"),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ('<a href="mailto:a@b.example">a@b.example</a> <a href="#top">top</a></a>', "a@b.example top"),
        ("<!DOCTYPE html><!-- a > b --><![if !mso]>seen<![endif]><!--[if mso]>not<![endif]-->", "seen"),
        ("a<![unheard-of[b]]>c<? d ?>e<!--", "ace"),
    ],
)
def test_html_reads_as_plain_words(html, words):
    assert plain_text(html) == words


@pytest.mark.parametrize(
    "end", ["<", "<b", "</", "<!", "<!-", "<![", "<?", "&", "&#", "<a href='", "<script>x", "</a></pre>"]
)
def test_html_that_breaks_off_keeps_what_came_before(end):
    assert plain_text(f"<p>before</p>{end}").startswith("before")


def test_deep_nesting_is_read_too():
    assert plain_text("<div>" * 20_000 + "a" + "</div>" * 20_000 + "</a>" * 20_000) == "a"
