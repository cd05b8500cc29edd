"""Triggering an activity from the window."""

from PySide6.QtCore import QThread

from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.ui.activities import previewer
from smtp_desktop.ui.layout.scroll import FittingScroll


def queued(activities):
    """Returns the messages in the outbox."""
    return [activities.outbox_store.message(each.id) for each in activities.outbox.page(DeliveryFilter())]


def ready(activities, **changes):
    activities.have_smtp("Relay", is_default=True)
    values = {"subject": "Report for {{ day }}", "text": "{{ rows }} rows", "html": "<p>{{ rows }}</p>"}
    activities.have("Nightly", **values | changes)
    activities.open()


def trigger(activities):
    activities.choose("Nightly", "triggerAction")
    return activities.dialog("triggerDialog")


def test_the_values_make_a_mail_in_the_outbox(activities):
    ready(activities)
    dialog = trigger(activities)
    assert activities.app.focusWidget().objectName() == "valueField_day"
    assert activities.field_texts(dialog) == {"day": "", "rows": ""}
    activities.until(lambda: activities.words("routeText", dialog) == "Now: Relay, the default SMTP.")
    activities.enter("valueField_day", "Monday", dialog)
    activities.enter("valueField_rows", "<12>", dialog)
    activities.until(lambda: "Subject: Report for Monday" in activities.words("previewHead", dialog))
    assert activities.part("previewHtml", dialog).toPlainText() == "<12>"
    activities.press("Return")
    dialog = activities.dialog("messageDialog")
    assert dialog.windowTitle() == "Queued for delivery"
    assert not activities.visible("triggerDialog")
    (message,) = queued(activities)
    assert isinstance(message, TemplateMessage)
    assert (message.subject, message.text, message.html) == ("Report for Monday", "<12> rows", "<p>&lt;12&gt;</p>")
    activities.click("okButton", dialog)
    assert activities.asked_for == []
    activities.until(lambda: activities.card("Nightly").status.startswith("Waiting"))


def test_the_dialog_grows_with_the_message_instead_of_scrolling(activities):
    ready(activities)
    dialog = trigger(activities)
    activities.enter("valueField_day", "Monday", dialog)
    activities.enter("valueField_rows", "<12>", dialog)
    activities.until(lambda: "Subject: Report for Monday" in activities.words("previewHead", dialog))
    assert dialog.findChild(FittingScroll).verticalScrollBar().maximum() == 0


def test_the_message_leads_to_the_deliveries(activities):
    ready(activities, subject="Report", text="x", html="")
    dialog = trigger(activities)
    activities.click("okButton", dialog)
    activities.click("showDeliveriesButton", activities.dialog("messageDialog"))
    assert activities.asked_for == [activities.stored("Nightly").id]


def test_missing_values_are_reported_beside_their_fields(activities):
    ready(activities)
    dialog = trigger(activities)
    activities.until(lambda: activities.words("previewProblem", dialog) == "Fill in day, rows to preview the message.")
    activities.enter("valueField_day", "Monday", dialog)
    activities.click("okButton", dialog)
    activities.until(lambda: activities.words("valueError_rows", dialog))
    assert not activities.words("valueError_day", dialog)
    assert activities.app.focusWidget().objectName() == "valueField_rows"
    assert queued(activities) == []
    activities.enter("valueField_rows", "3", dialog)
    assert not activities.words("valueError_rows", dialog)
    activities.click("okButton", dialog)
    activities.dialog("messageDialog")
    assert len(queued(activities)) == 1


def test_a_value_that_is_no_recipient_is_reported(activities):
    ready(activities, to="{{ customer }}", subject="x", text="y", html="")
    dialog = trigger(activities)
    activities.enter("valueField_customer", "nobody", dialog)
    activities.until(lambda: "nobody" in activities.words("previewProblem", dialog))
    activities.click("okButton", dialog)
    activities.until(lambda: "nobody" in activities.words("triggerState", dialog))
    assert queued(activities) == []
    activities.enter("valueField_customer", "somebody@company.example", dialog)
    activities.click("okButton", dialog)
    activities.dialog("messageDialog")
    assert [address.spec for message in queued(activities) for address in message.to] == ["somebody@company.example"]


def test_a_missing_file_is_reported(activities):
    ready(activities, subject="x", text="y", html="", attachments="/there/is/no/such.pdf")
    dialog = trigger(activities)
    activities.click("okButton", dialog)
    activities.until(lambda: "such.pdf" in activities.words("triggerState", dialog))
    assert queued(activities) == []


def test_without_an_smtp_nothing_is_queued(activities):
    activities.have("Nightly")
    activities.open()
    dialog = trigger(activities)
    activities.click("okButton", dialog)
    activities.until(lambda: activities.words("triggerState", dialog))
    assert queued(activities) == []


def test_cancel_queues_nothing(activities):
    ready(activities)
    dialog = trigger(activities)
    activities.click("cancelButton", dialog)
    activities.no_dialog("triggerDialog")
    assert queued(activities) == []


def test_the_panel_triggers_what_is_stored(activities):
    ready(activities, subject="x", text="y", html="")
    activities.open_card("Nightly")
    activities.section.trigger_current()
    activities.click("okButton", activities.dialog("triggerDialog"))
    activities.dialog("messageDialog")
    assert len(queued(activities)) == 1


def test_an_edited_form_is_saved_first_if_wanted(activities):
    ready(activities, subject="Before", text="y", html="")
    activities.open_card("Nightly")
    activities.enter("subjectField", "After")
    activities.click("triggerButton", activities.panel)
    activities.click("okButton", activities.dialog("saveFirstDialog"))
    activities.click("okButton", activities.dialog("triggerDialog"))
    activities.dialog("messageDialog")
    assert [message.subject for message in queued(activities)] == ["After"]
    assert activities.stored("Nightly").subject == "After"


def test_or_the_stored_one_is_triggered(activities):
    ready(activities, subject="Before", text="y", html="")
    activities.open_card("Nightly")
    activities.enter("subjectField", "After")
    activities.click("triggerButton", activities.panel)
    activities.click("triggerStoredButton", activities.dialog("saveFirstDialog"))
    activities.click("okButton", activities.dialog("triggerDialog"))
    activities.dialog("messageDialog")
    assert [message.subject for message in queued(activities)] == ["Before"]
    assert activities.field("subjectField").text() == "After"


def test_or_nothing_is(activities):
    ready(activities, subject="Before", text="y", html="")
    activities.open_card("Nightly")
    activities.enter("subjectField", "After")
    activities.click("triggerButton", activities.panel)
    activities.click("cancelButton", activities.dialog("saveFirstDialog"))
    activities.no_dialog("saveFirstDialog")
    assert not activities.visible("triggerDialog")
    assert queued(activities) == []


def test_a_new_activity_is_created_first(activities):
    activities.have_smtp("Relay", is_default=True)
    activities.open()
    activities.section.create()
    for name, typed in (("name", "Fresh"), ("to", "a@b.example"), ("subject", "s"), ("textBody", "t")):
        activities.enter(f"{name}Field", typed)
    assert not activities.visible("triggerButton", activities.panel)
    activities.section.trigger_current()
    dialog = activities.dialog("saveFirstDialog")
    assert not activities.visible("triggerStoredButton", dialog)
    activities.click("okButton", dialog)
    activities.click("okButton", activities.dialog("triggerDialog"))
    activities.dialog("messageDialog")
    assert [message.subject for message in queued(activities)] == ["s"]


def test_sample_values_that_were_typed_are_in_the_form_that_triggers(activities):
    ready(activities)
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: activities.visible("valueField_day"))
    activities.enter("valueField_day", "Monday")
    activities.click("triggerButton", activities.panel)
    dialog = activities.dialog("triggerDialog")
    assert activities.field_texts(dialog) == {"day": "Monday", "rows": ""}


def test_what_cannot_be_saved_is_not_triggered(activities):
    ready(activities)
    activities.open_card("Nightly")
    activities.enter("subjectField", "")
    activities.click("triggerButton", activities.panel)
    activities.click("okButton", activities.dialog("saveFirstDialog"))
    activities.until(lambda: "subject" in activities.errors())
    assert not activities.visible("triggerDialog")


def test_what_is_switched_off_is_not_triggered(activities):
    ready(activities, enabled=False)
    activities.open_card("Nightly")
    activities.click("triggerButton", activities.panel)
    dialog = activities.dialog("messageDialog")
    assert activities.words("messageText", dialog) == "Nightly is switched off. Switch it on to trigger it."
    assert queued(activities) == []


def test_templates_are_never_filled_in_on_the_gui_thread(activities, monkeypatch):
    threads = []
    make_preview = previewer.make_preview

    def noted(service, request):
        threads.append(QThread.currentThread())
        return make_preview(service, request)

    # Patched because nothing else shows on which thread it runs.
    monkeypatch.setattr(previewer, "make_preview", noted)
    ready(activities)
    activities.open_card("Nightly")
    activities.until(lambda: activities.words("placeholdersHint") == "Placeholders: day, rows")
    assert threads
    assert activities.app.thread() not in threads


def test_pressing_the_key_twice_asks_once(activities):
    ready(activities)
    activities.click_card("Nightly")
    activities.section.close_panel()
    activities.section.trigger_current()
    activities.section.trigger_current()
    activities.dialog("triggerDialog")
    assert not activities.section._workspace().actions._reading
    activities.part("triggerDialog")


def test_a_queued_mail_is_reported_even_if_the_dialog_was_closed(activities):
    ready(activities, subject="x", text="y", html="")
    dialog = trigger(activities)
    with activities.database.write():  # the trigger has to wait for this
        activities.click("okButton", dialog)
        activities.click("cancelButton", dialog)
        activities.no_dialog("triggerDialog")
    activities.dialog("messageDialog")
    assert len(queued(activities)) == 1
