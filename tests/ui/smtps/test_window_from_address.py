"""A new SMTP from a mail address, in the window: what is looked up, offered, and filled in."""

import pytest
from fakes.transport import failed
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.discovery.configuration import Configuration, ConfiguredServer, SocketType
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, SignIn
from smtp_desktop.ui.smtps.address_lookup import search

MICROSOFT = {"contoso.example MX": ("contoso-example.mail.protection.outlook.com",)}
OWN = {
    "_submissions._tcp.contoso.example SRV": ("0 1 465 smtp.contoso.example",),
    "_submission._tcp.contoso.example SRV": ("0 1 587 smtp.contoso.example",),
}
STRANGE = {"_submission._tcp.contoso.example SRV": ("0 1 587 mail.evil.example",)}
ME = "alerts@contoso.example"


def create_for(gui, address=ME):
    """The form is open, the address is typed, and the focus has left it."""
    gui.open()
    gui.press("Ctrl+N")
    look_up(gui, address)


def look_up(gui, address):
    gui.enter("mailAddressField", address)
    gui.press("Return")
    found(gui)


def found(gui):
    """Waits until the search has ended."""
    gui.until(
        lambda: gui.visible("proposal", gui.panel) and gui.typed("proposalTitle").startswith(("Found", "Nothing"))
    )


def box(gui):
    """Returns what the box says."""
    return gui.words(gui.field("proposal"))


def was_left_alone(gui):
    """Whether nothing but DNS was asked."""
    return not (gui.adapters.autoconfig.asked or gui.prober.calls)


def form(gui):
    draft = gui.panel.draft()
    return draft.host_name, draft.smtp_port, draft.sign_in, draft.user_name


def test_the_address_has_the_first_focus_and_the_whole_form_is_below(gui):
    gui.open()
    gui.press("Ctrl+N")

    assert gui.focus().objectName() == "mailAddressField"
    assert gui.field("nameField").isVisible()
    assert not gui.visible("proposal", gui.panel)


@pytest.mark.long
def test_a_stored_smtp_has_no_such_field(gui):
    gui.have("Relay")
    gui.open()
    gui.click_card("Relay")

    assert not gui.visible("mailAddressField", gui.panel)


class Clicks(QObject):
    """Counts the clicks of the mouse on buttons."""

    def __init__(self, app):
        super().__init__()
        self.on = []
        app.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt calls it
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(watched, QPushButton):
            self.on.append(watched.objectName())
        return False


def test_from_an_address_to_an_smtp_in_two_clicks_and_two_fields(gui, qapp):
    gui.open()
    clicks = Clicks(qapp)
    gui.click("createButton")
    gui.write("shop@web.de")  # the first field
    gui.press("Return")
    found(gui)
    gui.press("Return")  # from the address to the button
    gui.press("Space")
    assert gui.focus().objectName() == "passwordField"
    gui.write("s3cret")  # the second one
    gui.click_panel("saveButton")

    gui.until(lambda: gui.names() == ["Shop_web"])
    assert clicks.on == ["createButton", "saveButton"]
    one = gui.stored("Shop_web")
    assert (one.server.host_name, one.server.smtp_port, one.server.user_name) == ("smtp.web.de", 465, "shop")
    assert one.from_address == "shop@web.de"
    assert gui.vault.secrets == {one.server.password_ref: Secret("s3cret")}


def test_the_search_begins_when_typing_rests(gui, monkeypatch):
    monkeypatch.setattr(search, "REST_MS", 1)
    gui.adapters.dns.records = MICROSOFT
    gui.open()
    gui.press("Ctrl+N")
    gui.write(ME)

    found(gui)
    assert gui.focus().objectName() == "mailAddressField"


@pytest.mark.long
def test_the_search_begins_when_the_field_is_left(gui):
    gui.adapters.dns.records = MICROSOFT
    gui.open()
    gui.press("Ctrl+N")
    gui.write(ME)
    gui.press("Tab")

    found(gui)


def test_what_is_found_is_shown_with_its_sources_and_only_dns_was_asked(gui):
    gui.adapters.dns.records = MICROSOFT
    create_for(gui)

    said = box(gui)
    assert "Found for contoso.example\nsmtp.office365.com:587\nSTARTTLS, sign-in by browser" in said
    assert "Server: DNS (MX contoso-example.mail.protection.outlook.com)" in said
    assert "Sign-in: the list of providers" in said
    assert "Only contoso.example was looked up, in DNS. The server was not tried." in said
    assert was_left_alone(gui)


def test_a_listed_provider_is_found_without_any_look_up_and_nothing_is_asked(gui):
    create_for(gui, "me@gmail.com")

    assert "From the list of providers. Nothing was looked up." in box(gui)
    assert not gui.visible("lookFurtherButton", gui.panel)
    assert gui.adapters.dns.asked == []
    assert was_left_alone(gui)


def test_use_it_fills_the_form_and_goes_to_what_is_missing(gui):
    gui.adapters.dns.records = MICROSOFT
    create_for(gui)
    gui.click_panel("useProposalButton")

    assert form(gui) == ("smtp.office365.com", "587", SignIn.BROWSER, ME)
    assert (gui.typed("nameField"), gui.typed("fromAddressField")) == ("Alerts_contoso", ME)
    assert gui.focus().objectName() == "clientIdField"


def test_what_was_typed_is_never_replaced(gui):
    gui.open()
    gui.press("Ctrl+N")
    gui.enter("nameField", "Mine")
    gui.enter("userNameField", "somebody")
    gui.enter("smtpPortField", "2525")
    look_up(gui, "me@gmail.com")
    gui.click_panel("useProposalButton")

    assert gui.typed("nameField") == "Mine"
    assert form(gui) == ("smtp.gmail.com", "2525", SignIn.PASSWORD, "somebody")


def test_another_address_replaces_what_was_filled_in_but_not_what_was_changed_since(gui):
    create_for(gui, "me@gmail.com")
    gui.click_panel("useProposalButton")
    gui.enter("fromAddressField", "Me <other@x.example>")
    look_up(gui, "shop@web.de")
    gui.click_panel("useProposalButton")

    assert form(gui) == ("smtp.web.de", "465", SignIn.PASSWORD, "shop")
    assert gui.typed("fromAddressField") == "Me <other@x.example>"
    assert gui.typed("nameField") == "Shop_web"


@pytest.mark.long
def test_a_name_that_is_taken_is_not_proposed(gui):
    gui.have("Shop_web")
    create_for(gui, "shop@web.de")
    gui.click_panel("useProposalButton")

    assert gui.typed("nameField") == "Shop_web_2"


def test_it_asks_before_it_goes_beyond_dns(gui):
    gui.adapters.dns.records = MICROSOFT
    gui.prober.answering = {("smtp.office365.com", 587)}
    create_for(gui)
    assert "Ask the web server of contoso.example as well, and try the server? Only the domain is sent." in box(gui)

    gui.click_panel("lookFurtherButton")
    gui.until(lambda: "The server answered. Only the domain was looked up." in box(gui))

    assert [origin for _, origin in gui.adapters.autoconfig.asked] == [Origin.AUTOCONFIG, Origin.WELL_KNOWN]
    assert [call.password for call in gui.prober.calls] == [None]
    assert not gui.visible("lookFurtherButton", gui.panel)


@pytest.mark.long
def test_who_agreed_is_not_asked_again_in_this_form(gui):
    create_for(gui)
    gui.click_panel("lookFurtherButton")
    gui.until(lambda: len(gui.adapters.autoconfig.asked) == 2)
    found(gui)
    look_up(gui, "me@fabrikam.example")

    gui.until(lambda: len(gui.adapters.autoconfig.asked) == 4)


def test_a_refusal_is_remembered_for_this_form_alone(gui):
    gui.adapters.dns.records = OWN
    create_for(gui)
    gui.click_panel("doNotLookButton")
    assert not gui.visible("lookFurtherButton", gui.panel)
    look_up(gui, "me@fabrikam.example")
    assert not gui.visible("lookFurtherButton", gui.panel)
    assert was_left_alone(gui)

    gui.click_panel("cancelButton")
    gui.press("Ctrl+N")
    look_up(gui, ME)
    assert gui.visible("lookFurtherButton", gui.panel)


def test_where_nothing_is_found_it_says_what_was_looked_up(gui):
    create_for(gui)

    assert "Nothing found for contoso.example" in box(gui)
    assert "DNS names no server for contoso.example. Only the domain was looked up." in box(gui)
    assert not gui.visible("useProposalButton", gui.panel)


def test_the_domains_own_file_is_found_after_agreeing(gui):
    server = ConfiguredServer(host_name="mail.contoso.example", smtp_port=465, socket=SocketType.SSL)
    gui.adapters.autoconfig.files = {Origin.WELL_KNOWN: Configuration(servers=(server,))}
    gui.prober.answering = {("mail.contoso.example", 465)}
    create_for(gui)
    gui.click_panel("lookFurtherButton")
    gui.until(lambda: "mail.contoso.example:465" in box(gui))

    assert "Server: the domain's configuration (contoso.example/.well-known)" in box(gui)


def test_other_lists_what_else_was_found(gui):
    gui.adapters.dns.records = OWN | MICROSOFT
    create_for(gui)
    gui.click_panel("otherProposalButton")
    menu = gui.menu("otherProposalsMenu")
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "smtp.contoso.example:465 · TLS on connect, sign-in by password · not tried",
        "smtp.contoso.example:587 · STARTTLS, sign-in by password · not tried",
        "smtp.office365.com:587 · STARTTLS, sign-in by browser · not tried",
        "Look further…",
    ]

    gui.click_entry(menu, "proposal1Action")

    assert "smtp.contoso.example:587" in box(gui)
    gui.click_panel("useProposalButton")
    assert form(gui)[:2] == ("smtp.contoso.example", "587")


def test_fill_in_by_hand_leaves_this_form_in_peace(gui):
    gui.adapters.dns.records = MICROSOFT
    create_for(gui)
    gui.click_panel("byHandLink")
    assert gui.focus().objectName() == "nameField"
    asked = len(gui.adapters.dns.asked)
    gui.enter("mailAddressField", "me@gmail.com")
    gui.press("Tab")
    gui.finish_work()

    assert not gui.visible("proposal", gui.panel)
    assert len(gui.adapters.dns.asked) == asked


@pytest.mark.long
def test_a_server_elsewhere_that_only_dns_names_comes_with_a_warning(gui):
    gui.adapters.dns.records = STRANGE
    create_for(gui)

    assert "mail.evil.example is outside contoso.example. Use it only if you know it." in box(gui)


def test_what_comes_for_an_older_address_is_dropped(gui):
    gui.adapters.dns.records = MICROSOFT
    gui.adapters.dns.block()
    gui.open()
    gui.press("Ctrl+N")
    gui.enter("mailAddressField", ME)
    gui.press("Return")
    gui.until(lambda: gui.adapters.dns.waiting.acquire(blocking=False))
    assert gui.typed("proposalTitle") == "Looking up contoso.example…"
    gui.adapters.dns.deaf = True
    look_up(gui, "me@gmail.com")
    gui.adapters.dns.release()
    gui.finish_work()

    assert "Found for gmail.com" in box(gui)


@pytest.mark.long
def test_what_comes_after_the_form_was_closed_is_dropped(gui):
    gui.adapters.dns.records = MICROSOFT
    gui.adapters.dns.block()
    gui.have("Relay")
    gui.open()
    gui.press("Ctrl+N")
    gui.enter("mailAddressField", ME)
    gui.press("Return")
    gui.until(lambda: gui.adapters.dns.waiting.acquire(blocking=False))
    gui.click_panel("cancelButton")
    gui.adapters.dns.release()
    gui.finish_work()
    gui.press("Ctrl+N")

    assert gui.typed("mailAddressField") == ""
    assert not gui.visible("proposal", gui.panel)


def test_a_pasted_server_is_taken_apart(gui):
    gui.open()
    gui.press("Ctrl+N")
    for pasted, host, port in (
        ("smtp.contoso.example:2525", "smtp.contoso.example", "2525"),
        ("smtps://smtp.contoso.example", "smtp.contoso.example", "465"),
        ("https://mail.contoso.example/owa", "mail.contoso.example", "465"),
    ):
        gui.enter("mailAddressField", pasted)
        gui.press("Tab")

        assert form(gui)[:2] == (host, port)
        assert gui.typed("mailAddressField") == ""
        assert host in gui.typed("mailAddressHint")
    assert gui.adapters.dns.asked == []


def test_a_pasted_password_does_not_stay_in_view(gui):
    gui.open()
    gui.press("Ctrl+N")
    gui.enter("mailAddressField", "smtp://me%40contoso.example:hunter2@smtp.contoso.example:587")
    gui.press("Tab")

    draft = gui.panel.draft()
    assert (draft.user_name, draft.password) == ("me@contoso.example", Secret("hunter2"))
    assert "hunter2" not in gui.words(gui.panel)
    assert gui.typed("mailAddressField") == ""


def test_a_pasted_address_is_taken_apart(gui):
    gui.adapters.dns.records = OWN
    create_for(gui, "mailto:alerts@contoso.example?subject=x")
    gui.click_panel("useProposalButton")

    assert form(gui)[3] == ME


def test_nonsense_is_said_to_be_none_and_looked_up_nowhere(gui):
    gui.open()
    gui.press("Ctrl+N")
    gui.enter("mailAddressField", "what is this?")
    gui.press("Tab")

    assert gui.typed("mailAddressHint") == "This is not a mail address. Example: name@company.example."
    assert gui.adapters.dns.asked == []
    gui.enter("mailAddressField", "")
    assert not gui.visible("mailAddressHint", gui.panel)


def test_an_address_alone_is_nothing_to_lose(gui):
    create_for(gui, "me@gmail.com")
    gui.click_panel("cancelButton")

    assert not gui.panel.isVisible()


def test_every_part_is_reached_by_tab_in_reading_order(gui):
    gui.adapters.dns.records = MICROSOFT
    create_for(gui)
    names = []
    for _ in range(6):
        gui.press("Tab")
        names.append(gui.focus().objectName())

    assert names == [
        "useProposalButton",
        "otherProposalButton",
        "byHandLink",
        "lookFurtherButton",
        "doNotLookButton",
        "nameField",
    ]


def test_what_is_found_is_announced(gui, listener):
    gui.adapters.dns.records = MICROSOFT
    create_for(gui)

    assert any("Found for contoso.example smtp.office365.com:587" in heard for heard in listener.heard)


def used(gui, address="shop@web.de"):
    """The form holds what was proposed, and a password."""
    create_for(gui, address)
    gui.click_panel("useProposalButton")
    gui.enter("passwordField", "s3cret")


def test_it_is_checked_before_it_is_saved_and_the_card_shows_that(gui):
    used(gui)
    assert gui.typed("mailAddressHint") == "Create checks the settings first, up to the sign-in. No message is sent."
    gui.click_panel("saveButton")

    gui.until(lambda: gui.names() == ["Shop_web"])
    (call,) = gui.transport.conversations
    assert (call.mail, call.password) == (None, Secret("s3cret"))
    assert [result.ok for result in gui.health.of(gui.stored("Shop_web").id, 5)] == [True]


def test_a_check_that_fails_saves_nothing_and_the_same_again_saves_it_anyway(gui):
    used(gui)
    server = GenericServer(host_name="smtp.web.de", smtp_port=465, user_name="shop")
    gui.transport.timeline = failed(
        server, None, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=Reply(code=535, text=("5.7.8 No.",))
    )
    gui.click_panel("saveButton")
    gui.until(lambda: "Nothing was saved." in gui.words(gui.panel))
    assert gui.store.all() == ()
    assert gui.vault.secrets == {}

    gui.click_panel("saveButton")
    gui.until(lambda: gui.names() == ["Shop_web"])
    assert len(gui.transport.conversations) == 1


@pytest.mark.long
def test_what_was_corrected_is_checked_again(gui):
    used(gui)
    server = GenericServer(host_name="smtp.web.de", smtp_port=465, user_name="shop")
    gui.transport.timeline = failed(server, None, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=Reply(code=535))
    gui.click_panel("saveButton")
    gui.until(lambda: "Nothing was saved." in gui.words(gui.panel))
    gui.transport.timeline = None
    gui.enter("passwordField", "right")
    gui.click_panel("saveButton")

    gui.until(lambda: gui.names() == ["Shop_web"])
    assert len(gui.transport.conversations) == 2


def test_a_check_can_be_stopped_and_saves_nothing(gui):
    gui.transport.block()
    used(gui)
    gui.click_panel("saveButton")
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.click_panel("cancelButton")

    gui.until(lambda: "Stopped waiting. Nothing was saved" in gui.words(gui.panel))
    gui.finish_work()
    assert gui.store.all() == ()


def test_after_a_refusal_nothing_is_checked(gui):
    gui.adapters.dns.records = OWN
    create_for(gui)
    gui.click_panel("doNotLookButton")
    gui.click_panel("useProposalButton")
    gui.enter("passwordField", "s3cret")
    gui.click_panel("saveButton")

    gui.until(lambda: gui.names() == ["Alerts_contoso"])
    assert gui.transport.conversations == []


@pytest.mark.long
def test_another_server_that_is_typed_is_not_checked(gui):
    used(gui)
    gui.enter("hostNameField", "relay.contoso.example")
    gui.enter("passwordField", "s3cret")
    gui.click_panel("saveButton")

    gui.until(lambda: gui.names() == ["Shop_web"])
    assert gui.transport.conversations == []


@pytest.mark.long
def test_while_it_is_saved_the_address_is_locked(gui):
    gui.vault.block()
    create_for(gui, "shop@web.de")
    gui.click_panel("useProposalButton")
    gui.enter("passwordField", "s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: not gui.field("mailAddressField").isEnabled())
    gui.vault.release()
    gui.until(lambda: gui.names() == ["Shop_web"])

    assert not gui.visible("mailAddressField", gui.panel)


@pytest.mark.long
def test_the_menu_of_other_settings_can_be_used_by_keys(gui):
    gui.adapters.dns.records = OWN
    create_for(gui)
    gui.tab_to("otherProposalButton")
    gui.press("Space")
    menu = gui.menu("otherProposalsMenu")
    gui.qtbot.keyClick(menu, Qt.Key.Key_Down)
    gui.qtbot.keyClick(menu, Qt.Key.Key_Down)
    gui.qtbot.keyClick(menu, Qt.Key.Key_Return)

    assert "smtp.contoso.example:587" in box(gui)
    assert menu.findChild(QAction, "lookFurtherAction") is not None
