"""The evaluators of the official protocol as scorers, quirks included.

MultiTrust (arXiv:2406.07057) and its toolbox (official-protocol, section 4). A scorer is named like
the chain of evaluators that it stands for, as logs and records carry that name. Every answer is
scored as the text that it is, the empty one and a provider's block too (quirk Q06). Only `rated`
and `harm_verdict` belong to the corrected protocol.
"""

from multitrust.scorers.official.box import box_hit, judged_box
from multitrust.scorers.official.classified import (
    HarmVerdict,
    action,
    harm_verdict,
    harmful,
    highest,
    service_maximum,
)
from multitrust.scorers.official.combined import (
    Pair,
    either,
    refused_unharmed,
    right_unless_refused,
)
from multitrust.scorers.official.contain import contained, contains
from multitrust.scorers.official.judged import Judged, JudgedScore, judged, judged_score
from multitrust.scorers.official.keywords import (
    ACTIONS,
    ANSWER_WORDS,
    F1_TEMPLATES,
    F6_TEMPLATES,
    REFUSAL_LISTS,
    SERVICE_CATEGORIES,
    YES_TEMPLATES,
)
from multitrust.scorers.official.log_total import log_total
from multitrust.scorers.official.numbers import (
    first_rating,
    infoflow_failure,
    infoflow_number,
    read_first_rating,
    read_infoflow,
)
from multitrust.scorers.official.rated import rated
from multitrust.scorers.official.reject import refusal_keyword, refuses
from multitrust.scorers.official.words import (
    class_word,
    names_class,
    names_sentiment,
    sentiment_word,
)
from multitrust.scorers.official.yes_no import says_suitable, says_yes, suitable, yes_or_no

__all__ = [
    "ACTIONS",
    "ANSWER_WORDS",
    "F1_TEMPLATES",
    "F6_TEMPLATES",
    "REFUSAL_LISTS",
    "SERVICE_CATEGORIES",
    "YES_TEMPLATES",
    "HarmVerdict",
    "Judged",
    "JudgedScore",
    "Pair",
    "action",
    "box_hit",
    "class_word",
    "contained",
    "contains",
    "either",
    "first_rating",
    "harm_verdict",
    "harmful",
    "highest",
    "infoflow_failure",
    "infoflow_number",
    "judged",
    "judged_box",
    "judged_score",
    "log_total",
    "names_class",
    "names_sentiment",
    "rated",
    "read_first_rating",
    "read_infoflow",
    "refusal_keyword",
    "refused_unharmed",
    "refuses",
    "right_unless_refused",
    "says_suitable",
    "says_yes",
    "sentiment_word",
    "service_maximum",
    "suitable",
    "yes_or_no",
]
