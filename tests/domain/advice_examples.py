"""Failures as servers make them, each with the title of the advice that it should get."""

import re

from smtp_desktop.domain.conversation import CertificateFault, Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.text import text

SERVER = "smtp.company.example"
GMAIL = "smtp.gmail.com"
OFFICE = "smtp.office365.com"
SES = "email-smtp.eu-west-1.amazonaws.com"


def said(stage: str, reply: str, kind: str = "reply") -> Failure:
    """Returns the failure that `reply`, written as a server writes it, makes at `stage`."""
    code, enhanced, words = re.fullmatch(r"(\d{3}) (?:([245]\.\d+\.\d+) )?(.*)", reply).groups()
    return Failure(
        stage=Stage(stage),
        kind=FailureKind(kind),
        message=text("The server said no."),
        reply=Reply(code=int(code), enhanced_code=enhanced or "", text=(words,)),
    )


def silent(stage: str, kind: str, fault: str | None = None) -> Failure:
    """Returns a failure in which the server said nothing."""
    return Failure(
        stage=Stage(stage),
        kind=FailureKind(kind),
        message=text("It failed."),
        certificate_fault=CertificateFault(fault) if fault else None,
    )


EXAMPLES = [
    (
        "Google wants an app password",
        said("sign_in", "534 5.7.9 Application-specific password required. For more information, go to Google"),
        GMAIL,
    ),
    (
        "Google wants to see this user in a browser first",
        said("sign_in", "534 5.7.14 Please log in with your web browser and then try again."),
        GMAIL,
    ),
    (
        "Google did not accept user name and password",
        said("sign_in", "535 5.7.8 Username and Password not accepted."),
        GMAIL,
    ),
    (
        "Too many sign-ins at Google",
        said("sign_in", "454 4.7.0 Too many login attempts, please try again later"),
        GMAIL,
    ),
    ("Google's sending limit is reached", said("sender", "550 5.4.5 Daily user sending limit exceeded."), GMAIL),
    (
        "Google's relay does not know this sender",
        said("recipient", "550 5.7.0 Mail relay denied [192.0.2.1]."),
        "smtp-relay.gmail.com",
    ),
    (
        "The sender's domain does not vouch for this server",
        said("content", "550 5.7.26 This mail has been blocked because the sender is unauthenticated: SPF and DKIM"),
        GMAIL,
    ),
    (
        "SMTP sign-in is off for the whole Microsoft 365 tenant",
        said(
            "sign_in", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
        ),
        OFFICE,
    ),
    (
        "SMTP sign-in is off for this Microsoft 365 mailbox",
        said(
            "sign_in", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
        ),
        OFFICE,
    ),
    (
        "Microsoft takes no passwords over SMTP here",
        said("sign_in", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."),
        "smtp-mail.outlook.com",
    ),
    (
        "Microsoft has ended password sign-in for sending",
        said("sender", "550 5.7.30 Basic authentication is not supported for Client Submission."),
        OFFICE,
    ),
    (
        "A Microsoft 365 policy stopped the sign-in",
        said(
            "sign_in",
            "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults",
        ),
        OFFICE,
    ),
    (
        "Microsoft did not accept the sign-in",
        said("sign_in", "535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]"),
        OFFICE,
    ),
    (
        "Microsoft wants a sign-in before the mail",
        said("sender", "530 5.7.57 Client was not authenticated to send anonymous mail during MAIL FROM"),
        OFFICE,
    ),
    (
        "This user may not send as the From Address",
        said("content", "554 5.2.252 SendAsDenied; shop@company.example not allowed to send as boss@company.example"),
        OFFICE,
    ),
    (
        "Microsoft's sending limit is reached",
        said("content", "554 5.2.2 mailbox exceeded its submission quota"),
        OFFICE,
    ),
    (
        "Microsoft has blocked this sender or tenant",
        said("content", "550 5.1.8 Access denied, bad outbound sender"),
        OFFICE,
    ),
    (
        "iCloud does not know this From Address",
        said("sender", "550 5.7.0 From address is not one of your addresses"),
        "smtp.mail.me.com",
    ),
    (
        "Apple wants an app-specific password",
        said("sign_in", "535 5.7.8 Error: authentication failed"),
        "smtp.mail.me.com",
    ),
    (
        "Yahoo wants an app password",
        said("sign_in", "535 5.7.0 (#AUTH005) Too many bad auth attempts."),
        "smtp.mail.yahoo.com",
    ),
    ("Yahoo did not take the mail", said("sender", "421 4.7.0 [TSS04] Messages deferred"), "mta5.am0.yahoodns.net"),
    ("Amazon SES did not accept these credentials", said("sign_in", "535 Authentication Credentials Invalid"), SES),
    (
        "An address is not verified in Amazon SES",
        said("content", "554 Message rejected: Email address is not verified."),
        SES,
    ),
    (
        "Amazon SES's sending limit is reached",
        said("content", "454 Throttling failure: Maximum sending rate exceeded."),
        SES,
    ),
    (
        "The SendGrid plan's mails are used up",
        said("sign_in", "451 Authentication failed: Maximum credits exceeded"),
        "smtp.sendgrid.net",
    ),
    (
        "SendGrid wants the user name apikey and an API key",
        said("sign_in", "535 Authentication failed: Bad username / password"),
        "smtp.sendgrid.net",
    ),
    (
        "SendGrid does not know this From Address",
        said("content", "550 The from address does not match a verified Sender Identity."),
        "smtp.sendgrid.net",
    ),
    (
        "Zoho does not send for this From Address",
        said("recipient", "553 Relaying disallowed as a@b.example"),
        "smtp.zoho.eu",
    ),
    ("Zoho did not accept the sign-in", said("sign_in", "535 Authentication Failed"), "smtp.zoho.com.au"),
    ("The server takes nothing before TLS", said("sender", "530 5.7.0 Must issue a STARTTLS command first"), SERVER),
    (
        "The server takes the password over TLS only",
        said("sign_in", "538 5.7.11 Encryption required for requested authentication mechanism"),
        SERVER,
    ),
    ("The server wants a sign-in", said("sender", "530 5.7.0 Authentication Required."), SERVER),
    ("The password has to be renewed", said("sign_in", "432 4.7.12 A password transition is needed"), SERVER),
    (
        "The server refused this way of signing in",
        said("sign_in", "504 5.5.4 Unrecognized authentication type"),
        SERVER,
    ),
    (
        "The server did not accept user name and password",
        said("sign_in", "535 5.7.8 Error: authentication failed: (reason unavailable)"),
        SERVER,
    ),
    (
        "The server can't sign anyone in at the moment",
        said("sign_in", "454 4.7.0 Temporary authentication failure"),
        SERVER,
    ),
    ("The server did not go along with the sign-in", said("sign_in", "503 5.5.1 Authentication not enabled"), SERVER),
    (
        "The From Address does not belong to this user",
        said("recipient", "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c@b.example"),
        SERVER,
    ),
    (
        "The sender's domain is not known to DNS",
        said("sender", "450 4.1.8 <a@nowhere.example>: Sender address rejected: Domain not found"),
        SERVER,
    ),
    (
        "The server does not pass mail on to this recipient",
        said("recipient", "554 5.7.1 <a@b.example>: Relay access denied"),
        SERVER,
    ),
    (
        "The recipient's domain takes no mail",
        said("recipient", "556 5.1.10 Recipient address has a null MX"),
        SERVER,
    ),
    (
        "The recipient does not exist",
        said("recipient", "550 5.1.1 <a@relay.example>: Recipient address rejected: User unknown"),
        SERVER,
    ),
    ("The recipient's mailbox is full", said("recipient", "452 4.2.2 The recipient's inbox is out of storage"), SERVER),
    (
        "The mail is larger than the server takes",
        said("sender", "552 5.3.4 Message size exceeds fixed limit"),
        SERVER,
    ),
    (
        "This network's internet address is on a block list",
        said("recipient", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
        SERVER,
    ),
    (
        "The server makes new senders wait",
        said("recipient", "451 4.7.1 Greylisting in action, please come back"),
        SERVER,
    ),
    ("The server took the mail for spam or against its policy", said("content", "550 5.7.1 Looks like spam"), SERVER),
    (
        "Server and program got out of step",
        said("recipient", "554 5.5.0 Error: SMTP protocol synchronization"),
        SERVER,
    ),
    ("The server refused this computer's name", said("greet", "501 5.5.4 HELO/EHLO argument is invalid"), SERVER),
    ("This server takes no mail from here", said("greet", "554 no SMTP service here"), SERVER),
    ("The server refused the sender", said("sender", "550 5.7.1 Go away"), SERVER),
    ("The server refused the recipient", said("recipient", "550 5.7.1 Go away"), SERVER),
    ("The server refused the mail's content", said("content", "554 5.6.0 Go away"), SERVER),
    (
        "The server is not ready to encrypt",
        said("secure", "454 4.7.0 TLS not available due to temporary reason", "tls_refused"),
        SERVER,
    ),
    ("The server is busy or closing down", said("content", "421 4.3.2 Service shutting down"), SERVER),
    ("The server says: not now", said("content", "451 4.3.0 Queue file write error"), SERVER),
    ("The server said no", said("secure", "550 5.0.0 No"), SERVER),
    ("This host name does not exist", silent("find_host", "host_not_found"), SERVER),
    ("The name could not be looked up", silent("find_host", "host_lookup_failed"), SERVER),
    ("Nothing answers on this port", silent("connect", "refused"), SERVER),
    ("No way leads to this server", silent("connect", "unreachable"), SERVER),
    ("The server could not be reached in time", silent("connect", "timed_out"), SERVER),
    ("Something took the connection and stayed silent", silent("greet", "timed_out"), SERVER),
    ("The server stopped answering", silent("content", "timed_out"), SERVER),
    ("The server hung up at once", silent("greet", "closed"), SERVER),
    ("The server hung up in the middle", silent("recipient", "closed"), SERVER),
    ("The server offers no encryption on this port", silent("secure", "starttls_missing"), SERVER),
    ("The encrypted connection could not be set up", silent("secure", "tls_broken"), SERVER),
    ("The server's certificate has expired", silent("secure", "certificate", "expired"), SERVER),
    ("The server's certificate is not valid yet", silent("secure", "certificate", "not_yet_valid"), SERVER),
    ("The certificate is for another name", silent("secure", "certificate", "wrong_host"), SERVER),
    ("The certificate's issuer is not trusted here", silent("secure", "certificate", "unknown_issuer"), SERVER),
    ("The server vouches only for itself", silent("secure", "certificate", "self_signed"), SERVER),
    ("The server's certificate could not be verified", silent("secure", "certificate", "other"), SERVER),
    (
        "The server offers sign-in only after TLS",
        said("sign_in", "250 PIPELINING STARTTLS SIZE 10240000", "auth_missing"),
        SERVER,
    ),
    ("The server offers no sign-in that fits", silent("sign_in", "auth_missing"), SERVER),
    ("The server can't take an international address", silent("sender", "smtputf8_missing"), SERVER),
    ("The mail is over the size that the server named", silent("sender", "too_large"), SERVER),
    ("It is not known whether the mail was sent", silent("content", "outcome_unknown"), SERVER),
    ("This does not speak SMTP", silent("greet", "protocol"), SERVER),
    ("It failed on this computer, before any server was asked", silent("sender", "not_started"), SERVER),
    ("It was cancelled", silent("connect", "cancelled"), SERVER),
    ("It did not work, for a reason that has no advice yet", silent("sign_in", "reply"), SERVER),
]

# Further replies that servers are known to give, and that a rule of the same provider could take by mistake.
MORE = [
    ("Google wants an app password", said("sign_in", "535 5.7.1 Application-specific password required"), GMAIL),
    ("The server refused this way of signing in", said("sign_in", "534 5.7.9 Mechanism too weak"), SERVER),
    ("The server is busy or closing down", said("greet", "421 4.7.0 Try again later, closing connection."), GMAIL),
    (
        "This user may not send as the From Address",
        said("content", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
        OFFICE,
    ),
    ("The recipient does not exist", said("content", "550 5.1.10 RecipientNotFound; Recipient not found"), OFFICE),
    (
        "The server does not pass mail on to this recipient",
        said("recipient", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
        OFFICE,
    ),
    ("The server wants a sign-in", said("sender", "530 Authentication required"), SES),
    ("The server makes new senders wait", said("recipient", "450 4.2.0 <a@b.example>: Greylisted"), SERVER),
    ("The recipient's mailbox is full", said("content", "552 5.2.2 Mailbox full"), SERVER),
    ("The mail is larger than the server takes", said("content", "552 5.2.3 Message too large"), SERVER),
    ("Server and program got out of step", said("recipient", "503 Bad sequence of commands"), SERVER),
    ("The server did not accept user name and password", said("sign_in", "535 5.7.8 no"), "gmail.com.evil.example"),
]
