"""The log on PostgreSQL: tables, guards that stay on, and the functions that write."""

from typing import Final

__all__ = ["FUNCTIONS", "GUARDED", "STATEMENTS", "TRIGGERS", "UNIQUE"]

_TABLES: Final = (
    """\
CREATE TABLE audit_log (
    incarnation INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    event_id TEXT
)""",
    """\
CREATE TABLE audit_entry (
    event_id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    case_tag TEXT COLLATE "C",
    case_n BIGINT,
    actor_tag TEXT COLLATE "C",
    model TEXT,
    prompt TEXT,
    policy TEXT,
    outcome TEXT,
    retention TEXT NOT NULL,
    header BYTEA NOT NULL,
    leaf BYTEA NOT NULL
)""",
    """\
CREATE UNIQUE INDEX audit_entry_case ON audit_entry (case_tag, case_n)
WHERE case_tag IS NOT NULL""",
    """\
CREATE INDEX audit_entry_case_time ON audit_entry (case_tag, event_id)
WHERE case_tag IS NOT NULL""",
    "CREATE INDEX audit_entry_kind ON audit_entry (kind, event_id)",
    *(
        f"CREATE INDEX audit_entry_{name} ON audit_entry ({column}, event_id)"
        f" WHERE {column} IS NOT NULL"
        for name, column in (
            ("actor", "actor_tag"),
            ("model", "model"),
            ("prompt", "prompt"),
            ("policy", "policy"),
            ("outcome", "outcome"),
        )
    ),
    """\
CREATE TABLE audit_body (
    event_id TEXT COLLATE "C" PRIMARY KEY,
    ciphertext BYTEA NOT NULL
)""",
    # Ciphertext does not compress.
    "ALTER TABLE audit_body ALTER COLUMN ciphertext SET STORAGE EXTERNAL",
    """\
CREATE TABLE audit_leaf (
    seq BIGINT PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL UNIQUE,
    leaf BYTEA NOT NULL
)""",
    """\
CREATE TABLE audit_node (
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (level, idx)
)""",
    """\
CREATE TABLE audit_checkpoint (
    incarnation INTEGER NOT NULL,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (incarnation, size)
)""",
    """\
CREATE TABLE audit_prune (
    event_id TEXT COLLATE "C" PRIMARY KEY,
    retention TEXT NOT NULL,
    before TEXT COLLATE "C" NOT NULL
)""",
    """\
CREATE TABLE audit_pending (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL,
    leaf BYTEA NOT NULL
)""",
    """\
CREATE TABLE audit_case_head (
    case_tag TEXT COLLATE "C" PRIMARY KEY,
    n BIGINT NOT NULL,
    leaf BYTEA
)""",
    """\
CREATE TABLE audit_sequencer (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    next_seq BIGINT NOT NULL
)""",
    "INSERT INTO audit_sequencer (id, next_seq) VALUES (0, 0)",
)

_SAFE = "SECURITY DEFINER SET search_path FROM CURRENT"

FUNCTIONS: Final = {
    "audit_refuse": """\
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $body$""",
    "audit_refuse_unpruned": """\
CREATE FUNCTION audit_refuse_unpruned() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit_entry AS e JOIN audit_prune AS p
        ON p.retention = e.retention AND e.at < p.before WHERE e.event_id = OLD.event_id
    ) THEN
        RAISE EXCEPTION 'audit_body is append-only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $body$""",
    "audit_refuse_gap": """\
CREATE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(seq), -1) + 1 FROM audit_leaf) THEN
        RAISE EXCEPTION 'audit_leaf has no gaps' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$""",
    "audit_claim": f"""\
CREATE FUNCTION audit_claim(tags TEXT[])
RETURNS TABLE (case_tag TEXT, n BIGINT, leaf BYTEA) LANGUAGE plpgsql {_SAFE} AS $body$
BEGIN
    -- In one order everywhere, so that two writers never wait for each other in a circle.
    INSERT INTO audit_case_head AS h SELECT tag, -1, NULL FROM unnest(tags) AS tag
        ORDER BY tag COLLATE "C" ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT h.case_tag, h.n, h.leaf FROM audit_case_head AS h
        WHERE h.case_tag = ANY (tags) ORDER BY h.case_tag FOR UPDATE;
END $body$""",
    "audit_append": f"""\
CREATE FUNCTION audit_append(
    ids TEXT[], kinds TEXT[], times TEXT[], tags TEXT[], ns BIGINT[], actors TEXT[],
    models TEXT[], prompts TEXT[], policies TEXT[], outcomes TEXT[], classes TEXT[],
    headers BYTEA[], leaves BYTEA[], bodies BYTEA[]
) RETURNS VOID LANGUAGE plpgsql {_SAFE} AS $body$
BEGIN
    INSERT INTO audit_entry SELECT * FROM unnest(
        ids, kinds, times, tags, ns, actors, models, prompts, policies, outcomes, classes,
        headers, leaves);
    INSERT INTO audit_body SELECT * FROM unnest(ids, bodies);
    INSERT INTO audit_pending (event_id, leaf)
        SELECT e.id, e.leaf FROM unnest(ids, leaves) WITH ORDINALITY AS e (id, leaf, at)
        ORDER BY e.at;
    UPDATE audit_case_head AS h SET n = x.n, leaf = x.leaf FROM (
        SELECT DISTINCT ON (c.tag) c.tag, c.n, c.leaf FROM unnest(tags, ns, leaves)
        AS c (tag, n, leaf) WHERE c.tag IS NOT NULL ORDER BY c.tag, c.n DESC
    ) AS x WHERE h.case_tag = x.tag;
END $body$""",
    "audit_number": f"""\
CREATE FUNCTION audit_number(
    first BIGINT, pending BIGINT[], ids TEXT[], leaves BYTEA[],
    levels INTEGER[], idxs BIGINT[], hashes BYTEA[]
) RETURNS VOID LANGUAGE plpgsql {_SAFE} AS $body$
BEGIN
    INSERT INTO audit_leaf SELECT first + e.at - 1, e.id, e.leaf
        FROM unnest(ids, leaves) WITH ORDINALITY AS e (id, leaf, at) ORDER BY e.at;
    INSERT INTO audit_node SELECT * FROM unnest(levels, idxs, hashes);
    DELETE FROM audit_pending WHERE id = ANY (pending);
    UPDATE audit_sequencer SET next_seq = first + cardinality(ids) WHERE next_seq = first;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the log was numbered by somebody else';
    END IF;
END $body$""",
    "audit_lock_sequencer": f"""\
CREATE FUNCTION audit_lock_sequencer() RETURNS BIGINT LANGUAGE sql {_SAFE} AS $body$
    SELECT next_seq FROM audit_sequencer WHERE id = 0 FOR UPDATE
$body$""",
    "audit_drop_pruned": f"""\
CREATE FUNCTION audit_drop_pruned(ids TEXT[]) RETURNS BIGINT LANGUAGE plpgsql {_SAFE} AS $body$
DECLARE dropped BIGINT;
BEGIN
    DELETE FROM audit_body WHERE event_id = ANY (ids);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $body$""",
}
"""Functions by name."""

GUARDED: Final = (
    "audit_log",
    "audit_entry",
    "audit_body",
    "audit_leaf",
    "audit_node",
    "audit_checkpoint",
    "audit_prune",
)
"""Tables that are append-only."""

UNIQUE: Final = (
    *(f"{table}_pkey" for table in GUARDED),
    "audit_entry_case",
    "audit_leaf_event_id_key",
)
"""Indexes without which an event could stand there twice."""

TRIGGERS: Final = {
    name: sql
    for table in GUARDED
    for name, sql in {
        f"{table}_update": f"BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        f"{table}_delete": f"BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION "
        + ("audit_refuse_unpruned()" if table == "audit_body" else "audit_refuse()"),
        f"{table}_truncate": f"BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    }.items()
} | {
    "audit_leaf_insert": "BEFORE INSERT ON audit_leaf FOR EACH ROW"
    " EXECUTE FUNCTION audit_refuse_gap()"
}
"""Triggers by name."""

STATEMENTS: Final = (
    *_TABLES,
    *FUNCTIONS.values(),
    *(f"CREATE TRIGGER {name} {sql}" for name, sql in TRIGGERS.items()),
    # ALWAYS: also under session_replication_role = replica.
    *(
        f"ALTER TABLE {sql.split(' ON ')[1].split()[0]} ENABLE ALWAYS TRIGGER {name}"
        for name, sql in TRIGGERS.items()
    ),
)
