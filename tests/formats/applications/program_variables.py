"""Variables of programs that are configured by them, in the words of each, with the SMTP that they describe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramVariables:
    """The variables of one program; `server` is host, port, TLS, user and From address."""

    program: str
    text: str
    server: tuple[str, str, bool, str, str]


HOST = "smtp.contoso.example"
PROGRAMS = (
    ProgramVariables(
        program="mastodon",
        text="""\
SMTP_SERVER=smtp.contoso.example
SMTP_PORT=587
SMTP_LOGIN=social@contoso.example
SMTP_PASSWORD=pw
SMTP_FROM_ADDRESS=Social <social@contoso.example>
SMTP_AUTH_METHOD=plain
SMTP_OPENSSL_VERIFY_MODE=none
SMTP_ENABLE_STARTTLS=auto
SMTP_TLS=false
LOCAL_DOMAIN=social.contoso.example
""",
        server=(HOST, "587", True, "social@contoso.example", "Social <social@contoso.example>"),
    ),
    ProgramVariables(
        program="discourse",
        text="""\
DISCOURSE_SMTP_ADDRESS=smtp.contoso.example
DISCOURSE_SMTP_PORT=465
DISCOURSE_SMTP_USER_NAME=forum
DISCOURSE_SMTP_PASSWORD=pw
DISCOURSE_SMTP_FORCE_TLS=true
DISCOURSE_SMTP_DOMAIN=forum.contoso.example
DISCOURSE_NOTIFICATION_EMAIL=noreply@contoso.example
""",
        server=(HOST, "465", True, "forum", "noreply@contoso.example"),
    ),
    ProgramVariables(
        program="nextcloud",
        text="""\
SMTP_HOST=smtp.contoso.example
SMTP_SECURE=ssl
SMTP_PORT=465
SMTP_AUTHTYPE=LOGIN
SMTP_NAME=cloud@contoso.example
SMTP_PASSWORD=pw
MAIL_FROM_ADDRESS=cloud
MAIL_DOMAIN=contoso.example
""",
        server=(HOST, "465", True, "cloud@contoso.example", "cloud@contoso.example"),
    ),
    ProgramVariables(
        program="authentik",
        text="""\
AUTHENTIK_EMAIL__HOST=smtp.contoso.example
AUTHENTIK_EMAIL__PORT=587
AUTHENTIK_EMAIL__USERNAME=id
AUTHENTIK_EMAIL__PASSWORD=pw
AUTHENTIK_EMAIL__USE_TLS=true
AUTHENTIK_EMAIL__USE_SSL=false
AUTHENTIK_EMAIL__TIMEOUT=10
AUTHENTIK_EMAIL__FROM=id@contoso.example
""",
        server=(HOST, "587", True, "id", "id@contoso.example"),
    ),
    ProgramVariables(
        program="gitea",
        text="""\
GITEA__mailer__ENABLED=true
GITEA__mailer__PROTOCOL=smtps
GITEA__mailer__SMTP_ADDR=smtp.contoso.example
GITEA__mailer__SMTP_PORT=465
GITEA__mailer__USER=git
GITEA__mailer__PASSWD=pw
GITEA__mailer__FROM=git@contoso.example
""",
        server=(HOST, "465", True, "git", "git@contoso.example"),
    ),
    ProgramVariables(
        program="ghost",
        text="""\
mail__transport=SMTP
mail__from=blog@contoso.example
mail__options__host=smtp.contoso.example
mail__options__port=465
mail__options__secure=true
mail__options__auth__user=blog
mail__options__auth__pass=pw
url=https://blog.contoso.example
""",
        server=(HOST, "465", True, "blog", "blog@contoso.example"),
    ),
    ProgramVariables(
        program="plausible",
        text="""\
MAILER_EMAIL=stats@contoso.example
SMTP_HOST_ADDR=smtp.contoso.example
SMTP_HOST_PORT=465
SMTP_USER_NAME=stats
SMTP_USER_PWD=pw
SMTP_HOST_SSL_ENABLED=true
""",
        server=(HOST, "465", True, "stats", "stats@contoso.example"),
    ),
    ProgramVariables(
        program="sentry",
        text="""\
SENTRY_EMAIL_HOST=smtp.contoso.example
SENTRY_EMAIL_PORT=587
SENTRY_EMAIL_USER=s
SENTRY_EMAIL_PASSWORD=pw
SENTRY_EMAIL_USE_TLS=true
SENTRY_SERVER_EMAIL=sentry@contoso.example
""",
        server=(HOST, "587", True, "s", "sentry@contoso.example"),
    ),
    ProgramVariables(
        program="n8n",
        text="""\
N8N_EMAIL_MODE=smtp
N8N_SMTP_HOST=smtp.contoso.example
N8N_SMTP_PORT=465
N8N_SMTP_USER=n
N8N_SMTP_PASS=pw
N8N_SMTP_SENDER=n@contoso.example
N8N_SMTP_SSL=true
""",
        server=(HOST, "465", True, "n", "n@contoso.example"),
    ),
    ProgramVariables(
        program="paperless",
        text="""\
PAPERLESS_EMAIL_HOST=smtp.contoso.example
PAPERLESS_EMAIL_PORT=587
PAPERLESS_EMAIL_HOST_USER=p
PAPERLESS_EMAIL_HOST_PASSWORD=pw
PAPERLESS_EMAIL_FROM=p@contoso.example
PAPERLESS_EMAIL_USE_TLS=true
PAPERLESS_EMAIL_TASK_CRON=*/10 * * * *
""",
        server=(HOST, "587", True, "p", "p@contoso.example"),
    ),
    ProgramVariables(
        program="zulip",
        text="""\
SETTING_EMAIL_HOST=smtp.contoso.example
SETTING_EMAIL_HOST_USER=z
SECRETS_email_password=pw
SETTING_EMAIL_PORT=587
SETTING_EMAIL_USE_SSL=False
SETTING_EMAIL_USE_TLS=True
ZULIP_AUTH_BACKENDS=EmailAuthBackend
""",
        server=(HOST, "587", True, "z", ""),
    ),
    ProgramVariables(
        program="bookstack",
        text="""\
MAIL_DRIVER=smtp
MAIL_HOST=smtp.contoso.example
MAIL_PORT=587
MAIL_ENCRYPTION=tls
MAIL_USERNAME=b@contoso.example
MAIL_PASSWORD=pw
MAIL_FROM=b@contoso.example
MAIL_FROM_NAME=Book Stack
MAIL_VERIFY_SSL=false
""",
        server=(HOST, "587", True, "b@contoso.example", "Book Stack <b@contoso.example>"),
    ),
    ProgramVariables(
        program="directus",
        text="""\
EMAIL_FROM=d@contoso.example
EMAIL_TRANSPORT=smtp
EMAIL_SMTP_HOST=smtp.contoso.example
EMAIL_SMTP_PORT=587
EMAIL_SMTP_USER=d
EMAIL_SMTP_PASSWORD=pw
EMAIL_SMTP_SECURE=false
EMAIL_SMTP_IGNORE_TLS=true
""",
        server=(HOST, "587", False, "d", "d@contoso.example"),
    ),
    ProgramVariables(
        program="airflow",
        text="""\
AIRFLOW__SMTP__SMTP_HOST=smtp.contoso.example
AIRFLOW__SMTP__SMTP_STARTTLS=True
AIRFLOW__SMTP__SMTP_SSL=False
AIRFLOW__SMTP__SMTP_USER=a
AIRFLOW__SMTP__SMTP_PASSWORD=pw
AIRFLOW__SMTP__SMTP_PORT=587
AIRFLOW__SMTP__SMTP_MAIL_FROM=a@contoso.example
""",
        server=(HOST, "587", True, "a", "a@contoso.example"),
    ),
    ProgramVariables(
        program="redash",
        text="""\
REDASH_MAIL_SERVER=smtp.contoso.example
REDASH_MAIL_PORT=465
REDASH_MAIL_USE_SSL=true
REDASH_MAIL_USE_TLS=false
REDASH_MAIL_USERNAME=r
REDASH_MAIL_PASSWORD=pw
REDASH_MAIL_DEFAULT_SENDER=r@contoso.example
""",
        server=(HOST, "465", True, "r", "r@contoso.example"),
    ),
    ProgramVariables(
        program="metabase",
        text="""\
MB_EMAIL_SMTP_HOST=smtp.contoso.example
MB_EMAIL_SMTP_PORT=587
MB_EMAIL_SMTP_SECURITY=starttls
MB_EMAIL_SMTP_USERNAME=m
MB_EMAIL_SMTP_PASSWORD=pw
MB_EMAIL_FROM_ADDRESS=m@contoso.example
MB_EMAIL_FROM_NAME=Meta
""",
        server=(HOST, "587", True, "m", "Meta <m@contoso.example>"),
    ),
    ProgramVariables(
        program="gotrue",
        text="""\
GOTRUE_SMTP_HOST=smtp.contoso.example
GOTRUE_SMTP_PORT=587
GOTRUE_SMTP_USER=g
GOTRUE_SMTP_PASS=pw
GOTRUE_SMTP_ADMIN_EMAIL=g@contoso.example
GOTRUE_SMTP_SENDER_NAME=Gate
""",
        server=(HOST, "587", True, "g", "Gate <g@contoso.example>"),
    ),
    ProgramVariables(
        program="calcom",
        text="""\
EMAIL_FROM=c@contoso.example
EMAIL_SERVER_HOST=smtp.contoso.example
EMAIL_SERVER_PORT=465
EMAIL_SERVER_USER=c
EMAIL_SERVER_PASSWORD=pw
""",
        server=(HOST, "465", True, "c", "c@contoso.example"),
    ),
    ProgramVariables(
        program="taiga",
        text="""\
EMAIL_BACKEND=smtp
EMAIL_DEFAULT_FROM=t@contoso.example
EMAIL_USE_TLS=True
EMAIL_USE_SSL=False
EMAIL_HOST=smtp.contoso.example
EMAIL_PORT=587
EMAIL_HOST_USER=t
EMAIL_HOST_PASSWORD=pw
""",
        server=(HOST, "587", True, "t", "t@contoso.example"),
    ),
    ProgramVariables(
        program="penpot",
        text="""\
PENPOT_SMTP_DEFAULT_FROM=Penpot <p@contoso.example>
PENPOT_SMTP_DEFAULT_REPLY_TO=x@contoso.example
PENPOT_SMTP_HOST=mailcatch
PENPOT_SMTP_PORT=1025
PENPOT_SMTP_USERNAME=
PENPOT_SMTP_PASSWORD=
PENPOT_SMTP_TLS=false
PENPOT_SMTP_SSL=false
""",
        server=("mailcatch", "1025", False, "", "Penpot <p@contoso.example>"),
    ),
    ProgramVariables(
        program="openproject",
        text="""\
OPENPROJECT_EMAIL__DELIVERY__METHOD=smtp
OPENPROJECT_SMTP__ADDRESS=smtp.contoso.example
OPENPROJECT_SMTP__PORT=587
OPENPROJECT_SMTP__DOMAIN=contoso.example
OPENPROJECT_SMTP__AUTHENTICATION=login
OPENPROJECT_SMTP__USER__NAME=o
OPENPROJECT_SMTP__PASSWORD=pw
OPENPROJECT_SMTP__ENABLE__STARTTLS__AUTO=true
""",
        server=(HOST, "587", True, "o", ""),
    ),
    ProgramVariables(
        program="joplin",
        text="""\
MAILER_ENABLED=1
MAILER_HOST=smtp.contoso.example
MAILER_PORT=465
MAILER_SECURITY=tls
MAILER_AUTH_USER=j
MAILER_AUTH_PASSWORD=pw
MAILER_NOREPLY_NAME=Joplin
MAILER_NOREPLY_EMAIL=j@contoso.example
""",
        server=(HOST, "465", True, "j", "j@contoso.example"),
    ),
    ProgramVariables(
        program="appwrite",
        text="""\
_APP_SMTP_HOST=smtp.contoso.example
_APP_SMTP_PORT=587
_APP_SMTP_SECURE=tls
_APP_SMTP_USERNAME=a
_APP_SMTP_PASSWORD=pw
_APP_SYSTEM_EMAIL_ADDRESS=a@contoso.example
""",
        server=(HOST, "587", True, "a", "a@contoso.example"),
    ),
    ProgramVariables(
        program="peertube",
        text="""\
PEERTUBE_SMTP_USERNAME=p
PEERTUBE_SMTP_PASSWORD=pw
PEERTUBE_SMTP_HOSTNAME=smtp.contoso.example
PEERTUBE_SMTP_PORT=25
PEERTUBE_SMTP_FROM=p@contoso.example
PEERTUBE_SMTP_TLS=false
PEERTUBE_SMTP_DISABLE_STARTTLS=false
""",
        server=(HOST, "25", True, "p", "p@contoso.example"),
    ),
    ProgramVariables(
        program="bitwarden",
        text="""\
globalSettings__mail__replyToEmail=no@contoso.example
globalSettings__mail__smtp__host=smtp.contoso.example
globalSettings__mail__smtp__port=587
globalSettings__mail__smtp__ssl=false
globalSettings__mail__smtp__username=b
globalSettings__mail__smtp__password=pw
""",
        server=(HOST, "587", True, "b", ""),
    ),
    ProgramVariables(
        program="passbolt",
        text="""\
EMAIL_TRANSPORT_DEFAULT_HOST=smtp.contoso.example
EMAIL_TRANSPORT_DEFAULT_PORT=587
EMAIL_TRANSPORT_DEFAULT_USERNAME=p
EMAIL_TRANSPORT_DEFAULT_PASSWORD=pw
EMAIL_TRANSPORT_DEFAULT_TLS=true
EMAIL_DEFAULT_FROM=p@contoso.example
EMAIL_DEFAULT_FROM_NAME=Passbolt
""",
        server=(HOST, "587", True, "p", "Passbolt <p@contoso.example>"),
    ),
    ProgramVariables(
        program="authelia",
        text="""\
AUTHELIA_NOTIFIER_SMTP_ADDRESS=submission://smtp.contoso.example:587
AUTHELIA_NOTIFIER_SMTP_USERNAME=a
AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE=/secrets/smtp
AUTHELIA_NOTIFIER_SMTP_SENDER=Auth <a@contoso.example>
""",
        server=(HOST, "587", True, "a", "Auth <a@contoso.example>"),
    ),
    ProgramVariables(
        program="mailserver",
        text="""\
RELAY_HOST=smtp.contoso.example
RELAY_PORT=25
RELAY_USER=r
RELAY_PASSWORD=pw
""",
        server=(HOST, "25", True, "r", ""),
    ),
    ProgramVariables(
        program="vikunja",
        text="""\
VIKUNJA_MAILER_ENABLED=true
VIKUNJA_MAILER_HOST=smtp.contoso.example
VIKUNJA_MAILER_FORCESSL=true
VIKUNJA_MAILER_PORT=465
VIKUNJA_MAILER_AUTHTYPE=plain
VIKUNJA_MAILER_USERNAME=v
VIKUNJA_MAILER_PASSWORD=pw
VIKUNJA_MAILER_FROMEMAIL=v@contoso.example
""",
        server=(HOST, "465", True, "v", "v@contoso.example"),
    ),
    ProgramVariables(
        program="mattermost",
        text="""\
MM_EMAILSETTINGS_SMTPSERVER=smtp.contoso.example
MM_EMAILSETTINGS_SMTPPORT=465
MM_EMAILSETTINGS_SMTPUSERNAME=m
MM_EMAILSETTINGS_SMTPPASSWORD=pw
MM_EMAILSETTINGS_CONNECTIONSECURITY=TLS
MM_EMAILSETTINGS_ENABLESMTPAUTH=true
MM_EMAILSETTINGS_FEEDBACKEMAIL=m@contoso.example
""",
        server=(HOST, "465", True, "m", "m@contoso.example"),
    ),
    ProgramVariables(
        program="snipe",
        text="""\
MAIL_MAILER=smtp
MAIL_HOST=smtp.contoso.example
MAIL_PORT=587
MAIL_USERNAME=s
MAIL_PASSWORD=pw
MAIL_TLS_VERIFY_PEER=true
MAIL_FROM_ADDR=s@contoso.example
MAIL_FROM_NAME='Snipe-IT'
MAIL_REPLYTO_ADDR=x@contoso.example
MAIL_AUTO_EMBED_METHOD='attachment'
""",
        server=(HOST, "587", True, "s", "Snipe-IT <s@contoso.example>"),
    ),
    ProgramVariables(
        program="dotnet",
        text="""\
Smtp__Host=smtp.contoso.example
Smtp__Port=587
Smtp__UserName=d
Smtp__Password=pw
Smtp__EnableSsl=true
EmailSettings__SenderEmail=d@contoso.example
""",
        server=(HOST, "587", True, "d", "d@contoso.example"),
    ),
    ProgramVariables(
        program="spring",
        text="""\
SPRING_MAIL_HOST=smtp.contoso.example
SPRING_MAIL_PORT=587
SPRING_MAIL_USERNAME=s
SPRING_MAIL_PASSWORD=pw
SPRING_MAIL_PROPERTIES_MAIL_SMTP_AUTH=true
SPRING_MAIL_PROPERTIES_MAIL_SMTP_STARTTLS_ENABLE=true
""",
        server=(HOST, "587", True, "s", ""),
    ),
)
