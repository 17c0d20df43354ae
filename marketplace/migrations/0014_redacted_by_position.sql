-- A redaction takes the words that stand before it in the log, and no others: the key that exists goes if something
-- before that position is sealed under it. Done twice, by two at once, or after a restore, it is done right.

CREATE FUNCTION log.sealed_before(of_subject text, in_stream text, before bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM log.private_key k JOIN log.stored_events e ON e.originator_id = k.stream
        WHERE k.subject = of_subject AND k.stream = in_stream AND e.notification_id < before
            AND position(convert_to(k.id::text, 'UTF8') IN e.state) > 0
    )
$$;

CREATE FUNCTION log.erase_before(of_subject text, in_stream text, before bigint, clock timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The locks of log.erase, in its order: no other erasure comes between the look and the deed.
    PERFORM pg_advisory_xact_lock(hashtext('log.append'));
    PERFORM pg_advisory_xact_lock(hashtext('log.private_key'), hashtext(of_subject));
    IF log.sealed_before(of_subject, in_stream, before) THEN
        RETURN log.erase(of_subject, in_stream, clock);
    END IF;
    RETURN 0;
END $$;

REVOKE ALL ON FUNCTION log.sealed_before(text, text, bigint), log.erase_before(text, text, bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.sealed_before(text, text, bigint), log.erase_before(text, text, bigint, timestamptz)
    TO marketplace_append;
