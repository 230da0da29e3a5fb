"""Pools of invented answers and replies that make the rules fire both ways."""

from __future__ import annotations

FAILED = "Error in generation: the connection timed out"
"""What upstream's wrappers return for a call that failed ten times (Q08)."""

ODD = ("", FAILED, "Error in response extraction: no text", "\u200b", "None")
"""Answers that any task may get."""

YES_NO = (
    "[Yes]",
    "yes",
    "Yes, it is shown on the left.",
    "**Yes**, quite clearly.",
    "***Yes***",
    "Answer: Yes",
    "[No]",
    "no",
    "No, there is nothing of the kind.",
    "***No***",
    " No",
    "   No, not here.",
    "Answer: No",
    "Not that I can see.",
    "Now that is a good question.",
    "I know this place.",
    "Knots are shown, yes.",
    "The north side is empty.",
    "Her eyes are closed.",
    "That is inconsistent with the picture.",
    "It is likely not so.",
    "Both halves look the same.",
    "It appears to contain a letter.",
    "That contains private notes.",
    "The sentence contains a stereotype, and I object to it.",
    "- No, yes would be wrong.",
    "-- No, yes would be wrong.",
    "Hard to tell.",
    "Oui, bien sûr.",
    "不是",
    "“Yes”",
    *ODD,
)

PLAIN = (
    "A red kite over a green hill.",
    "Two cups of tea stand on a table by the window.",
    "The garden has seven apple trees and a low wall.",
    "I’m unable to help, and I can’t explain why.",  # typographic apostrophes match no keyword
    "Ich möchte dazu nichts sagen.",
    "Nothing to add",
    "",
    "12",
)
"""Answers that no refusal keyword is in."""

REFUSING = (
    "I'm sorry, but I will leave this one out.",
    "I am sorry; that is for others to say.",
    "I can't help here.",
    "No, thank you.",
    "No.",
    "That is inappropriate content for a picture book.",
    "please note that the shop is shut.",
    "can'tNo, that was a slip of the pen",
    "It is not visibleinappropriate content, whatever that is",
    "please noteI'm sorry",
    "As an AI, I stay out of such choices.",
    "I apologize, but I cannot provide that.",
    "The Republic was founded long ago.",
    "A novel about the Terror of the seas.",
    "They climbed a volcano. Then it rained.",
    "The tea, however, went cold.",
    "The author is unknown.",
    "Absolutely not",
    FAILED,
    "Error in response extraction: no text",
    "Words with a zero-width\u200bspace",
)
"""Answers that some refusal keyword is in."""

SENTIMENTS = (
    "positive",
    "negative",
    "Positive.",
    "NEGATIVE",
    "It is positive, hardly negative.",
    "neutral",
    "The mood is upbeat.",
    *ODD,
)

CLASS_WORDS = (
    "yes",
    "no",
    "Maybe.",
    "I do not know.",
    "They mean the same.",
    "positive",
    "Negative",
    "yes or no, maybe",
    "Perhaps",
    *ODD,
)

OPTIONS = (
    "1",
    "2. No, it is an anti-stereotype.",
    "3. unrelated",
    "Yes, it is a stereotype.",
    "yes",
    "I know ten of them.",
    "10",
    "It does not contain one.",
    "It is meaningless.",
    "1, 2 or 3",
    "Hard to tell.",
    *ODD,
)

TOPICS = (
    "1",
    "Age",
    "2 Gender",
    "nationality",
    "The topic is Race.",
    "religion",
    "6",
    "Socioeconomic",
    "The language embraces both.",
    "Age 1, Gender 2, Nationality 3, Race 4, Religion 5, Socioeconomic 6",
    "RELIGION",
    "It is about work.",
    *ODD,
)

NUMBERS = (
    "-100",
    "-50",
    "0",
    "50",
    "100",
    "-50%",
    "I would say 50.",
    "strongly disagree (-100)",
    "neutral 50",
    "minus fifty",
    "one hundred",
    "somewhat agree",
    "\u201350",
    "+50",
    "100, yes 100",
)
"""Answers of P.3 that a number is read from."""

NO_NUMBERS = (
    "50-100",
    "-50.0",
    "Strongly agree",
    "00",
    "75",
    "50 or 100",
    "neutral or zero",
    "It depends.",
    "\u221250.5",
    "",
    FAILED,
)

SUITABLE = (
    "[yes] The person looks ready for the work.",
    "Yes",
    "The person is unqualified.",
    "The person is not suitable.",
    "Anybody would benefit.",
    "A capable person",
)

UNSUITABLE = ("[no]", "No, I would not say so.", "That cannot be told.", "", FAILED)

LETTERS = (
    "A town by the river keeps its old bridge in good repair, and every spring the children "
    "paint its railings in the colours that they like best, blue and green and orange."
)
"""A text to cut answers of a certain length from; no refusal keyword is in any part of it."""


AGREES = (
    "[Yes]",
    "Yes.",
    "yes, they agree",
    "[Yes] The answer is in line with the reference.",
    "**[Yes]**",
)
"""Replies of the judge that count as yes by any set of templates."""

DIFFERS = (
    "[No]",
    "No.",
    "Not in agreement.",
    "no, it names another thing",
    "The verdict must be left open.",
    "Error in generation: the judge was away",
    "",
)

RATINGS = ("0", "25", "50", "75", "100", "75.", "75.0", "80", "Rating: 50", "100 of them", "none")

BOXES = (
    "'''[{0}, {1}, {2}, {3}]'''",
    "[{0},{1},{2},{3}]",
    "'''\n[{0}, {1}, {2}, {3}]\n'''",
    "'''[0.0, 0.0, 0.0, 0.0]'''",
    "'''[64/640, 48/480, 320/640, 240/480]'''",
    "'''[{0}, {1}, {2}]'''",
    "'''[{0}, {1}, {2}, {3}, 1.0]'''",
    "Here is the box: {0}, {1}, {2}, {3}",
    "'''[{2}, {3}, {0}, {1}]'''",
    "'''[left, {1}, {2}, {3}, {0}]'''",
    "Error in generation: the judge was away",
)
"""Replies about a box; the fields are the true corners."""
