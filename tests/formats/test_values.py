"""Words of files become hosts, ports, encryption and secrets."""

import pytest

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Unreadable
from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.values import Encryption, SmtpParts, is_mask, plain_bool, port_of, reference_in, smtp_of

WHOLE = SmtpParts(names=("shop",), host="smtp.contoso.example", user="shop@contoso.example", password="p#ss w:rd")


def found(parts: SmtpParts) -> FoundSmtp:
    result = smtp_of(parts, source_format=ImportFormat.ENV, file="a.env", line=3)
    assert isinstance(result, FoundSmtp)
    return result


def refused(parts: SmtpParts) -> str:
    result = smtp_of(parts, source_format=ImportFormat.ENV, file="a.env", line=3)
    assert isinstance(result, Unreadable)
    return str(result.reason)


def test_a_whole_description_becomes_a_draft() -> None:
    smtp = found(WHOLE)
    draft = smtp.draft
    assert (draft.name, draft.host_name, draft.smtp_port, draft.tls) == ("Shop", "smtp.contoso.example", "587", True)
    assert (draft.auth_required, draft.user_name, draft.password) == (True, "shop@contoso.example", Secret("p#ss w:rd"))
    assert smtp.missing is None
    assert smtp.said == {"host_name", "smtp_port", "auth_required", "user_name", "password"}


@pytest.mark.parametrize(
    ("encryption", "port"),
    [
        (Encryption.NONE, "25"),
        (Encryption.STARTTLS, "587"),
        (Encryption.IF_OFFERED, "587"),
        (Encryption.IMPLICIT, "465"),
    ],
)
def test_the_usual_port_follows_the_encryption(encryption: Encryption, port: str) -> None:
    smtp = found(SmtpParts(host="h.example", encryption=encryption))
    assert smtp.draft.smtp_port == port
    assert smtp.draft.tls is (encryption is not Encryption.NONE)


def test_a_password_never_goes_out_in_clear_because_a_file_says_nothing() -> None:
    assert found(SmtpParts(host="h.example", port="25", user="u", password="p")).draft.tls
    assert not found(SmtpParts(host="localhost", port="25")).draft.tls


def test_a_host_with_scheme_and_port_is_taken_apart() -> None:
    smtp = found(SmtpParts(host="smtps://shop%40contoso.example:p%2Fw@smtp.contoso.example"))
    draft = smtp.draft
    assert (draft.host_name, draft.smtp_port, draft.tls) == ("smtp.contoso.example", "465", True)
    assert (draft.user_name, draft.password) == ("shop@contoso.example", Secret("p/w"))


def test_a_port_that_is_none_is_named() -> None:
    assert refused(SmtpParts(host="h.example", port="5B7")) == "“5B7” is not a port number."
    assert refused(SmtpParts(host="h.example", port="${PORT}")) == "The port is ${PORT}, which is not filled in."


def test_a_host_that_is_none_is_named() -> None:
    assert refused(SmtpParts(host="")) == "It names no server."
    assert refused(SmtpParts(host="${SMTP_HOST}")) == "The server is ${SMTP_HOST}, which is not filled in."


@pytest.mark.parametrize(
    "mask",
    ["********", "***", "••••••", "xxxxxx", "[FILTERED]", "<redacted>", "REDACTED", "(hidden)", "__masked__", "..."],
)
def test_masks_are_no_secrets(mask: str) -> None:
    assert is_mask(mask)
    smtp = found(SmtpParts(host="h.example", user="u", password=mask))
    assert smtp.draft.password is None
    assert str(smtp.missing).startswith("The file shows only ")


@pytest.mark.parametrize("password", ["secret", "hunter2", "a*b", "p***d!", "x1xxx", "pa$$word", "100%", "{x}"])
def test_odd_passwords_are_secrets(password: str) -> None:
    smtp = found(SmtpParts(host="h.example", user="u", password=password))
    assert smtp.draft.password == Secret(password)
    assert smtp.missing is None


@pytest.mark.parametrize(
    "reference",
    [
        "${SMTP_PASS}",
        "${SMTP_PASS:-}",
        "${vault.smtp}",
        "$SMTP_PASS",
        "$__file{/run/secrets/p}",
        "$__env{P}",
        "%env(MAILER_PASSWORD)%",
        "{{ smtp_password }}",
        "<%= ENV['P'] %>",
        "ENC(abc+/=)",
        "{AQAAABAAAAAQ1a+/=}",
    ],
)
def test_references_are_named_and_not_resolved(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASS", "value of the environment")
    smtp = found(SmtpParts(host="h.example", user="u", password=reference))
    assert smtp.draft.password is None
    assert str(smtp.missing) == f"The file says {reference}"
    assert reference_in(reference) == reference


def test_a_literal_password_may_look_like_a_reference() -> None:
    smtp = found(SmtpParts(host="h.example", user="u", password="${A}", password_is_literal=True))
    assert smtp.draft.password == Secret("${A}")


def test_an_unverified_certificate_stays_verified_and_is_noted() -> None:
    assert [str(note) for note in found(SmtpParts(host="h.example", unverified=True)).notes] == [
        "The file turns the check of the server's certificate off. Here it stays on."
    ]


@pytest.mark.parametrize(("word", "port"), [("submission", 587), ("smtps", 465), (" 2525 ", 2525), ("0", None)])
def test_ports_have_names(word: str, port: int | None) -> None:
    assert port_of(word) == port


@pytest.mark.parametrize(("word", "meaning"), [("Yes", True), ("off", False), ("1", True), ("", False), ("tls", None)])
def test_words_for_yes_and_no(word: str, meaning: bool | None) -> None:
    assert plain_bool(word) is meaning
