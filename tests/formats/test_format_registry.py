"""Files are recognized, and what is of no format says what was looked for."""

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.formats.registry import Formats


def test_urls_line_by_line() -> None:
    content = b"\xef\xbb\xbf# relays\r\nsmtp://a:b@one.example:587\r\n\r\nsmtps://two.example:70000\r\n"
    (source,) = Formats().read([SourceFile(path="urls.txt", content=content)])
    assert source.format is ImportFormat.URL
    assert [(one.line, one.draft.host_name) for one in source.found] == [(2, "one.example")]
    assert [one.line for one in source.unreadable] == [4]


def test_what_is_of_no_format_says_what_was_looked_for() -> None:
    files = [SourceFile(path="a.png", content=b"\x89PNG\x00\x01"), SourceFile(path="b.txt", content=b"Dear diary")]
    binary, diary = Formats().read(files)
    assert str(binary.unreadable[0].reason) == "This is not a text file."
    assert "Looked for" in str(diary.unreadable[0].reason)
    assert (binary.format, diary.format) == (None, None)
