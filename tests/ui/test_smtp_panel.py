"""The Info panel of an SMTP, worked with mouse and keys."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from smtp_desktop.domain.conversation import Security, TlsMode
from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.health import ServerFact
from smtp_desktop.domain.profile import (
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.text import text
from smtp_desktop.ui.panels.smtp_panel import SaveRequest, SmtpPanel, TestRequest

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
GENERIC = SmtpProfile(
    id=ProfileId("relay"),
    name="Corporate_Relay",
    server=GenericServer(
        host_name="smtp.northwind.example",
        user_name="relay-svc@northwind.example",
        password_ref=SecretRef("keyring:password"),
        trusted_ca_pem="-----BEGIN CERTIFICATE-----",
    ),
    is_default=True,
    from_address="no-reply@northwind.example",
    signature="Northwind Operations",
)
GRAPH = SmtpProfile(
    id=ProfileId("mailbox"),
    name="Invoices_Graph",
    server=GraphMailbox(
        user_name="svc-mail@northwind.example",
        tenant_id=GUID,
        client_id=GUID,
        password_ref=SecretRef("keyring:password"),
        client_secret_ref=SecretRef("keyring:client-secret"),
    ),
)
FACT = ServerFact(
    host="smtp.northwind.example",
    port=587,
    security=Security(
        mode=TlsMode.STARTTLS, version="TLSv1.3", certificate_valid_until=datetime(2027, 2, 3, 12, tzinfo=UTC)
    ),
)
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A person at the panel: finds parts by name, types, clicks and notes what the panel asks for."""

    def __init__(self, panel, qtbot):
        self.panel, self.qtbot = panel, qtbot
        self.saves, self.tests, self.deletes, self.closes, self.stops = [], [], [], [], []
        panel.save_requested.connect(self.saves.append)
        panel.test_requested.connect(self.tests.append)
        panel.delete_requested.connect(self.deletes.append)
        panel.close_requested.connect(lambda: self.closes.append(True))
        panel.stop_waiting_requested.connect(lambda: self.stops.append(True))

    def part(self, name):
        found = self.panel.findChild(QWidget, name)
        assert found is not None, name
        return found

    def enter(self, name, typed):
        part = self.part(name)
        part.setFocus()
        self.qtbot.keyClick(part, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClick(part, Qt.Key.Key_Backspace)
        self.qtbot.keyClicks(part, typed)

    def click(self, name):
        part = self.part(name)
        if isinstance(part, QCheckBox):
            part.setFocus()
            self.qtbot.keyClick(part, Qt.Key.Key_Space)
        else:
            self.qtbot.mouseClick(part, LEFT)

    def choose(self, name, label):
        box = self.part(name)
        step = Qt.Key.Key_Down if box.findText(label) > box.currentIndex() else Qt.Key.Key_Up
        while box.currentText() != label:
            self.qtbot.keyClick(box, step)

    def resize(self, width, height):
        """The panel and what is in it have got the size."""
        self.panel.resize(width, height)
        scroll = self.panel.findChild(QScrollArea)
        self.qtbot.waitUntil(lambda: scroll.width() <= width and scroll.height() <= height)

    def errors(self):
        """What stands beside the fields, as far as it is seen."""
        labels = self.panel.findChildren(QLabel)
        return {
            label.objectName().removesuffix("Error"): label.text()
            for label in labels
            if label.objectName().endswith("Error") and label.isVisible()
        }

    def hint(self, field):
        label = self.part(f"{field}Hint")
        return label.text() if label.isVisible() else ""

    def sees(self, name):
        return self.part(name).isVisible()


@pytest.fixture
def hand(qtbot):
    panel = SmtpPanel()
    qtbot.addWidget(panel)
    panel.resize(404, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return Hand(panel, qtbot)


def fill_generic(hand):
    hand.enter("nameField", "Relay")
    hand.enter("hostNameField", "smtp.northwind.example")
    hand.enter("userNameField", "svc@northwind.example")
    hand.enter("passwordField", "pa ss")


def test_create_starts_with_the_defaults_of_the_specification(hand):
    hand.panel.start_create(is_default=True)
    draft = hand.panel.draft()
    assert (draft.type, draft.smtp_port, draft.tls, draft.auth_required) == (ProfileType.GENERIC, "587", True, True)
    assert draft.is_default
    assert draft.password is None
    assert hand.panel.profile_id is None
    assert hand.part("saveButton").text() == "Create"
    assert hand.sees("cancelButton")
    assert not hand.sees("deleteButton")
    assert not hand.panel.is_changed()


def test_every_missing_field_is_refused_at_once_and_nothing_is_asked_for(hand):
    hand.click("saveButton")
    assert hand.errors() == {
        "name": "Enter a name.",
        "hostName": "Enter the server's host name or IP address.",
        "userName": "Enter the user name, or switch off Auth Required.",
        "password": "Enter the password.",
    }
    assert hand.saves == []
    assert hand.part("nameField").hasFocus()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "two words", "Use letters, digits and underscore only."),
        ("name", "x" * 51, "Shorten it by 1"),
        ("fromAddress", "nobody", "This is not an email address"),
        ("hostName", "smtp_.exa mple", "This is not a host name"),
        ("smtpPort", "0", "A port is a whole number from 1 to 65535."),
        ("smtpPort", "65536", "A port is a whole number from 1 to 65535."),
        ("smtpPort", "", "Enter the port"),
        ("smtpPort", "smtp", "A port is a whole number"),
        ("signature", "x" * 251, "Shorten it by 1"),
        ("description", "x" * 1001, "Shorten it by 1"),
    ],
)
def test_refused_content_stays_and_says_why_beside_itself(hand, field, typed, said):
    fill_generic(hand)
    part = hand.part(f"{field}Field")
    if len(typed) > 200:
        part.setPlainText(typed)
    else:
        hand.enter(f"{field}Field", typed)
    hand.click("saveButton")
    assert list(hand.errors()) == [field]
    assert said in hand.errors()[field]
    assert part.property("invalid") is True
    assert said in part.accessibleDescription()
    assert (part.text() if isinstance(part, QLineEdit) else part.toPlainText()) == typed
    assert hand.saves == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("userName", "svc-mail", "Enter the mailbox's email address"),
        ("tenantId", "not a tenant", "tenant"),
        ("clientId", "123", "A client id looks like"),
        ("clientSecret", "", "Enter the client secret's value."),
        ("password", "", "Enter the password."),
    ],
)
def test_refused_content_of_a_mailbox(hand, field, typed, said):
    fill_graph(hand)
    hand.enter(f"{field}Field", typed)
    hand.click("saveButton")
    assert list(hand.errors()) == [field]
    assert said in hand.errors()[field]
    assert hand.saves == []


def fill_graph(hand):
    hand.choose("typeField", "MS Graph API")
    hand.enter("nameField", "Invoices")
    hand.enter("userNameField", "svc-mail@northwind.example")
    hand.enter("passwordField", "pw")
    hand.enter("tenantIdField", GUID)
    hand.enter("clientIdField", GUID)
    hand.enter("clientSecretField", "secret")


def test_what_holds_is_asked_to_be_created(hand):
    fill_generic(hand)
    hand.enter("smtpPortField", "2525")
    hand.click("tlsBox")
    hand.enter("descriptionField", "For night jobs")
    hand.click("saveButton")
    (request,) = hand.saves
    assert isinstance(request, SaveRequest)
    assert request.profile_id is None
    assert request.draft == hand.panel.draft()
    assert (request.draft.name, request.draft.smtp_port, request.draft.tls) == ("Relay", "2525", False)
    assert request.draft.description == "For night jobs"
    assert request.draft.password == Secret("pa ss")
    assert hand.errors() == {}


def test_mailbox_that_holds_is_asked_to_be_created(hand):
    fill_graph(hand)
    hand.choose("signInField", "App only")
    hand.click("saveButton")
    (request,) = hand.saves
    assert request.draft.type is ProfileType.GRAPH
    assert request.draft.sign_in is SignIn.APP_ONLY
    assert request.draft.client_secret == Secret("secret")


def test_enter_in_a_line_saves(hand):
    fill_generic(hand)
    hand.qtbot.keyClick(hand.part("hostNameField"), Qt.Key.Key_Return)
    assert len(hand.saves) == 1


def test_enter_in_the_signature_is_a_new_line(hand):
    fill_generic(hand)
    hand.enter("signatureField", "one")
    hand.qtbot.keyClick(hand.part("signatureField"), Qt.Key.Key_Return)
    assert hand.saves == []
    assert hand.panel.draft().signature == "one\n"


def test_app_password_is_taken_without_its_blanks(hand):
    fill_generic(hand)
    hand.enter("passwordField", "abcd efgh ijkl mnop")
    hand.click("saveButton")
    assert hand.saves[0].draft.password == Secret("abcdefghijklmnop")


def test_an_error_goes_when_its_field_is_edited_and_the_others_stay(hand):
    hand.click("saveButton")
    hand.enter("hostNameField", "s")
    assert list(hand.errors()) == ["name", "userName", "password"]


def test_an_error_goes_when_another_field_makes_it_needless(hand):
    fill_generic(hand)
    hand.enter("userNameField", "apikey")
    hand.click("saveButton")
    assert list(hand.errors()) == ["fromAddress"]
    hand.enter("userNameField", "svc@northwind.example")
    assert hand.errors() == {}


def test_error_of_the_service_goes_only_with_its_own_field(hand):
    fill_generic(hand)
    hand.panel.show_errors((FieldError(field="name", message=text("{name} is taken.", name="Relay")),))
    hand.enter("hostNameField", "smtp.other.example")
    assert hand.errors() == {"name": "Relay is taken."}
    hand.enter("nameField", "Relay_2")
    assert hand.errors() == {}


def test_error_below_the_fold_is_scrolled_to(hand):
    hand.resize(404, 420)
    hand.panel.show_errors((FieldError(field="description", message=text("Too long.")),))
    assert hand.part("descriptionField").hasFocus()
    viewport = hand.panel.findChild(QScrollArea).viewport()
    label = hand.part("descriptionError")
    bottom = label.mapTo(viewport, label.rect().bottomLeft()).y()
    assert 0 <= bottom <= viewport.height()


def test_error_in_the_folded_part_unfolds_it(hand):
    hand.panel.show_errors((FieldError(field="envelope_sender", message=text("Not this one.")),))
    assert hand.errors() == {"envelopeSender": "Not this one."}


def test_error_of_no_field_is_the_note(hand):
    hand.panel.show_errors((FieldError(field="trusted_ca_pem", message=text("Not a certificate.")),))
    assert hand.sees("panelNote")
    assert hand.part("panelNote").text() == "Not a certificate."
    hand.panel.show_note("")
    assert not hand.sees("panelNote")


def test_type_shows_its_own_fields(hand):
    server = ("hostNameField", "smtpPortField", "tlsBox", "authRequiredBox", "advancedButton")
    graph = ("signInField", "tenantIdField", "clientIdField", "clientSecretField")
    assert all(map(hand.sees, server))
    assert not any(map(hand.sees, graph))
    hand.choose("typeField", "MS Graph API")
    assert not any(map(hand.sees, server))
    assert all(map(hand.sees, graph))
    assert hand.sees("userNameField")
    hand.choose("signInField", "App only")
    assert not hand.sees("passwordField")
    assert hand.sees("userNameField")


def test_without_sign_in_there_is_no_user_and_a_from_address_is_required(hand):
    fill_generic(hand)
    hand.click("authRequiredBox")
    assert not hand.sees("userNameField")
    assert not hand.sees("passwordField")
    assert not hand.sees("advancedButton")
    hand.click("saveButton")
    assert list(hand.errors()) == ["fromAddress"]
    hand.enter("fromAddressField", "Plant Floor <mes@plant.local>")
    hand.click("saveButton")
    assert len(hand.saves) == 1


@pytest.mark.parametrize(
    ("field", "typed", "counter"),
    [("name", "Relay", "5 / 50"), ("signature", "a b", "3 / 250"), ("description", "", "0 / 1000")],
)
def test_counters(hand, field, typed, counter):
    hand.enter(f"{field}Field", typed)
    assert hand.part(f"{field}Counter").text() == counter


def test_envelope_sender_is_under_advanced(hand):
    assert not hand.sees("envelopeSenderField")
    hand.click("advancedButton")
    assert hand.sees("envelopeSenderField")
    hand.choose("envelopeSenderField", "From Address")
    assert hand.panel.draft().envelope_sender is EnvelopeSender.FROM


def test_edit_shows_what_is_stored_and_never_the_secret(hand):
    hand.panel.start_edit(GENERIC, FACT)
    assert hand.part("nameField").text() == "Corporate_Relay"
    assert hand.part("hostNameField").text() == "smtp.northwind.example"
    assert hand.part("isDefaultBox").isChecked()
    assert hand.part("passwordField").text() == ""
    assert hand.part("passwordField").isReadOnly()
    assert hand.part("saveButton").text() == "Save"
    assert hand.sees("deleteButton")
    assert not hand.sees("cancelButton")
    assert not hand.panel.is_changed()


def test_edit_keeps_the_stored_secret_and_what_has_no_field(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Renamed")
    hand.click("saveButton")
    (request,) = hand.saves
    assert request.profile_id == "relay"
    assert request.draft.password is None
    assert request.draft.trusted_ca_pem == GENERIC.server.trusted_ca_pem


def test_replaced_secret_is_saved_and_keep_takes_it_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("passwordReplaceButton")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    assert hand.panel.is_changed()
    hand.click("saveButton")
    assert hand.saves[0].draft.password == Secret("new")
    hand.click("passwordReplaceButton")
    assert not hand.panel.is_changed()
    assert hand.panel.draft().password is None


def test_another_host_asks_for_the_password_until_it_is_put_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("hostNameField", "smtp.other.example")
    assert not hand.part("passwordField").isReadOnly()
    assert hand.hint("password").startswith("Enter it again: the stored one was given for smtp.northwind.example")
    hand.click("saveButton")
    assert list(hand.errors()) == ["password"]
    assert hand.saves == []
    hand.enter("hostNameField", "SMTP.northwind.example.")
    assert hand.part("passwordField").isReadOnly()
    assert hand.hint("password") == ""
    assert hand.errors() == {}
    hand.click("saveButton")
    assert hand.saves[0].draft.password is None


def test_password_typed_for_another_host_stays_when_the_host_is_put_back(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("hostNameField", "smtp.other.example")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    assert hand.hint("password") == ""
    hand.enter("hostNameField", "smtp.northwind.example")
    assert hand.panel.draft().password == Secret("new")
    hand.click("passwordReplaceButton")
    assert hand.part("passwordField").isReadOnly()


def test_another_tenant_asks_for_both_secrets(hand):
    hand.panel.start_edit(GRAPH, None)
    assert hand.part("clientSecretField").isReadOnly()
    hand.enter("tenantIdField", "other.example")
    hand.click("saveButton")
    assert list(hand.errors()) == ["password", "clientSecret"]


def test_another_type_asks_for_the_password(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.choose("typeField", "MS Graph API")
    assert not hand.part("passwordField").isReadOnly()
    hand.choose("typeField", "Generic")
    assert hand.part("passwordField").isReadOnly()
    assert not hand.panel.is_changed()


def test_typed_secret_is_forgotten_when_the_panel_goes_on(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    hand.panel.start_edit(GRAPH, None)
    assert hand.part("passwordField").text() == ""
    assert hand.panel.draft().password is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Other"),
        ("fromAddress", "a@b.example"),
        ("hostName", "h.example"),
        ("smtpPort", "25"),
        ("userName", "u"),
        ("signature", "s"),
        ("description", "d"),
        ("password", "p"),
    ],
)
def test_typing_is_a_change(hand, field, typed):
    hand.panel.start_edit(GENERIC, None)
    hand.enter(f"{field}Field", typed)
    assert hand.panel.is_changed()


@pytest.mark.parametrize("box", ["isDefaultBox", "tlsBox", "authRequiredBox"])
def test_ticking_is_a_change_and_ticking_back_is_none(hand, box):
    hand.panel.start_edit(GENERIC, None)
    hand.click(box)
    assert hand.panel.is_changed()
    hand.click(box)
    assert not hand.panel.is_changed()


def test_typing_the_same_again_is_no_change(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Other")
    hand.enter("nameField", " Corporate_Relay ")
    assert not hand.panel.is_changed()


def test_refresh_shows_the_new_state_and_keeps_what_was_typed(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("descriptionField", "typed")
    hand.qtbot.keyClicks(hand.part("passwordField"), "new")
    hand.panel.refresh_stored(
        SmtpProfile(id=GENERIC.id, name="Renamed", server=GENERIC.server, from_address=GENERIC.from_address)
    )
    draft = hand.panel.draft()
    assert (draft.name, draft.is_default, draft.signature) == ("Renamed", False, "")
    assert draft.description == "typed"
    assert draft.password == Secret("new")
    assert hand.panel.is_changed()
    hand.enter("descriptionField", "")
    hand.click("passwordReplaceButton")
    assert not hand.panel.is_changed()


def test_refresh_of_another_smtp_is_ignored(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.panel.refresh_stored(GRAPH)
    assert hand.part("nameField").text() == "Corporate_Relay"


def test_from_hint_only_where_mail_is_sent_as_another_address(hand):
    said = "Recipients see this address; mail is sent as the user name."
    hand.panel.start_edit(GENERIC, None)
    assert hand.hint("fromAddress") == said
    hand.enter("fromAddressField", "Relay <relay-svc@northwind.example>")
    assert hand.hint("fromAddress") == ""
    hand.enter("fromAddressField", "no-reply@northwind.example")
    assert hand.hint("fromAddress") == said
    hand.click("advancedButton")
    hand.choose("envelopeSenderField", "From Address")
    assert hand.hint("fromAddress") == ""
    hand.choose("envelopeSenderField", "User Name")
    hand.enter("userNameField", "apikey")
    assert hand.hint("fromAddress") == ""


def test_tls_hint_tells_what_is_known_of_this_host_and_port(hand):
    said = "STARTTLS found on port 587 · certificate valid until 3 Feb 2027"
    hand.panel.start_edit(GENERIC, FACT)
    assert hand.hint("tls") == said
    hand.enter("smtpPortField", "465")
    assert hand.hint("tls") == ""
    hand.panel.set_server_fact(
        ServerFact(host=FACT.host, port=465, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.3"))
    )
    assert hand.hint("tls") == "TLS on connect found on port 465"
    hand.enter("hostNameField", "smtp.other.example")
    assert hand.hint("tls") == ""


def test_readable_password_is_warned_of_except_to_this_computer(hand):
    hand.panel.start_edit(GENERIC, FACT)
    hand.click("tlsBox")
    assert hand.hint("tls") == "Without TLS the password travels readable for everyone on the way."
    assert hand.part("tlsHint").property("role") == "warning"
    hand.enter("hostNameField", "localhost")
    assert hand.hint("tls") == ""


def test_user_name_that_is_no_address_gets_a_hint_and_no_error(hand):
    fill_generic(hand)
    hand.enter("userNameField", "apikey")
    hand.enter("fromAddressField", "news@northwind.example")
    assert "apikey" in hand.hint("userName")
    hand.click("saveButton")
    assert len(hand.saves) == 1


def test_secrets_say_where_they_are_kept(hand):
    hand.panel.set_secret_place("kept in an encrypted file")
    assert hand.sees("passwordNote")
    assert hand.part("passwordNote").text() == "kept in an encrypted file"


def test_test_takes_the_form_as_it_is(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("testButton")
    hand.enter("smtpPortField", "2525")
    hand.click("testButton")
    unchanged, changed = hand.tests
    assert isinstance(changed, TestRequest)
    assert (unchanged.profile_id, unchanged.changed) == ("relay", False)
    assert (changed.draft.smtp_port, changed.changed) == ("2525", True)


def test_test_needs_no_name_while_creating_but_all_else(hand):
    hand.enter("hostNameField", "smtp.northwind.example")
    hand.click("testButton")
    assert list(hand.errors()) == ["userName", "password"]
    assert hand.tests == []
    hand.enter("userNameField", "svc@northwind.example")
    hand.enter("passwordField", "pw")
    hand.click("testButton")
    assert len(hand.tests) == 1


def test_mailbox_can_not_be_tested_yet_and_says_so(hand):
    hand.panel.start_edit(GRAPH, None)
    button = hand.part("testButton")
    assert not button.isEnabled()
    assert button.toolTip() == "Sending through MS Graph API comes with a later version."
    hand.choose("typeField", "Generic")
    assert button.isEnabled()
    assert button.toolTip() == ""


def test_delete_cancel_and_close_are_asked_for(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.click("deleteButton")
    assert hand.deletes == ["relay"]
    hand.click("closeButton")
    assert len(hand.closes) == 1
    hand.panel.start_create(is_default=False)
    hand.click("cancelButton")
    assert len(hand.closes) == 2


def test_while_busy_all_is_readable_and_only_waiting_can_be_stopped(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.enter("nameField", "Typed")
    hand.panel.set_busy("Saving")
    assert hand.part("panelProgress").text() == "Saving"
    assert hand.part("cancelButton").text() == "Stop waiting"
    assert not any(hand.part(name).isEnabled() for name in ("saveButton", "testButton", "closeButton"))
    assert not hand.sees("deleteButton")
    hand.qtbot.keyClicks(hand.part("nameField"), "more")
    hand.qtbot.keyClick(hand.part("nameField"), Qt.Key.Key_Return)
    assert hand.part("nameField").text() == "Typed"
    assert hand.saves == []
    hand.click("cancelButton")
    assert (len(hand.stops), hand.closes) == (1, [])
    hand.panel.set_idle()
    assert hand.part("nameField").hasFocus()
    assert hand.part("nameField").selectedText() == ""
    assert not hand.sees("panelProgress")
    assert hand.part("passwordField").isReadOnly()
    hand.qtbot.keyClicks(hand.part("nameField"), "More")
    assert hand.part("nameField").text() == "TypedMore"
    assert hand.part("saveButton").isEnabled()


def test_focus_is_on_the_way_out_while_busy_and_back_where_it_was_after(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("saveButton").setFocus()
    hand.panel.set_busy("Saving")
    assert hand.part("cancelButton").hasFocus()
    hand.panel.set_idle()
    assert hand.part("saveButton").hasFocus()


def test_busy_takes_no_focus_from_elsewhere_and_an_edit_in_between_is_none(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("nameField").setFocus()
    hand.part("nameField").clearFocus()
    hand.panel.set_busy("Saving")
    assert not hand.part("cancelButton").hasFocus()
    hand.panel.set_idle()
    assert not hand.panel.is_changed()


def test_first_field_can_be_given_the_cursor(hand):
    hand.panel.start_edit(GENERIC, None)
    hand.part("descriptionField").setFocus()
    hand.panel.focus_first_field()
    assert hand.part("nameField").hasFocus()


def test_every_control_is_named_as_its_label(hand):
    for editor in hand.panel.findChildren(QWidget):
        if not isinstance(editor, QLineEdit | QPlainTextEdit | QComboBox | QCheckBox | QPushButton | QToolButton):
            continue
        assert editor.accessibleName(), editor.objectName()
    for label in hand.panel.findChildren(QLabel):
        if label.buddy():
            assert label.buddy().accessibleName() == label.text()
    buddies = [label.buddy() for label in hand.panel.findChildren(QLabel) if label.buddy()]
    fields = [w for w in hand.panel.findChildren(QWidget) if w.objectName().endswith("Field")]
    assert set(fields) == set(buddies)


@pytest.mark.parametrize(
    ("profile", "stops"),
    [
        (
            GENERIC,
            "nameField typeField isDefaultBox fromAddressField hostNameField smtpPortField tlsBox authRequiredBox "
            "userNameField passwordField passwordReplaceButton signatureField descriptionField advancedButton "
            "deleteButton testButton saveButton",
        ),
        (
            GRAPH,
            "nameField typeField isDefaultBox fromAddressField signInField userNameField passwordField "
            "passwordReplaceButton tenantIdField clientIdField clientSecretField clientSecretReplaceButton "
            "signatureField descriptionField deleteButton saveButton",
        ),
    ],
)
def test_tab_goes_in_reading_order(hand, profile, stops):
    hand.panel.start_edit(profile, None)
    hand.panel.focus_first_field()
    seen = []
    for _ in stops.split():
        focused = hand.panel.focusWidget()
        seen.append(focused.objectName())
        hand.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == stops.split()


def test_footer_never_scrolls_away(hand):
    hand.resize(404, 420)
    bar = hand.panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    save = hand.part("saveButton")
    assert bar.maximum() > 0
    assert hand.panel.rect().contains(save.mapTo(hand.panel, save.rect().bottomRight()))


@pytest.mark.parametrize("profile", [GENERIC, GRAPH])
def test_nothing_sticks_out_at_the_least_width(hand, profile):
    hand.panel.start_edit(profile, FACT)
    hand.resize(340, 900)
    body = hand.panel.findChild(QScrollArea).widget()
    assert body.width() <= 340
    for field in hand.panel.findChildren(QWidget):
        if field.objectName().endswith(("Field", "Button", "Note", "Counter")) and field.isVisible():
            assert field.mapTo(hand.panel, field.rect().topRight()).x() < 340, field.objectName()


def test_a_request_never_shows_the_secret(hand):
    fill_generic(hand)
    hand.click("saveButton")
    assert "pa ss" not in repr(hand.saves)
