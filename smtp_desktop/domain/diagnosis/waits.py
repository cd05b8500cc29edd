"""The waits that servers name in words: "try again in 300 seconds", "max 100 messages per hour". Texts are as
`masking.folded` leaves them."""

import re

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0
WINDOWS_S = {"minute": _MINUTE_S, "hour": _HOUR_S, "day": _DAY_S}
_LONGEST_S = 7 * _DAY_S  # longer ones are no waits, but the dates of something else


def _any_of(words: str) -> str:
    return "|".join(words.split())


_UNITS = {
    _any_of(
        r"s(?:ec(?:ond)?s?)? sek(?:unden?)? seconden? secondes? second[oi] segundos? секунд[уы]? сек sekund[ye]?"
        r" saniye 秒钟? 秒鐘 초"
    ): 1.0,
    _any_of(
        r"m(?:in(?:ute)?s?)? minuten? minutos? minut[oi] минут[уы]? мин minut[ye]? dakika 分钟 分鐘 分間? 분"
    ): _MINUTE_S,
    _any_of(
        r"h(?:(?:ou)?rs?)? stunden? std heures? horas? or[ae] час(?:а|ов)? godzin[ye]? uur uren saat"
        r" 个?小时 個?小時 時間 시간"
    ): _HOUR_S,
    _any_of(r"d(?:ays?)? tag(?:en?)? jours? dias? giorn[oi] дн(?:я|ей) день dni dag(?:en)? gun 天 日 일"): _DAY_S,
}
_ONE = _any_of("an? one einer? une? uma? uno? una een")
_AMOUNT = rf"(?P<amount>\d+(?:\.\d+)?|{_ONE})(?:\s|-)*(?P<unit>{'|'.join(_UNITS)})(?![a-zа-я])"
_AGAIN = _any_of(
    r"again (?:re-?)?tr(?:y|ies|ying) wait(?:ing)? later block(?:ed)? lock(?:ed)? delay(?:ed)? suspended defer\w*"
    r" gr[ae]y\w* postpone\w* throttl\w* reset\w* available next expires? back"
    r" erneut nochmals? einmal wieder wart\w* spater gesperrt"
    r" r?e?essay\w* patient\w* attend\w* nouveau bloque\w* r?e?intent\w* esper\w* vuelv\w* tent\w+ aguard\w* tarde"
    r" novamente riprov\w* bloccat\w* повтор\w* попроб\w* подожд\w* sprob\w* ponow\w* pozniej"
    r" opnieuw wacht\w* probeer\w* tekrar"
)
_AFTER_LINK = _any_of(r"after nach apres dopo через спустя tras de apos po na za")
_NAMED_LAST = re.compile(rf"\b(?:{_AGAIN})\b[^.!]{{0,60}}?[\s:=~(]{_AMOUNT}")
_NAMED_FIRST = re.compile(rf"\b(?:{_AFTER_LINK})\s+{_AMOUNT}[^.!]{{0,40}}?\b(?:{_AGAIN})\b")
_NAMED_BETWEEN = re.compile(rf"\b(?:in|dans|tra|fra|over|en|em|za|через)\s+{_AMOUNT}\s+(?:de )?(?:{_AGAIN})\b")
_NAMED_IN_CJK = re.compile(rf"{_AMOUNT[: -len('(?![a-zа-я])')]}\s*(?:以?[后後]|之[后後]|이?\s*후|뒤)")
_CLOCK = re.compile(rf"\b(?:{_AGAIN}|in|after)\b[^.!]{{0,30}}?\b(\d{{1,2}}):(\d{{2}}):(\d{{2}})\b")
_NOT_A_WAIT = re.compile(r"time-?(?:d )?out|timed out|\bidle\b")
_A = r"(?:per|each|every|an?|in (?:one|an?|1|the last)|this|/|max(?:imum)?) ?"
_WINDOWS = (
    (
        rf"{_A}min(?:ute)?\b|(?:pro|par|per) minute|por minuto|al minuto|в минуту|na minute|每分钟|1分間|분당",
        _MINUTE_S,
    ),
    (
        rf"hourly|{_A}hour\b|pro stunde|stundlich|par heure|por hora|all'ora|в час\b|per uur|na godzine"
        r"|每小时|1時間|시간당",
        _HOUR_S,
    ),
    (
        rf"daily|{_A}day\b|24[ -]?h|today|taglich|pro tag|tages|journali|par jour|quotidien|diari|por dia|al giorno"
        r"|giornalier|в (?:день|сутки)|суточн|dzienn|dagelijks|per dag|每[天日]|当[天日]|今[日天]|1日|하루|일일",
        _DAY_S,
    ),
)


def wait_named_in(text: str) -> float | None:
    """Returns the wait that `text` names, in seconds."""
    if _NOT_A_WAIT.search(text):
        return None
    clock = _CLOCK.search(text)
    if clock:
        return _within_reason(int(clock[1]) * _HOUR_S + int(clock[2]) * _MINUTE_S + int(clock[3]))
    for pattern in (_NAMED_IN_CJK, _NAMED_BETWEEN, _NAMED_FIRST, _NAMED_LAST):
        found = pattern.search(text)
        if found:
            return _within_reason(_amount(found["amount"]) * _unit_s(found["unit"]))
    return None


def window_named_in(text: str) -> float | None:
    """Returns the length of the time for which a limit that `text` names holds, in seconds."""
    return next((window_s for pattern, window_s in _WINDOWS if re.search(pattern, text)), None)


def _amount(word: str) -> float:
    return float(word) if word[0].isdigit() else 1.0


def _unit_s(unit: str) -> float:
    return next(unit_s for pattern, unit_s in _UNITS.items() if re.fullmatch(pattern, unit))


def _within_reason(wait_s: float) -> float | None:
    return wait_s if 0 < wait_s <= _LONGEST_S else None
