-- The event log: append-only, one global order, private text under keys that can be thrown away.
-- Everything enters through log.append; the roles that use the log cannot change or remove a row of it.

-- The one clock ------------------------------------------------------------------------------------------------

CREATE TABLE log.clock_offset (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    microseconds bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE log.clock_offset IS 'How far the programme''s time is from the database''s; only tests and the demo move it.';
INSERT INTO log.clock_offset DEFAULT VALUES;

-- Microseconds, never days: a day added across a change to summer time is not 24 hours.
CREATE FUNCTION log.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN clock_timestamp() + (SELECT microseconds FROM log.clock_offset) * interval '1 microsecond';

-- Events -------------------------------------------------------------------------------------------------------

-- The table layout of eventsourcing's PostgreSQL recorder.
CREATE TABLE log.stored_events (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX stored_events_notification_id_idx ON log.stored_events (notification_id);

CREATE TABLE log.event_meta (
    notification_id bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    for_company text,
    command_id uuid NOT NULL,
    cause bigint,
    batch bigint NOT NULL,
    zones text[] NOT NULL
);
COMMENT ON COLUMN log.event_meta.at IS 'Never goes backwards along notification_id, so "as of" is one position.';
COMMENT ON COLUMN log.event_meta.cause IS 'The event a reaction answered.';
COMMENT ON COLUMN log.event_meta.batch IS 'What was committed together has the same number.';
CREATE INDEX event_meta_at ON log.event_meta (at, notification_id);
CREATE INDEX event_meta_zones ON log.event_meta USING gin (zones);

-- The first answer to every command, kept so that asking twice is harmless; ids only, never text.
CREATE TABLE log.command (
    actor text NOT NULL,
    command_id uuid NOT NULL,
    hash bytea NOT NULL,
    ids jsonb NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (actor, command_id)
);

-- The newest snapshot of a long stream: a shortcut, never a truth; it can be emptied at any time.
CREATE TABLE log.stored_snapshots (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

CREATE VIEW log.readable AS
SELECT notification_id, originator_id AS stream, originator_version AS version, topic,
       convert_from(state, 'UTF8')::json AS event, at, actor, for_company, command_id, cause, batch, zones
FROM log.stored_events JOIN log.event_meta USING (notification_id);
COMMENT ON VIEW log.readable IS 'The log for human eyes; private text stays sealed.';

-- Private text -------------------------------------------------------------------------------------------------

CREATE TABLE log.private_key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    subject text NOT NULL,
    stream text NOT NULL,
    key bytea NOT NULL CHECK (length(key) = 32),
    UNIQUE (subject, stream)
);

-- Kept with the keys: a restore applies it before anything is read.
CREATE TABLE log.erasure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    stream text,
    at timestamptz NOT NULL,
    keys uuid[] NOT NULL
);
COMMENT ON COLUMN log.erasure.stream IS 'Null: everything of the subject, for ever. Else the text of this stream as it was then.';
CREATE INDEX erasure_subject ON log.erasure (subject);

-- A key is made under a lock per subject, shared by those who make keys, so that none appears behind the back of an erasure.
CREATE FUNCTION log.key_for(of_subject text, in_stream text, fresh bytea) RETURNS TABLE (key_id uuid, secret bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT k.id, k.key FROM log.private_key k WHERE k.subject = of_subject AND k.stream = in_stream;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('log.private_key'), hashtext(of_subject));
    IF EXISTS (SELECT FROM log.erasure e WHERE e.subject = of_subject AND e.stream IS NULL) THEN
        RETURN;
    END IF;
    INSERT INTO log.private_key (subject, stream, key) VALUES (of_subject, in_stream, fresh) ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT k.id, k.key FROM log.private_key k WHERE k.subject = of_subject AND k.stream = in_stream;
END $$;

CREATE FUNCTION log.erase(of_subject text, in_stream text, clock timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone uuid[];
    streams text[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.append'));
    PERFORM pg_advisory_xact_lock(hashtext('log.private_key'), hashtext(of_subject));
    WITH dropped AS (
        DELETE FROM log.private_key k
        WHERE k.subject = of_subject AND (in_stream IS NULL OR k.stream = in_stream)
        RETURNING k.id, k.stream
    )
    SELECT coalesce(array_agg(d.id), '{}'), coalesce(array_agg(d.stream), '{}') INTO gone, streams FROM dropped d;
    INSERT INTO log.erasure (subject, stream, at, keys) VALUES (of_subject, in_stream, clock, gone);
    -- The hash of a short text is a way back to it.
    UPDATE log.command c SET hash = ''
    FROM log.stored_events e JOIN log.event_meta m USING (notification_id)
    WHERE e.originator_id = ANY (streams) AND c.actor = m.actor AND c.command_id = m.command_id AND c.hash <> '';
    PERFORM pg_notify('erased', of_subject);
    RETURN cardinality(gone);
END $$;

-- Appending ----------------------------------------------------------------------------------------------------

CREATE TYPE log.answer AS (
    outcome text,       -- recorded, repeated, reused, drift, erased, conflict, failed
    stream text,
    version bigint,
    "position" bigint,
    ids jsonb,
    fault text
);

-- Several commands in one transaction, each in a sub-transaction of its own: one answer a command, in their order.
-- The lock is held until the commit is visible, so ids become visible in the order they were given.
-- A command is {actor, command_id, hash, ids, stream, after, now, for_company, cause, history, zones, keys, events};
-- `events` says how many of the topics and states, taken in turn, are its own.
-- Every statement goes by an index: planning it anew for each command would take as long as running it.
CREATE FUNCTION log.append(commands jsonb, topics text[], states bytea[]) RETURNS SETOF log.answer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    c record;
    a log.answer;
    earlier log.command;
    clock timestamptz;
    newest timestamptz;
    newest_position bigint;
    batch bigint;
    first int;
    last int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.append'));
    clock := log.clock();
    SELECT m.at, m.notification_id INTO newest, batch FROM log.event_meta m ORDER BY m.notification_id DESC LIMIT 1;
    batch := coalesce(batch, 0) + 1;
    FOR c IN
        SELECT * FROM jsonb_to_recordset(commands) AS x (
            actor text, command_id uuid, hash bytea, ids jsonb, stream text, after bigint, now timestamptz,
            for_company text, cause bigint, history boolean, zones text[], keys uuid[], events int)
    LOOP
        first := last + 1;
        last := last + c.events;
        a := NULL;
        a.stream := c.stream;
        BEGIN
            SELECT * INTO earlier FROM log.command d WHERE d.actor = c.actor AND d.command_id = c.command_id;
            IF FOUND AND earlier.hash = c.hash THEN
                a := ('repeated', earlier.stream, earlier.version, earlier.position, earlier.ids, NULL);
            ELSIF FOUND THEN
                a.outcome := 'reused';
            ELSIF NOT c.history AND abs(extract(epoch FROM c.now - clock)) > 5 THEN
                a.outcome := 'drift';
                a.fault := format('%s instead of %s', c.now, clock);
            ELSIF EXISTS (SELECT FROM unnest(c.keys) k WHERE NOT EXISTS (
                    SELECT FROM log.private_key p WHERE p.id = k)) THEN
                a.outcome := 'erased';
            ELSE
                SELECT coalesce(max(e.originator_version), -1) INTO a.version
                FROM log.stored_events e WHERE e.originator_id = c.stream;
                IF a.version <> c.after THEN
                    a.outcome := 'conflict';
                ELSE
                    WITH added AS (
                        INSERT INTO log.stored_events (originator_id, originator_version, topic, state)
                        SELECT c.stream, c.after + u.n, u.topic, u.state
                        FROM unnest(topics[first:last], states[first:last]) WITH ORDINALITY AS u (topic, state, n)
                        RETURNING notification_id
                    ), described AS (
                        INSERT INTO log.event_meta
                        SELECT notification_id, greatest(c.now, newest), c.actor, c.for_company, c.command_id,
                               c.cause, batch, c.zones
                        FROM added
                    )
                    SELECT max(notification_id) INTO a."position" FROM added;
                    a.version := c.after + c.events;
                    a.ids := c.ids;
                    INSERT INTO log.command
                    VALUES (c.actor, c.command_id, c.hash, c.ids, c.stream, a.version, a."position");
                    a.outcome := 'recorded';
                    newest := greatest(c.now, newest);
                    newest_position := a."position";
                END IF;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            a := ('failed', c.stream, NULL, NULL, NULL, sqlerrm);
        END;
        RETURN NEXT a;
    END LOOP;
    IF newest_position IS NOT NULL THEN
        PERFORM pg_notify('log', newest_position::text);
    END IF;
END $$;

-- Rights -------------------------------------------------------------------------------------------------------

-- Those who append and those who follow may read every table here (0000_roles); nobody else may, nor change a row.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.clock() TO marketplace_append, marketplace_follower, marketplace_web;
GRANT SELECT ON log.clock_offset TO marketplace_web;
GRANT EXECUTE ON FUNCTION log.append(jsonb, text[], bytea[]), log.key_for(text, text, bytea),
    log.erase(text, text, timestamptz) TO marketplace_append;
GRANT INSERT, DELETE ON log.stored_snapshots TO marketplace_append;
