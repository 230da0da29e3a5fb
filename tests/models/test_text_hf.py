"""Classifiers and plain continuation, on tiny random models."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
)
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models import resolve
from multitrust.models.facts import folder_digest

LETTERS = "abcdefgh"
CPU = {"device": "cpu"}
PLACES = 40
"""Tokens that the classifier can place."""
ROOM = 24
"""Tokens that the language model can place."""
CONFIG = GenerateConfig(max_tokens=6)


def letters(special: Sequence[str], template: str) -> Any:
    """A tokenizer with a token a letter, saved without a limit of its own."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: place for place, token in enumerate((*special, "Ġ", *LETTERS))}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[(token, vocabulary[token]) for token in special]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Longformer, whose positions are counted from behind its padding."""
    import torch
    from transformers import LongformerConfig, LongformerForSequenceClassification

    tokenizer = letters(("<s>", "<pad>", "</s>", "<unk>"), "<s> $A </s>")
    tokenizer.pad_token = "<pad>"
    torch.manual_seed(2)
    config = LongformerConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, attention_window=8, max_position_embeddings=PLACES + 2,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, sep_token_id=2, num_labels=6,
        initializer_range=0.9,
    )  # fmt: skip
    return saved(LongformerForSequenceClassification(config), tokenizer, tmp_path_factory)


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Llama without a padding token."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = letters(("<s>", "</s>", "<unk>"), "<s> $A")
    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=ROOM,
        bos_token_id=0, eos_token_id=1, initializer_range=0.6,
    )  # fmt: skip
    return saved(LlamaForCausalLM(config), tokenizer, tmp_path_factory)


def saved(model: Any, tokenizer: Any, places: pytest.TempPathFactory) -> str:
    path = places.mktemp("weights")
    model.save_pretrained(path)
    tokenizer.save_pretrained(path)
    return str(path)


def texts(count: int, longest: int) -> list[str]:
    draw = random.Random(5)
    return ["".join(draw.choices(LETTERS + " ", k=draw.randint(1, longest))) for _ in range(count)]


def asked(text: str) -> tuple[Message, ...]:
    return (Message(role="user", text=text),)


def answers(
    spec: str, said: Sequence[str], *, together: bool = True, config: GenerateConfig = CONFIG
) -> list[Response]:
    async def ask() -> list[Response]:
        model = resolve(spec, options=CPU)
        try:
            if together:
                return list(
                    await asyncio.gather(*(model.generate(asked(text), config) for text in said))
                )
            return [await model.generate(asked(text), config) for text in said]
        finally:
            await model.close()

    return asyncio.run(ask())


def test_a_classifier_names_the_class_that_the_pipeline_of_transformers_names(
    classifier: str,
) -> None:
    from transformers import pipeline

    said = texts(30, PLACES - 2)
    reference = pipeline("text-classification", model=classifier, device="cpu")
    expected = [reference(text)[0]["label"] for text in said]
    assert len(set(expected)) >= 3
    assert set(expected) <= {f"LABEL_{number}" for number in range(6)}
    assert [r.text for r in answers(f"hf-classifier/{classifier}", said)] == expected


def test_a_batch_of_texts_is_classified_as_one_at_a_time(classifier: str) -> None:
    said = texts(40, PLACES + 20)
    spec = f"hf-classifier/{classifier}"
    assert answers(spec, said) == answers(spec, said, together=False)


def test_texts_share_a_batch_whatever_the_configuration(classifier: str) -> None:
    async def ask() -> int:
        model: Any = resolve(f"hf-classifier/{classifier}", options=CPU)
        limits = range(1, 8)
        await asyncio.gather(
            *(model.generate(asked("abc"), GenerateConfig(max_tokens=limit)) for limit in limits)
        )
        await model.close()
        largest: int = model.largest_batch
        return largest

    assert asyncio.run(ask()) == 7


def test_a_text_that_is_too_long_loses_its_end(classifier: str) -> None:
    spec, kept = f"hf-classifier/{classifier}", texts(12, 1)
    starts = [(first * (PLACES - 2))[: PLACES - 2] for first in kept]
    whole = answers(spec, starts)
    cut = answers(spec, [start + "h a b" * 20 for start in starts])
    assert cut == whole
    assert {r.input_tokens for r in cut} == {PLACES}
    assert answers(spec, [""])[0].text.startswith("LABEL_")


def greedy(folder: str, said: Sequence[str], new: int) -> list[str]:
    """What transformers itself says, one text at a time."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    found = []
    for text in said:
        read = tokenizer(text, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            output = model.generate(
                read, attention_mask=torch.ones_like(read), max_new_tokens=new, do_sample=False,
                pad_token_id=1,
            )  # fmt: skip
        found.append(tokenizer.decode(output[0, read.shape[1] :], skip_special_tokens=True))
    return found


def test_a_continuation_is_greedy_and_keeps_its_spaces(language_model: str) -> None:
    said = texts(30, 15)
    expected = greedy(language_model, said, 6)
    found = answers(f"hf-completion/{language_model}", said)
    assert [r.text for r in found] == expected
    assert len(set(expected)) > 5
    assert any(text != text.strip() for text in expected)
    assert [r.input_tokens for r in found] == [1 + len(text) for text in said]


def test_a_batch_is_continued_as_one_at_a_time(language_model: str) -> None:
    spec, said = f"hf-completion/{language_model}", texts(30, 40)
    assert answers(spec, said) == answers(spec, said, together=False)


def test_one_token_may_be_all_that_is_wanted(language_model: str) -> None:
    said = texts(20, 15)
    found = answers(f"hf-completion/{language_model}", said, config=GenerateConfig(max_tokens=1))
    assert [r.text for r in found] == greedy(language_model, said, 1)
    assert all(r.output_tokens == (r.stop == "length") for r in found)


def test_a_continuation_ends_before_a_stop_text(language_model: str) -> None:
    spec, said = f"hf-completion/{language_model}", texts(20, 15)
    whole = answers(spec, said)
    cut = answers(spec, said, config=GenerateConfig(max_tokens=6, stop=("a", " ")))
    assert [r.text for r in cut] == [r.text.partition("a")[0].partition(" ")[0] for r in whole]
    assert [r.text for r in cut] != [r.text for r in whole]


def test_a_prompt_that_is_too_long_loses_its_beginning(language_model: str) -> None:
    spec, kept = f"hf-completion/{language_model}", ROOM - CONFIG.max_tokens - 1
    ends = [text for text in texts(200, kept) if len(text) == kept]
    assert len(ends) > 5
    cut = answers(spec, ["hgf dcb" * 9 + end for end in ends])
    assert cut == answers(spec, ends)
    assert {r.input_tokens for r in cut} == {kept + 1}
    assert len({r.text for r in cut}) > 3


def test_weights_without_the_head_that_is_asked_for_are_refused(
    classifier: str, language_model: str
) -> None:
    with pytest.raises(ConfigError, match=r"lacks score\.weight"):
        resolve(f"hf-classifier/{language_model}", options=CPU)
    with pytest.raises(ConfigError, match="repository of a language model"):
        resolve(f"hf-completion/{classifier}", options=CPU)


@pytest.mark.parametrize("kind", ["hf-classifier", "hf-completion"])
def test_offline_looks_at_this_machine_only(kind: str) -> None:
    with pytest.raises(ConfigError, match="cannot load a model from 'nobody/nothing'"):
        resolve(f"{kind}/nobody/nothing", options={**CPU, "offline": "true"})


def test_a_folder_is_known_by_its_files_whatever_revision_is_asked_for(classifier: str) -> None:
    spec = f"hf-classifier/{classifier}"
    model = resolve(spec, options={**CPU, "revision": "abc123"})
    assert model.identity == ModelIdentity(
        name=spec,
        revision=folder_digest(Path(classifier)),
        settings={"dtype": "float32", "attn_implementation": "eager"},
    )


def test_pictures_and_turns_are_refused(classifier: str, language_model: str) -> None:
    picture = Drawing(svg.document(5, 5))
    shown = (Message(role="user", text="a", images=(picture,)),)
    for spec in (f"hf-classifier/{classifier}", f"hf-completion/{language_model}"):
        model = resolve(spec, options=CPU)
        for messages in (shown, asked("a") * 2, ()):
            with pytest.raises(ModelError, match="reads one text") as caught:
                asyncio.run(model.generate(messages, CONFIG))
            assert not caught.value.retryable
        asyncio.run(model.close())
