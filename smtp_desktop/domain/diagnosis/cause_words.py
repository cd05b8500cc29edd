"""The words for causes: one in two or three words, and one that ends a sentence."""

from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import MessageText, msg


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseWords:
    """A cause as a heading (`short`, as in "Sign-in refused"), and as the end of a sentence (`clause`, as in "the
    sign-in was refused")."""

    short: MessageText
    clause: MessageText


def _words(short: str, clause: str) -> CauseWords:
    return CauseWords(short=msg(short), clause=msg(clause))


_WORDS = {
    Cause.SIGN_IN_REFUSED: _words("Sign-in refused", "the sign-in was refused"),
    Cause.SIGN_IN_ENDED: _words("Sign in again", "somebody has to sign in again"),
    Cause.SIGN_IN_DEMANDED: _words("Sign-in required", "the server requires a sign-in"),
    Cause.ACCOUNT_STOPPED: _words("Account stopped", "the account is stopped or not activated"),
    Cause.RELAYING_REFUSED: _words("Relaying refused", "the server refuses to relay"),
    Cause.SENDER_REFUSED: _words("Sender refused", "the sender's address was refused"),
    Cause.PERMISSION_MISSING: _words("Permission missing", "a permission is missing"),
    Cause.SETTING: _words("Wrong setting", "a setting is wrong"),
    Cause.CERTIFICATE: _words("Certificate refused", "the server's certificate is not trusted"),
    Cause.ENCRYPTION: _words("Encryption failed", "no encrypted connection could be made"),
    Cause.PROTOCOL: _words("Wrong protocol", "the server did not follow the protocol"),
    Cause.NETWORK_REFUSED: _words("Network refused", "the server accepts no mail from this network's IP address"),
    Cause.LIMIT: _words("Limit reached", "the provider's limit is reached"),
    Cause.SERVER_BUSY: _words("Server busy", "the server is busy"),
    Cause.SERVER_SILENT: _words("No answer", "the server does not answer"),
    Cause.SERVER_UNREACHABLE: _words("Unreachable", "the server is unreachable"),
    Cause.HOST_UNKNOWN: _words("Host not found", "the host does not exist"),
    Cause.RECIPIENT_REFUSED: _words("Recipient refused", "the server refused several recipients in a row"),
    Cause.RECIPIENT_FULL: _words("Mailbox full", "the recipient's mailbox is full"),
    Cause.GREYLISTED: _words("Greylisted", "the server asked to try again later"),
    Cause.MAIL_TOO_LARGE: _words("Message too large", "the message is too large for the server"),
    Cause.MAIL_REFUSED: _words("Message refused", "the server refused several messages in a row"),
    Cause.OUTCOME_UNKNOWN: _words("Outcome unknown", "no clear answer came back"),
    Cause.THIS_COMPUTER: _words("Failed here", "it failed on this computer"),
    Cause.CANCELLED: _words("Stopped", "it was stopped"),
}


def words_of(cause: Cause) -> CauseWords:
    """Returns the words for `cause`."""
    return _WORDS[cause]
