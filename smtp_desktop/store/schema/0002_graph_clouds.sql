-- Version 2: the cloud of a Graph mailbox, and the last day of its client secret.

ALTER TABLE smtp ADD COLUMN cloud TEXT CHECK (cloud IN ('global', 'us-l4', 'us-dod', 'china', 'custom'));
ALTER TABLE smtp ADD COLUMN authority TEXT;
ALTER TABLE smtp ADD COLUMN graph_url TEXT;
ALTER TABLE smtp ADD COLUMN client_secret_valid_until TEXT; -- a day, as in 2027-05-31
UPDATE smtp SET cloud = 'global', authority = '', graph_url = '' WHERE type = 'graph';
