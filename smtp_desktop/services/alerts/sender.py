"""The sender of alerts: by mail through an SMTP, and to a webhook."""

from collections.abc import Callable, Sequence

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import Alert
from smtp_desktop.domain.checks.alert_words import AlertWords, alert_document
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.errors import AlertFailed, NoSuchProfile
from smtp_desktop.domain.mail.address import BadAddress, parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.identity import identity_of, with_signature
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.alerts.ports import Webhook
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.ports import Clock, HealthStore, ProfileStore, Transport
from smtp_desktop.services.server_access import ServerAccess, known_fact

SMTP_GONE = msg("The SMTP for alerts no longer exists. Choose another one.")


class AlertSender:
    """Sends one alert. Both methods block on the network, and raise AlertFailed, VaultError, StoreError. `webhook` is
    asked for with the first post, since it loads much."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        health: HealthStore,
        access: ServerAccess,
        transport: Transport,
        webhook: Callable[[], Webhook],
        adviser: Adviser,
        clock: Clock,
        new_message_id: Callable[[str], str],
    ) -> None:
        self._profiles = profiles
        self._health = health
        self._access = access
        self._transport = transport
        self._webhook = webhook
        self._adviser = adviser
        self._clock = clock
        self._new_message_id = new_message_id

    def mail(self, smtp_id: ProfileId, to: str, words: AlertWords, *, cancel: Cancel) -> None:
        """Sends `words` to the address `to` through that SMTP."""
        try:
            profile = self._profiles.get(smtp_id)
        except NoSuchProfile as error:
            raise AlertFailed(SMTP_GONE) from error
        fact = known_fact(self._health, profile.server)
        credentials = self._access.credentials_of(profile, self._profiles.get)
        timeline = self._transport.converse(
            profile.server,
            secrets=credentials.secrets,
            token=credentials.token,
            mail=self._mail(profile, to, words),
            known_mode=fact.security.mode if fact else None,
            cancel=cancel,
            on_step=lambda _: None,
        )
        diagnosis = self._adviser.diagnose_timeline(timeline, profile)
        if diagnosis:
            clause = str(words_of(diagnosis.cause).clause)
            raise AlertFailed(msg("It couldn't be sent through {name}: {clause}.", name=profile.name, clause=clause))

    def post(self, url: Secret, alerts: Sequence[Alert], words: AlertWords, *, cancel: Cancel) -> None:
        """Posts `words`, and `alerts` as JSON, to the webhook."""
        self._webhook().post(url, alert_document(alerts, words), cancel=cancel)

    def _mail(self, profile: SmtpProfile, to: str, words: AlertWords) -> Mail:
        try:
            identity, recipient = identity_of(profile), parse_address(to)
        except BadAddress as error:
            why = msg("The SMTP {name} has no valid From address. Enter one and save.", name=profile.name)
            raise AlertFailed(why) from error
        message = Message(
            header_from=identity.header_from,
            to=(recipient,),
            subject=words.subject,
            text=with_signature(words.text, profile.signature),
            message_id=self._new_message_id(identity.header_from.domain),
            date=self._clock.now(),
        )
        return Mail(envelope=Envelope(sender=identity.envelope_sender, recipients=(recipient,)), message=message)
