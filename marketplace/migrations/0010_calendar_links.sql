-- The secret address of a person's calendar: whoever holds it reads their dates, until they take it back.
CREATE TABLE site.calendar_link (
    member_id text PRIMARY KEY,
    serial uuid NOT NULL,
    made_at timestamptz NOT NULL
);
COMMENT ON COLUMN site.calendar_link.serial IS 'Part of what the address signs: another one, and the old address opens nothing.';
