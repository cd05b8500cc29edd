"""Words that names of mail settings are made of."""

from enum import Enum, auto


class Field(Enum):
    """The fields that settings are for."""

    HOST = auto()
    PORT = auto()
    USER = auto()
    PASSWORD = auto()
    PASSWORD_PLACE = auto()  # a file or a command that has it
    FROM = auto()
    FROM_NAME = auto()
    FROM_DOMAIN = auto()  # what follows the @, where FROM has only what precedes it
    URL = auto()
    HELO = auto()
    SIGNS_IN = auto()
    MECHANISM = auto()
    MODE = auto()  # a word for the encryption, or whether there is one
    TLS = auto()
    IMPLICIT_TLS = auto()
    STARTTLS = auto()
    STARTTLS_IF_OFFERED = auto()
    NO_STARTTLS = auto()
    NO_TLS = auto()
    VERIFIES = auto()
    UNVERIFIED = auto()
    BACKEND = auto()  # what sends the mail


CONNECTION = frozenset({Field.HOST, Field.USER, Field.PASSWORD, Field.PASSWORD_PLACE, Field.URL})


def words_in(text: str) -> frozenset[str]:
    """Returns the words, or groups of words, between the commas."""
    return frozenset(text.split(", "))


MAIL_WORDS = words_in("smtp, smtps, mail, email, mailer, mailserver, emails, relay, smarthost, mailing")
FILLERS = words_in(
    "auth, backend, config, configuration, conn, connection, credential, credentials, default, django, host, main, "
    "notifier, option, options, outbound, outgoing, plugin, primary, private, properties, props, server, service, "
    "setting, settings, the, transport, transports"
)
"""Words that say nothing of the field."""

OTHERS = words_in(
    "abuse, admins, allowed, bcc, bind, blacklist, blocked, bounce, bounces, cc, client, contact, container, "
    "dashboard, db, dir, docker, error, expose, exposed, image, imap, imaps, inbound, inbox, incoming, interval, "
    "limit, listen, log, logs, max, min, oauth, oauth2, path, pool, pop, pop3, pops, proxy, public, published, "
    "queue, rate, receive, recipient, recipients, redis, refresh, reply, replyto, retries, retry, return, subject, "
    "support, template, templates, tenant, timeout, to, token, ui, verification, version, web, webhook, whitelist"
)
"""Words of settings that are not of sending by SMTP, or of something beside the server."""

_FIELDS = {
    Field.HOST: (
        "host, hostname, host name, server, server name, servername, server address, addr, address, endpoint, fqdn"
    ),
    Field.PORT: "port, port number",
    Field.USER: "user, username, user name, user id, userid, usr, login, login name, account, user account, name",
    Field.PASSWORD: (
        "password, passwort, pass, passwd, passphrase, pwd, pw, user pwd, user password, login password, secret, "
        "app password"
    ),
    Field.FROM: "from, from address, from addr, sender, sender address, sender addr, sent from",
    Field.FROM_NAME: "from name, sender name, from display name, display name",
    Field.URL: "url, uri, dsn, connection string, connection url",
    Field.HELO: (
        "helo, ehlo, helo name, ehlo name, helo host, helo hostname, helo domain, local hostname, local host, "
        "local domain, domain"
    ),
    Field.SIGNS_IN: (
        "auth, authenticate, authentication, auth required, auth enabled, auth enable, enable auth, use auth, "
        "require auth, requires auth, requires authentication"
    ),
    Field.MECHANISM: (
        "auth type, authtype, auth method, auth mechanism, auth mode, authentication type, authentication method"
    ),
    Field.MODE: (
        "encryption, encryption type, encrypt, security, security type, connection security, security mode, secure, "
        "secure enabled, use secure, secure connection, scheme, protocol, tls mode, tls type"
    ),
    Field.TLS: "tls, use tls, tls enabled, tls enable, enable tls, ssl tls, use ssl tls",
    Field.IMPLICIT_TLS: (
        "ssl, use ssl, ssl enabled, ssl enable, enable ssl, force ssl, force tls, implicit tls, use smtps"
    ),
    Field.STARTTLS: (
        "explicit tls, starttls, use starttls, enable starttls, starttls enable, starttls enabled, force starttls, "
        "starttls required, require starttls, require tls, tls required, starttls policy"
    ),
    Field.STARTTLS_IF_OFFERED: "starttls auto, enable starttls auto, opportunistic tls, auto tls",
    Field.NO_STARTTLS: "disable starttls, starttls disabled, no starttls, ignore tls",
    Field.NO_TLS: "disable tls, no tls",
    Field.VERIFIES: (
        "verify, tls verify, ssl verify, verify ssl, verify tls, verify peer, tls verify peer, verify cert, "
        "verify certificate, verify certs, ssl verify cert, cert verify, validate cert, validate certs, "
        "validate certificate, openssl verify mode, ssl verify mode, reject unauthorized, tls reject unauthorized"
    ),
    Field.UNVERIFIED: (
        "skip verify, insecure, insecure skip verify, tls skip verify, skip tls verify, skip ssl verify, "
        "tls insecure, ignore cert, ignore cert errors, accept invalid certs, accept invalid hostnames, "
        "allow invalid certs, allow insecure, allow insecure ssl, allow selfsigned, allow self signed, "
        "trust server certificate"
    ),
    Field.BACKEND: "mailer, driver, backend, transport, delivery method, sending method, send method",
}
FIELDS = {words: field for field, text in _FIELDS.items() for words in words_in(text)}
"""The field of each group of words. As a name, Nextcloud's SMTP_NAME is a user."""

LONGEST_FIELD = 4

SENDERS = {
    "from": 1,
    "sender": 1,
    "noreply": 2,
    "system": 3,
    "notification": 3,
    "notifications": 3,
    "feedback": 3,
    "admin": 4,
    "server": 4,
}
"""What precedes a last word for mail where that is the sender (DEFAULT_FROM_EMAIL, NOREPLY_EMAIL), by its rank."""
