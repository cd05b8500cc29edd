-- Version 6: a mail is kept by one row; what becomes of it is noted for many mails at once, before a courier needs it.

-- A mail as it was put into the outbox. Its delivery, with a place in every index, follows later.
CREATE TABLE mail (
    id INTEGER PRIMARY KEY, -- never used again, so that a later mail has a larger one
    created_at INTEGER NOT NULL,
    activity_id TEXT, -- these three as they were then
    smtp_id TEXT,
    backup_id TEXT,
    size_bytes INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL, -- addresses, one a line
    activity_name TEXT NOT NULL,
    shared BLOB NOT NULL, -- the hashes of what it has in `attachment`, one behind the other
    letter TEXT, -- JSON; NULL: all that it would say stands in the other columns
    cuts TEXT NOT NULL, -- where each passage was, as in "text 23", one a line; their hashes are the last ones in `shared`
    text TEXT, -- what the mail says, as it is; NULL: in the JSON, as all mails had it before version 5
    html TEXT,
    raw BLOB -- the whole message where it was finished elsewhere
) STRICT;
INSERT INTO mail SELECT
    id, created_at, activity_id, smtp_id, backup_id, size_bytes, message_id, subject, recipients, activity_name, x'',
    letter, '', text, html, raw
FROM delivery JOIN delivery_content ON delivery_id = id ORDER BY id;
DROP TABLE delivery_content;
-- A delivery whose content is gone has its number all the same.
UPDATE last_pruned SET id = max(id, ifnull((SELECT max(id) FROM delivery), 0));

-- Those that have no delivery yet, as the delivery that they will have: all that are newer than the newest one. An SMTP
-- or activity that was deleted meanwhile stands for what its deletion made of the deliveries that were there.
CREATE VIEW arrival AS SELECT
    id, created_at, created_at AS retry_from, 'waiting' AS state, created_at AS next_try_at, NULL AS finished_at,
    (SELECT id FROM activity WHERE id = mail.activity_id) AS activity_id,
    (SELECT id FROM smtp WHERE id = mail.smtp_id) AS smtp_id,
    (SELECT id FROM smtp WHERE id = mail.backup_id) AS backup_id,
    NULL AS courier, NULL AS lease_ends_at, 0 AS handed_over, NULL AS handed_to, 0 AS attempts, 0 AS by_backup,
    0 AS may_be_twice, size_bytes, message_id, subject, recipients, '' AS recipient_states, activity_name,
    '' AS smtp_name, NULL AS last_stage, NULL AS last_kind, '' AS last_reply, NULL AS queue
FROM mail WHERE id > ifnull((SELECT max(id) FROM delivery), 0);
