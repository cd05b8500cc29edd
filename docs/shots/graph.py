"""Pictures of mailboxes in Microsoft 365, whose part the servers of the tests play."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QTableView, QTextBrowser
from servers.certificates import Authority
from servers.microsoft.graph_inbox import generated_messages
from servers.microsoft.tenant import USER_NAME, Microsoft, microsoft

from shots.smtp_tests import ended_test
from shots.studio import Studio

_MFA = "Due to a policy of the tenant this account has to confirm sign-ins with a second factor."
_MAILS = (
    ("Erika Berg", "erika@contoso.example", "Re: Invoice 2026-1187", "Thank you, it is approved and goes out today."),
    ("Purchasing", "purchasing@fabrikam.example", "Order 55120 confirmed", "We confirm your order of 12 November."),
    ("Mail Delivery", "postmaster@northwind.example", "Undeliverable: Invoice 2026-1179", "The address is not known."),
    (
        "Tomás Ruiz",
        "tomas@contoso.example",
        "Question on invoice 2026-1164",
        "Is its delivery date right?",
    ),
    ("Accounts", "accounts@adatum.example", "Remittance advice", "Your invoices of October were paid."),
)


def _fill(servers: Microsoft) -> None:
    """Puts mails into the mailbox that could be somebody's."""
    servers.graph.inbox[:] = generated_messages(25, USER_NAME)
    for number, mail in enumerate(servers.graph.inbox):
        name, address, subject, words = _MAILS[number % len(_MAILS)]
        mail["from"] = {"emailAddress": {"name": name, "address": address}}
        mail["subject"] = subject
        mail["body"] = {"contentType": "html", "content": f"<p>Hello,</p><p>{words}</p><p>Kind regards<br>{name}</p>"}


@contextmanager
def cloud(authority: Authority) -> Iterator[Microsoft]:
    """Plays Microsoft's part inside the `with`, with a mailbox that holds mails."""
    with microsoft(authority, permissions={"Mail.Send", "Mail.Read"}) as servers:
        _fill(servers)
        yield servers


def shoot_graph(studio: Studio, servers: Microsoft) -> None:
    """Takes the panel of a mailbox, a test whose sign-in is refused, and what is in the mailbox."""
    window = studio.window
    studio.open_card("Invoices_Graph")
    studio.shoot("graph-panel")
    servers.entra.refuse_with(50076, description=_MFA)
    dialog = ended_test(studio, "Invoices_Graph")
    studio.shoot("graph-test-failed", dialog)
    dialog.reject()
    servers.entra.accept_again()
    window.page.grid.menu_asked.emit(window.page.grid.currentIndex(), QPoint(0, 0))
    menu = next(menu for menu in window.findChildren(QMenu, "moreActionsMenu") if menu.isVisible())
    next(action for action in menu.actions() if action.objectName() == "readMailboxAction").trigger()
    menu.close()
    dialog = studio.dialog("mailboxDialog")
    table = studio.find(dialog, QTableView, "table")
    studio.wait(lambda: table.model().rowCount() > 0)
    table.setCurrentIndex(table.model().index(0, 0))
    table.activated.emit(table.currentIndex())
    body = studio.find(dialog, QTextBrowser, "htmlView")
    studio.wait(lambda: bool(body.toPlainText()))
    studio.shoot("mailbox", dialog)
    dialog.reject()
