"""smtp-desktop smtp expiry"""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.store.health import SqliteHealth


def today():
    return datetime.now().astimezone().date()


def learn(smtp_desktop, host, ends_at):
    application = smtp_desktop.application()
    security = Security(
        mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate(f"{host}\x1b[31m", valid_until=ends_at),)
    )
    SqliteHealth(application.database).learn(ServerFact(host=host, port=1, security=security))
    application.close()


@pytest.fixture
def home(smtp_desktop):
    """One of each kind: long ended, soon, at the end of 2026, far ahead."""
    smtp_desktop.create("Old", "--host", "smtp.live.com")
    smtp_desktop.create("Office", "--host", "smtp.office365.com")
    smtp_desktop.create("Relay", "--host", "relay.example")
    smtp_desktop.create("Copy", "--host", "relay.example")
    smtp_desktop.soon = today() + timedelta(days=12)
    smtp_desktop.create_graph("Box", "--client-secret-valid-until", smtp_desktop.soon.isoformat())
    smtp_desktop.far = datetime.now(UTC).replace(microsecond=0) + timedelta(days=4000)
    learn(smtp_desktop, "relay.example", smtp_desktop.far)
    return smtp_desktop


def test_an_empty_home_says_that_nothing_is_known(smtp_desktop):
    ran = smtp_desktop("smtp", "expiry")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing known expires.\n")
    assert smtp_desktop("smtp", "expiry", "--json").json == []
    ran = smtp_desktop("smtp", "expiry", "--within", "7")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing known expires within 7 days.\n")


def test_the_table_has_the_soonest_first(home):
    ran = home("smtp", "expiry")
    assert (ran.code, ran.err) == (0, "")
    heads, first, *others = ran.out.splitlines()
    assert heads.split() == ["EXPIRES", "LEFT", "WHAT", "SMTP"]
    assert first.startswith("2024-09-16  expired ")
    assert " ".join(first.split()).endswith(" days ago Password sign-in at smtp.live.com Old")
    assert [line[:10] for line in others] == sorted(line[:10] for line in others)
    assert " ".join(others[-1].split()).endswith(" days Certificate of relay.example Copy, Relay")
    assert "in 12 days" in ran.out or "in 11 days" in ran.out  # it may be midnight


def test_json_prints_all_there_is_to_know(home):
    before = today()
    documents = {one["kind"] + one["names"][0]: one for one in home("smtp", "expiry", "--json").json}
    after = today()
    secret = documents["client_secretBox"]
    assert {key: secret[key] for key in ("kind", "names", "ends", "ends_at", "ended")} == {
        "kind": "client_secret",
        "names": ["Box"],
        "ends": home.soon.isoformat(),
        "ends_at": None,
        "ended": False,
    }
    assert secret["days_left"] in {(home.soon - before).days, (home.soon - after).days}
    assert secret["what"].startswith("Client secret of the app ")
    assert len(secret["steps"]) == 3
    certificate = documents["certificateCopy"]
    assert certificate["names"] == ["Copy", "Relay"]
    assert datetime.fromisoformat(certificate["ends_at"]) == home.far
    assert certificate["ends"] == home.far.astimezone().date().isoformat()
    assert documents["password_sign_inOld"]["ended"] is True
    assert documents["password_sign_inOld"]["days_left"] < 0
    office = documents["password_sign_inOffice"]
    assert (office["ends"], office["ended"]) == ("2026-12-31", False)
    assert "OAuth sign-in is not affected" in office["meaning"]


def test_within_leaves_out_what_is_further_ahead_but_nothing_that_ended(home):
    kinds = [(one["kind"], one["names"]) for one in home("smtp", "expiry", "--within", "12", "--json").json]
    assert ("client_secret", ["Box"]) in kinds
    assert ("password_sign_in", ["Old"]) in kinds
    assert ("certificate", ["Copy", "Relay"]) not in kinds
    assert ("certificate", ["Copy", "Relay"]) in [
        (one["kind"], one["names"]) for one in home("smtp", "expiry", "--within", "4000", "--json").json
    ]


@pytest.mark.parametrize("days", ["-1", "soon"])
def test_within_takes_a_number_of_days(smtp_desktop, days):
    ran = smtp_desktop("smtp", "expiry", "--within", days)
    assert ran.code == 64
    assert "--within" in ran.err


def test_the_exit_code_says_whether_anything_expires(home):
    found = home("smtp", "expiry", "--within", "12", "--exit-code")
    assert (found.code, "Client secret of the app" in found.out) == (1, True)
    assert home("smtp", "delete", "--all", "--yes").code == 0
    none = home("smtp", "expiry", "--within", "12", "--exit-code")
    assert (none.code, none.out, none.err) == (0, "", "")
    assert home("smtp", "expiry", "--exit-code").code == 64
    assert home("smtp", "dates", "--json").json == []  # its former name
