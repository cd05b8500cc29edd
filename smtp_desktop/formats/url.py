"""URLs and DSNs of mail servers, one a line: smtp://user:password@host:587."""

import re
from collections.abc import Sequence
from dataclasses import replace

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.mail_url import MAIL_SCHEMES, MailUrl, fingerprint_of, mail_url, parts_of
from smtp_desktop.formats.mailbox import MailboxParts, mailbox_of
from smtp_desktop.formats.provider_dsn import graph_cloud, is_graph, no_server, provider_parts
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import OAUTH_NOTE, Result, noted, source_of, with_values
from smtp_desktop.formats.values import port_of, reference_in, smtp_of

_LINE = re.compile(
    r"\s*(?:[-*•]\s+)?(?:(?P<name>[^\s:=\"'#;/][^:=\"'#;/]{0,60}?)(?:\s*+[:=]\s*+|\s++))??"
    r"[\"'<]?(?P<url>(?P<group>(?:failover|roundrobin)\()?[A-Za-z][A-Za-z0-9+.-]{0,40}://.*)"
)
_MAIL_SCHEME = re.compile(
    r"(?:failover\(|roundrobin\()?(?:e?smtp|smtps|submissions?|smtp\+\w+|\w+\+smtps?|microsoft-?graph\+api)://", re.I
)
_GROUP_END = re.compile(r"\)(?:\?\S*)?$")
_URL_ENDS = "\"'>,;"


class UrlReader:
    """Reads lines that are URLs, each with or without a name before it; blank lines and lines that begin with # are
    left out."""

    format = ImportFormat.URL

    def recognizes(self, file: TextFile) -> bool:
        """Whether at least half of the lines that say something are URLs of mail servers."""
        lines = [line for line in file.lines if _says_something(line)]
        urls = sum(1 for line in lines if (found := _LINE.match(line)) and _MAIL_SCHEME.match(found["url"]))
        return 0 < len(lines) <= 2 * urls

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [source_of(self.format, (file.path,), self._results(file)) for file in files]

    def _results(self, file: TextFile) -> list[Result]:
        results: list[Result] = []
        for number, line in enumerate(file.lines, 1):
            if not _says_something(line):
                continue
            found = _LINE.match(line)
            if found is None:
                reason = msg("This line is not a URL such as smtp://user@host:587.")
                results.append(Unreadable(format=self.format, file=file.path, line=number, reason=reason))
                continue
            names = (found["name"],) if found["name"] else ()
            url = found["url"].strip().rstrip(_URL_ENDS)
            results += results_of(url, source_format=self.format, file=file.path, line=number, names=names)
        return results


def results_of(
    text: str, *, source_format: ImportFormat, file: str, line: int | None, names: tuple[str, ...] = ()
) -> list[Result]:
    """Returns what a URL or DSN describes: an SMTP, several (`failover(… …)`), or why there is none."""
    group = re.match(r"(?:failover|roundrobin)\(", text, re.IGNORECASE)
    if group is None:
        return [_result(text, source_format, file, line, names)]
    inner = _GROUP_END.sub("", text[group.end() :])
    return [_result(one, source_format, file, line, names) for one in inner.split()]


def _result(text: str, source_format: ImportFormat, file: str, line: int | None, names: tuple[str, ...]) -> Result:
    url = mail_url(text)
    if url is None:
        return Unreadable(
            format=source_format,
            file=file,
            line=line,
            reason=msg("This URL can't be taken apart. It should be as smtp://user:password@host:587."),
        )
    if is_graph(url):
        return _mailbox(url, source_format, file, line, names)
    parts = parts_of(url, names=names) if url.scheme in MAIL_SCHEMES else provider_parts(url)
    if parts is None:
        return Unreadable(format=source_format, file=file, line=line, reason=no_server(url))
    if problem := _lost_server(url):
        return Unreadable(format=source_format, file=file, line=line, reason=problem)
    if names:
        parts = replace(parts, names=names)
    result = smtp_of(parts, source_format=source_format, file=file, line=line)
    fingerprint = fingerprint_of(url)
    result = with_values(result, trusted_fingerprint=fingerprint, fingerprint_host=fingerprint and parts.host)
    return noted(result, OAUTH_NOTE if "oauth" in url.said("authmode", "authmethod", "auth").lower() else None)


def _lost_server(url: MailUrl) -> MessageText | None:
    """Returns what is wrong with a URL whose port is no number: it may be a password, which must not be quoted."""
    if not url.port or port_of(url.port) or reference_in(url.port) or url.port.isdigit():
        return None
    if url.user:
        return msg("The port in the URL is not a number. It should be as smtp://user:password@host:587.")
    return msg("The URL ends before its server. It should be as smtp://user:password@host:587.")


def _mailbox(url: MailUrl, source_format: ImportFormat, file: str, line: int | None, names: tuple[str, ...]) -> Result:
    """Returns the mailbox that an app of Microsoft's reaches by the DSN: client id and secret before the @."""
    parts = MailboxParts(
        names=names,
        user=url.said("from", "user", "mailbox", "sender"),
        tenant_id=url.said("tenantid", "tenant"),
        client_id=url.user,
        client_secret=url.password or "",
        cloud=graph_cloud(url),
    )
    return mailbox_of(parts, source_format=source_format, file=file, line=line)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "//", ";"))
