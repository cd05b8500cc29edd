"""A small file of each format, with a password that must be seen nowhere but in drafts."""

import base64
from dataclasses import dataclass

from smtp_desktop.domain.imports.found import ImportFormat as Format

CANARY = "Zq9kTr4pW7xHb2"
_B64 = base64.b64encode(CANARY.encode()).decode()


@dataclass(frozen=True)
class Seed:
    """A file of a format, or several that belong together. `keys` are its own words, that a mutation "
    "may put anywhere."""

    format: Format
    files: tuple[tuple[str, str], ...]


def _seed(source_format: Format, path: str, text: str, *more: tuple[str, str]) -> Seed:
    files = ((path, text), *more)
    return Seed(format=source_format, files=tuple((name, content.replace("CANARY", CANARY)) for name, content in files))


SEEDS = (
    _seed(
        Format.OWN,
        "smtps.yaml",
        "smtp_desktop: 1\nsmtps:\n  - name: Shop\n    id: 0a1b\n    host_name: smtp.company.example\n"
        "    smtp_port: 587\n    user_name: shop@company.example\n    password: {env: SHOP_PASSWORD}\n"
        "    tags: [prod]\n    limits: {per_day: 9}\ndefault_smtp: Shop\nactivities:\n  - name: Nightly\n"
        "    smtp: Shop\n    to: [ops@company.example]\n    subject: Report\n    text: Hello {{ who }}\n"
        "settings: {retry_days: 9}\n",
    ),
    _seed(
        Format.OWN,
        "smtps.json",
        '{"smtp_desktop": 1, "smtps": [{"name": "Relay", "host_name": "smtp.company.example", "auth_required": false,\n'
        '"from_address": "jobs@company.example"}, {"name": "Shop", "host_name": "h.example",\n'
        '"user_name": "a@b.example", "password": {"file": "/run/secrets/x"}}]}\n',
    ),
    _seed(
        Format.URL,
        "urls.txt",
        "# mail\nsmtp://shop%40company.example:CANARY@smtp.company.example:587\n"
        "smtps://hr%40company.example:CANARY@mail.company.example\nsmtp://10.0.0.7:25?verify_peer=0\n",
    ),
    _seed(
        Format.CSV,
        "smtps.csv",
        "Name;Host;Port;TLS;User;Password;From\r\nShop;smtp.company.example;587;yes;shop@company.example;CANARY;"
        '\r\n"H ""R""";mail.company.example;465;ssl;hr@company.example;CANARY;"HR <hr@company.example>"\r\n',
    ),
    _seed(
        Format.ENV,
        ".env",
        "export SMTP_HOST=smtp.company.example\nSMTP_PORT=587\n"
        "SMTP_USER='shop@company.example'\nSMTP_PASSWORD=\"CANARY\"\n"
        "SMTP_FROM=shop@company.example\nALERTS_SMTP_HOST=mail.company.example # other\nALERTS_SMTP_PASS=${SECRET}\n",
    ),
    _seed(
        Format.LARAVEL,
        "laravel/.env",
        "APP_NAME=Shop\nAPP_KEY=base64:abc\nMAIL_MAILER=smtp\nMAIL_HOST=smtp.company.example\nMAIL_PORT=587\n"
        "MAIL_USERNAME=shop@company.example\nMAIL_PASSWORD=CANARY\n"
        "MAIL_ENCRYPTION=tls\nMAIL_FROM_ADDRESS=a@b.example\n",
    ),
    _seed(
        Format.SYMFONY,
        "symfony/.env",
        "APP_ENV=prod\nMAILER_DSN=smtp://shop%40company.example:CANARY@smtp.company.example:587\n",
    ),
    _seed(
        Format.COMPOSE,
        "compose.yaml",
        "x-mail: &mail\n  SMTP_HOST: smtp.company.example\n  SMTP_PORT: 587\nservices:\n  shop:\n    image: shop\n"
        "    environment:\n      <<: *mail\n      SMTP_USER: shop@company.example\n"
        "      SMTP_PASSWORD: CANARY\n  web:\n"
        "    image: web\n    environment:\n      - EMAIL_HOST=mail.company.example\n"
        "      - EMAIL_HOST_USER=web@company.example\n"
        "      - EMAIL_HOST_PASSWORD=CANARY\n    env_file: web.env\n",
    ),
    _seed(
        Format.KUBERNETES,
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mail\ndata:\n  SMTP_PASSWORD: "
        + _B64
        + "\nstringData:\n  SMTP_HOST: smtp.company.example\n  SMTP_USER: shop@company.example\n---\napiVersion: v1\n"
        "kind: ConfigMap\nmetadata:\n  name: other\ndata:\n  SMTP_HOST: mail.company.example\n",
    ),
    _seed(
        Format.POSTFIX,
        "main.cf",
        "# relay\nmyhostname = mx.company.example\n"
        "relayhost = [smtp.company.example]:587\nsmtp_sasl_auth_enable = yes\n"
        "smtp_sasl_password_maps =\n  hash:/etc/postfix/sasl_passwd\nsmtp_tls_security_level = encrypt\n"
        "sender_dependent_relayhost_maps = hash:/etc/postfix/relayhost_map\n",
        (
            "sasl_passwd",
            "[smtp.company.example]:587 shop@company.example:CANARY\nhr@company.example hr@company.example:CANARY\n",
        ),
        ("relayhost_map", "hr@company.example [mail.company.example]:465\n@b.example [other.example]:submission\n"),
    ),
    _seed(
        Format.MSMTP,
        ".msmtprc",
        "defaults\nauth on\ntls on\naccount shop\nhost smtp.company.example\nport 587\nuser shop@company.example\n"
        "password CANARY\nfrom shop@company.example\naccount hr : shop\nuser hr@company.example\n"
        'passwordeval "pass mail/hr"\neval echo password CANARY\naccount default : shop\n',
    ),
    _seed(
        Format.SWAKS,
        ".swaksrc",
        "--server smtp.company.example\nport 587\ntls\nauth LOGIN\n"
        "-auth-user shop@company.example\nauth-password CANARY\n"
        "from shop@company.example\n",
    ),
    _seed(
        Format.SSMTP,
        "ssmtp.conf",
        "root=postmaster\nmailhub=smtp.company.example:587\nUseSTARTTLS=YES\nAuthUser=shop@company.example\n"
        "AuthPass=CANARY\nhostname=pc.company.example\n",
    ),
    _seed(
        Format.NULLMAILER,
        "nullmailer/remotes",
        "smtp.company.example smtp --port=587 --starttls --user=shop@company.example --pass='CANARY'\n"
        "mail.company.example smtp --ssl --auth-login\n",
    ),
    _seed(
        Format.DMA,
        "dma/dma.conf",
        "SMARTHOST smtp.company.example\nPORT 587\nAUTHPATH /etc/dma/auth.conf\nSECURETRANSFER\nSTARTTLS\n",
        ("dma/auth.conf", "shop@company.example|smtp.company.example:CANARY\n"),
    ),
    _seed(
        Format.ESMTP,
        ".esmtprc",
        'hostname = smtp.company.example:587\nusername = "shop@company.example"\n'
        'password = "CANARY"\nstarttls = required\n'
        "identity hr@company.example\n  hostname = mail.company.example:25\n",
    ),
    _seed(
        Format.OPENSMTPD,
        "smtpd.conf",
        'table secrets file:/etc/mail/secrets\naction "relay" relay host smtp+tls://shop@smtp.company.example:587 \\\n'
        '  auth <secrets> mail-from "@company.example"\nmatch from any for any action "relay"\n',
        ("secrets", "shop shop@company.example:CANARY\n"),
    ),
    _seed(
        Format.THUNDERBIRD,
        "prefs.js",
        'user_pref("mail.smtpservers", "smtp1");\n'
        'user_pref("mail.smtpserver.smtp1.hostname", "smtp.company.example");\n'
        'user_pref("mail.smtpserver.smtp1.port", 587);\nuser_pref("mail.smtpserver.smtp1.try_ssl", 2);\n'
        'user_pref("mail.smtpserver.smtp1.authMethod", 3);\n'
        'user_pref("mail.smtpserver.smtp1.username", "shop@b.example");\n'
        'user_pref("mail.identity.id1.smtpServer", "smtp1");\n'
        'user_pref("mail.identity.id1.useremail", "shop@b.example");\n',
    ),
    _seed(
        Format.GRAFANA,
        "grafana.ini",
        "[server]\nhttp_port = 3000\n[smtp]\nenabled = true\n;skip_verify = true\nhost = smtp.company.example:587\n"
        'user = shop@company.example\npassword = """CANARY"""\nfrom_address = shop@company.example\n'
        "startTLS_policy = MandatoryStartTLS\nehlo_identity = pc.company.example\n",
    ),
    _seed(
        Format.GITLAB,
        "gitlab.rb",
        "external_url 'https://git.company.example'\ngitlab_rails['smtp_enable'] = true\n"
        "gitlab_rails['smtp_address'] = \"smtp.company.example\"\ngitlab_rails['smtp_port'] = 587\n"
        "gitlab_rails['smtp_user_name'] = 'shop@company.example'\ngitlab_rails['smtp_password'] = \"CANARY\"\n"
        "gitlab_rails['smtp_enable_starttls_auto'] = true\ngitlab_rails['gitlab_email_from'] = 'git@company.example'\n"
        "gitlab_rails['microsoft_graph_mailer_client_secret'] = 'CANARY'\n",
    ),
    _seed(
        Format.KEYCLOAK,
        "realm.json",
        '{"realm": "company", "smtpServer": {"host": "smtp.company.example", "port": "587", "auth": "true",\n'
        '"starttls": "true", "user": "shop@company.example", "password": "CANARY", "from": "shop@company.example"}}\n',
    ),
    _seed(
        Format.ZABBIX,
        "zabbix.yaml",
        "zabbix_export:\n  version: '7.0'\n  media_types:\n    - name: Mail\n      type: EMAIL\n"
        "      smtp_server: smtp.company.example\n      smtp_port: '587'\n      smtp_email: zabbix@company.example\n"
        "      smtp_security: STARTTLS\n      smtp_authentication: PASSWORD\n      username: shop@company.example\n"
        "      password: CANARY\n",
    ),
    _seed(
        Format.ZABBIX,
        "zabbix.xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<zabbix_export><version>7.0</version><media_types><media_type>\n'
        "<name>Mail</name><type>EMAIL</type><smtp_server>smtp.company.example</smtp_server>\n"
        "<smtp_email>zabbix@company.example</smtp_email><smtp_authentication>PASSWORD</smtp_authentication>\n"
        ""
        "<username>shop@company.example</username><password>CANARY</password></media_type></media_types></zabbix_export>\n",
    ),
    _seed(
        Format.JENKINS,
        "hudson.tasks.Mailer.xml",
        "<?xml version='1.1' encoding='UTF-8'?>\n<hudson.tasks.Mailer_-DescriptorImpl plugin=\"mailer\">\n"
        "<smtpHost>smtp.company.example</smtpHost><useSsl>false</useSsl><useTls>true</useTls><smtpPort>587</smtpPort>\n"
        "<authentication><username>shop@company.example</username><password>CANARY</password></authentication>\n"
        "</hudson.tasks.Mailer_-DescriptorImpl>\n",
    ),
    _seed(
        Format.JENKINS,
        "jenkins.yaml",
        "jenkins:\n  systemMessage: x\nunclassified:\n  mailer:\n"
        "    smtpHost: smtp.company.example\n    smtpPort: 587\n"
        "    useTls: true\n    authentication:\n      username: shop@company.example\n      password: CANARY\n",
    ),
    _seed(
        Format.NEXTCLOUD,
        "config.php",
        "<?php\n$CONFIG = array (\n  'instanceid' => 'oc1',\n  'mail_smtpmode' => 'smtp',\n"
        "  'mail_smtphost' => 'smtp.company.example',\n  'mail_smtpport' => 587,\n  'mail_smtpsecure' => 'tls',\n"
        "  'mail_smtpauth' => true,\n  'mail_smtpname' => 'shop@company.example',\n  'mail_smtppassword' => 'CANARY',\n"
        "  'mail_from_address' => 'cloud',\n  'mail_domain' => 'company.example',\n);\n",
    ),
    _seed(
        Format.FLUENTSMTP,
        "fluentmail-settings.json",
        '{"fluentmail-settings": {"connections": {"0a1b": {"title": "Mail", "provider_settings": {"provider": "smtp",\n'
        '"host": "smtp.company.example", "port": "587", "encryption": "tls", "auth": "yes",\n'
        '"username": "shop@company.example", "password": "CANARY", "sender_email": "shop@company.example"}}},\n'
        '"mappings": {"shop@company.example": "0a1b"}, "misc": {}}}\n',
    ),
    _seed(
        Format.WP_MAIL_SMTP,
        "wp_mail_smtp.json",
        '{"mail": {"from_email": "shop@company.example", "mailer": "smtp"}, "smtp": {"host": "smtp.company.example",\n'
        '"port": 587, "encryption": "tls", "auth": true, "user": "shop@company.example", "pass": "CANARY"}}\n',
    ),
    _seed(
        Format.WP_MAIL_SMTP,
        "wp-config.php",
        "<?php\ndefine( 'DB_NAME', 'wp' );\ndefine('WPMS_ON', true);\n"
        "define('WPMS_SMTP_HOST', 'smtp.company.example');\n"
        "define('WPMS_SMTP_PORT', 587);\ndefine('WPMS_SSL', 'tls');\ndefine('WPMS_SMTP_AUTH', true);\n"
        "define('WPMS_SMTP_USER', 'shop@company.example');\ndefine('WPMS_SMTP_PASS', 'CANARY');\n",
    ),
    _seed(
        Format.PHP,
        "send.php",
        "<?php\n$mail = new PHPMailer();\n$mail->Host = 'smtp.company.example';\n$mail->SMTPAuth = true;\n"
        "$mail->Username = 'shop@company.example';\n$mail->Password = 'CANARY';\n$mail->SMTPSecure = 'tls';\n",
    ),
    _seed(
        Format.GITEA,
        "app.ini",
        "APP_NAME = Git\n[mailer]\nENABLED = true\nPROTOCOL = smtp+starttls\nSMTP_ADDR = smtp.company.example\n"
        "SMTP_PORT = 587\nFROM = git@company.example\nUSER = shop@company.example\nPASSWD = `CANARY`\n",
    ),
    _seed(
        Format.MATTERMOST,
        "mattermost/config.json",
        '{"ServiceSettings": {}, "EmailSettings": {"SendEmailNotifications": true, "SMTPServer": '
        '"smtp.company.example",\n'
        '"SMTPPort": "587", "ConnectionSecurity": "STARTTLS", "EnableSMTPAuth": true,\n'
        '"SMTPUsername": "shop@company.example", "SMTPPassword": "CANARY", "FeedbackEmail": "a@company.example"}}\n',
    ),
    _seed(
        Format.ALERTMANAGER,
        "alertmanager.yml",
        "global:\n  smtp_smarthost: smtp.company.example:587\n  smtp_from: alerts@company.example\n"
        "  smtp_auth_username: shop@company.example\n  smtp_auth_password: CANARY\nroute:\n  receiver: mail\n"
        "receivers:\n  - name: mail\n    email_configs:\n      - to: ops@company.example\n",
    ),
    _seed(
        Format.DJANGO,
        "settings.py",
        'import os\n\nEMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"\n'
        'EMAIL_HOST = "smtp.company.example"\n'
        'EMAIL_PORT = 587\nEMAIL_USE_TLS = True\nEMAIL_HOST_USER = "shop@company.example"\n'
        'EMAIL_HOST_PASSWORD = "CANARY"\nDEFAULT_FROM_EMAIL = os.environ["FROM"]\n',
    ),
    _seed(
        Format.RAILS,
        "production.rb",
        "Rails.application.configure do\n  config.action_mailer.delivery_method = :smtp\n"
        "  config.action_mailer.smtp_settings = {\n    address: 'smtp.company.example',\n    port: 587,\n"
        "    user_name: 'shop@company.example',\n    password: 'CANARY',\n    authentication: :plain,\n"
        "    enable_starttls_auto: true\n  }\nend\n",
    ),
    _seed(
        Format.SPRING,
        "application.properties",
        "spring.mail.host=smtp.company.example\nspring.mail.port=587\nspring.mail.username=shop@company.example\n"
        "spring.mail.password=CANARY\nspring.mail.properties.mail.smtp.auth=true\n"
        "spring.mail.properties.mail.smtp.starttls.enable=true\n",
    ),
    _seed(
        Format.SPRING,
        "application.yml",
        "spring:\n  mail:\n    host: smtp.company.example\n    port: 587\n    username: shop@company.example\n"
        "    password: CANARY\n    properties:\n"
        "      mail.smtp.starttls.required: true\n---\nspring:\n  profiles: test\n",
    ),
    _seed(
        Format.NODEMAILER,
        "mail.json",
        '{"host": "smtp.company.example", "port": 587, "secure": false, "requireTLS": true,\n'
        '"auth": {"user": "shop@company.example", "pass": "CANARY"}}\n',
    ),
)
