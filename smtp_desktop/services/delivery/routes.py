"""Routes: which SMTP each of many claimed mails goes through now."""

from collections.abc import Mapping, Sequence

from smtp_desktop.domain.delivery.delivery import CourierId, Delivery
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.routing import Route, route_of
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.server_queue import Job

_NO_LIMITS = SendLimits()


class Smtps:
    """The SMTPs as they are now, read anew only where somebody changed one."""

    def __init__(self, context: CourierContext) -> None:
        self._context = context
        self._version: int | None = None
        self.all: Sequence[SmtpProfile] = ()
        self.limits: Mapping[ProfileId, SendLimits] = {}
        """The limits of those that have any."""
        self.fewer_connections: Mapping[ProfileId, int] = {}
        """How many connections those take that have said that there are too many."""

    def refresh(self) -> None:
        """Reads them. Raises StoreError."""
        # The version is read first: what is read after it is never older than it says.
        version = self._context.store.setup_version()
        if version != self._version:
            self.all = self._context.profiles.all()
            self.limits = {profile.id: profile.limits for profile in self.all if profile.limits != _NO_LIMITS}
            self._version = version

    def connections(self, profile_id: ProfileId, usual: int) -> int:
        """Returns how many connections that SMTP may have at once: `usual` where it has no limit of its own."""
        limits = self.limits.get(profile_id)
        most = limits.connections if limits and limits.connections else usual
        return min(most, self.fewer_connections.get(profile_id, most))


class Routes:
    """Which SMTP each of many mails goes through; mails for the same SMTPs share one look-up."""

    def __init__(self, profiles: Sequence[SmtpProfile], holds: Sequence[SmtpHold], courier: CourierId) -> None:
        self._profiles = profiles
        self._by_id = {profile.id: profile for profile in profiles}
        self._default = default_of(profiles)
        self._stopped = {hold.profile_id for hold in holds if hold.stops}
        self._probes = {hold.probe: hold.profile_id for hold in holds if hold.courier == courier}
        self._routes: dict[tuple[ProfileId | None, ProfileId | None], Route] = {}

    def job_of(self, delivery: Delivery) -> Job | None:
        """Returns the mail with the SMTP that it goes through now; None where there is none."""
        # No backup gets what may have been sent.
        backup_id = None if delivery.unknown_tries else delivery.backup_id
        own = self._by_id.get(delivery.smtp_id) if delivery.smtp_id else self._default
        probed = self._by_id.get(self._probes[delivery.id]) if delivery.id in self._probes else None
        if probed:
            by_backup = own is None or probed.id != own.id
            profile: SmtpProfile | None = probed
        else:
            route = self._route(delivery.smtp_id, backup_id)
            by_backup = route.by_backup
            stopped = route.profile_id in self._stopped
            profile = self._by_id.get(route.profile_id) if route.profile_id and not stopped else None
        if profile is None:
            return None
        backup = self._by_id.get(backup_id) if backup_id and not by_backup else None
        return Job(delivery=delivery, profile=profile, by_backup=by_backup, backup=backup, probe=probed is not None)

    def _route(self, smtp_id: ProfileId | None, backup_id: ProfileId | None) -> Route:
        route = self._routes.get((smtp_id, backup_id))
        if route is None:
            route = route_of(smtp_id=smtp_id, backup_id=backup_id, profiles=self._profiles, held=self._stopped)
            self._routes[smtp_id, backup_id] = route
        return route
