"""A real Postfix whose sign-in is a real Dovecot's, on free loopback ports and folders of its own. Needs root."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.other_programs import daemons, dovecot
from servers.ports import free_ports

_PROGRAMS = ("postfix", "postconf", "dovecot")
_NOBODY = 65534

_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/mail.log
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.test
mydestination =
mynetworks =
alias_maps =
alias_database =
virtual_mailbox_domains = example.test
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = inline:{{ {{ me@example.test = inbox/ }} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
default_transport = discard:
relay_transport = discard:
smtpd_tls_cert_file = {base}/server.pem
smtpd_tls_key_file = {base}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
local_header_rewrite_clients =
"""

_MASTER_CF = """\
127.0.0.1:{starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{implicit} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{unchunked} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_discard_ehlo_keywords=chunking
127.0.0.1:{bare} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_discard_ehlo_keywords=chunking,pipelining
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

_DOVECOT_CONF = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols =
ssl = no
default_login_user = dovenull
default_internal_user = dovecot
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  mechanisms = plain login scram-sha-256
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={base}/mail
}}
service auth {{
  unix_listener {base}/spool/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{more}
"""


def missing() -> str:
    """Returns why no Postfix can be run here, or an empty text."""
    return daemons.missing(*_PROGRAMS)


@dataclass(frozen=True)
class Postfix:
    """All but `base` are ports: `unchunked` has no CHUNKING, `bare` no PIPELINING either. me@example.test is the only
    recipient, and gets its mail into `inbox`."""

    base: Path
    starttls: int
    implicit: int
    unchunked: int
    bare: int

    @property
    def inbox(self) -> Path:
        return self.base / "mail" / "inbox" / "new"

    def logs(self) -> str:
        """What both said, for a failing test."""
        found = [path.read_text(errors="replace") for path in self.base.glob("*.log")]
        return "\n".join(found)


@contextmanager
def running(base: Path, certificate: bytes, users: dict[str, str], *, introspection: str = "") -> Iterator[Postfix]:
    """Postfix and Dovecot run in `base`, a short path that everyone may enter; afterwards both are gone. With the
    address `introspection`, users may sign in by an access token as well."""
    ports = dict(zip(("starttls", "implicit", "unchunked", "bare"), free_ports(4), strict=True))
    _configure(base, certificate, users, introspection, **ports)
    postfix = Postfix(base=base, **ports)
    config = str(base / "etc")
    # Both commands return when their daemon listens.
    daemons.run("postfix", "-c", config, "start")
    try:
        daemons.run("dovecot", "-c", str(base / "dovecot.conf"))
        yield postfix
    finally:
        daemons.end(base / "run" / "master.pid")
        daemons.run("postfix", "-c", config, "stop")


def _configure(base: Path, certificate: bytes, users: dict[str, str], introspection: str, **ports: int) -> None:
    folders = ("etc", "spool", "data", "mail", "run", "state")
    for name in folders:
        (base / name).mkdir(mode=0o755)
    os.chown(base / "data", pwd.getpwnam("postfix").pw_uid, -1)
    os.chown(base / "mail", _NOBODY, _NOBODY)
    values = {
        "base": base,
        "nobody": _NOBODY,
        "commands": _setting("command_directory"),
        "daemons": _setting("daemon_directory"),
        **ports,
    }
    (base / "etc" / "main.cf").write_text(_MAIN_CF.format(**values))
    (base / "etc" / "master.cf").write_text(_MASTER_CF.format(**values))
    (base / "dovecot.conf").write_text(
        _DOVECOT_CONF.format(
            mechanisms="xoauth2 oauthbearer" if introspection else "",
            more=dovecot.with_tokens(base, introspection) if introspection else "",
            **values,
        )
    )
    (base / "users").write_text("".join(f"{user}:{{PLAIN}}{password}\n" for user, password in users.items()))
    (base / "server.pem").write_bytes(certificate)
    (base / "server.pem").chmod(0o600)


def _setting(name: str) -> str:
    return daemons.run("postconf", "-dh", name).strip()
