"""The character sets of replies."""

import pytest
from leaks import is_withheld, redactor_for

from smtp_desktop.transports.smtp.protocol import RawReply, ReplyParser, redacted

WORDS = {
    "cp1252": ("Empfänger nicht verfügbar", "Boîte désactivée", "Größe überschritten", "Überlastet – später"),
    "cp1251": ("Неверный пароль", "Письмо отклонено как спам", "доступ запрещён"),
    "koi8_r": ("Пользователь не найден", "ПОЛЬЗОВАТЕЛЬ НЕ НАЙДЕН", "Ошибка авторизации", "доступ запрещён"),
    "gb18030": ("请使用授权码登录", "用户不存在", "发信IP被禁止", "密码错误，请重新输入"),
    "big5": ("拒絕連線", "使用者不存在", "郵件大小超過限制"),
    "euc_kr": ("사용자를 찾을 수 없습니다", "인증 실패", "거부됨"),
    "euc_jp": ("ユーザーが見つかりません", "認証に失敗しました"),
    "shift_jis": ("ユーザーが見つかりません", "認証に失敗しました", "受信拒否"),
    "iso2022_jp": ("認証に失敗しました",),
}
# Too short to be recognized by their bytes alone.
BY_COUNTRY = [
    ("big5", "msa.hinet.net.tw", "密碼錯誤"),
    ("big5", "msa.hinet.net.tw", "信箱已滿"),
    ("euc_jp", "mail.example.jp", "受信拒否"),
    ("gb18030", "smtp.qq.com", "错误"),
    ("cp1251", "mail.example.ru", "ПОЛЬЗОВАТЕЛЬ НЕ НАЙДЕН"),
]


def reply(raw: bytes, host: str = "mail.example") -> RawReply:
    parser = ReplyParser(host)
    parser.feed(raw)
    found = parser.next_reply()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("charset", "host", "words"),
    [(charset, "mail.example", text) for charset, texts in WORDS.items() for text in texts] + BY_COUNTRY,
)
def test_a_reply_is_readable_in_the_character_set_of_its_country(charset: str, host: str, words: str) -> None:
    found = reply(b"550-5.7.1 no\r\n550 5.7.1 " + words.encode(charset) + b"\r\n", host)
    assert found.texts == ("5.7.1", "no", words)
    assert words.encode(charset) in found.raw


def test_utf_8_is_utf_8_whatever_the_country() -> None:
    found = reply("550 Größe, 用户不存在\r\n".encode(), "smtp.qq.com")
    assert (found.texts[1], found.raw) == ("Größe, 用户不存在", b"")


def test_bytes_without_a_meaning_are_shown_as_numbers() -> None:
    found = reply(b"550 kein Empf\xe4nger: \x81\r\n")
    assert found.texts[1] == "kein Empfänger: \\x81"


def test_the_bytes_are_kept_only_where_they_hold_no_secret() -> None:
    raw = "550 密码错误\r\n".encode("gb18030")
    (kept,) = redacted([reply(raw, "smtp.qq.com")], redactor_for("geheim"))
    assert kept.raw == "\n密码错误".encode("gb18030")
    (dropped,) = redacted([reply(raw, "smtp.qq.com")], redactor_for("密码错"))
    assert dropped.raw == b""


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "cp1251", "koi8_r", "gb18030", "shift_jis"])
def test_a_secret_in_another_character_set_is_not_shown_in_wrong_letters(charset: str) -> None:
    password = {"utf-8": "größe", "latin-1": "größe", "gb18030": "密码码"}.get(charset, "пароль")
    for around in ("Größe überschritten".encode("latin-1"), "密码错误".encode("gb18030")):
        found = reply(b"535 " + around + b": " + password.encode(charset) + b" " + around + b"\r\n")
        (shown,) = redacted([found], redactor_for(password))
        assert is_withheld(shown.words)
        assert shown.raw == b""


def test_a_secret_in_the_wrong_character_set_is_not_kept_as_bytes() -> None:
    password = "größe"
    found = reply("535 пароль ".encode("cp1251") + password.encode("latin-1") + b"\r\n", "mail.example.ru")
    (shown,) = redacted([found], redactor_for(password))
    assert password not in repr(shown)
    assert password.encode("latin-1") not in shown.raw
