"""All of a home moves to another computer in one sealed file, as processes, without a keyring."""

import pytest
from e2e.program import Program

pytestmark = pytest.mark.long

PHRASE = "four words that fit"
SERVER = ("--host", "mail.company.example", "--user", "reports@company.example", "--password-stdin")
MAIL = ("--smtp", "Reports", "--to", "ops@company.example", "--subject", "Report", "--text", "Hello")


@pytest.fixture
def other(tmp_path, authority):
    folder = tmp_path / "other"
    folder.mkdir()
    return Program(folder, authority.path)


def done(ran):
    assert ran.code == 0, ran.out + ran.err
    return ran


def test_a_second_export_is_as_the_first_and_no_secret_shows(program, other, tmp_path):
    program.environment["PHRASE"] = other.environment["PHRASE"] = PHRASE
    done(program("smtp", "create", "Reports", *SERVER, "--trust-fingerprint", "ab" * 32, stdin="hunter2 canary"))
    done(program("smtp", "create", "Relay", *SERVER[:2], "--no-auth", "--from", "a@company.example", "--default"))
    done(program("activity", "create", "Nightly", *MAIL))
    done(program("settings", "set", "retry_days", "3"))
    sealed, plain = tmp_path / "move.sealed", [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    done(program("export", "--with-secrets", "--passphrase-env", "PHRASE", str(sealed)))
    done(program("export", str(plain[0])))
    assert b"canary" not in sealed.read_bytes() + plain[0].read_bytes()

    other.environment["PHRASE"] = "four other words"
    refused = other("smtp", "import", str(sealed), "--passphrase-env", "PHRASE")
    assert (refused.code, other.smtp("list")) == (65, []), refused.err
    other.environment["PHRASE"] = PHRASE
    done(other("smtp", "import", str(sealed), "--passphrase-env", "PHRASE"))
    done(other("export", str(plain[1])))
    assert plain[1].read_bytes() == plain[0].read_bytes()
    assert other.smtp("show", "Reports")["has_password"]
    again = tmp_path / "again.sealed"
    done(other("export", "--with-secrets", "--passphrase-env", "PHRASE", str(again)))
    entries = program("smtp", "import", str(again), "--passphrase-env", "PHRASE", "--dry-run", "--json").json
    assert {entry["state"] for entry in entries} == {"same"}, "also the password"
    assert not any("canary" in printed or PHRASE in printed for printed in program.printed + other.printed)
