"""Mail providers that want another password from a program than from a person."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from smtp_desktop.domain.address import BadHost, ascii_host


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPasswordProvider:
    """A provider as its customers know it. `takes_passwords` is False where no password works any more."""

    name: str
    hosts: tuple[str, ...]
    takes_passwords: bool = True


GMAIL = AppPasswordProvider(name="Gmail", hosts=("smtp.gmail.com", "smtp.googlemail.com", "smtp-relay.gmail.com"))
# Microsoft took passwords away from personal mailboxes on 16 September 2024.
OUTLOOK = AppPasswordProvider(
    name="Outlook.com",
    hosts=("smtp-mail.outlook.com", "smtp.live.com", "smtp.hotmail.com"),
    takes_passwords=False,
)
YAHOO = AppPasswordProvider(name="Yahoo", hosts=("*.mail.yahoo.com", "smtp.bizmail.yahoo.com"))
AOL = AppPasswordProvider(name="AOL", hosts=("smtp.aol.com", "smtp.*.aol.com"))
ICLOUD = AppPasswordProvider(name="iCloud", hosts=("smtp.mail.me.com", "*-smtp.mail.me.com", "smtp.mail.icloud.com"))
ZOHO = AppPasswordProvider(
    name="Zoho",
    hosts=tuple(
        f"{server}.{domain}"
        for server in ("smtp", "smtppro")
        for domain in (
            "zoho.com",
            "zoho.eu",
            "zoho.in",
            "zoho.com.au",
            "zoho.com.cn",
            "zoho.jp",
            "zoho.sa",
            "zohocloud.ca",
        )
    ),
)
FASTMAIL = AppPasswordProvider(
    name="Fastmail", hosts=("smtp.fastmail.com", "smtps-proxy.fastmail.com", "*.messagingengine.com")
)
PROVIDERS = (GMAIL, OUTLOOK, YAHOO, AOL, ICLOUD, ZOHO, FASTMAIL)


def app_password_provider(host_name: str) -> AppPasswordProvider | None:
    """Returns whose server `host_name` is, as far as it is a provider of this list."""
    try:
        host = ascii_host(host_name)
    except BadHost:
        return None
    return next((it for it in PROVIDERS if any(fnmatchcase(host, pattern) for pattern in it.hosts)), None)
