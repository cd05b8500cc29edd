-- Version 7: servers that broke on several mails at once, or on BDAT, are served plainly by every process.

CREATE TABLE plain_server (
    host TEXT NOT NULL, -- ASCII
    port INTEGER NOT NULL,
    broke_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;
