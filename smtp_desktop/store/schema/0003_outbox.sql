-- Version 3: activities, and the outbox with all that became of its mails.
-- Moments are microseconds since 1970, UTC: exact, and cheap to compare.

CREATE TABLE activity (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    description TEXT NOT NULL,
    smtp_id TEXT REFERENCES smtp (id) ON DELETE SET NULL, -- NULL: the default SMTP
    backup_id TEXT REFERENCES smtp (id) ON DELETE SET NULL,
    mail_to TEXT NOT NULL,
    mail_cc TEXT NOT NULL,
    mail_bcc TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    attachments TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
) STRICT;

-- A mail is open, and so has a next try, or it is finished. One that is being sent keeps the moment when it was due.
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so that a later mail has a larger one
    created_at INTEGER NOT NULL,
    retry_from INTEGER NOT NULL, -- when it was created, or sent again by somebody
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'unknown', 'cancelled')),
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
    CHECK (CASE state WHEN 'unknown' THEN 1 ELSE (state IN ('waiting', 'sending')) = (next_try_at IS NOT NULL) END),
    CHECK ((state = 'sending') = (courier IS NOT NULL) AND (courier IS NULL) = (lease_ends_at IS NULL)),
    CHECK (courier IS NOT NULL OR handed_over = 0)
) STRICT;

CREATE INDEX delivery_due ON delivery (queue, next_try_at)
    WHERE courier IS NULL AND next_try_at IS NOT NULL;
CREATE INDEX delivery_lease ON delivery (courier, lease_ends_at) WHERE courier IS NOT NULL;
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state);
CREATE INDEX delivery_by_activity ON delivery (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX delivery_created ON delivery (created_at);

CREATE TABLE delivery_content (
    delivery_id INTEGER PRIMARY KEY REFERENCES delivery (id) ON DELETE CASCADE,
    letter TEXT NOT NULL, -- JSON
    raw BLOB -- the whole message where it was finished elsewhere
) STRICT;

-- Kept once, however many mails share it.
CREATE TABLE attachment (
    sha256 BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE attachment_use (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL REFERENCES attachment (sha256),
    PRIMARY KEY (delivery_id, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX attachment_use_by_content ON attachment_use (sha256);

CREATE TABLE delivery_attempt (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    smtp_name TEXT NOT NULL,
    by_backup INTEGER NOT NULL CHECK (by_backup IN (0, 1)),
    state TEXT NOT NULL,
    timeline TEXT NOT NULL, -- JSON
    UNIQUE (delivery_id, number)
) STRICT;

CREATE TABLE smtp_hold (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    reply TEXT NOT NULL,
    probe_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What held it up may be mended: its mails are tried again at once.
CREATE TRIGGER smtp_mended AFTER UPDATE ON smtp
WHEN (
    old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
    old.trusted_ca_pem, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref, old.cloud, old.authority,
    old.graph_url
) IS NOT (
    new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
    new.trusted_ca_pem, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref, new.cloud, new.authority,
    new.graph_url
)
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id;
END;
