"""The settings of alerts: where they go, and a test of that."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import (
    SMTP_KEY,
    TO_KEY,
    AlertChannel,
    AlertChoices,
    alert_choices,
)
from smtp_desktop.domain.checks.alert_words import trial_words
from smtp_desktop.domain.errors import FieldError, FieldErrors, SmtpDesktopError, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.alerts.ports import AlertStore, Webhook
from smtp_desktop.services.alerts.sender import AlertSender
from smtp_desktop.services.ports import Preferences, ProfileStore, Vault

_OWNER, _FIELD = "alerts", "webhook"  # of the secret in the vault


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """Where alerts are to go, as typed: `smtp_id` None for no mail. `webhook` is a URL that was typed; "" for none, and
    None where the stored one stays."""

    smtp_id: ProfileId | None
    mail_to: str
    webhook: Secret | None


class AlertSettings:
    """Keeps and tests where alerts go. Blocks on the disk, the keyring, and in a test on the network."""

    def __init__(
        self,
        *,
        store: AlertStore,
        preferences: Preferences,
        profiles: ProfileStore,
        vault: Vault,
        webhook: Callable[[], Webhook],
        sender: AlertSender,
        computer: str,
    ) -> None:
        self._store = store
        self._preferences = preferences
        self._profiles = profiles
        self._vault = vault
        self._webhook = webhook
        self._sender = sender
        self._computer = computer

    def read(self) -> AlertChoices:
        """Returns where alerts go. Raises StoreError."""
        return alert_choices(self._preferences.all())

    def problems(self) -> Mapping[AlertChannel, str]:
        """Returns why alerts can't be sent for now, by channel. Raises StoreError."""
        return self._store.problems()

    def save(self, draft: AlertDraft) -> AlertChoices:
        """Keeps `draft`, and returns it as stored. Raises FieldErrors, VaultError, StoreError, NoSuchProfile; then
        nothing of it was saved."""
        self._refuse_wrong(draft)
        if draft.smtp_id:
            self._profiles.get(draft.smtp_id)
        if draft.webhook is not None:
            self._keep_webhook(draft.webhook)
        self._preferences.put(TO_KEY, draft.mail_to.strip() if draft.smtp_id else "")
        self._preferences.put(SMTP_KEY, draft.smtp_id or "")
        choices = self.read()
        self._store.keep_channels(choices.channels)
        for channel in choices.channels:
            self._store.set_problem(channel, "")  # it was about other settings
        return choices

    def send_test(self, draft: AlertDraft, *, cancel: Cancel) -> Mapping[AlertChannel, MessageText | None]:
        """Sends a test alert to where `draft` has it; returns by channel what went wrong, or None. Raises FieldErrors
        where the draft names nothing or can't be saved, VaultLocked, StoreError."""
        self._refuse_wrong(draft)
        words = trial_words(computer=self._computer)
        results: dict[AlertChannel, MessageText | None] = {}
        if draft.smtp_id:
            smtp_id, to = draft.smtp_id, draft.mail_to
            results[AlertChannel.MAIL] = _problem_of(lambda: self._sender.mail(smtp_id, to, words, cancel=cancel))
        url = self._url(draft)
        if url:
            results[AlertChannel.WEBHOOK] = _problem_of(lambda: self._sender.post(url, (), words, cancel=cancel))
        if not results:
            raise FieldErrors((FieldError(field="alert_smtp", message=msg("Choose an SMTP, or enter a webhook.")),))
        return results

    def _url(self, draft: AlertDraft) -> Secret | None:
        if draft.webhook is not None:
            return draft.webhook
        ref = self.read().webhook_ref
        return self._vault.get(ref) if ref else None

    def _refuse_wrong(self, draft: AlertDraft) -> None:
        problem = address_problem(draft.mail_to) if draft.smtp_id else None
        if problem:
            raise FieldErrors((FieldError(field="alert_to", message=problem),))
        if draft.webhook:
            self._webhook().shown(draft.webhook)

    def _keep_webhook(self, url: Secret) -> None:
        ref: SecretRef | None = None
        if url:
            # As with an SMTP's password: announced before it is written, named after it.
            ref = self._vault.new_ref(_OWNER, _FIELD)
            self._profiles.announce_secret(ref)
            self._vault.put(ref, url)
        stale = self._store.keep_webhook(ref, self._webhook().shown(url) if url else "")
        if stale:
            # What was saved is so by now. A later start erases what is left.
            with suppress(VaultError, StoreError):
                if stale in self._profiles.stale_secrets():  # no backup keeps it
                    self._vault.erase(stale)
                    self._profiles.forget_secret(stale)


def _problem_of(send: Callable[[], None]) -> MessageText | None:
    try:
        send()
    except (VaultLocked, StoreError):
        raise
    except SmtpDesktopError as error:
        return error.message
    return None
