"""What Exchange Online and Outlook.com say."""

from typing import Any

from domain.diagnosis.advice_examples.example import SERVER, Example, said

OFFICE = "smtp.office365.com"
PERSONAL = "smtp-mail.outlook.com"
MX = "company-example.mail.protection.outlook.com"
END = "[AM0PR01CA0001.eurprd01.prod.exchangelabs.com]"


def microsoft(title: str, stage: str, words: str, *rows: int | str, host: str = OFFICE, **more: Any) -> Example:
    """Returns an example of Microsoft's, whose line ends with the name of one of its servers."""
    return said(title, stage, f"{words} {END}", *rows, host=host, port=587, **more)


def unsigned(title: str, stage: str, words: str, *rows: int | str, host: str = OFFICE, **more: Any) -> Example:
    """Returns one without that name."""
    return said(title, stage, words, *rows, host=host, port=587, **more)


MICROSOFT = (
    microsoft(
        "SMTP sign-in is off for the whole Microsoft 365 tenant",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
        "Visit https://aka.ms/smtp_auth_disabled for more information.",
        15,
    ),
    microsoft(
        "SMTP sign-in is off for this Microsoft 365 mailbox",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. "
        "Visit https://aka.ms/smtp_auth_disabled for more information.",
        16,
    ),
    microsoft(
        "Outlook.com does not accept passwords from programs",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        17,
        host=PERSONAL,
    ),
    microsoft(
        "Outlook.com does not accept passwords from programs",
        "sign_in",
        "535 5.7.3 Authentication unsuccessful",
        17,
        host=PERSONAL,
    ),
    microsoft(
        "Outlook.com does not accept passwords from programs",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
        17,
        host=PERSONAL,
    ),
    microsoft(
        "Password sign-in for SMTP is off at Microsoft 365",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        17,
    ),
    microsoft(
        "Microsoft has ended password sign-in for sending",
        "sign_in",
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        18,
        "peers: 550 5.7.30",
    ),
    unsigned(
        "Microsoft has ended password sign-in for sending",
        "sender",
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        18,
    ),
    microsoft(
        "Microsoft 365's security defaults block the sign-in",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. "
        "Contact your administrator.",
        19,
    ),
    microsoft(
        "An access policy of Microsoft 365 stopped the sign-in",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, blocked by your organization's access policies.",
        19,
    ),
    microsoft(
        "An access policy of Microsoft 365 stopped the sign-in",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
        "successfully. Contact your administrator.",
        "peers: 535 5.7.139",
    ),
    microsoft(
        "Microsoft 365 did not accept the password",
        "sign_in",
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "peers: 535 5.7.139",
    ),
    microsoft(
        "Microsoft did not accept the sign-in",
        "sign_in",
        "535 5.7.3 Authentication unsuccessful",
        20,
        "peers: 535 5.7.3",
    ),
    microsoft(
        "Microsoft did not accept the sign-in",
        "sign_in",
        "535 5.7.3 Authentication unsuccessful",
        20,
        host=SERVER,
    ),
    unsigned(
        "The Exchange server did not accept the sign-in",
        "sign_in",
        "535 5.7.3 Authentication unsuccessful",
        20,
        host="exchange.company.example",
    ),
    microsoft(
        "Microsoft requires you to sign in first",
        "sender",
        "530 5.7.57 Client was not authenticated to send anonymous mail during MAIL FROM",
        21,
        "peers: 530 5.7.57",
        auth=False,
        tls=False,
    ),
    unsigned(
        "This user may not send as the From address",
        "content",
        "554 5.2.252 SendAsDenied; shop@company.example not allowed to send as boss@company.example; "
        "STOREDRV.Submission",
        22,
        "peers: SendAsDenied",
    ),
    unsigned(
        "Exchange does not let this user send as the From address",
        "content",
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        23,
        "peers: 5.7.60",
    ),
    unsigned(
        "Microsoft's sending limit is reached",
        "content",
        "554 5.2.2 mailbox exceeded its submission quota; submission quota exceeded",
        24,
        "peers: 30 a minute",
    ),
    unsigned(
        "This recipient gets too many messages an hour",
        "recipient",
        "550 5.2.121 RESOLVER.RST.RecipientPerSenderLimit; recipient's per hour message receive limit",
        24,
    ),
    unsigned(
        "This recipient gets too many messages an hour",
        "recipient",
        "550 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.",
        24,
        host=MX,
    ),
    microsoft(
        "Too many connections to Microsoft 365 at once",
        "content",
        "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more.",
        25,
        "peers: 432 4.3.2",
    ),
    unsigned(
        "Too many connections to Microsoft 365 at once",
        "sender",
        "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",
        25,
    ),
    unsigned(
        "Microsoft limits mail from this sender",
        "recipient",
        "451 4.7.500 Server busy. Please try again later from [192.0.2.1].",
        "peers: 451 4.7.500",
        host=MX,
    ),
    unsigned(
        "Microsoft 365 could not open the mailbox",
        "content",
        "430 4.2.0 STOREDRV; mailbox logon failure; mailbox session denied",
        "peers: 430 4.2.0",
    ),
    microsoft(
        "Too many recipients in one domain for Microsoft", "recipient", "452 4.5.3 Too many recipients", 26, host=MX
    ),
    unsigned(
        "Microsoft has blocked this sender",
        "content",
        "550 5.1.8 Access denied, bad outbound sender AS(42004)",
        27,
    ),
    unsigned("Microsoft has blocked this sender", "content", "550 5.7.501 Access denied, spam abuse detected.", 27),
    unsigned(
        "Microsoft has blocked this sender",
        "content",
        "554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; WASCL UserAction verdict is not None. Actual "
        "verdict is Suspend, ShowTierUpgrade.",
    ),
    unsigned("Microsoft has blocked this sender", "content", "550 5.7.502 Access denied, banned sender.", 27),
    unsigned("Microsoft has blocked this sender", "content", "550 5.7.503 Access denied, banned sender.", 27),
    unsigned(
        "Microsoft has blocked the sending IP address",
        "sender",
        "550 5.7.511 Access denied, banned sender[192.0.2.1].",
        27,
    ),
    unsigned(
        "Microsoft has blocked the whole tenant from sending",
        "content",
        "550 5.7.705 Access denied, tenant has exceeded threshold.",
        28,
    ),
    unsigned(
        "Microsoft has blocked the whole tenant from sending",
        "content",
        "550 5.7.708 Access denied, traffic not accepted from this IP.",
        28,
    ),
    unsigned(
        "The From address's domain is not in the Microsoft tenant",
        "content",
        "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains.",
        28,
    ),
    unsigned(
        "The message contains an invalid line ending", "content", "550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal", 29
    ),
    unsigned(
        "The message contains an invalid line ending", "content", "550 5.6.11 Invalid characters in the message", 29
    ),
    unsigned(
        "Microsoft did not accept the From header",
        "content",
        "550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant",
        30,
        host=MX,
    ),
    unsigned(
        "Outlook.com requires SPF, DKIM and DMARC from this domain",
        "content",
        "550 5.7.515 Access denied, sending domain COMPANY.EXAMPLE doesn't meet the required authentication level. "
        "SPF= Fail , DKIM= Fail , DMARC= Fail",
        31,
        host=MX,
    ),
    unsigned(
        "The From address's domain forbids this server (DMARC)",
        "content",
        "550 5.7.509 Access denied, sending domain company.example does not pass DMARC verification",
        31,
        host=MX,
    ),
    unsigned(
        "Microsoft has blocked the sending IP address",
        "recipient",
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal visit sender.office.com",
        32,
        host=MX,
    ),
    unsigned(
        "Microsoft has blocked the sending IP address",
        "recipient",
        "550 5.7.649 Access denied, banned sending IP [192.0.2.1]",
        32,
    ),
    unsigned(
        "The recipient does not exist",
        "content",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        57,
    ),
    unsigned(
        "The server relays mail only after a sign-in",
        "recipient",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        55,
        host=MX,
        auth=False,
    ),
    unsigned(
        "Microsoft's server does not relay this without a connector",
        "recipient",
        "550 5.7.64 TenantAttribution; Relay Access Denied",
        55,
        host=MX,
        auth=False,
    ),
    unsigned("The server rejected this computer's name", "sender", "550 5.7.506 Access Denied, Bad HELO", 13, host=MX),
)
