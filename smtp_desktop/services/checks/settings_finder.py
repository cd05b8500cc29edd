"""The settings finder: probes servers for settings that work in place of those that failed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.candidates import SUBMISSION_PORTS, Candidate, candidates_after, is_about_sender
from smtp_desktop.domain.checks.suggestion import Confidence, Probe, SearchResult, Suggestion, changes_of
from smtp_desktop.domain.diagnosis.conversation import Failure, Stage, Timeline
from smtp_desktop.domain.diagnosis.incomplete import incomplete_failure
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint, kept_secrets
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SecretField, SmtpProfile, with_refs
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.ports import Events, HealthStore, Prober, ProfileStore
from smtp_desktop.services.server_access import Credentials, ServerAccess, known_fact, learn_server_fact

OnProbe = Callable[[Probe], None]


class SettingsFinder:
    """Looks for settings that work, without sending a mail. Sends the password once at most, and only to the host that
    it was entered for. Any call may block on the network and the keyring: never call it on the GUI thread."""

    def __init__(
        self,
        *,
        store: ProfileStore,
        health: HealthStore,
        access: ServerAccess,
        prober: Prober,
        events: Events,
        read_providers: Callable[[], Providers],
        ports: Sequence[int] = SUBMISSION_PORTS,
    ) -> None:
        """`ports` are those on which servers usually take mail, the best first."""
        self._store = store
        self._health = health
        self._access = access
        self._prober = prober
        self._events = events
        self._read_providers = read_providers
        self._ports = tuple(ports)

    def probe(self, profile: SmtpProfile, server: GenericServer, *, cancel: Cancel) -> Timeline:
        """Tries the SMTP's present settings up to MAIL FROM, and sends nothing. Raises VaultError, StoreError."""
        failure = incomplete_failure(profile)
        if failure:
            return Timeline(steps=(), failure=failure)
        credentials = self._access.credentials_of(profile, self._store.get)
        sender = identity_of(profile).envelope_sender
        return self._converse(server, sender, cancel, credentials=credentials, patient=True)

    def look(self, server: GenericServer, *, cancel: Cancel) -> Timeline:
        """Connects to `server` and secures the connection, without a password; the timeline has the certificates.
        Raises StoreError."""
        return self._converse(server, None, cancel, patient=True)

    def find(
        self,
        draft: ProfileDraft,
        *,
        profile_id: ProfileId | None,
        failure: Failure,
        cause: Cause,
        cancel: Cancel,
        on_probe: OnProbe,
    ) -> SearchResult:
        """Looks for settings that work after `failure`, whose diagnosis is `cause`, of those in `draft`, which may be
        unsaved.

        `profile_id` is the SMTP that `draft` edits, None for a new one. Calls `on_probe` when each probe begins and
        when it ends, on the calling thread. Raises NoSuchProfile, VaultError, StoreError; then nothing was tried.
        """
        candidates = candidates_after(
            draft,
            failure,
            cause,
            providers=self._read_providers(),
            ports=self._ports,
            working=self._health.last_working(profile_id) if profile_id else None,
        )
        # First: a locked vault shows at once, not after a wait for the network.
        credentials = self._credentials(draft, profile_id) if candidates else None
        if is_about_sender(failure, cause):
            return self._find_sender(draft, candidates, credentials, cancel, on_probe)
        probes = self._probe_all(candidates, credentials, cancel, on_probe)
        best = next((probe.candidate for probe in probes if probe.works and probe.candidate.same_host), None)
        signed_in = None
        if best and credentials and not cancel.requested:
            signed_in = self._sign_in(best, credentials, None, cancel, on_probe)
        suggestions = [_suggestion(draft, probe, signed_in) for probe in probes if probe.works]
        # The proven one comes first.
        suggestions.sort(key=lambda suggestion: suggestion.confidence is not Confidence.SIGNED_IN)
        return SearchResult(probes=(*probes, *([signed_in] if signed_in else [])), suggestions=tuple(suggestions))

    def _credentials(self, draft: ProfileDraft, profile_id: ProfileId | None) -> Credentials | None:
        """Returns what was entered for the draft's host, typed or stored; None where there is nothing."""
        if not draft.auth_required:
            return None
        typed = draft.typed_secrets
        stored = self._store.get(profile_id) if profile_id else None
        kept = kept_secrets(draft, stored)
        profile = SmtpProfile(id=profile_id or ProfileId(""), name=draft.name, server=_server_of(draft))
        if not profile.needed_secrets <= kept | set(typed):
            return None
        refs = {field: ref for field, ref in (stored.secret_refs if stored else {}).items() if field in kept}
        profile = replace(profile, server=with_refs(profile.server, refs))
        return self._access.credentials_of(profile, self._store.get, typed)

    def _find_sender(
        self,
        draft: ProfileDraft,
        candidates: tuple[Candidate, ...],
        credentials: Credentials | None,
        cancel: Cancel,
        on_probe: OnProbe,
    ) -> SearchResult:
        if credentials is None or not candidates or cancel.requested:
            return SearchResult(probes=(), suggestions=())
        candidate = candidates[0]
        probe = self._sign_in(candidate, credentials, _sender_of(candidate.draft), cancel, on_probe)
        suggestions: tuple[Suggestion, ...] = ()
        if probe.works:
            changes = changes_of(draft, candidate.draft)
            suggestions = (Suggestion(candidate=candidate, changes=changes, confidence=Confidence.SENDER_TAKEN),)
        return SearchResult(probes=(probe,), suggestions=suggestions)

    def _probe_all(
        self, candidates: tuple[Candidate, ...], unsent: Credentials | None, cancel: Cancel, on_probe: OnProbe
    ) -> list[Probe]:
        """Returns how far each candidate lets in without the credentials, which none of them gets."""
        if not candidates or cancel.requested:
            return []
        for candidate in candidates:
            on_probe(Probe(candidate=candidate))
        password = unsent.secrets.get(SecretField.PASSWORD) if unsent else None
        # A Cancel wakes a single conversation, so each probe has its own.
        cancels = [Cancel() for _ in candidates]

        def cancel_all() -> None:
            for probe_cancel in cancels:
                probe_cancel.request()

        cancel.set_waker(cancel_all)
        try:
            with ThreadPoolExecutor(len(candidates), thread_name_prefix="probe") as pool:
                futures = {
                    pool.submit(
                        self._converse, _server_of(candidate.draft), None, own_cancel, unsent_password=password
                    ): candidate
                    for candidate, own_cancel in zip(candidates, cancels, strict=True)
                }
                ended = {}
                for future in as_completed(futures):
                    ended[future] = Probe(candidate=futures[future], timeline=future.result())
                    on_probe(ended[future])
        finally:
            cancel.set_waker(None)
        return [ended[future] for future in futures]

    def _sign_in(
        self,
        candidate: Candidate,
        credentials: Credentials,
        sender: Address | None,
        cancel: Cancel,
        on_probe: OnProbe,
    ) -> Probe:
        if not candidate.same_host:
            raise RuntimeError("a password is never given to a host that it was not entered for")
        probe = Probe(candidate=candidate, with_password=True)
        on_probe(probe)
        timeline = self._converse(_server_of(candidate.draft), sender, cancel, credentials=credentials)
        probe = replace(probe, timeline=timeline)
        on_probe(probe)
        return probe

    def _converse(
        self,
        server: GenericServer,
        sender: Address | None,
        cancel: Cancel,
        *,
        credentials: Credentials | None = None,
        unsent_password: Secret | None = None,
        patient: bool = False,
    ) -> Timeline:
        fact = known_fact(self._health, server)
        timeline = self._prober.probe(
            server,
            password=credentials.secrets.get(SecretField.PASSWORD) if credentials else None,
            token=credentials.token if credentials else None,
            sender=sender,
            known_mode=fact.security.mode if fact else None,
            cancel=cancel,
            unsent_password=unsent_password,
            patient=patient,
        )
        learn_server_fact(timeline, server, known=fact, health=self._health, events=self._events)
        return timeline


def _server_of(draft: ProfileDraft) -> GenericServer:
    return GenericServer(
        host_name=draft.host_name.strip(),
        smtp_port=int(draft.smtp_port),
        tls=draft.tls,
        auth_required=draft.auth_required,
        user_name=draft.user_name.strip(),
        sign_in=draft.sign_in,
        oauth=draft.client,
        app_credential=draft.app_credential,
        envelope_sender=draft.envelope_sender,
        trusted_ca_pem=draft.trusted_ca_pem,
        trusted_fingerprint=kept_fingerprint(draft),
        ehlo_name=draft.ehlo_name.strip(),
    )


def _sender_of(draft: ProfileDraft) -> Address:
    profile = SmtpProfile(
        id=ProfileId(""), name=draft.name, server=_server_of(draft), from_address=draft.from_address.strip()
    )
    return identity_of(profile).envelope_sender


def _suggestion(draft: ProfileDraft, probe: Probe, signed_in: Probe | None) -> Suggestion:
    candidate = probe.candidate
    refusal = None
    if not draft.auth_required:
        confidence = Confidence.ANSWERS
    elif not candidate.same_host:
        confidence = Confidence.OTHER_HOST
    elif signed_in and signed_in.candidate == candidate and signed_in.works:
        confidence = Confidence.SIGNED_IN
    elif signed_in and _refused_sign_in(signed_in):
        # Most likely the same server behind another port, which would refuse the sign-in as well.
        confidence, refusal = Confidence.SIGN_IN_REFUSED, signed_in.failure
    else:
        confidence = Confidence.OFFERS_SIGN_IN
    return Suggestion(
        candidate=candidate, changes=changes_of(draft, candidate.draft), confidence=confidence, refusal=refusal
    )


def _refused_sign_in(probe: Probe) -> bool:
    failure = probe.failure
    return failure is not None and failure.stage is Stage.SIGN_IN and failure.reply is not None
