"""Prompt: RedactedCase -> Prompt. Reads prompts/; the version is the hash of the files.

What never changes comes first and is the same for every case, so that a provider's prefix
cache serves it; the case follows as data, between two boundary lines it cannot contain.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from summarizer.errors import ConfigurationError
from summarizer.models import CaseMessage, ChatMessage, Prompt, RedactedCase, RedactedText
from summarizer.taxonomy import Taxonomy
from summarizer.yamlfile import content_hash

__all__ = ["PromptTemplate", "output_schema"]

Options = Mapping[str, Mapping[str, str]]
"""Field of an answer -> letter -> code."""

_FILES = ("system.j2", "case.j2", "repair.j2")
_WEIGH = "weigh.j2"
_BLANK = "(the messages of this case are empty)"
_BLANK_ANSWER = '{"headline": "", "narrative": "", "key_facts": []}'
_ENUMERATED_MESSAGES = 64
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
# Private-use characters around each text of the case while it is rendered: what stands between
# them comes from the case, the rest is the frame.
_START, _END = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_START}{_END}]")
_MARKED = re.compile(f"{_START}([^{_END}]*){_END}")
_PAIRED = re.compile(r'"([^"\n]*)"')
_LISTED = re.compile(r"(.*)\[(\d+)\](?:\.(?:key|value|name))?$")
# How case.j2 begins the lines of a text, which a value broken over two of them does not hold.
_NEXT_LINE = re.compile(r"\n\| ")
_REPEAT = "[quoted text of an earlier message left out]"


class PromptTemplate:
    """A folder of `prompts/`: the instructions, the frame of a case and the repair request."""

    def __init__(self, folder: Path, *, taxonomy: Taxonomy, key: bytes) -> None:
        """Compile the templates.

        Args:
            folder: holds `system.j2`, `case.j2` and `repair.j2`, and `weigh.j2` if a model may be
                asked to weigh the labels.
            taxonomy: the labels the answer may name.
            key: makes the boundary lines unpredictable for whoever writes a ticket.

        Raises:
            ConfigurationError: naming the file and what is wrong with it.
        """
        for name in _FILES:
            if not (folder / name).is_file():
                msg = f"{folder}: not a prompt folder; {name} is missing"
                raise ConfigurationError(msg)
        self.name = folder.name
        weigh = (folder / _WEIGH,) if (folder / _WEIGH).is_file() else ()
        self.files = (*(folder / name for name in _FILES), *weigh)
        self.version = f"{folder.name}@{content_hash(self.files)}"
        self._taxonomy = taxonomy
        self._key = key
        environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,
        )
        try:
            self._case, self._repair = (
                environment.get_template(name) for name in ("case.j2", "repair.j2")
            )
            self._weigh = environment.get_template(_WEIGH) if weigh else None
            self.system = (
                environment
                .get_template("system.j2")
                .render(taxonomy=taxonomy, **_labels(taxonomy, taxonomy.options))
                .strip()
            )
        except TemplateError as error:
            place = f"{getattr(error, 'name', None)}:{getattr(error, 'lineno', None)}"
            msg = f"{folder}: {place}: {type(error).__name__}: {error.message}"
            raise ConfigurationError(msg) from error

    def render(self, case: RedactedCase) -> Prompt:
        """Ask for a summary of a case."""
        schema = output_schema(self._taxonomy, case.messages)
        marked = self._case.render(boundary=self._boundary(case), case=_view(case)).strip()
        content = _MARKS.sub("", marked)
        return Prompt(
            messages=(ChatMessage("system", self.system), ChatMessage("user", content)),
            response_schema=schema,
            case=case,
            version=self.version,
            fixed=frozenset({self.system, *_words(schema)}),
            case_parts={content: _NEXT_LINE.sub("\n", "\n".join(_MARKED.findall(marked)))},
            fixed_sha256=hashlib.sha256(self.system.encode()).hexdigest(),
        )

    def repair(self, prompt: Prompt, answer: str, problems: Sequence[str]) -> Prompt:
        """Ask again, with the answer that could not be used and what was wrong with it."""
        request = self._repair.render(problems=list(problems)).strip()
        return _gone_on(prompt, answer, request)

    def weigh(self, prompt: Prompt, answer: str, options: Options) -> Prompt | None:
        """Ask for some labels alone, after the answer, with the probability of each option.

        What the answer says of labels is left out of it, or a model would repeat itself.

        Args:
            prompt: asked for the answer.
            answer: the model's words.
            options: field -> letter -> code of the labels to weigh.

        Returns:
            None if this prompt has no `weigh.j2`.
        """
        begun = answer.partition('"issue_type"')[0].rstrip().removesuffix(",")
        return self._weighing(prompt, f"{begun}\n}}", options)

    def weigh_nothing(self, prompt: Prompt, options: Options) -> Prompt | None:
        """Ask the same of a case without content: what a model prefers whatever the case.

        Source: T. Zhao et al., "Calibrate Before Use", ICML (2021).
        """
        blank = Prompt(
            messages=(prompt.messages[0], ChatMessage("user", _BLANK)),
            response_schema=prompt.response_schema,
            case=prompt.case,
            version=prompt.version,
            fixed=prompt.fixed | {_BLANK, _BLANK_ANSWER},
            case_parts={},
            fixed_sha256=prompt.fixed_sha256,
        )
        return self._weighing(blank, _BLANK_ANSWER, options)

    def _weighing(self, prompt: Prompt, answer: str, options: Options) -> Prompt | None:
        if self._weigh is None:
            return None
        request = self._weigh.render(_labels(self._taxonomy, options)).strip()
        asked = _gone_on(prompt, answer, request)
        schema = _object(**_lettered(options))
        return Prompt(
            messages=asked.messages,
            response_schema=schema,
            case=asked.case,
            version=asked.version,
            fixed=asked.fixed | {request, *_words(schema)},
            case_parts=asked.case_parts,
            fixed_sha256=asked.fixed_sha256,
            weighs=True,
        )

    def _boundary(self, case: RedactedCase) -> str:
        """Return a token that no text of the case contains."""
        texts = [text.text for text in case.texts]
        seed = "\n".join(texts).encode("utf-8", "surrogatepass")
        count = 0
        while True:
            digest = hmac.digest(self._key, b"%d\n" % count + seed, "sha256").hex()[:16]
            # Letters alone: no run of them can pass for a card number.
            boundary = digest.translate(_LETTERS)
            if not any(boundary in text for text in texts):
                return boundary
            count += 1


def output_schema(taxonomy: Taxonomy, messages: Sequence[CaseMessage]) -> dict[str, Any]:
    """Build the JSON schema of a model's answer.

    The narrative and the facts come before the labels, so that a model has written down what
    the case says before it must choose; it chooses among letters.
    """
    one_of_messages: dict[str, Any] = {"type": "string", "pattern": "^m[0-9]{1,5}$"}
    if len(messages) <= _ENUMERATED_MESSAGES:
        one_of_messages = {"type": "string", "enum": [message.id for message in messages]}
    fact = _object(
        text={"type": "string", "maxLength": 240},
        messages={"type": "array", "items": one_of_messages, "minItems": 1, "maxItems": 4},
    )
    letters = _lettered(taxonomy.options)
    action = _object(code=letters["next_action"], detail={"type": "string", "maxLength": 240})
    return _object(
        headline={"type": "string", "maxLength": 120},
        narrative={"type": "string", "maxLength": 800},
        key_facts={"type": "array", "items": fact, "minItems": 1, "maxItems": 6},
        issue_type=letters["issue_type"],
        urgency=letters["urgency"],
        next_action=action,
    )


def _lettered(options: Options) -> dict[str, Any]:
    return {field: {"type": "string", "enum": list(letters)} for field, letters in options.items()}


def _gone_on(prompt: Prompt, answer: str, request: str) -> Prompt:
    """Go on after an answer to the case, whatever was asked since."""
    # Half a surrogate pair could not be sent or recorded.
    said = ChatMessage("assistant", answer.encode("utf-8", "replace").decode())
    return Prompt(
        messages=(*prompt.messages[:2], said, ChatMessage("user", request)),
        response_schema=prompt.response_schema,
        case=prompt.case,
        version=prompt.version,
        fixed=prompt.fixed,
        case_parts=prompt.case_parts,
        fixed_sha256=prompt.fixed_sha256,
    )


def _labels(taxonomy: Taxonomy, options: Options) -> dict[str, Any]:
    """Arrange labels for a template, each list as letters and entries."""
    issue_types = {entry.code: entry for entry in taxonomy.issue_types}
    next_actions = {entry.code: entry for entry in taxonomy.next_actions}
    urgency = {level.code: level for level in taxonomy.urgency}

    def listed(field: str, entries: Mapping[Any, Any]) -> list[tuple[str, Any]]:
        return [(letter, entries[code]) for letter, code in options.get(field, {}).items()]

    return {
        "issue_types": listed("issue_type", issue_types),
        "next_actions": listed("next_action", next_actions),
        "urgency": listed("urgency", urgency),
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


def _view(case: RedactedCase) -> dict[str, Any]:
    """Arrange the redacted texts of a case for the template, each between marks."""
    texts = {text.where: text for text in case.texts}

    def marked(where: str) -> str:
        return _between_marks(texts[where].text) if where in texts else ""

    def listed(where: str, end: str = "") -> Iterator[str]:
        return (marked(f"{where}[{at}]{end}") for at in range(counts.get(where, 0)))

    counts: dict[str, int] = {}
    for where in texts:
        if item := _LISTED.match(where):
            counts[item[1]] = max(counts.get(item[1], 0), int(item[2]) + 1)
    return {
        "channel": case.channel or "",
        "jurisdiction": case.jurisdiction or "",
        "subject": marked("subject"),
        "requester": marked("requester.name"),
        "fields": [
            (key, value)
            for key, value in zip(listed("fields", ".key"), listed("fields", ".value"), strict=True)
            if value
        ],
        "tags": [tag for tag in listed("tags") if tag],
        "messages": [
            {
                "id": message.id,
                "author": message.author,
                "author_name": marked(f"messages[{index}].author_name"),
                "at": f"{message.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if message.at else "",
                "text": _between_marks(_without_repeats(texts.get(f"messages[{index}].body"))),
                "attachments": [
                    name for name in listed(f"messages[{index}].attachments", ".name") if name
                ],
            }
            for index, message in enumerate(case.messages)
        ],
    }


def _between_marks(text: str) -> str:
    # A small model copies a straight quotation mark unescaped and so ends its own string.
    text = _PAIRED.sub("\u201c\\1\u201d", _MARKS.sub("", text).strip()).replace('"', "\u201d")
    return f"{_START}{text}{_END}" if text else ""


def _without_repeats(text: RedactedText | None) -> str:
    """Leave out what an earlier message of the case already says."""
    if text is None:
        return ""
    parts: list[str] = []
    at = 0
    for start, end in text.repeats:
        parts += (text.text[at:start], _REPEAT)
        at = end
    return ("".join(parts) + text.text[at:]).strip()
