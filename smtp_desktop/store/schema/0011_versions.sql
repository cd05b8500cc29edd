-- Version 11: SMTPs and activities have a version, another one after each change, whoever makes it and however.

ALTER TABLE smtp ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE TRIGGER smtp_version AFTER UPDATE ON smtp WHEN new.version = old.version
BEGIN
    UPDATE smtp SET version = version + 1 WHERE id = new.id;
END;

ALTER TABLE activity ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE TRIGGER activity_version AFTER UPDATE ON activity WHEN new.version = old.version
BEGIN
    UPDATE activity SET version = version + 1 WHERE id = new.id;
END;
