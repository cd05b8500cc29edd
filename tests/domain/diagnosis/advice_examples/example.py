"""The parts of one example."""

import re
from dataclasses import dataclass, field

from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureDetail,
    FailureKind,
    Reply,
    Stage,
)
from smtp_desktop.domain.message_text import msg

SERVER = "smtp.company.example"
Row = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A failure in `context`, and the title of the advice for it.

    `said` are the server's lines as they come over the wire, in answer to EHLO where `to_ehlo` is set and else to what
    `stage` says; where it is empty, `mischief` names what the server or the network does instead. `rows` are the rows
    of the tables of known failures that the example stands for: a number is one of the reply table.
    """

    title: str
    stage: Stage
    kind: FailureKind = FailureKind.REPLY
    said: tuple[str, ...] = ()
    to_ehlo: bool = False
    mischief: str = ""
    fault: CertificateFault | None = None
    detail: FailureDetail | None = None
    context: FailureContext = field(default_factory=FailureContext)
    rows: tuple[Row, ...] = ()

    def __str__(self) -> str:
        return f"{self.mischief or self.said[0]} @ {self.context.host}"[:70]

    @property
    def reply(self) -> Reply | None:
        """What `said` is read as."""
        if not self.said:
            return None
        code = int(self.said[-1][:3])
        parts = [re.fullmatch(rf"\d{{3}}[ -](?:({code // 100}\.\d+\.\d+)(?: +|$))?(.*)", line) for line in self.said]
        matches = [match for match in parts if match]
        assert len(matches) == len(self.said), self.said
        return Reply(
            code=code,
            enhanced_code=next((match[1] for match in matches if match[1]), ""),
            text=tuple(match[2].strip() for match in matches),
        )

    @property
    def failure(self) -> Failure:
        """The failure as a transport reports it."""
        return Failure(
            stage=self.stage,
            kind=self.kind,
            message=msg("It failed."),
            reply=self.reply,
            certificate_fault=self.fault,
            detail=self.detail,
        )


def said(
    title: str,
    stage: str,
    words: str,
    *rows: Row,
    host: str = SERVER,
    port: int = 465,
    tls: bool = True,
    auth: bool = True,
    kind: str = "reply",
    to_ehlo: bool = False,
    detail: str | None = None,
    server_words: str = "",
    user: str = "",
) -> Example:
    """Returns an example in which the server says `words`, one line each, at `stage`. `user` is the SMTP's address."""
    return Example(
        title=title,
        stage=Stage(stage),
        kind=FailureKind(kind),
        said=tuple(words.split("\n")),
        to_ehlo=to_ehlo,
        detail=FailureDetail(detail) if detail else None,
        context=FailureContext(
            host=host,
            port=port,
            tls=tls,
            auth=auth,
            user_name=user if auth else "",
            from_address=user,
            envelope_sender=user,
            server_words=server_words,
        ),
        rows=rows,
    )


def silent(
    title: str,
    mischief: str,
    stage: str,
    kind: str,
    *rows: Row,
    host: str = SERVER,
    port: int = 587,
    tls: bool = True,
    auth: bool = True,
    fault: str | None = None,
    detail: str | None = None,
) -> Example:
    """Returns an example in which the server says nothing that is a reason, but `mischief` happens."""
    return Example(
        title=title,
        stage=Stage(stage),
        kind=FailureKind(kind),
        mischief=mischief,
        fault=CertificateFault(fault) if fault else None,
        detail=FailureDetail(detail) if detail else None,
        context=FailureContext(host=host, port=port, tls=tls, auth=auth),
        rows=rows,
    )
