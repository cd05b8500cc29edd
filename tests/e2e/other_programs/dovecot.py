"""A real Dovecot that takes mails (submission), on a free loopback port and in a folder of its own. Needs root."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.other_programs import daemons
from servers.ports import free_ports

_SUBMISSION = Path("/usr/lib/dovecot/submission")
_NOBODY = 65534

_CONF = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
auth_verbose = yes
protocols = submission
listen = 127.0.0.1
ssl = yes
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.pem
default_login_user = dovenull
default_internal_user = dovecot
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u
hostname = mail.example.test
auth_mechanisms = plain login scram-sha-256 xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  mechanisms = plain login scram-sha-256
  args = username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={base}/mail
}}
service submission-login {{
  inet_listener submission {{
    port = {submission}
  }}
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_trusted = no
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{more}
"""

_TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {path}
}}
"""

_OAUTH2 = """\
introspection_mode = post
introspection_url = {introspection}
username_attribute = username
active_attribute = active
active_value = true
scope = smtp
openid_configuration_url = https://id.example.test/.well-known/openid-configuration
"""


def missing() -> str:
    """Returns why no Dovecot can be run here, or an empty text."""
    return daemons.missing("dovecot", "doveadm") or ("" if _SUBMISSION.exists() else "not installed: its submission")


def with_tokens(base: Path, introspection: str) -> str:
    """Returns what lets users sign in by access tokens of which the server at `introspection` knows whose they are."""
    path = base / "oauth2.conf.ext"
    path.write_text(_OAUTH2.format(introspection=introspection))
    return _TOKENS.format(path=path)


def stored(password: str, scheme: str) -> str:
    """Returns `password` as Dovecot keeps it by `scheme`."""
    return daemons.run("doveadm", "pw", "-s", scheme, "-p", password).strip()


@dataclass(frozen=True)
class Dovecot:
    """`submission` is the port."""

    base: Path
    submission: int

    def log(self) -> str:
        """What it said, for a failing test."""
        return (self.base / "dovecot.log").read_text(errors="replace")


@contextmanager
def running(
    base: Path,
    certificate: bytes,
    users: Mapping[str, str],
    *,
    relay: int,
    introspection: str,
) -> Iterator[Dovecot]:
    """Dovecot runs in `base`, a short path that everyone may enter; afterwards it is gone. `users` have their
    passwords as `stored`. It hands mails on to the port `relay`."""
    (submission,) = free_ports(1)
    for name in ("mail", "run", "state"):
        (base / name).mkdir(mode=0o755)
    os.chown(base / "mail", _NOBODY, _NOBODY)
    (base / "users").write_text("".join(f"{user}:{password}\n" for user, password in users.items()))
    (base / "server.pem").write_bytes(certificate)
    (base / "server.pem").chmod(0o600)
    values = {"base": base, "nobody": _NOBODY, "submission": submission, "relay": relay}
    config = base / "dovecot.conf"
    config.write_text(_CONF.format(more=with_tokens(base, introspection), **values))
    # The command returns when the daemon listens.
    daemons.run("dovecot", "-c", str(config))
    try:
        yield Dovecot(base=base, submission=submission)
    finally:
        daemons.end(base / "run" / "master.pid")
