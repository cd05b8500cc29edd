"""Findings in other programs' files."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.draft import ProfileDraft


class ImportFormat(StrEnum):
    """The formats that are read. The values are those of the command line's `format`; `FORMAT_NAMES` are for people."""

    OWN = "smtp-desktop"
    CSV = "csv"
    URL = "url"
    ENV = "env"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    POSTFIX = "postfix"
    MSMTP = "msmtp"
    SWAKS = "swaks"
    SSMTP = "ssmtp"
    NULLMAILER = "nullmailer"
    DMA = "dma"
    ESMTP = "esmtp"
    OPENSMTPD = "opensmtpd"
    THUNDERBIRD = "thunderbird"
    GRAFANA = "grafana"
    GITLAB = "gitlab"
    KEYCLOAK = "keycloak"
    ZABBIX = "zabbix"
    JENKINS = "jenkins"
    NEXTCLOUD = "nextcloud"
    FLUENTSMTP = "fluentsmtp"
    WP_MAIL_SMTP = "wp-mail-smtp"
    PHP = "php"
    GITEA = "gitea"
    MATTERMOST = "mattermost"
    ALERTMANAGER = "alertmanager"
    DJANGO = "django"
    LARAVEL = "laravel"
    SYMFONY = "symfony"
    RAILS = "rails"
    SPRING = "spring"
    NODEMAILER = "nodemailer"


FORMAT_NAMES = {
    ImportFormat.OWN: "SMTP Desktop",
    ImportFormat.CSV: "CSV",
    ImportFormat.URL: "URLs",
    ImportFormat.ENV: ".env",
    ImportFormat.COMPOSE: "Docker Compose",
    ImportFormat.KUBERNETES: "Kubernetes",
    ImportFormat.POSTFIX: "Postfix",
    ImportFormat.MSMTP: "msmtp",
    ImportFormat.SWAKS: "swaks",
    ImportFormat.SSMTP: "sSMTP",
    ImportFormat.NULLMAILER: "nullmailer",
    ImportFormat.DMA: "dma",
    ImportFormat.ESMTP: "esmtp",
    ImportFormat.OPENSMTPD: "OpenSMTPD",
    ImportFormat.THUNDERBIRD: "Thunderbird",
    ImportFormat.GRAFANA: "Grafana",
    ImportFormat.GITLAB: "GitLab",
    ImportFormat.KEYCLOAK: "Keycloak",
    ImportFormat.ZABBIX: "Zabbix",
    ImportFormat.JENKINS: "Jenkins",
    ImportFormat.NEXTCLOUD: "Nextcloud",
    ImportFormat.FLUENTSMTP: "FluentSMTP",
    ImportFormat.WP_MAIL_SMTP: "WP Mail SMTP",
    ImportFormat.PHP: "PHP",
    ImportFormat.GITEA: "Gitea",
    ImportFormat.MATTERMOST: "Mattermost",
    ImportFormat.ALERTMANAGER: "Alertmanager",
    ImportFormat.DJANGO: "Django",
    ImportFormat.LARAVEL: "Laravel",
    ImportFormat.SYMFONY: "Symfony",
    ImportFormat.RAILS: "Rails",
    ImportFormat.SPRING: "Spring",
    ImportFormat.NODEMAILER: "Nodemailer",
}
"""The names of the formats, which are names in every language but for the few common words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSmtp:
    """An SMTP that a file describes. `line` is where that begins, from 1; None where the file has no lines to speak of.

    The draft has a secret only where the file itself has it; `missing` says why one that is needed is not there, None
    where nothing is missing. `said` are the fields of the draft that the file decides: the others are defaults, which
    an update leaves as they are. `notes` say what was not taken over.
    """

    format: ImportFormat
    file: str
    line: int | None
    draft: ProfileDraft
    said: frozenset[str]
    missing: MessageText | None = None
    notes: tuple[MessageText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What can't be read, by its place. `format` is None where the whole file is of none that is known. The reason
    never repeats a secret."""

    format: ImportFormat | None
    file: str
    line: int | None
    reason: MessageText


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, or several that belong together, with what was found in them, in their order. `format` is None where it
    is not known."""

    format: ImportFormat | None
    files: tuple[str, ...]
    found: Sequence[FoundSmtp] = ()
    unreadable: Sequence[Unreadable] = ()
