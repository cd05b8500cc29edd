"""A user at the dialog of a test or check, and conversations with times for it."""

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget
from ui.timelines import accepted, refused
from ui.window_driver import WindowDriver

from smtp_desktop.domain.diagnosis.conversation import Party, Stage, Step, StepStatus, Timeline, TranscriptLine
from smtp_desktop.ui.conversation.step_row import TimeBar

TIMES = {"find_host": (0, 20), "connect": (20, 30), "secure": (50, 50), "greet": (100, 100), "sign_in": (200, 200)}


def timed(timeline: Timeline, **details: str) -> Timeline:
    """Returns the same with the steps one after the other: signing in takes half of the time."""
    steps = []
    for step in timeline.steps:
        started, took = TIMES.get(step.stage, (400, 0))
        if step.status is not StepStatus.NOT_REACHED:
            step = replace(step, started_ms=started, duration_ms=took)  # noqa: PLW2901 - the loop's own
        steps.append(replace(step, detail=details.get(step.stage, step.detail)))
    return replace(timeline, steps=tuple(steps))


def refused_in_time(*words: str, **details: str) -> Timeline:
    """Returns a conversation whose sign-in was refused after 0.4 seconds."""
    return timed(refused(Stage.SIGN_IN, *(words or ("no",))), **details)


def accepted_in_time(**details: str) -> Timeline:
    return timed(accepted(), **details)


def long_transcript(timeline: Timeline) -> Timeline:
    """Returns the same with a transcript of many long lines."""
    lines = [TranscriptLine(party=Party.SERVER, text=f"250-line {n} {'x' * 300}", at_ms=float(n)) for n in range(400)]
    return replace(timeline, transcript=tuple(lines))


def running(stage: Stage, started_ms: float) -> Step:
    return Step(stage=stage, status=StepStatus.RUNNING, started_ms=started_ms)


def rows_as_read(dialog: QWidget) -> list[str]:
    """Returns what a screen reader says of each row, of a step or of a probe."""
    return [row.accessibleName() for row in dialog.findChildren(QFrame) if row.property("area") == "row"]


def wait_for_end(gui: WindowDriver, dialog: QWidget) -> None:
    gui.until(lambda: gui.visible("advice", dialog))


def close_repeated_test(gui: WindowDriver) -> None:
    """The test that is repeated with what was entered, if it can be, has ended, and its dialog is closed."""
    if gui.visible("testDialog"):
        dialog = gui.part("testDialog")
        wait_for_end(gui, dialog)
        gui.click("okButton", dialog)
        gui.no_dialog("testDialog")
    gui.switch_to(gui.window)


class CheckDialogDriver:
    """Tests or checks an SMTP of a window."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui
        self.dialog: Any = None  # the latest

    def test(self, name: str = "Relay", to: str = "admin@company.example") -> Any:
        """Tests it, and returns the dialog with the result."""
        self.start(name, to)
        wait_for_end(self.gui, self.dialog)
        return self.dialog

    def start(self, name: str = "Relay", to: str = "admin@company.example") -> Any:
        """Begins a test, and returns its dialog."""
        self.gui.choose(name, "testAction")
        self.dialog = self.gui.dialog("testDialog")
        self.gui.write(to)
        self.gui.press("Return")
        return self.dialog

    def check(self, name: str = "Relay") -> Any:
        """Checks it, and returns the dialog with the result."""
        self.gui.click_card(name)
        self.gui.press("F5")
        self.dialog = self.gui.dialog("testDialog")
        wait_for_end(self.gui, self.dialog)
        return self.dialog

    def click(self, name: str) -> None:
        self.gui.click(name, self.dialog)

    def rows(self, within: QWidget | None = None) -> list[QFrame]:
        frames = (within or self.dialog).findChildren(QFrame)
        return [row for row in frames if row.property("area") == "row" and row.findChildren(TimeBar)]

    def bars(self, within: QWidget | None = None) -> list[TimeBar]:
        return [bar for row in self.rows(within) if (bar := row.findChild(TimeBar))]

    def shares(self, within: QWidget | None = None) -> list[tuple[float, float, str]]:
        """Returns where each bar begins and ends, as shares of the axis, and its colour's name."""
        shares = []
        for bar in self.bars(within):
            filled = bar.filled
            shares.append((round(filled.left() / bar.width(), 2), round(filled.right() / bar.width(), 2), bar.token))
        return shares

    def said(self) -> list[str]:
        """Returns what every row says, column by column."""
        return [self.gui.words(row) for row in self.rows()]

    def transcript(self) -> QPlainTextEdit:
        return self.gui.part("transcript", self.dialog)
