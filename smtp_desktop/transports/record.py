"""What is told of a conversation: its steps while they happen, its transcript, and no secret in either."""

from collections.abc import Callable
from dataclasses import replace

from smtp_desktop.domain.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Outcome,
    Party,
    RecipientRefused,
    Reply,
    Security,
    Stage,
    Step,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.transports.ending import Ended
from smtp_desktop.transports.masks import Masks


class Record:
    """The growing timeline of one conversation. `now_s` counts from its beginning."""

    def __init__(
        self,
        stages: tuple[Stage, ...],
        *,
        on_step: Callable[[Step], None],
        now_s: Callable[[], float],
        masks: Masks | None = None,
    ) -> None:
        """`masks` are those of an earlier record of the same connection."""
        self.masks = masks or Masks()
        self.masks.forget_words()
        self.refused: tuple[RecipientRefused, ...] = ()
        self.security: Security | None = None
        self._on_step = on_step
        self._now_s = now_s
        self._steps = {stage: Step(stage=stage, outcome=Outcome.NOT_REACHED) for stage in stages}
        self._running: Stage | None = None
        self._transcript: list[TranscriptLine] = []

    @property
    def running(self) -> Stage | None:
        """The stage that runs now."""
        return self._running

    def begin(self, stage: Stage) -> None:
        """`stage` runs. One that still ran was not reached after all."""
        if self._running:
            self._end(Outcome.NOT_REACHED, "")
        self._running = stage
        self._tell(Step(stage=stage, outcome=Outcome.RUNNING, started_ms=self._now_ms()))

    def done(self, detail: str) -> None:
        """The running stage is done; `detail` says what came of it."""
        self._end(Outcome.DONE, detail)

    def fail(self, ended: Ended) -> Failure:
        """The stage that `ended` names, or else the running one, has failed. Returns the failure."""
        if ended.stage and ended.stage is not self._running:
            self.begin(ended.stage)
        if self._running is None:
            raise RuntimeError("a conversation failed while no stage ran") from ended
        stage = self._running
        outcome = Outcome.UNKNOWN if ended.kind is FailureKind.OUTCOME_UNKNOWN else Outcome.FAILED
        self._end(outcome, str(ended.reply) if ended.reply else str(ended.message))
        return Failure(
            stage=stage,
            kind=ended.kind,
            message=ended.message,
            reply=ended.reply,
            certificate_fault=ended.certificate_fault,
            chain=ended.chain,
        )

    def client(self, shown: str) -> None:
        """The client said `shown`, which holds no secret."""
        self._write(Party.CLIENT, shown)

    def server(self, reply: Reply) -> None:
        """The server said `reply`, whose words are masked already."""
        enhanced = f"{reply.enhanced_code} " if reply.enhanced_code else ""
        for number, words in enumerate(reply.text, start=1):
            separator = " " if number == len(reply.text) else "-"
            self._write(Party.SERVER, f"{reply.code}{separator}{enhanced}{words}".rstrip())

    def answer(self, shown: str) -> None:
        """The server answered `shown`, which is masked already."""
        self._write(Party.SERVER, shown)

    def note(self, what: str) -> None:
        """Something happened below SMTP."""
        self._write(Party.NOTE, what)

    def timeline(self, *, failure: Failure | None, accepted: Reply | HttpReply | None) -> Timeline:
        """Returns the whole conversation. Where the server gave a secret in pieces, and the first of them in a reply
        that told nothing by itself, that piece is masked now."""
        steps, transcript = tuple(self._steps.values()), tuple(self._transcript)
        if self.masks.has_pieces:
            again = self.masks.again
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

    def _end(self, outcome: Outcome, detail: str) -> None:
        if self._running is None:
            raise RuntimeError("no stage runs")
        started = self._steps[self._running]
        self._running = None
        duration_ms = self._now_ms() - started.started_ms
        if outcome is Outcome.NOT_REACHED:
            self._tell(Step(stage=started.stage, outcome=outcome))
        else:
            self._tell(replace(started, outcome=outcome, detail=detail, duration_ms=duration_ms))

    def _tell(self, step: Step) -> None:
        self._steps[step.stage] = step
        self._on_step(step)

    def _write(self, party: Party, line: str) -> None:
        self._transcript.append(TranscriptLine(party=party, text=line, at_ms=self._now_ms()))

    def _now_ms(self) -> float:
        return self._now_s() * 1000
