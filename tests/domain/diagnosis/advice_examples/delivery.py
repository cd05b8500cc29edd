"""What servers of any kind say of a recipient, or after the mail's content."""

from domain.diagnosis.advice_examples.example import said

DELIVERY = (
    said(
        "The server closed the connection after too many errors",
        "recipient",
        "421 4.7.0 mx.company.example Error: too many errors",
    ),
    said("The server refused the format of the message", "content", "554 5.6.0 Message contains NUL characters"),
    said("The server refused the format of the message", "content", "554 5.6.0 Go away"),
    said(
        "The message looped on its way to the recipient",
        "recipient",
        "554 5.4.6 Mail loop detected for this address",
    ),
    said(
        "The recipient accepts mail only from certain senders",
        "recipient",
        "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    ),
    said(
        "The recipient accepts mail only from certain senders",
        "recipient",
        "550 You are not allowed to send mail to this list",
    ),
    said("The recipient's mailbox is closed", "recipient", "550 5.2.1 The recipient's account has been suspended"),
    said("The recipient's mailbox is disabled", "recipient", "550 5.2.1 Mailbox disabled"),
    said(
        "The account is a sandbox that sends only test messages",
        "content",
        "421 Domain sandbox1.company.example is not allowed to send: Sandbox subdomains are for test purposes only",
    ),
    said(
        "This recipient gets more mail than the server allows",
        "recipient",
        "450 4.2.1 This user is receiving mail too quickly",
    ),
    said(
        "Too many connections to this server at once",
        "recipient",
        "421 4.7.0 Too many concurrent sessions for this user",
    ),
    said(
        "Too many connections to this server at once",
        "content",
        "451 Zu viele gleichzeitige Verbindungen, bitte warten",
    ),
    said("The server's own rules forbid this message", "recipient", "550 Administrative prohibition"),
    said(
        "A link in the message is on a block list",
        "content",
        "554 5.7.1 Message contains a blacklisted URL",
    ),
    said(
        "The server accepts no mail from this network's IP address",
        "recipient",
        "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: no mail from there",
    ),
    said("The server treats mail from here as spam", "recipient", "550 Rejected as spam before the content"),
    said(
        "The server can't check this recipient at the moment",
        "recipient",
        "450 4.1.1 <boss@there.example>: Recipient address rejected: unverified address: verification in progress",
    ),
    said(
        "The server defers this message because it looks unwanted",
        "content",
        "451 4.7.1 Message deferred, suspected spam",
    ),
    said("The server found a virus in the message", "content", "554 5.7.1 In der Nachricht wurde ein Virus gefunden"),
    said("The server's policy blocks mail from here", "recipient", "554 5.7.1 Rejected by local policy"),
    said("The server defers this message for a while", "recipient", "451 4.7.1 Please come back"),
    # What a server says of a recipient where something else is the reason.
    said("The server requires you to sign in first", "recipient", "550 5.7.1 Access denied", auth=False),
    said(
        "The server requires you to sign in first",
        "recipient",
        "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
        auth=False,
    ),
    said(
        "This network's IP address is on a block list",
        "recipient",
        "554 5.7.1 <boss@there.example>: Recipient address rejected: blocked using dnsbl.company.example",
    ),
    said(
        "The server rejected this computer's name",
        "recipient",
        "450 4.7.1 <pc17>: Helo command rejected: Host not found",
    ),
    said(
        "The server's sending limit is reached",
        "recipient",
        "550 Domain company.example has exceeded the max emails per hour (52/50 (104%)) allowed",
    ),
    said(
        "The provider has stopped this account",
        "recipient",
        "550 Outgoing mail from company.example has been suspended",
    ),
    said("The recipient's mailbox is full for now", "recipient", "452 4.2.2 Over quota"),
    said("The server's sending limit is reached", "content", "552 Daily sending quota exceeded"),
    said("The account's credits at the provider are used up", "content", "550 Insufficient balance, please recharge"),
    said(
        "The provider does not accept the account password here",
        "sign_in",
        "535 Password authentication is disabled, use OAuth",
    ),
    said(
        "The provider's plan does not include SMTP",
        "sign_in",
        "535 Your plan does not include SMTP access",
    ),
    said("The server's sending limit is reached", "content", "450 4.7.1 Error: too much mail from 192.0.2.1"),
)
