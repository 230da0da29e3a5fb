"""Train the embedded model from nothing: `python -m training`.

Seeded and counted in steps, so that one machine makes the same weights twice.
"""

from __future__ import annotations

import argparse
import random
import time
from importlib.resources import files
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from multitrust.data import TRAIN_SEEDS
from multitrust.models.hf import DEMO
from training.alignment import Alignment, align
from training.card import Facts, card
from training.chat import Batches, Decoder, render_all, terms, train_chat
from training.evaluate import evaluate
from training.lessons import scene_lessons, task_lessons
from training.model import build
from training.save import save
from training.scenes import see_many
from training.tokens import SPECIAL, learn
from training.vision import HELD, fold, look, scale_of, scaled, train_tower

HELD_OUT_SEED = 0


def main() -> None:
    """Draw, train tower, projector and decoder, save, evaluate, write the card."""
    asked = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    asked.add_argument("--scenes", type=int, default=20_000)
    asked.add_argument("--lesson-seeds", type=int, default=10)
    asked.add_argument("--lessons", type=int, default=800, help="lessons of each task, at most")
    asked.add_argument("--tower-steps", type=int, default=3_400)
    asked.add_argument("--chat-steps", type=int, default=5_125)
    asked.add_argument(
        "--folder", type=Path, default=Path(str(files("multitrust.models").joinpath(DEMO)))
    )
    given = asked.parse_args()
    start = time.monotonic()

    def log(line: str) -> None:
        print(f"{(time.monotonic() - start) / 60:5.1f} min  {line}", flush=True)

    seen = see_many(given.scenes)
    log(f"{len(seen)} scenes drawn")
    tower, tower_curve, patches = train_tower(seen, given.tower_steps, log)
    log(f"held out: {patches}")
    seen = seen[HELD:]
    features = look(tower, np.stack([s.pixels for s in seen]))
    scale = scale_of(features)
    features = scaled(features, scale)

    lessons = list(task_lessons(given.lesson_seeds, given.lessons))
    log(f"{len(lessons)} lessons")
    rng = random.Random(0)
    spoken = [(lesson.prompt, lesson.answer) for lesson in rng.sample(lessons, len(lessons) // 2)]
    spoken += [said for s in islice(seen, 2000) for said in scene_lessons(s.scene, rng, 6)]
    tokenizer = learn(f"USER: {prompt} ASSISTANT: {answer}" for prompt, answer in spoken)
    torch.manual_seed(0)
    model = build(
        len(tokenizer), {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL}
    )
    model.model.vision_tower.load_state_dict(tower.state_dict())
    parameters = sum(p.numel() for p in model.parameters())
    log(f"{parameters} parameters, {len(tokenizer)} tokens")
    shown = render_all(lessons)
    pictures = scaled(look(tower, np.stack(list(shown.values()))), scale)
    log(f"{len(shown)} pictures of lessons seen")
    alignment = Alignment(model, tokenizer)
    labels = torch.from_numpy(np.stack([s.labels for s in seen])).long()
    align(alignment, features, labels, log)
    batches = Batches(tokenizer, seen, features, lessons, dict(zip(shown, pictures, strict=True)))
    decoder = Decoder(model, tokenizer)
    curves = [
        train_chat(decoder, alignment, batches, term, log) for term in terms(given.chat_steps)
    ]
    fold(model.model.multi_modal_projector, scale)

    digest = save(model, tokenizer, given.folder)
    minutes = (time.monotonic() - start) / 60
    log(f"saved in {given.folder}")
    facts = Facts(
        parameters=parameters,
        vocabulary=len(tokenizer),
        sha256=digest,
        minutes=minutes,
        scenes=len(seen),
        lessons=len(lessons),
        lesson_seeds=(TRAIN_SEEDS[0], TRAIN_SEEDS[given.lesson_seeds - 1]),
        tower_steps=given.tower_steps,
        chat_steps=given.chat_steps,
        tower_curve=tower_curve,
        chat_curves=curves,
        patches=patches,
        held_out_seed=HELD_OUT_SEED,
        found=evaluate(given.folder, HELD_OUT_SEED),
    )
    (given.folder / "README.md").write_text(card(facts), encoding="utf-8")
    log("card written")


if __name__ == "__main__":
    main()
