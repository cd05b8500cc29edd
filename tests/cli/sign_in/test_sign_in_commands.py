"""smtp-desktop smtp sign-in|sign-out"""

import threading

import pytest
from fakes.authorization_servers import refused, unreachable

from smtp_desktop.cli.sign_in import browser
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg

ADDRESS = "https://login.example/authorize"


@pytest.fixture
def shop(smtp_desktop, monkeypatch):
    """An SMTP that nobody has signed in for, on a machine without a display."""
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    smtp_desktop.create_browser("Shop")
    return smtp_desktop


@pytest.fixture
def opened(monkeypatch):
    """The addresses that were opened in the browser of a machine that has one."""
    found = []
    monkeypatch.setenv("BROWSER", "a browser")
    monkeypatch.setattr(browser, "start", found.append)  # a real one would open
    return found


@pytest.fixture
def nobody_signs_in(shop, monkeypatch):
    """The event that is set once somebody is waited for, who never comes."""
    begun = threading.Event()

    def wait(*_arguments, cancel, on_address, **_options):
        ended = threading.Event()
        cancel.set_waker(ended.set)
        on_address(ADDRESS)
        begun.set()
        assert ended.wait(60)
        raise Cancelled(msg("Stopped."))

    monkeypatch.setattr(shop.authorization_servers, "sign_in_by_browser", wait)  # the fake signs in at once
    return begun


def shown(command_line, name="Shop"):
    document = command_line("smtp", "show", name, "--json").json
    return {key: document[key] for key in ("signed_in_as", "signed_in_until", "sign_in_problem")}


def test_the_address_is_printed_without_a_display(shop):
    ran = shop("smtp", "sign-in", "Shop", "--json")
    assert ran.code == 0, ran.err
    assert ADDRESS in ran.err
    assert (ran.json["name"], ran.json["changed"]) == ("Shop", True)
    assert (ran.json["signed_in_as"], ran.json["signed_in_until"]) == ("shop@company.example", None)
    assert shown(shop) == {"signed_in_as": "shop@company.example", "signed_in_until": None, "sign_in_problem": None}
    assert "Signed in as:" in shop("smtp", "show", "Shop").out


def test_the_browser_opens_and_the_address_is_said_as_well(shop, opened):
    ran = shop("smtp", "sign-in", "Shop")
    assert (ran.code, opened) == (0, [ADDRESS])
    assert f"  {ADDRESS}\n" in ran.err
    assert ran.out == "Signed in for Shop as shop@company.example.\n"


def test_the_address_alone_is_printed_where_that_is_asked_for(shop, opened):
    assert shop("smtp", "sign-in", "Shop", "--print-url", "--quiet").err.splitlines()[-1] == f"  {ADDRESS}"
    assert opened == []


def test_a_browser_that_can_not_be_started_leaves_the_address(shop, opened, monkeypatch):
    def fail(_address):
        raise FileNotFoundError

    monkeypatch.setattr(browser, "start", fail)  # the program itself would have to be gone
    ran = shop("smtp", "sign-in", "Shop")
    assert (ran.code, ADDRESS in ran.err) == (0, True)


def test_the_port_that_the_browser_must_reach_is_said():
    address = f"{ADDRESS}?redirect_uri=http%3A%2F%2F127.0.0.1%3A41234%2F&state=x"
    assert browser.answer_port(address) == 41234
    assert browser.answer_port(ADDRESS) is None
    assert browser.answer_port(f"{ADDRESS}?redirect_uri=http://[") is None


def test_a_code_is_printed_for_another_device(shop):
    shop.create_browser("Own", "--issuer", "https://login.example", "--provider", "other")
    ran = shop("smtp", "sign-in", "Own", "--device", "--quiet")
    assert ran.code == 0, ran.err
    assert "https://login.example/device" in ran.err
    assert ran.err.splitlines()[-1] == "  WDJB"
    assert shop.authorization_servers.calls[-1].how == "device"


def test_an_smtp_with_codes_needs_no_option(shop):
    shop.create_browser("Codes", "--sign-in", "device", "--issuer", "https://login.example", "--provider", "other")
    assert shop("smtp", "sign-in", "Codes").code == 0
    assert shop.authorization_servers.calls[-1].how == "device"
    assert shop("smtp", "sign-in", "Codes", "--print-url").code == 64


def test_google_has_no_codes(shop):
    ran = shop("smtp", "sign-in", "Shop", "--device")
    assert (ran.code, "no codes" in ran.err) == (64, True)
    assert shop.authorization_servers.calls == []


def test_nobody_is_signed_in_for_a_copy(shop):
    assert shop("smtp", "sign-in", "Shop").code == 0
    ran = shop("smtp", "duplicate", "Shop")
    assert ran.err == "Nobody has signed in for Shop_copied yet. Run: smtp-desktop smtp sign-in Shop_copied\n"
    assert shop("smtp", "show", "Shop_copied", "--json").json["has_client_secret"] is True


@pytest.mark.parametrize("options", [("--device", "--print-url"), ("--timeout", "0")])
def test_options_that_contradict_each_other_are_refused(shop, options):
    assert shop("smtp", "sign-in", "Shop", *options).code == 64


def test_another_account_is_refused_unless_it_is_wanted(shop):
    shop.authorization_servers.account = "ann@company.example"
    ran = shop("smtp", "sign-in", "Shop", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (77, "other_account")
    assert "ann@company.example signed in" in ran.json["error"]["message"]
    assert "--keep-other-account" in ran.err
    assert shown(shop)["signed_in_as"] is None
    ran = shop("smtp", "sign-in", "Shop", "--keep-other-account", "--json")
    assert (ran.code, ran.json["signed_in_as"]) == (0, "ann@company.example")


def test_a_refusal_says_what_to_do_and_stores_nothing(shop):
    shop.authorization_servers.failure = refused()
    ran = shop("smtp", "sign-in", "Shop", "--json")
    assert ran.code == 77, ran.err
    assert ran.json["error"]["code"] == "conversation_failed"
    assert ran.json["error"]["failure"]["reply"]["enhanced_code"] == "invalid_grant"
    assert ran.json["error"]["failure"]["cause"]
    assert shown(shop)["signed_in_as"] is None


def test_a_server_that_can_not_be_reached_is_not_a_refusal(shop):
    shop.authorization_servers.failure = unreachable()
    ran = shop("smtp", "sign-in", "Shop", "--json")
    assert (ran.code, ran.json["error"]["failure"]["cause"]) == (69, "server_unreachable")


def test_nobody_signs_in_within_the_time(shop, nobody_signs_in):
    ran = shop("smtp", "sign-in", "Shop", "--timeout", "1", "--json")
    assert nobody_signs_in.is_set()
    assert (ran.code, ran.json["error"]["code"]) == (75, "timed_out")
    assert "within 1 second" in ran.err


def test_ctrl_c_ends_it(shop, nobody_signs_in, ctrl_c):
    ctrl_c(nobody_signs_in)
    assert shop("smtp", "sign-in", "Shop").code == 130


def test_a_locked_vault_shows_before_anybody_signs_in(shop):
    shop.vault.locked = True
    ran = shop("smtp", "sign-in", "Shop", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (78, "vault_locked")
    assert shop.authorization_servers.calls == []


def test_an_smtp_with_a_password_has_nobody_to_sign_in(shop):
    shop.create("Plain")
    ran = shop("smtp", "sign-in", "Plain", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (78, "failed")
    assert "--sign-in browser" in ran.err


def test_sign_out_erases_the_tokens(shop):
    assert shop("smtp", "sign-in", "Shop").code == 0
    assert any("R1" in secret for secret in shop.secrets())
    ran = shop("smtp", "sign-out", "Shop", "--json")
    assert (ran.code, ran.json) == (0, {"name": "Shop", "changed": True})
    assert shop.secrets() == ["s"]
    assert shown(shop)["signed_in_as"] is None
    again = shop("smtp", "sign-out", "Shop", "--json")
    assert (again.code, again.json["changed"]) == (0, False)


def test_sign_out_opens_a_locked_vault_to_erase_the_tokens(shop, monkeypatch):
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "the master password")
    assert shop("smtp", "sign-in", "Shop").code == 0
    shop.vault.locked = True
    assert shop("smtp", "sign-out", "Shop").code == 0
    assert shop.secrets() == ["s"]


def test_a_vault_that_stays_locked_keeps_the_sign_in_so_that_no_token_stays_behind(shop):
    assert shop("smtp", "sign-in", "Shop").code == 0
    shop.vault.locked = True
    assert shop("smtp", "sign-out", "Shop").code == 78
    assert shown(shop)["signed_in_as"] == "shop@company.example"


def test_no_command_prints_a_token(shop):
    assert shop("smtp", "sign-in", "Shop").code == 0
    for command in (("smtp", "show", "Shop"), ("smtp", "list", "--json"), ("export",), ("smtp", "export", "Shop")):
        assert 'token":' not in shop(*command).out.replace('"token_url":', "")


def test_what_is_exported_leaves_the_sign_in_to_a_person(shop, tmp_path, monkeypatch):
    file = tmp_path / "smtps.json"
    assert shop("smtp", "sign-in", "Shop").code == 0
    assert "sign in again for Shop" in shop("export", str(file)).err
    monkeypatch.setenv("SMTP_SHOP_CLIENT_SECRET", "s")
    again = shop("apply", str(file), "--json")
    assert (again.code, again.json["changed"], again.err) == (0, False, "")
    assert shop("smtp", "delete", "Shop", "--yes").code == 0
    created = shop("apply", str(file), "--json")
    assert (created.code, created.json["results"][0]["action"]) == (0, "created")
    assert created.err == "Nobody has signed in for Shop yet. Run: smtp-desktop smtp sign-in Shop\n"
