"""The program without keyboard and pointer: each frequent job is done over AT-SPI alone, and its result is heard."""

import os
import subprocess
import sys

import pytest
from screen_reader import MISSING, PATIENCE_S, Desktop, Node, ScreenReader, until
from servers.smtp.mailserver import MailServer

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        "PYTEST_XDIST_WORKER" in os.environ, reason="one job after the other, in one window: run it alone"
    ),
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is how Linux does it"),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Reads the demo, which has a mail server of its own."""
    folder = tmp_path_factory.mktemp("desktop")
    with Desktop(folder) as desktop:
        environment = desktop.environment | {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": ":".join(path for path in sys.path if path),
        }
        command = [sys.executable, "-m", "smtp_desktop", "--demo"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as program:
            found = ScreenReader(desktop, "smtp-desktop")
            yield found
            died = program.poll()
            program.terminate()
            ended = program.wait(PATIENCE_S)
            found.close()
        assert (died, ended) == (None, 0)


@pytest.fixture
def window(reader):
    return reader.application()


def card(window: Node, name: str) -> Node:
    return window.find("list item", name)


def choose_in_menu(window: Node, name: str, entry: str) -> None:
    """Chooses an entry of the menu of that card."""
    window.press("list item", name, "ShowMenu")
    window.press("menu item", entry)


def close(window: Node, dialog: str) -> None:
    """Closes the dialog by its last button, and waits until it is gone."""
    window.find("dialog", dialog).all("push button")[-1].act()
    until(lambda: not window.all("dialog", dialog), f"the end of {dialog}")


def show(window: Node, page: str) -> None:
    tab = window.find("page tab", page)
    tab.act()
    until(lambda: "selected" in tab.states, page)


def test_an_smtp_is_created(window, reader):
    window.press("push button", "+ Create New")
    for name, text in (("Name", "By_Voice"), ("From Address", "me@local.test"), ("Host Name", "localhost")):
        window.find("text", name).write(text)
    needed = window.find("check box", "Auth Required")
    assert "checked" in needed.states
    assert window.find("text", "Name").description.startswith("Required.")
    needed.act("Toggle")
    window.press("push button", "Create")
    assert card(window, "By_Voice").name.startswith("By_Voice, ")


def test_what_is_wrong_in_a_form_is_heard(window, reader):
    window.press("list item", "By_Voice")
    port = window.find("text", "SMTP Port")
    port.write("no port")
    window.press("push button", "Save")
    until(lambda: port.description.startswith("Required. Invalid entry. "), "the error of the port")
    port.write("2525")
    window.press("push button", "Save")
    until(lambda: not port.description.startswith("Required. Invalid"), "no error")


def test_an_smtp_is_tested_and_the_result_is_heard(window, reader):
    choose_in_menu(window, "HR_Letters", "Test")
    dialog = window.find("dialog", "Test HR_Letters")
    dialog.find("text").write("me@local.test")
    dialog.press("push button", "Ok")
    reader.until_heard("Test passed: the message was accepted by localhost")
    close(window, "Test passed")


def test_all_are_checked_and_the_summary_is_heard(window, reader):
    window.press("push button", "Check all")
    reader.until_heard(" failed")
    assert any(said.startswith("Checking ") for said in reader.heard)


def test_the_default_is_moved(window):
    choose_in_menu(window, "HR_Letters", "Set as default")
    card(window, "HR_Letters, Default")


def test_an_smtp_is_duplicated_with_a_new_password(window):
    choose_in_menu(window, "HR_Letters", "Duplicate")
    dialog = window.find("dialog", "Duplicate HR_Letters?")
    dialog.find("text", "Entity Password").write("another")
    dialog.press("push button", "Ok")
    card(window, "HR_Letters_copied")
    close(window, "Duplicated")


def test_a_password_is_replaced(window):
    window.press("list item", "HR_Letters_copied")
    window.press("push button", "Replace Password")
    window.find("text", "Password").write("a new one")
    window.press("push button", "Save")
    window.find("push button", "Replace Password")


def test_an_smtp_is_deleted_after_a_question(window):
    choose_in_menu(window, "HR_Letters_copied", "Delete")
    window.find("dialog", "Delete HR_Letters_copied?").find("push button", "Delete HR_Letters_copied").act()
    until(lambda: not window.all("list item", "HR_Letters_copied"), "one card less")


def test_a_row_of_a_table_is_opened(window):
    show(window, "Dates")
    table = window.find("table", "Dates")
    assert table.get("Table", "NColumns") == 5
    cell = table.find("cell", "Invoices_Graph")
    header, *_ = cell.call("TableCell", "GetColumnHeaderCells")[0]
    assert Node(cell.reader, *header).name == "SMTP"
    cell.act()
    until(lambda: "selected" in cell.states, "the row")


def test_why_a_card_is_red_is_read(window):
    show(window, "SMTP")
    window.press("list item", "Wrong_Password")
    window.find("label", "The server said")
    window.find("push button", "Test again")


def test_a_mail_is_triggered_and_sent_again(window, reader):
    show(window, "Activities")
    choose_in_menu(window, "Alert_High", "Trigger now")
    dialog = window.find("dialog", "Trigger Alert_High")
    for field in dialog.all("text"):
        field.write("7")
    dialog.press("push button", "Send")
    window.press("push button", "Show delivery")
    window.press("cell", "Sent by backup", "ShowMenu")
    window.press("menu item", "Send again")
    window.find("dialog", "Send it again?").press("push button", "Send again")
    until(lambda: not window.all("dialog", "Send it again?"), "the end of the question")


def test_an_activity_is_created(window):
    show(window, "Activities")
    window.press("push button", "+ Create New")
    for name, text in (
        ("Name", "By_Voice_Daily"),
        ("To", "ops@local.test"),
        ("Subject", "Done"),
        ("Body as text", "Well."),
    ):
        window.find("text", name).write(text)
    window.press("push button", "Create")
    card(window, "Nightly")


def test_another_sign_in_is_chosen(window):
    show(window, "SMTP")
    window.press("push button", "+ Create New")
    window.find("text", "Name").write("By_Token")
    window.find("text", "Host Name").write("smtp.gmail.com")
    window.press("radio button", "Browser (OAuth2)")
    window.find("push button", "Sign in…")
    window.find("text", "Client Id").write("1-a.apps.googleusercontent.com")
    window.press("push button", "Cancel")
    window.find("dialog").press("push button", "Discard")


def test_a_message_in_the_local_inbox_is_read(window):
    show(window, "Local inbox")
    cell = window.find("table", "Received messages").find("cell", "Test message from HR_Letters")
    cell.act()
    until(lambda: "selected" in cell.states, "the row")
    window.find("page tab", "Headers")


def test_smtps_are_imported_from_pasted_text(window, reader):
    show(window, "SMTP")
    window.press("push button", "Main menu")
    window.press("menu item", "Import…")
    dialog = window.find("dialog", "Import")
    dialog.press("push button", "Paste…")
    pasted = window.find("dialog", "Paste text")
    pasted.find("text", "Text").write("smtp://ops%40heard.example@heard.example:587\nsmtp://ops@left.example:587\n")
    pasted.press("push button", "Add")
    reader.until_heard("2 found. Import 2")
    table = dialog.find("table", "What was found")
    assert table.find("cell", "Needs a password. The file has no password")
    other = table.find("cell", "Left_example")
    assert "checked" in other.states
    other.act("Toggle")
    until(lambda: "checked" not in other.states, "no tick")
    table.find("cell", "Heard_example").act()
    asked = window.find("dialog", "Password for Heard_example")
    asked.find("text", "Password").write("s3cret")
    asked.press("push button", "Ok")
    table.find("cell", "Needs a password. Password entered")
    box = dialog.find("check box", "Check all imported")
    assert "checked" in box.states
    box.act("Toggle")
    dialog.press("push button", "Import 1")
    reader.until_heard("1 imported.")
    card(window, "Heard_example")
    choose_in_menu(window, "Heard_example", "Delete")
    close(window, "Delete Heard_example?")


@pytest.fixture(scope="module")
def floor(reader):
    """Ten SMTPs sign in at a server that wants a new password by now; it comes with the window."""
    window = reader.application()
    with MailServer(users={"mes": "a new one"}) as server:
        show(window, "SMTP")
        window.press("push button", "+ Create New")
        values = {"Name": "Floor", "From Address": "mes@local.test", "Host Name": server.host}
        signs_in = {"SMTP Port": str(server.port), "User Name": "mes", "Password": "the old one"}
        for name, text in (values | signs_in).items():
            window.find("text", name).write(text)
        window.find("check box", "SMTP TLS/SSL").act("Toggle")
        window.press("push button", "Create")
        window.find("text", "Search").write("Floor")
        until(lambda: len(cards_of(window)) == 1, "Floor")
        for count in range(2, 11):
            choose_in_menu(window, "Floor,", "Duplicate")
            dialog = window.find("dialog", "Duplicate Floor?")
            dialog.find("text", "Entity Password").write("the old one")
            dialog.press("push button", "Ok")
            close(window, "Duplicated")
            until(lambda count=count: len(cards_of(window)) == count, f"SMTP {count}")
        yield window, server


def cards_of(window: Node) -> list[Node]:
    """Returns all cards, also those to which one would have to scroll."""
    return window.find("list", "SMTPs").children


def select_all(window: Node) -> None:
    for item in cards_of(window):
        if "selected" not in item.states:
            item.act("Toggle")
    window.find("label", "10 selected")


def test_ten_passwords_are_replaced(floor, reader):
    window, server = floor
    select_all(window)
    window.press("push button", "Replace password…")
    dialog = window.find("dialog", "Replace the password")
    dialog.find("text", "New password").write("a new one")
    dialog.press("push button", "Replace")
    dialog.find("label", "10 of 10 done: 10 work")
    close(window, "Replace the password")
    assert [password for _, _, password in server.sign_ins] == ["a new one"] * 10


def test_ten_smtps_are_deleted_after_one_question(floor):
    window, _ = floor
    select_all(window)
    window.press("push button", "Delete")
    window.find("dialog", "Delete 10 SMTPs?").press("push button", "Delete 10 SMTPs")
    window.find("label", "Nothing found")
    window.find("text", "Search").write("")
    card(window, "HR_Letters")


def test_the_settings_are_opened_and_the_theme_chosen(window):
    window.press("push button", "Main menu")
    window.press("menu item", "Settings")
    combo = window.find("dialog", "Settings").find("combo box")
    entries = combo.children[0].children
    next(entry for entry in entries if entry.name == "More contrast, dark").act()
    until(lambda: combo.name == "More contrast, dark", "the theme")
    close(window, "Settings")
