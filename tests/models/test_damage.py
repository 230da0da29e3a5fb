"""Weights that are pointers, empty, cut, of other shapes or not all there: words, no traceback."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError
from multitrust.models import resolve
from multitrust.models.damage import damage_of
from multitrust.models.hf import load
from multitrust.models.readers import reader_damage

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
WEIGHTS = "model.safetensors"
CPU = {"device": "cpu"}
Damage = Callable[[Path], object]


def written(name: str, content: bytes) -> Damage:
    return lambda place: (place / name).write_bytes(content)


def cut(name: str, length: int) -> Damage:
    return lambda place: (place / name).write_bytes((place / name).read_bytes()[:length])


def gone(*names: str) -> Damage:
    def remove(place: Path) -> None:
        for name in names:
            (place / name).unlink(missing_ok=True)

    return remove


def described(**fields: Any) -> Damage:
    def change(place: Path) -> None:
        found = json.loads((place / "config.json").read_text())
        for name, value in fields.items():
            found[name] = {**found[name], **value} if isinstance(value, dict) else value
        (place / "config.json").write_text(json.dumps(found))

    return change


def old(content: bytes) -> Damage:
    """Weights in the older format."""

    def change(place: Path) -> None:
        (place / WEIGHTS).unlink()
        (place / "pytorch_model.bin").write_bytes(content)

    return change


def halved(place: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(place / WEIGHTS)
    kept = {name: tensors[name] for name in sorted(tensors)[: len(tensors) // 2]}
    save_file(kept, place / WEIGHTS, metadata={"format": "pt"})


def sharded(second: bytes | None) -> Damage:
    """The weights in two files, of which the second is something else or missing."""

    def change(place: Path) -> None:
        from safetensors.torch import load_file

        names = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
        tensors = sorted(load_file(place / WEIGHTS))
        (place / WEIGHTS).rename(place / names[0])
        if second is not None:
            (place / names[1]).write_bytes(second)
        places = {tensor: names[order % 2] for order, tensor in enumerate(tensors)}
        index = {"metadata": {"total_size": 1}, "weight_map": places}
        (place / "model.safetensors.index.json").write_text(json.dumps(index))

    return change


def emptied(place: Path) -> None:
    shutil.rmtree(place)
    place.mkdir()


CASES: dict[str, tuple[Damage, str]] = {
    "a pointer": (written(WEIGHTS, POINTER), "model.safetensors is a git-LFS pointer"),
    "empty": (written(WEIGHTS, b""), "model.safetensors is empty"),
    "cut in the tensors": (cut(WEIGHTS, -500), r"model.safetensors is cut: \d+ of \d+ bytes"),
    "cut in the header": (cut(WEIGHTS, 20), "no whole file of safetensors"),
    "cut in the length": (cut(WEIGHTS, 4), "no whole file of safetensors"),
    "noise": (written(WEIGHTS, b"\xff" * 99), "no whole file of safetensors"),
    "a web page": (written(WEIGHTS, b"<html>Not found</html>"), "no whole file of safetensors"),
    "other shapes": (
        described(text_config={"hidden_size": 32, "intermediate_size": 64}),
        "do not have the shapes that its config.json describes",
    ),
    "half of the tensors": (halved, "not all of one: it lacks"),
    "no weights": (gone(WEIGHTS), "no file named model.safetensors"),
    "a shard missing": (sharded(None), "model-00002-of-00002.safetensors"),
    "a shard that is a pointer": (sharded(POINTER), "00002.safetensors is a git-LFS pointer"),
    "an old pointer": (old(POINTER), "pytorch_model.bin is a git-LFS pointer"),
    "old and empty": (old(b""), "pytorch_model.bin is empty"),
    "old and broken": (old(b"PK\x03\x04" + b"x" * 99), "cannot load a model"),
    "old and no weights": (old(b"nothing"), "cannot load a model"),
    "config a pointer": (written("config.json", POINTER), "config.json is a git-LFS pointer"),
    "config empty": (written("config.json", b""), "config.json is empty"),
    "config no JSON": (written("config.json", b'{"model_type": '), "config.json is no JSON"),
    "config a list": (written("config.json", b"[]"), "config.json holds a JSON list"),
    "config without a type": (written("config.json", b"{}"), "model_type"),
    "an unknown type": (described(model_type="nonesuch"), "nonesuch"),
    "a field of another kind": (described(vision_feature_layer="a"), "vision_feature_layer"),
    "no tokenizer": (gone("tokenizer.json", "tokenizer_config.json"), "look for tokenizer.json"),
    "tokenizer a pointer": (written("tokenizer.json", POINTER), "tokenizer.json is a git-LFS"),
    "tokenizer cut": (cut("tokenizer.json", 100), "tokenizer.json is no JSON"),
    "tokenizer cut at the end": (cut("tokenizer.json", -2), "tokenizer.json is no JSON"),
    "tokenizer a web page": (written("tokenizer.json", b"<html>"), "tokenizer.json is no JSON"),
    "tokenizer a list": (written("tokenizer.json", b"[]"), "tokenizer.json holds a JSON list"),
    "tokenizer without tokens": (written("tokenizer.json", b"{}"), "lacks model and added_tokens"),
    "vocabulary cut": (
        lambda place: [gone("tokenizer.json")(place), written("vocab.json", b'{"a": 0,')(place)],
        "vocab.json is no JSON",
    ),
    "tokenizer empty": (written("tokenizer.json", b""), "tokenizer.json is empty"),
    "tokenizer settings a list": (written("tokenizer_config.json", b"[]"), "holds a JSON list"),
    "no processor": (gone("processor_config.json"), "preprocessor_config.json"),
    "processor a pointer": (written("processor_config.json", POINTER), "is a git-LFS pointer"),
    "settings no JSON": (written("generation_config.json", b"{"), "generation_config.json is no"),
    "template a pointer": (written("chat_template.jinja", POINTER), "chat_template.jinja is a git"),
    "no template": (written("chat_template.jinja", b"{% if %}"), "chat template.*cannot be read"),
    "nothing": (emptied, "cannot load a model"),
}


@pytest.mark.parametrize("name", CASES)
def test_damage_is_told_in_words(folder: Path, tmp_path: Path, name: str) -> None:
    damage, words = CASES[name]
    copy = shutil.copytree(folder, tmp_path / "copy")
    damage(copy)
    with pytest.raises(ConfigError, match=words) as caught:
        load(str(copy), CPU)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_is_not_a_folder(folder: Path) -> None:
    with pytest.raises(ConfigError, match="this is a file; give the folder that it lies in"):
        load(str(folder / WEIGHTS), CPU)


@pytest.mark.parametrize("path", ["/no/such/folder", "./none", "a/b/c", "../none/at/all"])
def test_a_folder_that_is_not_there(path: str) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        load(path, CPU)


def test_what_is_not_used_may_be_broken(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "pytorch_model.bin").write_bytes(POINTER)
    (copy / "samples.json").write_bytes(b"[1")
    assert load(str(copy), CPU).facts["architecture"] == "LlavaForConditionalGeneration"


@pytest.fixture(scope="module")
def speller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of a few words that classifies texts."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    place = tmp_path_factory.mktemp("speller")
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "yes", "no"]
    BertTokenizer({word: number for number, word in enumerate(known)}).save_pretrained(place)
    config = BertConfig(
        vocab_size=len(known), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(place)
    return place


def emptied_vocabulary(place: Path) -> None:
    found = json.loads((place / "tokenizer.json").read_text())
    found["model"]["vocab"] = {"[UNK]": 1}
    (place / "tokenizer.json").write_text(json.dumps(found))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (gone("tokenizer.json", "tokenizer_config.json"), "tokenizer is missing.*vocab.txt"),
        (gone("tokenizer.json"), "its tokenizer is missing: the folder holds no vocabulary"),
        (emptied_vocabulary, "knows no word of an English sentence"),
    ],
    ids=["no tokenizer", "its settings alone", "without words"],
)
def test_a_tokenizer_that_libraries_would_make_up_is_missed(
    speller: Path, tmp_path: Path, damage: Damage, words: str
) -> None:
    copy = shutil.copytree(speller, tmp_path / "copy")
    resolve(f"hf-classifier/{copy}", options=CPU)
    damage(copy)
    with pytest.raises(ConfigError, match=words) as caught:
        resolve(f"hf-classifier/{copy}", options=CPU)
    assert caught.value.exit_code == 2


def test_a_vocabulary_as_a_list_of_words_is_enough(speller: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(speller, tmp_path / "copy")
    gone("tokenizer.json", "tokenizer_config.json")(copy)
    (copy / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nyes\nno\n")
    resolve(f"hf-classifier/{copy}", options=CPU)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("GPT2Config", "expected merges.txt or tokenizer.json or vocab.json"),
        ("RobertaConfig", "its tokenizer is missing"),
        ("T5Config", "spiece.model"),
        ("XLMRobertaConfig", "sentencepiece.bpe.model"),
        ("Qwen2Config", "its tokenizer is missing"),
        ("CanineConfig", ""),
    ],
)
@pytest.mark.parametrize("where", ["a folder", "a repository"])
def test_families_whose_tokenizer_needs_no_file_are_told_from_those_that_do(
    tmp_path: Path, config: str, words: str, where: str
) -> None:
    import transformers

    described = getattr(transformers, config)()
    described.save_pretrained(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path, local_files_only=True)
    place = tmp_path if where == "a folder" else tmp_path / "none"
    found = reader_damage(tokenizer, described, place)
    if words:
        assert (words if where == "a folder" else "of the model's") in found
    else:
        assert found == ""


@pytest.mark.parametrize("absent", ["vocab.json", "merges.txt"])
def test_half_of_a_vocabulary_in_two_files_is_told(tmp_path: Path, absent: str) -> None:
    from transformers import GPT2Config, GPT2Tokenizer

    for name, text in {"vocab.json": '{"a": 0, "n": 1}', "merges.txt": "#version: 0.2\n"}.items():
        (tmp_path / name).write_text(text)
    config, tokenizer = GPT2Config(vocab_size=2), GPT2Tokenizer(vocab={"a": 0, "n": 1}, merges=[])
    assert reader_damage(tokenizer, config, tmp_path) == ""
    (tmp_path / absent).unlink()
    assert f"lacks {absent}" in reader_damage(tokenizer, config, tmp_path)


@pytest.mark.parametrize("kind", ["hf-classifier", "hf-completion"])
def test_models_of_text_are_checked_too(folder: Path, tmp_path: Path, kind: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / WEIGHTS).write_bytes(POINTER)
    (copy / "config.json").write_text(json.dumps({"model_type": "llama", "vocab_size": 9}))
    with pytest.raises(ConfigError, match="git-LFS pointer"):
        resolve(f"{kind}/{copy}", options=CPU)


def test_the_command_ends_with_2_and_one_line(folder: Path, tmp_path: Path, call: Any) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / WEIGHTS).write_bytes(POINTER)
    ended = call("run", "--model", f"hf/{copy}", "--tasks", "T.1", "--log-dir", tmp_path)
    assert ended.code == 2
    assert "is a git-LFS pointer" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ raise_exception('the roles must\n alternate') }}", "the roles must alternate"),
        ("{{ messages[0].x.y.z }}", "'dict object' has no attribute 'x'"),
        ("{{ 1 + messages[0].role }}", "unsupported operand"),
        ("{{ messages[0]['role'] | int // 0 }}", "by zero"),
    ],
)
def test_a_template_that_refuses_the_messages_is_a_failed_request_in_words(
    folder: Path, tmp_path: Path, call: Any, template: str, words: str
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "chat_template.jinja").write_text(template)
    command = ("run", "--model", f"hf/{copy}", "--tasks", "T.6", "--limit", 1, "--json")
    ended = call(*command, "--log-dir", tmp_path)
    assert ended.code == 1
    assert "Traceback" not in ended.err
    (failure,) = json.loads(ended.out)["summary"]["failures"]
    assert "the chat template beside the weights does not take the messages" in failure["reason"]
    assert words in failure["reason"]


def test_a_missing_template_is_said_and_on_record(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "multitrust.models"):
        known = load(str(folder), CPU)
    assert known.facts["chat_template"] == "none, the form of LLaVA-1.5"
    (said,) = [record for record in caplog.records if "no chat template" in record.message]
    assert said.levelno == logging.INFO
    assert "'USER: TEXT ASSISTANT:'" in said.message
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "chat_template.jinja").write_text("{% for m in messages %}{{ m.role }}{% endfor %}")
    caplog.clear()
    with caplog.at_level(logging.INFO, "multitrust.models"):
        own = load(str(copy), CPU)
    assert own.facts["chat_template"] == "the processor's"
    assert caplog.records == []


@pytest.mark.parametrize("name", [WEIGHTS, "pytorch_model.bin", "config.json"])
@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_not_told_to_be_empty(
    tmp_path: Path, name: str, put: Callable[[Path], None]
) -> None:
    put(tmp_path / name)
    told = f"{name} is no regular file; put the file itself there"
    assert damage_of(tmp_path / name) == told
