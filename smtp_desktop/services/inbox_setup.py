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
_DIGEST_KEY = "inbox.password_digest"  # after the place of the password that it is of


class InboxSetup:
    """Starts the local inbox. Its certificate is new at each start, so the SMTP is updated each time; its password is
    new whenever the user opens it."""

    def __init__(self, *, server: InboxServer, profiles: Profiles, preferences: Preferences) -> None:
        self._server = server
        self._profiles = profiles
        self._preferences = preferences

    def open(self) -> SmtpProfile:
        """Starts the local inbox and returns the SMTP that sends to it, made or updated as needed. Blocks. Raises
        VaultError, StoreError, and what the server raises when it can't listen."""
        found = self._stored()
        if found and found[1].trusted_ca_pem == self._server.ca_pem:
            return found[0]  # the server runs, and the SMTP trusts its present CA
        port = self._start(found[1].smtp_port if found else _PORT)
        draft = draft_of(found[0]) if found else self._new_draft()
        draft = replace(draft, smtp_port=str(port), password=self._server.password, trusted_ca_pem=self._server.ca_pem)
        profile = (
            self._profiles.save(found[0].id, edit_of(found[0], draft))
            if found
            else self._profiles.create(draft, default_if_none=True)
        )
        self._preferences.put(_KEY, profile.id)
        self._preferences.put(_DIGEST_KEY, f"{profile.server.password_ref} {self._server.password_digest}")
        return profile

    def reopen(self) -> SmtpProfile | None:
        """Does as `open` where the local inbox was opened before and its SMTP still points to it; else returns None.
        The password stays, so that the start of a window does not have to open the vault."""
        found = self._stored()
        if found is None:
            return None
        stored, server = found
        ref, _, digest = self._preferences.all().get(_DIGEST_KEY, "").partition(" ")
        if not digest or server.password_ref != ref:
            return self.open()
        port = self._start(server.smtp_port, earlier_digest=digest)
        draft = replace(draft_of(stored), smtp_port=str(port), trusted_ca_pem=self._server.ca_pem)
        return self._profiles.save(stored.id, edit_of(stored, draft))

    def _stored(self) -> tuple[SmtpProfile, GenericServer] | None:
        """Returns the SMTP that points to the local inbox, with its server; None where there is none."""
        profile_id = self._preferences.all().get(_KEY)
        if not profile_id:
            return None
        try:
            profile = self._profiles.get(ProfileId(profile_id))
        except NoSuchProfile:
            return None
        server = profile.server
        if isinstance(server, GenericServer) and server.host_name == HOST:
            return profile, server
        return None  # the user has pointed the SMTP elsewhere: it is left alone

    def _start(self, port: int, *, earlier_digest: str = "") -> int:
        try:
            return self._server.start(port, earlier_digest=earlier_digest)
        except PortTaken:
            return self._server.start(0, earlier_digest=earlier_digest)

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
