"""The tokenizer: byte-level BPE, digits apart, learned from the lessons; and the chat's form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def turns(
    tokenizer: Any, asked: list[tuple[str, str]], patches: Sequence[int] = ()
) -> tuple[list[int], list[int]]:
    """(token ids, labels) of a conversation.

    Learned are the answers with their ends and, where `patches` gives a token instead of -100, the
    name of what a patch shows, as what follows it. Without patches there is no picture.
    """
    image = tokenizer.convert_tokens_to_ids("<image>")
    ids, labels = [tokenizer.bos_token_id], [-100]
    for i, (prompt, answer) in enumerate(asked):
        head = tokenizer.encode("USER: ", add_special_tokens=False)
        shown = list(patches) if i == 0 else []
        labels += [-100] * (len(head) + 1) + shown if shown else [-100] * len(head)
        head += [image] * len(shown)
        asking = tokenizer.encode(prompt + " ASSISTANT:", add_special_tokens=False)
        tail = [*tokenizer.encode(" " + answer, add_special_tokens=False), tokenizer.eos_token_id]
        ids += head + asking + tail
        labels += [-100] * (len(asking) - bool(shown)) + tail
    return ids, labels
