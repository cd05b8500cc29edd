"""The panel of an activity: fields, what it tells while it is typed, and saving."""

from activity_panel_hand import create, fill
from PySide6.QtWidgets import QFileDialog, QLabel

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg


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
    desk.store.failure = StoreError(msg("The disk is full."))
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
