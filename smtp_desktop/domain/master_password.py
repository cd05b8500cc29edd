"""The strength that a new master password needs: it stands between a stolen file and every mail password in it."""

from smtp_desktop.domain.message_text import MessageText, msg

# NIST SP 800-63B 3.1.1.2 asks for eight at least where tries are limited; at a file nobody limits them.
LEAST_CHARACTERS = 10
_LEAST_DIFFERENT = 5


def weakness_of(typed: str) -> MessageText | None:
    """Returns why `typed` is too weak to be a new master password; None where it will do."""
    if len(typed) < LEAST_CHARACTERS:
        return msg("Too short: use at least {n} characters, such as four words.", n=LEAST_CHARACTERS)
    if len(set(typed)) < _LEAST_DIFFERENT or typed.isdigit():
        return msg("Too easy to guess: use several words, or mix letters, digits and symbols.")
    return None
