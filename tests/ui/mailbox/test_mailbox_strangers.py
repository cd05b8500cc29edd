"""What strangers wrote, as the mailbox dialog shows it: it loads nothing and is taken for words."""

import socket

import pytest
from bombs import HTML_BOMBS
from fakes.mailboxes import a_mail
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QImage
from ui.driver import tip_as_read
from ui.longest_gap import LongestGap
from ui.mailbox.mailbox_driver import MailboxDriver, mail_cells, with_summary

MAGENTA = "#ff00ff"


@pytest.fixture
def driver(gui):
    return MailboxDriver(gui)


def test_what_strangers_wrote_is_shown_as_plain_words(gui, driver):
    evil = "<b>Boss</b>\u202e\r\nmoc.example"
    gui.mailboxes.mails = [with_summary(a_mail(1), from_=evil, subject="<img src=x>\x07")]
    dialog = driver.open_list()
    assert mail_cells(dialog, column=0) == ["<b>Boss</b> moc.example"]
    assert mail_cells(dialog) == ["<img src=x>"]
    assert tip_as_read(mail_cells(dialog, Qt.ItemDataRole.ToolTipRole)[0]) == "<img src=x>"
    driver.read(dialog)
    for name, words in (("fromValue", "<b>Boss</b> moc.example"), ("subjectValue", "<img src=x>")):
        label = gui.part(name, dialog)
        assert label.text() == words
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert tip_as_read(label.toolTip()) == words


def test_a_long_word_does_not_widen_the_dialog(gui, driver):
    gui.mailboxes.mails = [with_summary(a_mail(1), subject="W" * 900)]
    dialog = driver.open_list()
    width = dialog.width()
    driver.read(dialog)
    assert dialog.width() == width
    assert dialog.minimumSizeHint().width() <= width


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_html_opens_no_connection_and_says_that_pictures_are_missing(gui, driver, listener):
    here = f"http://127.0.0.1:{listener.getsockname()[1]}"
    html = f'<body background="{here}/c.png"><img src="{here}/x.png"><p>seen</p></body>'
    gui.mailboxes.mails = [a_mail(1, html=html), a_mail(2, html='<p>no pictures</p><img src="cid:logo">')]
    dialog = driver.open_list()
    driver.read(dialog)
    view = gui.part("htmlView", dialog)
    view.grab()
    assert "seen" in view.toPlainText()
    assert gui.part("mailNotes", dialog).text() == "Remote images are not loaded."
    with pytest.raises(BlockingIOError):
        listener.accept()
    driver.click_row(dialog, 1)
    gui.until(lambda: "no pictures" in gui.part("htmlView", dialog).toPlainText())
    assert not gui.visible("mailNotes", dialog)


def test_html_reads_no_file_of_this_computer(gui, driver, tmp_path):
    picture = tmp_path / "private.png"
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(MAGENTA))
    assert image.save(str(picture))
    url = QUrl.fromLocalFile(str(picture)).toString()
    gui.mailboxes.mails = [a_mail(1, html=f'<p>seen</p><img src="{url}" width="40" height="40">')]
    dialog = driver.open_list()
    driver.read(dialog)
    shot = gui.part("htmlView", dialog).viewport().grab().toImage()
    colors = {shot.pixelColor(x, y).name() for x in range(0, 80, 2) for y in range(0, 120, 2)}
    assert MAGENTA not in colors


@pytest.mark.parametrize("name", ["18 nested tables", "nested divs", "blanks after src="])
def test_no_mail_stops_the_window(gui, driver, name):
    gui.mailboxes.mails = [a_mail(1, html=HTML_BOMBS[name])]
    dialog = driver.open_list()
    gaps = LongestGap()
    driver.read(dialog)
    dialog.grab()
    # Generous, as for the local inbox: without bounds it was 11 seconds and more.
    assert gaps.longest_s < 4
