"""What PostGraphile wants in the database: roles, row-level security, and a view that masks three columns.

Whether somebody reads all contacts or their own is their role, so that the caller's policy costs nothing: one that
asked a setting made PostgreSQL sort the whole table for each page. The table's owner, as whom everybody else signs in,
is not held by policies.
"""

import psycopg
from organization import SECURED
from questions import COLUMNS

GATEWAY, READS_ALL, READS_OWN = "bench_gateway", "bench_reads_all", "bench_reads_own"


def settings(principal: str) -> dict[str, str]:
    """What PostGraphile sets for each request of a caller who reads all contacts, but not the three columns."""
    return {"role": READS_ALL, "bench.principal": principal, "bench.unmasked": "no"}


def prepare(address: str) -> str:
    """Make them; returns the URL that PostGraphile connects with."""
    own = "owner_id = (SELECT current_setting('bench.principal', true))"
    columns = ["id AS row_id", "'contact:' || id AS global_id"]
    columns += [
        f"CASE WHEN (SELECT current_setting('bench.unmasked', true)) = 'yes' THEN {name} END AS {name}"
        if name in SECURED
        else name
        for name in COLUMNS
    ]
    statements = [
        "CREATE SCHEMA api",
        f"CREATE ROLE {GATEWAY} LOGIN NOINHERIT",
        f"CREATE ROLE {READS_ALL} NOLOGIN",
        f"CREATE ROLE {READS_OWN} NOLOGIN",
        f"GRANT {READS_ALL}, {READS_OWN} TO {GATEWAY}",
        "ALTER TABLE contact ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY reads_all ON contact FOR SELECT TO {READS_ALL} USING (true)",
        # Settings are read once for a statement, as PostgreSQL's own advice has it: in a SELECT of their own.
        f"CREATE POLICY reads_own ON contact FOR SELECT TO {READS_OWN} USING ({own})",
        f"CREATE VIEW api.contact WITH (security_invoker = true) AS SELECT {', '.join(columns)} FROM contact",
        f"GRANT USAGE ON SCHEMA api TO {READS_ALL}, {READS_OWN}",
        f"GRANT SELECT ON api.contact, contact TO {READS_ALL}, {READS_OWN}",
        "COMMENT ON VIEW api.contact IS E'@primaryKey row_id'",
        "COMMENT ON COLUMN api.contact.global_id IS E'@notNull'",
        *(f"COMMENT ON COLUMN api.contact.{column} IS E'@name {name}'" for column, name in COLUMNS.items()),
    ]
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
        # So that nobody pays for what others leave behind, and no background work happens meanwhile.
        connection.execute("ALTER TABLE contact SET (autovacuum_enabled = off)")
        connection.execute("VACUUM (FREEZE, ANALYZE)")
    return address.replace("postgres:", f"{GATEWAY}:", 1)
