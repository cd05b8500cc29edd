-- Version 8: the words of the field. What is stored stays as it is.

ALTER TABLE check_result RENAME COLUMN trial TO test_kind;
ALTER TABLE check_result RENAME COLUMN concerns TO warnings;
ALTER TABLE delivery RENAME COLUMN handed_over TO data_started;
ALTER TABLE delivery RENAME COLUMN handed_to TO data_started_through;
ALTER TABLE mail RENAME COLUMN letter TO message;
ALTER TABLE mail RENAME COLUMN cuts TO shared_text_places;
ALTER TABLE plain_server RENAME TO pipelining_denylist;
DROP VIEW arrival;
CREATE VIEW arrival AS SELECT
    id, created_at, created_at AS retry_from, 'waiting' AS state, created_at AS next_try_at, NULL AS finished_at,
    (SELECT id FROM activity WHERE id = mail.activity_id) AS activity_id,
    (SELECT id FROM smtp WHERE id = mail.smtp_id) AS smtp_id,
    (SELECT id FROM smtp WHERE id = mail.backup_id) AS backup_id,
    NULL AS courier, NULL AS lease_ends_at, 0 AS data_started, NULL AS data_started_through, 0 AS attempts,
    0 AS by_backup, 0 AS may_be_twice, size_bytes, message_id, subject, recipients, '' AS recipient_states,
    activity_name, '' AS smtp_name, NULL AS last_stage, NULL AS last_kind, '' AS last_reply, NULL AS queue
FROM mail WHERE id > ifnull((SELECT max(id) FROM delivery), 0);
