"""Local weights: `HfModel` against the same model's raw batched `generate`, and one at a time.

All arms answer the same questions with pictures, in turns, on one loaded model; medians are shown.
The model is the embedded one, or with `--large` one of its kind with 150 million random weights.
"""

from __future__ import annotations

import argparse
import asyncio
import io
from collections.abc import Callable
from itertools import islice
from statistics import median

import torch
from PIL import Image as pillow

from multitrust.core import GenerateConfig, Origin, Sample
from multitrust.models.batches import Capacity
from multitrust.models.hf import HfModel, demo
from multitrust.models.templates import as_chat
from multitrust.tasks import select_tasks
from workload import show, spent

LIMIT_RATIO = 0.9
CONFIG = GenerateConfig(max_tokens=16)


def questions(count: int) -> list[Sample]:
    """Questions about drawn pictures, which lie in the cache afterwards."""
    (task,) = select_tasks(["T.1"])
    made = (
        sample
        for condition in task.conditions
        for sample in task.dataset_of(condition).samples(Origin())
        if len(sample.input) == 1 and len(sample.input[0].images) == 1
    )
    samples = list(islice(made, count))
    for sample in samples:
        sample.input[0].images[0].read()
    return samples


def raw(model: HfModel, samples: list[Sample], size: int) -> list[str]:
    """What a script does: template, pictures, processor, `generate`, decode, batch by batch."""
    processor, answers = model.processor, list[str]()
    for start in range(0, len(samples), size):
        messages = [sample.input[0] for sample in samples[start : start + size]]
        inputs = processor(
            text=[
                processor.apply_chat_template([as_chat(message)], add_generation_prompt=True)
                for message in messages
            ],
            images=[
                [pillow.open(io.BytesIO(image.read())).convert("RGB") for image in message.images]
                for message in messages
            ],
            return_tensors="pt",
            padding=True,
        ).to(model.model.device)
        with torch.inference_mode():
            output = model.model.generate(
                **inputs, max_new_tokens=CONFIG.max_tokens, do_sample=False
            )
        new = output[:, inputs["input_ids"].shape[1] :]
        answers += processor.tokenizer.batch_decode(new, skip_special_tokens=True)
    return [answer.strip() for answer in answers]


def batched(model: HfModel, samples: list[Sample], size: int) -> list[str]:
    """All questions at once; the model makes the batches."""
    model.capacity = Capacity(size)

    async def ask() -> list[str]:
        responses = await asyncio.gather(*(model.generate(s.input, CONFIG) for s in samples))
        return [response.text for response in responses]

    return asyncio.run(ask())


def large(device: str) -> HfModel:
    """A LLaVA like the embedded one in all but its 150 million random weights."""
    small = demo({"device": device})
    config = small.model.config
    wide = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
    for part, more in ((config.vision_config, {}), (config.text_config, {"head_dim": 64})):
        for name, value in {**wide, "num_hidden_layers": 9, **more}.items():
            setattr(part, name, value)
    config.text_config.num_key_value_heads = 12
    torch.manual_seed(0)
    made = type(small.model)(config).to(device)
    return HfModel("large", made, small.processor)


def main() -> None:
    """Measure on the embedded model or a larger one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--large", action="store_true")
    chosen = parser.parse_args()
    samples, size = questions(chosen.prompts), chosen.batch_size
    model = large(chosen.device) if chosen.large else demo({"device": chosen.device})
    arms: dict[str, Callable[[], list[str]]] = {
        "raw, batched": lambda: raw(model, samples, size),
        "HfModel, batched": lambda: batched(model, samples, size),
        "HfModel, one at a time": lambda: batched(model, samples, 1),
    }
    answers = {name: arm() for name, arm in arms.items()}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(chosen.repeats):
        for name, arm in arms.items():
            seconds[name].append(spent(arm).seconds)
    rates = {name: len(samples) / median(taken) for name, taken in seconds.items()}
    first, *_ = arms
    rows: list[tuple[str, ...]] = [
        (
            name,
            f"{rate:,.1f}",
            f"{rate / rates[first]:.2f}",
            f"{sum(map(str.__eq__, answers[name], answers[first])) / len(samples):.0%}",
        )
        for name, rate in rates.items()
    ]
    columns = ("", "prompts/s", f"ratio (limit {LIMIT_RATIO})", "same answers")
    weights = sum(weight.numel() for weight in model.model.parameters()) / 1e6
    title = (
        f"{weights:,.0f} million weights, {len(samples)} prompts, batches of {size}, "
        f"{chosen.repeats} times, {chosen.device}"
    )
    show(title, columns, rows)


if __name__ == "__main__":
    main()
