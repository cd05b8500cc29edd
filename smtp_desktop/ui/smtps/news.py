"""What the window says quietly of SMTPs: that one was saved, and that the default moved."""

from PySide6.QtCore import QObject, Signal

from smtp_desktop.ui.cards.smtp_cards import DefaultMove, SmtpCards
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.smtps.saver import SavedForm


class SmtpNews(QObject):
    """Puts what the user has done into words."""

    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(self, *, cards: SmtpCards, editor: SmtpEditor) -> None:
        super().__init__(editor)
        self._cards = cards
        self._moved: DefaultMove | None = None
        cards.default_moved.connect(self._say_moved)
        editor.stored.connect(self._say_stored)

    def _say_moved(self, move: DefaultMove) -> None:
        self._moved = move
        self.said.emit(self._words(move))

    def _words(self, move: DefaultMove) -> str:
        return self.tr("{name} is the default now, in place of {before}.").format(name=move.name, before=move.before)

    def _say_stored(self, saved: SavedForm) -> None:
        profile = self._cards.profile(saved.saved_id)
        move, self._moved = self._moved, None
        if profile is None:
            return  # it was deleted as soon as it was saved
        form = self.tr("{name} was saved.") if saved.before else self.tr("{name} was created.")
        words = form.format(name=profile.name)
        self.said.emit(f"{words} {self._words(move)}" if move and move.profile_id == profile.id else words)
