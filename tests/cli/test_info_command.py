"""smtp-desktop info"""

from smtp_desktop import __version__
from smtp_desktop.store.database import schema_steps


def test_it_shows_where_the_data_is_and_how_much_there_is(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.create_activity("Greet")
    smtp_desktop.trigger("Greet")
    shown = smtp_desktop("info", "--json").json
    home = smtp_desktop.home
    assert (shown["version"], shown["schema"]) == (__version__, len(schema_steps()))
    assert (shown["home"], shown["database"]) == (str(home), str(home / "smtp-desktop.sqlite3"))
    assert shown["log"] == str(home / "logs" / "smtp-desktop.log")
    assert [shown[key] for key in ("vault", "smtps", "activities", "messages", "waiting")] == ["memory", 1, 1, 1, 1]
    assert f"version:    {__version__}" in smtp_desktop("info").out.splitlines()
