"""Pictures of what the main menu leads to, of an SMTP on hold, of a new one, of a conflict, and of several edited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu

from shots.studio import Studio
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.ui.smtps.page import SmtpView

_ADD = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def shoot_window(studio: Studio) -> None:
    """Takes them all; what they change is of no use afterwards."""
    window = studio.window
    _shoot_menu(studio)
    window.entities.chosen.emit("smtp")
    window.smtps.editor.create()
    studio.wait(window.smtps.panel.isVisible)
    studio.shoot("create")
    window.smtps.editor.close_panel()
    _shoot_hold(studio)
    _shoot_conflict(studio)
    _shoot_several(studio)
    window.entities.chosen.emit("inbox")
    studio.shoot("inbox")
    window.entities.chosen.emit("smtp")


def _shoot_menu(studio: Studio) -> None:
    menus = studio.window.menus
    menus.show_main()
    menu = studio.find(studio.window, QMenu, "mainMenu")
    studio.shoot("main-menu", menu)
    menu.close()
    for show, name in (
        (menus.show_shortcuts, "shortcuts"),
        (menus.show_about, "about"),
        (menus.show_help, "help"),
    ):
        show()
        dialog = next(one for one in studio.window.findChildren(QDialog) if one.isVisible())
        studio.shoot(name, dialog)
        dialog.reject()
        studio.wait(lambda: True)


def _shoot_hold(studio: Studio) -> None:
    profile, now = studio.profile("HR_Letters"), datetime.now(UTC)
    hold = SmtpHold(
        profile_id=profile.id,
        since=now - timedelta(minutes=40),
        until=now + timedelta(minutes=15),
        cause=Cause.SIGN_IN_REFUSED,
        reply="535 5.7.8 Authentication credentials invalid",
    )
    studio.application.outbox_store.hold(hold)
    studio.window.load()
    studio.wait(lambda: studio.window.cards.hold_on(profile.id) is not None)
    studio.open_card("HR_Letters")
    studio.wait(studio.window.smtps.panel.hold_box.isVisible)
    studio.shoot("hold-panel")


def _shoot_conflict(studio: Studio) -> None:
    panel, profiles = studio.window.smtps.panel, studio.application.services.profiles
    studio.open_card("Plant_Floor")
    studio.find(panel, QLineEdit, "smtpPortField").setText("2525")
    stored = profiles.get(studio.profile("Plant_Floor").id)
    theirs = replace(draft_of(stored), smtp_port="26", description="Moved to the new hall")
    profiles.save(stored.id, edit_of(stored, theirs))
    panel.save()
    dialog = studio.dialog("conflictDialog")
    studio.shoot("conflict", dialog)
    dialog.reject()
    studio.window.smtps.editor.start_edit(stored.id, focus=False)
    studio.window.smtps.editor.close_panel()


def _shoot_several(studio: Studio) -> None:
    page = studio.window.page
    page.show_view(SmtpView.LIST)
    page.select(studio.profile("Corporate_Relay").id)
    for name in ("Corporate_Relay", "HR_Letters"):
        index = page.list().table.index_of_card(page.cards.index_of(studio.profile(name).id))
        page.view.selectionModel().select(index, _ADD)
    for act, name in (("compare", "compareDialog"), ("edit", "editFieldsDialog")):
        studio.click(studio.window, f"{act}SelectedButton")
        dialog = studio.dialog(name)
        studio.shoot(f"{act}-selected", dialog)
        dialog.reject()
    page.show_view(SmtpView.CARDS)
