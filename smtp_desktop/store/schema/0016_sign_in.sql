-- Version 16: an SMTP server can be signed in to by OAuth 2.0, and an app proves itself by a certificate. The table is
-- made anew, since its CHECK kept these columns from an SMTP server. Activities have a Reply-To and headers.

CREATE TABLE new_smtp (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    sort_name TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL CHECK (type IN ('generic', 'graph')),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    from_address TEXT NOT NULL,
    signature TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '',
    user_name TEXT NOT NULL,
    sign_in TEXT NOT NULL CHECK (sign_in IN ('password', 'browser', 'device', 'app-only')),
    -- of an SMTP server
    host_name TEXT,
    smtp_port INTEGER CHECK (smtp_port BETWEEN 1 AND 65535),
    tls INTEGER CHECK (tls IN (0, 1)),
    auth_required INTEGER CHECK (auth_required IN (0, 1)),
    envelope_sender TEXT CHECK (envelope_sender IN ('user', 'from')),
    trusted_ca_pem TEXT,
    trusted_fingerprint TEXT,
    ehlo_name TEXT,
    -- of the client that signs in to an SMTP server without a password; the first two also of a mailbox
    client_id TEXT,
    tenant_id TEXT,
    provider TEXT CHECK (provider IN ('google', 'microsoft', 'other')),
    issuer TEXT,
    authorize_url TEXT,
    token_url TEXT,
    device_url TEXT,
    scope TEXT,
    -- of an app at Microsoft: the public parts of its certificates, with their last days
    app_credential TEXT CHECK (app_credential IN ('secret', 'certificate', 'managed-identity')),
    app_certificate TEXT,
    app_certificate_until TEXT,
    next_app_certificate TEXT,
    next_app_certificate_until TEXT,
    client_secret_valid_until TEXT,
    -- of a mailbox
    cloud TEXT CHECK (cloud IN ('global', 'us-l4', 'us-dod', 'china', 'custom')),
    authority TEXT,
    graph_url TEXT,
    -- places in a vault
    password_ref TEXT,
    client_secret_ref TEXT,
    service_account_ref TEXT,
    certificate_ref TEXT,
    next_certificate_ref TEXT,
    tokens_ref TEXT,
    per_minute INTEGER NOT NULL DEFAULT 0 CHECK (per_minute >= 0),
    per_hour INTEGER NOT NULL DEFAULT 0 CHECK (per_hour >= 0),
    per_day INTEGER NOT NULL DEFAULT 0 CHECK (per_day >= 0),
    connections INTEGER NOT NULL DEFAULT 0 CHECK (connections >= 0),
    mails_per_connection INTEGER NOT NULL DEFAULT 0 CHECK (mails_per_connection >= 0),
    version INTEGER NOT NULL DEFAULT 1,
    settings_version INTEGER NOT NULL DEFAULT 1,
    CHECK (
        CASE type
            WHEN 'generic' THEN
                host_name IS NOT NULL AND smtp_port IS NOT NULL AND tls IS NOT NULL AND auth_required IS NOT NULL
                AND envelope_sender IS NOT NULL AND trusted_ca_pem IS NOT NULL
                AND (sign_in <> 'password') = (provider IS NOT NULL)
                AND (provider IS NULL) = (client_id IS NULL) AND (provider IS NULL) = (tenant_id IS NULL)
            ELSE
                tenant_id IS NOT NULL AND client_id IS NOT NULL AND sign_in IN ('password', 'app-only')
                AND host_name IS NULL AND smtp_port IS NULL AND tls IS NULL AND auth_required IS NULL
                AND envelope_sender IS NULL AND trusted_ca_pem IS NULL AND tokens_ref IS NULL
        END
    )
) STRICT;

INSERT INTO new_smtp (
    id, name, sort_name, type, is_default, from_address, signature, description, tags, user_name, sign_in, host_name,
    smtp_port, tls, auth_required, envelope_sender, trusted_ca_pem, trusted_fingerprint, ehlo_name, client_id,
    tenant_id, app_credential, client_secret_valid_until, cloud, authority, graph_url, password_ref, client_secret_ref,
    per_minute, per_hour, per_day, connections, mails_per_connection, version, settings_version
)
SELECT
    id, name, sort_name, type, is_default, from_address, signature, description, tags, user_name,
    coalesce(sign_in, 'password'), host_name,
    smtp_port, tls, auth_required, envelope_sender, trusted_ca_pem, trusted_fingerprint, ehlo_name, client_id,
    tenant_id, iif(type = 'graph', 'secret', NULL), client_secret_valid_until, cloud, authority, graph_url,
    password_ref, client_secret_ref,
    per_minute, per_hour, per_day, connections, mails_per_connection, version, settings_version
FROM smtp;
DROP VIEW arrival;
DROP TABLE smtp;
ALTER TABLE new_smtp RENAME TO smtp;
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

CREATE UNIQUE INDEX smtp_one_default ON smtp (is_default) WHERE is_default = 1;
CREATE INDEX smtp_sorted ON smtp (is_default, sort_name, name);
CREATE TRIGGER smtp_inserted AFTER INSERT ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_updated AFTER UPDATE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_deleted AFTER DELETE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_limits_changed AFTER UPDATE ON smtp BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id AND state = 'limited';
END;
-- Its settings may be right now: what held it up ends, and its mails are tried again at once.
CREATE TRIGGER smtp_version AFTER UPDATE ON smtp WHEN new.version = old.version
BEGIN
    UPDATE smtp SET version = version + 1, settings_version = settings_version + ((
        old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
        old.trusted_ca_pem, old.trusted_fingerprint, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref,
        old.cloud, old.authority, old.graph_url, old.from_address, old.envelope_sender, old.ehlo_name,
        old.provider, old.issuer, old.authorize_url, old.token_url, old.device_url, old.scope, old.app_credential,
        old.service_account_ref, old.certificate_ref, old.tokens_ref
    ) IS NOT (
        new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
        new.trusted_ca_pem, new.trusted_fingerprint, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref,
        new.cloud, new.authority, new.graph_url, new.from_address, new.envelope_sender, new.ehlo_name,
        new.provider, new.issuer, new.authorize_url, new.token_url, new.device_url, new.scope, new.app_credential,
        new.service_account_ref, new.certificate_ref, new.tokens_ref
    )) WHERE id = new.id;
END;
CREATE TRIGGER smtp_mended AFTER UPDATE OF settings_version ON smtp
WHEN new.settings_version <> old.settings_version
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id AND by_hand = 0;
    DELETE FROM smtp_refusal WHERE profile_id = new.id;
END;

-- Who signed in, and until when that holds: without a token, which only a vault has.
CREATE TABLE signed_in (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    valid_until INTEGER NOT NULL, -- of the access token
    ends_at INTEGER, -- when somebody has to sign in again, where that is known
    problem TEXT NOT NULL DEFAULT '' -- the cause why the access token could not be renewed
) STRICT, WITHOUT ROWID;
CREATE TRIGGER smtp_signed_out AFTER UPDATE OF tokens_ref ON smtp WHEN new.tokens_ref IS NULL BEGIN
    DELETE FROM signed_in WHERE profile_id = new.id;
END;

-- SASL mechanisms that servers refuse whoever signs in, although they offer them.
CREATE TABLE mechanism_denylist (
    host TEXT NOT NULL, -- ASCII
    port INTEGER NOT NULL,
    mechanism TEXT NOT NULL,
    broke_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (host, port, mechanism)
) STRICT, WITHOUT ROWID;

ALTER TABLE activity ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';
ALTER TABLE activity ADD COLUMN headers TEXT NOT NULL DEFAULT ''; -- a "Name: value" on each line
