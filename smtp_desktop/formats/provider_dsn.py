"""DSNs that name a provider in place of a server, as Symfony and Laravel have them: sendgrid+smtp://KEY@default."""

from dataclasses import dataclass

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import Cloud
from smtp_desktop.formats.mail_url import MailUrl
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption, SmtpParts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """A provider's server. `{region}` in it is the URL's option of that name, else `region`. `user` is a word that all
    customers use; with `key_only`, the URL has only a key, which is the password; with `key_twice` also the user."""

    host: str
    port: int
    region: str = ""
    user: str = ""
    key_twice: bool = False


# The servers as the mailer bridges of Symfony 7 have them.
_PROVIDERS = {
    "gmail": _Provider(host="smtp.gmail.com", port=465),
    "ses": _Provider(host="email-smtp.{region}.amazonaws.com", port=465, region="eu-west-1"),
    "mailgun": _Provider(host="smtp.{region}mailgun.org", port=465),
    "mailjet": _Provider(host="in-v3.mailjet.com", port=465),
    "mandrill": _Provider(host="smtp.mandrillapp.com", port=587),
    "postmark": _Provider(host="smtp.postmarkapp.com", port=587, key_twice=True),
    "sendgrid": _Provider(host="smtp.sendgrid.net", port=465, user="apikey"),
    "brevo": _Provider(host="smtp-relay.brevo.com", port=465),
    "sendinblue": _Provider(host="smtp-relay.brevo.com", port=465),
    "mailersend": _Provider(host="smtp.mailersend.net", port=587),
    "mailpace": _Provider(host="smtp.mailpace.com", port=465, key_twice=True),
    "resend": _Provider(host="smtp.resend.com", port=465, user="resend"),
    "scaleway": _Provider(host="smtp.tem.scw.cloud", port=465),
    "mailtrap": _Provider(host="live.smtp.mailtrap.io", port=587, user="api"),
}
_OF_THIS_COMPUTER = frozenset({"sendmail", "sendmail+smtp", "native", "mail", "file", "null", "log", "array"})
_GRAPH = frozenset({"microsoftgraph+api", "microsoft-graph+api", "msgraph+api"})
_CLOUDS = {
    "graph.microsoft.us": Cloud.US_L4,
    "dod-graph.microsoft.us": Cloud.US_DOD,
    "microsoftgraph.chinacloudapi.cn": Cloud.CHINA,
}


def provider_parts(url: MailUrl) -> SmtpParts | None:
    """Returns what a DSN such as ses+smtp://KEY:SECRET@default says of the provider's server; None where it names no
    provider that is known, or another interface than SMTP."""
    name, _, interface = url.scheme.partition("+")
    provider = _PROVIDERS.get(name)
    if provider is None or interface not in {"smtp", "smtps"}:
        return None
    region = url.said("region") or provider.region
    if name == "mailgun":
        region = "eu." if region.lower() == "eu" else ""
    own_host = "" if url.host in {"", "default"} else url.host
    key_only = url.password is None
    user = provider.user if key_only and provider.user else url.user
    return SmtpParts(
        names=(name,),
        host=own_host or provider.host.format(region=region),
        port=url.port,
        default_port=provider.port,
        encryption=Encryption.IMPLICIT if provider.port == IMPLICIT_PORT else Encryption.STARTTLS,
        sign_in=True,
        user=user,
        password=url.user if key_only and (provider.user or provider.key_twice) else url.password,
        from_address=url.said("from", "sender"),
    )


def is_graph(url: MailUrl) -> bool:
    """Whether the DSN is that of Microsoft Graph, through an app of the tenant."""
    return url.scheme in _GRAPH


def graph_cloud(url: MailUrl) -> Cloud:
    """Returns the cloud that the DSN's host belongs to."""
    return _CLOUDS.get(url.host.lower(), Cloud.GLOBAL)


def no_server(url: MailUrl) -> MessageText:
    """Returns why a DSN of no known server can't become an SMTP."""
    if url.scheme in _OF_THIS_COMPUTER:
        return msg("{scheme} hands mail to a program of the computer that it runs on.", scheme=url.scheme)
    name, _, interface = url.scheme.partition("+")
    if interface and interface not in {"smtp", "smtps"}:
        return msg("{scheme} is the provider's own interface, not SMTP.", scheme=url.scheme)
    if interface:
        return msg("The provider {name} is not known here.", name=name)
    return msg("{scheme} is not the scheme of a mail server. Looked for smtp, smtps and the like.", scheme=url.scheme)
