-- Version 15: which SMTPs do not work, as far as alerts say, and the alerts that are still to be sent.

CREATE TABLE smtp_stopped (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    last_result INTEGER NOT NULL -- the newest result of a check then: only a later one shows that it works again
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
    event TEXT NOT NULL CHECK (event IN ('stopped', 'works')),
    profile_id TEXT NOT NULL REFERENCES smtp (id) ON DELETE CASCADE,
    cause TEXT,
    since INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    claimed_until INTEGER NOT NULL DEFAULT 0, -- by a process that sends it
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alert_by_profile ON alert (profile_id);

-- Why the last alert of that way could not be sent.
CREATE TABLE alert_problem (channel TEXT NOT NULL PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
