-- Version 4: certificates are known whole, one can be trusted by its fingerprint, and what works may still raise concerns.

ALTER TABLE smtp ADD COLUMN trusted_fingerprint TEXT; -- SHA-256 in hexadecimal
UPDATE smtp SET trusted_fingerprint = '' WHERE type = 'generic';

ALTER TABLE check_result ADD COLUMN certificate_fault TEXT;
ALTER TABLE check_result ADD COLUMN concerns TEXT NOT NULL DEFAULT '[]'; -- JSON

-- What was known of certificates is learned anew, whole.
ALTER TABLE server_fact DROP COLUMN names;
ALTER TABLE server_fact DROP COLUMN valid_until;
ALTER TABLE server_fact ADD COLUMN chain TEXT NOT NULL DEFAULT '[]'; -- JSON

DROP TRIGGER smtp_mended;
-- What held it up may be mended: its mails are tried again at once.
CREATE TRIGGER smtp_mended AFTER UPDATE ON smtp
WHEN (
    old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
    old.trusted_ca_pem, old.trusted_fingerprint, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref, old.cloud, old.authority,
    old.graph_url
) IS NOT (
    new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
    new.trusted_ca_pem, new.trusted_fingerprint, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref, new.cloud, new.authority,
    new.graph_url
)
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id;
END;
