"""The times that servers name in their replies."""

import pytest

from smtp_desktop.domain.diagnosis.masking import folded
from smtp_desktop.domain.diagnosis.waits import wait_named_in, window_named_in


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("try again in 300 seconds", 300),
        ("try in 5 minutes", 300),
        ("Please retry after 10 minutes", 600),
        ("try later, in 1 hour", 3600),
        ("retry after 60s", 60),
        ("Retry-After: 120 seconds", 120),
        ("Greylisted for 300 seconds", 300),
        ("greylisted, come back in 00:04:32", 272),
        ("Your IP is blocked for 60 minutes", 3600),
        ("try again in an hour", 3600),
        ("wait 1.5 minutes", 90),
        ("After 5 minutes try again", 300),
        ("Versuchen Sie es in 5 Minuten erneut", 300),
        ("bitte warten Sie 2 Stunden", 7200),
        ("Veuillez réessayer dans 5 minutes", 300),
        ("Inténtelo de nuevo en 10 minutos", 600),
        ("tente novamente em 5 minutos", 300),
        ("riprovare tra 5 minuti", 300),
        ("повторите попытку через 5 минут", 300),
        ("spróbuj ponownie za 5 minut", 300),
        ("probeer opnieuw over 5 minuten", 300),
        ("请在5分钟后重试", 300),
        ("60秒後に再試行してください", 60),
        ("1시간 후에 다시 시도하세요", 3600),
    ],
)
def test_a_wait_is_understood(said: str, seconds: float) -> None:
    assert wait_named_in(folded(said)) == seconds


@pytest.mark.parametrize(
    "said",
    [
        "try again later",
        "timeout exceeded after 300 seconds, try again",
        "max 500 messages per hour exceeded",
        "You have sent 100 messages in 60 minutes, try again later",
        "retry in 400 days",
        "wait for message 5",
    ],
)
def test_what_is_no_wait_is_not_taken_for_one(said: str) -> None:
    assert wait_named_in(folded(said)) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("10 messages per minute", 60),
        ("hourly quota exceeded", 3600),
        ("Daily sending limit reached", 86_400),
        ("tägliches Versandlimit erreicht", 86_400),
        ("limite par heure dépassée", 3600),
        ("límite de mensajes por hora", 3600),
        ("超过每小时限制", 3600),
        ("too many messages", None),
    ],
)
def test_the_time_of_a_limit_is_understood(said: str, seconds: float | None) -> None:
    assert window_named_in(folded(said)) == seconds
