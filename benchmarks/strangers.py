"""The longest stand-still of the window's event loop while mails are shown that were written to be slow
(`tests/bombs.py`): HTML as the mailbox reader and the local inbox show it, and texts. Each is made ready first, as a
worker does, then shown, painted, scrolled to its end and made narrower. Prints a table; exits 1 where one stops the
window for more than 100 ms. Needs the project's environment, and no display."""

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bombs import HTML_BOMBS, TEXT_BOMBS
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from smtp_desktop.domain.mail.html_display import display_html
from smtp_desktop.ui.widgets.safe_html import SafeHtml
from smtp_desktop.ui.widgets.text_view import TextView

ROUNDS = 3
MOST_MS = 100.0
SIZE = (700, 450)
NARROWER_PX = 130
TURNS = 200


def main() -> int:
    app = QApplication([])
    print(f"{'ms':48}{'ready':>8}{'stands still':>14}")
    worst = 0.0
    for name, html in HTML_BOMBS.items():
        began = time.perf_counter()
        shown = display_html(html)
        ready_ms = (time.perf_counter() - began) * 1000
        if shown.html:
            still_ms = _median(app, SafeHtml, partial(SafeHtml.show_html, shown=shown))
        else:
            still_ms = _median(app, _text_view, partial(TextView.show_text, text=shown.text))
        worst = max(worst, still_ms)
        print(f"HTML: {name[:40]:42}{ready_ms:8.0f}{still_ms:14.0f}", flush=True)
    for name, text in TEXT_BOMBS.items():
        still_ms = _median(app, _text_view, partial(TextView.show_text, text=text))
        worst = max(worst, still_ms)
        print(f"text: {name[:40]:42}{'':8}{still_ms:14.0f}", flush=True)
    print(f"at most {MOST_MS:.0f}: {'yes' if worst <= MOST_MS else 'NO'}")
    return int(worst > MOST_MS)


def _text_view() -> TextView:
    return TextView("text", "Text")


def _median(app: QApplication, make: Callable[[], QAbstractScrollArea], show: Callable[..., None]) -> float:
    return median(_longest_ms(app, make(), show) for _ in range(ROUNDS))


def _longest_ms(app: QApplication, view: QAbstractScrollArea, show: Callable[..., None]) -> float:
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    longest = _ms(lambda: show(view))
    for _ in range(TURNS):
        longest = max(longest, _ms(app.processEvents))
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    longest = max(longest, _ms(app.processEvents))
    view.resize(SIZE[0] - NARROWER_PX, SIZE[1])
    longest = max(longest, _ms(app.processEvents))
    view.close()
    return longest


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
