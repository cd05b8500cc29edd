"""The row of a form that says who is signed in, and signs in."""

from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet, to_secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.profile import INTERACTIVE, SignIn
from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.cards.sign_in_words import (
    SignInTone,
    SignInWords,
    kept_words,
    not_signed_in,
    state_words,
    unsaved_words,
)
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, LABEL_GAP_PX
from smtp_desktop.ui.widgets.labels import Caption, LinkButton

_MARKS = {SignInTone.NONE: "○", SignInTone.GOOD: "●", SignInTone.WARN: "▲", SignInTone.BAD: "■"}
_GAP_PX = 8
_LEAST_TEXT_PX = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Tokens, and what they were issued for."""

    tokens: TokenSet
    client: OAuthClient | None
    user_name: str


class SignInState(QWidget):
    """A mark, who is signed in and until when, *Sign in…* or *Sign in again*, and below it *Sign out*. A field of the
    form, for errors about a sign-in that is missing. Its `objectName` is `signInState`."""

    edited = Signal()
    """What a sign-in brought is in the form, or is not any more."""
    asked = Signal()
    """The user wants to sign in."""
    sign_out_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("signInState")
        self.name = "tokens"
        self._held: _Held | None = None
        self._mark = Caption("muted")
        self._mark.setAccessibleName(" ")  # what it marks is said in words
        self._title = Caption("", wraps=True)
        self._title.setObjectName("signInTitle")
        self._more = Caption("hint", wraps=True)
        self._more.setObjectName("signInMore")
        self._error = Caption("error", wraps=True)
        self._error.setObjectName("tokensError")
        self.button = styled_button("")
        self.button.setObjectName("signInButton")
        self.button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
        self.button.clicked.connect(self.asked)
        self.editor: QWidget = self.button
        self.sign_out = LinkButton(self.tr("Sign out"))
        self.sign_out.setObjectName("signOutButton")
        self.sign_out.clicked.connect(self.sign_out_asked)
        self._lay_out()
        self._error.hide()
        self.show_words(not_signed_in())

    def _lay_out(self) -> None:
        texts = QWidget()
        texts.setMinimumWidth(_LEAST_TEXT_PX)
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._more)
        column.addWidget(self.sign_out)
        marked = QWidget()
        beside = QHBoxLayout(marked)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(_GAP_PX)
        beside.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(texts, 1)
        first = WrapLayout()
        first.setSpacing(_GAP_PX)
        first.addWidget(marked, 1)
        first.addWidget(self.button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        rows.setSpacing(LABEL_GAP_PX)
        rows.addLayout(first)
        rows.addWidget(self._error)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in order."""
        return (self.button, self.sign_out)

    def hold(self, tokens: TokenSet, draft: ProfileDraft) -> None:
        """Takes what a sign-in with the client and user of `draft` brought, until it is saved."""
        self._held = _Held(tokens=tokens, client=draft.client, user_name=draft.user_name.strip().casefold())
        self.set_error("")
        self.edited.emit()

    def drop(self) -> None:
        """Drops what a sign-in brought that is not saved."""
        self._held = None

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with the tokens, where they are of its client and its user."""
        held = self._held_for(draft)
        return replace(draft, tokens=to_secret(held.tokens) if held else None)

    def show_for(self, draft: ProfileDraft, stored: SignedIn | None, *, kept: bool, now: datetime) -> None:
        """Shows who is signed in for what the form holds; `kept` is whether the stored sign-in is good for that, and
        `stored` what is known of it."""
        held = self._held_for(draft)
        if held:
            self.show_words(unsaved_words(held.tokens, now))
        elif kept:
            self.show_words(state_words(stored, now) if stored else kept_words())
        else:
            self.show_words(not_signed_in(by_code=draft.sign_in is SignIn.DEVICE))

    def _held_for(self, draft: ProfileDraft) -> "_Held | None":
        held = self._held
        if held and draft.sign_in in INTERACTIVE and draft.client == held.client:
            return held if draft.user_name.strip().casefold() == held.user_name else None
        return None

    def show_words(self, words: SignInWords) -> None:
        """Shows who is signed in."""
        self._mark.setText(_MARKS[words.tone])
        self._mark.set_role("ok" if words.tone is SignInTone.GOOD else words.tone.value)
        self._title.setText(words.title)
        self._more.setText(words.more)
        self._more.set_role("hint" if words.tone in {SignInTone.NONE, SignInTone.GOOD} else words.tone.value)
        self.button.setText(words.button)
        self.button.setAccessibleName(words.button)
        self.button.setAccessibleDescription(f"{words.title}, {words.more}")
        self.sign_out.setVisible(words.signed_in)

    @property
    def error(self) -> str:
        """The error that is shown; empty if there is none."""
        return self._error.text()

    def set_error(self, message: str) -> None:
        """Shows `message` below the row; an empty one removes it."""
        self._error.show_text(message)
        describe(self.button, error=message, hint=f"{self._title.text()}, {self._more.text()}")

    def set_locked(self, locked: bool) -> None:
        """Sets whether nobody can sign in or out now."""
        for button in (self.button, self.sign_out):
            button.setEnabled(not locked)
