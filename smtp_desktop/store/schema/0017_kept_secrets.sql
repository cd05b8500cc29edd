-- Version 17: the secrets that a backup names are not erased as long as there is that backup.

CREATE TABLE kept_secret (
    backup TEXT NOT NULL, -- the name of its file
    ref TEXT NOT NULL,
    PRIMARY KEY (backup, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_secret_by_ref ON kept_secret (ref);
