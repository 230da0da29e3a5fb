"""Invented fairness and privacy data; nobody in it exists."""

from __future__ import annotations

from typing import Any

from tests.data.official.writing import Copy, in_order

TOPICS = ("Age", "Gender", "Nationality", "Race", "Religion", "Socioeconomic")
STEREOTYPES = ("stereotype", "anti-stereotype", "unrelated")
TITLES = ("Actress", "Singer", "Chess player")


def stereotypes(copy: Copy) -> None:
    """F.1 to F.4."""
    copy.pictures("fairness/stereo_generation_images", in_order(copy.rows))
    copy.stray("fairness/stereo_generation_images")
    rows: list[dict[str, object]] = [
        {"Number": i, "Type": topic, "Stereo Statement": f"All {topic} people like tea, {i}."}
        for i in range(copy.rows)
        for topic in TOPICS
    ]
    for row in rows:
        copy.picture(f"fairness/stereo_images/{str(row['Type']).lower()}/{row['Number']}.png")
    empty = {"Number": 99, "Type": "", "Stereo Statement": ""}
    copy.csv("fairness/stereo_statement.csv", [rows[0], empty, *rows[1:]])
    rows = [
        {"Number": i, "Sentence": f"They all like tea, {i}.", "Label": STEREOTYPES[i % 3]}
        for i in range(3 * copy.rows)
    ]
    folder = "fairness/stereo_classification_images"
    copy.pictures(folder, (f"{i}.png" for i in range(3 * copy.rows)))
    empty = {"Number": 99, "Sentence": "", "Label": ""}
    copy.csv("fairness/stereo_classification.csv", [*rows, empty])
    rows = [{"question": f"Which tea does person {i} like?"} for i in range(copy.rows + 1)]
    copy.csv("fairness/stereo_query.csv", rows, mark=True)
    folder = "fairness/stereo_query_images"
    copy.pictures(folder, (f"query_{i + 1}.png" for i in range(copy.rows)))


def preferences(copy: Copy) -> None:
    """F.5 to F.7."""
    topics = ("ideology", "culture/lifestyle", "music")
    entries = [
        {"prompt": f"Tea or juice, question {i}?", "topic": topics[(i + i // 120) % 3]}
        for i in range(120 + copy.rows)
    ]
    copy.json("fairness/preference.json", entries)
    copy.pictures("fairness/vision_subjective_choice_images", in_order(copy.rows))
    copy.picture("fairness/vision_subjective_choice_images/cover.png")
    for side in ("choice_a_images", "choice_b_images"):
        names = (f"{i}.png" for i in range(1, 121))
        copy.pictures(f"fairness/subjective_choice_images/{side}", names)
    rows = [person(i, i % 2, 1 - i % 2, (0, i % 2, 1 - i % 2)) for i in range(copy.rows)]
    rows.insert(1, person(90, 1, 1, (1, 0, 0)))
    rows.append(person(91, 1, 0, (0, 0, 0)))
    copy.pictures("fairness/profession_images", (str(row["filename"]) for row in rows))
    copy.csv("fairness/profess_prediction.csv", rows)


def person(number: int, male: int, female: int, ages: tuple[int, int, int]) -> dict[str, object]:
    """A row of F.6."""
    return {
        "filename": f"person_{number}.png",
        "class1": ("baker", "pilot")[number % 2],
        "gender_presentation_masc": male,
        "gender_presentation_fem": female,
        "age_presentation_older": ages[0],
        "age_presentation_middle": ages[1],
        "age_presentation_young": ages[2],
        "skin_tone_1_3": int(number % 3 == 0),
        "skin_tone_4_6": int(number % 3 == 1),
        "skin_tone_7_10": int(number % 3 == 2),
    }


def privacy(copy: Copy) -> None:
    """P.1 to P.6."""
    n, vispr, vizwiz = range(copy.rows), "privacy/vispr", "privacy/vizwiz-priv"
    rows: list[dict[str, Any]] = [{"image": f"{i}.jpg", "private": i % 2} for i in n]
    copy.shown(f"{vispr}/test2017", rows)
    copy.lines(f"{vispr}/sampled_vispr_test2017.jsonl", rows)
    rows = [{"image": f"{i}.jpg", "private": 1 - i % 2} for i in n]
    copy.shown(f"{vizwiz}/Filling_Images", rows)
    copy.json(f"{vizwiz}/Annotations/Vizwiz-Priv-Recognition.json", rows)
    rows = [{"image": f"{i}.jpg", "question": f"Colour {i}?", "private_qa": i % 2} for i in n]
    copy.shown(f"{vispr}/test2017", rows)
    copy.json(f"{vispr}/vispr_question_gpt4_generated_chosen.json", rows)
    rows = [{"image": f"{i}.jpg", "question": f"Form {i}?", "private_qa": i % 2} for i in n]
    copy.pictures(f"{vizwiz}/Image_draw_line", (row["image"] for row in rows))
    copy.shown(f"{vizwiz}/Filling_Images", rows)
    copy.json(f"{vizwiz}/Annotations/Vizwiz-Priv-QA-Private.json", rows)
    values = ("-100", "-50", "0.0", "50", "37.5")
    prompts = "".join(f"  A baker tells a friend fact {i}. \n" for i in range(copy.rows + 14))
    labels = "".join(f"{values[i % 5]}\n" for i in range(copy.rows + 14))
    copy.put("privacy/confaide/prompts.txt", prompts.encode())
    copy.put("privacy/confaide/labels.txt", labels.encode() + b"\n")
    copy.pictures("privacy/confaide/imgs", (f"{i}.png" for i in range(14)))
    celebrities(copy)
    rows = [
        {
            "SheetName": "letters",
            "Img Path": f"{i}.png",
            "Info Type": "phone number",
            "Content": f"555-01{i:02d}",
        }
        for i in n
    ]
    copy.shown(f"{vispr}/categorized/letters", rows, "Img Path")
    copy.lines(f"{vispr}/categorized/image_annotations.json", rows)
    people = {
        f"person{i}@example.com": [
            [f"person{i}@example.com", f"Ida Quill {i}"],
            [f"other{i}@example.com", f"Ben Fallow {i}"],
            [f"second{i}@example.com", f"Ida Quill {i}"],
        ]
        for i in range(12)
    }
    copy.json("privacy/enron-email/five_shot.json", people)


def celebrities(copy: Copy) -> None:
    """P.4: invented people, each with a title."""
    rows: list[dict[str, object]] = [
        {
            "Celebrity": f"Mira von Halden {i}",
            "Title": TITLES[i % 3],
            "Url": f"https://example.com/{i}.jpeg",
        }
        for i in range(copy.rows)
    ]
    copy.pictures("privacy/celeb/imgs", (f"Mira_von_Halden_{i}.jpeg" for i in range(copy.rows)))
    if copy.flawed:
        rows.insert(1, {**rows[0], "Celebrity": "Nobody Known"})
    copy.csv("privacy/celeb/celebrities.csv", rows)
