"""What Google says, as its own list of SMTP errors gives it."""

from typing import Any

from domain.diagnosis.advice_examples.example import Example, said

GMAIL = "smtp.gmail.com"
RELAY = "smtp-relay.gmail.com"
ALIAS = "mail.company.example"  # a name of the company's own for Google's server
END = "af79cd13be357-gsmtp"


def google(title: str, stage: str, words: str, *rows: int | str, host: str = GMAIL, **more: Any) -> Example:
    """Returns an example of Google's, whose last line ends as Google's do."""
    return said(title, stage, f"{words} {END}", *rows, host=host, port=465, **more)


GOOGLE = (
    google(
        "Google requires an app password",
        "sign_in",
        "534-5.7.9 Application-specific password required. For more information, go to\n"
        "534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor",
        1,
    ),
    google("Google requires an app password", "sign_in", "535 5.7.1 Application-specific password required.", 1),
    google(
        "Google requires an app password", "sign_in", "534 5.7.9 Application-specific password required.", 1, host=ALIAS
    ),
    google(
        "Google did not accept the user name and password",
        "sign_in",
        "535-5.7.8 Username and Password not accepted. For more information, go to\n"
        "535 5.7.8  https://support.google.com/mail/?p=BadCredentials",
        2,
    ),
    google(
        "Google did not accept the user name and password",
        "sign_in",
        "535 5.7.8 Username and Password not accepted.",
        2,
        host=ALIAS,
    ),
    google(
        "Google wants this user to sign in with a browser first",
        "sign_in",
        "534-5.7.9 Please log in with your web browser and then try again.\n534 5.7.9  p=WebLoginRequired",
        3,
    ),
    google(
        "Google wants this user to sign in with a browser first",
        "sign_in",
        "534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web\n"
        "534-5.7.14 browser and then try again.\n534 5.7.14  https://support.google.com/mail/answer/78754",
        3,
    ),
    google(
        "Too many sign-ins at Google",
        "sign_in",
        "454 4.7.0 Too many login attempts, please try again later.",
        4,
        "peers: 454 4.7.0",
    ),
    google(
        "Too many sign-ins at Google", "sign_in", "421 4.7.0 Too many login attempts. Try again later.", 4, host=ALIAS
    ),
    google("Google requires you to sign in first", "sender", "530 5.7.0 Authentication Required.", 5, auth=False),
    google(
        "Google requires you to sign in first",
        "sender",
        "530-5.5.1 Authentication Required. For more information, go to\n530 5.5.1  https://support.google.com/mail",
        5,
        host=ALIAS,
        auth=False,
    ),
    google(
        "Google's sending limit is reached",
        "sender",
        "550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\n550 5.4.5 sending limits go to",
        6,
        "peers: 550 5.4.5",
    ),
    google("Google's sending limit is reached", "content", "550 5.4.5 Daily SMTP relay sending limit exceeded.", 6),
    google(
        "Google's relay does not know this sender",
        "recipient",
        "550 5.7.0 Mail relay denied [192.0.2.1].",
        7,
        host=RELAY,
        auth=False,
    ),
    google(
        "Google's relay does not know this sender",
        "sender",
        "550-5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've registered\n"
        "550 5.7.1 in your Workspace SMTP Relay service doesn't match.",
        7,
        host=ALIAS,
        auth=False,
    ),
    google(
        "Google did not accept the message header",
        "content",
        "550-5.7.1 Messages missing a valid address in From: header, or having no\n"
        "550 5.7.1 From: header, are refused.",
        8,
    ),
    google(
        "Google did not accept the message header",
        "content",
        "550 5.7.1 This message has multiple From headers and is not accepted.",
        8,
    ),
    google(
        "Google did not accept the message header",
        "content",
        "550 5.7.1 Messages missing a valid Message-ID header are not accepted.",
        8,
        host=ALIAS,
    ),
    google(
        "Many messages had the same Message-ID",
        "content",
        "421-4.7.28 Gmail has detected an unusual rate of mail that has the same Message-ID\n"
        "421 4.7.28 header. Your mail has been temporarily rate limited.",
        9,
    ),
    google(
        "Google finds no SPF or DKIM for the From address",
        "content",
        "421-4.7.26 Your email has been rate limited because it is unauthenticated. Gmail requires all\n"
        "421 4.7.26 senders to authenticate with either SPF or DKIM.",
        10,
    ),
    google(
        "Google finds no SPF or DKIM for the From address",
        "content",
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all\n"
        "550 5.7.26 senders to authenticate with either SPF or DKIM.",
        10,
        "peers: 550 5.7.26",
    ),
    google(
        "The From address's domain forbids this server (DMARC)",
        "content",
        "550-5.7.26 Unauthenticated email from company.example is not accepted due to domain's\n"
        "550 5.7.26 DMARC policy. Please contact the administrator of company.example domain.",
        10,
    ),
    google(
        "This type of attachment is not allowed",
        "content",
        "552-5.7.0 This message was blocked because its content presents a potential\n"
        "552-5.7.0 security issue. Please visit\n552 5.7.0  https://support.google.com/mail/?p=BlockedMessage",
        11,
    ),
    google(
        "This type of attachment is not allowed",
        "content",
        "552 5.7.0 Illegal attachment. Please review the guidelines.",
        11,
    ),
    google(
        "The message is larger than Google accepts",
        "content",
        "552-5.3.4 Your message exceeded Google's message size limits. To view our\n552 5.3.4 message size guidelines",
        12,
    ),
    said(
        "The server rejected this computer's name",
        "greet",
        "501-5.5.4 HELO/EHLO argument 'x' is invalid, closing connection.\n501 5.5.4  gsmtp",
        13,
        host=GMAIL,
        to_ehlo=True,
    ),
    google("Google is busy at the moment", "sender", "421 4.7.0 Try again later, closing connection.", 14),
    google("Google is busy at the moment", "content", "421 4.3.0 Temporary System Problem. Try again later.", 14),
    google("Google is busy at the moment", "recipient", "451 4.3.0 Mail server temporarily rejected message.", 14),
    google("Google is busy at the moment", "greet", "421 4.4.5 Server busy, try again later.", 14, host=ALIAS),
    google(
        "Google limits mail from this sender or network",
        "content",
        "421-4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your\n"
        "421 4.7.0 IP address. To protect our users, mail has been temporarily rate limited.",
        "peers: 421 4.7.0",
    ),
    google(
        "This recipient gets more mail than Google allows",
        "recipient",
        "450-4.2.1 The user you are trying to contact is receiving mail at a rate that\n"
        "450 4.2.1 prevents additional messages from being delivered.",
        "peers: 450 4.2.1",
    ),
    said(
        "A policy of the Workspace administrator refused this",
        "content",
        "550 5.7.1 This message is not allowed by the company's rules. q7-20020a170902 - gcdp",
        "peers: gcdp",
        host=GMAIL,
    ),
    google("The server closed an idle connection", "sender", "451 4.4.2 Timeout - closing connection.", 64),
    said(
        "The server requires TLS",
        "sender",
        "530-5.7.0 Must issue a STARTTLS command first. For more information, go to\n530 5.7.0  gsmtp",
        48,
        "peers: 530 5.7.0",
        host=GMAIL,
        port=587,
        tls=False,
        auth=False,
    ),
    said(
        "The server rejected the order of commands",
        "sender",
        "525 5.7.10 no commands allowed to pipeline after STARTTLS gsmtp",
        66,
        host=GMAIL,
    ),
)
