"""Bytes as text, whatever charset they claim to be in."""

import codecs
import re

# What mail calls charsets, and what it then puts into them: the WHATWG Encoding Standard, 4.2.
_SPELLED = {
    "ascii": "us-ascii",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "x-unknown": "",
    "unknown-8bit": "",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
}
_NAME = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
# They make no letters of bytes, or take time that grows with the square of the length.
_NO_CHARSETS = frozenset({"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_LATIN = frozenset({"cp1252", "iso8859-15", "cp1254", "cp1250", "cp850"})
_META = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4_096


def codec_of(charset: str) -> str:
    """Returns Python's name of the codec for `charset`; empty where there is none."""
    name = charset.strip().strip("\"'").lower()
    name = _SPELLED.get(name, name)
    if not _NAME.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name).name
        b"text".decode(found, "replace")  # refuses codecs that make no text
    except (LookupError, ValueError):
        return ""
    return "" if found.replace("_", "-") in _NO_CHARSETS else found


def charset_in_html(content: bytes) -> str:
    """Returns the charset that HTML claims in a meta element; empty where it claims none."""
    found = _META.search(content[:_META_WITHIN])
    return found[1].decode("ascii") if found else ""


def decoded(content: bytes, charset: str) -> tuple[str, str]:
    """Returns the text, and the codec that it was in. `charset` is what it claims to be in; empty for no claim.

    A claim holds where the bytes fit it, but for one: what fits UTF-8 and is more than ASCII, is UTF-8, whatever
    Western charset it claims. Else UTF-8 is tried, then Windows' Western charset, which fits most bytes.
    """
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark) and (text := _strictly(content, codec)) is not None:
            return text, codec_of(codec.removesuffix("-sig"))
    claimed = codec_of(charset)
    tries = [claimed] if claimed and claimed not in _LATIN else []
    for codec in (*tries, "utf-8", *([claimed] if claimed else ()), "cp1252"):
        if (text := _strictly(content, codec)) is not None:
            return text, (claimed or codec) if content.isascii() else codec
    # Five bytes have no letter in Windows' charset.
    return content.decode("cp1252", "replace"), "cp1252"


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None
