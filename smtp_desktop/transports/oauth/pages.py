"""The pages that the browser shows at the end of a sign-in: plain, in the program's colors, without anything from
outside."""

from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from smtp_desktop.domain.message_text import MessageText, Translate, msg

_STYLE = """
:root{color-scheme:light dark;--bg:#F4F5F8;--surface:#FFFFFF;--line:#E2E5EB;--text:#18212F;--muted:#5D6777;
--ok:#0F7B55;--bad:#B3261E}
@media(prefers-color-scheme:dark){:root{--bg:#14181F;--surface:#1C222B;--line:#2C3440;--text:#E7EBF1;--muted:#A4AEBC;
--ok:#5CCB9E;--bad:#F28B82}}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;background:var(--bg);
color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:32rem;margin:1rem;padding:2rem;background:var(--surface);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 .5rem;font-size:1.25rem}.ok h1{color:var(--ok)}.bad h1{color:var(--bad)}
p{margin:.5rem 0;overflow-wrap:anywhere}.program{margin-top:1.5rem;color:var(--muted);font-size:.875rem}
"""
# A page that holds an answer is kept nowhere, tells no other page its address, and loads nothing.
_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Connection: close",
)
_CLOSE = msg("You can close this tab and go back to SMTP Desktop.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: a title, a sentence, and how it went, which is None where nothing was decided."""

    title: MessageText
    text: MessageText
    ok: bool | None = None
    status: HTTPStatus = HTTPStatus.OK


SIGNED_IN = Page(title=msg("Signed in"), text=_CLOSE, ok=True)
ALREADY_ANSWERED = Page(title=msg("The answer was received before"), text=_CLOSE, status=HTTPStatus.CONFLICT)
FOREIGN_ANSWER = Page(
    title=msg("This sign-in is not the one that SMTP Desktop waits for"),
    text=msg("Begin again in SMTP Desktop, and use the page that it opens."),
    ok=False,
    status=HTTPStatus.BAD_REQUEST,
)


def not_signed_in(reason: MessageText) -> Page:
    """Returns the page for a sign-in that failed for `reason`, which holds no secret."""
    return Page(title=msg("Not signed in"), text=reason, ok=False)


def refused(status: HTTPStatus) -> Page:
    """Returns the page for a request that is no answer to a sign-in."""
    return Page(
        title=msg("Nothing to see here"),
        text=msg("This address only receives the answer to a sign-in that SMTP Desktop began."),
        status=status,
    )


def response_to_browser(page: Page, translate: Translate) -> bytes:
    """Returns the whole HTTP response."""
    kind = {True: "ok", False: "bad", None: "plain"}[page.ok]
    close = "" if page.ok is not False else f"<p>{escape(translate(_CLOSE))}</p>"
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(translate(page.title))} · SMTP Desktop</title><style>{_STYLE}</style></head>"
        f'<body><main class="{kind}"><h1>{escape(translate(page.title))}</h1><p>{escape(translate(page.text))}</p>'
        f'{close}<p class="program">SMTP Desktop</p></main></body></html>'
    ).encode()
    head = (f"HTTP/1.1 {page.status.value} {page.status.phrase}", *_HEADERS, f"Content-Length: {len(html)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + html
