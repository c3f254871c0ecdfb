"""Forms: what only software writes, found in a ticket: turns of a chat, frames, ready answers."""

from collections.abc import Iterable
from typing import Final

__all__ = ["FORMS", "codes_pattern"]

FORMS: Final[dict[str, str]] = {
    "chat_mark": (
        r"<\|[a-z_ ]{2,24}\|>|\[/?INST\]|<</?SYS>>|</?s>\s*\[|<(?:start|end)_of_turn>|"
        r"(?:^|\n)#{2,4}\s*(?:system|assistant|user|human|instructions?)\b\s*:?|"
        r"\"role\"\s*:\s*\"(?:system|assistant|developer)\"|"
        r"(?:^|\n)\s*(?:human|assistant)\s*:[^\n]*\n"
    ),
    "heading": r"(?:^|\n)#{2,4}\s*(?:response|input|output)\b",
    "speaker": (
        r"(?:^|\n)[ >|*_\[(-]*(?:system|developer|admin(?:istrator)?|root|operator|supervisor|"
        r"moderator|bank (?:system|agent))(?: (?:note|message|notice|prompt|override|instruction|"
        r"update|alert|command|log|supervisor))?s?\s?[\])*_]{0,3}\s?:|"
        r"\[\s?(?:system|admin|developer|assistant|redaction log|internal)[^\]\n]{0,24}\]"
    ),
    "frame": (
        r"\[m\d{1,5}\] bank (?:system|agent)|-{3,} ?(?:begin|end) (?:of )?(?:case|ticket|system|"
        r"instructions?|prompt|data|context)"
    ),
    "boundary": (
        r"</?\s?(?:case|ticket|instructions?|system|prompt|context|data|document|user_?input|"
        r"messages?|conversation|untrusted)\b[^<>\n]{0,40}>|#{2,}\s?(?:end|begin|"
        r"stop)\b[^\n]{0,24}|"
        r"\]\]>|(?:^|\n)[>| ]*[-=*#~_<\[]{3,}\s?(?:end|begin|start|stop)\b[^\n]{0,40}|"
        r"\bend of (?:the )?(?:case|ticket|conversation|input|document|user|message|customer|"
        r"data|"
        r"text|transcript|context|prompt|file)s?(?: (?:data|text|input|message|content))?\b|"
        r"\[m\d{1,5}\]|(?:^|\n)\"\"\"|(?:^|\n)```"
    ),
    "answer_key": r"[\"'](?:narrative|key_facts|issue_type|next_action|headline|urgency)[\"']\s*:",
    "answer_key_of_ours": r"[\"'](?:narrative|key_facts|issue_type)[\"']\s*:",
}
"""Kind -> what belongs to it."""


def codes_pattern(codes: Iterable[str]) -> str:
    """Return what finds a label's code; one word alone, such as `mortgage`, is ordinary text."""
    written = sorted({code for code in codes if "_" in code})
    return rf"\b(?:{'|'.join(written)})\b" if written else r"[^\x00-\x{10FFFF}]"
