-- Version 14: the key by which names of SMTPs are sorted, as `domain.natural_order` makes it, and their tags.

ALTER TABLE smtp ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE smtp ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';

-- A character at a time: `digits` is the number that ends before `rest`, without leading zeros, and counts as soon as
-- it is complete.
WITH RECURSIVE walk (id, rest, in_number, digits, done) AS (
    SELECT id, lower(name), 0, '', '' FROM smtp
    UNION ALL
    SELECT
        id, substr(rest, 2), substr(rest, 1, 1) GLOB '[0-9]',
        CASE WHEN substr(rest, 1, 1) GLOB '[0-9]' THEN ltrim(digits || substr(rest, 1, 1), '0') ELSE '' END,
        CASE
            WHEN substr(rest, 1, 1) GLOB '[0-9]' THEN done
            WHEN in_number THEN
                done || printf('%02d', max(length(digits), 1)) || iif(digits = '', '0', digits) || substr(rest, 1, 1)
            ELSE done || substr(rest, 1, 1)
        END
    FROM walk WHERE rest <> ''
)
UPDATE smtp SET sort_name = whole.sort_name FROM (
    SELECT
        id,
        iif(in_number, done || printf('%02d', max(length(digits), 1)) || iif(digits = '', '0', digits), done)
            AS sort_name
    FROM walk WHERE rest = ''
) AS whole WHERE whole.id = smtp.id;

CREATE INDEX smtp_sorted ON smtp (is_default, sort_name, name);
