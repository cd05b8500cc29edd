-- Version 17: the secrets that a backup names are not erased as long as there is that backup.

CREATE TABLE kept_secret (
    backup TEXT NOT NULL, -- the name of its file
    ref TEXT NOT NULL,
    PRIMARY KEY (ref, backup)
) STRICT, WITHOUT ROWID;
