-- Version 9: what follows from the diagnosis of a failure: holds of several kinds, unknown outcomes that end, mails that expire.

ALTER TABLE activity ADD COLUMN expire_after_s INTEGER; -- NULL: as the settings have it
ALTER TABLE mail ADD COLUMN expire_after_s INTEGER;
ALTER TABLE delivery_attempt ADD COLUMN cause TEXT;

-- Made anew: a check in it does not know the state 'expired', and a mail that may have been sent has no backup.
DROP VIEW arrival;
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
    data_started INTEGER NOT NULL DEFAULT 0 CHECK (data_started IN (0, 1)),
    data_started_through TEXT, -- the SMTP that its content goes to, as far as the courier told
    attempts INTEGER NOT NULL DEFAULT 0,
    by_backup INTEGER NOT NULL DEFAULT 0 CHECK (by_backup IN (0, 1)),
    may_be_twice INTEGER NOT NULL DEFAULT 0 CHECK (may_be_twice IN (0, 1)),
    unknown_tries INTEGER NOT NULL DEFAULT 0, -- tries whose outcome is unknown
    size_bytes INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL, -- addresses, one a line
    recipient_states TEXT NOT NULL DEFAULT '', -- JSON: [state, reply] for each; empty while all wait
    activity_name TEXT NOT NULL,
    smtp_name TEXT NOT NULL DEFAULT '',
    last_stage TEXT,
    last_kind TEXT,
    last_cause TEXT,
    last_reply TEXT NOT NULL DEFAULT '',
    expire_after_s INTEGER, -- NULL: as the settings have it
    -- All open mails of one SMTP and one backup are a queue. No backup gets what may have been sent.
    queue TEXT NOT NULL GENERATED ALWAYS AS (
        ifnull(smtp_id, '') || char(10) || CASE unknown_tries WHEN 0 THEN ifnull(backup_id, '') ELSE '' END
    ) VIRTUAL,
    CHECK ((next_try_at IS NULL) = (finished_at IS NOT NULL)),
    CHECK (
        CASE state
            WHEN 'waiting' THEN next_try_at IS NOT NULL
            WHEN 'sending' THEN next_try_at IS NOT NULL
            WHEN 'sent' THEN next_try_at IS NULL
            WHEN 'refused' THEN next_try_at IS NULL
            WHEN 'cancelled' THEN next_try_at IS NULL
            WHEN 'expired' THEN next_try_at IS NULL
            ELSE state = 'unknown'
        END
    ),
    CHECK ((state = 'sending') = (courier IS NOT NULL) AND (courier IS NULL) = (lease_ends_at IS NULL)),
    CHECK (courier IS NOT NULL OR data_started = 0)
) STRICT;
INSERT INTO new_delivery (
    id, created_at, retry_from, state, next_try_at, finished_at, activity_id, smtp_id, backup_id, courier,
    lease_ends_at, data_started, data_started_through, attempts, by_backup, may_be_twice, unknown_tries, size_bytes,
    message_id, subject, recipients, recipient_states, activity_name, smtp_name, last_stage, last_kind, last_reply
) SELECT
    id, created_at, retry_from, state, next_try_at, finished_at, activity_id, smtp_id, backup_id, courier,
    lease_ends_at, data_started, data_started_through, attempts, by_backup, may_be_twice, state = 'unknown', size_bytes,
    message_id, subject, recipients, recipient_states, activity_name, smtp_name, last_stage, last_kind, last_reply
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
CREATE VIEW arrival AS SELECT
    id, created_at, created_at AS retry_from, 'waiting' AS state, created_at AS next_try_at, NULL AS finished_at,
    (SELECT id FROM activity WHERE id = mail.activity_id) AS activity_id,
    (SELECT id FROM smtp WHERE id = mail.smtp_id) AS smtp_id,
    (SELECT id FROM smtp WHERE id = mail.backup_id) AS backup_id,
    NULL AS courier, NULL AS lease_ends_at, 0 AS data_started, NULL AS data_started_through, 0 AS attempts,
    0 AS by_backup, 0 AS may_be_twice, 0 AS unknown_tries, size_bytes, message_id, subject, recipients,
    '' AS recipient_states, activity_name, '' AS smtp_name, NULL AS last_stage, NULL AS last_kind, NULL AS last_cause,
    '' AS last_reply, expire_after_s, NULL AS queue
FROM mail WHERE id > ifnull((SELECT max(id) FROM delivery), 0);

-- Why nothing, or less, goes out through an SMTP for now.
DROP TRIGGER smtp_mended;
ALTER TABLE smtp_hold RENAME TO old_hold;
CREATE TABLE smtp_hold (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('held', 'paused', 'probing', 'limited', 'slowed')),
    since INTEGER NOT NULL,
    until INTEGER, -- when a courier looks again by itself; NULL: never
    cause TEXT,
    stage TEXT,
    kind TEXT,
    reply TEXT NOT NULL DEFAULT '',
    by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
    failures INTEGER NOT NULL DEFAULT 0, -- in a row
    connections INTEGER NOT NULL DEFAULT 0, -- at once; 0: as many as usual
    courier TEXT, -- that tries
    probe INTEGER, -- this mail
    CHECK (state = 'probing' OR (courier IS NULL AND probe IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO smtp_hold (profile_id, state, since, until, stage, kind, reply)
SELECT profile_id, 'held', since, check_at, stage, kind, reply FROM old_hold;
DROP TABLE old_hold;
-- What held it up may be mended: its mails are tried again at once.
CREATE TRIGGER smtp_mended AFTER UPDATE ON smtp
WHEN (
    old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
    old.trusted_ca_pem, old.trusted_fingerprint, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref,
    old.cloud, old.authority, old.graph_url, old.from_address, old.envelope_sender
) IS NOT (
    new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
    new.trusted_ca_pem, new.trusted_fingerprint, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref,
    new.cloud, new.authority, new.graph_url, new.from_address, new.envelope_sender
)
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id AND by_hand = 0;
    DELETE FROM smtp_refusal WHERE profile_id = new.id;
END;
-- Its limits may be others: the next courier counts anew.
CREATE TRIGGER smtp_limits_changed AFTER UPDATE ON smtp BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id AND state = 'limited';
END;

-- Refusals in a row that are alike.
CREATE TABLE smtp_refusal (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    pattern TEXT NOT NULL, -- what they have in common
    mails INTEGER NOT NULL,
    last_mail INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many mails went to an SMTP that has limits, in steps of time.
CREATE TABLE smtp_sent (
    profile_id TEXT NOT NULL REFERENCES smtp (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    mails INTEGER NOT NULL,
    PRIMARY KEY (profile_id, at)
) STRICT, WITHOUT ROWID;

-- The latest time that anybody wrote here: a clock that is far behind it was set back.
CREATE TABLE clock (latest INTEGER NOT NULL) STRICT;
INSERT INTO clock VALUES (0);
