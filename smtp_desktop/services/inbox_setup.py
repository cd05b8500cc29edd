"""The set-up of the local inbox: its server, and the SMTP that points to it."""

from dataclasses import replace

from smtp_desktop.domain.errors import NoSuchProfile, PortTaken
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.ports import InboxServer, Preferences
from smtp_desktop.services.profiles import Profiles

NAME = "Local_Inbox"
HOST = "localhost"
_PORT = 2525
_KEY = "inbox.profile"


class InboxSetup:
    """Starts the local inbox. Its certificate and password are new at each start, so the SMTP is updated each time."""

    def __init__(self, *, server: InboxServer, profiles: Profiles, preferences: Preferences) -> None:
        self._server = server
        self._profiles = profiles
        self._preferences = preferences

    def open(self) -> SmtpProfile:
        """Starts the local inbox and returns the SMTP that sends to it, made or updated as needed. Blocks. Raises
        VaultError, StoreError, and what the server raises when it can't listen."""
        stored = self._stored()
        if stored and isinstance(stored.server, GenericServer) and stored.server.trusted_ca_pem == self._server.ca_pem:
            return stored  # the server runs, and the SMTP trusts its present CA
        port = self._start(stored.server.smtp_port if stored and isinstance(stored.server, GenericServer) else _PORT)
        draft = draft_of(stored) if stored else self._new_draft()
        draft = replace(draft, smtp_port=str(port), password=self._server.password, trusted_ca_pem=self._server.ca_pem)
        profile = (
            self._profiles.save(stored.id, edit_of(stored, draft))
            if stored
            else self._profiles.create(draft, default_if_none=True)
        )
        self._preferences.put(_KEY, profile.id)
        return profile

    def reopen(self) -> SmtpProfile | None:
        """Does as `open` where the local inbox was opened before and its SMTP still points to it; else returns None."""
        return self.open() if self._stored() else None

    def _stored(self) -> SmtpProfile | None:
        profile_id = self._preferences.all().get(_KEY)
        if not profile_id:
            return None
        try:
            profile = self._profiles.get(ProfileId(profile_id))
        except NoSuchProfile:
            return None
        # The user has pointed the SMTP elsewhere: leave it alone.
        server = profile.server
        return profile if isinstance(server, GenericServer) and server.host_name == HOST else None

    def _start(self, port: int) -> int:
        try:
            return self._server.start(port)
        except PortTaken:
            return self._server.start(0)

    def _new_draft(self) -> ProfileDraft:
        profiles = self._profiles.all()
        return ProfileDraft(
            name=_free_name(frozenset(profile.name.lower() for profile in profiles)),
            from_address="demo@localhost",
            description="Sends to this program's local inbox. Nothing leaves this computer.",
            host_name=HOST,
            user_name=self._server.user_name,
        )


def _free_name(taken: frozenset[str]) -> str:
    number = 1
    name = NAME
    while name.lower() in taken:
        number += 1
        name = f"{NAME}{number}"
    return name
