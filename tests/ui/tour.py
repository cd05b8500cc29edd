"""A window with something on every page, and a way through all of its pages and panels."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QAbstractButton, QMenu, QTabBar, QWidget
from ui.dates_driver import DatesDriver
from ui.outbox_driver import NOW, OutboxDriver, accepted, refused
from ui.sign_in.sign_in_tour import sign_in_forms
from ui.window_driver import WindowDriver

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import EnvelopeSender, ProfileId
from smtp_desktop.ui.smtps.page import SmtpView
from smtp_desktop.ui.window.main_menu import area_menu, main_menu, pages_menu

_WAITING = 150
_FAILING = "Alerts_of_the_whole_company"
DATA = frozenset(
    {
        *("Corporate_Relay", _FAILING, "Plain", "Mailbox", "Ending", "Nightly", "example", "Mail ", "Sent", "Unknown"),
        *(
            "{{",
            "Hello",
            "day",
            "name",
            "Refused",
            "No such user",
            "F9",
            "Ctrl",
            "Shift",
            "Del",
            "Esc",
            "4ABD70F8147C",  # of a thumbprint
            "Enter",
            "SMTP Desktop",
            "smtp.web.de",
            "smtp.office365.com",
        ),
    }
)
"""Words that are no text of the program's."""


def fill(gui: WindowDriver) -> None:
    """Stores SMTPs in many states, activities, mails in many states, and dates."""
    relay = gui.have(
        "Corporate_Relay", is_default=True, envelope_sender=EnvelopeSender.FROM, from_address="a@b.example"
    )
    for minutes in range(20):
        gui.have_result(relay, at=datetime.now(UTC) - timedelta(minutes=minutes), ok=minutes != 3)
    failing = gui.have(_FAILING, host_name="smtp.with.a.long.name.company.example")
    gui.have_result(failing, ok=False, cause=Cause.SIGN_IN_REFUSED)
    gui.outbox_store.hold(SmtpHold(profile_id=failing, since=NOW, until=NOW, cause=Cause.SIGN_IN_REFUSED, reply="535"))
    gui.have("Plain", tls=False)
    gui.have_graph("Mailbox")
    dates = DatesDriver(gui)
    dates.have_secret("Ending", 9)
    dates.have_certificate("corporate-relay.example", -2)
    gui.have_activity("Nightly", subject="Report of {{ day }}", text="Hello {{ name }}", html="<p>Hello {{ name }}")
    outbox = OutboxDriver(gui)
    outbox.have_many(_WAITING)
    outbox.tried(outbox.have("Sent", "a@x.example", "b@x.example"), DeliveryState.SENT, accepted())
    outbox.tried(outbox.have("Refused"), DeliveryState.REFUSED, refused())
    outbox.tried(outbox.have("Unknown"), DeliveryState.UNKNOWN, accepted())
    gui.inbox.add(sender="a@b.example", recipients=["c@d.example"], raw=b"Subject: x\r\n\r\nhello")


def tour(gui: WindowDriver) -> Iterator[str]:
    """Goes through the open window, and yields what it shows whenever that is another page, panel or part of one."""
    for step in (_smtps(gui), _activities(gui), _outbox(gui), _others(gui)):
        for name in step:
            _settle(gui)
            yield name


def menus(gui: WindowDriver) -> Iterator[QMenu]:
    """Yields the menus of the window, which are not shown."""
    titles = gui.window.frame.page_titles
    for make in (main_menu, area_menu, pages_menu):
        menu = make(gui.window, titles, current="smtp")
        yield menu
        menu.deleteLater()


def _settle(gui: WindowDriver) -> None:
    """Everything that was asked for is read, laid out and painted."""
    gui.until(lambda: not gui.tasks._asked)
    for _ in range(3):
        gui.app.processEvents()


def _press(within: QWidget, *names: str) -> None:
    """Presses those of the buttons that are there."""
    for button in within.findChildren(QAbstractButton):
        if button.objectName() in names and button.isVisible() and not button.isChecked():
            button.click()


def _smtps(gui: WindowDriver) -> Iterator[str]:
    editor = gui.window.smtps.editor
    yield "SMTPs"
    for name in ("Corporate_Relay", _FAILING, "Mailbox"):
        stored = gui.stored(name)
        assert stored is not None
        editor.edit(ProfileId(stored.id))
        yield f"panel of {name}"
    _press(gui.panel, "advancedButton", "historyButton")
    yield "all of the panel"
    editor.create()
    yield from _proposals(gui)
    editor.create()
    editor.save()
    yield "refused form"
    editor.close_panel()
    yield from sign_in_forms(gui)
    page = gui.window.page
    page.show_view(SmtpView.LIST)
    yield "list"
    page.list().selectAll()
    yield "list with all selected"
    page.list().clearSelection()
    page.show_view(SmtpView.CARDS)
    page.grid.selectAll()
    yield "all cards selected"
    page.grid.clearSelection()


def _proposals(gui: WindowDriver) -> Iterator[str]:
    """Shows what is found for mail addresses."""
    gui.adapters.dns.records = {
        "_submission._tcp.contoso.example SRV": ("0 1 587 smtp.with.a.long.name.hoster.example",),
        "contoso.example MX": ("contoso-example.mail.protection.outlook.com",),
    }
    field = gui.field("mailAddressField")
    for address in ("me@contoso.example", "me@company.example", "me@web.de"):
        field.setText(address)
        field.returnPressed.emit()
        field.editingFinished.emit()
        _settle(gui)
        assert gui.visible("proposal", gui.panel)
        yield f"proposal for {address}"
    _press(gui.panel, "useProposalButton")
    yield "proposal in the form"
    field.setText("what is this?")
    field.editingFinished.emit()
    yield "no address"
    gui.panel.start_create(is_default=False)


def _activities(gui: WindowDriver) -> Iterator[str]:
    section = gui.window.activities
    gui.window.frame.show_page("activities")
    yield "activities"
    section.edit(gui.services.activities.all()[0].id)
    _settle(gui)
    tabs = section.panel.findChild(QTabBar, "bodyTabs")
    assert tabs is not None
    for tab in range(tabs.count()):
        tabs.setCurrentIndex(tab)
        yield f"activity, tab {tab + 1}"
    tabs.setCurrentIndex(0)
    section.close_panel()


def _outbox(gui: WindowDriver) -> Iterator[str]:
    outbox = OutboxDriver(gui)
    gui.window.frame.show_page("deliveries")
    yield "deliveries"
    for subject in ("Sent", "Refused", "Mail 1"):
        found = outbox.stored(subject)
        assert found is not None
        outbox.page.table.opened.emit(found.id)
        _settle(gui)
        _press(outbox.panel, "showTranscriptButton")
        yield f"delivery {subject}"
    _press(outbox.panel, "mailSegment")
    yield "message of a delivery"
    _press(outbox.panel, "happenedSegment")
    gui.window.deliveries.close_panel()


def _others(gui: WindowDriver) -> Iterator[str]:
    gui.window.frame.show_page("dates")
    yield "dates"
    gui.window.frame.show_page("inbox")
    yield "local inbox"
    gui.window.frame.show_page("smtp")
    gui.window.bar.check_all_button.click()
    gui.until(lambda: gui.visible("closeSummaryButton"))
    yield "checked"
