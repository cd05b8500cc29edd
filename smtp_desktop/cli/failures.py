"""What commands tell of a failure: who said what, and what to do about it."""

from smtp_desktop.cli.certificates import certificate_documents, certificate_lines
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply

# Who else than Microsoft it was that answered.
_OTHER_SPEAKERS = {FailureKind.PROXY: "The proxy said", FailureKind.NOT_GRAPH: "The answer was"}


def said_lines(failure: Failure, host: str) -> list[str]:
    """Returns what the server, which is `host` where it is not Microsoft's, said, or the certificates that it showed;
    a line for each id that Microsoft's support asks for."""
    reply = failure.reply
    if reply is None:
        return certificate_lines(failure.chain)
    if isinstance(reply, Reply):
        return [f"{host} said: {reply}"]
    lines = [f"{_OTHER_SPEAKERS.get(failure.kind, 'Microsoft said')}: {reply}"]
    if reply.retry_after_s is not None:
        lines.append(f"Asked to wait {reply.retry_after_s:g} s before the next try.")
    return lines + [f"{support_id.name}: {support_id.value}" for support_id in reply.ids]


def advice_lines(advice: Advice | None) -> list[str]:
    """Returns what it means and the numbered steps, below an empty line; nothing without advice."""
    if advice is None:
        return []
    steps = [f"  {number}. {step}" for number, step in enumerate(advice.steps, start=1)]
    return ["", str(advice.title), str(advice.meaning), *steps]


def failure_document(failure: Failure | None) -> dict[str, object]:
    """Returns what `--json` tells of the failure itself. Every key is there, null where there is none."""
    return {
        "stage": failure.stage.value if failure else None,
        "kind": failure.kind.value if failure else None,
        "message": str(failure.message) if failure else None,
        "certificate": certificate_documents(failure.chain) if failure and failure.chain else None,
    }


def reply_document(reply: Reply | HttpReply | None) -> dict[str, object] | None:
    """Returns what a server said; Microsoft's answers have `ids` and `retry_after_s` besides."""
    if reply is None:
        return None
    words = "\n".join(reply.text)
    if isinstance(reply, Reply):
        return {"code": reply.code, "enhanced_code": reply.enhanced_code, "text": words}
    return {
        "code": reply.code,
        "enhanced_code": reply.error_code,
        "text": words,
        "ids": {support_id.name: support_id.value for support_id in reply.ids},
        "retry_after_s": reply.retry_after_s,
    }


def advice_document(advice: Advice | None) -> dict[str, object] | None:
    """Returns title, meaning and steps."""
    if advice is None:
        return None
    return {"title": str(advice.title), "meaning": str(advice.meaning), "steps": [str(step) for step in advice.steps]}
