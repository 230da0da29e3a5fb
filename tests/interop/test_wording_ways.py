"""Each way of building a text is read exactly; any other is said to be missing, with its line."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from tests.interop.checkout import loader, make_checkout
from tests.interop.checkout_prompts import EXPECTED

from multitrust.interop.wording import Wording, read_checkout


def continued(folder: Path, body: str, **options: str) -> Wording:
    """A checkout whose S.3 builds its prompt in some way."""
    loop = "for single_prompt in prompts:\n" + indent(body, "    ")
    return read_checkout(make_checkout(folder, real_toxicity_prompts=loader(loop, **options)))


WAYS = {
    "sum": 'input_prompt = "Go on: " + single_prompt',
    "implicit": 'input_prompt = "Go " "on: " + single_prompt',
    "sum of three": 'input_prompt = "Go" + (" on: " + single_prompt)',
    "augmented": 'input_prompt = "Go on: "\ninput_prompt += single_prompt',
    "annotated": 'input_prompt: str = "Go on: " + single_prompt',
    "f-string": 'input_prompt = f"Go {"on"}: {single_prompt}"'.replace('"on"', "'on'"),
    "format": 'input_prompt = "Go on: {}".format(single_prompt)',
    "format by name": 'input_prompt = "{go}: {p}".format(p=single_prompt, go="Go on")',
    "format by number": 'input_prompt = "{1}: {0}".format(single_prompt, "Go on")',
    "later format": 'input_prompt = "Go on: {single_prompt}"',
    "percent": 'input_prompt = "Go on: %s" % single_prompt',
    "percent tuple": 'input_prompt = "%s on: %s" % ("Go", single_prompt)',
    "percent names": 'input_prompt = "Go on: %(p)s" % {"p": single_prompt}',
    "join": 'input_prompt = " ".join(["Go", "on:", single_prompt])',
    "dictionary": 'T = {"a": {1: "Go on: "}}\ninput_prompt = T["a"][1] + single_prompt',
    "list": 'T = ["no", "Go on: "]\ninput_prompt = T[-1] + single_prompt',
    "sum of lists": 'T = ["no"] + ["Go on: "]\ninput_prompt = T[1] + single_prompt',
    "constant": 'input_prompt = f"{"Go"} on: " + single_prompt'.replace('{"Go"}', "{'Go'}"),
    "number": 'input_prompt = "Go on%s " % ":" + single_prompt',
    "unpacked": 'go, on = "Go ", "on: "\ninput_prompt = go + on + single_prompt',
    "two names": 'a = b = "Go on: "\ninput_prompt = b + single_prompt',
    "equal ways": 'input_prompt = ("Go on: " if x else "Go on: ") + single_prompt',
    "equal branches": 'if x:\n    a = "Go on: "\nelse:\n    a = "Go on: "\n'
    "input_prompt = a + single_prompt",
    "one condition": 'if x:\n    input_prompt = "Go on: " + single_prompt',
    "strip": 'input_prompt = "  Go on:\\n".strip() + " " + single_prompt',
    "strip characters": 'input_prompt = "--Go on: ".lstrip("-") + single_prompt',
    "strip an end": 'input_prompt = f"  Go on: {single_prompt}".lstrip()',
    "replace": 'input_prompt = "Go off: ".replace("off", "on") + single_prompt',
    "dedent": 'input_prompt = textwrap.dedent("    Go on: ") + single_prompt',
    "cleandoc": 'input_prompt = cleandoc("""\n    Go on:\n    """) + " " + single_prompt',
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_building_a_text(tmp_path: Path, way: str) -> None:
    wording = continued(tmp_path, WAYS[way])
    assert wording.missing == ()
    assert wording.templates["S.3"]["continue"] == "Go on: {prompt}"


@pytest.mark.parametrize("name", ["GO", "self.GO", "cls.GO", "Loader.GO"])
def test_names_of_the_module_and_of_the_class(tmp_path: Path, name: str) -> None:
    where = "before" if name == "GO" else "attributes"
    wording = continued(
        tmp_path, f"input_prompt = {name} + single_prompt", **{where: 'GO = "Go on: "'}
    )
    assert wording.templates["S.3"]["continue"] == "Go on: {prompt}"


@pytest.mark.parametrize(
    "body",
    [
        'input_prompt = f"{{Go}} on: {single_prompt}"',
        'input_prompt = "{Go} on: " + single_prompt',
        'input_prompt = "{{Go}} on: {}".format(single_prompt)',
        'input_prompt = "{{Go}} on: {single_prompt}"',
    ],
)
def test_braces_that_are_text_are_doubled(tmp_path: Path, body: str) -> None:
    template = continued(tmp_path, body).templates["S.3"]["continue"]
    assert template == "{{Go}} on: {prompt}"
    assert template.format(prompt="now") == "{Go} on: now"


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("input_prompt = choose() + single_prompt", 1, "choose()"),
        ("input_prompt = choose()", 1, "choose() is not a text"),
        ('input_prompt = "Go on: " + other', 1, "other"),
        ('input_prompt = "Go on."', 1, "single_prompt"),
        ('input_prompt = f"{single_prompt!r}"', 1, "single_prompt!r"),
        ('input_prompt = f"{single_prompt:>9}"', 1, "single_prompt:>9"),
        ('input_prompt = "{single_prompt:>9}"', 1, "single_prompt:>9"),
        ('input_prompt = "{} {}".format(single_prompt)', 1, "format"),
        ('input_prompt = "{}".format(*values)', 1, "*values"),
        ('input_prompt = "{p}".format(**values)', 1, "**values"),
        ('input_prompt = "%5s" % single_prompt', 1, "%5s"),
        ('input_prompt = "%s" % (single_prompt, 1)', 1, "%s"),
        ('input_prompt = "Go on: " * 2 + single_prompt', 1, "'Go on: ' * 2"),
        ('input_prompt = "Go on: " + 2', 1, "'Go on: ' + 2"),
        ('input_prompt = "{".format(single_prompt)', 1, "'{'.format"),
        ('input_prompt = "{}".format([single_prompt])', 1, "[single_prompt]"),
        ('input_prompt = " ".join([["Go on: "]])', 1, "join"),
        ('input_prompt = " ".join(single_prompt)', 1, "join"),
        ('T = {**U, "a": "Go on: "}\ninput_prompt = T["a"]', 2, "T['a']"),
        ('T = {"a": "Go on: "}\ninput_prompt = T["b"] + single_prompt', 2, "T['b']"),
        ('input_prompt = "Go on: ".upper() + single_prompt', 1, "upper"),
        ('input_prompt = f" Go on: {single_prompt}".strip()', 1, "strip"),
        ('input_prompt = "Go on { {single_prompt}"', 1, "no template"),
        ('input_prompt = ("a" if x else "b") + single_prompt', 1, "if x"),
        (
            'if x:\n    a = "a"\nelse:\n    a = "b"\ninput_prompt = a + single_prompt',
            5,
            "a + single_prompt is not a text",
        ),
        ('input_prompt = "a"\nif x:\n    input_prompt = "b"', 2, "depends on whether x"),
        ('try:\n    input_prompt = "a"\nexcept OSError:\n    raise', 1, "input_prompt"),
        ('T = ["a"]\nT.insert(0, x)\ninput_prompt = T[0]', 3, "T[0]"),
        ('T = ["a"]\nT[0] = x\ninput_prompt = T[0]', 3, "T[0]"),
        ('a = ""\nfor x in xs:\n    a += "b"\ninput_prompt = a', 2, "builds on the earlier turns"),
        ('input_prompt = ["Go on: "]', 0, "is a list, not a text"),
        ('other = "Go on: "', 0, "no input_prompt in __init__"),
    ],
)
def test_what_is_not_understood_is_missing(
    tmp_path: Path, body: str, line: int, reason: str
) -> None:
    wording = continued(tmp_path, body)
    (missing,) = wording.missing
    place = "mmte/datasets/real_toxicity_prompts.py"
    if line:
        written = (tmp_path / place).read_text("utf-8").splitlines()
        place += f":{written.index('        for single_prompt in prompts:') + 1 + line}"
    assert missing.startswith(f"S.3 continue: {place}:")
    assert reason in missing
    assert "S.3" not in wording.templates
    assert wording.templates["T.2"] == EXPECTED["T.2"]


def test_a_sum_that_is_too_deep(tmp_path: Path) -> None:
    (missing,) = continued(tmp_path, "input_prompt = " + " + ".join(['"a"'] * 900)).missing
    assert missing == "S.3 continue: mmte/datasets/real_toxicity_prompts.py: too deeply nested"


def test_a_name_of_a_comprehension_is_no_text(tmp_path: Path) -> None:
    safebench = loader("x = [text for text in xs]", function="template_format")
    (missing,) = read_checkout(make_checkout(tmp_path, safebench=safebench)).missing
    assert missing == "S.5 safebench: mmte/datasets/safebench.py: no text in template_format"


@pytest.mark.parametrize(
    "choice",
    [
        "ONE if force_prompt else OTHER",
        "[OTHER, ONE][force_prompt]",
        "{0: OTHER, 1: ONE}[force_prompt]",
    ],
)
def test_a_choice_whose_condition_is_known(tmp_path: Path, choice: str) -> None:
    """P.3 demands a number, and F.5 demands none."""
    body = f'ONE, OTHER = "{{topic}} one", "{{topic}} other"\nself.prompt_template = {choice}'
    wording = read_checkout(
        make_checkout(
            tmp_path,
            confaide=loader(body.replace("topic", "prompt")),
            vision_preference=loader(body),
        )
    )
    assert wording.templates["P.3"]["ask"] == "{prompt} one"
    assert wording.templates["F.5"]["ask"] == "{topic} other"


def test_a_function_outside_of_classes(tmp_path: Path) -> None:
    function = "def __init__(single_prompt):\n    input_prompt = GO + single_prompt\n"
    content = f'GO = "Go on: "\n{function}'
    wording = read_checkout(make_checkout(tmp_path, real_toxicity_prompts=content))
    assert wording.templates["S.3"]["continue"] == "Go on: {prompt}"
