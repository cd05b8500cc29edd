"""The panel of an activity: its fields, its hints while the user types, and saving."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel
from ui.driver import cells, tip_as_read

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.activity_edit import edit_of
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg


def test_create_stores_every_field(activities):
    relay = activities.have_smtp("Relay", is_default=True)
    gmail = activities.have_smtp("Gmail")
    activities.open()
    activities.fill()
    activities.pick("smtpField", "Gmail")
    activities.pick("backupSmtpField", "Relay")
    activities.enter("ccField", "a@company.example")
    activities.enter("bccField", "b@company.example")
    activities.show_tab("HTML")
    activities.enter("htmlBodyField", "<p>{{ rows }}</p>")
    activities.enter("attachmentsField", "/reports/{{ day }}.pdf")
    activities.enter("expireAfterField", "36h")
    activities.enter("descriptionField", "Every night")
    activities.reach("enabledBox").setFocus()
    activities.press("Space")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.stored("Nightly_Report"))
    stored = activities.stored("Nightly_Report")
    assert (stored.smtp_id, stored.backup_id) == (gmail, relay)
    assert (stored.to, stored.cc, stored.bcc) == ("ops@company.example", "a@company.example", "b@company.example")
    assert (stored.subject, stored.text, stored.html) == (
        "Report for {{ day }}",
        "{{ rows }} rows.",
        "<p>{{ rows }}</p>",
    )
    assert (stored.attachments, stored.description, stored.enabled) == ("/reports/{{ day }}.pdf", "Every night", False)
    assert stored.expire_after_s == 129_600
    activities.until(lambda: activities.selected() == ["Nightly_Report"])
    activities.until(lambda: activities.field("saveButton").text() == "Save")
    assert not activities.section.panel.is_changed()


def test_edit_shows_and_saves(activities):
    activities.have("Nightly", html="<p>x</p>")
    activities.open()
    activities.open_card("Nightly")
    assert activities.field("textBodyField").toPlainText() == "All is well."
    activities.enter("nameField", "Weekly")
    activities.section.save()
    activities.until(lambda: activities.names() == ["Weekly"])
    assert activities.stored("Weekly").html == "<p>x</p>"


def test_the_age_past_which_a_mail_is_not_sent_is_shown_and_left_to_the_settings_again(activities):
    activities.have("Nightly", expire_after_s=172_800)
    activities.open()
    activities.open_card("Nightly")
    field = activities.field("expireAfterField")
    assert (field.text(), field.placeholderText()) == ("2d", "As in Settings")
    activities.enter("expireAfterField", " 2 days ")
    assert not activities.section.panel.is_changed()
    activities.enter("expireAfterField", "soon")
    activities.section.save()
    activities.until(lambda: activities.errors().keys() == {"expireAfter"})
    assert field.text() == "soon"
    assert "12h or 2d" in field.accessibleDescription()
    activities.enter("expireAfterField", "")
    activities.section.save()
    activities.until(lambda: activities.stored("Nightly").expire_after_s is None)


def test_every_refused_field_says_why_at_once(activities):
    activities.open()
    activities.create()
    activities.enter("nameField", "no blanks")
    activities.click("saveButton", activities.panel)
    activities.until(activities.errors)
    assert activities.errors().keys() == {"name", "to", "subject", "textBody"}
    assert activities.app.focusWidget().objectName() == "nameField"
    assert (
        activities.field("toField").accessibleDescription() == f"Required. Invalid entry. {activities.errors()['to']}"
    )
    # Either body is enough.
    activities.show_tab("HTML")
    activities.enter("htmlBodyField", "<p>x</p>")
    activities.show_tab("Text")
    assert "textBody" not in activities.errors()


def test_a_broken_template_is_reported_beside_its_field_on_its_tab(activities):
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    activities.show_tab("HTML")
    activities.enter("htmlBodyField", "{{ day")
    activities.show_tab("Text")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: "htmlBody" in activities.errors())
    assert activities.app.focusWidget().objectName() == "htmlBodyField"
    assert activities.stored("Nightly").html == ""


def test_a_taken_name_is_refused(activities):
    activities.have("Taken")
    activities.open()
    activities.fill("taken")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.errors() == {"name": "Another activity already has this name."})


def test_the_backup_must_be_another_one(activities):
    activities.have_smtp("Relay")
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    activities.pick("smtpField", "Relay")
    activities.pick("backupSmtpField", "Relay")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: "backupSmtp" in activities.errors())
    activities.pick("smtpField", "Default SMTP (none yet)")
    assert "backupSmtp" not in activities.errors()


def test_an_unwritable_store_is_reported_and_nothing_is_lost(activities):
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    activities.enter("subjectField", "Typed")
    activities.store.failure = StoreError(msg("The disk is full."))
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.words("panelNote") == "The disk is full.")
    activities.store.failure = None
    assert activities.field("subjectField").text() == "Typed"
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.stored("Nightly").subject == "Typed")


def test_smtp_choices_begin_with_the_default_by_name(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.have_smtp("Alpha")
    activities.open()
    activities.create()
    box, backup = activities.field("smtpField"), activities.field("backupSmtpField")
    assert [box.itemText(row) for row in range(box.count())] == ["Default SMTP (Relay)", "Relay", "Alpha"]
    assert [backup.itemText(row) for row in range(backup.count())] == ["None", "Relay", "Alpha"]


def test_the_hint_says_which_smtp_is_used_now_also_for_what_is_not_saved(activities):
    relay = activities.have_smtp("Relay", is_default=True)
    activities.have_smtp("Gmail")
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    assert activities.words("smtpHint") == "Now: Relay, the default SMTP."
    activities.pick("smtpField", "Relay")
    activities.until(lambda: activities.words("smtpHint") == "Now: Relay, as set for this activity.")
    activities.pick("backupSmtpField", "Gmail")
    activities.have_hold(relay)
    activities.outbox_changed()
    activities.until(lambda: activities.words("smtpHint") == "Now: Gmail, the backup, while Relay is on hold.")
    assert activities.stored("Nightly").smtp_id is None


def test_without_an_smtp_the_hint_warns(activities):
    activities.open()
    activities.create()
    activities.until(lambda: activities.words("smtpHint").startswith("No SMTP, and no default."))
    assert activities.panel.findChild(QLabel, "smtpHint").property("role") == "warning"


def test_placeholders_are_listed_as_they_are_typed(activities):
    activities.open()
    activities.fill()
    activities.until(lambda: activities.words("placeholdersHint") == "Placeholders: day, rows")
    activities.enter("ccField", "{{ boss }}")
    activities.until(lambda: activities.words("placeholdersHint") == "Placeholders: boss, day, rows")


def test_the_command_names_every_placeholder_and_is_copied(activities):
    activities.open()
    activities.fill()
    activities.until(
        lambda: activities.field("scriptField").text() == "smtp-desktop trigger Nightly_Report -s day=… -s rows=…"
    )
    activities.click(activities.reach("copyScriptButton"))
    assert activities.app.clipboard().text() == "smtp-desktop trigger Nightly_Report -s day=… -s rows=…"
    assert activities.field("copyScriptButton").text() == "Copied"


def test_files_are_added_line_by_line(activities, tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    for file in (one, two):
        file.write_text("x")
    activities.have("Nightly", attachments="/already/there.pdf")
    activities.open()
    activities.open_card("Nightly")
    activities.click(activities.reach("addFileButton"))
    dialog = activities.dialog("addFileDialog")
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(one), str(two)])
    dialog.reject()
    lines = ["/already/there.pdf", str(one), str(two)]
    activities.no_dialog("addFileDialog")
    listed = activities.field("attachmentsList").model()
    activities.until(
        lambda: cells(listed, 0) == ["there.pdf  ·  file not found", "one.txt  ·  1 bytes", "two.txt  ·  1 bytes"]
    )
    assert tip_as_read(listed.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)) == str(one)
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.stored("Nightly").attachments.splitlines() == lines)


def test_paths_are_typed_and_removed(activities):
    activities.have("Nightly", attachments="/a.pdf\n/b.pdf")
    activities.open()
    activities.open_card("Nightly")
    activities.enter("attachmentsField", "/reports/{{ day }}.pdf")
    activities.press("Return")
    listed = activities.field("attachmentsList")
    assert cells(listed.model(), 0)[2] == "{{ day }}.pdf  ·  set by its placeholders"
    assert activities.field("attachmentsField").text() == ""
    assert not activities.visible("removeFileButton", activities.panel)
    listed.setCurrentIndex(listed.model().index(0, 0))
    activities.click("removeFileButton", activities.panel)
    assert listed.hasFocus()
    listed.setCurrentIndex(listed.model().index(0, 0))
    activities.press("Del")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: activities.stored("Nightly").attachments == "/reports/{{ day }}.pdf")


def test_files_are_dropped_onto_the_list(activities, tmp_path):
    activities.have("Nightly", attachments="/a.pdf")
    activities.open()
    activities.open_card("Nightly")
    view = activities.reach("attachmentsList").viewport()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.txt")), QUrl("https://x.example/y")])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    activities.app.sendEvent(view, enter)
    assert enter.isAccepted()
    activities.app.sendEvent(view, QDropEvent(QPointF(5, 5), copy, data, left, none))
    assert activities.section.panel.draft().attachments == f"/a.pdf\n{tmp_path / 'one.txt'}"
    assert activities.section.panel.is_changed()


def test_a_save_comes_back_once_as_its_event(activities):
    nightly = activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    changed, shown = [], []
    activities.section._cards.activity_changed.connect(changed.append)
    show_saved = activities.panel.show_saved
    activities.panel.show_saved = lambda activity: (shown.append(activity), show_saved(activity))
    activities.enter("nameField", "Weekly")
    activities.click("saveButton", activities.panel)
    activities.until(lambda: not activities.panel.is_changed())
    assert changed == [nightly.id]
    assert shown == [activities.stored("Weekly")]


def test_what_another_window_saves_is_shown_where_nobody_typed(activities):
    activity = activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    activities.enter("subjectField", "Typed here")
    draft = ActivityDraft(name="Nightly", to="new@company.example", subject="Saved there", text="All is well.")
    activities.service.save(activity.id, edit_of(activity, draft))
    activities.until(lambda: activities.field("toField").text() == "new@company.example")
    assert activities.field("subjectField").text() == "Typed here"


def test_a_list_that_is_open_stays_so_while_mails_come_and_go(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    box = activities.field("smtpField")
    box.showPopup()
    activities.until(lambda: box.view().isVisible())
    activity = activities.stored("Nightly")
    activities.outbox.trigger(activity.id, {})
    activities.until(lambda: activities.card("Nightly").status.startswith("Waiting"))
    assert box.view().isVisible()
    box.hidePopup()
