"""Failures of sign-ins with a token: examples with the title of the advice that each should get, wordings with causes,
and what rules without words go by."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.known_advice import ENTRA_DOCUMENTS, OAUTH_DOCUMENTS

from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureDetail,
    FailureKind,
    HttpReply,
    Reply,
    Stage,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SignIn

_AADSTS = re.compile(r"AADSTS(\d+)(?:: )?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthExample:
    """A failure at an SMTP that signs in as `context` says, and the title of the advice for it."""

    title: str
    failure: Failure
    context: FailureContext

    def __str__(self) -> str:
        return f"{self.title} {self.failure.reply or self.failure.kind}"[:70]


def context_of(
    sign_in: str,
    authority: str,
    *,
    host: str = "",
    credential: str = "secret",
    client_id: str = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab",
) -> FailureContext:
    """Returns the context of an SMTP that signs in with a token."""
    return FailureContext(
        host=host,
        port=587,
        tls=True,
        auth=True,
        user_name="svc@company.example",
        from_address="boss@company.example",
        envelope_sender="svc@company.example",
        sign_in=SignIn(sign_in),
        authority=OAuthProvider(authority),
        client_id=client_id,
        credential=AppCredential(credential),
        graph=False,
    )


def refusal(status: int, error: str, description: str) -> Failure:
    """Returns the refusal of an authorization server, as the transport reads it."""
    numbers = tuple(int(number) for number in _AADSTS.findall(description))
    reply = HttpReply(
        code=status,
        error_code=f"AADSTS{numbers[0]}" if numbers else error,
        text=(_AADSTS.sub("", description),),
        aadsts=numbers,
    )
    return Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=msg("It failed."), reply=reply)


def said(stage: str, words: str) -> Failure:
    """Returns the refusal of an SMTP server, in its words, one line each."""
    code = int(words[:3])
    lines = [re.sub(r"^\d{3}[ -]", "", line) for line in words.split("\n")]
    enhanced = re.match(r"\d\.\d+\.\d+", lines[0])
    texts = tuple(re.sub(r"^\d\.\d+\.\d+ *", "", line) for line in lines)
    reply = Reply(code=code, enhanced_code=enhanced[0] if enhanced else "", text=texts)
    return Failure(stage=Stage(stage), kind=FailureKind.REPLY, message=msg("It failed."), reply=reply)


def _silent(kind: str, stage: str, detail: str = "") -> Failure:
    return Failure(
        stage=Stage(stage),
        kind=FailureKind(kind),
        message=msg("It failed."),
        detail=FailureDetail(detail) if detail else None,
    )


def _example(title: str, failure: Failure, sign_in: str, authority: str, host: str = "") -> OAuthExample:
    return OAuthExample(title=title, failure=failure, context=context_of(sign_in, authority, host=host))


_DENIED = "554 5.2.252 SendAsDenied; svc@company.example not allowed to send as boss@company.example"
_LOGON = "430 4.2.0 STOREDRV; mailbox logon failure"
_OFFICE = "smtp.office365.com"

EXAMPLES = (
    _example(
        "The mail server offers no sign-in with a token", _silent("mechanism_missing", "sign_in"), "browser", "other"
    ),
    _example(
        "The token lacks the scope that the mail server demands",
        said("sign_in", '535 5.7.8 Authentication failed {"status": "insufficient_scope", "scope": "smtp"}'),
        "browser",
        "other",
    ),
    _example(
        "Google wants the client secret",
        refusal(400, "invalid_request", "client_secret is missing."),
        "browser",
        "google",
    ),
    _example(
        "This computer's clock is wrong",
        refusal(400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)"),
        "app-only",
        "google",
    ),
    _example(
        "The service account's key is not valid",
        refusal(400, "invalid_grant", "Invalid grant: account not found"),
        "app-only",
        "google",
    ),
    _example(
        "Google Workspace has no mailbox with this user name",
        refusal(400, "invalid_grant", "Invalid email or User ID"),
        "app-only",
        "google",
    ),
    _example(
        "The account is disabled at the authorization server",
        refusal(400, "invalid_grant", "Account disabled"),
        "browser",
        "other",
    ),
    _example(
        "The account is disabled at the authorization server",
        refusal(400, "invalid_grant", "Account is not fully set up"),
        "browser",
        "other",
    ),
    _example(
        "The provider allows no code for this client",
        refusal(400, "unauthorized_client", "Client is not allowed to initiate OAuth 2.0 Device Authorization Grant."),
        "device",
        "other",
    ),
    _example(
        "The address is not one of an authorization server",
        refusal(404, "Realm does not exist", ""),
        "browser",
        "other",
    ),
    _example(
        "The client is not of the type Desktop app",
        refusal(400, "invalid_request", "Invalid parameter value for redirect_uri"),
        "browser",
        "google",
    ),
    _example("The app has no right to this mailbox", said("sender", _LOGON), "app-only", "microsoft", _OFFICE),
    _example(
        "The person who signed in has no right to this mailbox",
        said("content", _LOGON),
        "browser",
        "microsoft",
        _OFFICE,
    ),
    _example("The app may not send as the From address", said("content", _DENIED), "app-only", "microsoft", _OFFICE),
    _example(
        "The person who signed in may not send as the From address",
        said("content", _DENIED),
        "browser",
        "microsoft",
        _OFFICE,
    ),
    _example(
        "SMTP sign-in is off for the whole Microsoft 365 tenant",
        said(
            "sign_in", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
        ),
        "app-only",
        "microsoft",
        _OFFICE,
    ),
    _example("The client secret has expired", refusal(401, "", "AADSTS7000222"), "app-only", "microsoft"),
    _example("Entra ID did not accept the app's signature", refusal(401, "", "AADSTS7000214"), "app-only", "microsoft"),
)

# What authorization servers and mail servers said, and what an administrator would make of it, written before there
# were rules. `source` is the public thread or page; of the page with Microsoft's numbers, words are shortened. `who`
# has to do something first: the user of the mailbox, an administrator at the provider, whoever manages the SMTP here,
# or nobody.
WORDINGS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("oauth_wordings.json").read_text(encoding="utf-8"))
OWN_DOCUMENTS = [document for document in OAUTH_DOCUMENTS if document not in ENTRA_DOCUMENTS]


def failure_in(wording: Mapping[str, Any]) -> tuple[Failure, FailureContext]:
    """Returns the failure that a wording is, at an SMTP that signs in as it says."""
    context = context_of(
        wording["sign_in"],
        wording["authority"],
        host=wording.get("host", ""),
        credential=wording.get("credential", "secret"),
    )
    if "reply" in wording:
        return said(wording["stage"], wording["reply"]), context
    return refusal(wording["status"], wording["error"], wording["said"]), context


def conditions() -> Iterator[tuple[str, Failure, FailureContext]]:
    """Yields each number, error and detail that a rule without words goes by, as a failure, with the rule's title."""
    for document in OWN_DOCUMENTS:
        whens = document["when"] if isinstance(document["when"], list) else [document["when"]]
        for when in whens:
            if "words" in when or not when:
                continue
            for sign_in in when.get("sign_in", ["browser"]):
                for authority in when.get("authority", ["other"]):
                    context = context_of(sign_in, authority, credential=when.get("credential", ["secret"])[0])
                    yield from ((document["title"], failure, context) for failure in _failures_of(when))


def _failures_of(when: Mapping[str, Any]) -> Iterator[Failure]:
    kind = FailureKind(when["kinds"][0])
    replies: list[HttpReply | None] = [
        *(HttpReply(code=400, error_code=f"AADSTS{number}", aadsts=(number,)) for number in when.get("aadsts", ())),
        *(HttpReply(code=400, error_code=error) for error in when.get("errors", ())),
        *(HttpReply(code=code) for code in when.get("codes", ())),
    ]
    for reply in replies or [HttpReply(code=400) if kind is FailureKind.TOKEN_REFUSED else None]:
        for detail in when.get("details", [None]):
            for fault in when.get("faults", [None]):
                yield Failure(
                    stage=Stage.TOKEN,
                    kind=kind,
                    message=msg("It failed."),
                    reply=reply,
                    detail=FailureDetail(detail) if detail else None,
                    certificate_fault=CertificateFault(fault) if fault else None,
                )
