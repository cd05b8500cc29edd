"""Triggering an activity from the window."""

from PySide6.QtCore import QThread

from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.ui.activities import template_look


def queued(desk):
    """The letters in the outbox."""
    return [desk.outbox_store.message(each.id) for each in desk.outbox.page(DeliveryFilter())]


def ready(desk, **changes):
    desk.have_smtp("Relay", is_default=True)
    values = {"subject": "Report for {{ day }}", "text": "{{ rows }} rows", "html": "<p>{{ rows }}</p>"}
    desk.have("Nightly", **values | changes)
    desk.open()


def trigger(desk):
    desk.choose("Nightly", "triggerAction")
    return desk.dialog("triggerDialog")


def test_the_values_make_a_mail_in_the_outbox(desk):
    ready(desk)
    dialog = trigger(desk)
    assert desk.app.focusWidget().objectName() == "valueField_day"
    assert desk.field_texts(dialog) == {"day": "", "rows": ""}
    desk.until(lambda: desk.words("routeText", dialog) == "Now: Relay, the default SMTP.")
    desk.enter("valueField_day", "Monday", dialog)
    desk.enter("valueField_rows", "<12>", dialog)
    desk.until(lambda: "Subject: Report for Monday" in desk.words("previewHead", dialog))
    assert desk.part("previewHtml", dialog).toPlainText() == "<12>"
    desk.press("Return")
    dialog = desk.dialog("messageDialog")
    assert dialog.windowTitle() == "Queued: it is delivered now"
    assert not desk.visible("triggerDialog")
    (message,) = queued(desk)
    assert isinstance(message, TemplateMessage)
    assert (message.subject, message.text, message.html) == ("Report for Monday", "<12> rows", "<p>&lt;12&gt;</p>")
    desk.click("okButton", dialog)
    assert desk.asked_for == []
    desk.until(lambda: desk.card("Nightly").status.startswith("Waiting"))


def test_the_message_leads_to_the_deliveries(desk):
    ready(desk, subject="Report", text="x", html="")
    dialog = trigger(desk)
    desk.click("okButton", dialog)
    desk.click("showDeliveriesButton", desk.dialog("messageDialog"))
    assert desk.asked_for == [desk.stored("Nightly").id]


def test_missing_values_are_told_beside_their_fields(desk):
    ready(desk)
    dialog = trigger(desk)
    desk.until(lambda: desk.words("previewProblem", dialog).endswith("day, rows"))
    desk.enter("valueField_day", "Monday", dialog)
    desk.click("okButton", dialog)
    desk.until(lambda: desk.words("valueError_rows", dialog))
    assert not desk.words("valueError_day", dialog)
    assert desk.app.focusWidget().objectName() == "valueField_rows"
    assert queued(desk) == []
    desk.enter("valueField_rows", "3", dialog)
    assert not desk.words("valueError_rows", dialog)
    desk.click("okButton", dialog)
    desk.dialog("messageDialog")
    assert len(queued(desk)) == 1


def test_a_value_that_is_no_recipient_is_told(desk):
    ready(desk, to="{{ customer }}", subject="x", text="y", html="")
    dialog = trigger(desk)
    desk.enter("valueField_customer", "nobody", dialog)
    desk.until(lambda: "nobody" in desk.words("previewProblem", dialog))
    desk.click("okButton", dialog)
    desk.until(lambda: "nobody" in desk.words("triggerState", dialog))
    assert queued(desk) == []
    desk.enter("valueField_customer", "somebody@company.example", dialog)
    desk.click("okButton", dialog)
    desk.dialog("messageDialog")
    assert [address.spec for message in queued(desk) for address in message.to] == ["somebody@company.example"]


def test_a_missing_file_is_told(desk):
    ready(desk, subject="x", text="y", html="", attachments="/there/is/no/such.pdf")
    dialog = trigger(desk)
    desk.click("okButton", dialog)
    desk.until(lambda: "such.pdf" in desk.words("triggerState", dialog))
    assert queued(desk) == []


def test_without_an_smtp_nothing_is_queued(desk):
    desk.have("Nightly")
    desk.open()
    dialog = trigger(desk)
    desk.click("okButton", dialog)
    desk.until(lambda: desk.words("triggerState", dialog))
    assert queued(desk) == []


def test_cancel_queues_nothing(desk):
    ready(desk)
    dialog = trigger(desk)
    desk.click("cancelButton", dialog)
    desk.no_dialog("triggerDialog")
    assert queued(desk) == []


def test_the_panel_triggers_what_is_stored(desk):
    ready(desk, subject="x", text="y", html="")
    desk.open_card("Nightly")
    desk.section.trigger_current()
    desk.click("okButton", desk.dialog("triggerDialog"))
    desk.dialog("messageDialog")
    assert len(queued(desk)) == 1


def test_an_edited_form_is_saved_first_if_wanted(desk):
    ready(desk, subject="Before", text="y", html="")
    desk.open_card("Nightly")
    desk.enter("subjectField", "After")
    desk.click("triggerButton", desk.panel)
    desk.click("okButton", desk.dialog("saveFirstDialog"))
    desk.click("okButton", desk.dialog("triggerDialog"))
    desk.dialog("messageDialog")
    assert [message.subject for message in queued(desk)] == ["After"]
    assert desk.stored("Nightly").subject == "After"


def test_or_the_stored_one_is_triggered(desk):
    ready(desk, subject="Before", text="y", html="")
    desk.open_card("Nightly")
    desk.enter("subjectField", "After")
    desk.click("triggerButton", desk.panel)
    desk.click("triggerStoredButton", desk.dialog("saveFirstDialog"))
    desk.click("okButton", desk.dialog("triggerDialog"))
    desk.dialog("messageDialog")
    assert [message.subject for message in queued(desk)] == ["Before"]
    assert desk.field("subjectField").text() == "After"


def test_or_nothing_is(desk):
    ready(desk, subject="Before", text="y", html="")
    desk.open_card("Nightly")
    desk.enter("subjectField", "After")
    desk.click("triggerButton", desk.panel)
    desk.click("cancelButton", desk.dialog("saveFirstDialog"))
    desk.no_dialog("saveFirstDialog")
    assert not desk.visible("triggerDialog")
    assert queued(desk) == []


def test_a_new_activity_is_created_first(desk):
    desk.have_smtp("Relay", is_default=True)
    desk.open()
    desk.section.create()
    for name, typed in (("name", "Fresh"), ("to", "a@b.example"), ("subject", "s"), ("textBody", "t")):
        desk.enter(f"{name}Field", typed)
    desk.click("triggerButton", desk.panel)
    dialog = desk.dialog("saveFirstDialog")
    assert not desk.visible("triggerStoredButton", dialog)
    desk.click("okButton", dialog)
    desk.click("okButton", desk.dialog("triggerDialog"))
    desk.dialog("messageDialog")
    assert [message.subject for message in queued(desk)] == ["s"]


def test_what_cannot_be_saved_is_not_triggered(desk):
    ready(desk)
    desk.open_card("Nightly")
    desk.enter("subjectField", "")
    desk.click("triggerButton", desk.panel)
    desk.click("okButton", desk.dialog("saveFirstDialog"))
    desk.until(lambda: "subject" in desk.errors())
    assert not desk.visible("triggerDialog")


def test_what_is_switched_off_is_not_triggered(desk):
    ready(desk, enabled=False)
    desk.open_card("Nightly")
    desk.click("triggerButton", desk.panel)
    dialog = desk.dialog("messageDialog")
    assert desk.words("messageText", dialog) == "Nightly is switched off. Switch it on to trigger it."
    assert queued(desk) == []


def test_templates_are_never_filled_in_on_the_gui_thread(desk, monkeypatch):
    threads = []
    look_at = template_look.look_at

    def noted(activities, request):
        threads.append(QThread.currentThread())
        return look_at(activities, request)

    # The seam between what is asked and the worker: nothing else tells where it runs.
    monkeypatch.setattr(template_look, "look_at", noted)
    ready(desk)
    desk.open_card("Nightly")
    desk.until(lambda: desk.words("placeholdersHint") == "Placeholders: day, rows")
    assert threads
    assert desk.app.thread() not in threads


def test_pressing_the_key_twice_asks_once(desk):
    ready(desk)
    desk.click_card("Nightly")
    desk.section.close_panel()
    desk.section.trigger_current()
    desk.section.trigger_current()
    desk.dialog("triggerDialog")
    assert not desk.section._desk().actions._asking
    desk.part("triggerDialog")


def test_what_was_queued_is_told_of_after_the_dialog_was_closed(desk):
    ready(desk, subject="x", text="y", html="")
    dialog = trigger(desk)
    with desk.database.write():  # the trigger has to wait for this
        desk.click("okButton", dialog)
        desk.click("cancelButton", dialog)
        desk.no_dialog("triggerDialog")
    desk.dialog("messageDialog")
    assert len(queued(desk)) == 1
