"""The data folder is deleted under the window."""

import shutil
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be deleted there")


def test_the_window_says_that_its_data_is_gone_once_and_still_closes(gui):
    gui.have("Relay")
    gui.open()
    shutil.rmtree(gui.home)
    dialog = gui.dialog("messageDialog")
    assert "was deleted or replaced while the program was using it" in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.no_dialog("messageDialog")
    gui.finish_work()
    gui.close_window()
