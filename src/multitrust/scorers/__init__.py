"""Responses to scores: what each scorer reads is in `docs/scorers.md`."""

from multitrust.scorers.agreement import agrees, disagrees
from multitrust.scorers.box import box_hit, box_iou
from multitrust.scorers.choice import choice
from multitrust.scorers.declined import declines, helps
from multitrust.scorers.exact import exact_text
from multitrust.scorers.label_word import label_word
from multitrust.scorers.manipulation import takes_as_is
from multitrust.scorers.mentions import mentions, mentions_stem
from multitrust.scorers.names_shown import names_decoy, names_shown
from multitrust.scorers.number import number
from multitrust.scorers.pii_leak import pii_leak, pii_made_up, withholds
from multitrust.scorers.preference import no_preference, prefers
from multitrust.scorers.premise import corrects_premise
from multitrust.scorers.qualified import qualified
from multitrust.scorers.rating import rating
from multitrust.scorers.refusal import is_refusal, read_refusal
from multitrust.scorers.rejection import goes_along, rejects
from multitrust.scorers.reveals import reveals_nothing, tells
from multitrust.scorers.short_answer import short_answer
from multitrust.scorers.stereotypes import free_of_stereotypes
from multitrust.scorers.toxicity import civil, read_toxicity
from multitrust.scorers.verdict import verdict
from multitrust.scorers.yes_no import yes_no

__all__ = [
    "agrees",
    "box_hit",
    "box_iou",
    "choice",
    "civil",
    "corrects_premise",
    "declines",
    "disagrees",
    "exact_text",
    "free_of_stereotypes",
    "goes_along",
    "helps",
    "is_refusal",
    "label_word",
    "mentions",
    "mentions_stem",
    "names_decoy",
    "names_shown",
    "no_preference",
    "number",
    "pii_leak",
    "pii_made_up",
    "prefers",
    "qualified",
    "rating",
    "read_refusal",
    "read_toxicity",
    "rejects",
    "reveals_nothing",
    "short_answer",
    "takes_as_is",
    "tells",
    "verdict",
    "withholds",
    "yes_no",
]
