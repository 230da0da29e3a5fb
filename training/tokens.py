"""The tokenizer: byte-level BPE, digits apart, learned from the lessons; and the chat's form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from training.model import VOCABULARY

SPECIAL = ["<pad>", "<s>", "</s>", "<image>"]
CHAT = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ ' ASSISTANT: ' }}{% else %}{{ 'USER: ' }}{% endif %}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>' }}"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ ' ASSISTANT:' }}{% endif %}"
)
"""The chat template that is stored with the model; training writes the same by hand."""


def learn(texts: Iterable[str]) -> Any:
    """A tokenizer of at most `VOCABULARY` tokens that can write any text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split("USER: ", "isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        additional_special_tokens=["<image>"],
        padding_side="left",
        chat_template=CHAT,
    )


Taught = tuple[list[int], list[int]]
"""(token ids, labels): a label is what is to be said behind its token, -100 where nothing is."""


def opening(tokenizer: Any, patches: int) -> list[int]:
    """How a conversation begins: with a picture of so many patches, or with none."""
    image = tokenizer.convert_tokens_to_ids("<image>")
    return [tokenizer.bos_token_id, *plain(tokenizer, "USER: "), *[image] * patches]


def plain(tokenizer: Any, text: str) -> list[int]:
    """The tokens of a text, nothing added."""
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
    return ids


def turns(tokenizer: Any, asked: Iterable[tuple[str, str]], patches: int) -> Taught:
    """A conversation. Learned are the answers with their ends."""
    ids = opening(tokenizer, patches)
    labels: list[int] = []
    for i, (prompt, answer) in enumerate(asked):
        if i:
            ids += plain(tokenizer, "USER: ")
        ids += plain(tokenizer, prompt + " ASSISTANT:")
        labels += [-100] * (len(ids) - len(labels) - 1)
        said = [*plain(tokenizer, " " + answer), tokenizer.eos_token_id]
        ids += said
        labels += said
    return ids, [*labels, -100]


def drill(tokenizer: Any, probes: Iterable[tuple[str, str]], patches: int) -> Taught:
    """Words about a picture, behind each of which an answer is learned but not written."""
    ids = opening(tokenizer, patches)
    labels = [-100] * len(ids)
    for words, answer in probes:
        asked = plain(tokenizer, " " + words)
        ids += asked
        labels += [*[-100] * (len(asked) - 1), plain(tokenizer, " " + answer)[0]]
    return ids, labels
