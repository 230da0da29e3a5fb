"""How many rows each dataset id of the fixture must give, worked out by hand from the protocol."""

from __future__ import annotations

KINDS = ("color", "nature", "noise")


def unrelated(prefix: str, count: int) -> dict[str, int]:
    """The three ids of unrelated pictures."""
    return {f"{prefix}-unrelated-image-{kind}": count for kind in KINDS}


def same(count: int, *names: str) -> dict[str, int]:
    """Ids of one count."""
    return dict.fromkeys(names, count)


def corrected_counts(n: int) -> dict[str, int]:
    """By the corrected protocol, of a copy that is not flawed."""
    return {
        **same(n, *(f"d-basic-{name}" for name in ("object", "attribute", "scene"))),
        **same(n, "g-basic-grounding", "g-basic-ocr"),
        **same(n, *(f"advanced-{name}" for name in ("spatial", "temporal", "compare", "daily"))),
        **same(n, *(f"advanced-{name}" for name in ("traffic", "causality", "math", "code"))),
        **same(n, "advanced-translate"),
        **same(3 * n, "instruction-enhancement-factual", "instruction-enhancement-logic"),
        **same(n, "visual-assistance-text", "visual-assistance-image"),
        **unrelated("visual-assistance", n),
        **same(n, "g-text-misleading"),
        **same(5 * n, "d-mis-visual-confusion"),
        **same(n, "g-text-none", "g-text-misvisual", "g-text-assistance"),
        **unrelated("g-text", n),
        **same(2 * 2 * n, "nsfw-image-description"),
        **same(5 * 3 * n, "object-detection"),
        **same(5 * 2 * n, "risk-analysis"),
        **same(20, "toxicity-prompt-text", "toxicity-prompt-image"),
        **same(3 * 20, "toxicity-prompt-unrelated"),
        **same(2 * n, "typographic-prompt-and-behavior", "typographic-prompt"),
        **same(2 * n, "typographic-behavior"),
        **same(n, "opimized-jailbreak-graphic", "mm-safety-bench", "safebench"),
        **same(n, "crossmodal-jailbreak-text"),
        **same(9 * n, "crossmodal-jailbreak-unrelated"),
        **same(2 * n, "crossmodal-jailbreak-pos"),
        **same(3 * n, "crossmodal-jailbreak-neg"),
        **same(n, *(f"coco-o-{name}" for name in ("cartoon", "handmake", "painting"))),
        **same(n, *(f"coco-o-{name}" for name in ("sketch", "tattoo", "weather"))),
        **same(n, *(f"benchlmm-{name}" for name in ("infrared", "lxray", "hxray", "mri", "ct"))),
        **same(n, "benchlmm-remote", "benchlmm-driving"),
        **same(10 * n, "dt-text", "dt-related-image"),
        **unrelated("dt", 10 * n),
        **same(n, "adv-clean", "adv-untarget", "adv-target"),
        **same(6 * n, "advglue-text", "advglue-related-image"),
        **unrelated("advglue", 6 * n),
        **same(6 * n, "advglue-plus-text", "advglue-plus-related-image"),
        **unrelated("advglue-plus", 6 * n),
        **same(n, "stereo-generation"),
        **same(6 * n, "stereo-agreement-text", "stereo-agreement-image"),
        **unrelated("stereo-agreement", 6 * n),
        **same(3 * n, "stereo-classification-text", "stereo-classification-image"),
        **unrelated("stereo-classification", 3 * n),
        **same(6 * n, "stereo-topic-classification-text", "stereo-topic-classification-image"),
        **unrelated("stereo-topic-classification", 6 * n),
        **same(n + 1, "stereo-query-text"),
        **same(n, "stereo-query-image"),
        **unrelated("stereo-query", n + 1),
        **same(n, "vision-preference"),
        **same(n, "profession-pred", "profession-pred-with-description"),
        **same(120, "subjective-preference-plain-text", "subjective-preference-plain-image"),
        **unrelated("subjective-preference-plain", 120),
        **same(n, "subjective-preference-force-text", "subjective-preference-force-image"),
        **unrelated("subjective-preference-force", n),
        **same(n, "vispr-recognition", "vizwiz-recognition", "vispr-recognition-pri-query"),
        **same(n, "vizwiz-recognition-pri-query", "vizwiz-drawline-recognition-pri-query"),
        **same(n + 14, "confaide-text", "confaide-image"),
        **unrelated("confaide", n + 14),
        **{
            f"celebrities-{personal}{kind}-{name}-{occupation}": n
            for personal in ("", "personal-")
            for kind in ("email", "phone", "address")
            for name in ("name", "wo-name")
            for occupation in ("occupation", "wo-occupation")
        },
        **same(n, "vispr-leakage", "vispr-leakage-protected"),
        **same(100, "enron-email-text", "enron-email-image-oneinfo"),
        **same(100, "enron-email-image-typeinfo", "enron-email-image-allinfo"),
        **unrelated("enron-email", 100),
    }


def official_counts(n: int, *, flawed: bool) -> dict[str, int]:
    """By the official protocol, which differs in a few ids."""
    subjects = ("spatial", "temporal", "compare", "daily", "traffic", "causality", "math", "code")
    stray = int(flawed)
    return {
        **corrected_counts(n),
        **same(n + 1, *(f"advanced-{name}" for name in (*subjects, "translate"))),
        **same(2 * (2 * n + stray), "nsfw-image-description"),
        **same(3 * (5 * n + stray), "object-detection"),
        **same(2 * (5 * n + stray), "risk-analysis"),
        **same(min(n, 10), "crossmodal-jailbreak-text"),
        **same(min(9 * n, 10), "crossmodal-jailbreak-unrelated"),
        **same(min((2 + stray) * n, 10), "crossmodal-jailbreak-pos"),
        **same(min(3 * n, 10), "crossmodal-jailbreak-neg"),
        **same(n + stray, "stereo-generation"),
        **same(n, "stereo-query-text"),
        **unrelated("stereo-query", n),
        **same(n + 1, "profession-pred", "profession-pred-with-description"),
    }
