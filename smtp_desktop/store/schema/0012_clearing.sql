-- Version 12: the content of a mail that was sent is dropped before the record of it.

ALTER TABLE delivery ADD COLUMN content_dropped INTEGER NOT NULL DEFAULT 0 CHECK (content_dropped IN (0, 1));
-- Of all that was finished before this moment, contents were dropped as far as they are ever.
CREATE TABLE clearing (contents_until INTEGER NOT NULL) STRICT;
INSERT INTO clearing VALUES (0);

-- Made anew: it has the columns of `delivery`, in the same order.
DROP VIEW arrival;
CREATE VIEW arrival AS SELECT
    id, created_at, created_at AS retry_from, 'waiting' AS state, created_at AS next_try_at, NULL AS finished_at,
    (SELECT id FROM activity WHERE id = mail.activity_id) AS activity_id,
    (SELECT id FROM smtp WHERE id = mail.smtp_id) AS smtp_id,
    (SELECT id FROM smtp WHERE id = mail.backup_id) AS backup_id,
    NULL AS courier, NULL AS lease_ends_at, 0 AS data_started, NULL AS data_started_through, 0 AS attempts,
    0 AS by_backup, 0 AS may_be_twice, 0 AS unknown_tries, size_bytes, message_id, subject, recipients,
    '' AS recipient_states, activity_name, '' AS smtp_name, NULL AS last_stage, NULL AS last_kind, NULL AS last_cause,
    '' AS last_reply, expire_after_s, NULL AS queue, 0 AS content_dropped
FROM mail WHERE id > ifnull((SELECT max(id) FROM delivery), 0);
