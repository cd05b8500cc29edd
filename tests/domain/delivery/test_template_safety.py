"""Whatever templates and values hold, there are only our own errors, and no additional header, recipient or line."""

from datetime import UTC, datetime
from email import message_from_string
from email.policy import SMTP
from email.utils import getaddresses

from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.activity_template import placeholders, render, template_errors
from smtp_desktop.domain.errors import FieldErrors, MissingValues
from smtp_desktop.domain.mail.message import Message, TemplateMessage
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.transports.mime.compose import compose, needs_smtputf8

PROFILE = SmtpProfile(
    id=ProfileId("p"),
    name="P",
    server=GenericServer(host_name="x.example", user_name="me@x.example"),
    signature="Yours\nDesk",
)
ACTIVITY = ActivityDraft(
    name="A",
    to="{{ lone }}, {{ name }} <{{ user }}@x.example>, fixed@x.example",
    cc='"{{ name }}" <cc@x.example>; {{ other }}',
    bcc="{{ lone }}",
    reply_to="{{ name }} <{{ user }}@x.example>",
    subject="About {{ topic }}",
    text="Hello {{ name }}\n{{ topic }}",
    html="<p>{{ topic }}</p>",
    attachments="/tmp/{{ user }}\n/tmp/fixed",
    headers="X-Topic: {{ topic }}\nX-Name: a {{ name }}",
)
HEADERS = {"from", "to", "cc", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"}
HEADERS |= {"reply-to", "x-topic", "x-name"}
NASTY = st.lists(
    st.sampled_from(
        [
            *("\r\n", "\n", "\r", "\x00", "\x0b", "\x1d", "\x85", "\u2028", " ", "\t", "\ud800"),
            *(",", ";", "<", ">", '"', "'", "\\", "(", ")", "@", ":", "=", "?", "%0a", "{{ x }}", "{% raw %}"),
            *("Bcc: evil@evil.example", "evil@evil.example", "Evil <evil@evil.example>", "\r\n\r\n.\r\n"),
            *("=?utf-8?q?a=0D=0ABcc:_evil@evil.example?=", "=?utf-8?b?DQpCY2M6IHhAeS56?=", "=?", "?=", "a@b.example"),
            *("é", "😀", "\u202e", "x" * 100, "<script>", "</p>", "&"),
        ]
    ),
    max_size=6,
).map("".join)
WORDS = st.one_of(st.text(), NASTY, st.emails())
PLAIN = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=5,
)


def names_of(content):
    head = content.split(b"\r\n\r\n", 1)[0]
    return [line.split(b":")[0].lower().decode() for line in head.split(b"\r\n") if line[:1] not in {b" ", b"\t"}]


GOOD = {"lone": "Ann <a@x.example>", "name": "Ann", "user": "ann", "other": "", "topic": "Backup"}


# One or two values at a time: with more of them nearly all mails would be refused.
@settings(deadline=None, max_examples=200)
@given(strange=st.dictionaries(st.sampled_from(sorted(GOOD)), st.one_of(WORDS, PLAIN), min_size=1, max_size=2))
def test_no_value_adds_a_header_or_a_recipient(strange):
    values = GOOD | strange
    try:
        mail = render(ACTIVITY, values)
    except FieldErrors:
        return
    lone, other = (len(values[name]) if isinstance(values[name], list) else 1 for name in ("lone", "other"))
    assert len(mail.to) <= 2 + lone
    assert len(mail.cc) <= 1 + other
    assert len(mail.bcc) <= lone
    assert len(mail.attachments) == 2
    assert mail.to[-1].spec == "fixed@x.example"
    assert not any(character in mail.subject for character in "\r\n\0\v\x1d\x85\u2028")
    message = TemplateMessage(
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        reply_to=mail.reply_to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
        message_id="<1@x.example>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
    )
    sent = mail_of(message, PROFILE, message.recipients).message
    assert isinstance(sent, Message)
    content = compose(sent, seven_bit=True, smtputf8=needs_smtputf8(sent))
    names = names_of(content)
    assert set(names) <= HEADERS
    assert len(set(names)) == len(names)
    parsed = message_from_string(content.decode(), policy=SMTP.clone(utf8=True))
    assert [address.addr_spec for address in parsed["to"].addresses] == [address.spec for address in mail.to]
    if mail.cc:
        assert len(getaddresses([str(parsed["cc"])])) == len(mail.cc)


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("{{ ", " }}", "{% ", " %}", "{# ", " #}", "{{- ", " -}}", "{%- ", "{{", "}}", "{%", "%}"),
                *("if ", "else", "elif ", "endif", "for ", " in ", "endfor", "set ", "endset", "block b", "endblock"),
                *("macro m(x)", "endmacro", "raw", "endraw", "include 'x'", "import 'x' as y", "extends 'x'", "call "),
                *("endcall", "filter upper", "endfilter", "autoescape false", "with a=1", "do ", "break", "self", "m"),
                *("x", "y", "loop", "super()", "none", "true", "1", "0", "1.5", "'s'", '"q"', "[", "]", "(", ")", "{"),
                *(
                    "}",
                    "|",
                    ".",
                    ",",
                    ":",
                    "=",
                    "==",
                    "+",
                    "-",
                    "*",
                    "/",
                    "//",
                    "%",
                    "~",
                    "<",
                    " is ",
                    " not ",
                    "upper",
                ),
                *(
                    "first",
                    "join",
                    "defined",
                    "divisibleby(0)",
                    "tojson",
                    "groupby('a')",
                    "map('x')",
                    "sort",
                    "xmlattr",
                ),
                *("\n", "\r\n", " ", ";", '"', "\\", "a@x.example", "é", "\x00", "\x1d", "_", "__class__", "batch(0)"),
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=14,
).map("".join)


@settings(deadline=None, max_examples=250)
@given(source=FRAGMENTS, x=PLAIN, field=st.sampled_from(["to", "subject", "text", "html", "attachments"]))
def test_no_template_crashes(source, x, field):
    draft = ActivityDraft(**{"name": "A", "to": "a@x.example", "subject": "s", "text": "t", field: source})
    if template_errors(draft):
        return
    try:
        mail = render(draft, {**dict.fromkeys(placeholders(draft), 1), "x": x, "y": [x]})
    except (FieldErrors, MissingValues):
        return
    assert all("\n" not in path for path in mail.attachments)
    assert "\n" not in mail.subject
