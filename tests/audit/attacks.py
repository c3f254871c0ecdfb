"""What somebody with the rights of a superuser does to a log, and what is found of it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from summarizer.audit.tree import Frontier
from tests.audit.logs import FIRST, SIZE, Log, Tamper

__all__ = ["ATTACKS", "Attack", "flipped", "rebuild", "replaced", "table"]

AT: Final = 41
"""The event that is attacked: number 10 of a case of which 45 is number 11."""
NEXT: Final = 45
OTHER: Final = 47
"""An event of another case."""


@dataclass(frozen=True)
class Attack:
    """A change, and the findings it must lead to, no more and no less."""

    what: str
    how: Callable[[Log], None]
    found: tuple[tuple[str, int | None], ...]


def flipped(data: bytes, at: int = 20) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def replaced(
    tamper: Tamper, table: str, column: str, seq: int, change: Callable[[Any], Any]
) -> None:
    """Change one stored value of an event."""
    key = {"id": tamper.id_of(seq)}
    old = tamper.value(f"SELECT {column} FROM {table} WHERE event_id = :id", **key)  # noqa: S608
    statement = f"UPDATE {table} SET {column} = :new WHERE event_id = :id"  # noqa: S608
    tamper(statement, new=change(old), **key)


def rebuild(tamper: Tamper) -> None:
    """Make leaves and nodes from the headers, as they are now, and take stored checkpoints away."""
    rows = tamper.rows(
        "SELECT l.event_id, e.header FROM audit_leaf AS l"
        " JOIN audit_entry AS e ON e.event_id = l.event_id ORDER BY l.seq"
    )
    tree = Frontier()
    tamper("DELETE FROM audit_leaf")
    tamper("DELETE FROM audit_node")
    tamper("DELETE FROM audit_checkpoint")
    for seq, (event_id, header) in enumerate(rows):
        leaf = sha256(b"\x00" + header).digest()
        tamper("UPDATE audit_entry SET leaf = :leaf WHERE event_id = :id", leaf=leaf, id=event_id)
        values = {"seq": seq, "id": event_id, "leaf": leaf}
        tamper("INSERT INTO audit_leaf VALUES (:seq, :id, :leaf)", **values)
        for node in tree.append(leaf):
            tamper("INSERT INTO audit_node VALUES (:level, :idx, :hash)", **node._asdict())
    tamper("UPDATE audit_sequencer SET next_seq = :size", size=len(rows))
    tamper("DELETE FROM audit_case_head")
    tamper(
        "INSERT INTO audit_case_head SELECT case_tag, case_n, leaf FROM audit_entry AS e"
        " WHERE case_tag IS NOT NULL AND case_n ="
        " (SELECT MAX(case_n) FROM audit_entry AS x WHERE x.case_tag = e.case_tag)"
    )


def _change(
    table: str, column: str, change: Callable[[Any], Any] = flipped
) -> Callable[[Log], None]:
    def attack(log: Log) -> None:
        with log.tampering() as tamper:
            replaced(tamper, table, column, AT, change)

    return attack


def _run(*statements: str, **values: Any) -> Callable[[Log], None]:
    def attack(log: Log) -> None:
        with log.tampering() as tamper:
            given = {**values, "at": tamper.id_of(AT), "other": tamper.id_of(OTHER)}
            for statement in statements:
                names = {name: value for name, value in given.items() if f":{name}" in statement}
                tamper(statement, **names)

    return attack


def _flip_leaf_in_both(log: Log) -> None:
    with log.tampering() as tamper:
        replaced(tamper, "audit_entry", "leaf", AT, flipped)
        replaced(tamper, "audit_leaf", "leaf", AT, flipped)


def _flip_node(log: Log) -> None:
    with log.tampering() as tamper:
        node = tamper.value("SELECT hash FROM audit_node")
        tamper("UPDATE audit_node SET hash = :hash", hash=flipped(node))


def _flip_note(log: Log) -> None:
    with log.tampering() as tamper:
        note = tamper.value("SELECT note FROM audit_checkpoint WHERE size = :size", size=FIRST)
        changed = note.replace("\n300\n", "\n301\n")
        tamper("UPDATE audit_checkpoint SET note = :n WHERE size = :size", n=changed, size=FIRST)


def _edit_and_hash_again(log: Log) -> None:
    with log.tampering() as tamper:
        replaced(tamper, "audit_entry", "header", AT, lambda old: old.replace(b"m-1", b"m-9"))
        replaced(tamper, "audit_entry", "model", AT, lambda old: "m-9")
        header = tamper.value(
            "SELECT header FROM audit_entry WHERE event_id = :id", id=tamper.id_of(AT)
        )
        leaf = sha256(b"\x00" + header).digest()
        replaced(tamper, "audit_entry", "leaf", AT, lambda old: leaf)
        replaced(tamper, "audit_leaf", "leaf", AT, lambda old: leaf)


def _edit_and_rebuild(log: Log) -> None:
    """No case: nothing but the tree depends on it."""
    with log.tampering() as tamper:
        replaced(tamper, "audit_entry", "header", 42, lambda old: old.replace(b"m-0", b"m-9"))
        replaced(tamper, "audit_entry", "model", 42, lambda old: "m-9")
        rebuild(tamper)


def _insert_in_the_middle(log: Log) -> None:
    """A copy of an event of no case, with an id of its own, between two others."""
    with log.tampering() as tamper:
        old = tamper.id_of(42)
        new = old[:-4] + "ffff"
        names = "kind, at, case_tag, case_n, actor_tag, model, prompt, policy, outcome, retention"
        tamper(
            f"INSERT INTO audit_entry SELECT :new, {names}, header, leaf FROM audit_entry"  # noqa: S608
            " WHERE event_id = :old",
            new=new,
            old=old,
        )
        tamper(
            "INSERT INTO audit_body SELECT :new, ciphertext FROM audit_body WHERE event_id = :old",
            new=new,
            old=old,
        )
        header = tamper.value("SELECT header FROM audit_entry WHERE event_id = :id", id=new)
        changed = header.replace(old.encode(), new.encode())
        tamper("UPDATE audit_entry SET header = :h WHERE event_id = :id", h=changed, id=new)
        _renumber(tamper, AT + 1, 1)
        tamper(
            "INSERT INTO audit_leaf VALUES (:seq, :id, :leaf)", seq=AT + 1, id=new, leaf=bytes(32)
        )
        rebuild(tamper)


def _renumber(tamper: Tamper, start: int, by: int) -> None:
    tamper("UPDATE audit_leaf SET seq = -1 - seq WHERE seq >= :start", start=start)
    tamper("UPDATE audit_leaf SET seq = -1 - seq + :by WHERE seq < 0", by=by)


def _insert_unnumbered(log: Log) -> None:
    with log.tampering() as tamper:
        names = "at, NULL, NULL, actor_tag, model, prompt, policy, outcome, retention, header, leaf"
        tamper(
            f"INSERT INTO audit_entry SELECT 'forged', kind, {names} FROM audit_entry"  # noqa: S608
            " WHERE event_id = :at",
            at=tamper.id_of(AT),
        )


def _insert_at_the_end(log: Log) -> None:
    with log.tampering() as tamper:
        header = tamper.value(
            "SELECT header FROM audit_entry WHERE event_id = :at", at=tamper.id_of(42)
        )
        old = tamper.id_of(42)
        new = old[:-4] + "ffff"
        changed = header.replace(old.encode(), new.encode())
        leaf = sha256(b"\x00" + changed).digest()
        names = "kind, at, case_tag, case_n, actor_tag, model, prompt, policy, outcome, retention"
        tamper(
            f"INSERT INTO audit_entry SELECT :new, {names}, :h, :leaf FROM audit_entry"  # noqa: S608
            " WHERE event_id = :old",
            new=new,
            old=old,
            h=changed,
            leaf=leaf,
        )
        tamper(
            "INSERT INTO audit_body SELECT :new, ciphertext FROM audit_body WHERE event_id = :old",
            new=new,
            old=old,
        )
        tamper("INSERT INTO audit_leaf VALUES (:seq, :id, :leaf)", seq=SIZE, id=new, leaf=leaf)


def _delete_and_renumber(log: Log) -> None:
    with log.tampering() as tamper:
        event_id = tamper.id_of(AT)
        for name in ("audit_leaf", "audit_entry", "audit_body"):
            tamper(f"DELETE FROM {name} WHERE event_id = :id", id=event_id)  # noqa: S608
        _renumber(tamper, AT, -1)
        rebuild(tamper)


def _duplicate(log: Log) -> None:
    with log.tampering() as tamper:
        names = "kind, at, NULL, NULL, actor_tag, model, prompt, policy, outcome, retention"
        values = {"at": tamper.id_of(AT), "new": "copied"}
        tamper(
            f"INSERT INTO audit_entry SELECT :new, {names}, header, leaf FROM audit_entry"  # noqa: S608
            " WHERE event_id = :at",
            **values,
        )
        tamper(
            "INSERT INTO audit_body SELECT :new, ciphertext FROM audit_body WHERE event_id = :at",
            **values,
        )
        leaf = tamper.value("SELECT leaf FROM audit_leaf WHERE seq = :seq", seq=AT)
        tamper("INSERT INTO audit_leaf VALUES (:seq, 'copied', :leaf)", seq=SIZE, leaf=leaf)
        tamper("UPDATE audit_sequencer SET next_seq = :next", next=SIZE + 1)


def _swap(table: str, *columns: str) -> Callable[[Log], None]:
    """Let two events change places, in some columns of a table."""

    def attack(log: Log) -> None:
        with log.tampering() as tamper:
            one, other = tamper.id_of(AT), tamper.id_of(OTHER)
            for column in columns:
                query = f"SELECT {column} FROM {table} WHERE event_id = :id"  # noqa: S608
                values = [tamper.value(query, id=one), tamper.value(query, id=other)]
                statement = f"UPDATE {table} SET {column} = :new WHERE event_id = :id"  # noqa: S608
                if column == "seq":
                    tamper(statement, id=one, new=-1)
                tamper(statement, id=other, new=values[0])
                tamper(statement, id=one, new=values[1])

    return attack


def _swap_in_one_case(log: Log) -> None:
    with log.tampering() as tamper:
        tamper("UPDATE audit_leaf SET seq = -1 WHERE seq = :seq", seq=AT)
        tamper("UPDATE audit_leaf SET seq = :at WHERE seq = :seq", at=AT, seq=NEXT)
        tamper("UPDATE audit_leaf SET seq = :seq WHERE seq = -1", seq=NEXT)


def _cut(size: int, *, scratch: bool) -> Callable[[Log], None]:
    def attack(log: Log) -> None:
        with log.tampering() as tamper:
            gone = "SELECT event_id FROM audit_leaf WHERE seq >= :size"
            for name in ("audit_entry", "audit_body", "audit_leaf"):
                tamper(f"DELETE FROM {name} WHERE event_id IN ({gone})", size=size)  # noqa: S608
            if scratch:
                tamper("UPDATE audit_sequencer SET next_seq = :size", size=size)
                tamper("DELETE FROM audit_checkpoint WHERE size > :size", size=size)
                tamper("DELETE FROM audit_case_head")

    return attack


def _replay_outside(log: Log) -> None:
    """Take the newest checkpoint away from outside, so that an older one is the newest."""
    newest = max(
        (
            path
            for path in log.checkpoints.rglob("*")
            if path.is_file() and f"\n{SIZE}\n" in path.read_text()
        ),
    )
    newest.unlink()


ATTACKS: Final = (
    Attack("flip a bit of a header", _change("audit_entry", "header"), (("header_changed", AT),)),
    Attack(
        "change an index column",
        _change("audit_entry", "kind", lambda old: "erased"),
        (("header_changed", AT),),
    ),
    Attack("flip a bit of a body", _change("audit_body", "ciphertext"), (("body_changed", AT),)),
    Attack(
        "flip a bit of a leaf in the log", _change("audit_leaf", "leaf"), (("leaf_changed", AT),)
    ),
    Attack(
        "flip a bit of a leaf in the entry", _change("audit_entry", "leaf"), (("leaf_changed", AT),)
    ),
    Attack("flip a bit of both leaves", _flip_leaf_in_both, (("leaf_changed", AT),)),
    Attack("flip a bit of a node", _flip_node, (("tile_changed", 0),)),
    Attack(
        "remove a node",
        _run("DELETE FROM audit_node"),
        (("tile_changed", 0),),
    ),
    Attack("change a stored checkpoint", _flip_note, (("checkpoint_invalid", FIRST - 1),)),
    Attack(
        "change the root beside a checkpoint",
        _run(
            "UPDATE audit_checkpoint SET root = :root WHERE size = :size",
            root=bytes(32),
            size=FIRST,
        ),
        (("checkpoint_invalid", FIRST - 1),),
    ),
    Attack(
        "edit an event and hash it again",
        _edit_and_hash_again,
        (("tile_changed", 0), ("case_gap", NEXT), ("forked", FIRST - 1), ("forked", SIZE - 1)),
    ),
    Attack(
        "edit an event, rebuild the whole tree, drop the checkpoints",
        _edit_and_rebuild,
        (("forked", SIZE - 1),),
    ),
    Attack("insert an entry without a number", _insert_unnumbered, (("inserted", None),)),
    Attack("insert an event at the end", _insert_at_the_end, (("inserted", SIZE),)),
    Attack(
        "insert an event in the middle, rebuild the whole tree",
        _insert_in_the_middle,
        (("forked", SIZE - 1),),
    ),
    Attack(
        "delete a leaf",
        _run("DELETE FROM audit_leaf WHERE event_id = :at"),
        (("missing", AT),),
    ),
    Attack(
        "delete an entry",
        _run("DELETE FROM audit_entry WHERE event_id = :at"),
        (("inserted", None), ("missing", AT), ("case_gap", NEXT)),
    ),
    Attack(
        "delete a body",
        _run("DELETE FROM audit_body WHERE event_id = :at"),
        (("body_changed", AT),),
    ),
    Attack(
        "delete an event everywhere",
        _run(
            "DELETE FROM audit_leaf WHERE event_id = :at",
            "DELETE FROM audit_entry WHERE event_id = :at",
            "DELETE FROM audit_body WHERE event_id = :at",
        ),
        (("missing", AT), ("case_gap", NEXT)),
    ),
    Attack(
        "delete an event of a case, renumber, rebuild the whole tree",
        _delete_and_renumber,
        (("case_gap", NEXT - 1), ("rolled_back", SIZE - 1)),
    ),
    Attack("duplicate an event at the end", _duplicate, (("duplicated", SIZE),)),
    Attack(
        "swap the bodies of two cases",
        _swap("audit_body", "ciphertext"),
        (("swapped", AT), ("swapped", OTHER)),
    ),
    Attack(
        "swap the headers of two cases",
        _swap("audit_entry", "header"),
        (("swapped", AT), ("swapped", OTHER)),
    ),
    Attack(
        "swap the leaves of two events",
        _swap("audit_leaf", "leaf"),
        (("reordered", AT), ("reordered", OTHER)),
    ),
    Attack(
        "swap the numbers of two events of two cases",
        _swap("audit_leaf", "seq"),
        (
            ("tile_changed", 0),
            ("reordered", AT),
            ("reordered", NEXT),
            ("forked", FIRST - 1),
            ("forked", SIZE - 1),
        ),
    ),
    Attack(
        "swap the numbers of two events of one case",
        _swap_in_one_case,
        (("tile_changed", 0), ("reordered", AT), ("forked", FIRST - 1), ("forked", SIZE - 1)),
    ),
    Attack("cut the tail", _cut(310, scratch=False), (("truncated", 310),)),
    Attack(
        "cut the tail, make the rest agree, present an old checkpoint",
        _cut(FIRST, scratch=True),
        (("rolled_back", FIRST),),
    ),
    Attack("take the newest checkpoint away outside", _replay_outside, (("rolled_back", FIRST),)),
)


def table() -> list[str]:
    """Return the lines of the table that `docs/audit.md` shows."""
    rows = [
        f"| {attack.what} | {', '.join(_shown(*one) for one in attack.found)} |"
        for attack in ATTACKS
    ]
    return ["| what is done to a log of 320 events | findings (event) |", "|---|---|", *rows]


def _shown(kind: str, seq: int | None) -> str:
    return f"`{kind}`" if seq is None else f"`{kind}` ({seq})"
