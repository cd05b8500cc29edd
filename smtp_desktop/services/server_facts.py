"""What is known of servers, and what a conversation adds to it."""

from smtp_desktop.domain.checks.health import ServerFact, place_of
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.smtp.profile import Server
from smtp_desktop.services.ports import Events, HealthStore


def known_fact(health: HealthStore, server: Server) -> ServerFact | None:
    """Returns how `server` was found to secure its connections, if it was."""
    place = place_of(server)
    return health.server_fact(*place) if place else None


def learn_from(
    timeline: Timeline, server: Server, *, known: ServerFact | None, health: HealthStore, events: Events
) -> None:
    """What `timeline` shows of `server` is remembered, and told where it is new to what was `known` before."""
    place = place_of(server)
    if place is None or timeline.security is None:
        return
    fact = ServerFact(host=place[0], port=place[1], security=timeline.security)
    if fact != known:
        health.learn(fact)
        events.publish(ServerLearned(fact=fact))
