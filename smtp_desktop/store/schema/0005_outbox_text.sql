-- Version 5: putting a mail into the outbox takes less time.

-- Another number once an SMTP or an activity has changed, whoever changed it.
CREATE TABLE setup_version (number INTEGER NOT NULL) STRICT;
INSERT INTO setup_version VALUES (1);
CREATE TRIGGER smtp_inserted AFTER INSERT ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_updated AFTER UPDATE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_deleted AFTER DELETE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_inserted AFTER INSERT ON activity BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_updated AFTER UPDATE ON activity BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_deleted AFTER DELETE ON activity BEGIN UPDATE setup_version SET number = number + 1; END;

-- No mail gets a number again that another one had.
CREATE TABLE last_pruned (id INTEGER NOT NULL) STRICT;
INSERT INTO last_pruned SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0);

-- A mail is open, and so has a next try, or it is finished. One that is being sent keeps the moment when it was due.
-- Without AUTOINCREMENT, which writes a page of its own for each mail; and without long lists behind IN, which SQLite
-- makes a table of for each row that it checks.
CREATE TABLE new_delivery (
    id INTEGER PRIMARY KEY, -- never used again, so that a later mail has a larger one
    created_at INTEGER NOT NULL,
    retry_from INTEGER NOT NULL, -- when it was created, or sent again by somebody
    state TEXT NOT NULL,
    next_try_at INTEGER,
    finished_at INTEGER,
    activity_id TEXT REFERENCES activity (id) ON DELETE SET NULL,
    smtp_id TEXT REFERENCES smtp (id) ON DELETE SET NULL, -- NULL: the default SMTP
    backup_id TEXT REFERENCES smtp (id) ON DELETE SET NULL,
    courier TEXT,
    lease_ends_at INTEGER,
    handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1)),
    handed_to TEXT, -- the SMTP that it was handed over to, as far as the courier told
    attempts INTEGER NOT NULL DEFAULT 0,
    by_backup INTEGER NOT NULL DEFAULT 0 CHECK (by_backup IN (0, 1)),
    may_be_twice INTEGER NOT NULL DEFAULT 0 CHECK (may_be_twice IN (0, 1)),
    size_bytes INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL, -- addresses, one a line
    recipient_states TEXT NOT NULL DEFAULT '', -- JSON: [state, reply] for each; empty while all wait
    activity_name TEXT NOT NULL,
    smtp_name TEXT NOT NULL DEFAULT '',
    last_stage TEXT,
    last_kind TEXT,
    last_reply TEXT NOT NULL DEFAULT '',
    -- All open mails of one SMTP and one backup are a queue.
    queue TEXT NOT NULL GENERATED ALWAYS AS (ifnull(smtp_id, '') || char(10) || ifnull(backup_id, '')) VIRTUAL,
    CHECK ((next_try_at IS NULL) = (finished_at IS NOT NULL)),
    CHECK (
        CASE state
            WHEN 'waiting' THEN next_try_at IS NOT NULL
            WHEN 'sending' THEN next_try_at IS NOT NULL
            WHEN 'sent' THEN next_try_at IS NULL
            WHEN 'refused' THEN next_try_at IS NULL
            WHEN 'cancelled' THEN next_try_at IS NULL
            ELSE state = 'unknown'
        END
    ),
    CHECK ((state = 'sending') = (courier IS NOT NULL) AND (courier IS NULL) = (lease_ends_at IS NULL)),
    CHECK (courier IS NOT NULL OR handed_over = 0)
) STRICT;
INSERT INTO new_delivery (
    id, created_at, retry_from, state, next_try_at, finished_at, activity_id, smtp_id, backup_id, courier,
    lease_ends_at, handed_over, handed_to, attempts, by_backup, may_be_twice, size_bytes, message_id, subject,
    recipients, recipient_states, activity_name, smtp_name, last_stage, last_kind, last_reply
) SELECT
    id, created_at, retry_from, state, next_try_at, finished_at, activity_id, smtp_id, backup_id, courier,
    lease_ends_at, handed_over, handed_to, attempts, by_backup, may_be_twice, size_bytes, message_id, subject,
    recipients, recipient_states, activity_name, smtp_name, last_stage, last_kind, last_reply
FROM delivery;
DROP TABLE delivery;
ALTER TABLE new_delivery RENAME TO delivery;
CREATE INDEX delivery_due ON delivery (queue, next_try_at)
    WHERE courier IS NULL AND next_try_at IS NOT NULL;
CREATE INDEX delivery_lease ON delivery (courier, lease_ends_at) WHERE courier IS NOT NULL;
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state);
CREATE INDEX delivery_by_activity ON delivery (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX delivery_created ON delivery (created_at);

-- What a mail says, as it is; NULL: in the JSON, as all mails had it before.
ALTER TABLE delivery_content ADD COLUMN text TEXT;
ALTER TABLE delivery_content ADD COLUMN html TEXT;
