"""Local weights that read text alone: classifiers, and plain continuation without a chat template.

Official evaluators ask such models by role (official protocol, sections 4.10 and 4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multitrust.core import GenerateConfig, Message, Response
from multitrust.models.local import LocalModel, Request, pad_on_the_left
from multitrust.models.reasoning import Thinking, local_thinking
from multitrust.models.services import only_text
from multitrust.models.weights import Kind, Loaded, load_weights

CLASSIFIER = Kind(
    model="AutoModelForSequenceClassification",
    reader="AutoTokenizer",
    words="a text classifier",
)
COMPLETION = Kind(
    model="AutoModelForCausalLM",
    reader="AutoTokenizer",
    words="a language model",
    dtype="bfloat16",
)
ANY = GenerateConfig()
"""Stands for every configuration where none matters, so that all requests can share a batch."""


class TextModel(LocalModel):
    """A model of texts alone with its tokenizer."""

    def __init__(self, name: str, loaded: Loaded, thinking: Thinking = Thinking()) -> None:  # noqa: B008
        super().__init__(
            name,
            loaded.model,
            batch_size=loaded.batch_size,
            revision=loaded.revision,
            settings=loaded.settings,
            facts=loaded.facts,
            thinking=thinking,
        )
        self.tokenizer = loaded.reader
        self.room = room(self.model, self.tokenizer)


class Classifier(TextModel):
    """A text classifier."""

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The name of the class with the highest logit, as the model's `id2label` has it.

        A text that is too long loses its end. Nothing of `config` applies.

        Raises:
            ModelError: there is more than one text, or the model failed on the batch.
        """
        return await self.ask(only_text(self.name, messages), ANY)

    def _generate(self, batch: list[Request]) -> list[Response]:
        inputs = tokens(self.tokenizer, batch, self.room).to(self.model.device)
        best = self.model(**inputs).logits.argmax(dim=-1).tolist()
        return [
            Response(
                text=str(self.model.config.id2label[place]),
                model=self.name,
                input_tokens=int(mask.sum()),
            )
            for place, mask in zip(best, inputs["attention_mask"], strict=True)
        ]


class Completion(TextModel):
    """A causal language model that goes on from a text as it stands."""

    def __init__(self, name: str, loaded: Loaded, thinking: Thinking) -> None:
        super().__init__(name, loaded, thinking)
        self.tokenizer.truncation_side = "left"
        pad_on_the_left(self.tokenizer)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The new tokens as text, without special tokens, with the spaces they have.

        A text that is too long loses its beginning.

        Raises:
            ModelError: there is more than one text, or the model failed on the batch.
        """
        return await self.ask(only_text(self.name, messages), config)

    def _generate(self, batch: list[Request]) -> list[Response]:
        config, _ = batch[0].group
        limit = None if self.room is None else max(1, self.room - self._new_tokens(config))
        read = tokens(self.tokenizer, batch, limit).to(self.model.device)
        inputs = {name: read[name] for name in ("input_ids", "attention_mask")}
        return self._continue(self.tokenizer, inputs, batch)


def classifier(path: str, options: Mapping[str, str], *, offline: bool = False) -> Classifier:
    """The text classifier in a folder or of a repository; settings as `load_weights` reads them.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing whole can be loaded from there.
    """
    return Classifier(
        f"hf-classifier/{path}", load_weights(CLASSIFIER, path, options, offline=offline)
    )


def completion(path: str, options: Mapping[str, str], *, offline: bool = False) -> Completion:
    """The language model in a folder or of a repository, in bfloat16 unless on a CPU.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing whole can be loaded from there.
    """
    loaded = load_weights(COMPLETION, path, options, offline=offline)
    thinking = local_thinking("", options, opens_a_trace=False)
    return Completion(f"hf-completion/{path}", loaded, thinking)


def tokens(tokenizer: Any, batch: list[Request], limit: int | None) -> Any:
    """The texts of a batch as tensors (requests, tokens), cut to a limit if there is one."""
    return tokenizer(
        [request.text for request in batch],
        return_tensors="pt",
        padding=True,
        truncation=limit is not None,
        max_length=limit,
    )


def room(model: Any, tokenizer: Any) -> int | None:
    """Tokens that fit into the model; None if it names no limit.

    A tokenizer that was saved without its limit has an astronomical one, and the table of
    positions is not all for tokens in models that count from behind their padding (RoBERTa,
    Longformer).
    """
    places = getattr(model.config, "max_position_embeddings", None) or 0
    kept = [
        part.padding_idx + 1
        for name, part in model.named_modules()
        if name.endswith("position_embeddings") and getattr(part, "padding_idx", None) is not None
    ]
    limits = [tokenizer.model_max_length, places - max(kept, default=0)]
    return min((limit for limit in limits if 0 < limit < 10**9), default=None)
