"""The guided change of an SMTP from a password to what its provider takes, and the way on after a refused sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.authorization_servers import refused
from ui.check_dialog_driver import CheckDialogDriver
from ui.dates_driver import DatesDriver
from ui.sign_in.sign_in_driver import CLIENT_ID, USER, SignInDriver, have_browser_smtp
from ui.timelines import refused as refused_timeline

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn

pytestmark = pytest.mark.long


def have_password_smtp(gui, host="smtp.office365.com"):
    return gui.have("Shop", host_name=host, user_name=USER)


def choose(gui, key):
    dialog = gui.dialog("changeSignInDialog")
    gui.click(key, dialog)
    gui.click("okButton", dialog)
    gui.no_dialog("changeSignInDialog")
    gui.switch_to(gui.window)


def test_an_smtp_changes_to_the_browser_and_stays_the_same_smtp(gui):
    profile_id = have_password_smtp(gui)
    draft = ActivityDraft(name="Nightly", to="a@company.example", subject="Hello", text="x", smtp_id=profile_id)
    activity = gui.activities.create(draft)
    gui.open()
    gui.open_card("Shop")
    user = SignInDriver(gui)
    gui.click_panel("signInLink")
    choose(gui, "browserChoice")
    gui.until(lambda: gui.panel.draft().sign_in is SignIn.BROWSER)
    assert gui.panel.draft().provider is OAuthProvider.MICROSOFT
    gui.until(gui.field("clientIdField").hasFocus)
    assert gui.stored("Shop").server.sign_in is SignIn.PASSWORD
    gui.enter("clientIdField", CLIENT_ID)
    gui.click_panel("signInButton")
    gui.until(lambda: user.title() == f"Signed in as {USER}")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Shop").server.sign_in is SignIn.BROWSER)
    assert gui.stored("Shop").id == profile_id
    assert gui.stored("Shop").server.password_ref is None
    assert gui.activities.get(activity.id).smtp_id == profile_id


def test_an_smtp_changes_to_a_mailbox_of_graph(gui):
    profile_id = have_password_smtp(gui)
    gui.open()
    gui.open_card("Shop")
    gui.click_panel("signInLink")
    choose(gui, "graphChoice")
    gui.until(lambda: gui.panel.draft().type is ProfileType.GRAPH)
    assert gui.panel.draft().sign_in is SignIn.APP_ONLY
    gui.until(gui.field("tenantIdField").hasFocus)
    assert gui.typed("userNameField") == USER
    assert gui.panel.stored.id == profile_id


def test_google_offers_the_browser_and_a_service_account(gui):
    have_password_smtp(gui, "smtp.gmail.com")
    gui.open()
    gui.open_card("Shop")
    gui.click_panel("signInLink")
    assert not gui.visible("graphChoice", gui.dialog("changeSignInDialog"))
    choose(gui, "appOnlyChoice")
    gui.until(lambda: gui.visible("serviceAccountField", gui.panel))
    assert gui.panel.draft().provider is OAuthProvider.GOOGLE


@pytest.mark.parametrize("button", ["changeSignInButton", "whyChangeSignInButton"])
def test_a_refused_password_leads_to_the_change_from_the_test_and_from_the_panel(gui, button):
    have_password_smtp(gui)
    gui.open()
    gui.open_card("Shop")
    gui.transport.timeline = refused_timeline(Stage.SIGN_IN, "Authentication unsuccessful")
    dialog = CheckDialogDriver(gui).test("Shop")
    gui.until(lambda: gui.visible("changeSignInButton", dialog))
    if button == "changeSignInButton":
        gui.click(button, dialog)
    else:
        gui.click("okButton", dialog)
        gui.until(lambda: gui.visible(button, gui.panel))
        gui.click_panel(button)
    choose(gui, "browserChoice")
    gui.until(lambda: gui.panel.draft().sign_in is SignIn.BROWSER)


@pytest.mark.parametrize("button", ["signInButton", "whySignInButton"])
def test_a_sign_in_that_has_ended_is_made_anew_from_the_test_and_from_the_panel(gui, button):
    have_browser_smtp(gui)
    gui.open()
    gui.open_card("Shop")
    user = SignInDriver(gui)
    gui.transport.timeline = refused_timeline(Stage.SIGN_IN, "Invalid token")
    dialog = CheckDialogDriver(gui).test("Shop")
    gui.until(lambda: gui.visible("signInButton", dialog))
    user.servers.failure = refused()
    if button == "signInButton":
        gui.click(button, dialog)
    else:
        gui.click("okButton", dialog)
        gui.until(lambda: gui.visible(button, gui.panel))
        gui.click_panel(button)
    waiting = gui.dialog("signInDialog")
    gui.until(lambda: gui.visible("againButton", waiting))
    user.servers.failure = None
    gui.click("againButton", waiting)
    gui.until(lambda: user.title() == f"Signed in as {USER}")


def test_dates_lead_to_the_change(gui):
    have_password_smtp(gui)
    gui.open()
    DatesDriver(gui).open_page()
    gui.until(lambda: gui.visible("dateSignInButton"))
    assert gui.part("dateSignInButton").text() == "Change sign-in…"
    gui.click("dateSignInButton")
    choose(gui, "browserChoice")
    gui.until(lambda: gui.visible("smtpPage"))
    assert gui.panel.stored.name == "Shop"
    assert gui.panel.draft().sign_in is SignIn.BROWSER


def test_dates_lead_to_signing_in_again(gui):
    profile_id = have_browser_smtp(gui)
    gui.adapters.authorization_servers.ends_at = datetime.now(UTC) + timedelta(days=3)
    signed_in = gui.services.sign_ins.sign_in(
        profile_id,
        by_device=False,
        keep_other_account=False,
        cancel=Cancel(),
        on_address=lambda _: None,
        on_code=lambda _: None,
    )
    assert signed_in.ends_at
    gui.open()
    user = SignInDriver(gui)
    DatesDriver(gui).open_page()
    gui.until(lambda: gui.visible("dateSignInButton"))
    gui.adapters.authorization_servers.ends_at = None
    gui.click("dateSignInButton")
    gui.until(lambda: gui.visible("smtpPage") and user.opened)
    gui.until(lambda: "sign in again by" not in gui.field("signInMore").text())
