"""Mail providers whose servers are known by name, or by what they say where the host is an alias or a relay."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailProvider:
    """`hosts` and `words` are regular expressions that are searched for, ignoring case. `words` stand in the replies
    of this provider alone; where it is empty only the host tells."""

    hosts: str
    words: str = ""

    def is_met(self, host: str, said: str) -> bool:
        """Whether `host`, or a server that says `said`, is this provider's."""
        return _found(self.hosts, host) or (bool(self.words) and _found(self.words, said))


def _found(pattern: str, where: str) -> bool:
    return re.search(pattern, where, re.IGNORECASE) is not None


def _domains(*names: str) -> str:
    """Returns a pattern for hosts in the domains `names`, which are patterns themselves."""
    return rf"(^|\.)({'|'.join(names)})$"


PROVIDERS = {
    # "gsmtp" ends Google's replies, and "gcdp" those that a Workspace administrator's policy makes.
    "google": MailProvider(
        hosts=_domains(r"gmail\.com", r"google\.com", r"googlemail\.com"),
        words=r"\bg(smtp|cdp)\b|support\.google\.com|accounts\.google\.com",
    ),
    "microsoft": MailProvider(
        hosts=_domains(r"office365\.(com|us)", r"outlook\.(com|cn)", r"hotmail\.com", r"live\.com"),
        words=r"\bprod\.(outlook|exchangelabs|protection)|protection\.outlook|outlook\.com|SmtpClientAuthentication",
    ),
    "outlook.com": MailProvider(hosts=_domains(r"smtp-mail\.outlook\.com", r"hotmail\.com", r"live\.com")),
    "icloud": MailProvider(
        hosts=_domains(r"me\.com", r"mac\.com", r"icloud\.com"), words=r"support\.apple\.com|postmaster@icloud"
    ),
    "yahoo": MailProvider(
        hosts=_domains(r"(yahoo|aol|att|verizon|sbcglobal)\.(com|net|co\.\w\w|\w\w)", r"yahoodns\.net"),
        words=r"\[(TSS?|PH|BL)\d+\]|#AUTH\d+|yahooinc\.com|postmaster\.yahoo",
    ),
    "amazon": MailProvider(hosts=_domains(r"amazonaws\.com(\.cn)?"), words=r"\bses:Send|Amazon SES"),
    "sendgrid": MailProvider(hosts=_domains(r"sendgrid\.(net|com)"), words="sendgrid"),
    "zoho": MailProvider(hosts=_domains(r"zoho(cloud)?\.(com|\w\w|com\.\w\w)"), words=r"\bzoho"),
    "fastmail": MailProvider(hosts=_domains(r"fastmail\.(com|fm)", r"messagingengine\.com"), words="fastmail"),
    "gmx": MailProvider(hosts=_domains(r"gmx\.(net|com|\w\w)", r"web\.de", r"mail\.com"), words=r"\bgmx\.(net|com)"),
    # Servers that want an authorisation code in place of the password.
    "code": MailProvider(
        hosts=_domains(r"qq\.com", r"163\.com", r"126\.com", r"yeah\.net", r"foxmail\.com"),
        words=r"authori[sz]ation code|service\.mail\.qq\.com|mail\.163\.com",
    ),
    "yandex": MailProvider(
        hosts=_domains(r"yandex\.(com|\w\w|com\.\w\w)", r"mail\.ru", r"naver\.com"), words=r"yandex\.|help\.mail\.ru"
    ),
    "t-online": MailProvider(hosts=_domains(r"t-online\.de"), words=r"t-online\.de"),
}
