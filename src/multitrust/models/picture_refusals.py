"""Whether a refusal says that a model takes no pictures at all.

Read in 2026-11: what vLLM, llama.cpp, Ollama, LM Studio, OpenAI, OpenRouter, DeepSeek, Mistral,
Z.ai, SiliconFlow and Bedrock say. Their sentences differ, what they say does
not: a word for pictures stands in a sentence that does not accept the kind, or a content is to be a
text. A sentence about one picture (its size, format, address, number or what it shows) says nothing
of the kind.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[.!?;](?=\s)|[\n。；！？]")
"""Where a sentence ends."""
AGENT = re.compile(
    r"\b(?:by|for|with|of|on|in) (?:the |this |these |our |some |certain )?"
    r"(?:multi-?modal|vision)(?:[ -]language)? (?:models?|endpoints?|requests?|prompts?|mode)",
    re.IGNORECASE,
)
"""Models that are only named as those that something else is for."""
PICTURES = re.compile(
    r"(?<![a-z])(?:image|input_image|picture|photo|vision|visual|multi-?modal|mmproj|vlm"
    r"|clip model|non-?text|limit_mm_per_prompt)|图|视觉|多模态",
    re.IGNORECASE,
)
"""Words for pictures, and for what reads them."""
ANOTHER_THING = re.compile(
    rf"\A\W{{0,9}}(?=\w)(?:(?!{PICTURES.pattern}|\bmodel|\bendpoint|\bserver|\bdeployment|\bapi\b).){{0,99}}?"
    r"(?:\bnot\b|n['’]t\b|\bcannot\b|\bunsupported\b|\bunavailable\b|\bdisabled\b)"
    rf"(?:(?!{PICTURES.pattern}).){{0,99}}?\b(?:with|for|when|while|if|alongside)\b",
    re.IGNORECASE,
)
"""How a sentence begins that refuses another thing where there are pictures: `seed is not supported
with image inputs`."""
ONE_PICTURE = re.compile(
    r"\b(?:sizes?|large[rd]?|small(?:er)?|big(?:ger)?|bytes?|[kmg]i?b|megabytes|pixels?|px|width"
    r"|height|dimensions?|resolutions?|aspect|ratios?|formats?|mime|extensions?|encod(?:e[ds]?|ings?)|decod\w*"
    r"|corrupt\w*|truncated|broken|empty|blank|gif|png|jpe?g|webp|heic|bmp|tiff|svg|avif|animated"
    r"|base64|download\w*|fetch\w*|urls?|links?|detail|missing image|role|exceed\w*|too many"
    r"|more than|multiple|several|single|tokens?|https?|uris?|could not"
    r"|polic\w+|safety|moderat\w+|flagged|sensitive|inappropriate|nsfw|violat\w+"
    r"|(?:system|assistant|tool|developer|user) messages?"
    r"|system prompts?)\b"
    r"|\b(?:cmyk|rgba?|gr[ae]y-?scale|monochrome|alpha|transparen\w+|channels?|palette|interlaced"
    r"|progressive|frames?|\d+[ -]?bits?|(?:bit|colou?r) (?:depth|mode|space)s?)\b"
    r"|(?:\A|[:,] )\W{0,9}(?!(?:input|any|all|such|no|user|modality|type|part|content|but|and|so"
    r"|if|when|as|the|these|this|your|\w+ing)\b)[\w-]{1,40} images?"
    r" (?:is|are|were|not)\b"
    r"|\bimages? (?:with|without|in|of|from|at|containing|having|whose|that)\b"
    r"(?! (?:this|the|your) )"
    r"|\bimage (?!inputs?\b|contents?\b|parts?\b|blocks?\b|modal|urls?\b|messages?\b|data\b"
    r"|support|understanding|process|encoder|projector|is\b|are\b|was\b|not\b|un|by\b|for\b|on\b|to\b|as\b)"
    r"[\w-]+ (?:\w+ ){0,2}?(?:(?:is|are) )?(?:not|un)\w*"
    r"|\b(?:vision|image|multi-?modal) (?:requests?|inputs?|prompts?|models?|calls?)"
    r" (?:do|does|can|may) ?n[o'’]t (?:support|accept|allow|use|have)\b"
    r"|\b(?:image|picture|visual|multi-?modal)s? (?:output|generat|edit|creat)"
    r"|\b(?:output|generat|edit|creat)\w* (?:of )?(?:an? )?(?:image|picture)"
    r"|\b(?:together|combined|simultaneously|in combination|along) with\b|\balongside\b"
    r"|\b(?:image|picture|media|file)[ _/-]?types?\b|\bimage/\w"
    r"|\b(?:unsupported|invalid) (?:image|picture)\b(?! (?:inputs?|parts?|blocks?|modalit))"
    r"|\b(?:at most|up to|maximum(?: of)?|max|limit(?: is| of)?|only) [1-9]"
    r"|\b(?:image|picture)s?[ #\[]{0,2}\d"
    r"|格式|大小|尺寸|分辨率|过大|过小|超过|数量|张|下载|链接|解码|审核|敏感|违规",
    re.IGNORECASE,
)
"""Words about one picture, or about where one may stand."""
KIND = (
    r"(?:image_url|input_image|images|pictures|(?:image|picture|visual) (?:inputs?|content|parts?)"
    r"|vision|multi-?modal\w*|vlm|mmproj)"
)
NOT_TAKEN = re.compile(
    r"(?:\bnot?|n['’]t|\bnever|\bno longer)\b.{0,40}"
    r"\b(?:support|accept|allow|enabl|permitt|implement|capab|possible)"
    r"|(?:\bnot|n['’]t)\b.{0,20}\bhave\b.{0,10}"
    r"\b(?:vision|visual|multi-?modal|image (?:support|input))"
    r"|(?:\bnot|n['’]t)\b.{0,20}\bavailable (?:for|in|on|with)\b|\bunavailable (?:for|in|on|with)\b"
    r"|\bnot (?:an? )?(?:multi-?modal|vision|visual|vlm)"
    r"|\bnot an? (?:valid|known|recogni[sz]ed|supported|allowed) (?:content|message|part|modalit)"
    r"|\b(?:unsupported|disabled|disallowed)\b"
    r"|\bonly (?:supported|available|accepted|allowed|enabled)\b.{0,30}"
    r"\b(?:models?|endpoints?|plans?)"
    rf"|\b(?:cannot|can['’]t|can not|unable to|not able to)\b.{{0,30}}\b{KIND}\b"
    r"|\b(?:unknown|unrecogni[sz]ed|unexpected|invalid|illegal)\b.{0,40}"
    r"\b(?:variant|type|part|block|modality|tag|kind|value)s?\b.{0,20}"
    r"(?:image_url|input_image|[\"'`]image[\"'`]|image\W*\Z)"
    r"|\b(?:missing|lacks?|without|needs?|requires?|no)\b.{0,30}\b(?:mmproj|vision|multi-?modal)"
    r"|\bmissing\b.{0,30}\bfor image inputs?\b"
    r"|\b(?:mmproj|vision|multi-?modal\w*)\b.{0,30}\b(?:missing|required|needed|off)\b"
    r"|\b(?:mmproj|vision|multi-?modal\w*|clip model|image (?:encoder|processor|projector))\b"
    r".{0,30}\bnot (?:been )?(?:loaded|installed|configured|provided|found|initiali[sz]ed)\b"
    r"|\b(?:at most|up to|maximum(?: of)?|max|limit(?: is| of)?|supports?|allows?)\b.{0,12}\b0 "
    r"(?:image|picture)|\b0 (?:image|picture)\S* (?:is|are|may)\b"
    r"|不支持|不接受|不能|无法|未启用|未开启|不是",
    re.IGNORECASE,
)
"""Words of a server that does not accept a kind of content."""
TEXT_ALONE = re.compile(
    r"\btext[- ]only (?:model|prompt|input|message|endpoint)|\bmodel\b.{0,20}\btext[- ]only\b"
    r"|\bonly (?:supports?|accepts?|takes?|reads?|handles?) text\b"
    r"(?! (?:out|resp|compl|gener|form|and|or)|/)"
    r"|\bonly [\"'`]?text[\"'`]? (?:inputs?|content|messages?|prompts?|parts?|types?|is|are)\b"
    r"|(?:仅|只)(?:支持|接受)(?:纯?文本|文字)",
    re.IGNORECASE,
)
"""Words of a server whose model reads text alone."""
OUTPUT = re.compile(r"\boutput|\bresponse|\bformat", re.IGNORECASE)
CONTENT_IS_TEXT = re.compile(
    r"\bcontent\b(?:(?!\b(?:list|array|str|parts?)\b)[^;\n]){0,60}?"
    r"(?:\b(?:must|should|has to|needs to|expected to) be|\bexpected|\bexpects)"
    r"(?: of type)?(?: an?)?(?: valid)? [\"'`]?(?:string|text|str)\b(?!\W{1,4}(?:or|and)\b)"
    r"|\bcontent\b.{0,20}\b(?:is|was) not (?:an? |of type )?(?:valid )?[\"'`]?(?:string|text|str)\b"
    r"|\bexpected (?:an? )?(?:string|text|str) content\b"
    r"|\bcan only concatenate str \(not \W?list\W?\) to str\b"
    r"|\bexpected str instance, list found\b"
    r"|\bunmarshal array\b[^;\n]{0,80}\bcontent\b[^;\n]{0,40}\btype string\b",
    re.IGNORECASE,
)
"""Words of a server to which a content must be a text: it is a list only where it has pictures."""
ABOUT_CONTENT = re.compile(r"image|content|messages?|\bparts?\b", re.IGNORECASE)
ALLOWED = re.compile(
    r"(?:\b(?:allowed|supported|valid|accepted|permitted|expected)\b"
    r"(?: (?:values?|types?|tags?|are|is|one|of|only|the)){0,4}"
    r"|取值范围|可选值|允许的?值|支持的?类型)"
    r"(?P<list>\W{1,6}\w+(?:\W{1,5}(?:(?:or|and)\W{1,3})?\w+(?=[\"'`\],]))*)"
    r"(?!\W{0,4}(?:,|\b(?:or|and)\b))",
    re.IGNORECASE,
)
"""Words of a server that lists the kinds of content that it takes."""
OF_TEXT = frozenset({
    "text", "input_text", "output_text", "tool_result", "tool_use", "thinking", "refusal", "or",
    "and",
})  # fmt: skip
"""Kinds of content that are no pictures."""


def refuses_pictures(text: str) -> bool:
    """Whether the words of a refusal say that a model takes no pictures.

    Args:
        text: the words, without what they quote.
    """
    if CONTENT_IS_TEXT.search(text):
        return True
    return any(map(is_about_the_kind, SENTENCE.split(AGENT.sub(" by other models", text))))


def is_about_the_kind(sentence: str) -> bool:
    """Whether a sentence says that pictures are not accepted, whatever they are."""
    if ONE_PICTURE.search(sentence) or ANOTHER_THING.match(sentence):
        return False
    if TEXT_ALONE.search(sentence):
        return OUTPUT.search(sentence) is None
    if PICTURES.search(sentence) and NOT_TAKEN.search(sentence):
        return True
    return ABOUT_CONTENT.search(sentence) is not None and any(
        is_text_alone(found["list"]) for found in ALLOWED.finditer(sentence)
    )


def is_text_alone(kinds: str) -> bool:
    """Whether a list of kinds of content has text, and nothing that is no text."""
    names = set(re.findall(r"\w+", kinds.casefold()))
    return "text" in names and names <= OF_TEXT
