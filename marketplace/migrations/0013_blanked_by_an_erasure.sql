-- An erasure blanks the hashes of the commands that carried what is erased, and no others: everybody else of a busy
-- stream may still send theirs again and be answered as the first time.

CREATE OR REPLACE FUNCTION log.erase(of_subject text, in_stream text, clock timestamptz) RETURNS bigint
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
    -- The hash of a short text is a way back to it. An event names the key of each text it holds; what somebody asked
    -- for may hold more than was kept of it, so all that the subject asked for itself is blanked as well.
    UPDATE log.command c SET hash = ''
    FROM log.stored_events e JOIN log.event_meta m USING (notification_id)
    WHERE e.originator_id = ANY (streams) AND c.actor = m.actor AND c.command_id = m.command_id AND c.hash <> ''
        AND (
            m.actor LIKE '%:' || of_subject OR m.for_company = of_subject
            OR EXISTS (SELECT FROM unnest(gone) k (id) WHERE position(convert_to(k.id::text, 'UTF8') IN e.state) > 0)
        );
    PERFORM pg_notify('erased', of_subject);
    RETURN cardinality(gone);
END $$;
