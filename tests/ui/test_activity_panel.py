"""The panel of an activity: fields, what it tells while it is typed, saving, and leaving it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QFileDialog, QLabel, QScrollArea, QWidget

from smtp_desktop.domain.activity import ActivityDraft
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.text import text
from smtp_desktop.ui.template_look import sample_value


def create(desk):
    """The panel is open and empty."""
    desk.section.create()
    desk.until(desk.panel.isVisible)


def fill(desk, name="Nightly_Report"):
    create(desk)
    desk.enter("nameField", name)
    desk.enter("toField", "ops@company.example")
    desk.enter("subjectField", "Report for {{ day }}")
    desk.enter("textBodyField", "{{ rows }} rows.")


def test_create_stores_every_field(desk):
    relay = desk.have_smtp("Relay", is_default=True)
    gmail = desk.have_smtp("Gmail")
    desk.open()
    fill(desk)
    desk.pick("smtpField", "Gmail")
    desk.pick("backupSmtpField", "Relay")
    desk.enter("ccField", "a@company.example")
    desk.enter("bccField", "b@company.example")
    desk.show_tab("HTML")
    desk.enter("htmlBodyField", "<p>{{ rows }}</p>")
    desk.enter("attachmentsField", "/reports/{{ day }}.pdf")
    desk.enter("descriptionField", "Every night")
    desk.reach("enabledBox").setFocus()
    desk.press("Space")
    desk.click("saveButton", desk.panel)
    desk.until(lambda: desk.stored("Nightly_Report"))
    stored = desk.stored("Nightly_Report")
    assert (stored.smtp_id, stored.backup_id) == (gmail, relay)
    assert (stored.to, stored.cc, stored.bcc) == ("ops@company.example", "a@company.example", "b@company.example")
    assert (stored.subject, stored.text, stored.html) == (
        "Report for {{ day }}",
        "{{ rows }} rows.",
        "<p>{{ rows }}</p>",
    )
    assert (stored.attachments, stored.description, stored.enabled) == ("/reports/{{ day }}.pdf", "Every night", False)
    desk.until(lambda: desk.selected() == ["Nightly_Report"])
    desk.until(lambda: desk.field("saveButton").text() == "Save")
    assert not desk.section.panel.is_changed()


def test_edit_shows_and_saves(desk):
    desk.have("Nightly", html="<p>x</p>")
    desk.open()
    desk.open_card("Nightly")
    assert desk.field("textBodyField").toPlainText() == "All is well."
    desk.enter("nameField", "Weekly")
    desk.section.save()
    desk.until(lambda: desk.names() == ["Weekly"])
    assert desk.stored("Weekly").html == "<p>x</p>"


def test_every_refused_field_says_why_at_once(desk):
    desk.open()
    create(desk)
    desk.enter("nameField", "no blanks")
    desk.click("saveButton", desk.panel)
    desk.until(desk.errors)
    assert desk.errors().keys() == {"name", "to", "subject", "textBody"}
    assert desk.app.focusWidget().objectName() == "nameField"
    assert desk.field("toField").accessibleDescription() == desk.errors()["to"]
    # Either body is enough.
    desk.show_tab("HTML")
    desk.enter("htmlBodyField", "<p>x</p>")
    desk.show_tab("Text")
    assert "textBody" not in desk.errors()


def test_a_broken_template_is_told_beside_its_field_on_its_tab(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("HTML")
    desk.enter("htmlBodyField", "{{ day")
    desk.show_tab("Text")
    desk.click("saveButton", desk.panel)
    desk.until(lambda: "htmlBody" in desk.errors())
    assert desk.app.focusWidget().objectName() == "htmlBodyField"
    assert desk.stored("Nightly").html == ""


def test_a_taken_name_is_refused(desk):
    desk.have("Taken")
    desk.open()
    fill(desk, "taken")
    desk.click("saveButton", desk.panel)
    desk.until(lambda: desk.errors() == {"name": "Another activity has this name."})


def test_the_backup_must_be_another_one(desk):
    desk.have_smtp("Relay")
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.pick("smtpField", "Relay")
    desk.pick("backupSmtpField", "Relay")
    desk.click("saveButton", desk.panel)
    desk.until(lambda: "backupSmtp" in desk.errors())
    desk.pick("smtpField", "Default SMTP (none yet)")
    assert "backupSmtp" not in desk.errors()


def test_an_unwritable_store_is_told_and_loses_nothing(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("subjectField", "Typed")
    desk.store.failure = StoreError(text("The disk is full."))
    desk.click("saveButton", desk.panel)
    desk.until(lambda: desk.words("panelNote") == "The disk is full.")
    desk.store.failure = None
    assert desk.field("subjectField").text() == "Typed"
    desk.click("saveButton", desk.panel)
    desk.until(lambda: desk.stored("Nightly").subject == "Typed")


def test_smtp_choices_begin_with_the_default_by_name(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.have_smtp("Alpha")
    desk.open()
    create(desk)
    box, backup = desk.field("smtpField"), desk.field("backupSmtpField")
    assert [box.itemText(row) for row in range(box.count())] == ["Default SMTP (Relay)", "Relay", "Alpha"]
    assert [backup.itemText(row) for row in range(backup.count())] == ["None", "Relay", "Alpha"]


def test_the_hint_says_which_smtp_is_used_now_also_for_what_is_not_saved(desk):
    relay = desk.have_smtp("Relay", is_default=True)
    desk.have_smtp("Gmail")
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    assert desk.words("smtpHint") == "Now: Relay, the default SMTP."
    desk.pick("smtpField", "Relay")
    desk.until(lambda: desk.words("smtpHint") == "Now: Relay, as chosen here.")
    desk.pick("backupSmtpField", "Gmail")
    desk.have_hold(relay)
    desk.outbox_changed()
    desk.until(lambda: desk.words("smtpHint") == "Now: Gmail, the backup, while Relay is held up.")
    assert desk.stored("Nightly").smtp_id is None


def test_without_an_smtp_the_hint_warns(desk):
    desk.open()
    create(desk)
    desk.until(lambda: desk.words("smtpHint").startswith("No SMTP: "))
    assert desk.panel.findChild(QLabel, "smtpHint").property("role") == "warning"


def test_placeholders_are_listed_as_they_are_typed(desk):
    desk.open()
    fill(desk)
    desk.until(lambda: desk.words("placeholdersHint") == "Placeholders: day, rows")
    desk.enter("ccField", "{{ boss }}")
    desk.until(lambda: desk.words("placeholdersHint") == "Placeholders: boss, day, rows")


def test_the_command_names_every_placeholder_and_is_copied(desk):
    desk.open()
    fill(desk)
    desk.until(lambda: desk.field("scriptField").text() == "smtp-desktop trigger Nightly_Report -s day=… -s rows=…")
    desk.click(desk.reach("copyScriptButton"))
    assert desk.app.clipboard().text() == "smtp-desktop trigger Nightly_Report -s day=… -s rows=…"
    assert desk.field("copyScriptButton").text() == "Copied"


def test_the_preview_fills_in_samples_and_follows_them(desk):
    desk.have("Nightly", subject="Report for {{ day }}", text="{{ rows }} rows", html="<p>{{ rows }} <b>rows</b></p>")
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: "Report for day" in desk.words("previewHead"))
    assert desk.field("valueField_day").text() == "day"
    desk.enter("valueField_rows", "<i>12</i>")
    desk.until(lambda: desk.field("previewText").toPlainText() == "<i>12</i> rows")
    desk.show_tab("HTML", "previewTabs")
    # What a value holds is no markup.
    desk.until(lambda: desk.field("previewHtml").toPlainText() == "<i>12</i> rows")
    assert not desk.panel.is_changed()


def test_text_and_html_stand_side_by_side_where_there_is_room(desk):
    desk.have("Nightly", html="<p>x</p>")
    desk.open(panel_width=640)
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("previewHtml"))
    text_view, html_view = desk.field("previewText"), desk.field("previewHtml")
    desk.until(lambda: text_view.geometry().right() < html_view.geometry().left())
    assert not desk.visible("previewTabs")


def test_the_preview_says_what_is_wrong_in_its_place(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("textBodyField", "{{ day }")
    desk.show_tab("Preview")
    desk.until(lambda: desk.words("previewProblem"))
    assert not desk.visible("previewText")
    desk.show_tab("Text")
    desk.enter("textBodyField", "{{ day }}")
    desk.show_tab("Preview")
    desk.until(lambda: desk.field("previewText").toPlainText() == "day")
    assert not desk.words("previewProblem")


def test_the_body_is_previewed_before_there_is_a_recipient(desk):
    desk.open()
    create(desk)
    desk.enter("textBodyField", "Hello {{ name }}")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("previewText") and desk.field("previewText").toPlainText() == "Hello name")
    assert desk.words("previewProblem")


@pytest.mark.parametrize(
    ("to", "sample"),
    [
        ("{{ user }}", "user@example.com"),
        ("ops@company.example, {{user}}", "user@example.com"),
        ("{{ user }}@company.example", "user"),
        ("ops@company.example", "user"),
    ],
)
def test_a_sample_is_an_address_where_one_is_needed(to, sample):
    assert sample_value("user", ActivityDraft(to=to)) == sample


def test_files_are_added_line_by_line(desk, tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    for file in (one, two):
        file.write_text("x")
    desk.have("Nightly", attachments="/already/there.pdf")
    desk.open()
    desk.open_card("Nightly")
    desk.click(desk.reach("addFileButton"))
    dialog = desk.dialog("addFileDialog")
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(one), str(two)])
    dialog.reject()
    lines = desk.field("attachmentsField").toPlainText().splitlines()
    assert lines == ["/already/there.pdf", str(one), str(two)]
    desk.no_dialog("addFileDialog")
    desk.click("saveButton", desk.panel)
    desk.until(lambda: desk.stored("Nightly").attachments.splitlines() == lines)


def test_what_another_window_saves_is_shown_where_nobody_typed(desk):
    activity = desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("subjectField", "Typed here")
    desk.activities.save(
        activity.id,
        ActivityDraft(name="Nightly", to="new@company.example", subject="Saved there", text="All is well."),
    )
    desk.until(lambda: desk.field("toField").text() == "new@company.example")
    assert desk.field("subjectField").text() == "Typed here"


def test_tab_reaches_everything_in_reading_order(desk):
    desk.have("Nightly", subject="{{ day }}", html="<p>x</p>")
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("valueField_day") and desk.visible("previewText"))
    desk.field("nameField").setFocus()
    reached = ["nameField"]
    while reached[-1] != "saveButton" and len(reached) < 40:
        desk.press("Tab")
        reached.append(desk.app.focusWidget().objectName())
    assert reached == [
        "nameField",
        "smtpField",
        "backupSmtpField",
        "toField",
        "ccField",
        "bccField",
        "subjectField",
        "bodyTabs",
        "valueField_day",
        "previewTabs",
        "previewText",
        "attachmentsField",
        "addFileButton",
        "enabledBox",
        "descriptionField",
        "scriptField",
        "copyScriptButton",
        "deleteButton",
        "triggerButton",
        "saveButton",
    ]


def test_everything_that_takes_the_focus_has_a_name(desk):
    desk.have("Nightly", subject="{{ day }}", html="<p>x</p>")
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("valueField_day"))
    stops = [w for w in desk.panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert [w.objectName() for w in stops if not w.accessibleName()] == []


def under_scroll(widget):
    """Whether it is part of what scrolls by itself."""
    above = widget.parentWidget()
    while above and not isinstance(above, QAbstractScrollArea):
        above = above.parentWidget()
    return above is not None and above.objectName() != ""


@pytest.mark.parametrize("width", [340, 404])
def test_nothing_is_wider_than_the_panel(desk, width):
    desk.have_smtp("W" * 50, is_default=True)
    desk.have("N" * 50, subject="{{ " + "p" * 60 + " }}", html="<p>x</p>")
    desk.open(panel_width=width)
    desk.open_card("N" * 50)
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("previewTabs"))
    body = desk.panel.findChild(QScrollArea).widget()
    assert body.width() <= width
    parts = [w for w in body.findChildren(QWidget) if w.isVisible() and w.parentWidget().isVisible()]
    assert [w for w in parts if w.mapTo(body, w.rect().topRight()).x() >= width and not under_scroll(w)] == []


def leave_by_card(desk):
    desk.click_card("Other")


def leave_by_create(desk):
    desk.section.create()


def leave_by_close(desk):
    desk.click("closeButton", desk.panel)


def arrived(desk, way):
    if way is leave_by_card:
        return desk.panel.isVisible() and desk.field("nameField").text() == "Other"
    if way is leave_by_create:
        return desk.field("saveButton").text() == "Create"
    return not desk.panel.isVisible()


ways = pytest.mark.parametrize("way", [leave_by_card, leave_by_create, leave_by_close], ids=lambda way: way.__name__)


@pytest.fixture
def changed(desk):
    desk.have("Nightly")
    desk.have("Other")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("subjectField", "Typed")
    return desk


@ways
def test_save_saves_and_goes_on(changed, way):
    way(changed)
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Nightly").subject == "Typed"


@ways
def test_discard_goes_on_and_saves_nothing(changed, way):
    way(changed)
    changed.click("discardButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Nightly").subject == "Report"


@ways
def test_cancel_stays_with_everything_typed(changed, way):
    way(changed)
    changed.click("cancelButton", changed.dialog("unsavedDialog"))
    changed.no_dialog("unsavedDialog")
    assert changed.field("subjectField").text() == "Typed"
    assert changed.selected() == ["Nightly"]
    assert changed.section.is_open


def test_what_cannot_be_saved_keeps_the_form(changed):
    changed.enter("subjectField", "")
    leave_by_card(changed)
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: "subject" in changed.errors())
    assert changed.field("nameField").text() == "Nightly"
    assert changed.selected() == ["Nightly"]
    # What was to follow does not follow a later save.
    changed.enter("subjectField", "Better")
    changed.click("saveButton", changed.panel)
    changed.until(lambda: changed.stored("Nightly").subject == "Better")
    changed.until(lambda: not changed.panel.is_changed())
    assert changed.field("nameField").text() == "Nightly"


def test_an_untouched_form_is_left_unasked(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    gone = []
    desk.section.leave(lambda: gone.append(True))
    assert gone == [True]
    desk.section.close_panel()
    assert not desk.panel.isVisible()


def test_a_list_that_is_open_stays_so_while_mails_come_and_go(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    box = desk.field("smtpField")
    box.showPopup()
    desk.until(lambda: box.view().isVisible())
    activity = desk.stored("Nightly")
    desk.outbox.trigger(activity.id, {})
    desk.until(lambda: desk.card("Nightly").status.startswith("Waiting"))
    assert box.view().isVisible()
    box.hidePopup()


def test_pictures_from_outside_are_told_of(desk):
    desk.have("Nightly", html='<p>x</p><img src="http://tracker.example/x.png">')
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.words("picturesHint"))
