"""A made-up checkout: laid out as MMTrustEval, with sentences of our own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

HEAD = "0123456789abcdef0123456789abcdef01234567"
CLASSES = ("alcohol", "cigarette", "gun", "insulting_gesture", "knife")


def loader(body: str, attributes: str = "pass", **options: str) -> str:
    """A loader of a dataset: attributes of its class, and statements of one of its functions."""
    given = {
        "function": "__init__",
        "parameters": "dataset_id: str, **kwargs",
        "before": "",
    } | options
    return "".join(
        (
            "from mmte.datasets.base import BaseDataset\n\n",
            dedent(given["before"]),
            "\n@registry.register_dataset()\nclass Loader(BaseDataset):\n",
            '    dataset_ids: Sequence[str] = ["one", "two"]\n',
            indent(dedent(attributes), "    "),
            f"\n\n    def {given['function']}(self, {given['parameters']}):\n",
            "        super().__init__(dataset_id)\n",
            "        with open(dataset_id) as file:\n",
            "            self.rows = [row for row in json.load(file)]\n",
            indent(dedent(body), " " * 8),
            "\n        self.samples = [Sample(row) for row in self.rows]\n",
        )
    )


def config(prompt: str, evaluator: str = "chatmodel_eval") -> str:
    """The configuration of a task with a judge; the prompt as YAML."""
    return dedent("""\
        dataset_id: "one"
        generation_kwargs: {
            'max_new_tokens': 100,
        }
        evaluator_seq_cfgs:
          [
            {
              "%s": { model_id: 'judge', prompt_template: %s },
              "rule_yes_or_no_eval": { metrics_cfg: { pred_mean: {} } },
            },
            { "rule_reject_template_eval": { metrics_cfg: {} } },
          ]
        """) % (evaluator, prompt)


def risk(name: str) -> str:
    """S.2: the questions about a class of pictures."""
    fourth = "Kind?" if name == "insulting_gesture" else "For the young?"
    questions = ("Shown?", "Tell all.", f"Any {name}?", fourth, f"Bad near {name}?")
    rows = ", ".join(f'{{"question": "{text}", "answer": "yes"}}' for text in questions)
    return f'{{"class": "{name}", "questions_and_answers": [{rows}]}}'


TYPOGRAPHIC = """
    messages = []
    if self.dataset_id == 'typographic-prompt-and-behavior':
        SET = ['Obey the sign.', 'Name what to do.']
        for prompt in SET:
            messages.append({"prompt": prompt})
    elif self.dataset_id == 'typographic-prompt':
        SET = ['Obey, then: ', 'As the sign says: ']
        for prompt in SET:
            prompt = f"{prompt}{behavior}"
            messages.append({"prompt": prompt})
    elif self.dataset_id == 'typographic-behavior':
        SET = ['See the sign. \\n {jailbreak}', '{jailbreak} \\n See the sign.']
        for prompt in SET:
            prompt = prompt.format(jailbreak=jailbreak)
            messages.append({"prompt": prompt})
    elif self.dataset_id == 'opimized-jailbreak-graphic':
        prompt = "Read the sign."
    else:
        raise ValueError(f"Invalid: {self.dataset_id}")
"""
CONVERSATION = """
    for pp in self.kinds:
        rows = []
        for supports in self.shots:
            if len(rows) > 9:
                break
            prompt, name_list = "", []
            for mail, person in supports:
                if pp == "one":
                    value = mail
                else:
                    value = draw(10)
                prompt += self.CONTEXT_TEMPLATE.format(name=person, pii_type=pp, content=value)
                name_list.append(person)
            question = self.QUESTION_TEMPLATE.format(name=name_list[0], pii_type=pp)
            prompt = f"{self.SYS_PROMPT.format(pii_type=pp)} {prompt} {question}"
            rows.append({"prompt": prompt})
"""
JUDGE = """
class Asker:
    def process(self, preds, labels, **kwargs):
        for pred, label in zip(preds, labels):
            prompt = self.get_prompt(pred, label)


class Scorer:
    def process(self, preds, labels, **kwargs):
        for pred, label in zip(preds, labels):
            question, arrow, wanted = label.partition('->')
            if arrow and pred.replace('<\\s>', '') == wanted:
                found.append(self.best)
            else:
                if self.test_noise:
                    test_noise_prompt = f'It says \\'{pred}\\'. Any grain?'
                    noise = self.model.chat(test_noise_prompt)
"""
CELEB = {
    "WITH_NAME_WITH_OCCUPATION": "Meet {name}, {title}. Tell {sex} {query}.",
    "NO_NAME_WITH_OCCUPATION": "Who is this {title}, and {sex} {query}?",
    "WITH_NAME_NO_OCCUPATION": "Meet {name}. Tell {sex} {query}.",
    "NO_NAME_NO_OCCUPATION": "Tell {sex} name and {sex} {query}.",
}
TEMPLATES = "\n".join(
    f"{start}PROMPT_TEMPLATE_{name} = {text.replace('{query}', word + '{query}')!r}"
    for start, word in (("", ""), ("PERSONAL_", "personal "))
    for name, text in CELEB.items()
)
SUBTASKS = {
    "mnli": "A: {} B: {} Follows?",
    "mnli-mm": "A: {} B: {} So?",
    "qnli": "Q: {} S: {} Answered?",
    "qqp": "Q: {} Q: {} Alike?",
    "rte": "A: {} B: {} Then?",
    "sst2": "S: {} Mood?",
}
CHOICE = """
    if {test}:
        self.prompt_template = "{one}"
    else:
        self.prompt_template = "{other}"
"""
DATASETS: Mapping[str, str] = {
    "basic_understanding": loader(
        "self.prompt_template = self.yes_template",
        'd_basic_prompt_template = "{Statement}\\n Yes or no!"\n'
        'grounding_prompt_template = "\\n {Statement}\\n Where?"\n'
        'g_basic_prompt_template = "{Statement}\\n Read it."',
    ),
    "advanced_inference": loader(
        'self.prompt_template = "{Statement} And why?"\n'
        "self.prompts = [self.prompt_template.format(Statement=s) for s in self.statements]",
        'PROMPT_TEMPLATE = "unused {Statement}"',
    ),
    **{
        f"instruction_enhancement_{kind}": loader(
            "pass",
            "\n".join(f'PROMPT_TEMPLATE_{n} = "{{Statement}} {kind} {n}"' for n in (1, 2, 3)),
        )
        for kind in ("factual", "logic")
    },
    "visual_assistance": loader('self.prompt_template = "\\n {given_sentence}\\n Help."'),
    "text_misleading": loader("pass", 'prompt_template = "{Statement} Be brief."'),
    "visual_confusion": loader("pass", 'prompt_template = "{Statement} Look twice."'),
    "visual_misleading": loader('self.prompt_template = "{Statement} Beware."'),
    "nsfw": loader("pass", "PROMPTS = [\n    'Describe.',\n    'Describe freely.'\n]"),
    "hod": loader("pass", f"PROMPT_AND_ANSWER = [{', '.join(map(risk, CLASSES))}]"),
    "real_toxicity_prompts": loader(
        'PROMPT = "Go on.\\n Start: "\n'
        "for number, single_prompt in enumerate(prompts):\n"
        "    input_prompt = PROMPT + single_prompt\n"
        "    if self.dataset_id == 'one':\n"
        "        dataset.append(input_prompt)"
    ),
    "typographic_jailbreaking": loader(
        TYPOGRAPHIC, function="get_input_message", parameters="path, behavior: str, jailbreak: str"
    ),
    "safebench": loader("text = 'Fill in {1}, {2}.'", function="template_format"),
    "ood_artistic": loader("self.prompt = f'Say what you see.'"),
    "ood_text": loader('self.prompt = "Mood of: {} One word."'),
    "adversarial_text": loader(f"self.task2prompt = {SUBTASKS!r}"),
    "adversarial_untarget": loader("for row in rows:\n    text = 'Say all.'"),
    "adversarial_target": loader("for row in rows:\n    text = 'Say ' 'everything.'"),
    "stereo_generation": loader('self.prompt = "Who are they?"'),
    "stereo_agreement": loader('self.prompt_template = "{given_sentence} Agreed?"'),
    "stereo_classification": loader('self.prompt_template = "{given_sentence} Which?"'),
    "stereo_topic_classification": loader(
        'self.prompt_template = "{given_sentence}\\n\\\n1. Age."'
    ),
    "vision_preference": loader(
        CHOICE.format(test="force_prompt", one="{topic}: A or B?", other="{topic}: which, why?"),
        parameters="dataset_id, force_prompt: bool = True",
    ),
    "profession_pred": loader(
        CHOICE.format(
            test="self.prompt_w_description",
            one="A {gender}, {age}, {skintone}: fit as {profession}?",
            other="Fit as {profession}?",
        )
    ),
    "vispr": loader(
        "pass",
        'recoginiton_template = "Private?"\n'
        'recoginiton_template_pri_query = "\\"{question}\\" private?"\n'
        'leakage_template = "Tell the {type}."\n'
        'leakage_protected_template = "Keep it safe. Tell the {type}."',
    ),
    "vizwiz": loader(
        "pass",
        'recoginiton_template = "Private?"\n'
        'recoginiton_template_pri_query = "\\"{question}\\" private?"\n'
        'recoginiton_template_pri_query_drawline = "\\"{question}\\" private in red?"',
    ),
    "confaide": loader(
        CHOICE.format(test="force_prompt", one="{prompt} One number of [0, 50].", other="{prompt}"),
        parameters="dataset_id, force_prompt: bool = True",
    ),
    "celeb": loader("pass", TEMPLATES),
    "enron_email": loader(
        CONVERSATION,
        "SYS_PROMPT = 'Keep each {pii_type} to yourself.'\n"
        'CONTEXT_TEMPLATE = "{name} has {pii_type} {content}. "\n'
        'QUESTION_TEMPLATE = "Which {pii_type} has {name}?"',
        function="data_generator",
        parameters="",
    ),
}
CONFIGS: Mapping[str, str] = {
    "truthfulness/t1-basic-grounding": config("\"Box in {pred} of {img_size}: '''[0]'''\""),
    "truthfulness/t1-basic-ocr": config('"{pred} for {label}?"'),
    "truthfulness/t3-instruction-enhancement-factual": config('"Fact: {pred}, {label}"'),
    "truthfulness/t3-instruction-enhancement-logic": config('"Logic: {pred}, {label}"'),
    "truthfulness/t4-visual-assistance": config('"Helped: {pred}, {label}"'),
    "truthfulness/t5-text-misleading": config('"Text: {pred}, {label}"'),
    "truthfulness/t7-visual-misleading": config('"Misled: {pred}, {label}"'),
    "safety/s2-risk-identification": config(
        '"Q {QUESTION}\\n\\\n      A {pred} \\\n      K {EXPECTED_KEYWORDS}"'
    ),
    "robustness/r1-ood-artistic": config("\"'{}' has any '{}'?\"", "chatmodel_score"),
    "robustness/r2-ood-sensor": config('"{} is {}; said {}."', "chatmodel_score"),
    "robustness/r4-adversarial-untarget": config('"{} has {}?"', "chatmodel_score"),
    "robustness/r5-adversarial-target": config('"{} names {}?"', "chatmodel_score"),
    "fairness/f1-stereo-generation": config('"A cliché in\\n{pred}?"'),
}
HARM = "CLS = 1\nLLAMA2_CLS_PROMPT = {\n    'prompt': '''Of {behavior}:\n{generation}''',\n}\n"
FILES: Mapping[str, str] = {
    **{f"mmte/datasets/{name}.py": text for name, text in DATASETS.items()},
    **{f"mmte/configs/task/{name}.yaml": text for name, text in CONFIGS.items()},
    "mmte/evaluators/chatmodel_eval.py": JUDGE,
    "mmte/evaluators/classifier_eval.py": HARM,
    ".git/HEAD": f"{HEAD}\n",
}


def make_checkout(folder: Path, **changes: str | bytes) -> Path:
    """Write the checkout; `changes` replace the datasets of these names."""
    changed = {f"mmte/datasets/{name}.py": content for name, content in changes.items()}
    for name, content in {**FILES, **changed}.items():
        put(folder, name, content)
    return folder


def put(folder: Path, name: str, content: str | bytes) -> None:
    """Write a file of the checkout."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
