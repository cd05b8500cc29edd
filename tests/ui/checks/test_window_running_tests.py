"""A test that runs: its steps, the window meanwhile, and how it is stopped."""

from ui.check_dialog_driver import CheckDialogDriver, rows_as_read, wait_for_end


def test_steps_are_shown_and_the_window_is_usable_while_it_runs(gui):
    gui.have("Alpha")
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = CheckDialogDriver(gui).start()
    gui.until(lambda: "Greet: running" in "".join(rows_as_read(dialog)))
    assert rows_as_read(dialog)[0].startswith("Find host: done. 192.0.2.7")
    assert rows_as_read(dialog)[4].startswith("Sign in: not reached")
    gui.switch_to(gui.window)
    gui.press("Ctrl+F")
    gui.write("alp")
    assert gui.names() == ["Alpha"]
    gui.open_card("Alpha")
    gui.enter("signatureField", "Yours")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("Alpha").signature == "Yours")
    assert dialog.isVisible()
    assert "Greet: running" in "".join(rows_as_read(dialog))
    gui.transport.release()
    wait_for_end(gui, dialog)


def test_cancel_stops_it(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = CheckDialogDriver(gui).start()
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.click("cancelButton", dialog)
    assert gui.transport.conversations[0].cancel.requested
    wait_for_end(gui, dialog)
    assert dialog.windowTitle() == "Canceled"
    assert [row.split(". ")[0] for row in rows_as_read(dialog)[3:5]] == ["Greet: not reached", "Sign in: not reached"]
    assert "cancelled" in rows_as_read(dialog)[3]
    gui.click("okButton", dialog)
    gui.no_dialog("testDialog")
    gui.finish_work()
    assert gui.health.latest(1) == {}
    gui.until(lambda: gui.card("Relay").status == "Never tested")


def test_esc_stops_it_too_and_once_more_closes_the_dialog(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = CheckDialogDriver(gui).start()
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.press("Esc")
    assert gui.transport.conversations[0].cancel.requested
    wait_for_end(gui, dialog)
    assert rows_as_read(dialog)[0].startswith("Find host: done. ")
    gui.press("Esc")
    gui.no_dialog("testDialog")


def test_esc_closes_the_dialog_while_the_server_still_holds_the_conversation(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.transport.deaf = True
    gui.open()
    dialog = CheckDialogDriver(gui).start()
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    gui.press("Esc")
    assert not gui.part("cancelButton", dialog).isEnabled()
    assert "Stopping…" in gui.words(dialog)
    gui.press("Esc")
    gui.no_dialog("testDialog")
    assert gui.transport.conversations[0].cancel.requested


def test_closing_the_dialog_by_its_frame_stops_it(gui):
    gui.have("Relay")
    gui.transport.block()
    gui.open()
    dialog = CheckDialogDriver(gui).start()
    gui.until(lambda: gui.transport.waiting.acquire(blocking=False))
    dialog.close()
    gui.no_dialog("testDialog")
    assert gui.transport.conversations[0].cancel.requested
    gui.finish_work()
    assert gui.health.latest(1) == {}
