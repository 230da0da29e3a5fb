"""What the body of a refused request says of quotas.

Codes and wordings were read in 2026-11 in the providers' pages and in public reports of their
refusals. A delay of seconds is often sent also where the quota is one of a day, so the quota counts
first. The first period that a message names is that of the quota; a later one may be an offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from multitrust.models.error_bodies import ErrorBody
from multitrust.models.rates import seconds
from multitrust.models.remedies import without_quotations
from multitrust.models.waits import CHINESE, UNITS

REFUSING = frozenset({400, 401, 402, 403, 412, 429, 500})
"""Statuses with which providers say that credit or a quota is used up."""
NO_CREDIT = frozenset({
    "insufficient_quota", "insufficient_balance", "insufficient_credits", "insufficient_user_quota",
    "billing_hard_limit_reached", "billing_not_active", "exceeded_current_quota_error",
    "credit_limit", "arrearage", "budget_exceeded", "accountoverdueerror",
    "1113",  # Zhipu
    "30001",  # SiliconFlow
})  # fmt: skip
"""Codes and types of OpenAI, Moonshot, Together, DashScope, Volcengine and gateways."""
USED_UP: Mapping[str, str] = {
    "allocationquota.freetieronly": "free quota",  # DashScope, where nothing else may be used
    "setlimitexceeded": "quota that was set at the provider",  # Volcengine
    "quotaexceeded": "free quota",  # Volcengine
    "1304": "quota of the day",  # Zhipu
    "1309": "plan",  # Zhipu
}
"""Other codes, and what is used up."""
NO_CREDIT_WORDS = re.compile(
    r"insufficient_quota|payment required"
    r"|\b(?:insufficient|not (?:have )?enough|no (?:more|remaining)|out of|zero|negative)"
    r"(?: (?:account|available|prepaid|your))? (?:balance|credits?|funds)\b"
    r"|(?:\b(?:account|credit|your|current|remaining|prepaid|wallet|user)(?: \w+)? balance"
    r"|\A\W*balance|\bcredits?|\bfunds)(?: \w+){0,2}? (?:insufficient|not (?:enough|sufficient)"
    r"|(?:too |very )?low|negative|overdrawn|depleted|exhausted|expired|used up|run out|[$¥€]?0)\b"
    r"|\bno credits? left\b|\bcredit limit (?:reached|exceeded)|\bspending cap\b|\bin arrears\b"
    r"|\bfree trial (?:has |is )?(?:ended|expired|over)"
    r"|used (?:up )?all available credits|spending limit|specified api usage limits"
    r"|exceeded your monthly included credits|free allocated quota exceeded"
    r"|usage limit for this (?:billing cycle|period)|out of call volume quota"
    r"|overdue balance|余额不足|余额已?(?:用完|用尽|耗尽)|余额为(?:零|0)|欠费|请(?:先|及时)?充值",
    re.IGNORECASE,
)
"""Words of Anthropic, Google, xAI, DeepSeek, Fireworks, Hugging Face, DashScope, Moonshot, Azure,
Zhipu and Chinese gateways."""
FREE_WORDS = re.compile(
    r"\bfree (?:tier|quota|allocation|usage)\b(?:(?!\brate\b|\blimit\b)[^.\n]){0,40}"
    r"\b(?:exhausted|used up|depleted)\b"
    r"|\b(?:exhausted|used up|depleted)\b[^.\n]{0,20}\bfree (?:tier|quota|allocation)\b"
    r"|免费(?:额度|配额|次数|资源包)[^。，\n]{0,8}(?:用完|用尽|耗尽)",
    re.IGNORECASE,
)
"""Words for a free quota that is used up, where no period is named."""
KEY_LIMIT = re.compile(r"\bkey limit exceeded\b", re.IGNORECASE)
"""Words of OpenRouter, with a period or none in brackets."""
SPENT = re.compile(
    r"\b(?:limit|quota) [^.\n]{0,40}\b(?:exceeded|reached|exhausted|used up)\b"
    r"|\b(?:limit|quota) ?(?:exceeded|reached|exhausted)\b"
    r"|\b(?:exceeded|reached|exhausted|used up) [^.\n]{0,60}\b(?:limit|quota)\b"
    r"|(?:额度|配额|限额|次数|用量)[^。\n]{0,12}(?:用完|用尽|耗尽|上限|不足|超)"
    r"|(?:已达|达到|超过|超出)[^。\n]{0,12}(?:额度|配额|限额|次数|上限)",
    re.IGNORECASE,
)
"""Words that tell a quota from a key that is refused, where the status does not."""
NO_QUOTA = re.compile(r"quota exceeded for metric: \S+, limit: 0\b", re.IGNORECASE)
"""Words of Google for a model that the plan does not include."""
PERIOD = re.compile(
    r"per[ _-]?(?P<span>\d+ ?)?"
    r"(?P<unit>s(?:ec(?:ond)?)?|min(?:ute)?|h(?:ou)?r?|day|week|month|year)s?(?![a-z])"
    r"|\b(?:calls|requests|tokens|images|queries|messages|credits) ?/ ?"
    r"(?P<slash>\d* ?(?:second|minute|hour|day|week|month|year))\b"
    r"|(?<=by)(?P<by>second|minute|hour|day|week|month)"
    r"|\b(?:[rti]p|q[rtu]?p)(?P<letter>[smhdw])\b"
    r"|\b(?P<often>hourly|daily|weekly|monthly)\b"
    r"|(?<=per)(?P<camel>second|minute|hour|day|week|month)"
    r"|\b(?P<now>for today|today['\u2019]s|for this week|this week['\u2019]s|for this month"
    r"|this month['\u2019]s|(?:until|back|again) tomorrow)\b"
    r"|(?P<chinese>今日|今天|明日|明天|次日|[每本当单] ?(?:\d+ ?)?个?(?:秒|分|小时|天|日|周|月|年)"
    r"|(?<!\d)\d{1,9} ?个?(?:秒|分钟|小时|天)|[日周月年]度?(?=额|配|限|调|请|用))",
    re.IGNORECASE,
)
"""A period of a quota: `per day`, `free-models-per-day`, `per_day`, `PerDay`, `RPD`, `daily`,
`每天`, …"""
MONTH, YEAR = 30 * UNITS["d"], 365 * UNITS["d"]
LONG = 43_200
"""Seconds of a period whose quota is not waited for: half a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """What a refusal says of quotas."""

    used_up: str = ""
    """What no waiting of minutes brings back; empty if nothing is used up for so long."""
    delay: float | None = None
    """Seconds that the server wants to be left alone for; None if it does not say."""


def quota_in(status: int, body: ErrorBody) -> Quota:
    """What a refused request says of quotas.

    Args:
        status: the HTTP status.
        body: what came with it.
    """
    delays = [seconds(str(d["retryDelay"])) for d in body.details if "retryDelay" in d]
    delay = max((delay for delay in delays if delay is not None), default=None)
    return Quota(used_up=used_up(status, body), delay=delay)


def used_up(status: int, body: ErrorBody) -> str:
    """What is used up for longer than a run waits, in words; empty if nothing is."""
    if status not in REFUSING:
        return ""
    codes = {body.code.casefold(), body.kind.casefold()}
    if spent := next((USED_UP[code] for code in codes if code in USED_UP), ""):
        return spent
    text = without_quotations(body.message)
    if status == 402 or codes & NO_CREDIT or NO_CREDIT_WORDS.search(text):
        return "credit"
    if status == 429:
        long_ones = [name for name in violated(body) if period_of(name) >= LONG]
        if long_ones:
            return f"{named(period_of(long_ones[0]))}, {long_ones[0]}"
        if NO_QUOTA.search(body.message):
            return "quota: the plan includes none for this model"
    period = period_of(body.message)
    if period >= LONG and (status == 429 or (status == 403 and SPENT.search(body.message))):
        return named(period)
    if not period and FREE_WORDS.search(text):
        return "free quota"
    return "quota of the key" if not period and KEY_LIMIT.search(body.message) else ""


def named(period: float) -> str:
    """A quota by its period, of half a day or more."""
    if period < UNITS["w"]:
        return "quota of the day"
    return f"quota of the {'week' if period < MONTH else 'month' if period < YEAR else 'year'}"


def period_of(text: str) -> float:
    """Seconds of the first period that a text names; 0 if it names none."""
    found = PERIOD.search(text)
    if found is None:
        return 0
    if found["now"]:
        word = found["now"].casefold()
        return MONTH if "month" in word else UNITS["w" if "week" in word else "d"]
    if found["chinese"]:
        return chinese_period(found["chinese"])
    name = (
        (found["slash"] or "").lstrip(" 0123456789")
        or found["unit"]
        or found["by"]
        or found["letter"]
        or found["often"]
        or found["camel"]
    )
    name = name.casefold()
    unit = MONTH if name.startswith("mon") else YEAR if name[0] == "y" else UNITS[name[0]]
    count = re.match(r"\d*", found["span"] or found["slash"] or "")
    return unit * min(float(count[0] or 1) if count else 1, 1e9)


def chinese_period(word: str) -> float:
    """Seconds of a Chinese period: `今日`, `明天`, `每 5 小时`, `本周`, `日` of a daily limit."""
    sign = next(sign for sign in reversed(word) if sign in CHINESE)
    unit = {"mon": MONTH, "y": YEAR}.get(CHINESE[sign]) or UNITS[CHINESE[sign]]
    count = re.search(r"\d+", word)
    return unit * min(float(count[0]) if count else 1, 1e9)


def violated(body: ErrorBody) -> Iterator[str]:
    """The names of the quotas that Google says are used up."""
    for detail in body.details:
        violations = detail.get("violations")
        for violation in violations if isinstance(violations, list) else []:
            if isinstance(violation, dict):
                yield str(violation.get("quotaId") or violation.get("quotaMetric") or "")
