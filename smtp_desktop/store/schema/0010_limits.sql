-- Version 10: the name in EHLO of an SMTP server, and how much an SMTP may send. 0 is no limit.

ALTER TABLE smtp ADD COLUMN ehlo_name TEXT;
UPDATE smtp SET ehlo_name = '' WHERE type = 'generic';
ALTER TABLE smtp ADD COLUMN per_minute INTEGER NOT NULL DEFAULT 0 CHECK (per_minute >= 0);
ALTER TABLE smtp ADD COLUMN per_hour INTEGER NOT NULL DEFAULT 0 CHECK (per_hour >= 0);
ALTER TABLE smtp ADD COLUMN per_day INTEGER NOT NULL DEFAULT 0 CHECK (per_day >= 0);
ALTER TABLE smtp ADD COLUMN connections INTEGER NOT NULL DEFAULT 0 CHECK (connections >= 0);
ALTER TABLE smtp ADD COLUMN mails_per_connection INTEGER NOT NULL DEFAULT 0 CHECK (mails_per_connection >= 0);

-- As smtp_mended, which does not know of it: the server may have refused the name.
CREATE TRIGGER smtp_mended_by_ehlo_name AFTER UPDATE OF ehlo_name ON smtp
WHEN old.ehlo_name IS NOT new.ehlo_name
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id AND by_hand = 0;
END;
