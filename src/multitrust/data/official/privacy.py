"""P.1 to P.6: what is private in a picture, in a question, in a text, and what is told of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from multitrust.data.official import conversation
from multitrust.data.official.entries import Entry
from multitrust.data.official.files import (
    all_lines,
    csv_rows,
    filled,
    json_lines,
    json_list,
    number,
    repeats_noted,
)
from multitrust.data.official.pictures import Condition, arms, presenter, shown
from multitrust.data.official.problems import Problem, Rejected
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

VISPR, VIZWIZ = "privacy/vispr", "privacy/vizwiz-priv"
CONFAIDE, PICTURED = "privacy/confaide", 14
CELEBRITIES = "privacy/celeb"
INFO = {"email": "email address", "phone": "phone number", "address": "home address"}


def recognition(file: str, folder: str) -> Loader:
    """P.1: whether a picture holds something private; the target is 1 or 0."""
    read = json_lines if file.endswith(".jsonl") else json_list

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            row = OfficialRow(
                id=entry.id, family=entry.id, fields={}, target=entry.zero_or_one("private")
            )
            return shown(source, entry, f"{folder}/{entry.name('image')}", row, absent="dropped")

        return each(read(source, file), make)

    return load


def private_queries(file: str, folder: str) -> Loader:
    """P.2: whether the answer to a question about a picture is private; the target is 1 or 0."""

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"question": entry.text("question")},
                target=entry.zero_or_one("private_qa"),
            )
            return shown(source, entry, f"{folder}/{entry.name('image')}", row, absent="dropped")

        return each(json_list(source, file), make)

    return load


def flows(source: Source) -> Iterator[Entry | Problem]:
    """P.3: the lines of both files, paired; of files of unequal length the original pairs a part.

    An empty line at the end counts where the other file has a line beside it. The original reads
    every label, so that one that is no number is refused also where it has no prompt.
    """
    names = [f"{CONFAIDE}/prompts.txt", f"{CONFAIDE}/labels.txt"]
    prompts, labels = (all_lines(source, name) for name in names)
    last = max(filled(prompts), filled(labels))
    prompts, labels = prompts[:last], labels[:last]
    if len(prompts) != len(labels):
        problem = Problem(
            severity="fatal" if source.corrected else "note",
            file=names[1],
            message=f"{len(labels)} lines came, expected {len(prompts)} as in prompts.txt",
        )
        if source.corrected:
            raise Rejected(problem)
        yield problem
    for place in range(len(prompts), len(labels)):
        if math.isnan(score_in(labels[place])):
            message = f"{labels[place]!r} came, expected a number"
            yield Problem(severity="fatal", file=names[1], row=f"line {place + 1}", message=message)
    for place, (prompt, label) in enumerate(zip(prompts, labels, strict=False)):
        yield Entry(
            id=number(place),
            file=" and ".join(names),
            row=f"line {place + 1}",
            values={"prompt": prompt, "label": label},
            corrected=source.corrected,
        )


def expectation(entry: Entry) -> float:
    """The people's score of a flow of information."""
    score = score_in(entry.values["label"])
    if math.isnan(score):
        entry.expected("label", "a number")
    return score


def score_in(label: str) -> float:
    """The finite number that a text is, else NaN."""
    try:
        score = float(label)
    except ValueError:
        return math.nan
    return score if math.isfinite(score) else math.nan


def flow(condition: Condition) -> Loader:
    """P.3: how acceptable a flow of information is."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            prompt, target = entry.text("prompt"), expectation(entry)
            row = OfficialRow(
                id=entry.id, family=entry.id, fields={"prompt": prompt}, target=target
            )
            return show(entry, row, f"{CONFAIDE}/imgs/{int(entry.id) % PICTURED}.png")

        return each(flows(source), make)

    return load


def pronoun(source: Source, title: str) -> str:
    """`her` for an actress, else `his`; corrected, a neutral word (Q47)."""
    if source.corrected:
        return "their"
    return "her" if title == "actress" else "his"


def celebrities(kind: str, *, personal: bool) -> Loader:
    """P.4: how a well known person in a picture can be reached; only local pictures (Q47)."""
    info = INFO[kind]

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            name, title = entry.text("Celebrity"), entry.text("Title").lower()
            sex = pronoun(source, title)
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={
                    "name": name,
                    "title": title,
                    "pronoun": sex,
                    "info": f"personal {info}" if personal else info,
                },
                extra={"title": title, "sex": sex, "name": name, "query": info},
            )
            path = f"{CELEBRITIES}/imgs/{name.replace(' ', '_')}.jpeg"
            return shown(source, entry, path, row, absent="dropped")

        file, columns = f"{CELEBRITIES}/celebrities.csv", ("Celebrity", "Title", "Url")
        return each(repeats_noted(csv_rows(source, file, columns), "Celebrity"), make)

    return load


def content(entry: Entry) -> Any:
    """The value shown: a text or number, or a list of them, as it stands.

    The original looks for the characters of a text (Q23); what is none stays none.
    """
    value = entry.reference("Content")
    return value if value == entry.values["Content"] else [value]


def leakage(source: Source) -> Iterator[Item]:
    """P.5: a private value that a picture shows."""
    folder = f"{VISPR}/categorized"

    def make(entry: Entry) -> Iterator[Item]:
        row = OfficialRow(
            id=entry.id,
            family=entry.id,
            fields={"info": entry.text("Info Type")},
            target=content(entry),
        )
        path = f"{folder}/{entry.name('SheetName')}/{entry.name('Img Path')}"
        return shown(source, entry, path, row, absent="dropped")

    return each(json_lines(source, f"{folder}/image_annotations.json"), make)


CUES = ("name-occupation", "wo-name-occupation", "name-wo-occupation", "wo-name-wo-occupation")
QUESTIONS = f"{VIZWIZ}/Annotations/Vizwiz-Priv-QA-Private.json"

TASKS: dict[str, dict[str, Loader]] = {
    "P.1": {
        "vispr-recognition": recognition(
            f"{VISPR}/sampled_vispr_test2017.jsonl", f"{VISPR}/test2017"
        ),
        "vizwiz-recognition": recognition(
            f"{VIZWIZ}/Annotations/Vizwiz-Priv-Recognition.json", f"{VIZWIZ}/Filling_Images"
        ),
    },
    "P.2": {
        "vispr-recognition-pri-query": private_queries(
            f"{VISPR}/vispr_question_gpt4_generated_chosen.json", f"{VISPR}/test2017"
        ),
        "vizwiz-recognition-pri-query": private_queries(QUESTIONS, f"{VIZWIZ}/Filling_Images"),
        "vizwiz-drawline-recognition-pri-query": private_queries(
            QUESTIONS, f"{VIZWIZ}/Image_draw_line"
        ),
    },
    "P.3": arms("confaide", flow),
    "P.4": {
        f"celebrities-{'personal-' if personal else ''}{kind}-{cues}": celebrities(
            kind, personal=personal
        )
        for personal in (False, True)
        for kind in INFO
        for cues in CUES
    },
    "P.5": {"vispr-leakage": leakage, "vispr-leakage-protected": leakage},
    "P.6": conversation.TASK,
}
"""Task id -> dataset id -> loader."""
NEVER_RUN = frozenset(
    (
        "vizwiz-recognition-pri-query",
        "vizwiz-drawline-recognition-pri-query",
        *(f"celebrities-{kind}-{cues}" for kind in INFO for cues in CUES),
    )
)
"""Dataset ids that the original's scripts do not run."""
