"""All SMTPs with what is known of them, as the cards take them."""

from smtp_desktop.domain.checks.health import CheckResult, ServerFact
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.cards.card_list import SearchableList
from smtp_desktop.ui.cards.smtp_words import endpoint_text


class SmtpSnapshot:
    """All SMTPs and what is known of them, sorted and ready to be shown.

    Made on a worker thread. Once it is loaded into a model, only that changes it.
    """

    def __init__(
        self,
        profiles: dict[ProfileId, SmtpProfile],
        results: dict[ProfileId, list[CheckResult]],
        facts: dict[tuple[str, int], ServerFact],
    ) -> None:
        """`results` are the latest of each SMTP, oldest first; the keys of `facts` are host and port."""
        self.profiles, self.results, self.facts = profiles, results, facts
        self.sorted = SearchableList(profiles.values(), order=_order, text=_searchable)


def _order(profile: SmtpProfile) -> tuple[bool, str, str]:
    return (not profile.is_default, natural_key(profile.name), profile.name.lower())


def _searchable(profile: SmtpProfile) -> str:
    return "\n".join(
        (
            profile.name,
            profile.from_address,
            profile.server.user_name,
            endpoint_text(profile),
            profile.description,
            *profile.tags,
        )
    )
