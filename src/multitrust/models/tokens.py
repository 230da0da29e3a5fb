"""Counting the tokens of a request with a model's own tokenizer, without its weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from multitrust.core import Message, hub_access
from multitrust.models.hf import DEMO
from multitrust.models.readers import reader_of
from multitrust.models.reasoning import local_thinking, thinking
from multitrust.models.templates import writer
from multitrust.models.zoo import zoo


class Tokenized:
    """Counts as the processor of an image-text-to-text model does."""

    def __init__(self, processor: Any) -> None:
        self.processor = processor
        self.writer = writer(processor, "")
        self._pictures: dict[tuple[int, int], int] = {}

    def text(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt, with one for each picture."""
        return len(self._ids(self.writer.write(messages)))

    def picture(self, width: int, height: int) -> int:
        """Tokens of a picture of so many pixels, but for the one that `text` counts."""
        if (width, height) not in self._pictures:
            self._pictures[width, height] = self._measure(width, height)
        return self._pictures[width, height]

    def _measure(self, width: int, height: int) -> int:
        from PIL import Image as pillow

        prompt: str = self.processor.apply_chat_template(
            [{"role": "user", "content": [{"type": "image"}]}], add_generation_prompt=True
        )
        blank = pillow.new("RGB", (width, height))
        inputs = self.processor(text=[prompt], images=[[blank]])
        special = len(self.processor.tokenizer("").input_ids)
        opened = special if self._opened(prompt) else 0
        return len(inputs["input_ids"][0]) - opened - len(self._ids(prompt))

    def _ids(self, prompt: str) -> list[int]:
        found = self.processor.tokenizer(prompt, add_special_tokens=not self._opened(prompt))
        ids: list[int] = found.input_ids
        return ids

    def _opened(self, prompt: str) -> bool:
        """Whether the chat template has put the token of the beginning there already."""
        begin = self.processor.tokenizer.bos_token
        return begin is not None and prompt.startswith(begin)


def likely_trace_limit(spec: str, options: Mapping[str, str]) -> int:
    """Tokens that a model may think beyond the limit of a request, as far as its name tells.

    Of weights on this machine their name tells, as their chat template is not read for this.

    Raises:
        ConfigError: a setting cannot be read.
    """
    if spec in zoo():
        spec = zoo()[spec].spec or zoo()[spec].served_as
    kind, _, path = spec.partition("/")
    if kind in ("mock", "hf-classifier") or not spec:
        return 0
    if kind in ("hf", "hf-completion", "demo"):
        known = path if kind == "hf" else ""
        return local_thinking(known, options, opens_a_trace=False).tokens
    return thinking(spec.rpartition("#")[2], options).tokens


def tokenizer_of(spec: str) -> Tokenized | None:
    """The tokenizer of `demo`, or of an `hf/…` that is on this machine; None for others.

    No connection is opened. Models without a chat template count as others.
    """
    if spec == "demo":
        path = str(files("multitrust.models").joinpath(DEMO))
    elif spec.startswith("hf/"):
        path = spec.removeprefix("hf/")
    else:
        return None
    try:
        from transformers import AutoConfig

        here = {"local_files_only": True}
        with hub_access(offline=True):
            config = AutoConfig.from_pretrained(path, **here)
            processor = reader_of("AutoProcessor", path, config, here)
    except (ImportError, OSError, ValueError, KeyError):
        return None
    templated = getattr(processor, "chat_template", None) and hasattr(processor, "tokenizer")
    return Tokenized(processor) if templated else None
