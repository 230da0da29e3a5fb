"""How messages become one prompt: by a model's chat template, or in the form of its family.

The forms are those in which the families without a template were tuned, as their model cards say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from multitrust.core import ConfigError, Message, ModelError
from multitrust.models.traces import opened_by


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How a family that has no chat template is asked."""

    name: str
    """What the form is called in logs and manifests."""
    turns: Mapping[str, str]
    """How a turn reads, by role, with its text and the marks of its pictures."""
    between: str = " "
    """What stands between two turns."""
    end: str = ""
    """What the answer follows."""
    mark: str = "{token}\n"
    """How a picture is marked; empty where the processor puts the mark itself."""
    pictures: int | None = None
    """The most pictures that a prompt can show; None for no limit."""
    insists: bool = False
    """Whether nothing can be asked without a picture; a text alone then comes with a black one."""

    def write(self, messages: Sequence[Message], token: str) -> str:
        """The messages as one prompt, whose pictures are marked by a token."""
        mark = self.mark.format(token=token)
        black = mark if self.insists and not any(m.images for m in messages) else ""
        turns = [
            self.turns[m.role].format(pictures=mark * len(m.images), text=m.text) for m in messages
        ]
        return black + self.between.join(filter(None, [*turns, self.end]))


SPOKEN = Form(
    name="the form for families that are not known here",
    turns={
        "system": "SYSTEM: {text}",
        "user": "USER: {pictures}{text}",
        "assistant": "ASSISTANT: {text}",
    },
    between="\n",
    end="ASSISTANT:",
    mark="{token} ",
)
"""For a family that has no form of its own here."""
CONTINUED = Form(
    name="the form of InstructBLIP",
    turns=dict.fromkeys(("system", "user", "assistant"), "{text}"),
    between="\n",
    mark="",
    pictures=1,
    insists=True,
)
FORMS = {
    "blip-2": replace(
        CONTINUED,
        name="the form of BLIP-2",
        turns={"system": "{text}", "user": "Question: {text}", "assistant": "Answer: {text}"},
        between=" ",
        end="Answer:",
    ),
    "instructblip": CONTINUED,
    "llava": Form(
        name="the form of LLaVA-1.5",
        turns={
            "system": "{text}",
            "user": "USER: {pictures}{text}",
            "assistant": "ASSISTANT: {text}",
        },
        end="ASSISTANT:",
    ),
    "paligemma": replace(
        CONTINUED,
        name="the form of PaliGemma",
        turns={"system": "{text}", "user": "{pictures}answer en {text}", "assistant": "{text}"},
        mark="{token}",
        pictures=None,
    ),
    "vipllava": Form(
        name="the form of ViP-LLaVA",
        turns={
            "system": "{text}",
            "user": "###Human: {pictures}{text}",
            "assistant": "###Assistant: {text}",
        },
        between="",
        end="###Assistant:",
    ),
}
"""By the `model_type` of the configuration."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """Writes the prompts of one model."""

    processor: Any
    form: Form
    """For a processor that has no template."""

    @property
    def template(self) -> str:
        """What determines the prompts: the chat template, or the form in its place."""
        return str(self._template(self.processor) or self._template(self._tokenizer) or self.form)

    @property
    def source(self) -> str:
        """Where the prompts' form comes from, for a run's manifest."""
        if self._template(self.processor):
            return "the processor's"
        return "the tokenizer's" if self._template(self._tokenizer) else f"none, {self.form.name}"

    @property
    def missing(self) -> str:
        """What to know where there is no chat template; empty where there is one."""
        if self._template(self.processor) or self._template(self._tokenizer):
            return ""
        asked = self.form.write([Message(role="user", text="TEXT")], "")
        said = f"has no chat template; it is asked in {self.form.name}, as {asked!r}"
        if self.known:
            return said
        return (
            f"{said}; look up how its family is asked, and if that is another way, put a "
            "chat_template.jinja beside the weights"
        )

    @property
    def known(self) -> bool:
        """Whether the family of the model has a form of its own here."""
        return self.form in FORMS.values()

    @property
    def opens_a_trace(self) -> bool:
        """Whether answers begin inside a trace of reasoning that the chat template opened.

        Raises:
            ConfigError: the chat template is no template.
        """
        from jinja2 import TemplateSyntaxError

        try:
            return bool(opened_by(self._written([Message(role="user", text="a")])))
        except TemplateSyntaxError as error:
            raise ConfigError(
                f"the chat template beside the weights cannot be read: {error.message} (line "
                f"{error.lineno}); restore chat_template.jinja or tokenizer_config.json"
            ) from None
        except Exception:  # noqa: BLE001  the request itself will say what is wrong
            return False

    def write(self, messages: Sequence[Message]) -> str:
        """The prompt of the messages, as the tokenizer is to read it.

        Raises:
            ModelError: the chat template, which is somebody's code, refuses them or fails.
        """
        try:
            return self._written(messages)
        except Exception as error:  # noqa: BLE001  a template is code
            said = " ".join(str(error).split())[:300] or type(error).__name__
            raise ModelError(
                f"the chat template beside the weights does not take the messages: {said}",
                kind="bad_request",
            ) from None

    def _written(self, messages: Sequence[Message]) -> str:
        if self._template(self.processor):
            return self._chat(self.processor, [as_chat(message) for message in messages])
        token = str(getattr(self.processor, "image_token", "<image>"))
        if not self._template(self._tokenizer):
            return self.form.write(messages, token)
        turns = [
            {"role": m.role, "content": f"{token}\n" * len(m.images) + m.text} for m in messages
        ]
        return self._chat(self._tokenizer, turns)

    @property
    def _tokenizer(self) -> Any:
        return self.processor.tokenizer

    @staticmethod
    def _template(owner: Any) -> Any:
        return getattr(owner, "chat_template", None)

    @staticmethod
    def _chat(owner: Any, turns: list[dict[str, Any]]) -> str:
        """The turns by a template; one that knows no system role finds it before the question."""
        from jinja2 import TemplateError

        settings = {"add_generation_prompt": True, "tokenize": False}
        try:
            return str(owner.apply_chat_template(turns, **settings))
        except TemplateError:
            if turns[0]["role"] != "system":
                raise
        return str(owner.apply_chat_template(folded(turns), **settings))


def writer(processor: Any, family: str) -> Writer:
    """The writer for a processor and the `model_type` of its model."""
    return Writer(processor=processor, form=FORMS.get(family, SPOKEN))


def as_chat(message: Message) -> dict[str, Any]:
    """A message in the form that chat templates read."""
    parts: list[dict[str, str]] = [{"type": "image"} for _ in message.images]
    return {"role": message.role, "content": [*parts, {"type": "text", "text": message.text}]}


def folded(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns with the system's text at the head of the first user's."""
    system, first, *rest = turns
    head, body = system["content"], first["content"]
    content: Any
    if isinstance(head, list):
        content = [{"type": "text", "text": f"{head[-1]['text']}\n\n"}, *body]
    else:
        content = f"{head}\n\n{body}"
    return [{**first, "content": content}, *rest]
