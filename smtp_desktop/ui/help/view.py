"""The view of a help page."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from smtp_desktop.ui.help.pages import HelpText

COPY = "copy"  # scheme of the links that copy the commands of a number
HELP = "help"  # scheme of the links to another page

_MARK = "⁂{number}⁂"  # stands alone in a paragraph until the commands take its place
_MONO = ["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"]
_MONO_PX = 12
_HEADING_PX = 16
_BLANK = "\u00a0\u00a0"
_LINE_PERCENT = 120
_PARAGRAPH_PX = 8
_HEADING_TOP_PX = 18
_INDENT_PX = 20
_CODE_PADDING_PX = 10
_SEAM_PX = 4  # an empty line that Qt leaves around a frame
_NEAR_PX = 12


class HelpView(QTextBrowser):
    """Shows a page and loads nothing; a link that is clicked is emitted, not followed."""

    section_reached = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("helpText")
        self.setOpenLinks(False)
        self._page: HelpText | None = None
        self._ground = ""
        self._row = 0
        self._jumping = False
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Loads nothing, whatever a page refers to."""
        return None

    def show_page(self, page: HelpText) -> None:
        """Shows the page from its top."""
        self._page = page
        self.setExtraSelections([])
        self._render(page)
        self.jump(0)

    def repaint_page(self) -> None:
        """Renders the page again if the theme has other colours by now."""
        if self._page and self._ground != _ground().color().name():
            row = self._row
            self._render(self._page)
            self.jump(row)

    def jump(self, row: int) -> None:
        """Scrolls to the section of that number, as far as the page goes. The first one is shown from the top of the
        page, with what precedes it."""
        tops = self._tops()
        if not 0 <= row < len(tops):
            return
        self._row = row
        self._jumping = True
        self.verticalScrollBar().setValue(round(tops[row]) if row else 0)
        self._jumping = False
        self.section_reached.emit(row)

    def mark_words(self, words: Sequence[str]) -> None:
        """Marks these words wherever they stand on the page; no words mark none."""
        selections = []
        for word in words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                selection = QTextEdit.ExtraSelection()
                selection.cursor = cursor
                selection.format = _found()
                selections.append(selection)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(selections)

    def _on_scrolled(self, value: int) -> None:
        if self._jumping:
            return
        above = [row for row, top in enumerate(self._tops()) if top <= value + _NEAR_PX]
        self._row = max(above, default=0)
        self.section_reached.emit(self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.jump(self._row)

    def _tops(self) -> list[float]:
        layout = self.document().documentLayout()
        layout.documentSize()  # forces the layout of the whole page: Qt lays out only what was seen
        return [layout.blockBoundingRect(block).top() for block in self._blocks() if _level(block) == 2]  # noqa: PLR2004 - "##"

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self.document().begin()
        while block.isValid():
            yield block
            block = block.next()

    def _render(self, page: HelpText) -> None:
        self._ground = _ground().color().name()
        marks = [f"\n\n{_MARK.format(number=number)}\n\n" for number in range(len(page.commands))]
        source = "".join(part for pair in zip(page.parts, [*marks, ""], strict=True) for part in pair)
        self._jumping = True  # the bar moves while the page is built, though nobody scrolls
        self.document().setIndentWidth(_INDENT_PX)
        self.setMarkdown(source)
        for block in list(self._blocks()):
            _style(block)
        for number, commands in enumerate(page.commands):
            self._put_commands(number, commands)
        self._jumping = False

    def _put_commands(self, number: int, commands: str) -> None:
        cursor = self.document().find(_MARK.format(number=number))
        cursor.removeSelectedText()
        _shrink(cursor)
        form = QTextFrameFormat()
        form.setBackground(_ground())
        form.setPadding(_CODE_PADDING_PX)
        form.setBottomMargin(_PARAGRAPH_PX)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        cursor.insertFrame(form)
        cursor.setBlockFormat(QTextBlockFormat())
        cursor.setCharFormat(_mono())
        cursor.insertText(commands, _mono())
        spaced = QTextBlockFormat()
        spaced.setTopMargin(_PARAGRAPH_PX)
        cursor.insertBlock(spaced)
        cursor.insertText(self.tr("Copy these commands"), _link(f"{COPY}:{number}"))
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
        _shrink(cursor)


def _ground() -> QBrush:
    # The application's palette: that of a widget holds what the style sheet changed.
    return QGuiApplication.palette().brush(QPalette.ColorRole.Window)


def _level(block: QTextBlock) -> int:
    return block.blockFormat().headingLevel()


def _mono() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontFamilies(_MONO)
    form.setProperty(QTextFormat.Property.FontPixelSize, _MONO_PX)
    return form


def _link(target: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setAnchor(True)
    form.setAnchorHref(target)
    form.setForeground(QGuiApplication.palette().link())
    form.setFontUnderline(True)
    return form


def _found() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setBackground(QGuiApplication.palette().highlight())
    form.setForeground(QGuiApplication.palette().highlightedText())
    return form


def _shrink(cursor: QTextCursor) -> None:
    """Reduces the height of the empty paragraph at the cursor."""
    form = QTextBlockFormat()
    form.setLineHeight(_SEAM_PX, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    cursor.setBlockFormat(form)


def _style(block: QTextBlock) -> None:
    form = block.blockFormat()
    level = form.headingLevel()
    form.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    after_list = block.previous().textList() and not block.textList()
    form.setTopMargin(_HEADING_TOP_PX if level else _PARAGRAPH_PX if after_list else 0)
    form.setBottomMargin(_PARAGRAPH_PX / 2 if block.textList() else _PARAGRAPH_PX)
    QTextCursor(block).setBlockFormat(form)
    for cursor in list(_fragments(block)):
        char_format = cursor.charFormat()
        if level:
            char_format.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            char_format.setProperty(QTextFormat.Property.FontPixelSize, _HEADING_PX)
            char_format.setFontWeight(QFont.Weight.DemiBold)
        elif char_format.fontFixedPitch():
            char_format.merge(_mono())
            char_format.setBackground(_ground())
        elif char_format.isAnchor():
            char_format.setFontUnderline(True)
        cursor.setCharFormat(char_format)
    if block.textList():
        _part_from_bullet(block)


def _fragments(block: QTextBlock) -> Iterator[QTextCursor]:
    """Yields a selection for each run of one format."""
    for part in block.begin():  # type: ignore[attr-defined]  # the stubs do not know that it can be iterated
        fragment = part.fragment()
        cursor = QTextCursor(block)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        yield cursor


def _part_from_bullet(block: QTextBlock) -> None:
    # Qt draws a bullet right before the first line: a blank parts the two, and does not indent the lines after it.
    form = block.blockFormat()
    form.setTextIndent(-QFontMetricsF(block.document().defaultFont()).horizontalAdvance(_BLANK))
    cursor = QTextCursor(block)
    cursor.setBlockFormat(form)
    cursor.insertText(_BLANK, QTextCharFormat())
