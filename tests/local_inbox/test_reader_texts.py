"""Every text of a mail is shown, and every attachment by its right name, whatever its kind, charset or damage."""

import base64

import pytest

from smtp_desktop.local_inbox.reader import read

_MIXED = "Content-Type: multipart/mixed; boundary=x\r\n\r\n"


def _mixed(*parts: bytes | str) -> bytes:
    encoded = (part.encode() if isinstance(part, str) else part for part in parts)
    return _MIXED.encode() + b"".join(b"--x\r\n" + part + b"\r\n" for part in encoded) + b"--x--\r\n"


@pytest.mark.parametrize(
    "kind",
    [
        *("text/markdown", "text/enriched", "text/calendar; method=REQUEST", "text/x-amp-html", "text/rfc822-headers"),
        *(
            "text/csv; name=a.csv",
            "application/json",
            "application/xml",
            "application/x-sh",
            "application/octet-stream",
        ),
        *("message/delivery-status", "message/disposition-notification", "message/partial; id=1"),
        *("text", "TEXT/Plain"),
        *(
            "image/svg+xml",
            "multipart/mixed",
            "multipart/mixed; boundary=never",
            "",
            "nonsense; charset",
            "x-words/other",
        ),
    ],
)
def test_a_text_of_any_kind_is_shown(kind: str) -> None:
    alone = f"Content-Type: {kind}\r\n\r\nthe words\r\n".encode()
    assert "the words" in read(alone).text
    assert "the words" in read(_mixed("\r\nbody", alone)).text


@pytest.mark.parametrize("disposition", ["inline", "attachment", "attachment; filename=a.txt", "nonsense"])
def test_every_part_of_text_is_shown_wherever_it_stands(disposition: str) -> None:
    head = f"Content-Type: text/plain\r\nContent-Disposition: {disposition}\r\n\r\n"
    mail = read(_mixed("\r\nfirst", head + "second", head + "third", "Content-Type: text/html\r\n\r\n<p>fourth"))
    assert [word for word in ("first", "second", "third") if word not in mail.text] == []
    assert "fourth" in mail.html


def test_several_html_parts_are_all_shown_and_an_attached_page_as_text() -> None:
    html = "Content-Type: text/html\r\n"
    attached = f'{html}Content-Disposition: attachment; filename="page.html"\r\n\r\n<p>attached <b>page</b>'
    mail = read(_mixed(f"{html}\r\n<p>one", f"{html}\r\n<p>two", attached))
    assert mail.html == "<p>one\n<hr>\n<p>two"
    assert mail.text == "--- page.html (text/html) ---\nattached page"
    assert mail.attachment_names == ("page.html",)


def test_a_mail_in_a_mail_in_a_mail_is_shown_with_its_headers() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" + _MIXED.replace("=x", "=y")
    inner += "--y\r\nContent-Type: message/rfc822\r\n\r\nFrom: deep@example.test\r\n\r\ndeep words\r\n--y--\r\n"
    mail = read(_mixed("\r\nouter", inner))
    assert [w for w in ("outer", "Subject: Grüße", "From: deep@example.test", "deep words") if w not in mail.text] == []
    encoded = base64.b64encode(b"Subject: inside\r\n\r\nthe words").decode()
    head = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert "the words" in read(_mixed(head + encoded)).text


@pytest.mark.parametrize(
    ("words", "codec", "charset", "note"),
    [
        ("Grüße", "utf-8", "utf-8", ""),
        ("Grüße", "latin-1", "iso-8859-1", ""),
        ("Grüße", "utf-8", "us-ascii", "labeled as us-ascii but is in utf-8"),
        ("Grüße", "latin-1", "us-ascii", "labeled as us-ascii but is in cp1252"),
        ("Grüße", "utf-8", "iso-8859-1", "labeled as iso-8859-1 but is in utf-8"),
        ("Grüße", "latin-1", "utf-8", "labeled as utf-8 but is in cp1252"),
        ("Grüße", "utf-8", "", "has no charset; it is shown as utf-8"),
        ("Grüße", "latin-1", "", "has no charset; it is shown as cp1252"),
        ("Grüße", "utf-16", "", "has no charset"),
        ("Grüße", "utf-16-le", "utf-16le", ""),
        ("Grüße", "utf-8", "klingon", "is unknown"),
        ("Grüße", "utf-8", "punycode", "is unknown"),
        ("Grüße", "utf-7", "unicode-1-1-utf-7", ""),
        ("„Grüße“ €", "cp1252", "iso-8859-1", ""),
        ("Привет", "koi8-r", "koi8-r", ""),
        ("質問、株式会社", "iso-2022-jp", "iso-2022-jp", ""),
        ("質問①", "cp932", "shift_jis", ""),
        ("简体镕", "gbk", "gb2312", ""),
        ("한글똠", "cp949", "ks_c_5601-1987", ""),
    ],
)
def test_a_text_is_read_in_the_charset_that_it_is_in(words: str, codec: str, charset: str, note: str) -> None:
    claim = f"Content-Type: text/plain; charset={charset}\r\n\r\n" if charset else "Subject: x\r\n\r\n"
    mail = read(claim.encode() + words.encode(codec))
    assert mail.text == words
    assert note in " ".join(map(str, mail.notes))
    assert bool(note) == bool(mail.notes)


def test_html_is_read_in_the_charset_of_its_meta_element() -> None:
    page = '<meta http-equiv="content-type" content="text/html; charset=windows-1251"><p>Привет'.encode("cp1251")
    assert "Привет" in read(b"Content-Type: text/html\r\n\r\n" + page).html


@pytest.mark.parametrize(
    "parameter",
    [
        'filename="käse.bin"',
        "filename=käse.bin",
        "filename*=utf-8''k%C3%A4se.bin",
        "filename*=UTF-8'de'k%C3%A4se%2Ebin",
        "filename*=iso-8859-1''k%E4se.bin; filename=other.bin",
        "filename*0*=utf-8''k%C3%A4; filename*1=se.bin",
        "filename*1=\"se.bin\"; filename*0*=iso-8859-1''k%E4",
        'filename*0="k"; filename*1*=%C3%A4; filename*2=se.bin',
        'filename="=?utf-8?q?k=C3=A4se=2Ebin?="',
        'filename="=?iso-8859-1?Q?k=E4se.bin?="',
        "filename==?utf-8?B?a8Okc2UuYmlu?=",
        'filename="=?utf-8?B?a8M=?= =?utf-8?B?pHNlLmJpbg==?="',
        'filename = "käse.bin" ; size=3',
        'filename=\r\n "käse.bin"',
        '; ;filename="käse.bin',
    ],
)
@pytest.mark.parametrize("field", ["Content-Disposition: attachment; ", "Content-Type: application/x-cheese; "])
def test_an_attachment_has_its_right_name(field: str, parameter: str) -> None:
    name = parameter if "Disposition" in field else parameter.replace("filename", "name")
    for raw in (name.encode(), name.encode("latin-1")):
        mail = read(_mixed("\r\nbody", field.encode() + raw + b"\r\n\r\n\0\1\2"))
        assert mail.attachment_names == ("käse.bin",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Grüße aus Köln".encode(), "Grüße aus Köln"),
        ("Grüße aus Köln".encode("latin-1"), "Grüße aus Köln"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IGF1cyBLw7Zsbg==?=", "Grüße aus Köln"),
        (b"=?utf-8?q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe aus_hier?= und =?iso-8859-1?q?=E4?=", "Grüße aus hier und ä"),
        (b"=?klingon?q?x?= =?utf-8?q?=C3=A4?=", "=?klingon?q?x?= ä"),
        (b"two\r\n folded\r\n\tlines", "two folded\tlines"),
    ],
)
def test_a_subject_is_read_as_it_was_meant(value: bytes, words: str) -> None:
    assert read(b"Subject: " + value + b"\r\n\r\n").subject == words


@pytest.mark.parametrize(
    "raw",
    [
        _MIXED + "no boundary ever\r\nthe words",
        _MIXED + "--x\r\n\r\nthe words",
        _MIXED + "--x\r\nthe words without a header",
        _MIXED + "--x\r\nContent-Type: text/plain\r\nthe words right behind the header\r\n--x--",
        _MIXED + "--x\r\n\r\nbody\r\n--x--\r\nthe words of a list's footer",
        _MIXED + "the words before the parts\r\n--x\r\n\r\nbody\r\n--x--\r\n",
        _MIXED + "--x\r\n\r\nbody\r\n--x--\r\n--x\r\n\r\nthe words after the end\r\n--x--",
        _MIXED
        + "--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nbody\r\n--x\r\n\r\nthe words\r\n--x--",
        _MIXED + "--x \t\r\n\r\nthe words\r\n--x-- \r\n",
        _MIXED.replace("\r\n", "\n") + "--x\n\nthe words\n--x--\n",
        "Content-Type: multipart/mixed\r\n\r\n--zz\r\n\r\nthe words\r\n--zz--\r\n",
        'Content-Type: multipart/mixed; boundary="x\r\n\r\n--x\r\n\r\nthe words\r\n--x--\r\n',
        "Content-Transfer-Encoding: base64\r\n\r\nthe words, not encoded at all!\r\n",
        "Content-Transfer-Encoding: base64\r\n\r\ndGhlIHdvcmRz\r\n*** cut ***",
        "Content-Transfer-Encoding: base64\r\n\r\ndGhlIA==d29yZHM",
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nthe=20words =ZZ =",
        "Content-Transfer-Encoding: x-unheard-of\r\n\r\nthe words",
        "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n)=&AE('=O<F1S\r\n`\r\nend\r\n",
        "Content-Transfer-Encoding: x-uuencode\r\n\r\nthe words",
        "Subject: x\r\nno field here: the words\r\n\r\nbody",
        "From sender Mon Nov 30\r\nSubject: x\r\n\r\nthe words",
        ">From sender Mon Nov 30\r\nSubject: x\r\n\r\nthe words",
        "Content-Type: message/rfc822\r\n\r\n" * 150 + "the words",
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(150))
        + "\r\nthe words",
        _MIXED + "--x\r\n\r\n\r\n" * 1_200 + "--x\r\n\r\nthe words\r\n--x--\r\n",
        "X-Many: x\r\n" * 2_500 + "\r\nthe words",
    ],
)
def test_a_damaged_mail_loses_no_words(raw: str) -> None:
    assert "the words" in read(raw.encode()).text


def test_what_every_mail_says_to_old_readers_is_left_out() -> None:
    raw = _MIXED + "This is a multi-part message in MIME format.\r\n--x\r\n\r\nbody\r\n--x--\r\n"
    assert read(raw.encode()).text == "body"


def test_pictures_and_other_files_are_named_and_not_shown_as_text() -> None:
    def part(kind: str, content: bytes) -> bytes:
        return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.b64encode(content)

    mail = read(_mixed("\r\nbody", part("image/png; name=a.png", b"\x89PNG"), part("application/zip", b"PK\x03\x04\0")))
    assert mail.text == "body"
    assert mail.attachment_names == ("a.png", "application/zip")


def test_what_is_wrong_with_the_lines_is_said() -> None:
    fine, long = read(b"Subject: x\r\n\r\n" + b"a" * 998), read(b"Subject: x\r\n\r\n" + b"a" * 999)
    assert fine.notes == ()
    assert "The longest line has 999 bytes" in str(long.notes[0])


def test_reading_ends_in_time() -> None:
    clock = iter(range(0, 100, 3))
    mail = read(_mixed(*("\r\nbody",) * 9), now_s=lambda: float(next(clock)))
    assert "Reading took too long" in " ".join(map(str, mail.notes))
