"""The third outcome, with everything real behind it."""

from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth

PASSWORD = "Gehe1m & more"
USER = "boss@company.example"


def test_a_check_that_works_keeps_what_recipients_may_hold_against_it(program, authority):
    """The address is Gmail's, the server is not: that is known without asking DNS."""
    with MailServer(starttls=authority.context(), users={USER: PASSWORD}) as server:
        program.smtp(
            *("create", "Relay", "--host", "127.0.0.1", "--port", str(server.port), "--user", USER),
            *("--from", "ann@gmail.com", "--password-stdin"),
            stdin=f"{PASSWORD}\n",
        )
        assert program.smtp("check", "Relay")[0]["ok"]
    database = Database(program.home / "smtp-desktop.sqlite3")
    try:
        ((result,),) = SqliteHealth(database).latest(9).values()
    finally:
        database.close()
    assert (result.ok, result.warnings) == (True, (WarningKind.FOREIGN_FREEMAIL,))
