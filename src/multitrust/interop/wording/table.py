"""Where MMTrustEval keeps its prompts, and what their fields are with us.

Branch `main` at a067801; tag v0.1.0 keeps them in the same places. Facts alone: files, names,
positions, conditions, fields. A name of ours has several spots where the original writes one text
several times; they have to agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multitrust.interop.wording.places import CodePlace, ConfigPlace, Step
from multitrust.interop.wording.spots import Spot
from multitrust.interop.wording.statements import Way

Spots = tuple[Spot, ...]
CLASSES = ("alcohol", "cigarette", "gun", "insulting_gesture", "knife")
JUDGED = {"pred": "pred", "label": "label"}
STATEMENT = {"Statement": "query"}


def code(
    file: str,
    name: str,
    fields: Mapping[str, str] | None = None,
    *,
    within: str = "",
    steps: tuple[Step, ...] = (),
    given: tuple[str, ...] = (),
    item: int | None = None,
    held: Mapping[str, str] | None = None,
) -> Spots:
    """A text in a module below `mmte`, by the name that it is given `within` a function."""
    way = Way(given=frozenset(given), item=item)
    path = f"mmte/{file}.py"
    place = CodePlace(file=path, name=name, function=within, steps=steps, way=way)
    return (Spot(place=place, fields=fields or {}, held=held or {}),)


def loader(file: str, name: str, fields: Mapping[str, str] | None = None) -> Spots:
    """A text that the loader of a dataset is given as it is made."""
    return code(f"datasets/{file}", name, fields, within="__init__")


def asked(file: str, fields: Mapping[str, str], by: str = "chatmodel_eval") -> Spots:
    """The prompt of a task's judge, from its configuration."""
    place = ConfigPlace(file=f"mmte/configs/task/{file}.yaml", evaluator=by)
    return (Spot(place=place, fields=fields),)


def instructions(kind: str, number: int) -> Spots:
    """T.3: an instruction."""
    file = f"datasets/instruction_enhancement_{kind}"
    return code(file, f"PROMPT_TEMPLATE_{number}", STATEMENT)


def risk(category: str, number: int) -> Spots:
    """S.2: a question about a class of pictures."""
    steps = (("class", category), "questions_and_answers", number, "question")
    return code("datasets/hod", "PROMPT_AND_ANSWER", steps=steps)


def risks() -> Iterator[tuple[str, Spots]]:
    """S.2: the questions, in the order of the original."""
    for category in CLASSES:
        fourth = "friendly" if category == "insulting_gesture" else f"minors.{category}"
        names = ("shown", "describe", "present", "", "group")
        for number, name in enumerate(names):
            yield f"{name}.{category}" if name else fourth, risk(category, number)


def typographic(
    which: str, fields: Mapping[str, str] | None = None, item: int | None = None
) -> Spots:
    """S.4, S.5: a prompt beside a picture of text."""
    given = (f"self.dataset_id == '{which}'",)
    file, within = "datasets/typographic_jailbreaking", "get_input_message"
    return code(file, "prompt", fields, within=within, given=given, item=item)


def contact(which: str, *fields: str) -> Spots:
    """P.4: a question for contact details, with the word personal and without."""
    names = {"sex": "pronoun", "query": "info"} | {field: field for field in fields}
    file, name = "datasets/celeb", f"PROMPT_TEMPLATE_{which}"
    return (
        *code(file, f"PERSONAL_{name}", names, held={"info": "personal "}),
        *code(file, name, names),
    )


def preference(within_branch: str, file: str, fields: Mapping[str, str]) -> Spots:
    """A template of which the loader has two, by a condition."""
    name = "self.prompt_template"
    return code(f"datasets/{file}", name, fields, within="__init__", given=(within_branch,))


HARM = code(
    "evaluators/classifier_eval",
    "LLAMA2_CLS_PROMPT",
    {"behavior": "label", "generation": "pred"},
    steps=("prompt",),
)
CAPTION_JUDGE = {"0": "pred", "1": "label"}
NOISE = code("evaluators/chatmodel_eval", "test_noise_prompt", {"pred": "pred"}, within="process")
PERSON = {"gender": "gender", "age": "age", "skintone": "skintone", "profession": "profession"}
PRIVATE_QUERY = {"question": "question"}

TABLE: Mapping[str, Mapping[str, Spots]] = {
    "T.1": {
        "yes_no": code("datasets/basic_understanding", "d_basic_prompt_template", STATEMENT),
        "box": code("datasets/basic_understanding", "grounding_prompt_template", STATEMENT),
        "read": code("datasets/basic_understanding", "g_basic_prompt_template", STATEMENT),
        "box_judge": asked(
            "truthfulness/t1-basic-grounding", {"pred": "pred", "img_size": "img_size"}
        ),
        "read_judge": asked("truthfulness/t1-basic-ocr", JUDGED),
    },
    "T.2": {"ask": loader("advanced_inference", "self.prompt_template", STATEMENT)},
    "T.3": {
        "PROMPT_1": instructions("factual", 1),
        "PROMPT_1.logic": instructions("logic", 1),
        "PROMPT_2": instructions("factual", 2),
        "PROMPT_2.logic": instructions("logic", 2),
        "PROMPT_3_factual": instructions("factual", 3),
        "PROMPT_3_logic": instructions("logic", 3),
        "judge_factual": asked("truthfulness/t3-instruction-enhancement-factual", JUDGED),
        "judge_logic": asked("truthfulness/t3-instruction-enhancement-logic", JUDGED),
    },
    "T.4": {
        "ask": loader("visual_assistance", "self.prompt_template", {"given_sentence": "query"}),
        "judge": asked("truthfulness/t4-visual-assistance", JUDGED),
    },
    "T.5": {
        "ask": code("datasets/text_misleading", "prompt_template", STATEMENT),
        "judge": asked("truthfulness/t5-text-misleading", JUDGED),
    },
    "T.6": {"ask": code("datasets/visual_confusion", "prompt_template", STATEMENT)},
    "T.7": {
        "ask": loader("visual_misleading", "self.prompt_template", STATEMENT),
        "judge": asked("truthfulness/t7-visual-misleading", JUDGED),
    },
    "S.1": {
        "plain": code("datasets/nsfw", "PROMPTS", steps=(0,)),
        "unrestricted": code("datasets/nsfw", "PROMPTS", steps=(1,)),
    },
    "S.2": {
        **dict(risks()),
        "judge": asked(
            "safety/s2-risk-identification",
            {name: name for name in ("QUESTION", "pred", "EXPECTED_KEYWORDS")},
        ),
    },
    "S.3": {
        "continue": loader("real_toxicity_prompts", "input_prompt", {"single_prompt": "prompt"})
    },
    "S.4": {
        "prompt_and_behavior_1": typographic("typographic-prompt-and-behavior", item=0),
        "prompt_and_behavior_2": typographic("typographic-prompt-and-behavior", item=1),
        "prompt_1": typographic("typographic-prompt", {"behavior": "question"}, 0),
        "prompt_2": typographic("typographic-prompt", {"behavior": "question"}, 1),
        "behavior_1": typographic("typographic-behavior", {"jailbreak": "jailbreak_prompt"}, 0),
        "behavior_2": typographic("typographic-behavior", {"jailbreak": "jailbreak_prompt"}, 1),
        "harm_judge": HARM,
    },
    "S.5": {
        "graphic": typographic("opimized-jailbreak-graphic"),
        "safebench": code("datasets/safebench", "text", within="template_format"),
        "harm_judge": HARM,
    },
    "S.6": {"harm_judge": HARM},
    "R.1": {
        "ask": loader("ood_artistic", "self.prompt"),
        "judge": asked("robustness/r1-ood-artistic", CAPTION_JUDGE, "chatmodel_score"),
    },
    "R.2": {
        "judge": asked(
            "robustness/r2-ood-sensor",
            {"0": "question", "1": "label", "2": "pred"},
            "chatmodel_score",
        ),
    },
    "R.3": {"ask": loader("ood_text", "self.prompt", {"0": "sentence"})},
    "R.4": {
        "ask": loader("adversarial_untarget", "text"),
        "judge": asked("robustness/r4-adversarial-untarget", CAPTION_JUDGE, "chatmodel_score"),
        "noise_judge": NOISE,
    },
    "R.5": {
        "ask": loader("adversarial_target", "text"),
        "judge": asked("robustness/r5-adversarial-target", CAPTION_JUDGE, "chatmodel_score"),
        "noise_judge": NOISE,
    },
    "R.6": {
        name: code(
            "datasets/adversarial_text",
            "self.task2prompt",
            {str(number): field for number, field in enumerate(fields)},
            within="__init__",
            steps=(name,),
        )
        for name, fields in {
            "mnli": ("premise", "hypothesis"),
            "mnli-mm": ("premise", "hypothesis"),
            "qnli": ("question", "sentence"),
            "qqp": ("question1", "question2"),
            "rte": ("sentence1", "sentence2"),
            "sst2": ("sentence",),
        }.items()
    },
    "F.1": {
        "ask": loader("stereo_generation", "self.prompt"),
        "judge": asked("fairness/f1-stereo-generation", {"pred": "pred"}),
    },
    "F.2": {
        "ask": loader("stereo_agreement", "self.prompt_template", {"given_sentence": "statement"})
    },
    "F.3": {
        "stereotype": loader(
            "stereo_classification", "self.prompt_template", {"given_sentence": "sentence"}
        ),
        "topic": loader(
            "stereo_topic_classification", "self.prompt_template", {"given_sentence": "statement"}
        ),
    },
    "F.5": {"ask": preference("not force_prompt", "vision_preference", {"topic": "topic"})},
    "F.6": {
        "ask": preference(
            "not self.prompt_w_description", "profession_pred", {"profession": "profession"}
        ),
        "ask_described": preference("self.prompt_w_description", "profession_pred", PERSON),
    },
    "P.1": {
        "ask": (
            *code("datasets/vispr", "recoginiton_template"),
            *code("datasets/vizwiz", "recoginiton_template"),
        )
    },
    "P.2": {
        "ask": (
            *code("datasets/vispr", "recoginiton_template_pri_query", PRIVATE_QUERY),
            *code("datasets/vizwiz", "recoginiton_template_pri_query", PRIVATE_QUERY),
        ),
        "ask_framed": code(
            "datasets/vizwiz", "recoginiton_template_pri_query_drawline", PRIVATE_QUERY
        ),
    },
    "P.3": {"ask": preference("force_prompt", "confaide", {"prompt": "prompt"})},
    "P.4": {
        "name_occupation": contact("WITH_NAME_WITH_OCCUPATION", "name", "title"),
        "wo_name_occupation": contact("NO_NAME_WITH_OCCUPATION", "title"),
        "name_wo_occupation": contact("WITH_NAME_NO_OCCUPATION", "name"),
        "wo_name_wo_occupation": contact("NO_NAME_NO_OCCUPATION"),
    },
    "P.5": {
        "ask": code("datasets/vispr", "leakage_template", {"type": "info"}),
        "ask_protected": code("datasets/vispr", "leakage_protected_template", {"type": "info"}),
    },
    "P.6": {
        "ask": code(
            "datasets/enron_email",
            "prompt",
            {"pp": "info", "prompt": "people", "name_list[0]": "name"},
            within="data_generator",
        ),
        "person": code(
            "datasets/enron_email",
            "CONTEXT_TEMPLATE",
            {"pii_type": "info", "name": "name", "content": "value"},
        ),
    },
}
"""Task -> name -> spots. F.4, F.7 and most of S.6 take their prompts from the data."""
