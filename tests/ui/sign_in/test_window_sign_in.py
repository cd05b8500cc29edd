"""Signing in with a browser or a code in the window: for a new SMTP, for a stored one, and with another account."""

import pytest
from fakes.authorization_servers import refused, unreachable
from ui.sign_in.sign_in_driver import USER, SignInDriver, have_browser_smtp

from smtp_desktop.domain.sign_in.tokens import token_set_of
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.ui.sign_in.runs import open_in_browser

pytestmark = pytest.mark.long


@pytest.fixture
def shop(gui):
    """The window with an SMTP that nobody has signed in for."""
    have_browser_smtp(gui)
    gui.open()
    gui.open_card("Shop")
    return SignInDriver(gui)


@pytest.fixture
def fresh(gui):
    """The window without any SMTP."""
    gui.open()
    return SignInDriver(gui)


def stored_tokens(gui, name="Shop"):
    profile = gui.stored(name)
    ref = profile.secret_refs.get(SecretField.TOKENS)
    return token_set_of(gui.vault.get(ref)) if ref else None


def test_a_new_smtp_is_created_with_what_the_sign_in_brought(fresh):
    gui = fresh.gui
    fresh.fill_new()
    gui.click_panel("signInButton")
    gui.until(lambda: fresh.title() == f"Signed in as {USER}")
    assert fresh.opened == ["https://login.example/authorize"]
    gui.no_dialog("signInDialog")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Shop") is not None)
    gui.until(lambda: gui.panel.stored is not None)
    assert stored_tokens(gui).account == USER
    gui.until(lambda: fresh.title() == f"Signed in as {USER}")
    assert not gui.panel.is_changed()


def test_a_stored_smtp_is_signed_in_without_saving_anything_else(shop):
    gui = shop.gui
    assert shop.title() == "Not signed in yet"
    gui.enter("descriptionField", "still typed")
    gui.click_panel("signInButton")
    gui.until(lambda: shop.title() == f"Signed in as {USER}")
    assert stored_tokens(gui).account == USER
    assert gui.typed("nameField") == "Shop"
    assert gui.field("descriptionField").toPlainText() == "still typed"
    gui.until(lambda: f"Signed in as {USER}" in gui.card("Shop").note)


def test_the_wait_for_the_browser_has_the_address_and_is_cancelled_at_once(shop):
    gui = shop.gui
    with shop.unanswered():
        gui.click_panel("signInButton")
        dialog = gui.dialog("signInDialog")
        gui.until(lambda: gui.visible("addressLine", dialog))
        assert gui.part("addressLine", dialog).text() == "https://login.example/authorize"
        assert USER in gui.part("messageText", dialog).text()
        assert gui.part("cancelButton", dialog).hasFocus()
        gui.click("openAddressButton", dialog)
        assert len(shop.opened) == 2
        gui.press("Esc")
        gui.no_dialog("signInDialog")
    gui.finish_work()
    assert shop.title() == "Not signed in yet"
    assert stored_tokens(gui) is None


def test_a_window_that_closes_waits_for_nobody(shop):
    gui = shop.gui
    with shop.unanswered():
        gui.click_panel("signInButton")
        dialog = gui.dialog("signInDialog")
        gui.until(lambda: gui.visible("addressLine", dialog))
        (cancel,) = gui.window.smtps.sign_ins.runs._running.values()
        gui.window.closed.emit()
        assert cancel.requested
        gui.click("cancelButton", dialog)
    gui.finish_work()


def test_without_a_browser_the_address_is_there_to_be_copied(gui):
    have_browser_smtp(gui)
    gui.open()
    gui.open_card("Shop")
    user = SignInDriver(gui, has_browser=False)
    with user.unanswered():
        gui.click_panel("signInButton")
        dialog = gui.dialog("signInDialog")
        gui.until(lambda: "No browser could be opened" in gui.part("messageText", dialog).text())
        gui.click("cancelButton", dialog)
    gui.finish_work()


def test_a_code_takes_the_place_of_the_browser(shop):
    gui = shop.gui
    with shop.unanswered() as answer:
        gui.click_panel("signInButton")
        dialog = gui.dialog("signInDialog")
        gui.click("otherWayButton", dialog)
        gui.until(lambda: gui.visible("deviceCode", dialog))
        assert gui.part("deviceCode", dialog).text() == "WDJB"
        assert gui.part("addressLine", dialog).text() == "https://login.example/device"
        gui.click("copyCodeButton", dialog)
        assert gui.app.clipboard().text() == "WDJB"
        answer.set()
        gui.until(lambda: shop.title() == f"Signed in as {USER}")
    assert shop.servers.calls[-1].how == "device"


def test_a_refusal_says_why_and_can_be_tried_again(shop):
    gui = shop.gui
    shop.servers.failure = refused("access_denied", "The user has denied access.")
    gui.click_panel("signInButton")
    dialog = gui.dialog("signInDialog")
    gui.until(lambda: gui.visible("againButton", dialog))
    assert "The user has denied access." in gui.words(dialog)
    shop.servers.failure = None
    gui.press("Return")
    gui.until(lambda: shop.title() == f"Signed in as {USER}")


def test_a_network_that_fails_is_no_refused_sign_in(shop):
    gui = shop.gui
    shop.servers.failure = unreachable()
    gui.click_panel("signInButton")
    dialog = gui.dialog("signInDialog")
    gui.until(lambda: gui.visible("againButton", dialog))
    assert "Nothing listens." in gui.words(dialog)
    gui.click("cancelButton", dialog)
    gui.no_dialog("signInDialog")


@pytest.mark.parametrize(("choice", "user"), [("takeChoice", "boss@company.example"), ("keepChoice", USER)])
def test_another_account_can_become_the_user_or_send_for_the_mailbox_that_it_shares(shop, choice, user):
    gui = shop.gui
    shop.servers.account = "boss@company.example"
    gui.click_panel("signInButton")
    dialog = gui.dialog("otherAccountDialog")
    assert "boss@company.example signed in, but User Name is shop@company.example" in gui.words(dialog)
    gui.click(choice, dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: shop.title() == "Signed in as boss@company.example")
    assert gui.typed("userNameField") == user
    if choice == "takeChoice":
        assert gui.panel.is_changed()
        gui.click_panel("saveButton")
    gui.until(lambda: stored_tokens(gui) is not None)
    gui.until(lambda: gui.stored("Shop").server.user_name == user)


def test_after_another_account_one_can_sign_in_again(shop):
    gui = shop.gui
    shop.servers.account = "boss@company.example"
    gui.click_panel("signInButton")
    dialog = gui.dialog("otherAccountDialog")
    shop.servers.account = USER
    gui.click("okButton", dialog)
    gui.until(lambda: shop.title() == f"Signed in as {USER}")


def test_signing_out_erases_the_tokens(shop):
    gui = shop.gui
    gui.click_panel("signInButton")
    gui.until(lambda: shop.title() == f"Signed in as {USER}")
    gui.until(lambda: gui.visible("signOutButton", gui.panel))
    gui.click_panel("signOutButton")
    gui.until(lambda: shop.title() == "Not signed in yet")
    assert stored_tokens(gui) is None
    assert gui.card("Shop").status == "Not signed in yet"


def test_signing_out_of_a_form_drops_what_it_holds(fresh):
    gui = fresh.gui
    fresh.fill_new()
    gui.click_panel("signInButton")
    gui.until(lambda: fresh.title() == f"Signed in as {USER}")
    gui.click_panel("signOutButton")
    assert fresh.title() == "Not signed in yet"
    assert gui.panel.draft().tokens is None


def test_tokens_of_a_form_that_is_dropped_are_nowhere(fresh):
    gui = fresh.gui
    fresh.fill_new()
    gui.click_panel("signInButton")
    gui.until(lambda: fresh.title() == f"Signed in as {USER}")
    kept = gui.panel.unsaved()
    assert kept is not None
    assert not {"A1", "R1"} & set(str(kept).replace("'", " ").split())
    gui.click_panel("closeButton")
    gui.click("discardButton", gui.dialog("unsavedDialog"))
    gui.until(lambda: not gui.panel.isVisible())
    gui.finish_work()
    assert not gui.store.all()


def test_a_locked_vault_is_opened_before_anybody_signs_in(shop):
    gui = shop.gui
    gui.vault.locked = True
    gui.click_panel("signInButton")
    gui.dialog("masterPasswordDialog")
    assert shop.opened == []
    gui.write("m")
    gui.press("Return")
    gui.until(lambda: shop.title() == f"Signed in as {USER}")
    assert stored_tokens(gui).account == USER


def test_a_vault_that_stays_locked_says_so_and_nobody_signs_in(shop):
    gui = shop.gui
    gui.vault.locked = True
    gui.click_panel("signInButton")
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    dialog = gui.dialog("signInDialog")
    gui.until(lambda: gui.visible("againButton", dialog))
    assert shop.opened == []
    gui.click("cancelButton", dialog)
    gui.no_dialog("signInDialog")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:network", "nothing"])
def test_nothing_but_a_page_is_opened(qapp, address):
    assert not open_in_browser(address)
