-- Version 1. A secret never stands here: only the place where a vault keeps it.

CREATE TABLE smtp (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    type TEXT NOT NULL CHECK (type IN ('generic', 'graph')),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    from_address TEXT NOT NULL,
    signature TEXT NOT NULL,
    description TEXT NOT NULL,
    user_name TEXT NOT NULL,
    password_ref TEXT,
    host_name TEXT,
    smtp_port INTEGER CHECK (smtp_port BETWEEN 1 AND 65535),
    tls INTEGER CHECK (tls IN (0, 1)),
    auth_required INTEGER CHECK (auth_required IN (0, 1)),
    envelope_sender TEXT CHECK (envelope_sender IN ('user', 'from')),
    trusted_ca_pem TEXT,
    tenant_id TEXT,
    client_id TEXT,
    sign_in TEXT CHECK (sign_in IN ('password', 'app-only')),
    client_secret_ref TEXT,
    CHECK (
        CASE type
            WHEN 'generic' THEN
                host_name IS NOT NULL AND smtp_port IS NOT NULL AND tls IS NOT NULL AND auth_required IS NOT NULL
                AND envelope_sender IS NOT NULL AND trusted_ca_pem IS NOT NULL
                AND tenant_id IS NULL AND client_id IS NULL AND sign_in IS NULL AND client_secret_ref IS NULL
            ELSE
                tenant_id IS NOT NULL AND client_id IS NOT NULL AND sign_in IS NOT NULL
                AND host_name IS NULL AND smtp_port IS NULL AND tls IS NULL AND auth_required IS NULL
                AND envelope_sender IS NULL AND trusted_ca_pem IS NULL
        END
    )
) STRICT;

CREATE UNIQUE INDEX smtp_one_default ON smtp (is_default) WHERE is_default = 1;

CREATE TABLE check_result (
    id INTEGER PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES smtp (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    trial TEXT NOT NULL,
    ok INTEGER NOT NULL CHECK (ok IN (0, 1)),
    duration_ms REAL NOT NULL,
    stage TEXT,
    kind TEXT,
    reply TEXT NOT NULL
) STRICT;

CREATE INDEX check_result_by_profile ON check_result (profile_id, id);

CREATE TABLE server_fact (
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('implicit', 'starttls')),
    version TEXT NOT NULL,
    names TEXT NOT NULL,
    valid_until TEXT,
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;

CREATE TABLE stale_secret (
    ref TEXT NOT NULL PRIMARY KEY,
    announced_at INTEGER -- seconds since 1970, UTC; NULL once nobody can be about to use it
) STRICT, WITHOUT ROWID;

CREATE TABLE preference (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
