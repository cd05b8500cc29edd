"""The request of a form whose user wants to sign in, and what that brought."""

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


class SignInWay(StrEnum):
    """How the user signs in: in a browser of this computer, or with a code elsewhere."""

    BROWSER = "browser"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """Sign in for what a form holds; `stored` is the SMTP that it edits, None for a new one."""

    draft: ProfileDraft
    stored: SmtpProfile | None

    @property
    def profile_id(self) -> ProfileId | None:
        return self.stored.id if self.stored else None

    @property
    def of_stored(self) -> SmtpProfile | None:
        """The SMTP whose stored sign-in this is about; None where the form holds another one."""
        stored = self.stored
        if stored is None or self.draft.typed_secrets:
            return None
        before = draft_of(stored)
        alike = before.client == self.draft.client and before.sign_in is self.draft.sign_in
        same_user = before.user_name == self.draft.user_name.strip()
        return stored if alike and same_user and same_host(before.host_name, self.draft.host_name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtTokens:
    """What a sign-in brought for a form that asked for it, which then has this `user_name`."""

    asked: SignInRequest
    tokens: TokenSet
    user_name: str
