"""What Yahoo, iCloud, Amazon SES, SendGrid, Zoho and others say."""

from typing import Any

from domain.diagnosis.advice_examples.example import SERVER, Example, said

YAHOO = "smtp.mail.yahoo.com"
YAHOO_MX = "mta5.am0.yahoodns.net"
ICLOUD = "smtp.mail.me.com"
SES = "email-smtp.eu-west-1.amazonaws.com"
SENDGRID = "smtp.sendgrid.net"
ZOHO = "smtp.zoho.eu"


def at(host: str, title: str, stage: str, words: str, *rows: int | str, **more: Any) -> Example:
    """Returns an example with the server `host`."""
    return said(title, stage, words, *rows, host=host, port=465, **more)


PROVIDERS = (
    at(
        YAHOO,
        "Yahoo has locked the sign-in for a while",
        "sign_in",
        "535 5.7.0 (#AUTH005) Too many bad auth attempts.",
        33,
    ),
    at(
        SERVER,
        "Yahoo has locked the sign-in for a while",
        "sign_in",
        "535 5.7.0 (#AUTH005) Too many bad auth attempts.",
        33,
    ),
    at(
        "smtp.aol.com",
        "Yahoo requires an app password",
        "sign_in",
        "535 5.7.0 (#AUTH002) Username and password rejected",
        33,
    ),
    at(
        "smtp.mail.att.net",
        "Yahoo requires an app password",
        "sign_in",
        "535 5.7.0 Authentication failed",
        "section 5: Yahoo/AOL/AT&T",
    ),
    at(
        YAHOO,
        "Yahoo refused the message because of its content",
        "content",
        "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
        34,
    ),
    at(
        SERVER,
        "Yahoo refused the message because of its content",
        "content",
        "554 Message not allowed - [PH01] Email not accepted for policy reasons.",
        34,
    ),
    at(
        YAHOO_MX,
        "Yahoo defers the message for a while",
        "sender",
        "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints",
        34,
    ),
    at(
        YAHOO_MX,
        "Yahoo blocks mail from this IP address",
        "sender",
        "553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred",
        34,
    ),
    at(
        SERVER,
        "Yahoo blocks mail from this IP address",
        "greet",
        "553 5.7.2 [TSS11] All messages will be permanently deferred",
        34,
    ),
    at(
        ICLOUD,
        "iCloud does not know this From address",
        "sender",
        "550 5.7.0 From address is not one of your addresses.",
        35,
    ),
    at(
        SERVER,
        "iCloud does not know this From address",
        "sender",
        "550 5.7.0 From address is not one of your addresses.",
        35,
    ),
    at(
        ICLOUD,
        "Apple requires an app-specific password",
        "sign_in",
        "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        36,
    ),
    at(
        "smtp.icloud.com",
        "iCloud's sending limit is reached",
        "content",
        "421 4.7.1 Messages deferred due to excessive volume",
        37,
    ),
    at(
        SERVER,
        "iCloud refused the message under its own policy",
        "content",
        "550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",
        37,
    ),
    at(
        ICLOUD,
        "iCloud refused the message under its own policy",
        "content",
        "550 5.7.1 [CS01] Message rejected due to local policy.",
        37,
    ),
    at(SES, "Amazon SES did not accept these credentials", "sign_in", "535 Authentication Credentials Invalid", 38),
    at(
        SES,
        "An address is not verified in Amazon SES",
        "content",
        "554 Message rejected: Email address is not verified. The following identities failed the check in region "
        "EU-WEST-1: shop@company.example",
        39,
    ),
    at(
        SERVER,
        "An address is not verified in Amazon SES",
        "content",
        "554 Message rejected: Email address is not verified. The following identities failed the check in region "
        "US-EAST-1: shop@company.example",
        39,
    ),
    at(
        SES,
        "Amazon SES's sending rate is reached",
        "content",
        "454 Throttling failure: Maximum sending rate exceeded.",
        40,
    ),
    at(
        SES,
        "Amazon SES's daily sending limit is reached",
        "content",
        "454 Throttling failure: Daily message quota exceeded.",
        40,
    ),
    at(SES, "Amazon SES requires you to sign in first", "sender", "530 Authentication required", 41, auth=False),
    at(SES, "The AWS account has not signed up for SES", "sign_in", "535 Account not subscribed to SES", 41),
    at(
        SES,
        "The IAM user may not send through Amazon SES",
        "content",
        "554 Access denied: User arn:aws:iam::123456789012:user/ses is not authorized to perform ses:SendRawEmail "
        "on resource shop@company.example",
        41,
    ),
    at(SES, "Too many connections to Amazon SES at once", "greet", "421 Too many concurrent SMTP connections", 41),
    at(SES, "Amazon SES waited too long for the message", "content", "451 Timeout waiting for data from client.", 41),
    at(
        SES,
        "The server requires TLS",
        "sender",
        "530 Must issue a STARTTLS command first",
        42,
        tls=False,
        auth=False,
    ),
    at(
        SENDGRID,
        "SendGrid does not know this From address",
        "content",
        "550 The from address does not match a verified Sender Identity. Mail cannot be sent.",
        43,
    ),
    at(
        SERVER,
        "SendGrid does not know this From address",
        "content",
        "403 The from address does not match a verified Sender Identity.",
        43,
    ),
    at(
        SENDGRID,
        "The SendGrid plan's messages are used up",
        "sign_in",
        "451 Authentication failed: Maximum credits exceeded",
        44,
    ),
    at(
        SENDGRID,
        "SendGrid requires the user name apikey and an API key",
        "sign_in",
        "535 Authentication failed: Bad username / password",
        45,
    ),
    at(
        ZOHO,
        "Zoho does not send for this From address",
        "content",
        "553 Relaying disallowed as boss@company.example",
        46,
    ),
    at(
        SERVER,
        "Zoho does not send for this From address",
        "recipient",
        "553 5.7.1 Relaying disallowed as boss@company.example",
        46,
    ),
    at(ZOHO, "Zoho did not accept the sign-in", "sign_in", "535 Authentication Failed", 47),
    at("smtp.zoho.com.au", "Zoho did not accept the sign-in", "sign_in", "535 5.7.8 Authentication Failed", 47),
    at(
        "smtp.qq.com",
        "This provider requires an authorization code as the password",
        "sign_in",
        "535 Login fail. Account is abnormal, service is not open, password is incorrect",
        "peers: QQ/163",
    ),
    at(
        SERVER,
        "This provider requires an authorization code as the password",
        "sign_in",
        "535 Login Fail. Please enter your authorization code to login. More information at service.mail.qq.com",
        "peers: QQ/163",
    ),
    at(
        "smtp.163.com",
        "This provider requires an authorization code as the password",
        "sign_in",
        "550 User has no permission",
        "peers: QQ/163",
    ),
    at(
        "mail.gmx.net",
        "GMX, WEB.DE or mail.com did not accept the sign-in",
        "sign_in",
        "535 Authentication credentials invalid",
        "section 5: GMX/WEB.DE",
    ),
    at(
        "smtp.web.de",
        "GMX, WEB.DE or mail.com did not accept the sign-in",
        "sign_in",
        "535 Authentication credentials invalid",
        "section 5: GMX/WEB.DE",
    ),
    at(
        "smtp.mail.com",
        "GMX, WEB.DE or mail.com did not accept the sign-in",
        "sign_in",
        "535 Authentication credentials invalid",
        "section 5: GMX/WEB.DE",
    ),
    at(
        "smtp.fastmail.com",
        "Fastmail requires an app password",
        "sign_in",
        "535 5.7.0 Incorrect username or password",
        "section 5: Fastmail",
    ),
    at(
        "smtp.yandex.com",
        "Yandex, Mail.ru or Naver require an app password",
        "sign_in",
        "535 5.7.8 Error: authentication failed: Invalid user or password!",
        "section 5: Yandex and others",
    ),
    at(
        "smtp.mail.ru",
        "Yandex, Mail.ru or Naver require an app password",
        "sign_in",
        "535 Authentication failed. Please verify your account",
        "section 5: Yandex and others",
    ),
    at(
        "securesmtp.t-online.de",
        "T-Online requires the email password",
        "sign_in",
        "535 5.7.0 Authentication failed",
        "section 5: T-Online",
    ),
    # A host that only looks like a provider's.
    at("gmail.com.evil.example", "The server did not accept the user name and password", "sign_in", "535 5.7.8 no", 50),
    at("notyahoo.com", "The server did not accept the user name and password", "sign_in", "535 5.7.8 no", 50),
    at(
        "smtp-relay.brevo.com",
        "Brevo requires its SMTP key as the password",
        "sign_in",
        "535 5.7.8 Authentication failed",
    ),
    at("smtp.mailgun.org", "This service has its own SMTP credentials", "sign_in", "535 Authentication failed"),
    at(
        SERVER,
        "NetEase rejects mail from this IP address for now",
        "sender",
        "450 WM:BLI 163 smtp11,D8CowACXExample--.1234S2 1640000000",
    ),
    at(SERVER, "NetEase's sending limit is reached", "sender", "451 MI:SFQ 163 smtp12,EMmowExample 1640000000"),
    at(SERVER, "NetEase classified the message as spam", "content", "554 DT:SPM 163 smtp12,EMmowExample 1640000000"),
    at(SERVER, "NetEase received unexpected commands", "sender", "550 MI:CEL 163 smtp12,EMmowExample 16400"),
)
