"""What is wrong with a checkout is said, and spoils no more than it has to."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interop.checkout import FILES, config, make_checkout, put
from tests.interop.checkout_prompts import EXPECTED

from multitrust.core import ConfigError
from multitrust.interop.wording import read_checkout


def test_a_yaml_tag_is_not_followed(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    name = "mmte/configs/task/truthfulness/t4-visual-assistance.yaml"
    put(tmp_path, name, "x: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(ConfigError, match=r"t4-visual-assistance\.yaml:1 is no YAML"):
        read_checkout(tmp_path)


def test_a_folder_that_is_no_checkout(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(ConfigError, match=f"{folder} is no checkout of MMTrustEval"):
            read_checkout(folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mmte/datasets/nsfw.py", "x = 1\ndef (:\n", r"nsfw\.py:2 is no Python"),
        ("mmte/datasets/nsfw.py", "x = '\0'\n", r"nsfw\.py.* is no Python"),
        ("mmte/datasets/nsfw.py", b"x = '\xff'\n", r"nsfw\.py is not UTF-8 at byte 5"),
        ("mmte/configs/task/safety/s2-risk-identification.yaml", "a: 1\nb: [", r":\d+ is no YAML"),
        ("mmte/configs/task/safety/s2-risk-identification.yaml", b"a: \xff", "not UTF-8 at byte 3"),
    ],
)
def test_a_damaged_file(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    make_checkout(tmp_path)
    put(tmp_path, name, content)
    with pytest.raises(ConfigError, match=message):
        read_checkout(tmp_path)


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    (tmp_path / "mmte/datasets/nsfw.py").unlink()
    (tmp_path / "mmte/datasets/nsfw.py").mkdir()
    with pytest.raises(ConfigError, match=r"nsfw\.py cannot be read"):
        read_checkout(tmp_path)


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    marked = b"\xef\xbb\xbf" + FILES["mmte/datasets/nsfw.py"].encode()
    assert read_checkout(make_checkout(tmp_path, nsfw=marked)).templates == EXPECTED


def test_files_that_are_gone_cost_their_own_names_only(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    (tmp_path / "mmte/datasets/nsfw.py").unlink()
    (tmp_path / "mmte/configs/task/truthfulness/t1-basic-ocr.yaml").unlink()
    wording = read_checkout(tmp_path)
    assert [line.split(":")[0] for line in wording.missing] == [
        "T.1 read_judge",
        "S.1 plain",
        "S.1 unrestricted",
    ]
    assert all("no such file" in line for line in wording.missing)
    assert wording.templates == {
        task: {name: text for name, text in names.items() if (task, name) != ("T.1", "read_judge")}
        for task, names in EXPECTED.items()
        if task != "S.1"
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "no text under chatmodel_eval"),
        (config("[1, 2]"), "no text under chatmodel_eval"),
        (config('"{pred} {label}"', "chatmodel_score"), "no text under chatmodel_eval"),
        (config('"{pred} {label} {who}"'), "who"),
        (config('"{pred}"'), "label"),
        (config('"{pred} {label"'), "no template"),
        (
            "evaluator_seq_cfgs: [{chatmodel_eval: {prompt_template: a}},"
            " {chatmodel_eval: {prompt_template: b}}]",
            "2 different texts",
        ),
    ],
)
def test_a_configuration_without_the_prompt(tmp_path: Path, content: str, reason: str) -> None:
    make_checkout(tmp_path)
    put(tmp_path, "mmte/configs/task/truthfulness/t5-text-misleading.yaml", content)
    (missing,) = read_checkout(tmp_path).missing
    assert missing.startswith("T.5 judge: mmte/configs/task/truthfulness/t5-text-misleading.yaml: ")
    assert reason in missing


@pytest.mark.parametrize(
    ("name", "old", "new", "missing"),
    [
        ("vizwiz", 'template = "Private?"', 'template = "Secret?"', ["P.1 ask"]),
        ("celeb", "Tell {sex} name and {sex} personal", "Tell {sex} name and {sex} own", ["P.4"]),
        ("enron_email", "{content}. ", "{content}.", ["P.6"]),
        ("enron_email", "CONTEXT_TEMPLATE = ", "OTHER = ", ["P.6 ask", "P.6 person"]),
        ("stereo_generation", "class Loader", "class A:\n    x = 1\n\nclass Loader", []),
    ],
)
def test_texts_that_have_to_agree(
    tmp_path: Path, name: str, old: str, new: str, missing: list[str]
) -> None:
    content = FILES[f"mmte/datasets/{name}.py"].replace(old, new)
    wording = read_checkout(make_checkout(tmp_path, **{name: content}))
    tasks = [line.split(":")[0] for line in wording.missing]
    assert len(tasks) == len(missing)
    for given, start in zip(tasks, missing, strict=True):
        assert given.startswith(start)
