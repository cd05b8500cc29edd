-- Version 13: a result belongs to the settings that it was made with, and can be looked into.

-- Counts the changes of what a test depends on; a result has the number of the settings that were tried.
ALTER TABLE smtp ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE check_result ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 1;
DROP TRIGGER smtp_version;
CREATE TRIGGER smtp_version AFTER UPDATE ON smtp WHEN new.version = old.version
BEGIN
    UPDATE smtp SET version = version + 1, settings_version = settings_version + ((
        old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
        old.trusted_ca_pem, old.trusted_fingerprint, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref,
        old.cloud, old.authority, old.graph_url, old.from_address, old.envelope_sender, old.ehlo_name
    ) IS NOT (
        new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
        new.trusted_ca_pem, new.trusted_fingerprint, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref,
        new.cloud, new.authority, new.graph_url, new.from_address, new.envelope_sender, new.ehlo_name
    )) WHERE id = new.id;
END;

-- What a card does not need of a result: read when somebody opens it.
CREATE TABLE check_detail (
    result_id INTEGER PRIMARY KEY REFERENCES check_result (id) ON DELETE CASCADE,
    host_name TEXT, -- NULL for a mailbox, like the two below
    smtp_port INTEGER,
    tls INTEGER CHECK (tls IN (0, 1)),
    recipient TEXT NOT NULL, -- of a test
    conversation BLOB -- JSON, compressed by zlib; NULL once it is among the old ones
) STRICT;
