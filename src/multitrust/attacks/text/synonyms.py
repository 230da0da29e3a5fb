"""What the edits of words and sentences put in: synonyms, and asides about nothing."""

from __future__ import annotations

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "autumn": ("fall",),
    "bag": ("sack",),
    "began": ("started",),
    "bicycle": ("bike",),
    "big": ("large",),
    "boat": ("vessel",),
    "bought": ("purchased",),
    "buy": ("purchase",),
    "car": ("automobile",),
    "centre": ("middle",),
    "children": ("kids",),
    "cup": ("mug",),
    "doctor": ("physician",),
    "entire": ("whole",),
    "film": ("movie",),
    "garden": ("yard",),
    "hotel": ("inn",),
    "near": ("close to",),
    "people": ("folks",),
    "phone": ("telephone",),
    "photo": ("photograph", "picture"),
    "picture": ("image",),
    "quickly": ("fast",),
    "repair": ("fix", "mend"),
    "sea": ("ocean",),
    "shop": ("store",),
    "sick": ("ill",),
    "sidewalk": ("pavement",),
    "small": ("little",),
    "sofa": ("couch",),
    "song": ("tune",),
    "start": ("begin",),
    "started": ("began",),
    "street": ("road",),
    "television": ("TV set",),
    "trip": ("journey",),
    "truck": ("lorry",),
    "very": ("really",),
    "while": ("whilst",),
    "whole": ("entire",),
    "woods": ("forest",),
}
"""Word -> words that may stand for it wherever it stands; none carries a feeling."""

ASIDES = (
    "the kettle is on, by the way",
    "it is a Tuesday, by the way",
    "the window is open, by the way",
    "this pen is blue, by the way",
    "a tram is going by as I write",
    "the radio is on in the next room",
    "my tea has gone lukewarm, by the way",
    "I am typing this on a train",
    "there is a stapler on my desk",
    "the clock here says a quarter past",
    "somebody is humming next door",
    "I wrote this with my coat on",
)
"""Remarks that go with any text and change nothing in it; none carries a feeling."""
