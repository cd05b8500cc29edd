"""What is told of a conversation: its steps while they happen, its transcript, and no secret in either."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Party,
    RecipientRefused,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError

_NOT_REACHED = {stage: Step(stage=stage, outcome=StepStatus.NOT_REACHED) for stage in Stage}


class TimelineRecorder:
    """The growing timeline of one conversation. `now_s` counts from its beginning."""

    def __init__(
        self,
        stages: tuple[Stage, ...],
        *,
        on_step: Callable[[Step], None] | None,
        now_s: Callable[[], float],
        redactor: SecretRedactor | None = None,
    ) -> None:
        """`redactor` are those of an earlier record of the same connection; without `on_step` nobody hears of steps."""
        self.redactor = redactor or SecretRedactor()
        self.redactor.forget_words()
        self.refused: tuple[RecipientRefused, ...] = ()
        self.security: Security | None = None
        self._on_step = on_step
        self._now_s = now_s
        self._steps = {stage: _NOT_REACHED[stage] for stage in stages}
        self._running: Stage | None = None
        self._started_ms = 0.0
        self._transcript: list[TranscriptLine] = []

    @property
    def running(self) -> Stage | None:
        """The stage that runs now."""
        return self._running

    def begin(self, stage: Stage) -> None:
        """`stage` runs. One that still ran was not reached after all."""
        if self._running:
            self._end(StepStatus.NOT_REACHED, "")
        self._running = stage
        self._started_ms = self._now_ms()
        if self._on_step:
            self._tell(Step(stage=stage, outcome=StepStatus.RUNNING, started_ms=self._started_ms))

    def done(self, detail: str) -> None:
        """The running stage is done; `detail` says what came of it."""
        self._end(StepStatus.DONE, detail)

    def fail(self, error: SessionError) -> Failure:
        """The stage that `error` names, or else the running one, has failed. Returns the failure."""
        if error.stage and error.stage is not self._running:
            self.begin(error.stage)
        if self._running is None:
            raise RuntimeError("a conversation failed while no stage ran") from error
        stage = self._running
        outcome = StepStatus.UNKNOWN if error.kind is FailureKind.OUTCOME_UNKNOWN else StepStatus.FAILED
        self._end(outcome, str(error.reply) if error.reply else str(error.message))
        return Failure(
            stage=stage,
            kind=error.kind,
            message=error.message,
            reply=error.reply,
            certificate_fault=error.certificate_fault,
            chain=error.chain,
        )

    def client(self, shown: str) -> None:
        """The client said `shown`, which holds no secret."""
        self._write(Party.CLIENT, shown)

    def server(self, reply: Reply) -> None:
        """The server said `reply`, whose words are masked already."""
        for line in lines_of(reply):
            self._write(Party.SERVER, line)

    def answer(self, shown: str) -> None:
        """The server answered `shown`, which is masked already."""
        self._write(Party.SERVER, shown)

    def note(self, what: str) -> None:
        """Something happened below SMTP."""
        self._write(Party.NOTE, what)

    def said(self, lines: Iterable[TranscriptLine]) -> None:
        """These were said, and are masked already."""
        self._transcript.extend(lines)

    def timeline(self, *, failure: Failure | None, accepted: Reply | HttpReply | None) -> Timeline:
        """Returns the whole conversation. Where the server gave a secret in pieces, and the first of them in a reply
        that told nothing by itself, that piece is masked now."""
        steps, transcript = tuple(self._steps.values()), tuple(self._transcript)
        if self.redactor.has_pieces:
            again = self.redactor.again
            steps = tuple(replace(step, detail=again(step.detail)) for step in steps)
            transcript = tuple(
                replace(line, text=again(line.text)) if line.party is Party.SERVER else line for line in transcript
            )
        return Timeline(
            steps=steps,
            transcript=transcript,
            failure=failure,
            accepted=accepted,
            security=self.security,
            refused=self.refused if failure is None else (),
        )

    def _end(self, outcome: StepStatus, detail: str) -> None:
        stage, self._running = self._running, None
        if stage is None:
            raise RuntimeError("no stage runs")
        if outcome is StepStatus.NOT_REACHED:
            self._tell(_NOT_REACHED[stage])
            return
        duration_ms = self._now_ms() - self._started_ms
        self._tell(
            Step(stage=stage, outcome=outcome, detail=detail, started_ms=self._started_ms, duration_ms=duration_ms)
        )

    def _tell(self, step: Step) -> None:
        self._steps[step.stage] = step
        if self._on_step:
            self._on_step(step)

    def _write(self, party: Party, line: str) -> None:
        self._transcript.append(TranscriptLine(party=party, text=line, at_ms=self._now_ms()))

    def _now_ms(self) -> float:
        return self._now_s() * 1000


def lines_of(reply: Reply) -> list[str]:
    """Returns `reply` as it is said, line by line."""
    enhanced = f"{reply.enhanced_code} " if reply.enhanced_code else ""
    lines = [f"{reply.code}-{enhanced}{words}".rstrip() for words in reply.text[:-1]]
    return [*lines, f"{reply.code} {enhanced}{reply.text[-1]}".rstrip()]
