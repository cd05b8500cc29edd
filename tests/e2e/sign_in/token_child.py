"""A process that gets the access token of an SMTP: python token_child.py NAME, with the data folder and the master
password in its environment. It prints "ready", waits for a line, and prints the token's SHA-256, or why there is none.
"""

import hashlib
import os
import sys
from contextlib import closing
from pathlib import Path

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(name: str) -> None:
    with closing(Application(Path(os.environ["SMTP_DESKTOP_HOME"]))) as application:
        application.unlock(Secret(os.environ["SMTP_DESKTOP_VAULT_PASSWORD"]))
        services = application.services
        profile = services.profiles.by_name(name)
        source = services.server_access.credentials_of(profile, services.profiles.get).token
        assert source
        say("ready")
        sys.stdin.readline()
        try:
            token = source(False, Cancel())
        except NoAccessToken as error:
            say(f"no token: {error}")
            return
        say(hashlib.sha256(token.value.reveal().encode()).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
