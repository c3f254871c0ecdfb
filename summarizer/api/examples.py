"""Examples: what the operations on stored summaries and on the log take and answer."""

from typing import Any, Final

from summarizer.api.openapi import OUTCOME

__all__ = [
    "CONFIRMED",
    "CONSISTENCY",
    "EDIT",
    "ERASED",
    "ERASURE",
    "EVALUATIONS",
    "EVENT",
    "EVENTS",
    "FINDING",
    "HELD",
    "HOLD",
    "INCLUSION",
    "KEY",
    "KEYS",
    "MADE_KEY",
    "NOTE",
    "PENDING",
    "POLICIES",
    "PROMPTS",
    "RECORDED",
    "REJECT",
    "RELEASE",
    "RELEASED",
    "RELEASE_CONFIRMED",
    "RESTORED",
    "REVIEW",
    "REVOKED",
    "SUBJECT",
    "SUMMARY_PAGE",
    "SUMMARY_RECORD",
    "TIMELINE",
    "VERIFIED",
]

_ID: Final = "019a7c52-7d3e-7b60-9f43-0a1b2c3d4e5f"
_REQUEST: Final = "019a7c60-1111-7b60-9f43-0a1b2c3d4e5f"
_DONE: Final = "019a7c61-2222-7b60-9f43-0a1b2c3d4e5f"
_AT: Final = "2026-11-02T09:14:07Z"
_HASH: Final = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

SUMMARY_PAGE: Final[dict[str, Any]] = {
    "summaries": [
        {
            "id": _ID,
            "case_id": "T-1001",
            "at": _AT,
            "headline": "Customer disputes a card payment of $412.60",
            "issue_type": "card_unrecognised",
            "team": "Card Disputes",
            "urgency": "high",
            "next_action": "block_card",
            "due": "2026-11-12",
            "review_required": False,
            "review_reasons": [],
            "state": "open",
            "stale": False,
        }
    ],
    "next": _ID,
}
_THREAD: Final[dict[str, Any]] = {
    "channel": "email",
    "jurisdiction": "US",
    "requester": "<PERSON_1>",
    "subject": "A payment I did not make",
    "tags": "card",
    "fields": [{"key": "product", "value": "debit card"}],
    "messages": [
        {
            "id": "m1",
            "author": "customer",
            "author_name": "<PERSON_1>",
            "at": "2026-10-29T00:41:00Z",
            "body": "There is a payment of $412.60 on my card [**** **** **** 1111] that I did not "
            "make. Please stop the card. <PERSON_1>",
            "attachments": [],
        }
    ],
}
REVIEW: Final[dict[str, Any]] = {
    "id": _DONE,
    "at": _AT,
    "by": "ada",
    "decision": "edit",
    "reason": None,
    "summary": {
        "headline": "Customer disputes a card payment of $412.60 of 28 October",
        "narrative": None,
        "next_action": None,
        "key_facts": None,
        "issue_type": None,
        "urgency": None,
        "next_action_code": None,
    },
}
SUMMARY_RECORD: Final[dict[str, Any]] = {
    "id": _ID,
    "case_id": "T-1001",
    "at": _AT,
    "state": "edited",
    "stale": False,
    "superseded": False,
    "outcome": OUTCOME,
    "thread": _THREAD,
    "held_back": [
        {
            "where": "messages[0].body",
            "start": 41,
            "end": 60,
            "entity": "CREDIT_CARD",
            "score": 1.0,
            "recognizer": "CardRecognizer",
            "placeholder": "[**** **** **** 1111]",
            "same_person": "",
        }
    ],
    "reviews": [REVIEW],
}
RESTORED: Final[dict[str, Any]] = {
    "id": _ID,
    "case_id": "T-1001",
    "summary": OUTCOME["summary"]
    | {
        "narrative": "Hannah Whitfield reports a payment of $412.60 that she did not make and "
        "asks for the card to be stopped."
    },
    "thread": _THREAD | {"requester": "Hannah Whitfield"},
    "final": None,
}
EDIT: Final[dict[str, Any]] = {
    "decision": "edit",
    "summary": {"headline": "Customer disputes a card payment of $412.60 of 28 October"},
}
REJECT: Final[dict[str, Any]] = {"decision": "reject", "reason": "It is about a transfer."}

_HEAD: Final[dict[str, Any]] = {
    "seq": 17,
    "id": _ID,
    "kind": "outcome",
    "at": _AT,
    "case": "0f3c8a52d1e94b7788aa01c2d3e4f506",
    "n": 5,
    "actor": "77d0b1a2c3d4e5f60718293a4b5c6d7e",
    "facts": {"outcome": "summarized", "model": "embedded", "attempts": 1},
    "hash": _HASH,
}
EVENTS: Final[dict[str, Any]] = {"events": [_HEAD], "next": None}
EVENT: Final[dict[str, Any]] = {
    **_HEAD,
    "state": "readable",
    "body": {"status": "summarized", "messages": 1, "restored": False},
}
TIMELINE: Final[dict[str, Any]] = {"case_id": "T-1001", "events": [EVENT], "next": None}
NOTE: Final = "case-summarizer/3f2a9c01d4e7\n18\nX3C/GKCGAHAW6UiwSu07ghA6Nr6kF1W2zd+vEKzjxu8=\n"
INCLUSION: Final[dict[str, Any]] = {
    "event": _ID,
    "header": '{"at":"2026-11-02T09:14:07.000000Z","body":"…","kind":"outcome","v":2}',
    "leaf": "X3C/GKCGAHAW6UiwSu07ghA6Nr6kF1W2zd+vEKzjxu8=",
    "seq": 17,
    "size": 18,
    "proof": ["b0xj7Nq6zqV0d9Fm3cF1J0m3Y2m0X0w0m1gq5b0yR0w="],
    "checkpoint": NOTE,
}
CONSISTENCY: Final[dict[str, Any]] = {
    "from": 12,
    "to": 18,
    "from_root": "b0xj7Nq6zqV0d9Fm3cF1J0m3Y2m0X0w0m1gq5b0yR0w=",
    "to_root": "X3C/GKCGAHAW6UiwSu07ghA6Nr6kF1W2zd+vEKzjxu8=",
    "proof": ["b0xj7Nq6zqV0d9Fm3cF1J0m3Y2m0X0w0m1gq5b0yR0w="],
}
VERIFIED: Final[dict[str, Any]] = {
    "ok": True,
    "entries": 18,
    "root": _HASH,
    "checkpoint": NOTE,
    "findings": [],
}
SUBJECT: Final[dict[str, Any]] = {"identifier": "hannah.whitfield@example.com"}
FINDING: Final[dict[str, Any]] = {
    "case": "T-1001",
    "event": _ID,
    "severity": "medium",
    "text": "The merchant's name was not held back.",
}
RECORDED: Final[dict[str, Any]] = {"event": _DONE}

ERASURE: Final[dict[str, Any]] = {"case": "T-1001", "reason": "request DSR-17"}
CONFIRMED: Final[dict[str, Any]] = ERASURE | {"confirms": _REQUEST}
PENDING: Final[dict[str, Any]] = {
    "request": _REQUEST,
    "state": "pending",
    "needs": "a second person",
}
ERASED: Final[dict[str, Any]] = {"case": "T-1001", "state": "erased", "events": [_REQUEST, _DONE]}
HOLD: Final[dict[str, Any]] = {"case": "T-1001", "reason": "matter 2026-4"}
HELD: Final[dict[str, Any]] = {"case": "T-1001", "until": None, "event": _DONE}
RELEASE: Final[dict[str, Any]] = {"reason": "matter 2026-4 is settled"}
RELEASE_CONFIRMED: Final[dict[str, Any]] = RELEASE | {"confirms": _REQUEST}
RELEASED: Final[dict[str, Any]] = ERASED | {"state": "released"}

POLICIES: Final[dict[str, Any]] = {
    "versions": [
        {
            "artefact": "policy",
            "version": "default@sha256:0f3c…",
            "in_force": True,
            "first_at": _AT,
            "files": {"policy.yaml": "name: default\n"},
        }
    ]
}
PROMPTS: Final[dict[str, Any]] = {
    "versions": [
        {
            "artefact": "prompt",
            "version": "case_summary@sha256:9a41…",
            "in_force": True,
            "first_at": _AT,
            "files": {"system.j2": "You summarise cases.\n"},
        }
    ]
}
EVALUATIONS: Final[dict[str, Any]] = {
    "evaluations": [
        {
            **_HEAD,
            "kind": "evaluation",
            "facts": {"model": "embedded", "cases": 120, "outcome": "passed"},
            "body": {
                "set": "golden",
                "n": 120,
                "metrics": {
                    "issue_type.accuracy": {"value": 0.81, "low": 0.73, "high": 0.87, "n": 120}
                },
                "missed_gates": [],
            },
        }
    ],
    "next": None,
}
KEY: Final[dict[str, Any]] = {"role": "agent", "name": "crm", "days": 90, "without": ["restore"]}
_KEY: Final[dict[str, Any]] = {
    "id": "3f2a9c01d4e7",
    "name": "crm",
    "role": "agent",
    "without": ["restore"],
    "created": _AT,
    "expires": "2027-01-31T09:14:07Z",
    "state": "active",
}
KEYS: Final[dict[str, Any]] = {"keys": [_KEY]}
MADE_KEY: Final[dict[str, Any]] = {**_KEY, "key": "csk_3f2a9c01d4e7_…", "event": _DONE}
REVOKED: Final[dict[str, Any]] = {"id": "3f2a9c01d4e7", "event": _DONE}
