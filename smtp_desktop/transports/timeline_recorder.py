"""The recorder of a conversation: its steps while they happen, and its transcript, without a secret in either."""

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
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError

_NOT_REACHED = {stage: Step(stage=stage, status=StepStatus.NOT_REACHED) for stage in Stage}


class TimelineRecorder:
    """Records the timeline of one operation. `now_s` returns seconds since its beginning. Used from one thread, which
    also calls `on_step`."""

    def __init__(
        self,
        stages: tuple[Stage, ...],
        *,
        on_step: Callable[[Step], None] | None,
        now_s: Callable[[], float],
        redactor: SecretRedactor | None = None,
    ) -> None:
        """`redactor` is the one of earlier operations on the same connection, if there were any."""
        self.redactor = redactor or SecretRedactor()
        self.redactor.forget_context()
        self.taken: list[str] = []
        """Recipients whom the server has accepted so far."""
        self.in_doubt: tuple[str, ...] = ()
        """Recipients of whom nobody knows whether they got the mail, while others did."""
        self._refused: dict[str, RecipientRefused] = {}
        self._security: Security | None = None
        self._on_step = on_step
        self._now_s = now_s
        self._steps = {stage: _NOT_REACHED[stage] for stage in stages}
        self._running: Stage | None = None
        self._started_ms = 0.0
        self._transcript: list[TranscriptLine] = []

    @property
    def running(self) -> Stage | None:
        """The stage that is running, if any."""
        return self._running

    @property
    def refused(self) -> tuple[RecipientRefused, ...]:
        """Recipients whom the server has refused so far."""
        return tuple(self._refused.values())

    def refuse(self, recipient: str, reply: Reply) -> None:
        """Notes that `recipient` was refused, in place of an earlier refusal."""
        self._refused[recipient] = RecipientRefused(recipient=recipient, reply=reply)

    def take(self, *recipients: str) -> None:
        """Notes that `recipients` were accepted, though they may have been refused before."""
        self.taken += recipients
        for recipient in recipients:
            self._refused.pop(recipient, None)

    @property
    def steps(self) -> dict[Stage, Step]:
        """Returns a copy of the steps so far."""
        return dict(self._steps)

    def secured(self, security: Security) -> Security:
        """Notes how the connection is secured. Returns that as it may be shown."""
        self._security = replace(security, chain=self.redacted_chain(security.chain))
        return self._security

    def redacted_chain(self, chain: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        """Returns `chain` as it may be shown: the names in a certificate are words of the server's, too."""
        shown = [self.redactor.redact_all((one.subject, one.issuer, *one.names)) for one in chain]
        return tuple(
            replace(one, subject=subject, issuer=issuer, names=tuple(names))
            for one, (subject, issuer, *names) in zip(chain, shown, strict=True)
        )

    def restore(self, steps: dict[Stage, Step]) -> None:
        """Shows `steps` again: what came after them changes nothing about the outcome."""
        self._running = None
        for step in steps.values():
            self._set_step(step)

    def begin(self, stage: Stage) -> None:
        """Starts `stage`. One that was still running counts as not reached."""
        if self._running:
            self._end(StepStatus.NOT_REACHED, "")
        self._running = stage
        self._started_ms = self._now_ms()
        if self._on_step:
            self._set_step(Step(stage=stage, status=StepStatus.RUNNING, started_ms=self._started_ms))

    def done(self, detail: str) -> None:
        """Ends the running stage as done; `detail` is its result in words."""
        self._end(StepStatus.DONE, detail)

    def fail(self, error: SessionError) -> Failure:
        """Ends the stage that `error` names, or else the running one, as failed. Returns the failure."""
        if error.stage and error.stage is not self._running:
            self.begin(error.stage)
        if self._running is None:
            raise RuntimeError("a conversation failed while no stage ran") from error
        stage = self._running
        status = StepStatus.UNKNOWN if error.kind is FailureKind.OUTCOME_UNKNOWN else StepStatus.FAILED
        message = error.message
        if error.kind is FailureKind.CERTIFICATE and (reason := message.values.get("reason")):
            # In the words of the system's trust store, which may name the certificate.
            message = replace(message, values={**message.values, "reason": self.redactor.redact(str(reason))})
        self._end(status, str(error.reply) if error.reply else str(message))
        return Failure(
            stage=stage,
            kind=error.kind,
            message=message,
            reply=error.reply,
            certificate_fault=error.certificate_fault,
            chain=self.redacted_chain(error.chain),
            detail=error.detail,
        )

    def client(self, shown: str) -> None:
        """Adds a command to the transcript; `shown` must hold no secret."""
        self._write(Party.CLIENT, shown)

    def server(self, reply: Reply) -> None:
        """Adds a reply to the transcript; its text must be redacted already."""
        for line in lines_of(reply):
            self._write(Party.SERVER, line)

    def answer(self, shown: str) -> None:
        """Adds a response that is no SMTP reply to the transcript; `shown` must be redacted already."""
        self._write(Party.SERVER, shown)

    def note(self, what: str) -> None:
        """Adds a remark about the connection to the transcript."""
        self._write(Party.NOTE, what)

    def extend(self, lines: Iterable[TranscriptLine]) -> None:
        """Adds lines to the transcript; they must be redacted already."""
        self._transcript.extend(lines)

    def timeline(self, *, failure: Failure | None, accepted: Reply | HttpReply | None) -> Timeline:
        """Returns the whole timeline. Where the server spread a secret over several replies, of which the first gave
        nothing away by themselves, these are withheld now."""
        steps, transcript = tuple(self._steps.values()), tuple(self._transcript)
        if self.redactor.has_late:
            again = self.redactor.redact_again
            steps = tuple(replace(step, detail=again(step.detail)) for step in steps)
            transcript = tuple(
                replace(line, text=again(line.text)) if line.party is Party.SERVER else line for line in transcript
            )
        return Timeline(
            steps=steps,
            transcript=transcript,
            failure=failure,
            accepted=accepted,
            security=self._security,
            refused=self.refused,
            in_doubt=self.in_doubt,
        )

    def _end(self, status: StepStatus, detail: str) -> None:
        stage, self._running = self._running, None
        if stage is None:
            raise RuntimeError("no stage runs")
        if status is StepStatus.NOT_REACHED:
            self._set_step(_NOT_REACHED[stage])
            return
        duration_ms = self._now_ms() - self._started_ms
        self._set_step(
            Step(stage=stage, status=status, detail=detail, started_ms=self._started_ms, duration_ms=duration_ms)
        )

    def _set_step(self, step: Step) -> None:
        self._steps[step.stage] = step
        if self._on_step:
            self._on_step(step)

    def _write(self, party: Party, line: str) -> None:
        self._transcript.append(TranscriptLine(party=party, text=line, at_ms=self._now_ms()))

    def _now_ms(self) -> float:
        return self._now_s() * 1000


def lines_of(reply: Reply) -> list[str]:
    """Returns `reply` as a transcript shows it, line by line."""
    enhanced = f"{reply.enhanced_code} " if reply.enhanced_code else ""
    lines = [f"{reply.code}-{enhanced}{words}".rstrip() for words in reply.text[:-1]]
    return [*lines, f"{reply.code} {enhanced}{reply.text[-1]}".rstrip()]
