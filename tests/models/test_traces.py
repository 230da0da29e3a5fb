"""Traces inside texts: every form of a mark, what only looks like one, and hostile texts."""

from __future__ import annotations

import time

import pytest
from tests.servers.anthropic import block, messages_reply
from tests.servers.google import generate_reply
from tests.servers.openai import chat_reply, item, responses_reply

from multitrust.core import Response
from multitrust.models import anthropic, google, openai, responses
from multitrust.models.trace_marks import PAIRS, WORDED
from multitrust.models.traces import is_telling, opened_by, split

K3 = (
    "<|open|>think<|sep|>hm<|close|>think<|sep|><|open|>response<|sep|>Yes"
    "<|close|>response<|sep|><|close|>message<|sep|><|end_of_msg|>"
)
INKLING = (
    "<|message_model|><|content_thinking|>hm<|end_message|><|message_model|><|content_text|>Yes"
    "<|end_message|><|content_model_end_sampling|>"
)
HARMONY = "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes"
STEPS = "Here are my reasoning steps:\n1. No."
STAGES = (
    "<SUMMARY>s</SUMMARY>\n\n<CAPTION>c</CAPTION>\n\n<REASONING>r</REASONING>\n\n"
    "<CONCLUSION>Yes</CONCLUSION>"
)


@pytest.mark.parametrize("opening", PAIRS)
def test_what_stands_between_two_marks_is_the_trace(opening: str) -> None:
    closing = PAIRS[opening]
    assert split(f"{opening}no snow. Yes, there.{closing}\n\nYes") == (
        "Yes", "no snow. Yes, there.",
    )  # fmt: skip
    assert split(f"{opening}no end", cut=True) == ("", "no end")
    assert split(f"{opening}no end") == (None if opening in WORDED else ("", "no end"))


@pytest.mark.parametrize(
    ("said", "answer", "trace"),
    [
        # names of tags and tokens in any case and order, with what a family adds to them
        ("<antThinking>hm</antThinking>Yes", "Yes", "hm"),
        ("<monologue>hm</monologue>\nYes", "Yes", "hm"),
        ("<Thought>hm</Thought><Output>Yes</Output>", "Yes", "hm"),
        ("<xai:thinking>hm</xai:thinking>Yes", "Yes", "hm"),
        ("<chain_of_thought>hm</chain_of_thought>Yes", "Yes", "hm"),
        ("<Inner_Monologue>hm</inner_monologue>Yes", "Yes", "hm"),
        ("＜think＞hm＜/think＞Yes", "Yes", "hm"),
        ("<|think_start|>hm<|think_end|>Yes", "Yes", "hm"),
        ("hm<|think_end|><|final_start|>Yes<|final_end|>", "Yes", "hm"),
        ("<|THINK_START|>hm<|THINK_END|>\nYes<|EOT|>", "Yes", "hm"),
        ("<|begin_of_reasoning|>hm<|end_of_reasoning|>Yes", "Yes", "hm"),
        ("<|reasoning_start|>hm<|reasoning_end|>Yes", "Yes", "hm"),
        ("<|start_thought|>hm<|end_thought|>Yes", "Yes", "hm"),
        ("<|thinking|>hm<|/thinking|>Yes", "Yes", "hm"),
        ("<|think|>hm<|/think|>Yes", "Yes", "hm"),
        ("<|think_start|>no end", "", "no end"),
        ("<ctrl94>thought\nhm<ctrl95>Yes", "Yes", "hm"),
        ("[unused16]hm[unused17]Yes[unused10]", "Yes", "hm"),
        ("<role>ASSISTANT</role><think>hm</think>Yes<|role_end|>", "Yes", "hm"),
        # a heading in words, and a mark before the answer
        (f"{STEPS}\n[BEGIN FINAL RESPONSE]\nYes\n[END FINAL RESPONSE]", "Yes", "1. No."),
        (f"{STEPS}\n[BEGIN FINAL RESPONSE]\nYes\n[END FINAL RESPONSE]\n<|end|>", "Yes", "1. No."),
        (f"<|begin_assistant|>\n{STEPS}\n[BEGIN FINAL RESPONSE]\nYes\n<|end|>", "Yes", "1. No."),
        ("1. No.\n[BEGIN FINAL RESPONSE]\nYes", "Yes", "1. No."),
        ("[BEGIN FINAL RESPONSE]\nYes\n[END FINAL RESPONSE]", "Yes", ""),
        ("Here's my thought process: hm\nHere is my response: Yes", "Yes", "hm"),
        ("Thinking...\nhm\n...done thinking.\n\nYes", "Yes", "hm"),
        # turns of a role that thinks
        ("<|im_start|>think\nhm\n<|im_start|>answer\nYes", "Yes", "hm"),
        ("<|im_start|>think\nhm<|im_end|>\n<|im_start|>answer\nYes<|im_end|>", "Yes", "hm"),
        ("<|im_start|>assistant\n<|im_start|>think\nhm\n<|im_start|>answer\nYes", "Yes", "hm"),
        ("<|im_start|>think\nhm<|im_end|>\nYes", "Yes", "hm"),
        ("<|im_start|>think\nno end", "", "no end"),
        ("/think\nhm<|im_end|>\n<|im_start|>assistant\nYes<|im_end|>", "Yes", "hm"),
        ("<|im_start|>assistant/think\nhm<|im_end|>\n<|im_start|>assistant\nYes", "Yes", "hm"),
        ("<|im_start|>think\na\n<|im_start|>think\nb\n<|im_start|>answer\nYes<|im_end|>\n"
         "<|im_start|>user\nNo", "Yes", "a\n\nb"),
        ("<start_of_turn>thought\nhm<end_of_turn>\n<start_of_turn>model\nYes", "Yes", "hm"),
        ("think\nhm\nanswer\nYes", "Yes", "hm"),
        ("/think\nhm\nassistant\nYes", "Yes", "hm"),
        # blocks of Markdown
        ("<details>\n<summary>Thinking</summary>\nhm\n</details>\nYes", "Yes", "hm"),
        ("<details open><summary><b>Thought for 3 seconds</b></summary>hm</details>Yes", "Yes",
         "hm"),
        ("<details><summary>💭 Reasoning process</summary>\n> hm\n</details>\n\nYes", "Yes",
         "> hm"),
        ("<details><summary>思考过程</summary>hm</details>Yes", "Yes", "hm"),
        ("<details><summary>Thinking…</summary>no end", "", "no end"),
        ("*Thinking...*\n\n> hm\n>\n> hm\n\nYes", "Yes", "hm\n\nhm"),
        ("> 💭 **Thought process**\n> hm\n\nYes", "Yes", "hm"),
        ("**Reasoning:**\n> hm\n\nYes", "Yes", "hm"),
        ("```thinking\nhm\n```\nYes", "Yes", "hm"),
        ("~~~~ Reasoning\nhm\n~~~\n~~~~\n<answer>Yes</answer>", "Yes", "hm\n~~~"),
        (":::thinking\nhm\n:::\nYes", "Yes", "hm"),
        ("```thinking\nno end", "", "no end"),
        # channels
        (f"{HARMONY}<|return|>", "Yes", "hm"),
        (f"<|start|>assistant{HARMONY}", "Yes", "hm"),
        ("<|channel|>analysis<|message|>hm", "", "hm"),
        ("<|channel|>final<|message|>Yes<|return|>", "Yes", ""),
        ("<|channel|>commentary to=functions.look<|message|>{}<|call|>", "", "{}"),
        ("<|channel|>final <|constrain|>json<|message|>{}", "{}", ""),
        ("analysisNo snow.assistantfinalYes", "Yes", "No snow."),
        ("analysis…assistantfinalYes", "Yes", "…"),
        ("analysishmassistantcommentarylookassistantfinalYes", "Yes", "hm\n\nlook"),
        ("assistantfinalYes", "Yes", ""),
        ("analysisWe look at the picture and", "", "We look at the picture and"),
        ("to=self<|message|>hm<|eom|><|start|>assistant to=user<|message|>Yes<|eot|>", "Yes", "hm"),
        (K3, "Yes", "hm"),
        (INKLING, "Yes", "hm"),
        # what stands before a trace
        ("<|im_start|><think>hm</think>Yes", "Yes", "hm"),
        ("<|im_start|>assistant\n<think>hm</think>Yes<|im_end|>", "Yes", "hm"),
        ("<|start_header_id|>assistant<|end_header_id|>\n\n<think>hm</think>Yes", "Yes", "hm"),
        ("assistant\n<think>hm</think>Yes", "Yes", "hm"),
        ("Assistant: <think>hm</think>Yes", "Yes", "hm"),
        ("Okay. <think>hm</think>Yes", "Yes", "hm"),
        ("Sure <think>I look for snow, and there is some</think> yes", "yes",
         "I look for snow, and there is some"),
        ("Yes <think>I saw the snow there indeed</think>", "Yes", "I saw the snow there indeed"),
        ("Okay, I look.\n<think>There is no snow at all</think>\nNo", "Okay, I look.\nNo",
         "There is no snow at all"),
        # marks in other dress
        ('<think time="3">hm</think>Yes', "Yes", "hm"),
        ("< think >hm</ think >Yes", "Yes", "hm"),
        ("<think >hm</think\n>\nYes", "Yes", "hm"),
        ("&lt;think&gt;hm&lt;/think&gt;Yes", "Yes", "hm"),
        ("&lt;thinking&gt;hm, so &lt; 3 &lt;/thinking&gt;\n\nYes", "Yes", "hm, so &lt; 3"),
        ("hm\n&lt;/think&gt;\nYes", "Yes", "hm"),
        ("&lt;think&gt;hm</think>Yes", "Yes", "hm"),
        ("<|think|>hm<|end|><|begin|>assistant<|content|>Yes", "Yes", "hm"),
        ("<|think|>hm<|end|><|begin|>assistant<|content|>Yes<|flush|>", "Yes", "hm"),
        ("<|begin|>assistant<|think|>hm<|end|>\n<|begin|>assistant<|content|>Yes", "Yes", "hm"),
        ("<|startofthought|>hm<|endofthought|>Yes", "Yes", "hm"),
        ("hm<|endofthought|> Yes", "Yes", "hm"),
        ('<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 s</summary>\n'
         "> hm\n</details>\n\nYes", "Yes", "> hm"),
        ("<details type='reasoning'>hm</details>Yes", "Yes", "hm"),
        ('<details open type="reasoning">hm</details>\nYes', "Yes", "hm"),
        ("<think>hm</think>Yes<|end|>", "Yes", "hm"),
        # several
        ("<think>a</think><think>b</think>Yes", "Yes", "a\n\nb"),
        ("<think>a</think>\n\n<think>\nb\n</think>\nYes", "Yes", "a\n\nb"),
        ("<think>a</think><reasoning>b</reasoning>Yes", "Yes", "a\n\nb"),
        ("<think>a</think>The sign says yes. <think>so it does</think>", "The sign says yes.",
         "a\n\nso it does"),
        ("<think>a</think>Well. <think>b, cut", "Well.", "a\n\nb, cut"),
        (STAGES, "Yes", "s\n\nc\n\nr"),
        # marks that are talked about
        ("<think>It reads `</think>`. No snow.</think>Yes", "Yes", "It reads `</think>`. No snow."),
        ('<think>It reads "</think>" here.</think>\nYes', "Yes", 'It reads "</think>" here.'),
        ("<think>It reads “</think>”, no?</think>\nYes", "Yes", "It reads “</think>”, no?"),
        ("<think>The mark </think> ends it.</think>Yes", "Yes", "The mark </think> ends it."),
        ("<think>It ends with </think>.</think>Yes", "Yes", "It ends with </think>."),
        ('<think>It reads "Tom"</think>"Tom"', '"Tom"', 'It reads "Tom"'),
        ("<think>I can write <think>. Right.</think>Yes", "Yes", "I can write <think>. Right."),
        # the chat template opened it
        ("hm\nhm</think>\n\nYes", "Yes", "hm\nhm"),
        ("</think>\n\nYes", "Yes", ""),
        ("so no</think>", "", "so no"),
        ("I can write <think>. Right.</think>Yes", "Yes", "I can write <think>. Right."),
        # what cannot be seen, and tokens of a prompt
        ("\ufeff<think>No</think>Yes", "Yes", "No"),
        ("\u200b<think>No</think>Yes", "Yes", "No"),
        ("\u200e\n<think>No</think>\nYes", "Yes", "No"),
        (f"\u2060{HARMONY}", "Yes", "hm"),
        ("\ufeff<answer>Yes</answer>", "Yes", ""),
        ("[/INST]<think>No</think>Yes", "Yes", "No"),
        ("[/INST] <think>\nNo\n</think>\n\nYes", "Yes", "No"),
        ("<|begin▁of▁sentence|><|Assistant|><think>No</think>Yes<|end▁of▁sentence|>", "Yes",
         "No"),
        ("<thought>\nNo\n</thought>\n\nYes[|endofturn|]", "Yes", "No"),
        ("```\n<think>No", "", "No"),
        # more closing marks than opening ones, and such of another kind
        ("No.</think>No!</think>Yes", "Yes", "No.\n\nNo!"),
        ("<think>No.</think>No!</think>Yes", "Yes", "No.\n\nNo!"),
        ("<think>No</think></think>Yes", "Yes", "No"),
        ("No</think>\n</think>\n\nYes", "Yes", "No"),
        ("<think>a <think>b</think> still no</think>Yes", "Yes", "a <think>b\n\nstill no"),
        ("<think>a<think>b</think></think>Yes", "Yes", "a<think>b"),
        ("<think>No</think>Yes</think>", "Yes", "No"),
        ("<think>No</think>Yes</think>\n</think>\n", "Yes", "No"),
        ("<think>No</think>Yes</reasoning>", "Yes", "No"),
        ("<think>No</thinking>Yes", "Yes", "No"),
        ("<thinking>No</think>Yes", "Yes", "No"),
        ("<think>No</Think>Yes", "Yes", "No"),
        ("[THINK]No</think>Yes", "Yes", "No"),
        ("<think>No <reasoning>b</reasoning> and", "", "No <reasoning>b</reasoning> and"),
        ("<think>No</SUMMARY>", "", "No</SUMMARY>"),
        # what is said before a trace
        ("Let me think about this. <think>No</think>Yes", "Yes", "Let me think about this.\n\nNo"),
        ("Okay, let me look.\n<think>No</think>\nYes", "Yes", "Okay, let me look.\n\nNo"),
        ("Here is my reasoning: <think>No</think>Yes", "Yes", "Here is my reasoning:\n\nNo"),
        ("I will look at it first.\n\n<think>No, there is none at all</think>\n\nYes", "Yes",
         "I will look at it first.\n\nNo, there is none at all"),
        ("Let me think. <think>No", "", "Let me think.\n\nNo"),
        ("Okay. <think>No, I", "", "No, I"),
        ("The sky is blue. <think>No</think>Yes", "The sky is blue.\nYes", "No"),
        # the answer before the trace
        ("Yes\n<think>No</think>", "Yes", "No"),
        ("Yes.\n\n<think>No</think>\n", "Yes.", "No"),
        ("Yes <think>No</think>", "Yes", "No"),
        ("Yes\n<think>No", "Yes", "No"),
        ("Yes, there is snow.\n<think>No", "Yes, there is snow.", "No"),
        ("Yes, there is snow.\n<think>No</think>", "Yes, there is snow.", "No"),
        (f"{'There is snow. ' * 20}\n<think>No</think>", ("There is snow. " * 20).strip(), "No"),
        (f"{'There is snow. ' * 20}\n<think>No, cut", ("There is snow. " * 20).strip(), "No, cut"),
        # wrappers of the answer
        ("<CONCLUSION>Yes</CONCLUSION>", "Yes", ""),
        ("\n<answer>\nYes\n</answer>\n", "Yes", ""),
        ("<|begin_of_box|>Yes<|end_of_box|>", "Yes", ""),
        ("<think>hm</think><answer>Yes</answer>", "Yes", "hm"),
        ("<think>hm</think>\n<answer><|begin_of_box|>Yes<|end_of_box|></answer>", "Yes", "hm"),
        ("<think>hm</think><response>Yes</response>", "Yes", "hm"),
        ("<think>hm</think><answer>Yes</answer>\nI am sure.", "Yes\nI am sure.", "hm"),
        ("<think>hm</think><answer>Yes, it", "Yes, it", "hm"),
        ("<|begin_of_thought|>hm<|end_of_thought|><|begin_of_solution|>Yes<|end_of_solution|>",
         "Yes", "hm"),
        ("<|START_THINKING|>hm<|END_THINKING|><|START_TEXT|>Yes<|END_TEXT|>", "Yes", "hm"),
    ],
)  # fmt: skip
def test_forms(said: str, answer: str, trace: str) -> None:
    assert split(said) == (answer, trace)


@pytest.mark.parametrize(
    ("said", "answer", "trace"),
    [
        (STEPS, "", "1. No."),
        ("Yes.\nHere is my thought process:\nNo, it", "Yes.", "No, it"),
        ("Thinking...\nIt may be", "", "It may be"),
        ("think\nIt may be", "", "It may be"),
        ("*Thinking...*\n\n> It may be", "", "It may be"),
    ],
)
def test_words_that_may_begin_an_answer_begin_a_trace_where_the_text_is_cut(
    said: str, answer: str, trace: str
) -> None:
    assert split(said, cut=True) == (answer, trace)


def decoded(said: str, cut: bool) -> dict[str, Response]:
    """A text as each API sends it, whole or cut at the limit of tokens."""
    reason = {"reason": "max_output_tokens"} if cut else {}
    return {
        "chat": openai.decode("m", chat_reply(said, "length" if cut else "stop")),
        "responses": responses.decode("m", responses_reply(item(said), **reason)),
        "messages": anthropic.decode(
            "m", messages_reply(block(said), stop="max_tokens" if cut else "end_turn")
        ),
        "generate": google.decode(
            "m", generate_reply({"text": said}, finish="MAX_TOKENS" if cut else "STOP")
        ),
    }


def test_every_api_tells_where_a_text_was_cut() -> None:
    for api, found in decoded(STEPS, cut=True).items():
        assert (found.text, found.stop, found.reasoning) == ("", "length", "1. No."), api
    for api, found in decoded(STEPS, cut=False).items():
        assert (found.text, found.stop, found.reasoning) == (STEPS, "end", ""), api


@pytest.mark.parametrize(
    "said",
    [
        "", " Yes\n", "Yes", "I think so.", "I think <think", "Think: <b>yes</b>", "<p>Yes</p>",
        "<html><summary>Yes</summary></html>", "<output>Yes</output>", "[think]", "1 < 2 > 0",
        "Write <think>a</think> in your page.", "Write <think> at the top.",
        "Use the <think> tag and the </think> tag.", "The tags <think> and </think>",
        "The tag `</think>` closes it.", "Use </think> to close it.", "It ends with </think>.",
        "In HTML you would write <think>some text of your own</think> to mark it.",
        "<answer>a</answer> or <answer>b</answer>", "The answer is <answer>Yes</answer>",
        "Analysis: there is snow.", "analysis of the picture shows snow", "Final answer: Yes",
        "The final exam of the assistant final year", "A message is marked by <|message|>.",
        "<|im_end|>", "Yes<|im_end|>", "The channel <|channel> is a token.",
        "Reasoning: there is snow. Answer: Yes", "<tag>No</tag>Yes", "Yes</tag>", "\ufeffYes",
        "There are two tags. <think> is the first.", "Put it so: <think>a</think> and go on.",
        f"{'There is a tag. ' * 20}It is <think>a</think>.", "[INST] Yes", "Okay. Let me think.",
        "Here are my reasoning steps:\n1. There is snow.\nAnswer: Yes",
        "Here is my thought process: there is snow, so yes.",
        "Apriel writes `[BEGIN FINAL RESPONSE]` before it answers.",
        "The mark [BEGIN FINAL RESPONSE] ends it.", "Thinking... yes, I would say.",
        "Thinking...\nI am done thinking.", "think\nYes", "Think\ntwice", "I /think so",
        "A trace begins with <|im_start|>think and ends with <|im_start|>answer.",
        "Use <|think_start|> and <|think_end|> for it.", "<data>No</data>Yes",
        "<details><summary>Thinking of snow</summary>No</details>Yes",
        "<details><summary>Answer</summary>Yes</details>",
        "Reasoning:\n> There is snow.\n\nSo he wrote.", "*Thinking of you*\n> he wrote\n\nYes",
        "**Thoughts**\n> There is snow.", "*Thinking...*\n\nYes", "> There is snow.\n\nYes",
        "```python\nthinking\n```\nYes", "```\nthinking\n```", "It is ```thinking\nNo\n```",
        ":::note\nYes\n:::", "Yes[unused10]", "<role>ASSISTANT</role>Yes",
    ],
)  # fmt: skip
def test_other_texts_are_left_as_they_are(said: str) -> None:
    assert split(said) is None


@pytest.mark.parametrize(
    ("prompt", "mark"),
    [
        ("<|im_start|>assistant\n<think>\n", "<think>"),
        ("[INST]Is it?[/INST][THINK]", "[THINK]"),
        ("<|turn>model\n<|channel>thought\n", "<|channel>thought\n"),
        ("<|start|>assistant<|channel|>analysis<|message|>", "<|channel|>analysis<|message|>"),
        ("<|begin_assistant|>\nHere are my reasoning steps:\n", "Here are my reasoning steps:"),
        ("Here are my reasoning steps:\n\n[BEGIN FINAL RESPONSE]\n", ""),
        ("<|im_start|>assistant\n<|think_start|>", "<|think_start|>"),
        ("<|im_start|>assistant\n<xai:thinking>\n", "<xai:thinking>"),
        ("<|im_start|>assistant\n<|think_end|>\n", ""),
        ("<|im_start|>assistant\n<think>\n\n</think>\n\n", ""),
        ("USER: What does <think> mean? ASSISTANT:", ""),
        ("", ""),
    ],
)
def test_a_prompt_may_end_inside_a_trace(prompt: str, mark: str) -> None:
    assert opened_by(prompt) == mark


HOSTILE = (
    "<think>", "</think>", "<think>a</think>", "<think>x </think> b", '"</think>" ', "<", "<|",
    "\n", " ", "a", "<|channel|>analysis", "<|message|>", "<|start|>assistant<|channel|>final<|me",
    "assistantfinal", "<answer>", "<|im_end|>", "</s> ", "<|start|>   assistant   to=a",
    "<think>a</think><answer>", "<|close|>message<|sep|>", "assistant ", "Okay. ", "`<think>`",
    "</thinking>", "<think>a</thinking>", "Yes\n<think>", "\u200b", "[/INST]", "let me ", "okay, ",
    "<|im_start|>think\n", "<|im_start|>", "<details><summary>", "Here is my thought process:",
    "*Thinking...*\n> a\n", "```thinking\n", "<|think_start|>", "think\nanswer\n", "> ", "**",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("begins", ["", "<think>a</think>"])
def test_the_time_is_linear_in_the_text(piece: str, begins: str) -> None:
    def cost(letters: int) -> float:
        said, taken = begins + piece * (letters // len(piece)), []
        for _ in range(3):  # the least, as the collection of garbage may fall into one of them
            start = time.process_time()
            split(said)
            taken.append(time.process_time() - start)
        return min(taken)

    # Eight times the text takes sixty-four times as long where the time is quadratic.
    assert cost(32_000) < 24 * cost(4_000) + 0.05


@pytest.mark.parametrize(
    "said",
    [
        "<details><summary>More</summary>Yes</details>",
        '<details type="tool_calls">look</details>Yes',
        "Yes</details>",
        "Yes<|end|>",
        "It is < think > of it",
        "The &lt;think&gt; tag marks a thought.",
        "a <thought experiment> of mine",
        "1 < think and think > 0",
    ],
)
def test_what_only_looks_like_a_mark_in_other_dress_is_left_alone(said: str) -> None:
    assert split(said) is None


@pytest.mark.parametrize(
    ("token", "telling"),
    [
        ("<think>", True), ("<|think_end|>", True), ("<|end_of_reasoning|>", True),
        ("<|channel|>", True), ("<|im_start|>", True), ("[unused17]", True),
        ("</s>", False), ("<|eot_id|>", False), ("<pad>", False), ("<image>", False),
    ],
)  # fmt: skip
def test_special_tokens_that_tell_a_trace_are_known(token: str, telling: bool) -> None:
    assert is_telling(token) == telling
