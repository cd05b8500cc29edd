"""The limits that providers are known to have."""

from dataclasses import asdict, replace

import pytest
from domain.smtp.drafts import GENERIC, GRAPH, refused
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.known_limits import has_limits, known_limits, with_limits
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import Cloud
from smtp_desktop.domain.smtp.providers import providers_from

WITH_LIMITS = [provider for provider in PROVIDERS.all if provider.limits]


@pytest.mark.parametrize("provider", WITH_LIMITS, ids=lambda provider: provider.name)
def test_what_is_known_names_its_source_and_can_be_saved(provider) -> None:
    assert provider.limits.source.startswith("https://")
    assert any(asdict(provider.limits.limits).values())
    taken = with_limits(GENERIC, provider.limits.limits)
    assert refused(taken) == {}
    assert has_limits(taken, provider.limits.limits)


@pytest.mark.parametrize(
    ("host", "provider", "limits"),
    [
        ("smtp.gmail.com", "Gmail", SendLimits(per_day=500)),
        (" SMTP.Gmail.com. ", "Gmail", SendLimits(per_day=500)),
        ("smtp.office365.com", "Microsoft 365", SendLimits(per_minute=30, per_day=10_000, connections=3)),
        ("smtp.mail.yahoo.com", "Yahoo", SendLimits(per_day=500)),
        ("smtp.mail.me.com", "iCloud", SendLimits(per_day=1000)),
        ("smtp.ionos.com", "IONOS.com", SendLimits(per_hour=500)),
        ("smtpout.secureserver.net", "GoDaddy", SendLimits(per_day=250)),
    ],
)
def test_a_server_has_its_providers_limits(host: str, provider: str, limits: SendLimits) -> None:
    known = known_limits(replace(GENERIC, host_name=host), PROVIDERS)
    assert known is not None
    assert (known.provider, known.limits) == (provider, limits)


@pytest.mark.parametrize(
    "host", ["", "no host", "smtp.company.example", "smtp-relay.gmail.com", "email-smtp.eu-west-1.amazonaws.com"]
)
def test_nothing_is_said_of_a_server_whose_limits_are_not_known(host: str) -> None:
    assert known_limits(replace(GENERIC, host_name=host), PROVIDERS) is None


def test_a_mailbox_has_the_limits_of_its_cloud_but_not_those_of_smtp_connections() -> None:
    known = known_limits(GRAPH, PROVIDERS)
    assert known is not None
    assert (known.provider, known.limits) == ("Microsoft 365", SendLimits(per_minute=30, per_day=10_000))
    for cloud in (Cloud.US_L4, Cloud.US_DOD, Cloud.CHINA, Cloud.CUSTOM):
        assert known_limits(replace(GRAPH, cloud=cloud, graph_url="https://[broken"), PROVIDERS) is None


def test_taking_over_leaves_what_the_provider_does_not_limit() -> None:
    limits = SendLimits(per_minute=30, connections=3)
    taken = with_limits(replace(GENERIC, per_minute="99", per_hour="5"), limits)
    assert taken == replace(GENERIC, per_minute="30", per_hour="5", connections="3")
    assert has_limits(replace(taken, connections=" 03 "), limits)
    assert not has_limits(replace(taken, connections=""), limits)
    assert not has_limits(ProfileDraft(), limits)


def test_a_misspelt_limit_in_the_table_is_refused() -> None:
    entry = {"name": "X", "servers": ["x.example"], "limits": {"per_week": 1, "source": "https://x.example"}}
    with pytest.raises(TypeError):
        providers_from({"providers": [entry], "gateways": []})
