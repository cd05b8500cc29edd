import pytest

from smtp_desktop.transports.smtp.sasl.saslprep import Prohibited, saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        # The examples of RFC 4013 3.
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        # Beyond them: a no-break space is a space, what is composed becomes one character, and what Unicode 3.2 did not
        # have stays.
        ("my\u00a0secret", "my secret"),
        ("pa\u0308ss", "päss"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\U0001f511", "\U0001f511"),
        ("", ""),
    ],
)
def test_texts_that_look_alike_are_spelled_alike(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize(
    "text",
    [
        "\u0007",  # as the next one, an example of RFC 4013 3
        "\u0627\u0031",
        "\u0627a\u0628",
        "a\u0085b",
        "\ue000",
        "\ufdd0",
        "\ufffd",
        "\u2ff0",
        "a\u200eb",
        "\U000e0001",
    ],
)
def test_some_characters_and_orders_are_forbidden(text: str) -> None:
    with pytest.raises(Prohibited):
        saslprep(text)
