"""The fields of forms, each by itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.ui.widgets.field import LabelledField, object_name
from smtp_desktop.ui.widgets.fields import BoxField, Choice, TextArea
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.secret_field import SecretEdit


def label_of(widget, name):
    return widget.findChild(QLabel, name)


@pytest.fixture
def field(qtbot):
    field = LabelledField("host_name", "Host Name", QLineEdit(), required=True, limit=5)
    qtbot.addWidget(field)
    field.show()
    return field


def test_object_names_are_camel_case_with_what_they_are():
    assert object_name("host_name", "Error") == "hostNameError"
    assert object_name("tls", "Box") == "tlsBox"


def test_text_of_the_domain_is_filled():
    assert shown(msg("At most {limit} fit.", limit=3)) == "At most 3 fit."


def test_label_names_its_editor(field):
    assert field.editor.objectName() == "hostNameField"
    assert field.editor.accessibleName() == "Host Name"
    assert label_of(field, "hostNameLabel").buddy() is field.editor


def test_error_replaces_the_hint_and_is_read_out(field):
    field.set_hint("As in smtp.example")
    field.set_error("Enter it.")
    assert label_of(field, "hostNameError").isVisible()
    assert label_of(field, "hostNameHint").isHidden()
    assert field.editor.accessibleDescription() == "Required. Invalid entry. Enter it."
    assert field.editor.property("invalid") is True


def test_typing_removes_the_error(field, qtbot):
    field.set_hint("As in smtp.example")
    field.set_error("Enter it.")
    with qtbot.waitSignal(field.edited):
        qtbot.keyClicks(field.editor, "m")
    assert label_of(field, "hostNameError").isHidden()
    assert label_of(field, "hostNameHint").isVisible()
    assert field.editor.accessibleDescription() == "Required. As in smtp.example"
    assert field.editor.property("invalid") is False


def test_counter_turns_at_the_limit_and_the_text_stays(field, qtbot):
    counter = label_of(field, "hostNameCounter")
    qtbot.keyClicks(field.editor, "12345")
    assert (counter.text(), counter.property("invalid")) == ("5 / 5", False)
    qtbot.keyClicks(field.editor, "6")
    assert (counter.text(), counter.property("invalid")) == ("6 / 5", True)
    assert field.editor.text() == "123456"


def test_counter_counts_code_points_and_not_utf_16(qtbot):
    area = TextArea(58)
    field = LabelledField("signature", "Signature", area, limit=250)
    qtbot.addWidget(field)
    area.setPlainText("😀𝒳é\n")
    assert label_of(field, "signatureCounter").text() == "4 / 250"


def test_error_text_is_never_markup(field):
    field.set_error("<b>bold</b>")
    assert label_of(field, "hostNameError").textFormat() == Qt.TextFormat.PlainText


def test_locked_line_can_be_read_but_not_written(field, qtbot):
    qtbot.keyClicks(field.editor, "abc")
    field.set_locked(True)
    qtbot.keyClicks(field.editor, "d")
    assert field.editor.text() == "abc"
    assert field.editor.isEnabled()


def test_box_says_its_hint_and_its_error(qtbot):
    field = BoxField("tls", "SMTP TLS/SSL")
    qtbot.addWidget(field)
    field.show()
    field.set_hint("found")
    field.set_error("wrong")
    assert label_of(field, "tlsError").text() == "wrong"
    assert label_of(field, "tlsHint").isHidden()
    assert field.box.accessibleDescription() == "Invalid entry. wrong"
    qtbot.keyClick(field.box, Qt.Key.Key_Space)
    assert label_of(field, "tlsError").isHidden()
    assert field.box.accessibleDescription() == "found"


def test_tab_leaves_a_text_area(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    area, after = TextArea(58), QLineEdit()
    layout.addWidget(area)
    layout.addWidget(after)
    window.show()
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert isinstance(area, QPlainTextEdit)
    assert window.focusWidget() is after
    assert area.toPlainText() == ""


def test_choice_gives_members_of_its_enum(qtbot):
    choice = Choice({SignIn.PASSWORD: "User name and password", SignIn.APP_ONLY: "App only"})
    qtbot.addWidget(choice)
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert choice.chosen is SignIn.APP_ONLY
    choice.choose(SignIn.PASSWORD)
    assert choice.currentText() == "User name and password"


@pytest.fixture
def secret_edit(qtbot):
    edit = SecretEdit("Password")
    qtbot.addWidget(edit)
    edit.resize(360, 34)
    edit.show()
    edit.setFocus()
    return edit


def test_nothing_typed_is_no_secret(secret_edit):
    assert secret_edit.secret is None


def test_what_is_typed_is_the_secret_with_its_white_space(secret_edit, qtbot):
    qtbot.keyClicks(secret_edit, " p w ")
    assert secret_edit.secret == Secret(" p w ")
    assert secret_edit.displayText() != " p w "


def test_app_password_loses_its_blanks(secret_edit, qtbot):
    qtbot.keyClicks(secret_edit, "abcd efgh ijkl mnop")
    assert secret_edit.secret == Secret("abcdefghijklmnop")


def test_eye_shows_and_hides_what_is_typed(secret_edit, qtbot):
    qtbot.keyClicks(secret_edit, "pw")
    qtbot.mouseClick(secret_edit.eye, Qt.MouseButton.LeftButton)
    assert secret_edit.displayText() == "pw"
    assert secret_edit.eye.accessibleName() == "Hide Password"
    qtbot.mouseClick(secret_edit.eye, Qt.MouseButton.LeftButton)
    assert "pw" not in secret_edit.displayText()
    assert secret_edit.eye.accessibleName() == "Show Password"


def test_stored_secret_is_dots_that_can_not_be_shown(secret_edit):
    secret_edit.reset(kept=True)
    assert secret_edit.text() == ""
    assert secret_edit.placeholderText() == "•" * 12
    assert secret_edit.isReadOnly()
    assert secret_edit.eye.isHidden()
    assert secret_edit.secret is None


def test_replace_empties_and_keep_restores(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    assert secret_edit.switch.text() == "Replace"
    qtbot.mouseClick(secret_edit.switch, Qt.MouseButton.LeftButton)
    assert secret_edit.hasFocus()
    qtbot.keyClicks(secret_edit, "new")
    assert secret_edit.secret == Secret("new")
    assert secret_edit.switch.text() == "Keep"
    with qtbot.waitSignal(secret_edit.state_changed):
        qtbot.mouseClick(secret_edit.switch, Qt.MouseButton.LeftButton)
    assert secret_edit.secret is None
    assert secret_edit.resting


def test_typing_into_a_stored_secret_replaces_it(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    qtbot.keyClicks(secret_edit, "n")
    assert secret_edit.secret == Secret("n")
    assert not secret_edit.resting


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Shift, Qt.Key.Key_Escape])
def test_keys_that_write_nothing_leave_a_stored_secret(secret_edit, qtbot, key):
    secret_edit.reset(kept=True)
    qtbot.keyClick(secret_edit, key)
    assert secret_edit.resting


def test_pasting_replaces_a_stored_secret(secret_edit, qtbot, qapp):
    qapp.clipboard().setText("pasted")
    secret_edit.reset(kept=True)
    qtbot.keyClick(secret_edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert secret_edit.secret == Secret("pasted")


def test_keep_leaves_nothing_for_undo(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    qtbot.keyClicks(secret_edit, "new")
    secret_edit.reset(kept=False)
    qtbot.mouseClick(secret_edit.eye, Qt.MouseButton.LeftButton)
    secret_edit.undo()
    assert secret_edit.text() == ""


def test_lost_secret_is_entered_and_comes_back_where_nothing_was_typed(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    secret_edit.set_kept(False)
    assert not secret_edit.isReadOnly()
    assert secret_edit.switch.isHidden()
    secret_edit.set_kept(True)
    assert secret_edit.resting


def test_typed_secret_outlives_the_return_of_the_stored_one(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    secret_edit.set_kept(False)
    qtbot.keyClicks(secret_edit, "new")
    secret_edit.set_kept(True)
    assert secret_edit.secret == Secret("new")
    assert secret_edit.switch.text() == "Keep"


def test_locked_secret_is_neither_typed_nor_replaced(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    secret_edit.set_locked(True)
    qtbot.keyClicks(secret_edit, "new")
    qtbot.mouseClick(secret_edit.switch, Qt.MouseButton.LeftButton)
    assert secret_edit.resting
    secret_edit.set_locked(False)
    qtbot.keyClicks(secret_edit, "new")
    assert secret_edit.secret == Secret("new")


def test_text_never_runs_under_the_buttons(secret_edit, qtbot):
    secret_edit.reset(kept=True)
    qtbot.keyClicks(secret_edit, "x")
    leftmost = min(secret_edit.eye.x(), secret_edit.switch.x())
    assert secret_edit.width() - secret_edit.textMargins().right() <= leftmost + 4
    assert secret_edit.eye.geometry().right() <= secret_edit.switch.geometry().left()
