from smtp_desktop.domain.delivery.routing import route_of
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile


def smtp(name, *, default=False):
    return SmtpProfile(id=ProfileId(name), name=name, server=GenericServer(host_name="x.example"), is_default=default)


SHOP, RELAY, MAIN = smtp("Shop"), smtp("Relay"), smtp("Main", default=True)


def route(smtp_id, backup_id, *, held=(), profiles=(MAIN, RELAY, SHOP)):
    found = route_of(smtp_id=smtp_id, backup_id=backup_id, profiles=profiles, held=held)
    return found.profile_id, found.by_backup, str(found.reason)


def test_the_bound_smtp():
    assert route("Shop", "Relay") == ("Shop", False, "Shop, as set for this activity.")


def test_the_default_smtp():
    assert route(None, None) == ("Main", False, "Main, the default SMTP.")


def test_the_backup_while_it_is_held():
    assert route("Shop", "Relay", held={"Shop"}) == ("Relay", True, "Relay, the backup, while Shop is on hold.")
    assert route(None, "Relay", held={"Main"}) == ("Relay", True, "Relay, the backup, while Main is on hold.")


def test_mail_waits_where_there_is_no_backup():
    expected = "Shop, which is on hold; messages wait until it works again."
    assert route("Shop", None, held={"Shop"}) == ("Shop", False, expected)


def test_mail_waits_where_the_backup_is_held_too():
    expected = "Shop and its backup Relay are on hold; messages wait."
    assert route("Shop", "Relay", held={"Shop", "Relay"}) == ("Shop", False, expected)


def test_a_default_that_is_its_own_backup_waits():
    assert route(None, "Main", held={"Main"})[:2] == ("Main", False)


def test_the_backup_where_there_is_no_default():
    assert route(None, "Relay", profiles=[SHOP, RELAY]) == (
        *("Relay", True, "Relay, the backup: there is no default SMTP."),
    )
    assert route(None, "Relay", profiles=[SHOP, RELAY], held={"Relay"})[:2] == ("Relay", True)


def test_no_smtp_at_all():
    expected = "No SMTP, and no default. Choose an SMTP for this activity, or set a default."
    assert route(None, None, profiles=[SHOP]) == (None, False, expected)
